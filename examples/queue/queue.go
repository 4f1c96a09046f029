// Package queue sends mail, and tries again when that fails for now.
//
// Its test is the point: a table of faults, with hours of backoff that take no
// time.
package queue

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/smtp"
	"net/textproto"
	"time"
)

// A Queue sends mail to one server.
type Queue struct {
	Dial    func(context.Context) (net.Conn, error)
	Backoff time.Duration // before the second try; it doubles with each
	Tries   int           // at most; 0 is one
	Timeout time.Duration // of one try; 0 is none
}

// Send sends a message. It returns nil once the server has accepted it, and an
// error that wraps the last try's if the server has refused it for good, the
// tries are used up, or ctx is done. A message whose acceptance was lost on the
// way is sent again: give it a Message-ID, so that the receiver can tell.
func (q *Queue) Send(ctx context.Context, from, to, msg string) error {
	wait := q.Backoff
	for try := 1; ; try++ {
		err := q.try(ctx, from, to, msg)
		if err == nil || permanent(err) {
			return err
		}
		if try >= q.Tries {
			return fmt.Errorf("giving up after %d tries: %w", try, err)
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(wait):
			wait *= 2
		}
	}
}

// permanent reports whether trying again is of no use (RFC 5321 section
// 4.2.1).
func permanent(err error) bool {
	var reply *textproto.Error
	return errors.As(err, &reply) && reply.Code >= 500
}

// try sends the message on a connection of its own.
func (q *Queue) try(ctx context.Context, from, to, msg string) error {
	nc, err := q.Dial(ctx)
	if err != nil {
		return err
	}
	defer nc.Close()
	if q.Timeout > 0 {
		nc.SetDeadline(time.Now().Add(q.Timeout))
	}
	stop := context.AfterFunc(ctx, func() { nc.SetDeadline(time.Now()) })
	defer stop()
	c, err := smtp.NewClient(nc, "mail.example.com")
	if err != nil {
		return err
	}
	if err := c.Mail(from); err != nil {
		return err
	}
	if err := c.Rcpt(to); err != nil {
		return err
	}
	if err := text(c, msg); err != nil {
		return err
	}
	// The mail is the server's now, whatever becomes of QUIT.
	c.Quit()
	return nil
}

func text(c *smtp.Client, msg string) error {
	w, err := c.Data()
	if err != nil {
		return err
	}
	if _, err := w.Write([]byte(msg)); err != nil {
		return err
	}
	return w.Close()
}
