package imapfake

import (
	"slices"
	"strings"

	"github.com/emersion/go-imap/v2"

	"github.com/mailfakes/mailfakes/mailtest/mailstore"
)

// specialUseExtension is SPECIAL-USE (RFC 6154): attributes that LIST gives
// unasked, and its options.
var specialUseExtension = extension{
	caps: []imap.Cap{imap.CapSpecialUse},
	listOptions: []listOption{
		{name: "SPECIAL-USE", cap: imap.CapSpecialUse,
			parse: func(l *listing, p *parser) { l.use = true }},
		{name: "RETURN SPECIAL-USE", cap: imap.CapSpecialUse,
			parse: func(l *listing, p *parser) { l.showUse = true }},
	},
}

// createSpecialUseExtension is CREATE-SPECIAL-USE (RFC 6154 section 3).
var createSpecialUseExtension = extension{
	caps: []imap.Cap{imap.CapCreateSpecialUse},
	createParams: []createParam{
		{name: "USE", cap: imap.CapCreateSpecialUse, parse: parseUse},
	},
}

// specialUses are the special uses that a client may give to a mailbox. \All
// and \Flagged stand for mailboxes that gather what is in others.
var specialUses = []imap.MailboxAttr{
	imap.MailboxAttrArchive, imap.MailboxAttrDrafts, imap.MailboxAttrImportant,
	imap.MailboxAttrJunk, imap.MailboxAttrSent, imap.MailboxAttrTrash,
}

// parseUse takes the list behind USE.
func parseUse(s *session, p *parser, o *creation) {
	p.sp()
	var uses []string
	p.list(func() { uses = append(uses, string(p.flag())) })
	o.check = append(o.check, func() (err error) {
		uses, err = s.checkUse(uses, nil)
		return err
	})
	o.then = append(o.then, func(b *mailstore.Mailbox) { b.SetUse(strings.Join(uses, " ")) })
}

// checkUse returns special uses as they are spelled, or the error if a mailbox
// can't have them: unknown ones, and those that another mailbox than box has.
func (s *session) checkUse(uses []string, box *mailstore.Mailbox) ([]string, error) {
	var list []string
	for _, u := range uses {
		i := slices.IndexFunc(specialUses, func(a imap.MailboxAttr) bool {
			return strings.EqualFold(string(a), u)
		})
		if i < 0 {
			return nil, no(codeUseAttr, "Special use %s can't be given", u)
		}
		u = string(specialUses[i])
		if s.useTaken(u, box) {
			return nil, no(codeUseAttr, "Another mailbox is %s already", u)
		}
		list = append(list, u)
	}
	return list, nil
}

// codeUseAttr says that a special use can't be had (RFC 6154 section 3).
const codeUseAttr imap.ResponseCode = "USEATTR"

func (s *session) useTaken(use string, box *mailstore.Mailbox) bool {
	return slices.ContainsFunc(s.account.Mailboxes(), func(b *mailstore.Mailbox) bool {
		return b != box && slices.Contains(strings.Fields(b.Use()), use)
	})
}

// useAttrs returns the attributes for a mailbox's special use.
func (s *session) useAttrs(b *mailstore.Mailbox, asked bool) (list []imap.MailboxAttr) {
	if !asked && !s.has(imap.CapSpecialUse) && !s.cfg.offer.attrs {
		return nil
	}
	for _, u := range strings.Fields(b.Use()) {
		list = append(list, imap.MailboxAttr(u))
	}
	return list
}
