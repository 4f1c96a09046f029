package mailstore

import (
	"cmp"
	"slices"
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
	_, runs := b.state(since)
	var list []Change
	for _, r := range runs {
		for i := range r.n {
			list = append(list, Change{r.modSeq + uint64(i), r.uid + i, r.kind})
		}
	}
	return list
}

// state returns the snapshot and the log above since.
func (b *Mailbox) state(since uint64) (*Snapshot, []run) {
	b.store.mu.Lock()
	defer b.store.mu.Unlock()
	return b.view, b.log.since(since)
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
	d := &Delta{
		Keywords: len(now.Keywords) != len(old.Keywords),
		Added:    added(old, now),
		Changed:  changed(old, now, log),
	}
	gone := expunged(old, log)
	if hold && len(gone) > 0 {
		return b.holding(old, now, d, gone), d
	}
	for i, uid := range gone {
		k, _ := old.Index(uid)
		d.Expunged = append(d.Expunged, Expunge{Seq: k + 1 - i, UID: uid})
	}
	return now, d
}

func added(old, now *Snapshot) (list []*Entry) {
	i, _ := now.Index(old.UIDNext)
	for _, e := range now.From(i) {
		list = append(list, e)
	}
	return list
}

// changed returns the messages of old that have other flags now, in order.
func changed(old, now *Snapshot, log []run) (list []*Entry) {
	runs, n := 0, 0
	for _, r := range log {
		if r.kind == Flagged {
			runs, n = runs+1, n+int(r.n)
		}
	}
	if n > now.Len() {
		return changedSince(old, now)
	}
	list = slices.Grow(list, n)
	for _, r := range log {
		if r.kind == Flagged {
			list = now.changedBy(r, old.UIDNext, list)
		}
	}
	if runs > 1 {
		slices.SortFunc(list, func(x, y *Entry) int { return cmp.Compare(x.UID, y.UID) })
	}
	return list
}

// changedBy appends to list the entries below a UID that a run has made what
// they are: of several changes of one the last counts.
func (s *Snapshot) changedBy(r run, below uint32, list []*Entry) []*Entry {
	if r.n == 1 {
		if e := s.Get(r.uid); e != nil && r.uid < below && r.has(e) {
			list = append(list, e)
		}
		return list
	}
	i, _ := s.Index(r.uid)
	for _, e := range s.From(i) {
		if e.UID-r.uid >= r.n || e.UID >= below {
			break
		}
		if r.has(e) {
			list = append(list, e)
		}
	}
	return list
}

// changedSince is changed by a look at all messages, for when there have been
// more changes than there are messages.
func changedSince(old, now *Snapshot) (list []*Entry) {
	for _, e := range now.All() {
		if e.UID >= old.UIDNext {
			break
		}
		if e.ModSeq > old.HighestModSeq {
			list = append(list, e)
		}
	}
	return list
}

// expunged returns the UIDs of the messages of old that are gone, in order.
func expunged(old *Snapshot, log []run) []uint32 {
	gone := slices.Clone(old.held)
	for _, r := range log {
		for i := range r.n {
			if uid := r.uid + i; r.kind == Expunged && old.Get(uid) != nil {
				gone = append(gone, uid)
			}
		}
	}
	slices.Sort(gone)
	return gone
}

// holding returns now with the messages that are gone since old.
func (b *Mailbox) holding(old, now *Snapshot, d *Delta, gone []uint32) *Snapshot {
	edit := b.store.edits.Add(1)
	v := *old
	v.list.clip()
	v.list.sets = now.list.sets
	for _, e := range d.Changed {
		v.set(e, edit)
	}
	for _, e := range d.Added {
		v.append(*e, edit)
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
