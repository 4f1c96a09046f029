package smtpfake

import (
	"errors"
	"fmt"
	"runtime/debug"

	"github.com/emersion/go-smtp"
)

// A backend is a session as go-smtp sees it. Its methods are in the files of
// the commands that they belong to; they run while the session's goroutine
// waits for go-smtp.
type backend struct{ *session }

func newBackend(c *smtp.Conn) (smtp.Session, error) {
	return &backend{c.Conn().(*virtualConn).session}, nil
}

var errRefused = errors.New("refused")

// passOn is deferred by the callbacks. go-smtp would answer a panic by 421 and
// log it; it is our mistake, and belongs to the goroutine that serves the
// connection.
func (b *backend) passOn() {
	if r := recover(); r != nil {
		b.panicked = fmt.Sprintf("%v\n%s", r, debug.Stack())
		panic(r)
	}
}

// obey makes go-smtp do what a rule says, and the session reply it.
func (b *backend) obey(r *Rule) error {
	if r.Reply[0] != '2' {
		return b.refuse(r.Reply)
	}
	b.tx.reply = r.Reply
	return nil
}

// refuse makes go-smtp refuse a command, and the session reply to it.
func (b *backend) refuse(reply string) error {
	b.refusal = reply
	return errRefused
}

// Reset is called by go-smtp. The session has reset itself.
func (b *backend) Reset() {}

// Logout is called by go-smtp.
func (b *backend) Logout() error { return nil }
