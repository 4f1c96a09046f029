package mailstore

import (
	"iter"
	"slices"
	"strings"
	"time"

	"github.com/mailfakes/mailfakes/mailtest/message"
)

// An Entry is one message in one mailbox. It does not change: another flag
// is another Entry with the same UID and the same Arrival.
type Entry struct {
	UID    uint32
	set    uint32 // number of its set of flags in the mailbox
	ModSeq uint64
	Flags  []string // in the order they were set, without \Recent; must not be changed
	*Arrival
}

// An Arrival is a message as it came to a mailbox: the part of an Entry that
// flags leave as it is.
type Arrival struct {
	ID    uint64    // of the message, from 1: the same in every mailbox that has it (RFC 8474)
	Date  time.Time // internal date
	Saved time.Time // when it came to this mailbox
	Msg   *message.Message
}

// Has reports whether the entry has a flag, in any case.
func (e *Entry) Has(flag string) bool {
	return slices.ContainsFunc(e.Flags, func(f string) bool { return strings.EqualFold(f, flag) })
}

// A Snapshot is a mailbox at one moment, or as one session has been told. It
// does not change. A snapshot of 100,000 messages shares nearly all of them
// with the one before.
type Snapshot struct {
	UIDValidity   uint32
	UIDNext       uint32
	HighestModSeq uint64
	Keywords      []string // that have been used in the mailbox, in order, in their first spelling
	Unseen        int      // messages without \Seen
	Deleted       int      // messages with \Deleted
	Size          int64    // bytes

	list    list
	unseen  few
	deleted few
	held    []uint32 // UIDs that are gone from the mailbox and not from here: see Sync
}

// Len returns how many entries there are.
func (s *Snapshot) Len() int { return s.list.len() }

// At returns entry i, from 0, in order of UIDs. It takes time proportional to
// the logarithm of Len.
func (s *Snapshot) At(i int) *Entry { return s.list.at(i) }

// Index returns the place of the first entry whose UID is uid or greater, and
// whether it is uid.
func (s *Snapshot) Index(uid uint32) (i int, found bool) { return s.list.index(uid) }

// Held returns the UIDs of messages that are gone from the mailbox and are
// still here, since Sync was to hold them. It must not be changed.
func (s *Snapshot) Held() []uint32 { return s.held }

// Get returns the entry with a UID, or nil.
func (s *Snapshot) Get(uid uint32) *Entry {
	if i, ok := s.Index(uid); ok {
		return s.At(i)
	}
	return nil
}

// All returns the entries with their places, from 0.
func (s *Snapshot) All() iter.Seq2[int, *Entry] { return s.From(0) }

// From returns the entries from place i on with their places. It is faster
// than a call of At for each.
func (s *Snapshot) From(i int) iter.Seq2[int, *Entry] {
	return func(yield func(int, *Entry) bool) { s.list.each(i, nil, yield) }
}

// Visit is From for who looks at each entry and doesn't keep it: it is good
// until the next one only. That spares the memory for thousands of entries
// whose flags have changed.
func (s *Snapshot) Visit(i int) iter.Seq2[int, *Entry] {
	return func(yield func(int, *Entry) bool) { s.list.each(i, new(Entry), yield) }
}

// count adds an entry to the totals, or with -1 takes it off.
func (s *Snapshot) count(e *Entry, n int) {
	s.Size += int64(n) * int64(len(e.Msg.Raw))
	set := s.list.sets[e.set]
	s.countFlags(e.UID, n*set.unseen, n*set.deleted)
}

// countFlags adds to the numbers of messages without \Seen and with \Deleted
// what a message changes.
func (s *Snapshot) countFlags(uid uint32, unseen, deleted int) {
	if unseen != 0 {
		s.Unseen += unseen
		s.unseen.change(uid, unseen, s.Unseen)
	}
	if deleted != 0 {
		s.Deleted += deleted
		s.deleted.change(uid, deleted, s.Deleted)
	}
}

func (s *Snapshot) append(e Entry, edit uint64) *Entry {
	s.count(&e, 1)
	return s.list.append(e, edit)
}

// set puts e in the place of the entry with its UID.
func (s *Snapshot) set(e *Entry, edit uint64) {
	i, _ := s.Index(e.UID)
	s.count(s.list.at(i), -1)
	s.list.set(e, edit)
	s.count(e, 1)
}

func (s *Snapshot) remove(i int, edit uint64) Entry {
	e := *s.list.at(i)
	s.count(&e, -1)
	s.list.remove(i, edit)
	return e
}
