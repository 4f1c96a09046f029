package mailtest_test

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/mailfakes/mailfakes/mailtest"
)

// Programs that nobody here wrote do their real work against the servers, on
// loopback, and the test looks at the store. They take seconds, so they run
// only where MAILTEST_PROGRAMS is set, as .ci/run interop does, which installs
// them all.
var programs = []struct {
	name  string
	needs string // shell command that fails if the program can't be used
	check func(t *testing.T, srv *mailtest.Server)
}{
	{"swaks.sh", "swaks --version && perl -e 'use Net::SSLeay; use MIME::Base64'", sentBy("from swaks", 3)},
	{"msmtp.sh", "msmtp --version", sentBy("from msmtp", 2)},
	{"nodemailer.js", "node -e 'require(`nodemailer`)'", sentBy("Grüße von nodemailer", 2)},
	{"mbsync.sh", "mbsync --version", func(t *testing.T, srv *mailtest.Server) {
		checkSubjects(t, srv, "INBOX", "one", "three", "made here")
		checkFlags(t, srv, "INBOX", 0, `\Flagged`, `\Seen`)
	}},
	{"fetchmail.sh", "fetchmail --version", func(t *testing.T, srv *mailtest.Server) {
		checkSubjects(t, srv, "INBOX")
	}},
	{"mutt.sh", "mutt -v && command -v script", func(t *testing.T, srv *mailtest.Server) {
		checkSubjects(t, srv, "Copies", "one", "two", "three")
		checkSubjects(t, srv, "INBOX", "one", "three", "from mutt")
	}},
	{"imapflow.js", "node -e 'require(`imapflow`)'", func(t *testing.T, srv *mailtest.Server) {
		checkSubjects(t, srv, "INBOX", "one", "appended", "pushed")
		checkFlags(t, srv, "INBOX", 0, "$Label", `\Flagged`)
		checkSubjects(t, srv, "Archive/2026", "two")
	}},
}

func TestPrograms(t *testing.T) {
	for _, p := range programs {
		t.Run(p.name, func(t *testing.T) {
			t.Parallel()
			if os.Getenv("MAILTEST_PROGRAMS") == "" {
				t.Skip("programs run only where MAILTEST_PROGRAMS is set, as .ci/run interop does")
			}
			if out, err := exec.Command("sh", "-c", p.needs).CombinedOutput(); err != nil {
				t.Skipf("not installed: %s: %v\n%.200s", p.needs, err, out)
			}
			srv := mailtest.NewServer(t)
			srv.SMTP.RejectUnknown = true
			srv.Account("bob@example.com")
			srv.Account("carol@example.com")
			inbox := srv.Account("alice@example.com").Mailbox("INBOX")
			for _, subject := range []string{"one", "two", "three"} {
				inbox.Add("From: shop@shop.example\nSubject: " + subject + "\n\nhello\n")
			}
			runProgram(t, srv, p.name)
			p.check(t, srv)
		})
	}
}

// runProgram runs a script of testdata/interop with the ports, the CA and a
// folder of its own in its environment.
func runProgram(t *testing.T, srv *mailtest.Server, script string) {
	t.Helper()
	dir := t.TempDir()
	ca := filepath.Join(dir, "ca.pem")
	check(t, os.WriteFile(ca, srv.CAPEM(), 0o600))
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	path := filepath.Join("testdata", "interop", script)
	cmd := exec.CommandContext(ctx, "bash", "-e", path)
	if strings.HasSuffix(script, ".js") {
		cmd = exec.CommandContext(ctx, "node", path)
	}
	cmd.Env = append(os.Environ(), "HOME="+dir, "DIR="+dir, "CA="+ca,
		"SMTP="+port(srv.SMTP.StartTLSAddr()), "SMTPS="+port(srv.SMTP.TLSAddr()), "SMTP_PLAIN="+port(srv.SMTP.Addr()),
		"IMAP="+port(srv.IMAP.StartTLSAddr()), "IMAPS="+port(srv.IMAP.TLSAddr()),
		"POP3="+port(srv.POP3.StartTLSAddr()), "POP3S="+port(srv.POP3.TLSAddr()))
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("%s: %v\n%s", script, err, out)
	}
}

func port(addr string) string { return addr[strings.LastIndexByte(addr, ':')+1:] }

// sentBy checks that alice and, if the program sent to her, carol have got n
// mails with a subject, and that the text came through.
func sentBy(subject string, n int) func(*testing.T, *mailtest.Server) {
	return func(t *testing.T, srv *mailtest.Server) {
		alice := srv.Account("alice@example.com")
		for range n {
			alice.NextFunc(t, func(m *mailtest.Message) bool { return m.Subject == subject }).
				Check(t, mailtest.Want{MailFrom: "bob@example.com", Has: []string{".dot\n..dots\nend"}})
		}
	}
}

func checkSubjects(t *testing.T, srv *mailtest.Server, mailbox string, want ...string) {
	t.Helper()
	var got []string
	for _, m := range srv.Account("alice@example.com").Mailbox(mailbox).Messages() {
		got = append(got, m.Subject)
	}
	if !slices.Equal(got, want) {
		t.Errorf("%s has %q, want %q", mailbox, got, want)
	}
}

// checkFlags compares the flags of message i, in any order.
func checkFlags(t *testing.T, srv *mailtest.Server, mailbox string, i int, want ...string) {
	t.Helper()
	got := slices.Sorted(slices.Values(srv.Account("alice@example.com").Mailbox(mailbox).Snapshot().At(i).Flags))
	if !slices.Equal(got, want) {
		t.Errorf("message %d of %s has the flags %q, want %q", i+1, mailbox, got, want)
	}
}
