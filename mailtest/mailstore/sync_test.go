package mailstore_test

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/mailfakes/mailfakes/mailtest/mailstore"
)

// A client is what an IMAP client knows: it hears only deltas.
type client struct {
	view *mailstore.Snapshot
	uids []uint32
	seen map[uint32]bool
}

func newClient(v *mailstore.Snapshot) *client {
	c := &client{view: v, seen: make(map[uint32]bool)}
	for _, e := range v.All() {
		c.add(e)
	}
	return c
}

func (c *client) add(e *mailstore.Entry) {
	c.uids = append(c.uids, e.UID)
	c.seen[e.UID] = e.Has(`\Seen`)
}

func (c *client) sync(t *testing.T, b *mailstore.Mailbox, hold bool) {
	t.Helper()
	v, d := b.Sync(c.view, hold)
	if hold && len(d.Expunged) > 0 && !d.Reset {
		t.Fatal("a held expunge is told")
	}
	for _, x := range d.Expunged {
		if got := c.uids[x.Seq-1]; got != x.UID {
			t.Fatalf("EXPUNGE %d of UID %d: the client has UID %d there", x.Seq, x.UID, got)
		}
		c.uids = slices.Delete(c.uids, x.Seq-1, x.Seq)
	}
	for _, e := range d.Added {
		c.add(e)
	}
	for _, e := range d.Changed {
		if !slices.Contains(c.uids, e.UID) {
			t.Fatalf("flags of UID %d are told, which the client doesn't have", e.UID)
		}
		c.seen[e.UID] = e.Has(`\Seen`)
	}
	c.view = v
	c.check(t)
}

// check compares the client with the snapshot of its session.
func (c *client) check(t *testing.T) {
	t.Helper()
	var uids []uint32
	for i, e := range c.view.All() {
		uids = append(uids, e.UID)
		if c.seen[e.UID] != e.Has(`\Seen`) {
			t.Fatalf("UID %d: the client has \\Seen %t", e.UID, c.seen[e.UID])
		}
		if k, ok := c.view.Index(e.UID); k != i || !ok {
			t.Fatalf("Index(%d) = %d, %t, want %d", e.UID, k, ok, i)
		}
	}
	if !slices.Equal(uids, c.uids) {
		t.Fatalf("UIDs (-session +client):\n%s", cmp.Diff(uids, c.uids))
	}
}

// TestSyncModel changes a mailbox at random; several clients follow at their
// own pace, some of them with expunges held back.
func TestSyncModel(t *testing.T) {
	for seed := range uint64(10) {
		r := rand.New(rand.NewPCG(seed, 2))
		b := newBox(r.IntN(150))
		clients := []*client{newClient(b.Snapshot()), newClient(b.Snapshot()), newClient(b.Snapshot())}
		for range 150 {
			change(b, r)
			for i, c := range clients {
				if r.IntN(1+3*i) == 0 {
					c.sync(t, b, r.IntN(3) > 0)
				}
			}
		}
		for _, c := range clients {
			c.sync(t, b, false)
			if c.view != b.Snapshot() {
				t.Fatal("a client that has been told all has another snapshot")
			}
		}
	}
}

func change(b *mailstore.Mailbox, r *rand.Rand) {
	var some []uint32
	for _, uid := range b.UIDs() {
		if r.IntN(20) == 0 {
			some = append(some, uid)
		}
	}
	switch r.IntN(20) {
	case 0, 1, 2, 3, 4, 5:
		fill(b, r.IntN(12))
	case 6, 7, 8, 9, 10:
		b.SetFlags(some, mailstore.AddFlags, `\Seen`)
	case 11, 12, 13:
		b.SetFlags(some, mailstore.RemoveFlags, `\Seen`)
	case 14, 15, 16:
		b.Expunge(some)
	case 17:
		b.MoveTo(b, some)
	case 18:
		fill(b, 3)
		b.Expunge(b.UIDs()[b.Snapshot().Len()-2:])
	default:
		b.SetUIDValidity(b.Snapshot().UIDValidity + 1)
	}
}

func TestSyncKeywords(t *testing.T) {
	b := newBox(1)
	old := b.Snapshot()
	b.SetFlags([]uint32{1}, mailstore.AddFlags, "later")
	v, d := b.Sync(old, true)
	if !d.Keywords || d.Empty() {
		t.Error("a new keyword is not told")
	}
	if _, d := b.Sync(v, true); !d.Empty() {
		t.Errorf("nothing has changed, but the delta is %+v", d)
	}
}
