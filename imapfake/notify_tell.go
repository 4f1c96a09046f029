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

// tellNames writes LIST for mailboxes that are new, gone, or have another
// name.
func (s *session) tellNames() {
	n := s.notify
	if len(n.groups) == 0 {
		return
	}
	now := make(map[*mailstore.Mailbox]bool)
	here := make(map[string]bool)
	boxes := s.mailboxes()
	for _, b := range boxes {
		now[b] = true
		here[s.nameOf(b)] = true
	}
	s.tellGone(now, here)
	for _, b := range boxes {
		s.tellName(b)
	}
}

// tellGone writes LIST for what isn't there any more.
func (s *session) tellGone(now map[*mailstore.Mailbox]bool, here map[string]bool) {
	n := s.notify
	var gone []string
	for b, t := range n.told {
		if !now[b] {
			delete(n.told, b)
			gone = append(gone, t.name)
		}
	}
	slices.Sort(gone)
	for _, name := range gone {
		if g := n.group(name); g != nil && g.names && !here[name] {
			s.writeListNow(name, "")
		}
	}
}

// tellName writes LIST if a mailbox is new or has another name.
func (s *session) tellName(b *mailstore.Mailbox) {
	n, name := s.notify, s.nameOf(b)
	t := n.told[b]
	if t != nil && t.name == name {
		return
	}
	old := ""
	if t == nil {
		// Of messages that are in it already STATUS tells.
		n.told[b] = &toldMailbox{name, &mailstore.Snapshot{
			UIDValidity: b.Snapshot().UIDValidity, UIDNext: 1, HighestModSeq: 1,
		}}
	} else {
		old, t.name = t.name, name
	}
	g := n.group(name)
	if g == nil && old != "" {
		g = n.group(old)
	}
	if g != nil && g.names {
		s.writeListNow(name, old)
	}
}

// writeListNow writes LIST of a name as it is now, with the name that it had
// (RFC 5465 section 5.4).
func (s *session) writeListNow(name, old string) {
	l := &listing{s: s, extended: true, showSubscribed: true}
	names := l.names()
	l.markChildren(names)
	i := slices.IndexFunc(names, func(n *listName) bool { return n.name == name })
	n := &listName{name: name}
	if i >= 0 {
		n = names[i]
	}
	s.beginList("LIST", l.attributes(n), name)
	if old != "" {
		s.enc.raw(` ("OLDNAME" (`)
		s.enc.mailbox(old)
		s.enc.raw("))")
	}
	s.enc.line()
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
		if slices.ContainsFunc(n.groups, func(g *eventGroup) bool {
			return g.subscriptions && (g.fits(name, n.subs) || g.fits(name, old))
		}) {
			s.writeListNow(name, "")
		}
	}
}

// tellStatus writes STATUS for mailboxes in which something has happened.
func (s *session) tellStatus() {
	n := s.notify
	for _, b := range slices.SortedFunc(maps.Keys(n.told), func(x, y *mailstore.Mailbox) int {
		return strings.Compare(n.told[x].name, n.told[y].name)
	}) {
		t := n.told[b]
		old := t.snap
		if s.isSelected(b) {
			t.snap = s.view.snap // which the client is told of otherwise
			continue
		}
		t.snap = b.Snapshot()
		g := n.group(t.name)
		if g != nil && g.messages && s.concerns(g, b, old, t.snap) && s.may(b, "r") {
			s.notifyStatus(t, g)
		}
	}
}

// concerns reports whether a mailbox has changed in a way that a group asks
// for, by others than the session.
func (s *session) concerns(g *eventGroup, b *mailstore.Mailbox, old, now *mailstore.Snapshot) bool {
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
		return g.flags && now.HighestModSeq-old.HighestModSeq != uint64(own)
	}
	return true
}

// notifyStatus writes the STATUS response of a mailbox that isn't selected.
func (s *session) notifyStatus(t *toldMailbox, g *eventGroup) {
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
	if g.flags {
		item(" UNSEEN ", uint64(t.snap.Unseen))
	}
	if s.enabled[imap.CapCondStore] || s.enabled[imap.CapQResync] {
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
		if g := n.group(s.nameOf(b)); g != nil && g.metadata && !b.NoSelect() {
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

// created notes a mailbox that the session has made itself.
func (n *notification) created(name string, box *mailstore.Mailbox) {
	if n != nil && n.told != nil {
		n.told[box] = &toldMailbox{name, box.Snapshot()}
	}
}

// renamed notes that the session has renamed a mailbox itself, or removed it
// if to is "".
func (n *notification) renamed(from, to string) {
	if n == nil {
		return
	}
	for box, t := range n.told {
		below, ok := strings.CutPrefix(t.name+"/", from+"/")
		switch {
		case !ok:
		case to == "" && below == "":
			delete(n.told, box)
		case to != "":
			t.name = strings.TrimSuffix(to+"/"+below, "/")
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
