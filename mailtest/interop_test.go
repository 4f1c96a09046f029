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

	"github.com/mailfakes/mailfakes/imapfake"
	"github.com/mailfakes/mailfakes/mailtest"
	"github.com/mailfakes/mailfakes/pop3fake"
	"github.com/mailfakes/mailfakes/smtpfake"
)

// Programs that nobody here wrote do their real work against the servers, on
// loopback, and the test looks at the store. They take seconds, so they run
// only where MAILTEST_PROGRAMS is set, as .ci/run interop does, which installs
// them all.
var programs = []struct {
	script string
	does   string
	needs  string // shell command that fails if the program can't be used
	check  func(t *testing.T, srv *mailtest.Server)
}{
	{"swaks.sh", "SMTP in the clear, STARTTLS and TLS, with PLAIN, LOGIN, CRAM-MD5; PIPELINING, XCLIENT, LMTP",
		"swaks --version && perl -e 'use Net::SSLeay; use MIME::Base64'",
		func(t *testing.T, srv *mailtest.Server) {
			sentBy(t, srv, "from swaks", 5)
			if m := srv.Account("alice@example.com").Next(t); m.Via.Client["ADDR"] != "192.0.2.7" {
				t.Errorf("XCLIENT said %q", m.Via.Client)
			}
			sentBy(t, srv, "from swaks", 1)
		}},
	{"msmtp.sh", "SMTP with STARTTLS and TLS, PLAIN, LOGIN, CRAM-MD5, SCRAM, OAUTHBEARER, XOAUTH2; DSN, LMTP, ETRN",
		"msmtp --version",
		func(t *testing.T, srv *mailtest.Server) {
			sentBy(t, srv, "from msmtp", 8)
			if m := srv.Account("alice@example.com").Next(t); m.Via.MailParams["RET"] != "HDRS" || m.Via.RcptParams[0]["NOTIFY"] != "FAILURE,DELAY" {
				t.Errorf("DSN: %q, %q", m.Via.MailParams, m.Via.RcptParams)
			}
			sentBy(t, srv, "from msmtp", 1)
		}},
	{"nodemailer.js", "SMTP with STARTTLS and TLS, PLAIN, LOGIN, CRAM-MD5, XOAUTH2; a pool, DSN, 8BITMIME, SMTPUTF8, LMTP",
		"node -e 'require(`nodemailer`)'",
		func(t *testing.T, srv *mailtest.Server) {
			sentBy(t, srv, "Grüße von nodemailer", 5+10+1)
			if m := srv.Account("alice@example.com").Next(t); m.Via.MailParams["BODY"] != "8BITMIME" {
				t.Errorf("parameters of MAIL: %q", m.Via.MailParams)
			}
			sentBy(t, srv, "Grüße von nodemailer", 1)
			srv.Account("jürgen@bücher.example").NextMatch(t, mailtest.Want{Subject: "SMTPUTF8"})
		}},
	{"mbsync.sh", "IMAP with TLS: flags, deletions and new mails both ways, another UIDVALIDITY", "mbsync --version && curl --version",
		func(t *testing.T, srv *mailtest.Server) {
			checkSubjects(t, srv, "INBOX", "one", "three", "made there")
			checkFlags(t, srv, "INBOX", 0, `\Flagged`, `\Seen`)
			checkFlags(t, srv, "INBOX", 1, `\Answered`)
		}},
	{"fetchmail.sh", "POP3 with STLS, kept and known by UIDL; IMAP with STARTTLS and TLS; SMTP", "fetchmail --version && curl --version",
		func(t *testing.T, srv *mailtest.Server) {
			checkSubjects(t, srv, "INBOX")
			for _, want := range []string{"three", "four"} {
				srv.Account("carol@example.com").Next(t).Check(t, mailtest.Want{Subject: want})
			}
		}},
	{"mpop.sh", "POP3 with STLS and TLS, USER, APOP, PLAIN, LOGIN, CRAM-MD5, SCRAM, OAUTHBEARER, XOAUTH2; PIPELINING, UIDL", "mpop --version",
		func(t *testing.T, srv *mailtest.Server) { checkSubjects(t, srv, "INBOX") }},
	{"mutt.sh", "IMAP with TLS, SMTP with STARTTLS, POP3 with TLS", "mutt -v && command -v script",
		func(t *testing.T, srv *mailtest.Server) {
			checkSubjects(t, srv, "Copies", "one", "two", "three")
			checkSubjects(t, srv, "INBOX", "three", "from mutt")
		}},
	{"imapflow.js", "IMAP with STARTTLS and TLS: fetch, search, flags, MOVE, APPEND, IDLE, download, CONDSTORE, QRESYNC", "node -e 'require(`imapflow`)'",
		func(t *testing.T, srv *mailtest.Server) {
			checkSubjects(t, srv, "INBOX", "one", "appended", "later")
			checkFlags(t, srv, "INBOX", 0, "$Label", `\Flagged`)
			checkSubjects(t, srv, "Archive/2026", "two")
		}},
}

func TestPrograms(t *testing.T) {
	for _, p := range programs {
		t.Run(p.script, func(t *testing.T) {
			t.Parallel()
			name, _, _ := strings.Cut(p.script, ".")
			t.Attr("client", name+": "+p.does)
			if os.Getenv("MAILTEST_PROGRAMS") == "" {
				t.Skip("programs run only where MAILTEST_PROGRAMS is set, as .ci/run interop does")
			}
			if out, err := exec.Command("sh", "-c", p.needs).CombinedOutput(); err != nil {
				t.Skipf("not installed: %s: %v\n%.200s", p.needs, err, out)
			}
			srv := mailtest.NewServer(t)
			srv.SMTP.RejectUnknown = true
			if name == "imapflow" || name == "mpop" { // they use what there is
				srv.IMAP.Caps, srv.POP3.Caps = imapfake.Everything, pop3fake.Everything
			}
			srv.SMTP.Enable = []string{"XCLIENT", "ETRN"}
			srv.Account("bob@example.com").Tokens = []string{"token"}
			srv.Account("carol@example.com")
			srv.Account("jürgen@bücher.example")
			srv.Account("alice@example.com").Tokens = []string{"token"}
			inbox := srv.Account("alice@example.com").Mailbox("INBOX")
			for _, subject := range []string{"one", "two", "three"} {
				inbox.Add("From: shop@shop.example\nSubject: " + subject + "\n\nhello\n")
			}
			runProgram(t, srv, p.script)
			p.check(t, srv)
			srv.Close()
			for _, v := range slices.Concat(srv.SMTP.Violations(), srv.IMAP.Violations(), srv.POP3.Violations()) {
				// nodemailer's close is curt, and so are msmtp and mpop after a wrong password.
				if curt := []string{"nodemailer", "msmtp", "mpop"}; v.Rule != "no QUIT" || !slices.Contains(curt, name) {
					t.Errorf("a violation, is it? %s", v)
				}
			}
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
	lmtp := smtpfake.New(srv.Store)
	lmtp.LMTP = true
	defer lmtp.Close()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	path := filepath.Join("testdata", "interop", script)
	cmd := exec.CommandContext(ctx, "bash", "-e", path)
	if strings.HasSuffix(script, ".js") {
		cmd = exec.CommandContext(ctx, "node", path)
	}
	cmd.Env = append(os.Environ(), "HOME="+dir, "DIR="+dir, "CA="+ca, "no_proxy=*", "NO_PROXY=*",
		"SMTP="+port(srv.SMTP.StartTLSAddr()), "SMTPS="+port(srv.SMTP.TLSAddr()), "SMTP_PLAIN="+port(srv.SMTP.Addr()),
		"LMTP="+port(lmtp.Addr()),
		"IMAP="+port(srv.IMAP.StartTLSAddr()), "IMAPS="+port(srv.IMAP.TLSAddr()),
		"POP3="+port(srv.POP3.StartTLSAddr()), "POP3S="+port(srv.POP3.TLSAddr()))
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%s: %v\n%s", script, err, out)
	}
}

func port(addr string) string { return addr[strings.LastIndexByte(addr, ':')+1:] }

// sentBy checks that the next n mails of alice's are as the program was to send
// them, and that the text came through.
func sentBy(t *testing.T, srv *mailtest.Server, subject string, n int) {
	t.Helper()
	for range n {
		srv.Account("alice@example.com").Next(t).
			Check(t, mailtest.Want{MailFrom: "bob@example.com", Subject: subject, Has: []string{".dot\n..dots\nend"}})
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
