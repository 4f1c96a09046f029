// Package mailtest provides a mail server for tests: SMTP, IMAP and POP3 on
// one store in memory.
//
// Use [NewServer] in a test, point the code under test at the address of a
// protocol, such as Server.SMTP.Addr, and look at what has arrived with Next
// and Check. Every recipient has an account with the password "secret".
//
//	srv := mailtest.NewServer(t)
//	app := &signup.App{SMTPAddr: srv.SMTP.Addr()}
//	...
//	srv.Account("alice@example.com").Next(t).Check(t, mailtest.Want{Subject: "Welcome"})
//
// Message.CheckLint with the zero [Lint] says what any mail should not have. An
// account's mailboxes are filled by hand with Mailbox.Add and [message.Draft],
// or from files with Store.Seed.
//
// A protocol listens, on loopback only, when it is first asked for an address;
// until then its fields can be set. Dial and DialContext connect in memory,
// which is faster and works in a testing/synctest bubble.
//
// # Virtual time
//
// In a testing/synctest bubble all delays, rates and timers of the servers run
// on the bubble's clock: a 40-minute IDLE or an hour of backoff takes
// milliseconds. Make the server inside the bubble, connect by Dial and
// DialContext, since sockets stop the clock, and let NewServer or Close end it
// before the bubble ends. Certificates are valid in the bubble's year 2000; Next
// waits for a year there.
//
// # Not supported
//
// Mail goes nowhere: there are no queues and no DNS, nothing is checked for
// spam or signatures, nothing is written to disk, and there is no web page. It
// is no server for production, since it accepts mail for everybody. Packages
// smtpfake, imapfake and pop3fake say what their protocols lack.
package mailtest

import (
	"context"
	"crypto/tls"
	"fmt"
	"net"
	"sync"
	"testing"

	"github.com/mailfakes/mailfakes/imapfake"
	"github.com/mailfakes/mailfakes/mailtest/mailstore"
	"github.com/mailfakes/mailfakes/mailtest/message"
	"github.com/mailfakes/mailfakes/mailtest/wire"
	"github.com/mailfakes/mailfakes/pop3fake"
	"github.com/mailfakes/mailfakes/smtpfake"
)

// What tests name most, from the packages that define it.
type (
	Account    = mailstore.Account
	Message    = message.Message
	Want       = message.Want
	Attachment = message.Attachment
	Lint       = message.Lint
	Fault      = wire.Fault
)

// A Server is a mail server: what comes in by SMTP can be read by IMAP and
// POP3. The fields of its parts may be set until they are first used. Its
// methods may be called by several goroutines. New and NewServer make one; the
// zero Server is none.
type Server struct {
	SMTP  *smtpfake.Server
	IMAP  *imapfake.Server
	POP3  *pop3fake.Server
	Store *mailstore.Store // the state of all three

	owned bool // by the t of NewServer, which reports its failure

	mu    sync.Mutex
	names map[string]int // how many accounts NewAccount has made of a name; guarded by mu
}

// New returns a server, for TestMain and programs. Call Close when it is no
// longer needed.
func New() *Server {
	st := new(mailstore.Store)
	return &Server{Store: st, SMTP: smtpfake.New(st), IMAP: imapfake.New(st), POP3: pop3fake.New(st)}
}

// NewServer returns a server that is closed when t ends; t fails if a fault
// that it was given never struck, or if a field was set after first use. If t
// has failed, the end of what was said on the connections is logged; under go
// test -artifacts the mails and the whole transcripts are left in t's
// ArtifactDir.
func NewServer(t testing.TB) *Server {
	needTest(t, "NewServer", "use New, and Close, outside tests")
	s := New()
	s.owned = true
	t.Cleanup(func() {
		s.Store.Finish(t, func() {
			s.Close()
			s.SMTP.Check(t)
			s.IMAP.Check(t)
			s.POP3.Check(t)
		})
	})
	return s
}

// needTest panics if there is no test to fail.
func needTest(t testing.TB, method, instead string) {
	if t == nil {
		panic("mailtest: " + method + " needs a testing.TB: " + instead)
	}
}

// Close stops listening, ends every connection and waits until that is done.
// It is idempotent. What is in the store stays.
func (s *Server) Close() {
	s.SMTP.Close()
	s.IMAP.Close()
	s.POP3.Close()
}

// Next returns the next message that SMTP has accepted, whoever it is for:
// each once, in order of arrival, but for those that an account's Next has
// returned. It waits for one; see [mailstore.Store] for how long.
func (s *Server) Next(t testing.TB) *Message {
	needTest(t, "Next", "use Store.Wait outside tests")
	t.Helper()
	return s.Store.Next(t)
}

// NoMore reports with t.Errorf if there is mail that neither Next nor an
// account's Next has returned. It waits for the end of mail transactions that
// are open.
func (s *Server) NoMore(t testing.TB) {
	needTest(t, "NoMore", "use Store.Pending outside tests")
	t.Helper()
	s.Store.NoMore(t)
}

// ClientTLS returns a configuration that trusts the test CA, which has signed
// the certificate of every server of this process. Its ServerName is
// mail.example.com, the servers' default host name. Set it to "" to see whether
// a client sets it to the host that it was given.
func (s *Server) ClientTLS() *tls.Config { return wire.ClientTLS() }

// CAPEM returns the test CA's certificate in PEM, for clients that want a
// file.
func (s *Server) CAPEM() []byte { return wire.CAPEM() }

// DialContext connects in memory, by well-known port, whatever the host: 25,
// 587, 2525 (STARTTLS offered) and 465 (TLS) are SMTP, 143 (STARTTLS) and 993
// (TLS) IMAP, 110 (STLS) and 995 (TLS) POP3. It fits every DialContext hook,
// so code with production host names and ports runs unchanged. Another port is
// an error.
func (s *Server) DialContext(ctx context.Context, network, addr string) (net.Conn, error) {
	_, port, err := net.SplitHostPort(addr)
	if err != nil {
		return nil, fmt.Errorf("mailtest: dial %s: %w", addr, err)
	}
	switch port {
	case "25", "587", "2525", "465", "smtp", "submission", "smtps", "submissions":
		return s.SMTP.DialContext(ctx, network, addr)
	case "143", "993", "imap", "imap2", "imaps":
		return s.IMAP.DialContext(ctx, network, addr)
	case "110", "995", "pop3", "pop3s":
		return s.POP3.DialContext(ctx, network, addr)
	}
	return nil, fmt.Errorf("mailtest: dial %s: no server at this port: "+
		"SMTP is at 25, 587, 2525 and 465, IMAP at 143 and 993, POP3 at 110 and 995", addr)
}
