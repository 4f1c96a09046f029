package imapfake

import (
	"github.com/emersion/go-imap/v2"

	"github.com/mailfakes/mailfakes/mailtest/mailstore"
)

var statusExtension = extension{
	commands: []command{
		{name: "STATUS", states: authenticated, run: runStatus},
	},
	statusItems: []statusItem{
		{name: "MESSAGES", write: statusMessages},
		{name: "RECENT", rev1: true, write: statusRecent},
		{name: "UIDNEXT", write: statusUIDNext},
		{name: "UIDVALIDITY", write: statusUIDValidity},
		{name: "UNSEEN", write: statusUnseen},
	},
}

var statusSizeExtension = extension{
	caps: []imap.Cap{imap.CapStatusSize},
	statusItems: []statusItem{
		{name: "SIZE", cap: imap.CapStatusSize,
			write: func(s *session, b *mailstore.Mailbox, v *mailstore.Snapshot) {
				s.enc.num(uint64(v.Size))
			}},
	},
}

func statusMessages(s *session, b *mailstore.Mailbox, v *mailstore.Snapshot) {
	s.enc.num(uint64(v.Len()))
}

func statusRecent(s *session, b *mailstore.Mailbox, v *mailstore.Snapshot) {
	i, _ := v.Index(b.ClaimRecent(true))
	s.enc.num(uint64(v.Len() - i))
}

func statusUIDNext(s *session, b *mailstore.Mailbox, v *mailstore.Snapshot) {
	s.enc.num(uint64(v.UIDNext))
}

func statusUIDValidity(s *session, b *mailstore.Mailbox, v *mailstore.Snapshot) {
	s.enc.num(uint64(v.UIDValidity))
}

func statusUnseen(s *session, b *mailstore.Mailbox, v *mailstore.Snapshot) {
	s.enc.num(uint64(v.Unseen))
}

// runStatus is STATUS (RFC 3501 section 6.3.10).
func runStatus(s *session, c *call) error {
	c.p.sp()
	name := c.p.mailbox()
	c.p.sp()
	items := s.parseStatusItems(c.p)
	if err := c.p.end(); err != nil {
		return err
	}
	box, err := s.lookup(name, "r")
	if err != nil {
		return err
	}
	s.writeStatus(box, items)
	return nil
}

// parseStatusItems takes a parenthesised list of STATUS items.
func (s *session) parseStatusItems(p *parser) (items []*statusItem) {
	p.list1(func() {
		start := p.pos
		x := s.cfg.registry.statusItems[p.keyword("a STATUS item")]
		if x == nil || x.rev1 && s.rev2() {
			p.failAt(start, "a STATUS item")
			return
		}
		items = append(items, x)
	})
	return items
}

// writeStatus writes a STATUS response.
func (s *session) writeStatus(box *mailstore.Mailbox, items []*statusItem) {
	for _, x := range items {
		if x.enable != nil {
			x.enable(s)
		}
	}
	e := &s.enc
	snap := box.Snapshot()
	e.raw("* STATUS ")
	e.mailbox(s.nameOf(box))
	e.raw(" (")
	for i, x := range items {
		if i > 0 {
			e.sp()
		}
		e.raw(x.name)
		e.sp()
		x.write(s, box, snap)
	}
	e.byte(')')
	e.line()
}
