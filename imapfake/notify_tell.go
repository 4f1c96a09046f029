package imapfake

import (
	"maps"
	"slices"
	"strings"

	"github.com/emersion/go-imap/v2"

	"github.com/mailfakes/mailfakes/mailtest/mailstore"
)

// asksForNews are the commands that bring all that is new in the selected
// mailbox, whatever NOTIFY says.
var asksForNews = map[string]bool{
	"NOOP": true, "CHECK": true, "EXPUNGE": true, "UID EXPUNGE": true, "MOVE": true,
	"REPLACE": true, "NOTIFY": true,
}

// wanted returns what the client is to be told of the selected mailbox.
func (s *session) wanted(expunge bool) news {
	n := s.notify
	switch {
	case n == nil || s.asked:
		return news{expunge, true, true}
	case n.selected == nil:
		return news{}
	}
	g := n.selected
	return news{g.messages && (expunge || n.immediate()), g.messages, g.flags}
}

// fetchNew writes what NOTIFY fetches of the messages that EXISTS has just
// announced, but for those that the session has added itself (RFC 5465 section
// 5.2).
func (s *session) fetchNew(told uint32) {
	n := s.notify
	if n == nil || n.selected == nil || n.selected.fetch == nil || told >= s.view.exists {
		return
	}
	for i, m := range s.view.snap.From(int(told)) {
		if !n.own[ownEntry{s.view.box, m.UID}] {
			n.selected.fetch.respond(uint32(i)+1, m, false)
		}
	}
	s.view.toldFlags(n.selected.fetch.told)
	n.selected.fetch.told = nil
}

// tellElsewhere writes what has changed outside the selected mailbox.
func (s *session) tellElsewhere() {
	n := s.notify
	if n == nil || s.closing {
		return
	}
	held := s.enc.hold
	s.enc.hold = true
	defer func() { s.enc.hold = held }()
	before := len(s.enc.buf)
	s.tellNames()
	s.tellSubscriptions()
	s.tellStatus()
	s.tellNotifiedMetadata()
	clear(n.own)
	if most := s.cfg.MaxNotify; most > 0 && lines(s.enc.buf[before:]) > most {
		s.enc.buf = s.enc.buf[:before]
		s.overflow()
	}
}

// lines counts responses.
func lines(b []byte) (n int) {
	for _, c := range b {
		if c == '\n' {
			n++
		}
	}
	return n
}

// overflow gives up NOTIFY: it is as if the client had said NOTIFY NONE (RFC
// 5465 section 5.8).
func (s *session) overflow() {
	s.notify = &notification{rev: s.seen}
	s.untagged(imap.StatusResponseTypeOK, overflow, "Too much to tell; NOTIFY has ended")
}

// tellSubscriptions writes LIST for names that are subscribed now, or no
// longer.
func (s *session) tellSubscriptions() {
	n := s.notify
	if len(n.groups) == 0 {
		return
	}
	old := n.subs
	n.subs = s.subscriptions()
	var changed []string
	for name := range old {
		if !n.subs[name] {
			changed = append(changed, name)
		}
	}
	for name := range n.subs {
		if !old[name] {
			changed = append(changed, name)
		}
	}
	slices.Sort(changed)
	for _, name := range changed {
		if n.wants(name).subscriptions || n.wantsOf(name, old).subscriptions {
			s.writeListNow(name, "")
		}
	}
}

// tellStatus writes STATUS for mailboxes in which something has happened. Of
// those that the session can't read any more it says so, and goes on once it
// can (RFC 5465 section 5.9).
func (s *session) tellStatus() {
	n := s.notify
	for _, b := range slices.SortedFunc(maps.Keys(n.told), func(x, y *mailstore.Mailbox) int {
		return strings.Compare(n.told[x].name, n.told[y].name)
	}) {
		t := n.told[b]
		e := n.wants(t.name)
		if e != (events{}) && !b.NoSelect() && !s.readable(b, t.name) {
			continue
		}
		old := t.snap
		if s.isSelected(b) {
			t.snap = s.view.snap // which the client is told of otherwise
			continue
		}
		t.snap = b.Snapshot()
		if e.messages && s.concerns(e, b, old, t.snap) {
			s.notifyStatus(t, e, false)
		}
	}
}

// readable reports whether the session can read a mailbox, and says so if that
// has changed.
func (s *session) readable(b *mailstore.Mailbox, name string) bool {
	ok, denied := s.may(b, "r"), s.notify.denied[b]
	switch {
	case !ok && !denied:
		s.deny(b, name)
	case ok && denied:
		delete(s.notify.denied, b)
		s.writeListNow(name, "")
	}
	return ok
}

// deny writes that a mailbox is of no access.
func (s *session) deny(b *mailstore.Mailbox, name string) {
	s.notify.denied[b] = true
	s.writeList("LIST", []imap.MailboxAttr{noAccess}, name)
}

// noAccess is an attribute of RFC 5465 section 8.
const noAccess imap.MailboxAttr = "\\NoAccess"

// concerns reports whether a mailbox has changed in a way that is asked for, by
// others than the session. Of flags other than \Seen STATUS tells by the
// mod-sequence only (RFC 5465 section 5.1).
func (s *session) concerns(e events, b *mailstore.Mailbox, old, now *mailstore.Snapshot) bool {
	if old.HighestModSeq == now.HighestModSeq {
		return false
	}
	own := 0
	for x := range s.notify.own {
		if x.box == b {
			own++
		}
	}
	if old.UIDNext+uint32(own) == now.UIDNext && old.Len()+own == now.Len() &&
		old.UIDValidity == now.UIDValidity {
		return e.flags && now.HighestModSeq-old.HighestModSeq != uint64(own) &&
			(old.Unseen != now.Unseen || s.enabled[imap.CapCondStore])
	}
	return true
}

// notifyStatus writes the STATUS response of a mailbox that isn't selected, with
// HIGHESTMODSEQ if modSeq is set or CONDSTORE is enabled.
func (s *session) notifyStatus(t *toldMailbox, wanted events, modSeq bool) {
	e := &s.enc
	e.raw("* STATUS ")
	e.mailbox(t.name)
	item := func(name string, n uint64) {
		e.raw(name)
		e.num(n)
	}
	item(" (MESSAGES ", uint64(t.snap.Len()))
	item(" UIDNEXT ", uint64(t.snap.UIDNext))
	item(" UIDVALIDITY ", uint64(t.snap.UIDValidity))
	if wanted.flags {
		item(" UNSEEN ", uint64(t.snap.Unseen))
	}
	if modSeq || s.enabled[imap.CapCondStore] {
		item(" HIGHESTMODSEQ ", t.snap.HighestModSeq)
	}
	e.byte(')')
	e.line()
}

// tellNotifiedMetadata writes which annotations have changed.
func (s *session) tellNotifiedMetadata() {
	n := s.notify
	since := n.rev
	n.rev = s.seen
	if slices.ContainsFunc(n.groups, func(g *eventGroup) bool { return g.server }) {
		s.writeServerChanges(since)
	}
	if !slices.ContainsFunc(n.groups, func(g *eventGroup) bool { return g.metadata }) {
		return
	}
	for _, b := range s.mailboxes() {
		if n.wants(s.nameOf(b)).metadata && !b.NoSelect() && s.may(b, "r") {
			s.writeChanges(b, since)
		}
	}
}

// added notes messages that the session has added to a mailbox itself.
func (n *notification) added(box *mailstore.Mailbox, entries []*mailstore.Entry) {
	if n == nil {
		return
	}
	if n.own == nil {
		n.own = make(map[ownEntry]bool)
	}
	for _, e := range entries {
		if e != nil {
			n.own[ownEntry{box, e.UID}] = true
		}
	}
}

// subscribed notes that the session has subscribed to a name itself, or no
// longer does.
func (n *notification) subscribed(name string, on bool) {
	switch {
	case n == nil || n.subs == nil:
	case on:
		n.subs[name] = true
	default:
		delete(n.subs, name)
	}
}
