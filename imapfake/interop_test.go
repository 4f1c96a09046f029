package imapfake

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/mailfakes/mailfakes/mailtest/wire"
)

// program returns the path of a program, or skips the test. Only curl is quick
// enough to run each time.
func program(t *testing.T, name string) string {
	t.Helper()
	if name != "curl" && os.Getenv("MAILTEST_PROGRAMS") == "" {
		t.Skipf("%s runs only where MAILTEST_PROGRAMS is set, as .ci/run interop does", name)
	}
	path, err := exec.LookPath(name)
	if err != nil {
		t.Skipf("%s is not installed", name)
	}
	return path
}

// bareCurl are arguments for curl that keep a ~/.curlrc and a proxy in the
// environment out.
var bareCurl = []string{"-q", "--noproxy", "*"}

// output runs a program.
func output(t *testing.T, name string, args ...string) string {
	t.Helper()
	if name == "curl" {
		args = slices.Concat(bareCurl, args)
	}
	cmd := exec.CommandContext(t.Context(), program(t, name), args...)
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%s: %v\n%s", name, err, out)
	}
	return string(out)
}

// TestImaplib runs Python's client.
func TestImaplib(t *testing.T) {
	t.Attr("client", "imaplib: each of its methods")
	srv := NewServer(t)
	srv.Store.Account("alice@example.com").Password = `pass word "quoted" \`
	if got := output(t, "python3", "testdata/imap_client.py", srv.Addr()); got != "done\n" {
		t.Errorf("imaplib: %s", got)
	}
}

// TestImaplibRest runs what the other scripts for Python's client don't: TLS,
// sorting, and methods below those for commands.
func TestImaplibRest(t *testing.T) {
	t.Attr("client", "imaplib: STARTTLS and TLS, SORT, THREAD, UTF8=ACCEPT, IDLE")
	srv := NewServer(t)
	srv.Caps = Everything
	srv.Store.Account("alice@example.com")
	ca := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(ca, wire.CAPEM(), 0o600); err != nil {
		t.Fatal(err)
	}
	got := output(t, "python3", "testdata/imaplib_rest.py", srv.Addr(), srv.StartTLSAddr(), srv.TLSAddr(), ca)
	if got != "done\n" {
		t.Errorf("imaplib: %s", got)
	}
}

// TestImaplibWhole checks that the scripts use each method that Python's
// client has.
func TestImaplibWhole(t *testing.T) {
	files, err := filepath.Glob("testdata/*.py")
	if err != nil || len(files) == 0 {
		t.Fatal("no scripts", err)
	}
	var text strings.Builder
	for _, file := range files {
		b, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		text.Write(b)
	}
	const list = "import imaplib; print(*(n for n in dir(imaplib.IMAP4) if n[0] != '_'))"
	for _, method := range strings.Fields(output(t, "python3", "-c", list)) {
		if !regexp.MustCompile(`\.` + method + `\b`).MatchString(text.String()) {
			t.Errorf("no script uses imaplib's %s", method)
		}
	}
}

// TestCurl lists, searches, reads, appends and stores with curl.
func TestCurl(t *testing.T) {
	t.Attr("client", "curl: IMAP LIST, FETCH, SEARCH, STORE, EXPUNGE, APPEND, in the clear, STARTTLS and TLS")
	ca := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(ca, wire.CAPEM(), 0o600); err != nil {
		t.Fatal(err)
	}
	for mode, url := range map[string]func(*Server) string{
		"plain":    func(s *Server) string { return "imap://" + s.Addr() },
		"starttls": func(s *Server) string { return "imap://" + s.StartTLSAddr() },
		"tls":      func(s *Server) string { return "imaps://" + s.TLSAddr() },
	} {
		t.Run(mode, func(t *testing.T) {
			t.Parallel()
			srv := NewServer(t)
			args := []string{"-sS", "-m", "20", "--cacert", ca, "-u", "alice@example.com:secret"}
			if mode == "starttls" {
				args = append(args, "--ssl-reqd")
			}
			testCurl(t, srv, func(path string, more ...string) string {
				return output(t, "curl", slices.Concat(args, []string{url(srv) + path}, more)...)
			})
		})
	}
}

func testCurl(t *testing.T, srv *Server, curl func(path string, args ...string) string) {
	alice := srv.Store.Account("alice@example.com")
	addMail(alice.Mailbox("INBOX"), "Subject: one\n\n1\n")
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
