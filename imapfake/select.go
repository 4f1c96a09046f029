package imapfake

import (
	"github.com/emersion/go-imap/v2"
)

// systemFlags are the flags that every mailbox has (RFC 3501 section 2.3.2).
var systemFlags = []imap.Flag{
	imap.FlagAnswered, imap.FlagFlagged, imap.FlagDeleted, imap.FlagSeen, imap.FlagDraft,
}

var selectExtension = extension{
	commands: []command{
		{name: "SELECT", states: authenticated, run: runSelect},
		{name: "EXAMINE", states: authenticated, run: runExamine},
		{name: "CLOSE", states: selected, run: runClose},
	},
}

var unselectExtension = extension{
	caps: []imap.Cap{imap.CapUnselect},
	commands: []command{
		{name: "UNSELECT", states: selected, cap: imap.CapUnselect, run: runUnselect},
	},
}

// runSelect is SELECT (RFC 3501 section 6.3.1).
func runSelect(s *session, c *call) error {
	return s.selectMailbox(c, &selectOptions{})
}

// runExamine is EXAMINE (RFC 3501 section 6.3.2).
func runExamine(s *session, c *call) error {
	return s.selectMailbox(c, &selectOptions{SelectOptions: imap.SelectOptions{ReadOnly: true}})
}

// selectOptions are the parameters of SELECT and EXAMINE.
type selectOptions struct {
	imap.SelectOptions
	resync *resync // nil if there is no QRESYNC
}

func (s *session) selectMailbox(c *call, o *selectOptions) error {
	c.p.sp()
	name := c.p.mailbox()
	s.parseSelectParams(c.p, o)
	if err := c.p.end(); err != nil {
		return err
	}
	s.closeSelected()
	if o.CondStore {
		s.enableCondStore()
	}
	box, err := s.lookup(name, "r")
	if err != nil {
		return err
	}
	readOnly := o.ReadOnly || box.ReadOnly() || !s.may(box, "iswte")
	s.view = newView(box, readOnly, s.rev2())
	s.state = imap.ConnStateSelected
	s.noteValidity()
	s.writeSelected()
	if s.rev2() {
		s.writeName(box, c.p.oldName)
	}
	if o.resync != nil {
		s.writeResync(o.resync)
	}
	c.code = "READ-WRITE"
	if readOnly {
		c.code = "READ-ONLY"
	}
	return nil
}

// closeSelected leaves the selected mailbox for another one, and says where
// the one ends and the other begins (RFC 7162 section 3.2.11).
func (s *session) closeSelected() {
	if s.view != nil && (s.has(imap.CapCondStore) || s.has(imap.CapIMAP4rev2)) {
		s.untagged(imap.StatusResponseTypeOK, "CLOSED", "Previous mailbox closed")
	}
	s.leave()
}

// parseSelectParams takes the parameters of RFC 4466 section 2.1, if there are
// any.
func (s *session) parseSelectParams(p *parser, o *selectOptions) {
	if len(s.cfg.registry.selectParams) == 0 || p.peek() != ' ' {
		return
	}
	p.sp()
	p.list1(func() {
		start := p.pos
		x := s.cfg.registry.selectParams[p.keyword("a parameter of SELECT")]
		if x == nil {
			p.failAt(start, "a parameter of SELECT")
			return
		}
		x.parse(s, p, o)
	})
}

// writeSelected writes the untagged responses of SELECT.
func (s *session) writeSelected() {
	v, e := s.view, &s.enc
	s.writeFlags()
	e.untagged(v.exists, "EXISTS")
	e.line()
	if !v.rev2 {
		e.untagged(v.recents, "RECENT")
		e.line()
		if !s.uidOnly() {
			s.writeUnseen()
		}
	}
	s.codeNumber("UIDVALIDITY", uint64(v.snap.UIDValidity), "UIDs valid")
	s.codeNumber("UIDNEXT", uint64(v.snap.UIDNext), "Predicted next UID")
	if s.has(imap.CapObjectID) {
		s.untagged(imap.StatusResponseTypeOK, mailboxID(v.box), "Mailbox ID")
	}
	if s.has(capURLAuth) {
		s.untagged(imap.StatusResponseTypeOK, "URLMECH "+urlMech, "Mechanisms of URLAUTH")
	}
	if s.has(imap.CapCondStore) {
		s.writeHighestModSeq(v.snap.HighestModSeq)
	}
}

func (s *session) writeUnseen() {
	if i, ok := s.view.snap.FirstUnseen(); ok {
		s.codeNumber("UNSEEN", uint64(i)+1, "First unseen message")
	}
}

// codeNumber writes "* OK [code n] text".
func (s *session) codeNumber(code string, n uint64, text string) {
	s.enc.raw("* OK [")
	s.enc.raw(code)
	s.enc.sp()
	s.enc.num(n)
	s.enc.raw("] ")
	s.enc.raw(text)
	s.enc.line()
}

// runClose is CLOSE (RFC 3501 section 6.4.2).
func runClose(s *session, c *call) error {
	if err := c.p.end(); err != nil {
		return err
	}
	if !s.view.readOnly && s.may(s.view.box, "e") {
		s.view.box.Expunge(s.view.deleted(all))
	}
	s.leave()
	return nil
}

// runUnselect is UNSELECT (RFC 3691).
func runUnselect(s *session, c *call) error {
	if err := c.p.end(); err != nil {
		return err
	}
	s.leave()
	return nil
}
