package imapfake

import (
	"slices"
	"strings"

	"github.com/emersion/go-imap/v2"

	"github.com/mailfakes/mailfakes/mailtest/mailstore"
)

// tellNames writes LIST for mailboxes that are new, gone, or have another
// name, and for what is directly above those that are new or gone (RFC 5465
// section 5.4). That the right to see a mailbox is given or taken is the same.
func (s *session) tellNames() {
	n := s.notify
	if len(n.groups) == 0 {
		return
	}
	boxes := s.mailboxes()
	now := make(map[*mailstore.Mailbox]bool)
	here := make(map[string]bool)
	for _, b := range boxes {
		now[b] = true
		here[s.nameOf(b)] = true
	}
	changed := s.tellGone(now, here)
	renamed := make(map[string]string)
	for _, b := range boxes {
		name := s.nameOf(b)
		switch t := n.told[b]; {
		case t == nil:
			s.tellNew(b, name)
			changed = append(changed, name)
		case t.name != name:
			s.tellRenamed(t.name, name, renamed)
			t.name = name
		}
	}
	s.tellParents(changed)
}

// tellGone writes LIST for what isn't there any more, or not for the session,
// and returns the names.
func (s *session) tellGone(now map[*mailstore.Mailbox]bool, here map[string]bool) (gone []string) {
	n := s.notify
	hidden := make(map[string]bool)
	for b, t := range n.told {
		if now[b] {
			continue
		}
		delete(n.told, b)
		if !here[t.name] {
			gone = append(gone, t.name)
			hidden[t.name] = !b.Gone()
		}
		if !b.Gone() {
			n.denied[b] = true
		}
	}
	slices.Sort(gone)
	for _, name := range gone {
		e := n.wants(name)
		switch {
		case hidden[name] && e != events{}:
			s.writeListNow(name, "", noAccess)
		case e.names:
			s.writeListNow(name, "")
		}
	}
	return gone
}

// tellNew writes LIST for a mailbox that the client hasn't been told of, or has
// been told that it can't have. Of the messages in it STATUS tells, and of the
// right to read it, if that is missing.
func (s *session) tellNew(b *mailstore.Mailbox, name string) {
	n := s.notify
	n.told[b] = &toldMailbox{name, &mailstore.Snapshot{
		UIDValidity: b.Snapshot().UIDValidity, UIDNext: 1, HighestModSeq: 1,
	}}
	e := n.wants(name)
	if (e.names || n.denied[b] && e != events{}) && (b.NoSelect() || s.may(b, "r")) {
		s.writeListNow(name, "")
	}
	delete(n.denied, b)
}

// tellRenamed writes LIST for a mailbox that has another name, but if what is
// above it was renamed: that tells it all. renamed has the old names told by
// the new ones.
func (s *session) tellRenamed(old, name string, renamed map[string]string) {
	above := false
	eachParent(name, func(parent string) {
		was, ok := renamed[parent]
		above = above || ok && was+strings.TrimPrefix(name, parent) == old
	})
	if above {
		return
	}
	renamed[name] = old
	if n := s.notify; n.wants(name).and(n.wants(old)).names {
		s.writeListNow(name, old)
	}
}

// tellParents writes LIST for the names directly above others, but for those
// that are among them.
func (s *session) tellParents(names []string) {
	told := slices.Clone(names)
	for _, name := range names {
		i := strings.LastIndexByte(name, '/')
		if i < 0 || slices.Contains(told, name[:i]) || !s.notify.wants(name[:i]).names {
			continue
		}
		told = append(told, name[:i])
		s.writeListNow(name[:i], "")
	}
}

// writeListNow writes LIST of a name as it is now, with the name that it had
// (RFC 5465 section 5.4) and more attributes.
func (s *session) writeListNow(name, old string, more ...imap.MailboxAttr) {
	l := &listing{s: s, extended: true, showSubscribed: true}
	names := l.names()
	l.markChildren(names)
	i := slices.IndexFunc(names, func(n *listName) bool { return n.name == name })
	n := &listName{name: name}
	if i >= 0 {
		n = names[i]
	}
	s.beginList("LIST", append(l.attributes(n), more...), name)
	s.writeOldName(old)
	s.enc.line()
}

// ownName notes a mailbox that the session has made itself, with those above
// it, or what is left of one that it has deleted: it isn't told of them.
func (s *session) ownName(name string) {
	n := s.notify
	if n == nil || n.told == nil {
		return
	}
	for _, b := range s.mailboxes() {
		if at := s.nameOf(b); n.told[b] == nil && strings.HasPrefix(name+"/", at+"/") {
			n.told[b] = &toldMailbox{at, b.Snapshot()}
		}
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
