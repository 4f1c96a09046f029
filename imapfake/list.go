package imapfake

import (
	"slices"
	"strings"

	"github.com/emersion/go-imap/v2"

	"github.com/mailfakes/mailfakes/mailtest/mailstore"
)

var listExtension = extension{
	caps: []imap.Cap{imap.CapChildren},
	commands: []command{
		{name: "LIST", states: authenticated, run: runList},
	},
}

// specialUseExtension is SPECIAL-USE (RFC 6154): attributes that LIST gives
// unasked.
var specialUseExtension = extension{caps: []imap.Cap{imap.CapSpecialUse}}

// runList is LIST (RFC 3501 section 6.3.8) with the attributes of RFC 3348 and
// RFC 6154.
func runList(s *session, c *call) error {
	ref, pattern, err := parseListArgs(c.p)
	if err != nil {
		return err
	}
	if pattern == "" {
		s.writeList("LIST", []imap.MailboxAttr{imap.MailboxAttrNoSelect}, "")
		return nil
	}
	m := newMatcher(ref, pattern)
	boxes := s.account.Mailboxes()
	for i, b := range boxes {
		if name := b.Name(); m.match(name) {
			s.writeList("LIST", s.attributes(b, hasChildren(boxes[i+1:], name)), name)
		}
	}
	return nil
}

// hasChildren reports whether one of the boxes is below name.
func hasChildren(boxes []*mailstore.Mailbox, name string) bool {
	return slices.ContainsFunc(boxes, func(b *mailstore.Mailbox) bool {
		return strings.HasPrefix(b.Name(), name+"/")
	})
}

// attributes returns the attributes of a mailbox.
func (s *session) attributes(b *mailstore.Mailbox, children bool) (list []imap.MailboxAttr) {
	if b.NoSelect() {
		list = append(list, imap.MailboxAttrNoSelect)
	}
	if s.has(imap.CapChildren) {
		if children {
			list = append(list, imap.MailboxAttrHasChildren)
		} else {
			list = append(list, imap.MailboxAttrHasNoChildren)
		}
	}
	if use := b.Use(); use != "" && (s.has(imap.CapSpecialUse) || s.cfg.offer.attrs) {
		list = append(list, imap.MailboxAttr(use))
	}
	return list
}

// writeList writes a LIST or LSUB response.
func (s *session) writeList(kind string, attrs []imap.MailboxAttr, name string) {
	e := &s.enc
	e.raw("* ")
	e.raw(kind)
	e.raw(" (")
	for i, a := range attrs {
		if i > 0 {
			e.sp()
		}
		e.raw(string(a))
	}
	e.raw(`) "`)
	e.byte(e.names.delimiter())
	e.raw(`" `)
	e.mailbox(name)
	e.line()
}
