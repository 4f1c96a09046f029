package mailtest_test

import (
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// The packages depend on each other in one direction, and each links only the
// library that it needs: a test of an SMTP client doesn't build an IMAP
// parser.
func TestImportDirection(t *testing.T) {
	const mod = "github.com/mailfakes/mailfakes/"
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
	args := []string{"list", "-f", `{{.ImportPath}} {{join .Deps " "}}`}
	for _, tt := range tests {
		args = append(args, mod+tt.pkg)
	}
	out, err := exec.Command("go", args...).CombinedOutput()
	if err != nil {
		t.Fatalf("go list: %v\n%s", err, out)
	}
	deps := make(map[string][]string)
	for line := range strings.Lines(string(out)) {
		list := strings.Fields(line)
		deps[list[0]] = list[1:]
	}
	for _, tt := range tests {
		t.Run(tt.pkg, func(t *testing.T) {
			if len(deps[mod+tt.pkg]) == 0 {
				t.Fatal("go list doesn't know the package")
			}
			for _, dep := range deps[mod+tt.pkg] {
				if slices.ContainsFunc(tt.not, func(p string) bool { return dep == p || strings.HasPrefix(dep, p+"/") }) {
					t.Errorf("%s depends on %s", tt.pkg, dep)
				}
			}
		})
	}
}
