package imapfake

import (
	"errors"
	"strings"

	"github.com/emersion/go-imap/v2"

	"github.com/mailfakes/mailfakes/mailtest/mailstore"
)

var createExtension = extension{
	commands: []command{
		{name: "CREATE", states: authenticated, run: runCreate},
		{name: "DELETE", states: authenticated, run: runDelete},
		{name: "RENAME", states: authenticated, run: runRename},
	},
}

// runCreate is CREATE (RFC 3501 section 6.3.3).
func runCreate(s *session, c *call) error {
	c.p.sp()
	name := c.p.mailbox()
	old := c.p.oldName
	o := s.parseCreateParams(c.p)
	if err := c.p.end(); err != nil {
		return err
	}
	for _, check := range o.check {
		if err := check(); err != nil {
			return err
		}
	}
	if err := s.allowCreate(name); err != nil {
		return err
	}
	account, inner := s.locate(name)
	if err := limitMailboxes(account, inner); err != nil {
		return err
	}
	box, err := account.Create(inner)
	if err != nil {
		return nameError(err)
	}
	s.ownName(s.nameOf(box))
	if old != "" {
		s.writeName(box, old)
	}
	for _, then := range o.then {
		then(box)
	}
	if s.has(imap.CapObjectID) {
		c.code = mailboxID(box)
	}
	return nil
}

// A creation is what the parameters of CREATE ask for (RFC 4466 section 2.2).
type creation struct {
	check []func() error             // run before the mailbox is made
	then  []func(*mailstore.Mailbox) // and when it is there
}

func (s *session) parseCreateParams(p *parser) *creation {
	o := new(creation)
	if len(s.cfg.registry.createParams) == 0 || p.peek() != ' ' {
		return o
	}
	p.sp()
	p.list1(func() {
		start := p.pos
		x := s.cfg.registry.createParams[p.keyword("a parameter of CREATE")]
		if x == nil {
			p.failAt(start, "a parameter of CREATE")
			return
		}
		x.parse(s, p, o)
	})
	return o
}

// runDelete is DELETE (RFC 3501 section 6.3.4).
func runDelete(s *session, c *call) error {
	c.p.sp()
	name := c.p.mailbox()
	if err := c.p.end(); err != nil {
		return err
	}
	if box := s.find(name); box != nil {
		if err := s.allow(box, "x"); err != nil {
			return err
		}
	}
	account, inner := s.locate(name)
	if account == nil {
		return errNonExistent
	}
	err := account.Delete(inner)
	if err == nil {
		s.notify.renamed(name, "")
		s.ownName(name)
	}
	if s.view != nil && s.view.box.Gone() {
		s.leave()
	}
	return nameError(err)
}

// runRename is RENAME (RFC 3501 section 6.3.5).
func runRename(s *session, c *call) error {
	c.p.sp()
	from := c.p.mailbox()
	c.p.sp()
	to := c.p.mailbox()
	if err := c.p.end(); err != nil {
		return err
	}
	if box := s.find(from); box != nil {
		if err := s.allow(box, "x"); err != nil {
			return err
		}
	}
	if err := s.allowCreate(to); err != nil {
		return err
	}
	account, old := s.locate(from)
	target, name := s.locate(to)
	if account == nil || account != target {
		return no(imap.ResponseCodeCannot, "A mailbox stays with its owner")
	}
	if err := limitMailboxes(account, name); err != nil {
		return err
	}
	if err := account.Rename(old, name); err != nil {
		return nameError(err)
	}
	to = strings.TrimSuffix(to, "/")
	if from != "INBOX" {
		s.notify.renamed(from, to)
	}
	s.ownName(to)
	return nil
}

// nameError words an error of the store, with the codes of RFC 5530 section 3.
func nameError(err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, mailstore.ErrExists):
		return no(imap.ResponseCodeAlreadyExists, "Mailbox exists already")
	case errors.Is(err, mailstore.ErrNotExist):
		return no(imap.ResponseCodeNonExistent, "Mailbox doesn't exist")
	case errors.Is(err, mailstore.ErrHasChildren):
		return no(imap.ResponseCodeHasChildren, "Mailbox has children and can't be selected")
	case errors.Is(err, mailstore.ErrNoRight):
		return no(imap.ResponseCodeNoPerm, "A right for the mailbox is missing")
	case errors.Is(err, mailstore.ErrOverQuota):
		return no(imap.ResponseCodeOverQuota, "Quota exceeded")
	default: // ErrBadName
		return no(imap.ResponseCodeCannot, "Mailbox name is not allowed")
	}
}
