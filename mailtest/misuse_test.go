package mailtest_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/mailfakes/mailfakes/imapfake"
	"github.com/mailfakes/mailfakes/mailtest"
	"github.com/mailfakes/mailfakes/mailtest/message"
	"github.com/mailfakes/mailfakes/pop3fake"
	"github.com/mailfakes/mailfakes/smtpfake"
)

// Who has no test to give is told what to call instead.
func TestNoTest(t *testing.T) {
	srv := mailtest.NewServer(t)
	alice := srv.Account("alice@example.com")
	msg := message.Parse([]byte("Subject: hi\r\n\r\nhello\r\n"))
	for want, call := range map[string]func(){
		"mailtest: NewServer needs a testing.TB: use New, and Close, outside tests":  func() { mailtest.NewServer(nil) },
		"smtpfake: NewServer needs a testing.TB: use New, and Close, outside tests":  func() { smtpfake.NewServer(nil) },
		"imapfake: NewServer needs a testing.TB: use New, and Close, outside tests":  func() { imapfake.NewServer(nil) },
		"pop3fake: NewServer needs a testing.TB: use New, and Close, outside tests":  func() { pop3fake.NewServer(nil) },
		"mailtest: NewAccount needs a testing.TB: use Account outside tests":         func() { srv.NewAccount(nil) },
		"mailtest: Next needs a testing.TB: use Store.Wait outside tests":            func() { srv.Next(nil) },
		"mailtest: NoMore needs a testing.TB: use Store.Pending outside tests":       func() { srv.NoMore(nil) },
		"mailstore: Next needs a testing.TB: use Wait outside tests":                 func() { alice.Next(nil) },
		"mailstore: NextFunc needs a testing.TB: use Wait outside tests":             func() { alice.NextFunc(nil, nil) },
		"mailstore: NextMatch needs a testing.TB: use Wait outside tests":            func() { srv.Store.NextMatch(nil, mailtest.Want{}) },
		"mailstore: NoMore needs a testing.TB: use Pending outside tests":            func() { alice.NoMore(nil) },
		"message: Check needs a testing.TB: use Diff outside tests":                  func() { msg.Check(nil, mailtest.Want{}) },
		"message: CheckLint needs a testing.TB: use Lint outside tests":              func() { msg.CheckLint(nil, mailtest.Lint{}) },
		"message: Link needs a testing.TB: use Links outside tests":                  func() { msg.Link(nil, "x") },
		"message: Find needs a testing.TB: use package regexp on Text outside tests": func() { msg.Find(nil, "x") },
		"message: Golden needs a testing.TB: it fails a test":                        func() { msg.Golden(nil, "x") },
	} {
		if got := panicOf(call); got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
	}
}

func panicOf(f func()) (text string) {
	defer func() { text = fmt.Sprint(recover()) }()
	f()
	return ""
}

// Addresses are not to be had of a server that is closed, whether it has been
// used or not.
func TestAddrAfterClose(t *testing.T) {
	srv := mailtest.New()
	srv.SMTP.Addr()
	srv.Close()
	for name, addr := range map[string]func() string{
		"smtpfake": srv.SMTP.TLSAddr, "imapfake": srv.IMAP.Addr, "pop3fake": srv.POP3.StartTLSAddr,
	} {
		got := panicOf(func() { addr() })
		if !strings.HasPrefix(got, name+": address asked for after Close: ") {
			t.Errorf("%s: %s", name, got)
		}
	}
}

// A fault that no connection can meet any more is misuse.
func TestInjectAfterClose(t *testing.T) {
	srv := mailtest.New()
	srv.SMTP.Addr()
	srv.Close()
	f := mailtest.Fault{On: "QUIT", Hangup: true}
	const late = " after Close: no connection comes any more; call it before, in Fault{On: "
	for want, call := range map[string]func(){
		"smtpfake: Inject" + late: func() { srv.SMTP.Inject(f) },
		"imapfake: Inject" + late: func() { srv.IMAP.Inject(mailtest.Fault{On: "FETCH", Hangup: true}) },
		"pop3fake: Hold" + late:   func() { srv.POP3.Hold(f) },
	} {
		if got := panicOf(call); !strings.HasPrefix(got, want) {
			t.Errorf("got  %s\nwant %s", got, want)
		}
	}
}

// What can't be an address or a flag is not taken.
func TestBadNames(t *testing.T) {
	srv := mailtest.NewServer(t)
	inbox := srv.Account("alice@example.com").Mailbox("INBOX")
	const write = "write one flag a string, such as `\\Seen`, or a keyword of ASCII letters, such as $Forwarded"
	for want, call := range map[string]func(){
		`mailstore: Account(""): give an address, such as alice@example.com`:                 func() { srv.Account("") },
		`mailstore: Add with flag "": ` + write:                                              func() { inbox.Add("x", "") },
		`mailstore: Add with flag "\\\\Seen": ` + write:                                      func() { inbox.Add("x", `\\Seen`) },
		`mailstore: Add with flag "\\Seen \\Draft": ` + write:                                func() { inbox.Add("x", `\Seen \Draft`) },
		`mailstore: Add with flag "wichtig!ß": ` + write:                                     func() { inbox.Add("x", `\Seen`, "wichtig!ß") },
		`mailstore: Add with flag "\\recent": servers give \Recent themselves: leave it out`: func() { inbox.Add("x", `\recent`) },
	} {
		if got := panicOf(call); got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
	}
	if n := len(inbox.Messages()); n != 0 {
		t.Errorf("%d messages were added", n)
	}
	inbox.Add("x", `\Seen`, `\Odd`, "$Forwarded", "Junk", "a/b")
}

// A field that is set when it has no effect any more fails the test.
func TestFieldsSetLate(t *testing.T) {
	srv := mailtest.New()
	srv.SMTP.RequireTLS = true
	srv.SMTP.Addr()
	srv.SMTP.RequireAuth = true
	srv.IMAP.AuthTLSOnly = true
	srv.IMAP.Addr()
	srv.IMAP.Caps = imapfake.Everything
	srv.POP3.Hostname = "pop.example.com"
	srv.POP3.Addr()
	srv.POP3.Mechanisms = []string{"PLAIN"}
	srv.Close()
	ft := &failing{TB: t}
	srv.SMTP.Check(ft)
	srv.IMAP.Check(ft)
	srv.POP3.Check(ft)
	const late = " was set after the server was first used, which has no effect: set it before Addr, Dial, Inject and the like"
	want := []string{"smtpfake: RequireAuth" + late, "imapfake: Caps" + late, "pop3fake: Mechanisms" + late}
	if got := strings.Join(ft.list, "\n"); got != strings.Join(want, "\n") {
		t.Errorf("got\n%s", got)
	}
}

// A failing is a test that keeps what it is failed with.
type failing struct {
	testing.TB
	list []string
}

func (f *failing) Helper() {}

func (f *failing) Errorf(format string, args ...any) {
	f.list = append(f.list, fmt.Sprintf(format, args...))
}
