package imapfake

import (
	"errors"
	"fmt"

	"github.com/emersion/go-imap/v2"

	"github.com/mailfakes/mailfakes/mailtest/mailstore"
)

// replaceExtension is REPLACE (RFC 8508): APPEND and EXPUNGE in one step.
var replaceExtension = extension{
	caps: []imap.Cap{imap.CapReplace},
	commands: []command{
		{name: "REPLACE", states: selected, cap: imap.CapReplace, uid: true, run: runReplace,
			literal: admitReplace},
	},
}

// runReplace is REPLACE. The new message's UID goes out before the old one is
// told to be gone.
func runReplace(s *session, c *call) error {
	c.p.sp()
	set := replacedSet(c.p, c.uid)
	c.p.sp()
	name := c.p.mailbox()
	m := s.parseAppend(c.p)
	if err := c.p.end(); err != nil {
		return err
	}
	if err := s.view.check(set); err != nil {
		return err
	}
	box, err := s.replaceable(name)
	if err != nil {
		return err
	}
	msgs, err := s.newMessages(box, []*appendix{m})
	if err != nil {
		return err
	}
	uids := s.view.uids(set)
	if len(uids) == 0 {
		return no(imap.ResponseCodeNonExistent, "There is no such message")
	}
	return s.replace(uids[0], box, msgs[0])
}

func (s *session) replace(uid uint32, box *mailstore.Mailbox, m mailstore.NewMessage) error {
	e, err := s.view.box.Replace(uid, box, m)
	switch {
	case errors.Is(err, mailstore.ErrNotExist):
		return no(imap.ResponseCodeTryCreate, "Mailbox doesn't exist")
	case err != nil:
		return nameError(err)
	case e == nil:
		return no(expungeIssued, "The message has been expunged")
	}
	s.notify.added(box, []*mailstore.Entry{e})
	if s.has(imap.CapUIDPlus) {
		code := fmt.Sprintf("APPENDUID %d %d", box.Snapshot().UIDValidity, e.UID)
		s.untagged(imap.StatusResponseTypeOK, code, "Replaced")
	}
	return nil
}

// replaceable returns the mailbox that the new message goes to, and the error
// if the old one must not be removed.
func (s *session) replaceable(name string) (*mailstore.Mailbox, error) {
	if s.view.readOnly {
		return nil, errReadOnly
	}
	if err := s.allow(s.view.box, "te"); err != nil {
		return nil, err
	}
	return s.destination(name)
}

// replacedSet takes the number of one message.
func replacedSet(p *parser, uid bool) imap.NumSet {
	n := p.seqNumber()
	if uid {
		return imap.UIDSet{{Start: imap.UID(n), Stop: imap.UID(n)}}
	}
	return imap.SeqSet{{Start: n, Stop: n}}
}

// admitReplace refuses a message before it is sent, as admitAppend does.
func admitReplace(s *session, c *call, m mark) error {
	p := *c.p
	p.sp()
	set := replacedSet(&p, c.uid)
	if err := s.admitMessage(&p, m); err != nil {
		return err
	}
	return s.view.check(set)
}
