package mailstore

import (
	"math/rand/v2"
	"slices"
	"testing"
)

// TestListModel runs random edits on a list and on a slice, and checks that
// all earlier lists still are what they were.
func TestListModel(t *testing.T) {
	for seed := range uint64(6) {
		m := listModel{t: t, rand: rand.New(rand.NewPCG(seed, 1))}
		for range 60 {
			m.step()
		}
		for i, l := range m.lists {
			m.check(l, m.want[i])
		}
	}
}

type listModel struct {
	t     *testing.T
	rand  *rand.Rand
	edit  uint64
	uid   uint32
	lists []list
	want  [][]*Entry
}

// step does one edit with several changes.
func (m *listModel) step() {
	var l list
	var want []*Entry
	if n := len(m.lists); n > 0 {
		l, want = m.lists[n-1], slices.Clone(m.want[n-1])
	}
	m.edit++
	kind := m.rand.IntN(4)
	for range 1 + m.rand.IntN(3*leafSize) {
		switch {
		case kind < 2 || len(want) == 0:
			m.uid += 1 + m.rand.Uint32N(3)
			e := &Entry{UID: m.uid}
			l.append(e, m.edit)
			want = append(want, e)
		case kind == 2:
			i := m.rand.IntN(len(want))
			e := &Entry{UID: want[i].UID}
			l.set(i, e, m.edit)
			want[i] = e
		default:
			i := m.rand.IntN(len(want))
			l.remove(i, m.edit)
			want = slices.Delete(want, i, i+1)
		}
	}
	m.check(l, want)
	m.lists, m.want = append(m.lists, l), append(m.want, want)
}

func (m *listModel) check(l list, want []*Entry) {
	m.t.Helper()
	if l.len() != len(want) {
		m.t.Fatalf("len = %d, want %d", l.len(), len(want))
	}
	for i, e := range want {
		if l.at(i) != e {
			m.t.Fatalf("at(%d) is another entry", i)
		}
		if k := l.index(e.UID); k != i {
			m.t.Fatalf("index(%d) = %d, want %d", e.UID, k, i)
		}
	}
	from := m.rand.IntN(len(want) + 1)
	next := from
	l.each(from, func(i int, e *Entry) bool {
		if i != next || e != want[i] {
			m.t.Fatalf("each from %d: entry %d is not %d", from, i, next)
		}
		next++
		return true
	})
	if next != len(want) {
		m.t.Fatalf("each from %d ended at %d of %d", from, next, len(want))
	}
	if l.index(m.uid+1) != len(want) {
		m.t.Fatalf("index beyond the last UID = %d, want %d", l.index(m.uid+1), len(want))
	}
}

// TestListBranches appends to two lists that come from one.
func TestListBranches(t *testing.T) {
	base := newList([]*Entry{{UID: 1}, {UID: 2}, {UID: 3}}, 1)
	x, y := base, base
	x.append(&Entry{UID: 4}, 2)
	y.clip()
	y.append(&Entry{UID: 5}, 3)
	if got := x.at(3).UID; got != 4 {
		t.Errorf("entry of the first branch has UID %d, want 4", got)
	}
	if got := y.at(3).UID; got != 5 {
		t.Errorf("entry of the second branch has UID %d, want 5", got)
	}
}
