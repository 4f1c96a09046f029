package imapfake

import (
	"errors"
	"io"
	"strings"
	"time"

	"github.com/emersion/go-imap/v2"

	"github.com/mailfakes/mailfakes/mailtest/wire"
)

// A conduct is what a session remembers of its client to judge the next
// command by.
type conduct struct {
	said    bool   // the client has said something
	ahead   bool   // the command had come before the last reply went out
	refused string // LOGIN, SELECT and the like, if the last of these was refused
	closing bool   // a fault has said BYE

	stale   bool   // the command had come before the client was told of an EXPUNGE
	most    uint32 // how many messages there were before an EXPUNGE was told
	newUIDs bool   // UIDVALIDITY has changed, and the client has asked for no UIDs since
}

// await notes that the next command is waited for. ahead is whether it is
// there already.
func (b *conduct) await(ahead bool) {
	b.ahead = ahead
	b.stale = b.stale && ahead
}

// expunged notes that the client was told of messages that are gone.
func (b *conduct) expunged(before uint32, ahead bool) {
	b.most = max(b.most, before)
	b.stale = b.stale || ahead
}

// replied notes what the client was told.
func (s *session) replied(c *call) {
	b := &s.conduct
	if sent, ok := s.conn.Struck(); ok {
		b.closing = strings.Contains(strings.ToUpper(sent), "* BYE")
	}
	failed := false
	switch c.name {
	case "LOGIN", "AUTHENTICATE":
		failed = s.state == imap.ConnStateNotAuthenticated
	case "SELECT", "EXAMINE":
		failed = s.view == nil
	default:
		return
	}
	b.refused = ""
	if failed {
		b.refused = c.name
	}
}

// checkEnd wants LOGOUT before the end of the stream.
func (s *session) checkEnd(err error) {
	if errors.Is(err, io.EOF) && s.conduct.said && !s.conduct.closing {
		s.conn.Violation("no LOGOUT", "RFC 3501 section 3.4", "")
	}
}

// checkInvalid records a command that isn't valid now: one of a client that
// has read why, or of one that hasn't.
func (s *session) checkInvalid(c *call) {
	b := &s.conduct
	if b.refused != "" && !b.ahead && c.cmd != nil {
		s.violate(c, "reply ignored", "RFC 3501 section 2.2.2")
		return
	}
	s.violate(c, "command that is not valid now", "RFC 3501 section 3")
}

// checkLiteral looks for secrets in a literal.
func (s *session) checkLiteral(c *call, data []byte) {
	if c.cmd != nil && c.cmd.secret {
		s.conn.CheckSecret(data, c.name)
		return
	}
	s.conn.CheckSecretText(data, c.name)
}

// maxIdle is after how long a client should begin IDLE anew.
const maxIdle = 29 * time.Minute

// checkIdle is called when IDLE ends.
func (s *session) checkIdle(c *call, start time.Time) {
	if d := time.Since(start).Truncate(time.Second); d > maxIdle {
		s.conn.Violation("IDLE for more than 29 minutes", "RFC 2177 section 3", d.String())
	}
}

// maxGoodLine is how long a command should be at most.
const maxGoodLine = 8192

// judged runs a command, and records what its numbers show.
func (s *session) judged(c *call) error {
	view, exists := s.view, uint32(0)
	if view != nil {
		exists = view.exists
	}
	err := c.cmd.run(s, c)
	if len(c.p.line) > maxGoodLine {
		s.conn.Violation(wire.RuleLongLine, "RFC 7162 section 4", c.name)
	}
	if view != nil && view == s.view {
		s.checkSeqs(c, exists)
		s.checkUIDs(c)
	}
	return err
}

// checkSeqs finds sequence numbers as they were before an EXPUNGE: of a command
// that the client sent before it could know of that, and those that only fit
// the number of messages at that time.
func (s *session) checkSeqs(c *call, exists uint32) {
	b := &s.conduct
	const rule = "sequence number across an expunge"
	if b.stale && len(c.p.seqs) > 0 {
		s.violate(c, rule, "RFC 3501 section 5.5")
		return
	}
	for _, r := range c.p.seqs {
		if n := max(r.Start, r.Stop); n > exists && n <= b.most {
			s.violate(c, rule, "RFC 3501 section 7.4.1")
			return
		}
	}
}

// noteValidity notes the UIDVALIDITY that the client is told, and whether
// another one was told under this name before.
func (s *session) noteValidity() {
	s.conduct.stale, s.conduct.most = false, 0
	key := s.account.Addr + "\x00" + s.view.box.Name()
	now := s.view.snap.UIDValidity
	before, known := s.cfg.validities.swap(key, now)
	s.conduct.newUIDs = known && before != now
}

// checkUIDs finds UIDs that the client can't know since UIDVALIDITY has
// changed, until it has asked for UIDs. It knows 1, "*" and UIDNEXT.
func (s *session) checkUIDs(c *call) {
	b := &s.conduct
	if !b.newUIDs {
		return
	}
	next := imap.UID(s.view.snap.UIDNext)
	known := func(n imap.UID) bool { return n <= 1 || n == next }
	for _, r := range c.p.uids {
		if !known(r.Start) || !known(r.Stop) {
			s.violate(c, "UID across a UIDVALIDITY change", "RFC 3501 section 2.3.1.1")
			break
		}
	}
	switch strings.TrimPrefix(c.name, "UID ") {
	case "FETCH", "SEARCH", "SORT", "THREAD", "APPEND", "COPY", "MOVE":
		b.newUIDs = false
	}
}
