package imapfake

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net"
	"testing"
	"time"

	"github.com/mailfakes/mailfakes/mailtest/message"
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

// BenchmarkOneOfMany stores and fetches the flags of one message after the
// other, in an order that is none. It has no floor: go-imap's server looks at
// all messages for each.
func BenchmarkOneOfMany(b *testing.B) {
	for _, n := range []int{1000, 100_000} {
		run := func(name string, command func(i, uid int) string) {
			b.Run(fmt.Sprintf("%s/%d/fake", name, n), func(b *testing.B) {
				c := benchFake(b, n)
				b.ReportAllocs()
				for i := 0; b.Loop(); i++ {
					c.run(b, command(i, i*7919%n+1))
				}
			})
		}
		run("FETCH", func(i, uid int) string { return fmt.Sprintf("UID FETCH %d FLAGS", uid) })
		run("STORE", func(i, uid int) string {
			return fmt.Sprintf(`UID STORE %d %cFLAGS (\Seen)`, uid, "+-"[i/n%2])
		})
	}
}

// benchStoreAll is a whole connection with LOGIN, SELECT and a STORE to all
// messages. The connections take turns in what they store.
func benchStoreAll(b *testing.B, items ...string) {
	benchServers(b, func(b *testing.B, srv *benchServer) {
		for i := 0; b.Loop(); i++ {
			c := srv.client(b)
			c.run(b, "STORE 1:* "+items[i%len(items)])
			c.conn.Close()
		}
	})
}

func BenchmarkStoreAll(b *testing.B) { benchStoreAll(b, `+FLAGS (\Seen)`, `-FLAGS (\Seen)`) }

func BenchmarkStoreAllSilent(b *testing.B) {
	benchStoreAll(b, `+FLAGS.SILENT (\Seen)`, `-FLAGS.SILENT (\Seen)`)
}

// The following find every flag as it is to be.

func BenchmarkStoreSame(b *testing.B)       { benchStoreAll(b, `-FLAGS (\Seen)`) }
func BenchmarkStoreSameSilent(b *testing.B) { benchStoreAll(b, `-FLAGS.SILENT (\Seen)`) }

// BenchmarkStoreTold changes a flag of all messages and has another session
// told of it.
func BenchmarkStoreTold(b *testing.B) {
	benchServers(b, func(b *testing.B, srv *benchServer) {
		c, other := srv.client(b), srv.client(b)
		for i := 0; b.Loop(); i++ {
			c.run(b, []string{`STORE 1:* +FLAGS.SILENT (\Seen)`, `STORE 1:* -FLAGS.SILENT (\Seen)`}[i%2])
			other.run(b, "NOOP")
		}
	})
}

// BenchmarkAppend appends a message and moves it back to nowhere.
func BenchmarkAppend(b *testing.B) {
	benchPair(b, "APPEND INBOX (\\Deleted) {1+}\r\nx", "EXPUNGE")
}

// BenchmarkMove moves the last message of INBOX to its end. It has no floor:
// go-imap's server tells wrong numbers.
func BenchmarkMove(b *testing.B) {
	for _, n := range []int{1000, 10_000, 100_000} {
		b.Run(fmt.Sprintf("%d/fake", n), func(b *testing.B) {
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

// BenchmarkSession is a whole connection with LOGIN, SELECT and a FETCH of all
// messages.
func BenchmarkSession(b *testing.B) {
	for name, item := range map[string]string{"flags": "FLAGS", "body": "BODY.PEEK[]", "envelope": "ENVELOPE"} {
		b.Run(name, func(b *testing.B) {
			benchServers(b, func(b *testing.B, srv *benchServer) {
				srv.client(b).run(b, "FETCH 1:* "+item) // what is parsed once, is parsed
				for b.Loop() {
					c := srv.client(b)
					c.run(b, "FETCH 1:* "+item)
					c.conn.Close()
				}
			})
		})
	}
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

// BenchmarkPush is from a delivery to the EXISTS that an idle client reads, on
// loopback. The floor is a round trip of one line.
func BenchmarkPush(b *testing.B) {
	b.Run("loopback/fake", func(b *testing.B) {
		srv := NewServer(b)
		box := srv.Store.Account("alice@example.com").Mailbox("INBOX")
		m := message.New("", nil, benchMail)
		nc, err := net.Dial("tcp", srv.Addr())
		if err != nil {
			b.Fatal(err)
		}
		c := newBenchClient(b, nc, "alice@example.com")
		fmt.Fprintf(c.conn, "a IDLE\r\n")
		c.read(b, "+ ")
		for b.Loop() {
			box.Append(m, nil, time.Unix(0, 0))
			c.read(b, "EXISTS")
		}
	})
	b.Run("loopback/floor", func(b *testing.B) {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			b.Fatal(err)
		}
		defer l.Close()
		nc, err := net.Dial("tcp", l.Addr().String())
		if err != nil {
			b.Fatal(err)
		}
		defer nc.Close()
		server, err := l.Accept()
		if err != nil {
			b.Fatal(err)
		}
		go func() {
			defer server.Close()
			io.Copy(server, struct{ io.Reader }{server})
		}()
		c := &benchClient{nc, bufio.NewReader(nc)}
		for b.Loop() {
			io.WriteString(nc, "* 10000 EXISTS\r\n")
			c.read(b, "EXISTS")
		}
	})
}

// BenchmarkStuckReader delivers mails while a client doesn't read what it has
// fetched. The floor is without the client.
func BenchmarkStuckReader(b *testing.B) {
	for name, stuck := range map[string]bool{"memory/fake": true, "memory/floor": false} {
		b.Run(name, func(b *testing.B) {
			srv := fakeServer(b, 10_000)
			if stuck {
				c := srv.client(b)
				fmt.Fprintf(c.conn, "a FETCH 1:* BODY.PEEK[]\r\n")
				c.read(b, "FETCH")
			}
			for b.Loop() {
				srv.deliver()
			}
		})
	}
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
