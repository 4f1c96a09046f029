package imapfake

import (
	"math/rand/v2"
	"slices"
	"testing"
)

// TestDifferences makes lists of one another as a client does.
func TestDifferences(t *testing.T) {
	rnd := rand.New(rand.NewPCG(1, 2))
	some := func(of []uint32) []uint32 {
		return slices.DeleteFunc(slices.Clone(of), func(uint32) bool { return rnd.IntN(4) == 0 })
	}
	for range 2000 {
		all := make([]uint32, rnd.IntN(12))
		for i, n := range rnd.Perm(len(all)) {
			all[i] = uint32(n + 1)
		}
		old, now := some(all), some(all)
		gone, added := differences(old, now)
		got := slices.Clone(old)
		for _, p := range gone {
			if got[p.place-1] != p.uid {
				t.Fatalf("%d to %d: takes %v away from %d", old, now, p, got)
			}
			got = slices.Delete(got, p.place-1, p.place)
		}
		for _, p := range added {
			got = slices.Insert(got, p.place-1, p.uid)
		}
		if !slices.Equal(got, now) {
			t.Fatalf("%d to %d: takes %v, puts in %v", old, now, gone, added)
		}
	}
}

// A mailbox of many thousands, half of which come and go: that must not take
// as long as a look at all for each.
func BenchmarkDifferences(b *testing.B) {
	all := make([]uint32, 50_000)
	for i := range all {
		all[i] = uint32(i + 1)
	}
	half := slices.DeleteFunc(slices.Clone(all), func(uid uint32) bool { return uid%2 == 0 })
	for b.Loop() {
		differences(all, half)
		differences(half, all)
	}
}
