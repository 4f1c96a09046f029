package mailstore

import (
	"slices"
	"sort"
)

// Sizes of the tree below. A change copies one leaf and one node per level:
// with these numbers that is about as much for 1,000 entries as for 100,000.
const (
	leafSize = 64 // entries of a leaf
	fanOut   = 32 // children of a node
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
	tail []*Entry
}

// A node is a leaf, with entries, or has children. All leaves are at the same
// depth. A node is never changed once the edit that made it is over.
//
// What a search reads is kept apart from the pointers: it stays in the cache,
// and replacing an entry copies the pointers only.
type node struct {
	edit    uint64   // the edit that made it, and may change it
	entries []*Entry // of a leaf
	kids    []*node  // nil in a leaf
	marks   []mark   // one for each entry or child
}

// A mark is what a search wants to know about an entry or a child. Marks are
// shared by copies of a node, and so are copied themselves to be changed.
type mark struct {
	end  uint32 // entries in this child and those before it
	last uint32 // the highest UID in it
}

func newList(entries []*Entry, edit uint64) list {
	var l list
	for _, e := range entries {
		l.append(e, edit)
	}
	return l
}

func (l *list) clip() { l.tail = slices.Clip(l.tail) }

func (l *list) len() int { return l.root.size() + len(l.tail) }

func (l *list) at(i int) *Entry {
	if n := l.root.size(); i >= n {
		return l.tail[i-n]
	}
	return l.root.at(i)
}

// index returns the place of the first entry whose UID is uid or greater.
func (l *list) index(uid uint32) int {
	n := l.root.size()
	if n > 0 && l.root.lastUID() >= uid {
		return l.root.index(uid)
	}
	return n + search(l.tail, uid)
}

func search(entries []*Entry, uid uint32) int {
	return sort.Search(len(entries), func(i int) bool { return entries[i].UID >= uid })
}

func (l *list) append(e *Entry, edit uint64) {
	if len(l.tail) == leafSize {
		l.push(newLeaf(l.tail), edit)
		l.tail = nil
	}
	l.tail = append(l.tail, e)
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

// set puts e in the place of entry i.
func (l *list) set(i int, e *Entry, edit uint64) {
	n := l.root.size()
	if i < n {
		l.root = l.root.set(i, e, edit)
		return
	}
	l.tail = slices.Clone(l.tail)
	l.tail[i-n] = e
}

func (l *list) remove(i int, edit uint64) {
	n := l.root.size()
	if i >= n {
		l.tail = slices.Delete(slices.Clone(l.tail), i-n, i-n+1)
		return
	}
	l.root = l.root.remove(i, edit)
	for l.root != nil && len(l.root.kids) == 1 {
		l.root = l.root.kids[0]
	}
}

// each calls f for the entries from i on until it returns false, and reports
// whether it never did.
func (l *list) each(i int, f func(i int, e *Entry) bool) bool {
	n := l.root.size()
	if i < n && !l.root.each(i, 0, f) {
		return false
	}
	for k := max(i-n, 0); k < len(l.tail); k++ {
		if !f(n+k, l.tail[k]) {
			return false
		}
	}
	return true
}

// newLeaf returns a leaf of the entries of a tail. No edit owns it, since
// older lists share the tail's array.
func newLeaf(tail []*Entry) *node {
	n := &node{entries: slices.Clip(tail), marks: make([]mark, len(tail))}
	for i, e := range tail {
		n.marks[i] = mark{uint32(i + 1), e.UID}
	}
	return n
}

func newNode(edit uint64, children ...*node) *node {
	n := &node{edit: edit, kids: make([]*node, 0, len(children))}
	for _, c := range children {
		n.add(c)
	}
	return n
}

// add adds a child at the right end. The edit must own n.
func (n *node) add(c *node) {
	n.kids = append(n.kids, c)
	n.marks = append(slices.Clip(n.marks), mark{uint32(n.size() + c.size()), c.lastUID()})
}

func (n *node) size() int {
	if n == nil || len(n.marks) == 0 {
		return 0
	}
	return int(n.marks[len(n.marks)-1].end)
}

func (n *node) lastUID() uint32 { return n.marks[len(n.marks)-1].last }

// own returns n if this edit made it, or a copy that the edit may change.
func (n *node) own(edit uint64) *node {
	if n.edit == edit {
		return n
	}
	return &node{edit, slices.Clone(n.entries), slices.Clone(n.kids), n.marks}
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

func (n *node) at(i int) *Entry {
	for n.kids != nil {
		var k int
		k, i = n.find(i)
		n = n.kids[k]
	}
	return n.entries[i]
}

// index is the list's; the UID is not above the node's last.
func (n *node) index(uid uint32) int {
	base := 0
	for n.kids != nil {
		k := n.findUID(uid)
		base += n.start(k)
		n = n.kids[k]
	}
	return base + n.findUID(uid)
}

func (n *node) each(i, base int, f func(i int, e *Entry) bool) bool {
	if n.kids == nil {
		for ; i < len(n.entries); i++ {
			if !f(base+i, n.entries[i]) {
				return false
			}
		}
		return true
	}
	k, i := n.find(i)
	for ; k < len(n.kids); k++ {
		if !n.kids[k].each(i, base+n.start(k), f) {
			return false
		}
		i = 0
	}
	return true
}

// set puts e, whose UID is the same, in the place of entry i.
func (n *node) set(i int, e *Entry, edit uint64) *node {
	n = n.own(edit)
	if n.kids == nil {
		n.entries[i] = e
		return n
	}
	k, i := n.find(i)
	n.kids[k] = n.kids[k].set(i, e, edit)
	return n
}

// push adds a leaf at the right end. If there is no room for it, n stays as it
// is and the sibling that holds the leaf is returned as well.
func (n *node) push(leaf *node, edit uint64) (self, next *node) {
	if n.kids == nil {
		return n, leaf
	}
	last := len(n.kids) - 1
	child, next := n.kids[last].push(leaf, edit)
	if next != nil && len(n.kids) == fanOut {
		return n, newNode(edit, next)
	}
	n = n.own(edit)
	if next == nil {
		n.kids, n.marks = n.kids[:last], n.marks[:last]
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
		n.entries = slices.Delete(n.entries, k, k+1)
		n.drop(k)
	} else if child := n.kids[k].remove(rest, edit); child == nil {
		n.kids = slices.Delete(n.kids, k, k+1)
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
