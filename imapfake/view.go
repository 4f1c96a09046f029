package imapfake

import (
	"cmp"
	"iter"
	"slices"

	"github.com/emersion/go-imap/v2"

	"github.com/mailfakes/mailfakes/mailtest/mailstore"
)

// A view is the selected mailbox as the client knows it: its sequence numbers
// are the client's at all times (RFC 3501 section 2.3.1.2).
//
// It is the newest snapshot, without the messages that the client hasn't been
// told of (their UIDs are from next on), and with ghosts: messages that are gone
// and of which the client hasn't been told. So flags are always current, a message that
// is gone can still be fetched, and nothing here costs more than a binary
// search.
type view struct {
	box      *mailstore.Mailbox
	readOnly bool
	snap     *mailstore.Snapshot
	ghosts   []*mailstore.Entry // by UID
	next     uint32             // the client knows of UIDs below
	exists   uint32             // as told last
	flagged  []uint32           // UIDs whose flags have changed, in no order
	recent   []uidSpan          // that are \Recent in this session
	recents  uint32             // as told last
}

// A uidSpan is UIDs from from, below to.
type uidSpan struct{ from, to uint32 }

// absorb takes in what has happened to the mailbox; tell passes it on. own are
// the changes of flags that the session itself has made, of which tell says
// nothing.
func (v *view) absorb(own []*mailstore.Entry) {
	now := v.box.Snapshot()
	if now.HighestModSeq == v.snap.HighestModSeq {
		v.snap = now
		return
	}
	gone := len(v.ghosts)
	for _, ch := range v.box.Changes(v.snap.HighestModSeq) {
		if ch.ModSeq > now.HighestModSeq {
			break
		}
		switch {
		case ch.UID >= v.next:
		case ch.Kind == mailstore.Expunged:
			v.bury(ch.UID)
		case ch.Kind == mailstore.Flagged && !isOwn(&own, ch):
			v.flagged = append(v.flagged, ch.UID)
		}
	}
	if len(v.ghosts) > gone {
		slices.SortFunc(v.ghosts, func(a, b *mailstore.Entry) int { return cmp.Compare(a.UID, b.UID) })
	}
	v.snap = now
}

// isOwn reports whether ch is the next of own changes, and takes it off. Both
// are in the order of the changes.
func isOwn(own *[]*mailstore.Entry, ch mailstore.Change) bool {
	if len(*own) == 0 || (*own)[0].UID != ch.UID || (*own)[0].ModSeq != ch.ModSeq {
		return false
	}
	*own = (*own)[1:]
	return true
}

// bury makes a ghost of a message that is gone.
func (v *view) bury(uid uint32) {
	if i, found := v.snap.Index(uid); found {
		v.ghosts = append(v.ghosts, v.snap.At(i))
	}
}

// len returns how many messages the client knows of.
func (v *view) len() uint32 {
	live, _ := v.snap.Index(v.next)
	return uint32(live + len(v.ghosts))
}

// ghostsBelow returns how many ghosts have UIDs below uid.
func (v *view) ghostsBelow(uid uint32) int {
	i, _ := slices.BinarySearchFunc(v.ghosts, uid, func(e *mailstore.Entry, uid uint32) int {
		return cmp.Compare(e.UID, uid)
	})
	return i
}

// below returns how many messages that the client knows of have UIDs below
// uid.
func (v *view) below(uid uint32) uint32 {
	uid = min(uid, v.next)
	live, _ := v.snap.Index(uid)
	return uint32(live + v.ghostsBelow(uid))
}

// seq returns the sequence number of a UID, or false if the client knows of
// none such.
func (v *view) seq(uid uint32) (uint32, bool) {
	n := v.below(uid) + 1
	return n, n <= v.len() && v.at(n).UID == uid
}

// at returns the message with a sequence number from 1 to len. Its flags are
// the current ones.
func (v *view) at(seq uint32) *mailstore.Entry {
	i := int(seq) - 1
	if len(v.ghosts) == 0 {
		return v.snap.At(i)
	}
	k, found := slices.BinarySearchFunc(v.ghosts, i, func(g *mailstore.Entry, i int) int {
		return cmp.Compare(int(v.below(g.UID)), i)
	})
	if found {
		return v.ghosts[k]
	}
	return v.snap.At(i - k)
}

// each yields the messages of a set in order, each once, with their sequence
// numbers. UIDs and numbers that aren't there are passed over: see check.
func (v *view) each(set imap.NumSet) iter.Seq2[uint32, *mailstore.Entry] {
	return func(yield func(uint32, *mailstore.Entry) bool) {
		for _, r := range v.resolve(set) {
			for seq := r.Start; seq <= r.Stop; seq++ {
				if !yield(seq, v.at(seq)) {
					return
				}
			}
		}
	}
}

// uids returns the UIDs of a set's messages in order.
func (v *view) uids(set imap.NumSet) (list []uint32) {
	for _, e := range v.each(set) {
		list = append(list, e.UID)
	}
	return list
}

// check returns the error for a set with sequence numbers that the client
// doesn't have (RFC 3501 section 9, seq-number). UIDs may be any.
func (v *view) check(set imap.NumSet) error {
	seqs, ok := set.(imap.SeqSet)
	if !ok {
		return nil
	}
	for _, r := range seqs {
		if n := max(r.Start, r.Stop); n > v.len() || v.len() == 0 {
			return bad("", "sequence number in %v is beyond the %d messages", set, v.len())
		}
	}
	return nil
}

// resolve returns a set as ranges of sequence numbers, in order and without
// overlaps.
func (v *view) resolve(set imap.NumSet) []imap.SeqRange {
	var list []imap.SeqRange
	switch set := set.(type) {
	case imap.SeqSet:
		list = v.resolveSeqs(set)
	case imap.UIDSet:
		list = v.resolveUIDs(set)
	}
	slices.SortFunc(list, func(a, b imap.SeqRange) int { return cmp.Compare(a.Start, b.Start) })
	out := list[:0]
	for _, r := range list {
		if n := len(out); n > 0 && r.Start <= out[n-1].Stop {
			out[n-1].Stop = max(out[n-1].Stop, r.Stop)
			continue
		}
		out = append(out, r)
	}
	return out
}

func (v *view) resolveSeqs(set imap.SeqSet) []imap.SeqRange {
	list := make([]imap.SeqRange, 0, len(set))
	last := v.len()
	for _, r := range set {
		start, stop := span(r.Start, r.Stop, last)
		if stop = min(stop, last); start <= stop && start > 0 {
			list = append(list, imap.SeqRange{Start: start, Stop: stop})
		}
	}
	return list
}

func (v *view) resolveUIDs(set imap.UIDSet) []imap.SeqRange {
	list := make([]imap.SeqRange, 0, len(set))
	if v.len() == 0 {
		return nil
	}
	last := v.at(v.len()).UID
	for _, r := range set {
		start, stop := span(uint32(r.Start), uint32(r.Stop), last)
		if start >= v.next {
			continue
		}
		from, to := v.below(start)+1, v.below(min(stop, v.next-1)+1)
		if from <= to {
			list = append(list, imap.SeqRange{Start: from, Stop: to})
		}
	}
	return list
}

// span puts the ends of a range in order; 0 stands for the last.
func span(a, b, last uint32) (uint32, uint32) {
	if a == 0 {
		a = last
	}
	if b == 0 {
		b = last
	}
	return min(a, b), max(a, b)
}

// isRecent reports whether a message is \Recent in this session.
func (v *view) isRecent(uid uint32) bool {
	for _, s := range v.recent {
		if s.from <= uid && uid < s.to {
			return true
		}
	}
	return false
}

// toldFlags notes that the client has been told a message's flags just now.
func (v *view) toldFlags(uid uint32) {
	if len(v.flagged) > 0 {
		v.flagged = slices.DeleteFunc(v.flagged, func(u uint32) bool { return u == uid })
	}
}

// setFlags changes flags for the client of this view, and returns the messages
// that it changed. Whoever calls tells the client of them if it is to be told.
func (v *view) setFlags(uids []uint32, op mailstore.FlagOp, flags ...string) []*mailstore.Entry {
	changed := v.box.SetFlags(uids, op, flags...)
	v.absorb(changed)
	return changed
}

// tell writes what is new to the client: EXPUNGE only where it is allowed,
// then EXISTS and RECENT, then the flags that others have changed.
func (v *view) tell(s *session, expunge bool) {
	if expunge {
		v.tellExpunged(s)
	}
	v.tellExists(s)
	v.tellFlags(s)
}

func (v *view) tellExpunged(s *session) {
	for _, g := range v.ghosts {
		live, _ := v.snap.Index(g.UID)
		s.enc.untagged(uint32(live)+1, "EXPUNGE")
		s.enc.line()
	}
	v.exists -= uint32(len(v.ghosts))
	v.ghosts = nil
}

func (v *view) tellExists(s *session) {
	if v.snap.UIDNext > v.next {
		v.claimRecent()
		v.next = v.snap.UIDNext
	}
	if n := v.len(); n != v.exists {
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

// tellFlags writes the flags of messages that others have changed.
func (v *view) tellFlags(s *session) {
	if len(v.flagged) == 0 {
		return
	}
	slices.Sort(v.flagged)
	for _, uid := range slices.Compact(v.flagged) {
		if i, found := v.snap.Index(uid); found {
			seq, _ := v.seq(uid)
			v.tellFetch(s, seq, v.snap.At(i))
		}
	}
	v.flagged = nil
}

// tellFetch writes a message's flags.
func (v *view) tellFetch(s *session, seq uint32, m *mailstore.Entry) {
	e := &s.enc
	e.untagged(seq, "FETCH (FLAGS ")
	e.flags(m.Flags, v.isRecent(m.UID))
	e.byte(')')
	e.line()
}

// countRecent returns how many messages are \Recent in this session.
func (v *view) countRecent() (n uint32) {
	for _, s := range v.recent {
		n += v.below(s.to) - v.below(s.from)
	}
	return n
}

// claimRecent makes the messages \Recent that no session has been told of.
func (v *view) claimRecent() {
	from := v.box.ClaimRecent(v.readOnly)
	if from < v.snap.UIDNext {
		v.recent = append(v.recent, uidSpan{from, v.snap.UIDNext})
	}
}
