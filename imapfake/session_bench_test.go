package imapfake

import (
	"bytes"
	"fmt"
	"testing"
	"time"
)

// benchPair is benchBoth for commands of which the second undoes what the
// first has done.
func benchPair(b *testing.B, do, undo string) {
	benchServers(b, func(b *testing.B, srv *benchServer) {
		c := srv.client(b)
		for b.Loop() {
			c.run(b, do)
			c.run(b, undo)
		}
	})
}

func BenchmarkNoop(b *testing.B)   { benchBoth(b, "NOOP") }
func BenchmarkStatus(b *testing.B) { benchBoth(b, "STATUS INBOX (MESSAGES UNSEEN)") }
func BenchmarkSelect(b *testing.B) { benchBoth(b, "SELECT INBOX") }

func BenchmarkStoreOne(b *testing.B) {
	benchPair(b, `UID STORE 500 +FLAGS (\Seen)`, `UID STORE 500 -FLAGS (\Seen)`)
}

func BenchmarkStoreAll(b *testing.B) {
	benchPair(b, `STORE 1:* +FLAGS.SILENT (\Seen)`, `STORE 1:* -FLAGS.SILENT (\Seen)`)
}

// BenchmarkAppend appends a message and moves it back to nowhere.
func BenchmarkAppend(b *testing.B) {
	benchPair(b, "APPEND INBOX (\\Deleted) {1+}\r\nx", "EXPUNGE")
}

// BenchmarkMove moves the last message of INBOX to its end. It has no floor:
// go-imap's server tells wrong numbers.
func BenchmarkMove(b *testing.B) {
	for _, n := range []int{1000, 10_000, 100_000} {
		b.Run(fmt.Sprintf("imapfake/%d", n), func(b *testing.B) {
			c := benchFake(b, n)
			b.ReportAllocs()
			for b.Loop() {
				c.run(b, "MOVE * INBOX")
			}
		})
	}
}

// BenchmarkLogin is a whole connection with LOGIN and SELECT.
func BenchmarkLogin(b *testing.B) {
	benchServers(b, func(b *testing.B, srv *benchServer) {
		for b.Loop() {
			srv.client(b).conn.Close()
		}
	})
}

// BenchmarkIdlePush is from a delivery to the EXISTS that an idle client
// reads.
func BenchmarkIdlePush(b *testing.B) {
	benchServers(b, func(b *testing.B, srv *benchServer) {
		c := srv.client(b)
		c.conn.SetDeadline(time.Now().Add(time.Minute))
		fmt.Fprintf(c.conn, "a IDLE\r\n")
		c.read(b, "+ ")
		for b.Loop() {
			srv.deliver()
			c.read(b, "EXISTS")
		}
	})
}

// read reads up to a line that has a word.
func (c *benchClient) read(b *testing.B, word string) {
	b.Helper()
	for {
		line, err := c.r.ReadSlice('\n')
		if err != nil {
			b.Fatal(err)
		}
		if bytes.Contains(line, []byte(word)) {
			return
		}
	}
}
