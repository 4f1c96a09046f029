package imapfake

import (
	"maps"
	"slices"
	"strings"

	"github.com/emersion/go-imap/v2"

	"github.com/mailfakes/mailfakes/mailtest/mailstore"
)

// aclExtension is ACL (RFC 4314). Rights bind clients whether or not it is
// offered: a test sets them with mailstore.Mailbox.SetRights.
var aclExtension = extension{
	caps: []imap.Cap{imap.CapACL, "RIGHTS=kxte"},
	commands: []command{
		{name: "SETACL", states: authenticated, cap: imap.CapACL, run: runSetACL},
		{name: "DELETEACL", states: authenticated, cap: imap.CapACL, run: runDeleteACL},
		{name: "GETACL", states: authenticated, cap: imap.CapACL, run: runGetACL},
		{name: "LISTRIGHTS", states: authenticated, cap: imap.CapACL, run: runListRights},
		{name: "MYRIGHTS", states: authenticated, cap: imap.CapACL, run: runMyRights},
	},
}

// listMyRightsExtension is LIST-MYRIGHTS (RFC 8440).
var listMyRightsExtension = extension{
	caps: []imap.Cap{imap.CapListMyRights},
	listOptions: []listOption{
		{name: "RETURN MYRIGHTS", cap: imap.CapListMyRights,
			parse: func(l *listing, p *parser) {
				l.also = append(l.also, func(n *listName) { l.s.writeMyRights(n.box) })
			}},
	},
}

// virtualRights are rights of RFC 2086 and what has come of them (RFC 4314
// section 2.1.1).
var virtualRights = map[rune]string{'c': "kx", 'd': "te"}

// showRights returns rights as responses have them, with the virtual ones that
// any of their parts gives.
func showRights(rights string) string {
	rights, administer := strings.CutSuffix(rights, "a")
	for _, v := range "cd" {
		if strings.ContainsAny(rights, virtualRights[v]) {
			rights += string(v)
		}
	}
	if administer {
		rights += "a"
	}
	return rights
}

// aclArgs takes a mailbox and an identifier.
func aclArgs(p *parser) (name, identifier string) {
	p.sp()
	name = p.mailbox()
	p.sp()
	start := p.pos
	identifier = p.astring()
	if p.err == nil && strings.TrimPrefix(identifier, "-") == "" {
		p.failAt(start, "an identifier")
	}
	return name, identifier
}

// runSetACL is SETACL (RFC 4314 section 3.1).
func runSetACL(s *session, c *call) error {
	name, identifier := aclArgs(c.p)
	c.p.sp()
	op, rights := modRights(c.p)
	if err := c.p.end(); err != nil {
		return err
	}
	box, err := s.lookup(name, "a")
	if err != nil {
		return err
	}
	acl := box.ACL()
	have, known := acl[strings.ToLower(identifier)]
	if !known && len(acl) >= maxIdentifiers {
		return beyond("There are too many identifiers: the limit is %d", maxIdentifiers)
	}
	if err := limitName(identifier); err != nil {
		return err
	}
	switch op {
	case '+':
		rights += have
	case '-':
		rights = strings.Map(func(r rune) rune {
			if strings.ContainsRune(rights, r) {
				return -1
			}
			return r
		}, have)
	}
	box.SetRights(identifier, rights)
	return nil
}

// modRights takes rights with + or - before them.
func modRights(p *parser) (op byte, rights string) {
	start := p.pos
	text := p.astring()
	if text != "" && (text[0] == '+' || text[0] == '-') {
		op, text = text[0], text[1:]
	}
	for _, r := range text {
		switch v := virtualRights[r]; {
		case v != "":
			rights += v
		case strings.ContainsRune(mailstore.AllRights, r):
			rights += string(r)
		default:
			p.failAt(start, "rights among "+mailstore.AllRights+"cd")
		}
	}
	return op, rights
}

// runDeleteACL is DELETEACL (RFC 4314 section 3.2).
func runDeleteACL(s *session, c *call) error {
	name, identifier := aclArgs(c.p)
	if err := c.p.end(); err != nil {
		return err
	}
	box, err := s.lookup(name, "a")
	if err != nil {
		return err
	}
	box.SetRights(identifier, "")
	return nil
}

// runGetACL is GETACL (RFC 4314 section 3.3).
func runGetACL(s *session, c *call) error {
	c.p.sp()
	name := c.p.mailbox()
	if err := c.p.end(); err != nil {
		return err
	}
	box, err := s.lookup(name, "a")
	if err != nil {
		return err
	}
	e := &s.enc
	e.raw("* ACL ")
	e.mailbox(s.nameOf(box))
	acl := box.ACL()
	for _, id := range slices.Sorted(maps.Keys(acl)) {
		e.sp()
		e.astring(id)
		e.sp()
		e.raw(showRights(acl[id]))
	}
	e.line()
	return nil
}

// runListRights is LISTRIGHTS (RFC 4314 section 3.4). No right is given to
// anybody for good, and each can be given by itself.
func runListRights(s *session, c *call) error {
	name, identifier := aclArgs(c.p)
	if err := c.p.end(); err != nil {
		return err
	}
	box, err := s.lookup(name, "a")
	if err != nil {
		return err
	}
	e := &s.enc
	e.raw("* LISTRIGHTS ")
	e.mailbox(s.nameOf(box))
	e.sp()
	e.astring(identifier)
	e.raw(` ""`)
	for _, r := range showRights(mailstore.AllRights) {
		e.sp()
		e.byte(byte(r))
	}
	e.line()
	return nil
}

// runMyRights is MYRIGHTS (RFC 4314 section 3.5).
func runMyRights(s *session, c *call) error {
	c.p.sp()
	name := c.p.mailbox()
	if err := c.p.end(); err != nil {
		return err
	}
	box := s.find(name)
	if box == nil || !s.may(box, "lrikxa") {
		return errNonExistent
	}
	s.writeMyRights(box)
	return nil
}

func (s *session) writeMyRights(box *mailstore.Mailbox) {
	e := &s.enc
	e.raw("* MYRIGHTS ")
	e.mailbox(s.nameOf(box))
	e.sp()
	e.astring(showRights(box.Rights(s.account)))
	e.line()
}

// flagRight returns the right that a flag needs to be changed (RFC 4314
// section 4).
func flagRight(flag string) string {
	switch {
	case strings.EqualFold(flag, string(imap.FlagSeen)):
		return "s"
	case strings.EqualFold(flag, string(imap.FlagDeleted)):
		return "t"
	}
	return "w"
}

// permitted returns those of flags that the session's account may change.
func (s *session) permitted(box *mailstore.Mailbox, flags []string) []string {
	rights := box.Rights(s.account)
	if rights == mailstore.AllRights {
		return flags
	}
	return slices.DeleteFunc(slices.Clone(flags), func(f string) bool {
		return !strings.Contains(rights, flagRight(f))
	})
}

// permanentFlags returns those of flags that can be changed.
func (s *session) permanentFlags(flags []imap.Flag) []imap.Flag {
	rights := s.view.box.Rights(s.account)
	return slices.DeleteFunc(flags, func(f imap.Flag) bool {
		return !strings.Contains(rights, flagRight(string(f)))
	})
}

// changeFlags changes those flags that the rights allow, of the messages whose
// mod-sequence is not above since, and fails if that is none. It returns the
// UIDs of those that it changed, and as modified those of the other messages.
func (s *session) changeFlags(
	uids []uint32, since uint64, op mailstore.FlagOp, flags []string,
) (changed, modified []uint32, err error) {
	v := s.view
	if op != mailstore.RemoveFlags {
		if err := limitKeywords(v.box, flags); err != nil {
			return nil, nil, err
		}
	}
	if v.box.Rights(s.account) == mailstore.AllRights {
		changed, modified = v.setFlagsUnchanged(uids, since, op, flags...)
		return changed, modified, nil
	}
	allowed := s.permitted(v.box, flags)
	if !s.may(v.box, "swt") || len(flags) > 0 && len(allowed) == 0 {
		return nil, nil, no(imap.ResponseCodeNoPerm, "The right to change these flags is missing")
	}
	if op != mailstore.ReplaceFlags {
		changed, modified = v.setFlagsUnchanged(uids, since, op, allowed...)
		return changed, modified, nil
	}
	changed, modified = v.setFlagsUnchanged(uids, since, mailstore.RemoveFlags, s.replaced(allowed)...)
	left := modified
	uids = slices.DeleteFunc(slices.Clone(uids), func(uid uint32) bool { return next(&left, uid) })
	changed = append(changed, v.setFlags(uids, mailstore.AddFlags, allowed...)...)
	slices.Sort(changed)
	return changed, modified, nil
}

// replaced returns the flags that the session may take off but those in keep.
func (s *session) replaced(keep []string) []string {
	all := slices.Clone(s.view.snap.Keywords)
	for _, f := range systemFlags {
		all = append(all, string(f))
	}
	return slices.DeleteFunc(s.permitted(s.view.box, all), func(f string) bool {
		return slices.ContainsFunc(keep, func(k string) bool { return strings.EqualFold(k, f) })
	})
}

// allowCreate returns the error if the session can't create a mailbox (RFC
// 4314 section 4): it needs a right for the parent.
func (s *session) allowCreate(name string) error {
	account, name := s.locate(name)
	if account == nil {
		return errNonExistent
	}
	for i := strings.LastIndexByte(name, '/'); i >= 0; i = strings.LastIndexByte(name, '/') {
		name = name[:i]
		if box := account.Find(name); box != nil {
			return s.allow(box, "k")
		}
	}
	if account != s.account {
		return no(imap.ResponseCodeNoPerm, "Only the owner can do that")
	}
	return nil
}
