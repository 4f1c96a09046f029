package mailstore

import (
	"slices"
	"sort"
)

// A Change is an entry of a mailbox's change log.
type Change struct {
	ModSeq uint64
	UID    uint32
	Kind   ChangeKind
}

// A ChangeKind says what a change was.
type ChangeKind uint8

// The kinds of changes.
const (
	Appended ChangeKind = iota
	Flagged
	Expunged
)

// A Delta is what a session is to be told when its snapshot moves on.
type Delta struct {
	Expunged []Expunge // in ascending order
	Added    []*Entry  // in order of UIDs
	Changed  []*Entry  // with other flags, in order of UIDs; none of Added
	Keywords bool      // the mailbox has new keywords: FLAGS is to be sent again

	// Reset says that UIDVALIDITY is another one: everything known about
	// the mailbox is void. All old entries are Expunged, all new ones Added.
	Reset bool
}

// Empty reports whether there is nothing to tell.
func (d *Delta) Empty() bool {
	return len(d.Expunged) == 0 && len(d.Added) == 0 && len(d.Changed) == 0 && !d.Keywords
}

// An Expunge is a message that is gone.
type Expunge struct {
	Seq int // sequence number, from 1, once those before it in the list are gone
	UID uint32
}

// Changes returns the changes with a mod-sequence above since, in order. Of
// the changes of one message's flags the earlier ones may be missing; what was
// expunged is kept for good (RFC 7162 section 5).
func (b *Mailbox) Changes(since uint64) []Change {
	_, log := b.state(since)
	return slices.Clone(log)
}

// state returns the snapshot and the log above since, which is shared with the
// mailbox: it is only ever appended to.
func (b *Mailbox) state(since uint64) (*Snapshot, []Change) {
	b.store.mu.Lock()
	defer b.store.mu.Unlock()
	i := sort.Search(len(b.log), func(i int) bool { return b.log[i].ModSeq > since })
	return b.view, slices.Clip(b.log[i:])
}

// Changed returns a channel that is closed at the next change of the mailbox
// after since, or is closed already if there was one or the mailbox is Gone:
// no wake-up is lost.
func (b *Mailbox) Changed(since uint64) <-chan struct{} {
	b.store.mu.Lock()
	defer b.store.mu.Unlock()
	if b.view.HighestModSeq > since || b.gone {
		c := make(chan struct{})
		close(c)
		return c
	}
	if b.changed == nil {
		b.changed = make(chan struct{})
	}
	return b.changed
}

// Sync moves a session on: from old, which is what its client has been told,
// to the mailbox as it is now, and returns the new snapshot with what is to be
// told of it.
//
// With hold, expunged messages stay in the snapshot, since a server must not
// tell of them while the client may use sequence numbers (RFC 3501 section
// 7.4.1); they are in the delta of the next Sync without hold. It takes time
// proportional to what has changed.
func (b *Mailbox) Sync(old *Snapshot, hold bool) (*Snapshot, *Delta) {
	now, log := b.state(old.HighestModSeq)
	if now.UIDValidity != old.UIDValidity {
		return now, reset(old, now)
	}
	d := &Delta{Keywords: len(now.Keywords) != len(old.Keywords)}
	gone := compare(d, old, now, log)
	if hold && len(gone) > 0 {
		return b.holding(old, now, d, gone), d
	}
	for i, uid := range gone {
		k, _ := old.Index(uid)
		d.Expunged = append(d.Expunged, Expunge{Seq: k + 1 - i, UID: uid})
	}
	return now, d
}

// compare fills d in, but for the expunged messages, whose UIDs it returns in
// order.
func compare(d *Delta, old, now *Snapshot, log []Change) (gone []uint32) {
	gone = slices.Clone(old.held)
	for _, uid := range changedUIDs(log) {
		e := now.Get(uid)
		switch {
		case e != nil && uid >= old.UIDNext:
			d.Added = append(d.Added, e)
		case e != nil:
			d.Changed = append(d.Changed, e)
		case old.Get(uid) != nil:
			gone = append(gone, uid)
		}
	}
	slices.Sort(gone)
	return slices.Compact(gone)
}

func changedUIDs(log []Change) []uint32 {
	uids := make([]uint32, len(log))
	for i, c := range log {
		uids[i] = c.UID
	}
	slices.Sort(uids)
	return slices.Compact(uids)
}

// holding returns now with the messages that are gone since old.
func (b *Mailbox) holding(old, now *Snapshot, d *Delta, gone []uint32) *Snapshot {
	edit := b.store.edits.Add(1)
	v := *old
	v.list.clip()
	for _, e := range d.Changed {
		i, _ := v.Index(e.UID)
		v.set(i, e, edit)
	}
	for _, e := range d.Added {
		v.append(e, edit)
	}
	v.UIDNext, v.HighestModSeq, v.Keywords = now.UIDNext, now.HighestModSeq, now.Keywords
	v.held = gone
	return &v
}

func reset(old, now *Snapshot) *Delta {
	d := &Delta{Reset: true, Keywords: true}
	for _, e := range old.All() {
		d.Expunged = append(d.Expunged, Expunge{Seq: 1, UID: e.UID})
	}
	for _, e := range now.All() {
		d.Added = append(d.Added, e)
	}
	return d
}

// compactLocked drops changes of flags that later changes have overtaken, so
// that the log stays within about twice the messages and the expunged ones.
func (b *Mailbox) compactLocked() {
	if len(b.log) < b.compactAt {
		return
	}
	seen := make(map[uint32]bool)
	kept := make([]Change, 0, len(b.log))
	for _, c := range slices.Backward(b.log) {
		if !seen[c.UID] {
			seen[c.UID] = true
			kept = append(kept, c)
		}
	}
	slices.Reverse(kept)
	b.log = kept
	b.compactAt = max(2*len(kept), minLog)
}

// minLog is the length below which a log isn't worth compacting.
const minLog = 4096
