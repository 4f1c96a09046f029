package mailstore

import (
	"cmp"
	"math/bits"
	"slices"
	"sort"
)

// A run is changes of messages with consecutive UIDs by consecutive
// mod-sequences: what a STORE or an EXPUNGE of many messages mostly is, and
// deliveries one after the other.
type run struct {
	modSeq uint64 // of the first change
	uid    uint32 // of the first message
	n      uint32
	kind   ChangeKind
}

// last returns the last mod-sequence.
func (r run) last() uint64 { return r.modSeq + uint64(r.n) - 1 }

// has reports whether the run made an entry what it is.
func (r run) has(e *Entry) bool { return e.ModSeq == r.modSeq+uint64(e.UID-r.uid) }

// cut returns the part of a run that is about n UIDs from uid on.
func (r run) cut(uid, n uint32) run {
	return run{r.modSeq + uint64(uid-r.uid), uid, n, r.kind}
}

// A changeLog is what has happened in a mailbox, in order of mod-sequences.
type changeLog struct {
	runs      []run
	n         int // changes
	compactAt int // the number of changes at which it is compacted
}

// add adds changes with higher mod-sequences.
func (l *changeLog) add(r run) {
	l.n += int(r.n)
	if k := len(l.runs) - 1; k >= 0 {
		last := &l.runs[k]
		if r.kind == last.kind && r.uid == last.uid+last.n && r.modSeq == last.last()+1 {
			last.n += r.n
			return
		}
	}
	l.runs = append(l.runs, r)
}

// since returns the changes with higher mod-sequences.
func (l *changeLog) since(modSeq uint64) []run {
	i := sort.Search(len(l.runs), func(i int) bool { return l.runs[i].last() > modSeq })
	runs := slices.Clone(l.runs[i:])
	if len(runs) > 0 && runs[0].modSeq <= modSeq {
		known := uint32(modSeq + 1 - runs[0].modSeq)
		runs[0] = runs[0].cut(runs[0].uid+known, runs[0].n-known)
	}
	return runs
}

// compact drops changes of flags that later changes have overtaken, so that
// the log stays within about twice the messages and the expunged ones. v is
// the mailbox as the log leaves it.
func (l *changeLog) compact(v *Snapshot) {
	if l.n < l.compactAt {
		return
	}
	seen := make(bitSet, v.Len()/64+1) // places of which a later change is known
	var kept []run
	for _, r := range slices.Backward(l.runs) {
		if r.kind == Expunged {
			kept = append(kept, r)
			continue
		}
		i, _ := v.Index(r.uid)
		end, _ := v.Index(r.uid + r.n)
		for i < end {
			from := seen.next(i, end, false)
			i = seen.next(from, end, true)
			if from < i {
				seen.fill(from, i)
				first, last := v.At(from).UID, v.At(i-1).UID
				kept = append(kept, r.cut(first, last-first+1))
			}
		}
	}
	slices.SortFunc(kept, func(x, y run) int { return cmp.Compare(x.modSeq, y.modSeq) })
	l.runs, l.n = kept, 0
	for _, r := range kept {
		l.n += int(r.n)
	}
	l.compactAt = max(2*l.n, minLog)
}

// minLog is the length below which a log isn't worth compacting.
const minLog = 4096

// A bitSet is a set of small numbers.
type bitSet []uint64

// next returns the first number from i on that is in the set, or is not, and
// end if there is none below.
func (s bitSet) next(i, end int, in bool) int {
	for i < end {
		word := s[i/64]
		if !in {
			word = ^word
		}
		if word >>= i % 64; word != 0 {
			return min(i+bits.TrailingZeros64(word), end)
		}
		i += 64 - i%64
	}
	return end
}

// fill adds the numbers from i on, below end.
func (s bitSet) fill(i, end int) {
	for i < end {
		n := min(64-i%64, end-i)
		s[i/64] |= ^uint64(0) >> (64 - n) << (i % 64)
		i += n
	}
}
