package imapfake

import (
	"strings"
	"time"

	"github.com/emersion/go-imap/v2"

	"github.com/mailfakes/mailfakes/mailtest/wire"
)

var idleExtension = extension{
	caps: []imap.Cap{imap.CapIdle},
	commands: []command{
		{name: "IDLE", states: authenticated, cap: imap.CapIdle, run: runIdle},
	},
}

// runIdle is IDLE (RFC 2177). What is new is pushed at once, beginning with
// what came before.
func runIdle(s *session, c *call) error {
	if err := c.p.end(); err != nil {
		return err
	}
	s.conn.CheckUnasked("DONE")
	defer s.checkIdle(c, time.Now())
	s.enc.raw("+ idling\r\n")
	s.enc.flush()
	if s.conn.End() != nil {
		return errNoReply
	}
	s.conn.SetReadDeadline(time.Time{})
	for {
		if !s.push(true) {
			return errNoReply
		}
		if err := s.conn.Wait(s.changed()); err != nil {
			s.end(err)
			return errNoReply
		}
		if s.conn.Buffered() > 0 {
			return s.endIdle(c)
		}
	}
}

// changed returns a channel that is closed when there is something to push,
// nil if that can't be.
func (s *session) changed() <-chan struct{} {
	switch {
	case s.notify != nil || s.metadata != nil:
		return s.cfg.auth.Store.Changed(s.seen)
	case s.view == nil:
		return nil
	}
	return s.view.box.Changed(s.view.snap.HighestModSeq)
}

// push writes what is new, as a step of its own. It reports whether the
// session goes on.
func (s *session) push(expunge bool) bool {
	s.asked = false
	s.enc.hold = true
	s.update(expunge)
	s.enc.hold = false
	if len(s.enc.buf) == 0 {
		return !s.closing
	}
	if s.conn.Begin(wire.Step{Name: wire.StepPush, Prefix: "* "}) {
		s.enc.flush()
	}
	s.enc.buf = s.enc.buf[:0]
	return s.conn.End() == nil && !s.closing
}

// endIdle reads the line that ends IDLE. Anything but DONE ends it with BAD,
// and isn't run.
func (s *session) endIdle(c *call) error {
	line, err := s.readLine()
	if err != nil {
		s.end(err)
		return errNoReply
	}
	text := strings.TrimRight(string(line), "\r\n")
	if !s.conn.Begin(wire.Step{Name: wire.StepContinue, Arg: text, Prefix: c.tag + " "}) {
		return errNoReply
	}
	if !strings.EqualFold(text, "DONE") {
		s.conn.Violation("command during IDLE", "RFC 2177 section 3", text)
		return bad("", "expected DONE, got %s", quoteNear([]byte(text)))
	}
	return nil
}
