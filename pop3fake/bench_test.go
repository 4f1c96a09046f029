package pop3fake_test

import (
	"bufio"
	"bytes"
	"fmt"
	"net"
	"strings"
	"testing"

	"github.com/mailfakes/mailfakes/mailtest/wire"
)

// BenchmarkRetr retrieves 10,000 messages, one command after the other. The
// floor is a loop that answers each line with the same bytes, made before.
func BenchmarkRetr(b *testing.B) {
	const count, size = 10000, 4 << 10
	raw := "Subject: benchmark\r\n\r\n" + strings.Repeat("012345678901234567890123456789012345678901234567890123456789\r\n", size/62)
	var replies [][]byte // as many as there are messages: memory isn't all in the cache
	s := newServer(b)
	for range count {
		addMail(s, raw)
		replies = append(replies, fmt.Appendf(nil, "+OK %d octets\r\n%s.\r\n", len(raw), raw))
	}
	b.Run("memory/fake", func(b *testing.B) {
		for b.Loop() {
			c := login(b, s)
			retrieve(b, c, count)
			c.do("QUIT", "+OK")
		}
	})
	b.Run("memory/floor", func(b *testing.B) {
		for b.Loop() {
			nc, server := wire.Pipe()
			go parrot(server, replies)
			retrieve(b, newClient(b, nc), count)
			nc.Close()
		}
	})
	b.Run("loopback/fake", func(b *testing.B) {
		for b.Loop() {
			c := dialTCP(b, s.Addr())
			c.reads("+OK")
			c.login()
			retrieve(b, c, count)
			c.do("QUIT", "+OK")
		}
	})
	b.Run("loopback/floor", func(b *testing.B) {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			b.Fatal(err)
		}
		defer l.Close()
		for b.Loop() {
			c := dialTCP(b, l.Addr().String())
			server, err := l.Accept()
			if err != nil {
				b.Fatal(err)
			}
			go parrot(server, replies)
			retrieve(b, c, count)
			c.nc.Close()
		}
	})
}

func dialTCP(b *testing.B, addr string) *client {
	nc, err := net.Dial("tcp", addr)
	if err != nil {
		b.Fatal(err)
	}
	return newClient(b, nc)
}

// parrot answers each line with a reply that was made before.
func parrot(nc net.Conn, replies [][]byte) {
	defer nc.Close()
	r := bufio.NewReader(nc)
	for _, reply := range replies {
		if _, err := r.ReadSlice('\n'); err != nil {
			return
		}
		nc.Write(reply)
	}
}

// retrieve says RETR 1 to n, and reads each reply.
func retrieve(b *testing.B, c *client, n int) {
	var line []byte
	for i := range n {
		line = fmt.Appendf(line[:0], "RETR %d\r\n", i+1)
		if _, err := c.nc.Write(line); err != nil {
			b.Fatal(err)
		}
		for l := []byte(nil); !bytes.Equal(l, []byte(".\r\n")); {
			var err error
			if l, err = c.r.ReadSlice('\n'); err != nil {
				b.Fatal(err)
			}
		}
	}
}
