package mailtest_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/mailfakes/mailfakes/mailtest/mailstore"
)

// Under -artifacts a failed test leaves its mails, which can be seeded again,
// and its transcripts.
func TestArtifacts(t *testing.T) {
	out := t.TempDir()
	runFailures(t, "-test.run=^TestFailure$/^unexpected_content$", "-test.artifacts", "-test.outputdir="+out)
	var dir string
	check(t, filepath.WalkDir(out, func(path string, d os.DirEntry, err error) error {
		if d.Name() == "smtp.txt" {
			dir = filepath.Dir(path)
		}
		return err
	}))
	if dir == "" {
		t.Fatal("no transcript was left")
	}
	text, err := os.ReadFile(filepath.Join(dir, "smtp.txt"))
	check(t, err)
	if !strings.Contains(string(text), "C: RCPT TO:<alice@example.com>\n") {
		t.Errorf("transcript = %q", text)
	}
	st := new(mailstore.Store)
	check(t, st.Seed(os.DirFS(filepath.Join(dir, "mail"))))
	msgs := st.Account("alice@example.com").Mailbox("INBOX").Messages()
	if len(msgs) != 1 || msgs[0].Subject != "Welcome, Alice" {
		t.Errorf("the mails left are %v", msgs)
	}
}
