package imapfake

import "slices"

// threadReferences is REFERENCES (RFC 5256 section 3): threads by References,
// then together what has the same base subject.
func threadReferences(list []sorted, v *view) []*thread {
	roots := prune(link(list, v))
	sortThreads(roots)
	roots = mergeSubjects(roots)
	sortThreads(roots)
	return roots
}

// threadRefs is REFS (draft-ietf-morg-inthread): threads by References only,
// in the order of their newest message.
func threadRefs(list []sorted, v *view) []*thread {
	roots := prune(link(list, v))
	sortThreads(roots)
	slices.SortStableFunc(roots, func(a, b *thread) int {
		return newest(a).arrival.Compare(newest(b).arrival)
	})
	return roots
}

func newest(t *thread) *sorted {
	m := t.m
	for _, child := range t.children {
		if x := newest(child); m == nil || x.arrival.After(m.arrival) {
			m = x
		}
	}
	return m
}

// linker is the first step: messages by Message-ID, linked to their parents.
type linker struct {
	byID  map[string]*thread
	order []*thread // as they were met
}

// link returns the threads of all messages and of those that they refer to,
// linked; those without a parent are the roots.
func link(list []sorted, v *view) (roots []*thread) {
	l := &linker{byID: make(map[string]*thread)}
	for i := range list {
		m := &list[i]
		p := v.at(m.seq).Msg.Tree()
		id, _ := cutMessageID(p.Get("Message-ID"))
		l.message(m, id, references(p))
	}
	for _, t := range l.order {
		if t.parent == nil {
			roots = append(roots, t)
		}
	}
	return roots
}

// get returns the thread of a Message-ID, a dummy if it is new.
func (l *linker) get(id string) *thread {
	t := l.byID[id]
	if t == nil {
		t = new(thread)
		l.byID[id] = t
		l.order = append(l.order, t)
	}
	return t
}

// message links a message to what it refers to. A link that is there stays,
// but the message's own is known best.
func (l *linker) message(m *sorted, id string, refs []string) {
	var t *thread
	if id == "" || l.get(id).m != nil { // it has none, or that of another
		t = new(thread)
		l.order = append(l.order, t)
	} else {
		t = l.get(id)
	}
	t.m = m
	var last *thread
	for _, ref := range refs {
		next := l.get(ref)
		if last != nil && next.parent == nil && !reaches(last, next) {
			last.add(next)
		}
		last = next
	}
	if t.parent != nil {
		siblings := t.parent.children
		t.parent.children = slices.DeleteFunc(siblings, func(x *thread) bool { return x == t })
		t.parent = nil
	}
	if last != nil && !reaches(last, t) {
		last.add(t)
	}
}

// reaches reports whether a is b or below it: then b can't go below a.
func reaches(a, b *thread) bool {
	if len(b.children) == 0 {
		return a == b
	}
	for ; a != nil; a = a.parent {
		if a == b {
			return true
		}
	}
	return false
}

// prune takes dummies away: those without children, and those whose children
// can take their place. Several children don't become roots; a dummy keeps them
// together.
func prune(roots []*thread) (kept []*thread) {
	for _, t := range roots {
		t.children = pruneChildren(t.children)
		switch {
		case t.m == nil && len(t.children) == 0:
		case t.m == nil && len(t.children) == 1:
			kept = append(kept, t.children[0])
		default:
			kept = append(kept, t)
		}
	}
	for _, t := range kept {
		t.parent = nil
	}
	return kept
}

func pruneChildren(list []*thread) (kept []*thread) {
	for _, t := range list {
		t.children = pruneChildren(t.children)
		if t.m == nil {
			kept = append(kept, t.children...)
		} else {
			kept = append(kept, t)
		}
	}
	return kept
}

// sortThreads sorts the siblings at all levels.
func sortThreads(list []*thread) {
	for _, t := range list {
		sortThreads(t.children)
	}
	slices.SortFunc(list, bySentDate)
}

// mergeSubjects puts the roots together that have the same base subject.
func mergeSubjects(roots []*thread) (merged []*thread) {
	table := subjectTable(roots)
	instead := make(map[*thread]*thread) // what stands where a root was, nil for nothing
	for _, t := range roots {
		other := table[string(t.first().subject)]
		if t.first().base == "" || other == t {
			continue
		}
		pair := mergeThreads(other, t)
		instead[t] = nil
		if pair != other {
			instead[other] = pair
			table[string(t.first().subject)] = pair
		}
	}
	for _, t := range roots {
		if other, ok := instead[t]; ok {
			t = other
		}
		if t != nil {
			merged = append(merged, t)
		}
	}
	return merged
}

// subjectTable returns by subject the root that others go to: a dummy rather
// than a message, and one that is no reply rather than a reply.
func subjectTable(roots []*thread) map[string]*thread {
	table := make(map[string]*thread)
	for _, t := range roots {
		x := t.first()
		if x.base == "" {
			continue
		}
		old := table[string(x.subject)]
		if old == nil || old.m != nil && (t.m == nil || old.m.reply && !t.m.reply) {
			table[string(x.subject)] = t
		}
	}
	return table
}

// mergeThreads puts t to a thread that has the same subject, and returns what
// they are together.
func mergeThreads(other, t *thread) *thread {
	switch {
	case other.m == nil && t.m == nil:
		for _, child := range t.children {
			other.add(child)
		}
		return other
	case other.m == nil, t.m != nil && t.m.reply && !other.m.reply:
		other.add(t)
		return other
	}
	pair := new(thread)
	pair.add(other)
	pair.add(t)
	return pair
}
