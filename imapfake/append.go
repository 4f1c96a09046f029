package imapfake

import (
	"errors"
	"strconv"
	"strings"
	"time"

	"github.com/emersion/go-imap/v2"

	"github.com/mailfakes/mailfakes/mailtest/mailstore"
	"github.com/mailfakes/mailfakes/mailtest/message"
)

var appendExtension = extension{
	commands: []command{
		{name: "APPEND", states: authenticated, run: runAppend, literal: admitAppend},
	},
}

var multiAppendExtension = extension{caps: []imap.Cap{imap.CapMultiAppend}}

// runAppend is APPEND (RFC 3501 section 6.3.11), with several messages, all or
// none of which are stored (RFC 3502).
func runAppend(s *session, c *call) error {
	c.p.sp()
	name := c.p.mailbox()
	list := []*appendix{s.parseAppend(c.p)}
	for s.has(imap.CapMultiAppend) && c.p.peek() == ' ' {
		list = append(list, s.parseAppend(c.p))
	}
	if err := c.p.end(); err != nil {
		return err
	}
	if most := s.saveLimit(); most > 0 && len(list) > int(most) {
		return tooMany(most, 0)
	}
	box, err := s.destination(name)
	if err != nil {
		return err
	}
	msgs, err := s.newMessages(box, list)
	if err != nil {
		return err
	}
	return s.appendAll(c, box, msgs)
}

// newMessages returns messages as they are to be stored in a mailbox.
func (s *session) newMessages(box *mailstore.Mailbox, list []*appendix) ([]mailstore.NewMessage, error) {
	msgs := make([]mailstore.NewMessage, len(list))
	for i, m := range list {
		data, err := m.data()
		switch {
		case err != nil:
			return nil, err
		case len(data) == 0:
			return nil, no(imap.ResponseCodeCannot, "A message of 0 bytes can't be stored")
		}
		msgs[i] = m.NewMessage
		msgs[i].Msg = message.New("", nil, data)
		msgs[i].Flags = s.permitted(box, m.Flags)
		if err := limitKeywords(box, msgs[i].Flags); err != nil {
			return nil, err
		}
	}
	return msgs, nil
}

// appendAll stores messages, all or none.
func (s *session) appendAll(
	c *call, box *mailstore.Mailbox, list []mailstore.NewMessage,
) error {
	entries, err := box.AppendAll(list)
	switch {
	case errors.Is(err, mailstore.ErrNotExist):
		return no(imap.ResponseCodeTryCreate, "Mailbox doesn't exist")
	case err != nil:
		return nameError(err)
	}
	s.notify.added(box, entries)
	if s.has(imap.CapUIDPlus) {
		c.code = "APPENDUID " + strconv.FormatUint(uint64(box.Snapshot().UIDValidity), 10) +
			" " + uidSet(entries).String()
	}
	return nil
}

// An appendix is a message of APPEND, parsed.
type appendix struct {
	mailstore.NewMessage
	data func() ([]byte, error) // its bytes, once the command runs
}

// parseAppend takes one message with its flags and date.
func (s *session) parseAppend(p *parser) *appendix {
	m := &appendix{NewMessage: parseAppendOptions(p)}
	if s.has(imap.CapCatenate) && p.tryKeyword("CATENATE") {
		parts := parseCatenate(p)
		m.data = func() ([]byte, error) { return s.catenate(parts) }
		return m
	}
	data := s.parseMessage(p)
	m.data = func() ([]byte, error) { return data, nil }
	return m
}

// parseAppendOptions takes what stands before a message.
func parseAppendOptions(p *parser) (m mailstore.NewMessage) {
	p.sp()
	if p.peek() == '(' {
		m.Flags = storable(p, p.flagList())
		p.sp()
	}
	if p.peek() == '"' {
		m.Date = p.dateTime()
		p.sp()
	}
	return m
}

// parseMessage takes a message: a literal, a literal8 (RFC 3516 section 4.4),
// or one in UTF8 () (RFC 9755 section 4).
func (s *session) parseMessage(p *parser) []byte {
	start := p.pos
	if s.enabled[imap.CapUTF8Accept] && p.tryKeyword("UTF8") {
		p.sp()
		p.expect('(')
		b, binary := p.anyLiteral()
		if !binary {
			p.failAt(start, "a literal8 within UTF8 ()")
		}
		p.expect(')')
		return b
	}
	if p.peek() == '~' && (s.has(imap.CapBinary) || s.rev2() || s.enabled[imap.CapUTF8Accept]) {
		b, _ := p.anyLiteral()
		return b
	}
	return p.literal()
}

// admitAppend refuses a message before it is sent (RFC 7889 section 4): for
// its size, or for what is wrong with the command so far.
func admitAppend(s *session, c *call, m mark) error {
	p := *c.p // it is all parsed again when the command is complete
	return s.admitMessage(&p, m)
}

// admitMessage is admitAppend from the mailbox name on.
func (s *session) admitMessage(p *parser, m mark) error {
	p.sp()
	if p.pos == m.start {
		return limitLiteral(m.size, maxLiteral) // the mailbox name
	}
	name := p.mailbox()
	bytes, n := s.parseUpTo(p, m)
	if p.err != nil {
		return p.err
	}
	if m.size < 0 || m.size > s.cfg.maxMessage() {
		return no(imap.ResponseCodeTooBig, "Message is over %d bytes", s.cfg.maxMessage())
	}
	box, err := s.destination(name)
	if err == nil && !box.Account().Room(bytes+m.size, n+1) {
		return nameError(mailstore.ErrOverQuota)
	}
	return err
}

// parseUpTo takes the messages up to the mark of the one to come, and what
// stands before that, and returns how large the messages are.
func (s *session) parseUpTo(p *parser, m mark) (bytes int64, n int) {
	for parseAppendOptions(p); !p.failed() && p.lit < len(p.lits); parseAppendOptions(p) {
		if s.has(imap.CapCatenate) && p.tryKeyword("CATENATE") {
			k, whole := catenatedUpTo(p, m)
			if bytes += k; !whole {
				return bytes, n
			}
		} else {
			bytes += int64(len(s.parseMessage(p)))
		}
		n++
	}
	if p.failed() || p.pos > m.start {
		return bytes, n
	}
	if s.has(imap.CapCatenate) && p.tryKeyword("CATENATE") {
		catenatedUpTo(p, m)
		return bytes, n
	}
	switch strings.ToUpper(string(p.line[p.pos:m.start])) {
	case "", "~", "UTF8 (~":
	default:
		p.fail("a literal")
	}
	return bytes, n
}

func limitLiteral(size, limit int64) error {
	if size < 0 || size > limit {
		return no(imap.ResponseCodeTooBig, "Literal is over %d bytes", limit)
	}
	return nil
}

// destination returns the mailbox to which messages are to be added.
func (s *session) destination(name string) (*mailstore.Mailbox, error) {
	box := s.find(name)
	if err := s.referral(name); err != nil {
		return nil, err
	}
	if box == nil {
		return nil, no(imap.ResponseCodeTryCreate, "Mailbox doesn't exist")
	}
	switch err := s.allow(box, "i"); err {
	case nil:
	case errNonExistent: // which is told as if it were so
		return nil, no(imap.ResponseCodeTryCreate, "Mailbox doesn't exist")
	default:
		return nil, err
	}
	if box.ReadOnly() {
		return nil, no(imap.ResponseCodeNoPerm, "Mailbox is read-only")
	}
	return box, nil
}

// uidSet returns the UIDs of entries as a set in their order: without a range
// if there is only one (RFC 4315 section 3).
func uidSet(entries []*mailstore.Entry) (set imap.UIDSet) {
	for _, e := range entries {
		uid := imap.UID(e.UID)
		if n := len(set); n > 0 && set[n-1].Stop+1 == uid {
			set[n-1].Stop = uid
			continue
		}
		set = append(set, imap.UIDRange{Start: uid, Stop: uid})
	}
	return set
}

// dateTime takes a date-time.
func (p *parser) dateTime() time.Time {
	start := p.pos
	t, err := parseDateTime(p.quoted())
	if p.err == nil && err != nil {
		p.failAt(start, `a date such as "17-Jul-1996 02:44:25 -0700"`)
	}
	return t
}
