package mailstore

import (
	"slices"
	"strings"
)

// The system flags of RFC 3501 section 2.3.2 that can be stored.
var systemFlags = []string{`\Answered`, `\Flagged`, `\Deleted`, `\Seen`, `\Draft`}

// A FlagOp says what SetFlags does with the flags that are there.
type FlagOp uint8

// The flag operations.
const (
	ReplaceFlags FlagOp = iota
	AddFlags
	RemoveFlags
)

// SetFlags changes the flags of the messages with these UIDs, as one step,
// each with a mod-sequence of its own. Flags are told apart in any case;
// \Recent is passed over, as are UIDs that are not there. It returns the
// entries whose flags are other ones now, in the order of uids. It is fastest
// if they are in ascending order.
func (b *Mailbox) SetFlags(uids []uint32, op FlagOp, flags ...string) []*Entry {
	b.store.mu.Lock()
	defer b.store.mu.Unlock()
	s := flagSetter{since: ^uint64(0), op: op, flags: flags, wantEntries: true}
	b.setFlagsLocked(&s, uids)
	list := make([]*Entry, len(s.entries))
	for i := range s.entries {
		list[i] = &s.entries[i]
	}
	return list
}

// SetFlagsUnchanged is SetFlags for the messages whose mod-sequence is not
// above since. It returns the UIDs of those whose flags are other ones now, and
// the UIDs of those with a higher mod-sequence as modified: the UNCHANGEDSINCE
// of STORE (RFC 7162 section 3.1.3).
func (b *Mailbox) SetFlagsUnchanged(
	uids []uint32, since uint64, op FlagOp, flags ...string,
) (changed, modified []uint32) {
	b.store.mu.Lock()
	defer b.store.mu.Unlock()
	s := flagSetter{since: since, op: op, flags: flags}
	b.setFlagsLocked(&s, uids)
	return s.changed, s.modified
}

func (b *Mailbox) setFlagsLocked(s *flagSetter, uids []uint32) {
	s.draft = b.edit()
	for len(uids) > 0 {
		s.left = len(uids)
		if leaf := s.list.leafOf(uids[0]); leaf != nil {
			uids = uids[s.leaf(leaf, uids):]
		} else {
			uids = uids[s.tail(uids):]
		}
	}
	s.endRun()
	s.commit()
}

// A flagSetter is one call of SetFlags.
type flagSetter struct {
	draft
	since uint64
	op    FlagOp
	flags []string

	last transition // that was looked up
	more map[uint32]transition

	run         run // that is to be logged
	left        int // UIDs that were not seen to when this leaf was begun
	wantEntries bool

	changed  []uint32 // UIDs
	entries  []Entry  // the changed ones, if these are wanted instead
	modified []uint32 // UIDs
}

// A transition is what SetFlags makes of one set of flags.
type transition struct {
	from, to        uint32 // numbers of sets
	known           bool
	unseen, deleted int // what is added to the numbers of these
}

// leaf changes the message of the first UID, which is in a leaf if it is
// anywhere, and those after it as long as they are in that leaf and in order.
// It returns how many UIDs that were.
func (s *flagSetter) leaf(n *node, uids []uint32) (done int) {
	i, owned := n.findUID(uids[0]), false
	for {
		if uid := uids[done]; n.marks[i].last == uid {
			if st, ok := s.change(uid, n.states[i]); ok {
				if !owned {
					n, owned = s.list.ownLeaf(uid, s.edit), true
				}
				n.states[i] = st
				if s.wantEntries {
					s.want(n.entry(i, s.list.sets))
				}
			}
		}
		done++
		if done == len(uids) || uids[done] <= uids[done-1] || uids[done] > n.lastUID() {
			return done
		}
		for n.marks[i].last < uids[done] {
			i++
		}
	}
}

// tail is leaf for messages that are in the tail if they are anywhere.
func (s *flagSetter) tail(uids []uint32) (done int) {
	root := s.list.root
	for ; done < len(uids) && (root == nil || uids[done] > root.lastUID()); done++ {
		i, found := search(s.list.tail, uids[done])
		if !found {
			continue
		}
		e := &s.list.tail[i]
		if st, ok := s.change(e.UID, newState(e.ModSeq, e.set)); ok {
			s.list.ownTail(s.edit)
			e = &s.list.tail[i]
			e.ModSeq, e.set, e.Flags = st.modSeq(), st.set(), s.list.sets[st.set()].flags
			if s.wantEntries {
				s.want(*e)
			}
		}
	}
	return done
}

// change returns what becomes of a message, or false if it stays as it is.
func (s *flagSetter) change(uid uint32, old state) (now state, ok bool) {
	if old.modSeq() > s.since {
		s.modified = append(s.modified, uid)
		return old, false
	}
	if s.last.from != old.set() || !s.last.known {
		s.look(old.set())
	}
	t := &s.last
	if t.to == t.from {
		return old, false
	}
	if !s.wantEntries {
		if s.changed == nil {
			s.changed = make([]uint32, 0, s.left)
		}
		s.changed = append(s.changed, uid)
	}
	if t.unseen != 0 {
		s.Unseen += t.unseen
		s.unseen.change(uid, t.unseen, s.Unseen)
	}
	if t.deleted != 0 {
		s.Deleted += t.deleted
		s.deleted.change(uid, t.deleted, s.Deleted)
	}
	s.HighestModSeq++
	if s.run.uid+s.run.n != uid {
		s.endRun()
		s.run = run{modSeq: s.HighestModSeq, uid: uid, kind: Flagged}
	}
	s.run.n++
	return newState(s.HighestModSeq, t.to), true
}

// want keeps a changed entry.
func (s *flagSetter) want(e Entry) {
	if s.entries == nil {
		s.entries = make([]Entry, 0, s.left)
	}
	s.entries = append(s.entries, e)
}

// endRun logs the changes that go together.
func (s *flagSetter) endRun() {
	if s.run.n > 0 {
		s.box.log.add(s.run)
	}
}

// look sets last to what becomes of a set of flags. That is worked out once,
// however many messages have the set.
func (s *flagSetter) look(from uint32) {
	if s.last.known {
		if s.more == nil {
			s.more = make(map[uint32]transition)
		}
		s.more[s.last.from] = s.last
	}
	if s.last = s.more[from]; s.last.known {
		return
	}
	old := s.list.sets[from]
	to := s.flagSet(apply(old.flags, s.op, s.flags))
	now := s.list.sets[to]
	if sameFlags(old.flags, now.flags) {
		to, now = from, old
	}
	s.last = transition{from, to, true, now.unseen - old.unseen, now.deleted - old.deleted}
}

func apply(old []string, op FlagOp, flags []string) []string {
	switch op {
	case ReplaceFlags:
		return flags
	case AddFlags:
		return append(slices.Clip(old), flags...)
	default:
		return slices.DeleteFunc(slices.Clone(old), func(f string) bool { return hasFlag(flags, f) })
	}
}

func hasFlag(flags []string, f string) bool {
	return slices.ContainsFunc(flags, func(g string) bool { return strings.EqualFold(f, g) })
}

func sameFlags(x, y []string) bool {
	return len(x) == len(y) && !slices.ContainsFunc(x, func(f string) bool { return !hasFlag(y, f) })
}

// A flagSet is a set of flags as messages of a mailbox have it. They have the
// same few.
type flagSet struct {
	flags           []string
	unseen, deleted int // 1 if a message with it counts as such
}

// A flagTable holds the sets of flags that a mailbox uses, each once.
type flagTable struct {
	sets    []flagSet         // by their numbers; 0 is empty
	numbers map[string]uint32 // by the flags, joined
}

// A client can name the same flags in any order and again and again: long
// lists, and beyond so many all but the canonical ones, are worked out anew
// each time.
const (
	maxFlagKey  = 1000
	maxFlagKeys = 1000
)

func newFlagTable() flagTable {
	return flagTable{sets: []flagSet{{unseen: 1}}, numbers: make(map[string]uint32)}
}

// joinFlags appends flags to buf, as a key of a flagTable.
func joinFlags(buf []byte, flags []string) []byte {
	for _, f := range flags {
		buf = append(append(buf, f...), 0)
	}
	return buf
}

// flagSet returns the number of the set of flags, in canonical spelling
// without doubles. New keywords become the mailbox's.
func (d draft) flagSet(flags []string) uint32 {
	if len(flags) == 0 {
		return 0
	}
	var buf [128]byte
	key := joinFlags(buf[:0], flags)
	t := &d.box.flags
	if n, ok := t.numbers[string(key)]; ok {
		return n
	}
	var set []string
	for _, f := range flags {
		if f = d.spelling(f); f != "" && !slices.Contains(set, f) {
			set = append(set, f)
		}
	}
	canonical := string(joinFlags(nil, set))
	n, ok := t.numbers[canonical]
	if !ok && len(set) > 0 {
		n = uint32(len(t.sets))
		t.numbers[canonical] = n
		t.sets = append(t.sets, flagSet{
			slices.Clip(set), 1 - countFlag(set, `\Seen`), countFlag(set, `\Deleted`),
		})
		d.list.sets = t.sets
	}
	if len(key) <= maxFlagKey && len(t.numbers) < maxFlagKeys {
		t.numbers[string(key)] = n
	}
	return n
}

// countFlag returns 1 if a flag is among flags in their canonical spelling.
func countFlag(flags []string, flag string) int {
	if slices.Contains(flags, flag) {
		return 1
	}
	return 0
}

// spelling returns the one spelling of a flag in this mailbox: the RFC's of a
// system flag, the first of a keyword, "" for \Recent, which nobody can set.
func (d draft) spelling(flag string) string {
	same := func(f string) bool { return strings.EqualFold(f, flag) }
	if i := slices.IndexFunc(systemFlags, same); i >= 0 {
		return systemFlags[i]
	}
	if i := slices.IndexFunc(d.Keywords, same); i >= 0 {
		return d.Keywords[i]
	}
	if flag == "" || strings.EqualFold(flag, `\Recent`) {
		return ""
	}
	flag = strings.Clone(flag)
	d.Keywords = append(slices.Clip(d.Keywords), flag)
	return flag
}
