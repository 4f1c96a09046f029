package mailstore

import (
	"math/rand/v2"
	"slices"
	"testing"
)

// TestFew changes flags at random and compares what a snapshot knows with what
// a look at all messages finds.
func TestFew(t *testing.T) {
	b := new(Store).Account("alice@example.com").Mailbox("INBOX")
	rng := rand.New(rand.NewPCG(1, 2))
	for range 150 {
		b.Add("x", `\Seen`)
	}
	for step := range 2000 {
		uids := b.UIDs()
		i := rng.IntN(len(uids))
		part := uids[i:min(len(uids), i+1+rng.IntN(20))]
		op := AddFlags
		if step/200%2 == rng.IntN(4)/3 {
			op = RemoveFlags
		}
		before := b.Snapshot()
		was := slices.Clone(before.DeletedUIDs())
		b.SetFlags(part, op, []string{`\Deleted`, `\Seen`}[rng.IntN(2)])
		checkFew(t, b.Snapshot())
		if !slices.Equal(was, before.DeletedUIDs()) {
			t.Fatal("a snapshot has changed")
		}
	}
	b.Expunge(b.Snapshot().DeletedUIDs())
	checkFew(t, b.Snapshot())
}

func checkFew(t *testing.T, s *Snapshot) {
	t.Helper()
	var deleted []uint32
	unseen, found := 0, false
	for i, e := range s.All() {
		if e.Has(`\Deleted`) {
			deleted = append(deleted, e.UID)
		}
		if !found && !e.Has(`\Seen`) {
			unseen, found = i, true
		}
	}
	if got := s.DeletedUIDs(); !slices.Equal(got, deleted) {
		t.Fatalf("DeletedUIDs = %v, want %v", got, deleted)
	}
	if i, ok := s.FirstUnseen(); i != unseen || ok != found {
		t.Fatalf("FirstUnseen = %d, %v, want %d, %v", i, ok, unseen, found)
	}
}
