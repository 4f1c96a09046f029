package imapfake

import (
	"os/exec"
	"strings"
	"testing"
)

// need returns the path of a program, or skips the test.
func need(t *testing.T, name string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	if err != nil {
		t.Skipf("%s is not installed", name)
	}
	return path
}

// output runs a program.
func output(t *testing.T, name string, args ...string) string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), need(t, name), args...)
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%s: %v\n%s", name, err, out)
	}
	return string(out)
}

// TestImaplib runs Python's client.
func TestImaplib(t *testing.T) {
	srv := NewServer(t)
	srv.Store.Account("alice@example.com").Password = `pass word "quoted" \`
	if got := output(t, "python3", "testdata/imap_client.py", srv.Addr()); got != "done\n" {
		t.Errorf("imaplib: %s", got)
	}
}

// TestCurl lists, searches, reads, appends and stores with curl.
func TestCurl(t *testing.T) {
	srv := NewServer(t)
	alice := srv.Store.Account("alice@example.com")
	addMail(alice.Mailbox("INBOX"), "Subject: one\n\n1\n")
	curl := func(path string, args ...string) string {
		t.Helper()
		args = append([]string{"-sS", "-m", "20", "-u", "alice@example.com:secret", "imap://" + srv.Addr() + path}, args...)
		return output(t, "curl", args...)
	}
	if got := curl(""); !strings.Contains(got, `* LIST (\HasNoChildren) "/" INBOX`) {
		t.Errorf("list: %q", got)
	}
	if got := curl("/INBOX;UID=1"); got != "Subject: one\r\n\r\n1\r\n" {
		t.Errorf("message: %q", got)
	}
	if got := curl("/INBOX?SUBJECT%20one"); got != "* SEARCH 1\r\n" {
		t.Errorf("search: %q", got)
	}
	curl("/INBOX", "-X", `STORE 1 +FLAGS (\Deleted)`)
	curl("/INBOX", "-X", "EXPUNGE")
	curl("/INBOX", "-T", "testdata/imap_client.py")
	snap := alice.Mailbox("INBOX").Snapshot()
	if snap.Len() != 1 || !strings.HasPrefix(string(snap.At(0).Msg.Raw), `"""Uses each`) {
		t.Errorf("INBOX has %d messages", snap.Len())
	}
}
