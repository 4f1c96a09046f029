package imapfake

import (
	"slices"
	"strings"

	"github.com/emersion/go-imap/v2"

	"github.com/mailfakes/mailfakes/mailtest/mailstore"
)

// systemFlags are the flags that every mailbox has (RFC 3501 section 2.3.2).
var systemFlags = []imap.Flag{
	imap.FlagAnswered, imap.FlagFlagged, imap.FlagDeleted, imap.FlagSeen, imap.FlagDraft,
}

// runSelect is SELECT (RFC 3501 section 6.3.1).
func runSelect(s *session, c *call) error { return s.selectMailbox(c, imap.SelectOptions{}) }

// runExamine is EXAMINE (RFC 3501 section 6.3.2).
func runExamine(s *session, c *call) error {
	return s.selectMailbox(c, imap.SelectOptions{ReadOnly: true})
}

func (s *session) selectMailbox(c *call, o imap.SelectOptions) error {
	c.p.sp()
	name := c.p.mailbox()
	if err := c.p.end(); err != nil {
		return err
	}
	s.leave()
	box := s.account.Find(name)
	if box == nil {
		return no(imap.ResponseCodeNonExistent, "Mailbox doesn't exist")
	}
	s.view = newView(box, o.ReadOnly)
	s.state = imap.ConnStateSelected
	s.tellSelected()
	c.code = "READ-WRITE"
	if o.ReadOnly {
		c.code = "READ-ONLY"
	}
	return nil
}

// newView returns the view of a mailbox as it is now.
func newView(box *mailstore.Mailbox, readOnly bool) *view {
	v := &view{box: box, readOnly: readOnly}
	v.snap = box.Snapshot()
	v.claimRecent()
	v.next = v.snap.UIDNext
	v.exists = v.len()
	v.recents = v.countRecent()
	return v
}

// tellSelected writes the untagged responses of SELECT.
func (s *session) tellSelected() {
	v, e := s.view, &s.enc
	keywords, unseen := survey(v)
	flags := slices.Concat(systemFlags, keywords)
	e.raw("* FLAGS ")
	e.flagNames(flags)
	e.line()
	e.untagged(v.exists, "EXISTS")
	e.line()
	e.untagged(v.recents, "RECENT")
	e.line()
	if unseen > 0 {
		s.codeNumber("UNSEEN", uint64(unseen), "First unseen message")
	}
	if v.readOnly {
		s.untagged(imap.StatusResponseTypeOK, "PERMANENTFLAGS ()", "No permanent flags")
	} else {
		e.raw("* OK [PERMANENTFLAGS ")
		e.flagNames(append(flags, imap.FlagWildcard))
		e.raw("] Flags that can be stored")
		e.line()
	}
	s.codeNumber("UIDVALIDITY", uint64(v.snap.UIDValidity), "UIDs are valid")
	s.codeNumber("UIDNEXT", uint64(v.snap.UIDNext), "Predicted next UID")
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

// survey returns the keywords in use and the first message without \Seen, 0 if
// there is none.
func survey(v *view) (keywords []imap.Flag, unseen uint32) {
	for i := range v.snap.Len() {
		e := v.snap.At(i)
		if unseen == 0 && !hasFlag(e.Flags, imap.FlagSeen) {
			unseen = uint32(i) + 1
		}
		for _, f := range e.Flags {
			if f[0] != '\\' && !slices.Contains(keywords, imap.Flag(f)) {
				keywords = append(keywords, imap.Flag(f))
			}
		}
	}
	slices.Sort(keywords)
	return keywords, unseen
}

// hasFlag reports whether flag is in list, in any case.
func hasFlag(list []string, flag imap.Flag) bool {
	for _, f := range list {
		if strings.EqualFold(f, string(flag)) {
			return true
		}
	}
	return false
}

// runClose is CLOSE (RFC 3501 section 6.4.2).
func runClose(s *session, c *call) error {
	if err := c.p.end(); err != nil {
		return err
	}
	if !s.view.readOnly {
		s.view.box.Expunge(s.view.deleted(nil))
	}
	s.leave()
	return nil
}

// deleted returns the UIDs of messages with \Deleted; in a set, if there is one.
func (v *view) deleted(set imap.NumSet) (uids []uint32) {
	if set == nil {
		set = imap.SeqSet{{Start: 1, Stop: 0}}
	}
	for _, e := range v.each(set) {
		if hasFlag(e.Flags, imap.FlagDeleted) {
			uids = append(uids, e.UID)
		}
	}
	return uids
}
