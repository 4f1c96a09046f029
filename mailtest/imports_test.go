package mailtest_test

import (
	"os/exec"
	"slices"
	"strings"
	"testing"
)

const mod = "github.com/mailfakes/mailfakes/"

// depsOf returns what each package links.
func depsOf(t *testing.T) map[string][]string {
	t.Helper()
	out, err := exec.Command("go", "list", "-f", `{{.ImportPath}} {{join .Deps " "}}`, mod+"...").CombinedOutput()
	if err != nil {
		t.Fatalf("go list: %v\n%s", err, out)
	}
	deps := make(map[string][]string)
	for line := range strings.Lines(string(out)) {
		list := strings.Fields(line)
		deps[strings.TrimPrefix(list[0], mod)] = list[1:]
	}
	return deps
}

// Each package links these modules and no other: what comes here is built by
// everybody who uses the package, and gets into their go.sum.
func TestModules(t *testing.T) {
	message := []string{"github.com/emersion/go-message", "golang.org/x/net", "golang.org/x/text"}
	auth := append([]string{"github.com/xdg-go/scram", "github.com/xdg-go/stringprep"}, message...)
	smtp := append([]string{"github.com/emersion/go-smtp", "github.com/emersion/go-sasl"}, auth...)
	imap := append([]string{"github.com/emersion/go-imap/v2"}, auth...)
	deps := depsOf(t)
	for pkg, modules := range map[string][]string{
		"mailtest/wire": nil, "mailtest/message": message, "mailtest/mailstore": message, "mailtest/auth": auth,
		"smtpfake": smtp, "imapfake": imap, "pop3fake": auth, "mailtest": append(smtp, imap...),
	} {
		if len(deps[pkg]) == 0 {
			t.Errorf("go list doesn't know %s", pkg)
		}
		used := make(map[string]bool)
		for _, dep := range deps[pkg] {
			host, _, _ := strings.Cut(dep, "/")
			if !strings.Contains(host, ".") || strings.HasPrefix(dep, mod) {
				continue
			}
			i := slices.IndexFunc(modules, func(m string) bool { return strings.HasPrefix(dep+"/", m+"/") })
			if i < 0 {
				t.Errorf("%s links %s: is it needed by more than one feature?", pkg, dep)
				continue
			}
			used[modules[i]] = true
		}
		for _, m := range modules {
			if !used[m] {
				t.Errorf("%s doesn't link %s: take it out of this test", pkg, m)
			}
		}
	}
}

// The packages depend on each other in one direction, and each links only the
// library that it needs: a test of an SMTP client doesn't build an IMAP
// parser.
func TestImportDirection(t *testing.T) {
	const imap, gosmtp = "github.com/emersion/go-imap/v2", "github.com/emersion/go-smtp"
	tests := []struct {
		pkg string
		not []string // packages, with those below them
	}{
		{"mailtest/message", []string{mod + "mailtest/mailstore", mod + "mailtest/wire", mod + "mailtest/auth", mod + "smtpfake", mod + "imapfake", mod + "pop3fake", imap, gosmtp}},
		{"mailtest/wire", []string{mod + "mailtest/message", mod + "mailtest/mailstore", mod + "mailtest/auth", mod + "smtpfake", mod + "imapfake", mod + "pop3fake", imap, gosmtp}},
		{"mailtest/mailstore", []string{mod + "mailtest/wire", mod + "mailtest/auth", mod + "smtpfake", mod + "imapfake", mod + "pop3fake", imap, gosmtp}},
		{"mailtest/auth", []string{mod + "smtpfake", mod + "imapfake", mod + "pop3fake", imap, gosmtp}},
		{"smtpfake", []string{mod + "imapfake", mod + "pop3fake", imap}},
		{"imapfake", []string{mod + "smtpfake", mod + "pop3fake", gosmtp}},
		{"pop3fake", []string{mod + "smtpfake", mod + "imapfake", imap, gosmtp}},
		// It registers charsets in a package variable, which would change
		// the code under test.
		{"mailtest", []string{"github.com/emersion/go-message" + "/charset"}},
	}
	deps := depsOf(t)
	for _, tt := range tests {
		t.Run(tt.pkg, func(t *testing.T) {
			for _, dep := range deps[tt.pkg] {
				if slices.ContainsFunc(tt.not, func(p string) bool { return dep == p || strings.HasPrefix(dep, p+"/") }) {
					t.Errorf("%s depends on %s", tt.pkg, dep)
				}
			}
		})
	}
}
