package imapfake

import (
	"slices"

	"github.com/emersion/go-imap/v2"

	"github.com/mailfakes/mailfakes/mailtest/mailstore"
)

// update tells the client what has changed in the selected mailbox (RFC 3501
// section 5.2). EXPUNGE waits for a reply that may bring it.
func (s *session) update(expunge bool) {
	s.seen = s.cfg.auth.Store.Revision()
	if s.view != nil && s.void() {
		return
	}
	if s.view != nil {
		s.tellSelected(s.wanted(expunge))
	}
	s.tellMetadata()
	s.tellElsewhere()
}

// news is what a client wants to be told of the selected mailbox.
type news struct{ expunge, exists, flags bool }

func (s *session) tellSelected(n news) {
	if n.expunge {
		s.tellExpunged()
	} else {
		s.leaveContexts(s.view.snap.Held())
	}
	if n.exists {
		told := s.view.exists
		s.tellExists()
		s.fetchNew(told)
	}
	if n.flags {
		s.tellKeywords()
		s.tellFlags()
	} else {
		s.view.flagged = nil
	}
	s.tellContexts()
	if s.enabled[imap.CapQResync] && (n.exists || n.flags) {
		s.tellHeld()
	}
}

// tellHeld writes a HIGHESTMODSEQ that is below what the client is yet to be
// told of: were it cut off now it would never learn of that, having seen higher
// mod-sequences (RFC 7162 section 3.2).
func (s *session) tellHeld() {
	v := s.view
	held := v.snap.Held()
	if len(held) == 0 {
		v.told = v.snap.HighestModSeq
		return
	}
	for _, ch := range v.box.Changes(v.told) {
		if ch.Kind == mailstore.Expunged && slices.Contains(held, ch.UID) {
			s.writeHighestModSeq(ch.ModSeq - 1)
			return
		}
	}
}

// void takes in what has happened to the selected mailbox. If nothing that the
// client knows of it holds any more, it says goodbye and returns true.
func (s *session) void() bool {
	why := s.view.void()
	if why == "" {
		s.view.absorb(nil)
		return false
	}
	s.bye("", why)
	return true
}

// tellExpunged writes EXPUNGE for what is gone, or VANISHED. Each number is
// that at its turn, when those before it are gone (RFC 3501 section 7.4.1).
func (s *session) tellExpunged() {
	v := s.view
	snap, d := v.box.Sync(v.snap, false)
	v.note(d, nil)
	s.leaveContexts(expungedUIDs(d))
	v.snap = snap
	var uids []uint32
	before := v.exists
	for _, x := range d.Expunged {
		// What the client never knew of, it isn't told about.
		if uint32(x.Seq) > v.exists {
			continue
		}
		v.exists--
		uids = append(uids, x.UID)
		if !s.vanishes() {
			s.enc.untagged(uint32(x.Seq), "EXPUNGE")
			s.enc.line()
		}
	}
	if len(uids) > 0 {
		s.conduct.expunged(before, s.conn.Buffered() > 0)
	}
	if len(uids) > 0 && s.vanishes() {
		s.enc.raw("* VANISHED ")
		s.enc.numSet(uidRanges(uids))
		s.enc.line()
	}
}

func expungedUIDs(d *mailstore.Delta) []uint32 {
	uids := make([]uint32, len(d.Expunged))
	for i, x := range d.Expunged {
		uids[i] = x.UID
	}
	return uids
}

// tellExists writes EXISTS and RECENT if these numbers are other ones.
func (s *session) tellExists() {
	v := s.view
	if n := uint32(v.snap.Len()); n != v.exists {
		v.exists = n
		s.enc.untagged(n, "EXISTS")
		s.enc.line()
	}
	if n := v.countRecent(); n != v.recents {
		v.recents = n
		s.enc.untagged(n, "RECENT")
		s.enc.line()
	}
}

// tellKeywords writes FLAGS again once there are new keywords, or other rights
// to set flags (RFC 4314 section 5.1.1).
func (s *session) tellKeywords() {
	if s.view.keywords || s.view.box.Rights(s.account) != s.view.rights {
		s.view.keywords = false
		s.writeFlags()
	}
}

// tellFlags writes the flags of messages that others have changed.
func (s *session) tellFlags() {
	v := s.view
	if len(v.flagged) == 0 {
		return
	}
	slices.Sort(v.flagged)
	// NOTIFY wants the UID (RFC 5465 section 5.1).
	uid := s.notify != nil && s.notify.selected != nil
	for seq, m := range v.each(uidRanges(slices.Compact(v.flagged))) {
		s.writeFetchFlags(seq, m, uid)
	}
	v.flagged = nil
}

// writeFetchFlags writes FETCH with a message's flags.
func (s *session) writeFetchFlags(seq uint32, m *mailstore.Entry, uid bool) {
	e, recent := &s.enc, s.view.isRecent(m.UID)
	condStore := s.enabled[imap.CapCondStore]
	if !condStore && !uid && !s.uidOnly() {
		e.fetchFlags(seq, m.Flags, recent)
		return
	}
	s.beginFetch(seq, m)
	switch {
	case condStore:
		s.writeModSeq(m)
		e.sp()
	case uid && !s.uidOnly():
		e.raw("UID ")
		e.num(uint64(m.UID))
		e.sp()
	}
	e.raw("FLAGS ")
	e.flags(m.Flags, recent)
	e.end(")\r\n")
}

// writeFlags writes FLAGS and PERMANENTFLAGS: the system flags and the
// keywords that the mailbox has (RFC 3501 sections 7.1, 7.2.6).
func (s *session) writeFlags() {
	e := &s.enc
	s.view.rights = s.view.box.Rights(s.account)
	flags := slices.Clone(systemFlags)
	for _, k := range s.view.snap.Keywords {
		flags = append(flags, imap.Flag(k))
	}
	e.raw("* FLAGS ")
	e.flagNames(flags)
	e.line()
	if s.view.readOnly {
		s.untagged(imap.StatusResponseTypeOK, "PERMANENTFLAGS ()", "No flags can be stored")
		return
	}
	e.raw("* OK [PERMANENTFLAGS ")
	e.flagNames(s.permanentFlags(append(flags, imap.FlagWildcard)))
	e.raw("] Flags that can be stored")
	e.line()
}
