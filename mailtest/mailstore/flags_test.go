package mailstore_test

import (
	"math/rand/v2"
	"slices"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/mailfakes/mailfakes/mailtest/mailstore"
)

// A flagModel is a mailbox and what it should hold, worked out one message at a
// time.
type flagModel struct {
	t    *testing.T
	rand *rand.Rand
	box  *mailstore.Mailbox
	want map[uint32]modelEntry
	last uint64             // mod-sequence
	log  []mailstore.Change // nothing left out
}

type modelEntry struct {
	modSeq uint64
	flags  string // \Seen, \Deleted and Work in this order
}

// TestFlagsModel changes flags of some messages and of all, in any order, with
// UIDs that aren't there and UIDs named twice, and expunges and adds messages
// meanwhile. Snapshots stay what they were, and the log tells the last change
// of each message and all that is gone.
func TestFlagsModel(t *testing.T) {
	for seed := range uint64(4) {
		m := &flagModel{
			t: t, rand: rand.New(rand.NewPCG(seed, 3)), box: newBox(0), want: make(map[uint32]modelEntry),
		}
		m.last = m.box.Snapshot().HighestModSeq
		m.add(300)
		old, want := m.box.Snapshot(), m.show(m.box.Snapshot())
		told := old
		for i := range 150 {
			m.step()
			if i%10 == 0 {
				told = m.checkSync(told)
			}
		}
		m.check()
		m.checkSync(old)
		if d := cmp.Diff(want, m.show(old), cmp.AllowUnexported(modelEntry{})); d != "" {
			t.Fatalf("an earlier snapshot has changed (-then +now):\n%s", d)
		}
	}
}

func (m *flagModel) step() {
	switch m.rand.IntN(12) {
	case 0:
		m.add(m.rand.IntN(5))
	case 1:
		m.expunge(m.some(30))
	case 2:
		m.check()
	case 3, 4:
		m.setFlags(m.box.UIDs())
	default:
		m.setFlags(m.some(2 + m.rand.IntN(40)))
	}
}

// some returns about one UID in n, among them some that aren't there, in order
// or not.
func (m *flagModel) some(n int) (uids []uint32) {
	for uid := range m.box.Snapshot().UIDNext + 2 {
		if m.rand.IntN(n) == 0 {
			uids = append(uids, uid)
		}
	}
	if m.rand.IntN(3) == 0 {
		uids = append(uids, uids...)
		m.rand.Shuffle(len(uids), func(i, k int) { uids[i], uids[k] = uids[k], uids[i] })
	}
	return uids
}

func (m *flagModel) note(uid uint32, kind mailstore.ChangeKind) uint64 {
	m.last++
	m.log = append(m.log, mailstore.Change{ModSeq: m.last, UID: uid, Kind: kind})
	return m.last
}

func (m *flagModel) add(n int) {
	uid := m.box.Snapshot().UIDNext
	fill(m.box, n)
	for range n {
		m.want[uid] = modelEntry{modSeq: m.note(uid, mailstore.Appended)}
		uid++
	}
}

func (m *flagModel) expunge(uids []uint32) {
	m.box.Expunge(uids)
	for _, uid := range uids {
		if _, ok := m.want[uid]; ok {
			delete(m.want, uid)
			m.note(uid, mailstore.Expunged)
		}
	}
}

func (m *flagModel) setFlags(uids []uint32) {
	flags := [][]string{{`\Seen`}, {`\DELETED`, `\Seen`}, {"work"}, {}}[m.rand.IntN(4)]
	op := mailstore.FlagOp(m.rand.IntN(3))
	since := ^uint64(0)
	if m.rand.IntN(3) == 0 {
		since = m.last - min(m.last, m.rand.Uint64N(400))
	}
	var wantChanged, wantModified []uint32
	for _, uid := range uids {
		e, ok := m.want[uid]
		now := modelFlags(e.flags, op, flags)
		switch {
		case !ok:
		case e.modSeq > since:
			wantModified = append(wantModified, uid)
		case now != e.flags:
			m.want[uid] = modelEntry{m.note(uid, mailstore.Flagged), now}
			wantChanged = append(wantChanged, uid)
		}
	}
	changed, modified := m.set(uids, since, op, flags)
	if !slices.Equal(changed, wantChanged) || !slices.Equal(modified, wantModified) {
		m.t.Fatalf("op %d of %q since %d to %v: changed %v, modified %v, want %v, %v",
			op, flags, since, uids, changed, modified, wantChanged, wantModified)
	}
}

// set is SetFlags if that is enough.
func (m *flagModel) set(
	uids []uint32, since uint64, op mailstore.FlagOp, flags []string,
) (changed, modified []uint32) {
	if since != ^uint64(0) || m.rand.IntN(2) == 0 {
		return m.box.SetFlagsUnchanged(uids, since, op, flags...)
	}
	for _, e := range m.box.SetFlags(uids, op, flags...) {
		changed = append(changed, e.UID)
		if got, want := (modelEntry{e.ModSeq, spell(e)}), m.want[e.UID]; got != want {
			m.t.Fatalf("SetFlags returns UID %d as %v, want %v", e.UID, got, want)
		}
	}
	return changed, nil
}

// modelFlags does what SetFlags does to one message.
func modelFlags(old string, op mailstore.FlagOp, flags []string) string {
	out := []byte(old)
	if op == mailstore.ReplaceFlags {
		out = []byte("   ")
	}
	if old == "" {
		out = []byte("   ")
	}
	for _, f := range flags {
		i := slices.Index([]string{`\Seen`, `\DELETED`, "work"}, f)
		if out[i] = "sdw"[i]; op == mailstore.RemoveFlags {
			out[i] = ' '
		}
	}
	if string(out) == "   " {
		return ""
	}
	return string(out)
}

// spell writes an entry's flags as modelFlags does.
func spell(e *mailstore.Entry) string {
	flags := []string{}
	for _, f := range []string{`\Seen`, `\DELETED`, "work"} {
		if e.Has(f) {
			flags = append(flags, f)
		}
	}
	return modelFlags("", mailstore.AddFlags, flags)
}

func (m *flagModel) show(v *mailstore.Snapshot) map[uint32]modelEntry {
	all := make(map[uint32]modelEntry)
	for i, e := range v.Visit(0) {
		all[e.UID] = modelEntry{e.ModSeq, spell(e)}
		if at := v.At(i); at.UID != e.UID || at.ModSeq != e.ModSeq || spell(at) != spell(e) || at.Arrival != e.Arrival {
			m.t.Fatalf("At(%d) is %+v, Visit says %+v", i, at, e)
		}
	}
	for _, e := range v.All() {
		if got := (modelEntry{e.ModSeq, spell(e)}); got != all[e.UID] {
			m.t.Fatalf("UID %d is %v in All, Visit says %v", e.UID, got, all[e.UID])
		}
	}
	return all
}

func (m *flagModel) check() {
	v := m.box.Snapshot()
	if d := cmp.Diff(m.want, m.show(v), cmp.AllowUnexported(modelEntry{})); d != "" {
		m.t.Fatalf("mailbox (-want +got):\n%s", d)
	}
	unseen, deleted := 0, 0
	for _, e := range v.All() {
		if !e.Has(`\Seen`) {
			unseen++
		}
		if e.Has(`\Deleted`) {
			deleted++
		}
	}
	if v.Unseen != unseen || v.Deleted != deleted || v.HighestModSeq != m.last {
		m.t.Fatalf("Unseen, Deleted, HighestModSeq = %d, %d, %d, want %d, %d, %d",
			v.Unseen, v.Deleted, v.HighestModSeq, unseen, deleted, m.last)
	}
	m.checkLog(0)
	m.checkLog(m.rand.Uint64N(m.last + 1))
}

// checkSync follows the mailbox from a snapshot on.
func (m *flagModel) checkSync(old *mailstore.Snapshot) *mailstore.Snapshot {
	hold := m.rand.IntN(2) == 0
	now, d := m.box.Sync(old, hold)
	var want, got mailstore.Delta
	for _, e := range old.All() {
		switch x, ok := m.want[e.UID]; {
		case !ok:
			want.Expunged = append(want.Expunged, mailstore.Expunge{UID: e.UID})
		case x.modSeq > old.HighestModSeq:
			want.Changed = append(want.Changed, m.box.Snapshot().Get(e.UID))
		}
	}
	i, _ := m.box.Snapshot().Index(old.UIDNext)
	for _, e := range m.box.Snapshot().From(i) {
		want.Added = append(want.Added, e)
	}
	got = *d
	got.Keywords = false
	if hold {
		got.Expunged = nil
		for _, uid := range now.Held() {
			got.Expunged = append(got.Expunged, mailstore.Expunge{UID: uid})
		}
	}
	for i := range got.Expunged {
		got.Expunged[i].Seq = 0
	}
	entries := cmp.Comparer(func(x, y mailstore.Entry) bool {
		return x.UID == y.UID && x.ModSeq == y.ModSeq && spell(&x) == spell(&y) && x.Arrival == y.Arrival
	})
	if d := cmp.Diff(want, got, entries, cmpopts.EquateEmpty()); d != "" {
		m.t.Fatalf("delta (-want +got):\n%s", d)
	}
	return now
}

// checkLog compares the log above a mod-sequence with the model's, but for what
// later changes have overtaken.
func (m *flagModel) checkLog(since uint64) {
	latest := func(log []mailstore.Change) map[mailstore.Change]bool {
		last := make(map[uint32]mailstore.Change)
		for _, ch := range log {
			last[ch.UID] = ch
		}
		kept := make(map[mailstore.Change]bool)
		for _, ch := range last {
			kept[ch] = true
		}
		return kept
	}
	i, _ := slices.BinarySearchFunc(m.log, since+1, func(ch mailstore.Change, n uint64) int {
		return int(ch.ModSeq) - int(n)
	})
	got := m.box.Changes(since)
	if d := cmp.Diff(latest(m.log[i:]), latest(got)); d != "" {
		m.t.Fatalf("the last changes since %d (-want +got):\n%s", since, d)
	}
	for k, ch := range got {
		if ch.ModSeq <= since || k > 0 && ch.ModSeq <= got[k-1].ModSeq || m.log[ch.ModSeq-m.log[0].ModSeq] != ch {
			m.t.Fatalf("change %d since %d is %+v", k, since, ch)
		}
	}
}

// Readers look at snapshots, old and new, while flags change: nothing that they
// see does.
func TestFlagsWithReaders(t *testing.T) {
	b := newBox(300)
	var readers sync.WaitGroup
	for i := range 60 {
		b.SetFlags(b.UIDs(), mailstore.FlagOp(1+i%2), `\Seen`)
		b.Expunge(b.UIDs()[i : i+1])
		v := b.Snapshot()
		readers.Go(func() {
			for _, e := range v.Visit(i) {
				if e.Has(`\Seen`) != (i%2 == 0) || e.ModSeq > v.HighestModSeq {
					t.Errorf("step %d: UID %d has the flags %v and mod-sequence %d", i, e.UID, e.Flags, e.ModSeq)
				}
			}
		})
		readers.Go(func() {
			n := 0
			for k, e := range v.All() {
				n++
				if at := v.At(k); at.UID != e.UID || at.ModSeq != e.ModSeq {
					t.Errorf("step %d: At(%d) and All differ", i, k)
				}
			}
			if n != v.Len() {
				t.Errorf("step %d: %d messages, want %d", i, n, v.Len())
			}
		})
	}
	readers.Wait()
}

// TestSetFlagsAllocates little for each of thousands of messages.
func TestSetFlagsAllocates(t *testing.T) {
	const n = 10_000
	b := newBox(n)
	uids := b.UIDs()
	op := mailstore.AddFlags
	change := func() {
		if changed, _ := b.SetFlagsUnchanged(uids, ^uint64(0), op, `\Seen`); len(changed) != n {
			t.Fatalf("%d messages have changed, want %d", len(changed), n)
		}
		op = mailstore.AddFlags + mailstore.RemoveFlags - op
	}
	if allocs := testing.AllocsPerRun(10, change); allocs > n/10 {
		t.Errorf("changing %d messages allocates %v times", n, allocs)
	}
	b.SetFlags(uids, mailstore.AddFlags, `\Seen`)
	same := func() { b.SetFlagsUnchanged(uids, ^uint64(0), mailstore.AddFlags, `\Seen`) }
	if allocs := testing.AllocsPerRun(10, same); allocs > 10 {
		t.Errorf("changing nothing allocates %v times", allocs)
	}
}
