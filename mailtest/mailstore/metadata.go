package mailstore

import (
	"maps"
	"slices"
	"strings"
)

// Metadata is the annotations of a mailbox, an account or a store, by entry
// names such as "/private/comment" (RFC 5464). Names are told apart in lower
// case only; a value may be any bytes, and an empty one is not the same as
// none. Its methods may be called by several goroutines.
type Metadata struct {
	store   *Store   // whose mu guards all that follows
	box     *Mailbox // nil if it isn't a mailbox's; does not change
	entries map[string]annotation
}

// An annotation that was removed is kept without a value, so that clients can
// be told.
type annotation struct {
	value string
	rev   uint64 // the store's when it was set
	gone  bool
}

// Metadata returns the annotations of the mailbox.
func (b *Mailbox) Metadata() *Metadata { return &b.metadata }

// Metadata returns the account's own annotations of the server, "/private/...".
func (a *Account) Metadata() *Metadata { return &a.metadata }

// Metadata returns the annotations of the server that all accounts see,
// "/shared/...".
func (s *Store) Metadata() *Metadata {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.metadata.store = s
	return &s.metadata
}

// Set sets an annotation.
func (m *Metadata) Set(entry, value string) { m.put(entry, annotation{value: value}) }

// Remove removes an annotation.
func (m *Metadata) Remove(entry string) { m.put(entry, annotation{gone: true}) }

func (m *Metadata) put(entry string, x annotation) {
	entry = strings.ToLower(entry)
	m.store.mu.Lock()
	defer m.store.mu.Unlock()
	old, ok := m.entries[entry]
	if (!ok || old.gone) && x.gone || ok && !old.gone && !x.gone && old.value == x.value {
		return
	}
	if m.entries == nil {
		m.entries = make(map[string]annotation)
	}
	x.rev = m.store.touchLocked()
	m.entries[entry] = x
	if x.gone {
		m.forgetLocked()
	}
	if m.box != nil { // RFC 7162 section 3.2
		d := m.box.edit()
		d.HighestModSeq++
		d.commit()
	}
}

// maxGone is how many removed annotations are kept, for a client that makes up
// names.
const maxGone = 1000

// forgetLocked forgets those that were removed longest ago if they are many.
func (m *Metadata) forgetLocked() {
	var revs []uint64
	for _, x := range m.entries {
		if x.gone {
			revs = append(revs, x.rev)
		}
	}
	if len(revs) <= maxGone {
		return
	}
	slices.Sort(revs)
	old := revs[len(revs)/2]
	maps.DeleteFunc(m.entries, func(_ string, x annotation) bool { return x.gone && x.rev < old })
}

// Get returns an annotation, and false if there is none.
func (m *Metadata) Get(entry string) (value string, ok bool) {
	m.store.mu.Lock()
	defer m.store.mu.Unlock()
	x, ok := m.entries[strings.ToLower(entry)]
	return x.value, ok && !x.gone
}

// Entries returns the names of all annotations in order.
func (m *Metadata) Entries() []string {
	m.store.mu.Lock()
	defer m.store.mu.Unlock()
	var list []string
	for _, name := range slices.Sorted(maps.Keys(m.entries)) {
		if !m.entries[name].gone {
			list = append(list, name)
		}
	}
	return list
}

// Changed returns the names, in order, of the annotations that were set or
// removed after a revision of the store.
func (m *Metadata) Changed(since uint64) []string {
	m.store.mu.Lock()
	defer m.store.mu.Unlock()
	var list []string
	for name, x := range m.entries {
		if x.rev > since {
			list = append(list, name)
		}
	}
	slices.Sort(list)
	return list
}
