package mailstore

import (
	"cmp"
	"slices"
	"sync/atomic"
)

// Sizes of the tree below. A change copies one leaf and one node per level:
// with these numbers that is about as much for 1,000 entries as for 100,000.
const (
	leafSize = 32 // entries of a leaf
	fanOut   = 16 // children of a node
)

// A list is a persistent sequence of entries in order of their UIDs: a change
// gives a new list that shares what it has not touched with the old one. The
// zero list is empty.
//
// Most changes are appends, so the last entries are kept apart in a tail,
// which goes into the tree when it is full. Appending may use spare capacity
// of the tail's array; only the newest list of a line may do so, and a list
// that starts another line must be clipped first.
type list struct {
	root *node // nil if empty
	tail []Entry
	edit uint64    // the edit that made the tail's array, and may change its entries
	sets []flagSet // by their numbers
}

// A node is a leaf or has children. All leaves are at the same depth. A node
// is never changed once the edit that made it is over.
type node struct {
	edit  uint64         // the edit that made it, and may change it
	marks []mark         // one for each entry or child
	kids  *[fanOut]*node // nil in a leaf

	// A leaf has its entries in columns, so that a change of flags, even of
	// all, copies a few bytes for each without a pointer among them. Entries
	// are made of that when somebody looks, and kept if he looks at all.
	states   *[leafSize]state
	arrivals *[leafSize]*Arrival // shared by copies of the leaf
	made     atomic.Pointer[[]Entry]
}

// A state is what changes of an entry: the mod-sequence and the number of the
// set of flags. They are one number since thousands are copied at once; neither
// comes near its limit, of a trillion changes and of 16 million sets.
type state uint64

const setBits = 24

func newState(modSeq uint64, set uint32) state { return state(modSeq<<setBits | uint64(set)) }

func (s state) modSeq() uint64 { return uint64(s >> setBits) }

func (s state) set() uint32 { return uint32(s & (1<<setBits - 1)) }

// A mark is what a search wants to know about an entry or a child. Marks are
// shared by copies of a node, and so are copied themselves to be changed.
type mark struct {
	end  uint32 // entries in this child and those before it
	last uint32 // the highest UID in it
}

func (l *list) clip() { l.tail = slices.Clip(l.tail) }

func (l *list) len() int { return l.root.size() + len(l.tail) }

func (l *list) at(i int) *Entry {
	if n := l.root.size(); i >= n {
		return &l.tail[i-n]
	}
	leaf, k := l.root.leaf(i)
	if made := leaf.made.Load(); made != nil {
		return &(*made)[k]
	}
	e := leaf.entry(k, l.sets)
	return &e
}

// index returns the place of the first entry whose UID is uid or greater, and
// whether it is uid.
func (l *list) index(uid uint32) (i int, found bool) {
	if l.root != nil && l.root.lastUID() >= uid {
		return l.root.index(uid)
	}
	i, found = search(l.tail, uid)
	return l.root.size() + i, found
}

func search(entries []Entry, uid uint32) (i int, found bool) {
	return slices.BinarySearchFunc(entries, uid, func(e Entry, uid uint32) int {
		return cmp.Compare(e.UID, uid)
	})
}

// append adds e and returns it as it is in the list.
func (l *list) append(e Entry, edit uint64) *Entry {
	if len(l.tail) == leafSize {
		l.push(newLeaf(l.tail), edit)
		l.tail = make([]Entry, 0, leafSize)
	}
	l.tail = append(l.tail, e)
	return &l.tail[len(l.tail)-1]
}

func (l *list) push(leaf *node, edit uint64) {
	if l.root == nil {
		l.root = leaf
		return
	}
	root, next := l.root.push(leaf, edit)
	if next != nil {
		root = newNode(edit, root, next)
	}
	l.root = root
}

// leafOf returns the leaf where a UID is, if it is anywhere but in the tail,
// which is nil.
func (l *list) leafOf(uid uint32) *node {
	if l.root == nil || l.root.lastUID() < uid {
		return nil
	}
	n := l.root
	for n.kids != nil {
		n = n.kids[n.findUID(uid)]
	}
	return n
}

// ownLeaf is leafOf for an edit that changes states.
func (l *list) ownLeaf(uid uint32, edit uint64) *node {
	l.root = l.root.own(edit)
	n := l.root
	for n.kids != nil {
		k := n.findUID(uid)
		n.kids[k] = n.kids[k].own(edit)
		n = n.kids[k]
	}
	return n
}

func (l *list) ownTail(edit uint64) {
	if l.edit != edit {
		l.tail, l.edit = slices.Clone(l.tail), edit
	}
}

// set puts e in the place of the entry with its UID, which is there.
func (l *list) set(e *Entry, edit uint64) {
	if l.root.lastUID() < e.UID {
		l.ownTail(edit)
		i, _ := search(l.tail, e.UID)
		l.tail[i] = *e
		return
	}
	leaf := l.ownLeaf(e.UID, edit)
	leaf.states[leaf.findUID(e.UID)] = newState(e.ModSeq, e.set)
}

func (l *list) remove(i int, edit uint64) {
	n := l.root.size()
	if i >= n {
		l.ownTail(edit)
		l.tail = slices.Delete(l.tail, i-n, i-n+1)
		return
	}
	l.root = l.root.remove(i, edit)
	for l.root != nil && l.root.kids != nil && len(l.root.marks) == 1 {
		l.root = l.root.kids[0]
	}
}

// each calls f for the entries from i on until it returns false. With scratch,
// entries may be made in there: each is good until the next.
func (l *list) each(i int, scratch *Entry, f func(i int, e *Entry) bool) {
	n := l.root.size()
	if i < n && !l.root.each(i, 0, l.sets, scratch, f) {
		return
	}
	for k := max(i-n, 0); k < len(l.tail); k++ {
		if !f(n+k, &l.tail[k]) {
			return
		}
	}
}

// newLeaf returns a leaf of the entries of a tail. They are made already.
func newLeaf(tail []Entry) *node {
	n := &node{
		marks: make([]mark, len(tail)), states: new([leafSize]state), arrivals: new([leafSize]*Arrival),
	}
	for i := range tail {
		e := &tail[i]
		n.marks[i] = mark{uint32(i + 1), e.UID}
		n.states[i] = newState(e.ModSeq, e.set)
		n.arrivals[i] = e.Arrival
	}
	n.made.Store(&tail)
	return n
}

// entries returns the entries of a leaf. Who is the first to ask for all makes
// them.
func (n *node) entries(sets []flagSet) []Entry {
	if made := n.made.Load(); made != nil {
		return *made
	}
	made := make([]Entry, len(n.marks))
	for i := range made {
		made[i] = n.entry(i, sets)
	}
	n.made.Store(&made)
	return made
}

func (n *node) entry(i int, sets []flagSet) Entry {
	s := n.states[i]
	return Entry{n.marks[i].last, s.set(), s.modSeq(), sets[s.set()].flags, n.arrivals[i]}
}

func newNode(edit uint64, children ...*node) *node {
	n := &node{edit: edit, kids: new([fanOut]*node)}
	for _, c := range children {
		n.add(c)
	}
	return n
}

// add adds a child at the right end. The edit must own n.
func (n *node) add(c *node) {
	n.kids[len(n.marks)] = c
	n.marks = append(slices.Clip(n.marks), mark{uint32(n.size() + c.size()), c.lastUID()})
}

func (n *node) size() int {
	if n == nil || len(n.marks) == 0 {
		return 0
	}
	return int(n.marks[len(n.marks)-1].end)
}

// lastUID returns the highest UID, 0 if there is none.
func (n *node) lastUID() uint32 {
	if n == nil || len(n.marks) == 0 {
		return 0
	}
	return n.marks[len(n.marks)-1].last
}

// own returns n if this edit made it, or a copy of which the edit may change
// the states or the children.
func (n *node) own(edit uint64) *node {
	if n.edit == edit {
		n.made.Store(nil)
		return n
	}
	c := &node{edit: edit, marks: n.marks, arrivals: n.arrivals}
	if n.kids != nil {
		kids := *n.kids
		c.kids = &kids
	} else {
		states := *n.states
		c.states = &states
	}
	return c
}

// find returns the child that has entry i, and its place in there.
func (n *node) find(i int) (k, rest int) {
	lo, hi := 0, len(n.marks)
	for lo < hi {
		if m := (lo + hi) / 2; int(n.marks[m].end) > i {
			hi = m
		} else {
			lo = m + 1
		}
	}
	return lo, i - n.start(lo)
}

// findUID returns the first child or entry with that UID or a greater one. The
// UID is not above the last.
func (n *node) findUID(uid uint32) int {
	lo, hi := 0, len(n.marks)-1
	for lo < hi {
		if m := (lo + hi) / 2; n.marks[m].last >= uid {
			hi = m
		} else {
			lo = m + 1
		}
	}
	return lo
}

// start returns how many entries are in the children before k.
func (n *node) start(k int) int {
	if k == 0 {
		return 0
	}
	return int(n.marks[k-1].end)
}

// leaf returns the leaf that has entry i, and its place in there.
func (n *node) leaf(i int) (*node, int) {
	for n.kids != nil {
		var k int
		k, i = n.find(i)
		n = n.kids[k]
	}
	return n, i
}

// index is the list's; the UID is not above the node's last.
func (n *node) index(uid uint32) (i int, found bool) {
	base := 0
	for n.kids != nil {
		k := n.findUID(uid)
		base += n.start(k)
		n = n.kids[k]
	}
	k := n.findUID(uid)
	return base + k, n.marks[k].last == uid
}

// each is the list's for entry i of a node before which there are base. It
// reports whether f never returned false.
func (n *node) each(
	i, base int, sets []flagSet, scratch *Entry, f func(i int, e *Entry) bool,
) bool {
	if n.kids == nil {
		return n.eachOfLeaf(i, base, sets, scratch, f)
	}
	k, i := n.find(i)
	for ; k < len(n.marks); k++ {
		if !n.kids[k].each(i, base+n.start(k), sets, scratch, f) {
			return false
		}
		i = 0
	}
	return true
}

func (n *node) eachOfLeaf(
	i, base int, sets []flagSet, scratch *Entry, f func(i int, e *Entry) bool,
) bool {
	if scratch != nil && n.made.Load() == nil {
		for ; i < len(n.marks); i++ {
			*scratch = n.entry(i, sets)
			if !f(base+i, scratch) {
				return false
			}
		}
		return true
	}
	entries := n.entries(sets)
	for ; i < len(entries); i++ {
		if !f(base+i, &entries[i]) {
			return false
		}
	}
	return true
}

// push adds a leaf at the right end. If there is no room for it, n stays as it
// is and the sibling that holds the leaf is returned as well.
func (n *node) push(leaf *node, edit uint64) (self, next *node) {
	if n.kids == nil {
		return n, leaf
	}
	last := len(n.marks) - 1
	child, next := n.kids[last].push(leaf, edit)
	if next != nil && len(n.marks) == fanOut {
		return n, newNode(edit, next)
	}
	n = n.own(edit)
	if next == nil {
		n.marks = n.marks[:last]
		next = child
	}
	n.add(next)
	return n, nil
}

// remove returns nil if nothing is left.
func (n *node) remove(i int, edit uint64) *node {
	n = n.own(edit)
	k, rest := n.find(i)
	if n.kids == nil {
		n.arrivals = without(*n.arrivals, k)
		copy(n.states[k:], n.states[k+1:])
		n.drop(k)
	} else if child := n.kids[k].remove(rest, edit); child == nil {
		copy(n.kids[k:], n.kids[k+1:])
		n.kids[len(n.marks)-1] = nil
		n.drop(k)
	} else {
		n.kids[k] = child
		n.shrink(k, child.lastUID())
	}
	if len(n.marks) == 0 {
		return nil
	}
	return n
}

func without(arrivals [leafSize]*Arrival, k int) *[leafSize]*Arrival {
	copy(arrivals[k:], arrivals[k+1:])
	arrivals[leafSize-1] = nil
	return &arrivals
}

// drop removes mark k, which stood for one entry.
func (n *node) drop(k int) {
	marks := make([]mark, 0, len(n.marks)-1)
	marks = append(marks, n.marks[:k]...)
	for _, m := range n.marks[k+1:] {
		marks = append(marks, mark{m.end - 1, m.last})
	}
	n.marks = marks
}

// shrink takes an entry off child k.
func (n *node) shrink(k int, last uint32) {
	n.marks = slices.Clone(n.marks)
	n.marks[k].last = last
	for j := k; j < len(n.marks); j++ {
		n.marks[j].end--
	}
}
