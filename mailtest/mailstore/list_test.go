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
	t      *testing.T
	rand   *rand.Rand
	edit   uint64
	uid    uint32
	modSeq uint64
	lists  []list
	want   [][]Entry
}

// step does one edit with several changes.
func (m *listModel) step() {
	var l list
	var want []Entry
	if n := len(m.lists); n > 0 {
		l, want = m.lists[n-1], slices.Clone(m.want[n-1])
	}
	m.edit++
	l.sets = []flagSet{{}}
	kind := m.rand.IntN(4)
	for range 1 + m.rand.IntN(3*leafSize) {
		switch {
		case kind < 2 || len(want) == 0:
			m.uid += 1 + m.rand.Uint32N(3)
			e := Entry{UID: m.uid, ModSeq: m.next()}
			l.append(e, m.edit)
			want = append(want, e)
		case kind == 2:
			i := m.rand.IntN(len(want))
			want[i].ModSeq = m.next()
			l.set(&want[i], m.edit)
		default:
			i := m.rand.IntN(len(want))
			l.remove(i, m.edit)
			want = slices.Delete(want, i, i+1)
		}
	}
	m.check(l, want)
	m.lists, m.want = append(m.lists, l), append(m.want, want)
}

// next returns a mod-sequence that no other entry has.
func (m *listModel) next() uint64 {
	m.modSeq++
	return m.modSeq
}

func (m *listModel) check(l list, want []Entry) {
	m.t.Helper()
	if l.len() != len(want) {
		m.t.Fatalf("len = %d, want %d", l.len(), len(want))
	}
	for i, e := range want {
		if got := l.at(i); got.UID != e.UID || got.ModSeq != e.ModSeq {
			m.t.Fatalf("at(%d) is another entry", i)
		}
		if k, found := l.index(e.UID); k != i || !found {
			m.t.Fatalf("index(%d) = %d, %t, want %d, true", e.UID, k, found, i)
		}
	}
	for _, scratch := range []*Entry{new(Entry), nil} {
		m.checkEach(l, want, scratch)
	}
	if k, found := l.index(m.uid + 1); k != len(want) || found {
		m.t.Fatalf("index beyond the last UID = %d, %t, want %d, false", k, found, len(want))
	}
}

func (m *listModel) checkEach(l list, want []Entry, scratch *Entry) {
	m.t.Helper()
	from := m.rand.IntN(len(want) + 1)
	next := from
	l.each(from, scratch, func(i int, e *Entry) bool {
		if i != next || e.ModSeq != want[i].ModSeq {
			m.t.Fatalf("each from %d: entry %d is not %d", from, i, next)
		}
		next++
		return true
	})
	if next != len(want) {
		m.t.Fatalf("each from %d ended at %d of %d", from, next, len(want))
	}
}

// TestListBranches appends to two lists that come from one.
func TestListBranches(t *testing.T) {
	var base list
	for uid := range uint32(3) {
		base.append(Entry{UID: uid + 1}, 1)
	}
	x, y := base, base
	x.append(Entry{UID: 4}, 2)
	y.clip()
	y.append(Entry{UID: 5}, 3)
	if got := x.at(3).UID; got != 4 {
		t.Errorf("entry of the first branch has UID %d, want 4", got)
	}
	if got := y.at(3).UID; got != 5 {
		t.Errorf("entry of the second branch has UID %d, want 5", got)
	}
}
