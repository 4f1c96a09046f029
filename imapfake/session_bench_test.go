package imapfake

import (
	"fmt"
	"testing"
	"time"

	"github.com/mailfakes/mailfakes/mailtest/message"
)

// benchPair is benchBoth for commands of which the second undoes what the
// first has done.
func benchPair(b *testing.B, n int, do, undo string) {
	for _, srv := range []struct {
		name string
		make func(*testing.B, int) *benchClient
	}{{"imapfake", benchFake}, {"imapmemserver", benchFloor}} {
		b.Run(fmt.Sprintf("%s/%d", srv.name, n), func(b *testing.B) {
			c := srv.make(b, n)
			b.ReportAllocs()
			b.ResetTimer()
			for range b.N {
				c.run(b, do)
				c.run(b, undo)
			}
		})
	}
}

func BenchmarkNoop(b *testing.B)   { benchBoth(b, 1000, "NOOP") }
func BenchmarkStatus(b *testing.B) { benchBoth(b, 1000, "STATUS INBOX (MESSAGES UNSEEN)") }

func BenchmarkSelect(b *testing.B) {
	for _, n := range []int{1000, 100_000} {
		benchBoth(b, n, "SELECT INBOX")
	}
}

func BenchmarkStoreOne(b *testing.B) {
	for _, n := range []int{1000, 100_000} {
		benchPair(b, n, `UID STORE 500 +FLAGS (\Seen)`, `UID STORE 500 -FLAGS (\Seen)`)
	}
}

func BenchmarkStoreAll(b *testing.B) {
	benchPair(b, 10_000, `STORE 1:* +FLAGS.SILENT (\Seen)`, `STORE 1:* -FLAGS.SILENT (\Seen)`)
}

// BenchmarkAppend appends a message and moves it back to nowhere.
func BenchmarkAppend(b *testing.B) {
	for _, n := range []int{1000, 100_000} {
		benchPair(b, n, "APPEND INBOX (\\Deleted) {1+}\r\nx", "EXPUNGE")
	}
}

// BenchmarkMove moves the last message of INBOX to its end.
func BenchmarkMove(b *testing.B) {
	for _, n := range []int{1000, 100_000} {
		b.Run(fmt.Sprintf("imapfake/%d", n), func(b *testing.B) {
			c := benchFake(b, n)
			b.ReportAllocs()
			b.ResetTimer()
			for range b.N {
				c.run(b, "MOVE * INBOX")
			}
		})
	}
}

// BenchmarkLogin is a whole connection with LOGIN and SELECT.
func BenchmarkLogin(b *testing.B) {
	srv := New(nil)
	defer srv.Close()
	srv.Store.Account("alice@example.com")
	b.ReportAllocs()
	for b.Loop() {
		conn, err := srv.Dial(b.Context())
		if err != nil {
			b.Fatal(err)
		}
		newBenchClient(b, conn, "alice@example.com")
		conn.Close()
	}
}

// BenchmarkIdlePush is from a delivery to the EXISTS that an idle client
// reads.
func BenchmarkIdlePush(b *testing.B) {
	for _, n := range []int{1000, 100_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			srv := New(nil)
			defer srv.Close()
			box := srv.Store.Account("alice@example.com").Mailbox("INBOX")
			m := message.New("", nil, []byte("x"))
			for range n {
				box.Append(m, nil, time.Unix(0, 0))
			}
			conn, err := srv.Dial(b.Context())
			if err != nil {
				b.Fatal(err)
			}
			c := newBenchClient(b, conn, "alice@example.com")
			fmt.Fprintf(conn, "a IDLE\r\n")
			for i := 0; b.Loop(); i++ {
				if i > 0 {
					box.Append(m, nil, time.Unix(0, 0))
					c.r.ReadSlice('\n') // EXISTS
				}
				if _, err := c.r.ReadSlice('\n'); err != nil { // "+", or RECENT
					b.Fatal(err)
				}
			}
			conn.Close()
		})
	}
}
