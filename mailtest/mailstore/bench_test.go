package mailstore_test

import (
	"fmt"
	"math/rand/v2"
	"runtime"
	"testing"
	"time"

	"github.com/mailfakes/mailfakes/mailtest/mailstore"
	"github.com/mailfakes/mailfakes/mailtest/message"
)

// sizes show that a change of one message costs the same in a large mailbox.
var sizes = []int{1_000, 100_000}

// BenchmarkStore sets a flag of one message after the other. With a stride
// every message is a miss in the processor's cache, which is most of the time.
func BenchmarkStore(b *testing.B) {
	for _, stride := range []int{1, 7919} {
		for _, n := range sizes {
			b.Run(fmt.Sprintf("stride=%d/%d", stride, n), func(b *testing.B) { benchmarkStore(b, n, stride) })
		}
	}
}

func benchmarkStore(b *testing.B, n, stride int) {
	box := newBox(n)
	b.ReportAllocs()
	uid := make([]uint32, 1)
	for i := 0; b.Loop(); i++ {
		uid[0] = uint32(i*stride%n) + 1
		box.SetFlags(uid, mailstore.FlagOp(1+i/n%2), `\Seen`)
	}
}

func BenchmarkAppend(b *testing.B) {
	m := message.New("", nil, []byte("Subject: x\r\n\r\n"))
	for _, n := range sizes {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			box := newBox(n)
			b.ReportAllocs()
			for b.Loop() {
				box.Append(m, nil, time.Time{})
			}
		})
	}
}

// BenchmarkExpunge removes a message and appends another, so that the
// mailbox keeps its size.
func BenchmarkExpunge(b *testing.B) {
	m := message.New("", nil, []byte("Subject: x\r\n\r\n"))
	for _, n := range sizes {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			box := newBox(n)
			r := rand.New(rand.NewPCG(1, 1))
			b.ReportAllocs()
			for b.Loop() {
				v := box.Snapshot()
				box.Expunge([]uint32{v.At(r.IntN(v.Len())).UID})
				box.Append(m, nil, time.Time{})
			}
		})
	}
}

// BenchmarkSync is one session that follows changes of one message each.
func BenchmarkSync(b *testing.B) {
	for _, n := range sizes {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			box := newBox(n)
			v := box.Snapshot()
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				box.SetFlags([]uint32{uint32(n / 2)}, mailstore.FlagOp(1+i%2), `\Seen`)
				v, _ = box.Sync(v, true)
			}
		})
	}
}

func BenchmarkSetFlags10k(b *testing.B) {
	box := newBox(100_000)
	uids := box.UIDs()[50_000:60_000]
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		box.SetFlags(uids, mailstore.FlagOp(1+i%2), `\Seen`)
	}
}

func BenchmarkIterate100k(b *testing.B) {
	v := newBox(100_000).Snapshot()
	var sum uint64
	for b.Loop() {
		for _, e := range v.All() {
			sum += uint64(e.UID)
		}
	}
	_ = sum
}

func BenchmarkDeliver(b *testing.B) {
	st := new(mailstore.Store)
	raw := []byte("Subject: x\r\n\r\n")
	to := []string{"alice@example.com"}
	b.ReportAllocs()
	for b.Loop() {
		st.Deliver(message.New("app@example.com", to, raw))
	}
}

func heap() int64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

// TestMemory delivers many messages and measures what they cost.
func TestMemory(t *testing.T) {
	const n, size = 20_000, 2048
	before := heap()
	st := new(mailstore.Store)
	for range n {
		m := message.New("app@example.com", []string{"alice@example.com"}, make([]byte, size))
		if err := st.Deliver(m); err != nil {
			t.Fatal(err)
		}
	}
	limit := int64(n * (size*5/4 + 512))
	check := func(when string) {
		t.Helper()
		if used := heap() - before; used > limit {
			t.Errorf("%d messages of %d bytes take %d bytes each %s, want at most %d", n, size, used/n, when, limit/n)
		}
	}
	check("when they are new")
	box := st.Account("alice@example.com").Mailbox("INBOX")
	for _, flag := range []string{`\Seen`, `\Flagged`, "Work"} {
		box.SetFlags(box.UIDs(), mailstore.AddFlags, flag)
	}
	check("when all flags have changed")
	for i, uid := range box.UIDs() {
		box.SetFlags([]uint32{uid}, mailstore.FlagOp(i%3), fmt.Sprint(i%50))
	}
	check("when each has flags of its own")
	runtime.KeepAlive(st)
}

// BenchmarkHeap tells how much heap messages take, in times of their size.
func BenchmarkHeap(b *testing.B) {
	const size = 2048
	before := heap()
	st := new(mailstore.Store)
	for range b.N {
		if err := st.Deliver(message.New("app@example.com", []string{"alice@example.com"}, make([]byte, size))); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(heap()-before)/float64(b.N)/size, "heap")
	runtime.KeepAlive(st)
}

// TestMemoryShared delivers large messages to ten recipients each.
func TestMemoryShared(t *testing.T) {
	const n, size = 20, 1 << 20
	before := heap()
	st := new(mailstore.Store)
	var to []string
	for i := range 10 {
		to = append(to, fmt.Sprintf("user%d@example.com", i))
	}
	for range n {
		if err := st.Deliver(message.New("app@example.com", to, make([]byte, size))); err != nil {
			t.Fatal(err)
		}
	}
	used := heap() - before
	runtime.KeepAlive(st)
	if limit := int64(n * size * 5 / 4); used > limit {
		t.Errorf("%d messages of %d bytes to ten recipients take %d bytes, want at most %d", n, size, used, limit)
	}
}
