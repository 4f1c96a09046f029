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
	for _, tt := range tests {
		t.Run(tt.pkg, func(t *testing.T) {
			out, err := exec.Command("go", "list", "-deps", mod+tt.pkg).CombinedOutput()
			if err != nil {
				t.Fatalf("go list: %v\n%s", err, out)
			}
			for _, dep := range strings.Fields(string(out)) {
				if slices.ContainsFunc(tt.not, func(p string) bool { return dep == p || strings.HasPrefix(dep, p+"/") }) {
					t.Errorf("%s depends on %s", tt.pkg, dep)
				}
			}
		})
	}
}
