package mailstore

import "slices"

// maxFew is how many UIDs a few holds.
const maxFew = 64

// few is a set of UIDs that is known while they are few. Beyond maxFew it is
// lost, until the set is empty again: then to look for them costs little, since
// there are many. A few is a value: changing one leaves its copies as they are.
type few struct {
	uids []uint32 // in order
	lost bool
}

// change adds a UID, or with -1 takes it off. total is how many there are then.
// It is small enough to be inlined where thousands are counted.
func (f *few) change(uid uint32, n, total int) {
	if f.lost {
		f.lost = total > 0
	} else {
		f.changeKnown(uid, n, total)
	}
}

func (f *few) changeKnown(uid uint32, n, total int) {
	i, _ := slices.BinarySearch(f.uids, uid)
	switch {
	case n < 0:
		f.uids = slices.Concat(f.uids[:i], f.uids[i+1:])
	case total > maxFew:
		f.uids, f.lost = nil, true
	default:
		f.uids = slices.Concat(f.uids[:i], []uint32{uid}, f.uids[i:])
	}
}

// FirstUnseen returns the place of the first message without \Seen, and
// whether there is one.
func (s *Snapshot) FirstUnseen() (i int, ok bool) {
	if s.Unseen == 0 {
		return 0, false
	}
	if !s.unseen.lost {
		return s.Index(s.unseen.uids[0])
	}
	for i, e := range s.Visit(0) {
		if !e.Has(`\Seen`) {
			return i, true
		}
	}
	return 0, false
}

// DeletedUIDs returns the UIDs of the messages with \Deleted, in order. They
// must not be changed.
func (s *Snapshot) DeletedUIDs() []uint32 {
	if s.Deleted == 0 || !s.deleted.lost {
		return s.deleted.uids
	}
	uids := make([]uint32, 0, s.Deleted)
	for _, e := range s.Visit(0) {
		if e.Has(`\Deleted`) {
			uids = append(uids, e.UID)
		}
	}
	return uids
}
