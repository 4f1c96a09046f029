package pop3fake_test

import (
	"bytes"
	"io"
	"net"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/mailfakes/mailfakes/pop3fake"
)

// TestBadLines sends what is no command. Each line is answered, and the
// session goes on.
func TestBadLines(t *testing.T) {
	tests := []struct{ name, line, want string }{
		{"bare LF", "NOOP\n", "-ERR line must end with CRLF"},
		{"bare CR", "NOOP\rNOOP\r\n", "-ERR unknown command"},
		{"NUL", "LIST \x00\r\n", "-ERR control characters"},
		{"8-bit", "LIST \xc3\xa9\r\n", "-ERR control characters"},
		{"binary", "\x16\x03\x01\x00\xa5\x01\x00\r\n", "-ERR unknown command"},
		{"only CRLF", "\r\n", "-ERR unknown command"},
		{"only LF", "\n", "-ERR line must end with CRLF"},
		{"spaces", "   \r\n", "-ERR unknown command"},
		{"tab", "LIST\t1\r\n", "-ERR unknown command"},
		{"256 octets", "NOOP " + strings.Repeat("x", 249) + "\r\n", "-ERR line too long"},
		{"a megabyte", strings.Repeat("x", 1<<20) + "\r\n", "-ERR line too long"},
		{"HTTP", "GET / HTTP/1.1\r\n", "-ERR unknown command"},
	}
	s := newServer(t, mails...)
	c := login(t, s)
	for _, tt := range tests {
		c.say(tt.line)
		if got := c.line(); !strings.HasPrefix(got, tt.want) {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
		c.do("NOOP", "+OK")
	}
	c.do("STAT", "+OK 3 ")
}

// wholeSession is a session in one write: RFC 2449 section 6.6.
const wholeSession = "CAPA\r\nUSER alice@example.com\r\nPASS secret\r\nSTAT\r\nLIST\r\nUIDL\r\n" +
	"RETR 1\r\nRETR 2\r\nTOP 3 1\r\nDELE 1\r\nRSET\r\nDELE 2\r\nNOOP\r\nQUIT\r\n"

// TestHalfClose ends a session at each of its bytes. Mail is removed if and
// only if QUIT came whole.
func TestHalfClose(t *testing.T) {
	for n := range len(wholeSession) + 1 {
		s := newServer(t, mails...)
		replies := exchange(t, s, wholeSession[:n])
		if got, want := bytes.Count(replies, []byte("signing off")), n/len(wholeSession); got != want {
			t.Fatalf("after %d bytes: %q", n, replies)
		}
		if got, want := alice(s).Mailbox("INBOX").Snapshot().Len(), 3-n/len(wholeSession); got != want {
			t.Fatalf("after %d bytes: %d messages, want %d", n, got, want)
		}
		s.Close()
	}
}

// exchange connects, says pieces of text, ends its side, and returns all that
// the server says.
func exchange(t testing.TB, s *pop3fake.Server, pieces ...string) []byte {
	nc, err := s.Dial(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer nc.Close()
	done := make(chan []byte)
	go func() {
		b, _ := io.ReadAll(nc)
		done <- b
	}()
	for _, p := range pieces {
		if _, err := io.WriteString(nc, p); err != nil {
			break // the server has said goodbye
		}
	}
	nc.(interface{ CloseWrite() error }).CloseWrite()
	return <-done
}

// TestDropWhileWriting drops the connection while the server is writing.
func TestDropWhileWriting(t *testing.T) {
	for _, dial := range []func(s *pop3fake.Server) (net.Conn, error){
		func(s *pop3fake.Server) (net.Conn, error) { return s.Dial(t.Context()) },
		func(s *pop3fake.Server) (net.Conn, error) { return net.Dial("tcp", s.Addr()) },
	} {
		s := newServer(t, strings.Repeat("x", 1<<20)+"\r\n")
		nc, err := dial(s)
		if err != nil {
			t.Fatal(err)
		}
		c := newClient(t, nc)
		c.reads("+OK")
		c.login()
		c.do("DELE 1", "+OK")
		c.do("RSET", "+OK")
		c.do("RETR 1", "+OK")
		c.nc.Close()
		s.Close()
		if n := alice(s).Mailbox("INBOX").Snapshot().Len(); n != 1 {
			t.Errorf("%d messages are left", n)
		}
	}
}

// FuzzSplit: however the client's bytes are split into writes, the replies are
// the same.
func FuzzSplit(f *testing.F) {
	f.Add([]byte(wholeSession), uint8(1))
	f.Add([]byte(wholeSession), uint8(7))
	f.Add([]byte("AUTH PLAIN\r\nAGFsaWNlQGV4YW1wbGUuY29tAHNlY3JldA==\r\nLIST\r\nDELE 3\r\nQUIT\r\n"), uint8(3))
	f.Add([]byte("AUTH PLAIN\r\n*\r\nUSER\r\n\r\n\n\r\r\nLIST \x00\xff\r\n"), uint8(2))
	f.Add([]byte("USER "+strings.Repeat("x", 300)+"\r\nQUIT\nQUIT\r\n"), uint8(100))
	f.Fuzz(func(t *testing.T, text []byte, size uint8) {
		var pieces []string
		for p := range slices.Chunk(text, int(size)+1) {
			pieces = append(pieces, string(p))
		}
		synctest.Test(t, func(t *testing.T) {
			whole, after := fuzzSession(t, string(text))
			split, afterSplit := fuzzSession(t, pieces...)
			if !bytes.Equal(whole, split) || after != afterSplit {
				t.Errorf("in one write, %d messages left: %q\nsplit, %d left: %q", after, whole, afterSplit, split)
			}
		})
	})
}

// fuzzSession returns what a new server answers, and how many messages are
// left.
func fuzzSession(t *testing.T, pieces ...string) ([]byte, int) {
	s := newServer(t, mails...)
	defer s.Close()
	replies := exchange(t, s, pieces...)
	return replies, alice(s).Mailbox("INBOX").Snapshot().Len()
}
