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

func (f *few) add(uid uint32) {
	if f.lost || len(f.uids) == maxFew {
		f.uids, f.lost = nil, true
		return
	}
	i, _ := slices.BinarySearch(f.uids, uid)
	f.uids = slices.Concat(f.uids[:i], []uint32{uid}, f.uids[i:])
}

// remove takes a UID off. left is how many there are then.
func (f *few) remove(uid uint32, left int) {
	if f.lost {
		f.lost = left > 0
		return
	}
	if i, found := slices.BinarySearch(f.uids, uid); found {
		f.uids = slices.Concat(f.uids[:i], f.uids[i+1:])
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
	for i, e := range s.All() {
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
	for _, e := range s.All() {
		if e.Has(`\Deleted`) {
			uids = append(uids, e.UID)
		}
	}
	return uids
}
