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
type node struct {
	edit    uint64   // the edit that made it, and may change it
	entries []*Entry // of a leaf
	kids    []kid    // nil in a leaf
}

// A kid is a child with what a search wants to know about it.
type kid struct {
	*node
	end  int    // entries in this child and those before it
	last uint32 // highest UID in it
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
		// No edit owns this leaf: older lists share its array.
		l.push(&node{entries: slices.Clip(l.tail)}, edit)
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
		l.root = l.root.kids[0].node
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

func newNode(edit uint64, children ...*node) *node {
	n := &node{edit: edit, kids: make([]kid, 0, len(children)+1)}
	for _, c := range children {
		n.add(c)
	}
	return n
}

func (n *node) add(c *node) {
	n.kids = append(n.kids, kid{c, n.size() + c.size(), c.lastUID()})
}

func (n *node) size() int {
	switch {
	case n == nil:
		return 0
	case n.kids == nil:
		return len(n.entries)
	case len(n.kids) == 0:
		return 0
	}
	return n.kids[len(n.kids)-1].end
}

func (n *node) lastUID() uint32 {
	if n.kids == nil {
		return n.entries[len(n.entries)-1].UID
	}
	return n.kids[len(n.kids)-1].last
}

// own returns n if this edit made it, or a copy that the edit may change.
func (n *node) own(edit uint64) *node {
	if n.edit == edit {
		return n
	}
	return &node{edit: edit, entries: slices.Clone(n.entries), kids: slices.Clone(n.kids)}
}

// find returns the child that has entry i, and its place in there.
func (n *node) find(i int) (k, rest int) {
	k = sort.Search(len(n.kids), func(k int) bool { return n.kids[k].end > i })
	return k, i - n.start(k)
}

// start returns how many entries are in the children before k.
func (n *node) start(k int) int {
	if k == 0 {
		return 0
	}
	return n.kids[k-1].end
}

func (n *node) at(i int) *Entry {
	for n.kids != nil {
		var k int
		k, i = n.find(i)
		n = n.kids[k].node
	}
	return n.entries[i]
}

// index is the list's; the UID is not above the node's last.
func (n *node) index(uid uint32) int {
	base := 0
	for n.kids != nil {
		k := sort.Search(len(n.kids), func(k int) bool { return n.kids[k].last >= uid })
		base += n.start(k)
		n = n.kids[k].node
	}
	return base + search(n.entries, uid)
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

func (n *node) set(i int, e *Entry, edit uint64) *node {
	n = n.own(edit)
	if n.kids == nil {
		n.entries[i] = e
		return n
	}
	k, i := n.find(i)
	n.kids[k].node = n.kids[k].set(i, e, edit)
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
		n.kids = n.kids[:last]
		next = child
	}
	n.add(next)
	return n, nil
}

// remove returns nil if nothing is left.
func (n *node) remove(i int, edit uint64) *node {
	n = n.own(edit)
	if n.kids == nil {
		n.entries = slices.Delete(n.entries, i, i+1)
		if len(n.entries) == 0 {
			return nil
		}
		return n
	}
	k, i := n.find(i)
	for j := k; j < len(n.kids); j++ {
		n.kids[j].end--
	}
	if child := n.kids[k].remove(i, edit); child != nil {
		n.kids[k].node, n.kids[k].last = child, child.lastUID()
	} else {
		n.kids = slices.Delete(n.kids, k, k+1)
	}
	if len(n.kids) == 0 {
		return nil
	}
	return n
}
