package smtpfake

import (
	"errors"

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

// refuse makes go-smtp refuse a command, and the session reply to it.
func (b *backend) refuse(reply string) error {
	b.refusal = reply
	return errRefused
}

// Reset is called by go-smtp. The session has reset itself.
func (b *backend) Reset() {}

// Logout is called by go-smtp.
func (b *backend) Logout() error { return nil }
