package smtpfake

import (
	"errors"
	"fmt"
	"io"
	"strconv"

	"github.com/mailfakes/mailfakes/mailtest/mailstore"
	"github.com/mailfakes/mailfakes/mailtest/message"
	"github.com/mailfakes/mailfakes/mailtest/wire"
)

// DATA: RFC 5321 section 4.1.1.4.

func (s *session) data(arg string) {
	switch {
	case arg != "":
		s.reply("501 5.5.4 DATA takes no argument")
	case s.tx == nil:
		s.reply("503 5.5.1 Send MAIL first")
	case len(s.tx.rcpts) == 0 && s.tx.refused > 0:
		s.reply("554 5.5.1 No valid recipients")
	case len(s.tx.rcpts) == 0:
		s.reply("503 5.5.1 Send RCPT first")
	default:
		s.reply("354 End data with <CR><LF>.<CR><LF>")
		s.text()
	}
}

// text reads the message text and delivers the message. The step of DATA ends
// here, and that of the end of the text is ended by the caller.
func (s *session) text() {
	if s.c.End() != nil {
		return
	}
	u := newUnstuffer(s.tx.size, s.cfg.MaxMessageBytes)
	if err := s.readText(u); err != nil {
		s.bye(err)
		return
	}
	if !s.c.Begin(wire.Step{Name: wire.StepText}) {
		s.reset()
		return
	}
	if u.over {
		s.reset()
		s.reply("552 5.3.4 Message exceeds the limit of " +
			strconv.FormatInt(s.cfg.MaxMessageBytes, 10) + " octets")
		return
	}
	s.tx.text = u.text
	s.finish()
}

func (s *session) readText(u *unstuffer) error {
	for done := false; !done; {
		s.await()
		window, err := s.c.Window()
		if err != nil {
			return err
		}
		var n int
		n, done = u.feed(window)
		s.c.Advance(n)
	}
	return nil
}

// finish gives go-smtp the end of the transaction, and replies. The text has
// been taken already, so that go-smtp gets an empty one.
func (s *session) finish() {
	ok := s.pass("DATA\r\n.")
	// The store must know that the transaction is over before the client
	// does.
	s.endTransaction()
	if !ok {
		s.reply(s.refusal)
		return
	}
	s.count++
	s.reply(fmt.Sprintf("250 2.0.0 Ok: queued as %d-%d", s.c.ID(), s.count))
}

// Data is called by go-smtp, which has nothing to read.
func (b *backend) Data(io.Reader) error {
	err := b.cfg.Store.Deliver(b.message())
	switch {
	case errors.Is(err, mailstore.ErrOverQuota):
		return b.refuse("552 5.2.2 Mailbox full")
	case err != nil:
		return b.refuse("451 4.3.0 " + err.Error())
	}
	return nil
}

// message returns the message of the transaction.
func (s *session) message() *message.Message {
	m := message.New(s.tx.from, s.tx.rcpts, s.tx.text)
	m.Via = message.Via{
		Helo:       s.helo,
		RemoteAddr: s.c.RemoteAddr(),
		Conn:       s.c.ID(),
		TLS:        s.tlsState(),
		User:       s.user,
		MailParams: s.tx.params,
		RcptParams: s.tx.rcptParams,
	}
	return m
}

// endTransaction forgets the transaction.
func (s *session) endTransaction() {
	if s.tx != nil {
		s.tx.end()
		s.tx = nil
	}
}

// reset forgets the transaction, and makes go-smtp forget it.
func (s *session) reset() {
	if s.tx != nil {
		s.endTransaction()
		s.pass("RSET")
	}
}
