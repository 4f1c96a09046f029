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
// snap has the current flags, keeps messages that are gone until the client
// may be told of that, and may have messages at its end that the client hasn't
// been told of: only the first len are the client's. absorb takes in what has
// happened to the mailbox; update, in tell.go, passes it on.
type view struct {
	box      *mailstore.Mailbox
	readOnly bool
	rev2     bool // there is no \Recent
	snap     *mailstore.Snapshot
	exists   uint32    // as told last
	flagged  []uint32  // UIDs whose flags have changed, in no order
	keywords bool      // there are new ones
	rights   string    // of the client, as FLAGS has told
	recent   []uidSpan // that are \Recent in this session, in order
	recents  uint32    // as told last
	told     uint64    // mod-sequence up to which nothing was left out

	saved imap.UIDSet // $ (RFC 5182)

	contexts []*searchContext // searches that go on (RFC 5267)
}

// A uidSpan is UIDs from from, below to.
type uidSpan struct{ from, to uint32 }

// newView returns the view of a mailbox as it is now.
func newView(box *mailstore.Mailbox, readOnly, rev2 bool) *view {
	v := &view{box: box, readOnly: readOnly, rev2: rev2}
	first := box.ClaimRecent(readOnly || rev2)
	v.snap = box.Snapshot()
	v.addRecent(first)
	v.exists = uint32(v.snap.Len())
	v.told = v.snap.HighestModSeq
	v.recents = v.countRecent()
	return v
}

// void returns why nothing that the client knows of the mailbox holds any
// more, or "".
func (v *view) void() string {
	switch {
	case v.box.Gone():
		return "Selected mailbox was deleted"
	case v.box.Snapshot().UIDValidity != v.snap.UIDValidity:
		return "UIDVALIDITY of the selected mailbox has changed"
	}
	return ""
}

// absorb takes in what has happened to the mailbox. own are the UIDs of the
// messages whose flags the session itself has just changed, in order: tell says
// nothing of them.
func (v *view) absorb(own []uint32) {
	first := v.box.ClaimRecent(v.readOnly || v.rev2)
	snap, d := v.box.Sync(v.snap, true)
	if d.Reset {
		return // void says so
	}
	v.note(d, own)
	v.snap = snap
	v.addRecent(first)
}

// note keeps what is to be told of the messages that the client knows.
func (v *view) note(d *mailstore.Delta, own []uint32) {
	v.keywords = v.keywords || d.Keywords
	v.flagged = slices.Grow(v.flagged, max(len(d.Changed)-len(own), 0))
	for _, e := range d.Changed {
		if !next(&own, e.UID) {
			v.flagged = append(v.flagged, e.UID)
		}
	}
}

// next reports whether a UID is in a list, for UIDs in order: it drops from
// the list what is below.
func next(list *[]uint32, uid uint32) bool {
	for len(*list) > 0 && (*list)[0] < uid {
		*list = (*list)[1:]
	}
	return len(*list) > 0 && (*list)[0] == uid
}

// addRecent makes the messages \Recent that no session had been told of: those
// from first on. If two sessions are told at once it may be both, which RFC
// 3501 section 2.3.2 asks for.
func (v *view) addRecent(first uint32) {
	if n := len(v.recent); n > 0 && first <= v.recent[n-1].to {
		v.recent[n-1].to = v.snap.UIDNext
		return
	}
	if first < v.snap.UIDNext && !v.rev2 {
		v.recent = append(v.recent, uidSpan{first, v.snap.UIDNext})
	}
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

// countRecent returns how many messages are \Recent in this session.
func (v *view) countRecent() (n uint32) {
	for _, s := range v.recent {
		n += v.below(s.to) - v.below(s.from)
	}
	return n
}

// len returns how many messages the client knows of.
func (v *view) len() uint32 { return v.exists }

// below returns how many messages that the client knows of have UIDs below
// uid.
func (v *view) below(uid uint32) uint32 {
	i, _ := v.snap.Index(uid)
	return min(uint32(i), v.exists)
}

// at returns the message with a sequence number from 1 to len.
func (v *view) at(seq uint32) *mailstore.Entry { return v.snap.At(int(seq) - 1) }

// seq returns the sequence number of a UID, or false if the client knows of
// none such.
func (v *view) seq(uid uint32) (uint32, bool) {
	i, found := v.snap.Index(uid)
	return uint32(i) + 1, found && uint32(i) < v.exists
}

// each yields the messages of a set in order, each once, with their sequence
// numbers. A message is good until the next one only. UIDs and numbers that
// aren't there are passed over: see check.
func (v *view) each(set imap.NumSet) iter.Seq2[uint32, *mailstore.Entry] {
	return v.eachIn(v.resolve(set))
}

// eachIn yields the messages in ranges that resolve has made.
func (v *view) eachIn(ranges []imap.SeqRange) iter.Seq2[uint32, *mailstore.Entry] {
	return func(yield func(uint32, *mailstore.Entry) bool) {
		snap := v.snap
		for _, r := range ranges {
			if r.Start == r.Stop {
				if !yield(r.Start, snap.At(int(r.Start)-1)) {
					return
				}
				continue
			}
			for i, e := range snap.Visit(int(r.Start) - 1) {
				if uint32(i) >= r.Stop {
					break
				}
				if !yield(uint32(i)+1, e) {
					return
				}
			}
		}
	}
}

// uids returns the UIDs of a set's messages in order.
func (v *view) uids(set imap.NumSet) []uint32 {
	ranges := v.resolve(set)
	n := 0
	for _, r := range ranges {
		n += int(r.Stop - r.Start + 1)
	}
	list := make([]uint32, 0, n)
	for _, r := range ranges {
		list = v.appendUIDs(list, r)
	}
	return list
}

// appendUIDs appends the UIDs of the messages in a range. It looks at each only
// if some UID between them is missing.
func (v *view) appendUIDs(list []uint32, r imap.SeqRange) []uint32 {
	first, last := v.at(r.Start).UID, v.at(r.Stop).UID
	if last-first == r.Stop-r.Start {
		for uid := first; uid <= last; uid++ {
			list = append(list, uid)
		}
		return list
	}
	for _, e := range v.eachIn([]imap.SeqRange{r}) {
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
			return bad("", "sequence set %v goes beyond the %d messages", set, v.len())
		}
	}
	return nil
}

// resolve returns a set as ranges of sequence numbers, in order and without
// overlaps.
func (v *view) resolve(set imap.NumSet) []imap.SeqRange {
	if v.len() == 0 {
		return nil
	}
	if imap.IsSearchRes(set) {
		set = v.saved
	}
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
		if stop = min(stop, last); start <= stop {
			list = append(list, imap.SeqRange{Start: start, Stop: stop})
		}
	}
	return list
}

func (v *view) resolveUIDs(set imap.UIDSet) []imap.SeqRange {
	list := make([]imap.SeqRange, 0, len(set))
	last := v.at(v.len()).UID
	for _, r := range set {
		start, stop := span(uint32(r.Start), uint32(r.Stop), last)
		from, to := v.below(start)+1, v.below(min(stop, last)+1)
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

// gone reports whether a message that the client knows of has been expunged.
func (v *view) gone(uid uint32) bool { return v.box.Snapshot().Get(uid) == nil }

// toldFlags notes that the client has been told these messages' flags just
// now. The UIDs are in order.
func (v *view) toldFlags(uids []uint32) {
	if len(v.flagged) == 0 {
		return
	}
	v.flagged = slices.DeleteFunc(v.flagged, func(uid uint32) bool {
		_, told := slices.BinarySearch(uids, uid)
		return told
	})
}

// setFlags changes flags for the client of this view, and returns the UIDs of
// the messages that it changed. Whoever calls tells the client of them if it is
// to be told.
func (v *view) setFlags(uids []uint32, op mailstore.FlagOp, flags ...string) []uint32 {
	changed, _ := v.setFlagsUnchanged(uids, ^uint64(0), op, flags...)
	return changed
}

// setFlagsUnchanged is setFlags for the messages whose mod-sequence is not
// above since; modified are the others.
func (v *view) setFlagsUnchanged(
	uids []uint32, since uint64, op mailstore.FlagOp, flags ...string,
) (changed, modified []uint32) {
	before := v.snap.HighestModSeq
	changed, modified = v.box.SetFlagsUnchanged(uids, since, op, flags...)
	if !v.absorbOwn(len(changed)) {
		v.absorb(changed)
		v.noteOthers(before, changed)
	}
	return changed, modified
}

// absorbOwn is absorb if nothing has happened to the mailbox since the view's
// snapshot but that the session has changed the flags of n messages, else it
// returns false. It spares a look at each of them.
func (v *view) absorbOwn(n int) bool {
	snap := v.box.Snapshot()
	if snap.HighestModSeq != v.snap.HighestModSeq+uint64(n) || len(v.snap.Held()) > 0 {
		return false
	}
	v.keywords = v.keywords || len(snap.Keywords) != len(v.snap.Keywords)
	v.snap = snap
	return true
}

// noteOthers sees to it that the client is told of flags that another session
// has changed a moment before this one did, or after it.
func (v *view) noteOthers(before uint64, own []uint32) {
	log := v.box.Changes(before)
	n := len(log)
	complete := n == 0 || log[n-1].ModSeq == before+uint64(n)
	if complete && n == len(own) {
		return
	}
	times := make(map[uint32]int)
	for _, ch := range log {
		times[ch.UID]++
	}
	for _, uid := range own {
		if times[uid] > 1 || !complete {
			v.flagged = append(v.flagged, uid)
		}
	}
}

// deleted returns the UIDs of the messages in a set that have \Deleted.
func (v *view) deleted(set imap.NumSet) (uids []uint32) {
	ranges := v.resolve(set)
	for _, uid := range v.snap.DeletedUIDs() {
		if seq, ok := v.seq(uid); ok && inRanges(ranges, seq) {
			uids = append(uids, uid)
		}
	}
	return uids
}

// all is the set of all messages.
var all = imap.SeqSet{{Start: 1, Stop: 0}}
