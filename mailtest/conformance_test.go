package mailtest_test

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"iter"
	"net"
	"strings"
	"testing"

	"github.com/mailfakes/mailfakes/mailtest"
	"github.com/mailfakes/mailfakes/mailtest/message"
)

// TestConformance has the rules that hold between the protocols, by their
// names.
func TestConformance(t *testing.T) {
	t.Run("msg-byte-exact", byteExact)
}

// What goes in by SMTP or APPEND comes out by IMAP, POP3 and the API with the
// same octets, whatever they are.
func byteExact(t *testing.T) {
	srv := mailtest.NewServer(t)
	bob := srv.Account("bob@example.com")
	smtp := rawDial(t, srv.SMTP.Dial)
	smtp.read(t)
	smtp.ask(t, "EHLO client.example.com")
	imap := rawDial(t, srv.IMAP.Dial)
	imap.line(t)
	imap.ask(t, "a LOGIN bob@example.com secret")
	n := 0
	for name, raw := range small() {
		smtp.send(t, "bob@example.com", raw)
		exact(t, name+" by SMTP, API", bob.Next(t).Raw, raw)
		imap.append(t, raw)
		n += 2
		exact(t, name+" by APPEND, API", bob.Mailbox("INBOX").Messages()[n-1].Raw, raw)
		imap.ask(t, "a SELECT INBOX")
		exact(t, name+" by SMTP, IMAP", imap.fetch(t, n-1), raw)
		exact(t, name+" by APPEND, IMAP", imap.fetch(t, n), raw)
	}
	readMaildrop(t, srv)
}

// small yields the hostile messages that are not big, nor empty: APPEND takes
// no empty message.
func small() iter.Seq2[string, string] {
	return func(yield func(name, raw string) bool) {
		for name, raw := range message.Hostile() {
			if 0 < len(raw) && len(raw) <= 64<<10 && !yield(name, raw) {
				return
			}
		}
	}
}

// readMaildrop compares by POP3, which ends each message with a line end (RFC
// 1939 section 3).
func readMaildrop(t *testing.T, srv *mailtest.Server) {
	pop3 := rawDial(t, srv.POP3.Dial)
	pop3.line(t)
	for _, command := range []string{"USER bob@example.com", "PASS secret"} {
		fmt.Fprintf(pop3.nc, "%s\r\n", command)
		pop3.line(t)
	}
	n := 0
	for name, raw := range small() {
		if !strings.HasSuffix(raw, "\r\n") {
			raw += "\r\n"
		}
		for _, by := range []string{"SMTP", "APPEND"} {
			n++
			exact(t, name+" by "+by+", POP3", pop3.retrieve(t, n), raw)
		}
	}
}

func exact(t *testing.T, where string, got []byte, want string) {
	t.Helper()
	if string(got) != want {
		t.Errorf("%s: %q, want %q", where, got, want)
	}
}

// A rawConn speaks the protocols by hand: clients would change the bytes.
type rawConn struct {
	nc net.Conn
	r  *bufio.Reader
}

func rawDial(t *testing.T, dial func(context.Context) (net.Conn, error)) *rawConn {
	t.Helper()
	nc, err := dial(t.Context())
	check(t, err)
	t.Cleanup(func() { nc.Close() })
	return &rawConn{nc, bufio.NewReader(nc)}
}

func (c *rawConn) line(t *testing.T) string {
	t.Helper()
	s, err := c.r.ReadString('\n')
	check(t, err)
	return strings.TrimSuffix(s, "\r\n")
}

// read reads an SMTP reply, or IMAP responses up to the one with the tag "a".
func (c *rawConn) read(t *testing.T) string {
	t.Helper()
	for {
		s := c.line(t)
		if strings.HasPrefix(s, "a ") || len(s) > 3 && s[0] >= '0' && s[0] <= '9' && s[3] == ' ' {
			return s
		}
	}
}

func (c *rawConn) ask(t *testing.T, command string) {
	t.Helper()
	fmt.Fprintf(c.nc, "%s\r\n", command)
	if s := c.read(t); s[0] == '4' || s[0] == '5' || strings.HasPrefix(s, "a NO") || strings.HasPrefix(s, "a BAD") {
		t.Fatalf("%s: %s", command, s)
	}
}

// send sends by DATA, or by BDAT what has no line end to put the dot after.
func (c *rawConn) send(t *testing.T, to, raw string) {
	t.Helper()
	c.ask(t, "MAIL FROM:<alice@example.com>")
	c.ask(t, "RCPT TO:<"+to+">")
	if !strings.HasSuffix(raw, "\r\n") {
		fmt.Fprintf(c.nc, "BDAT %d LAST\r\n%s", len(raw), raw)
		if s := c.read(t); s[0] != '2' {
			t.Fatalf("BDAT: %s", s)
		}
		return
	}
	c.ask(t, "DATA")
	stuffed := strings.TrimPrefix(strings.ReplaceAll("\r\n"+raw, "\r\n.", "\r\n.."), "\r\n")
	c.ask(t, stuffed+".")
}

func (c *rawConn) append(t *testing.T, raw string) {
	t.Helper()
	fmt.Fprintf(c.nc, "a APPEND INBOX ~{%d}\r\n", len(raw))
	if s := c.line(t); !strings.HasPrefix(s, "+") {
		t.Fatalf("APPEND: %s", s)
	}
	c.ask(t, raw)
}

func (c *rawConn) fetch(t *testing.T, n int) []byte {
	t.Helper()
	fmt.Fprintf(c.nc, "a FETCH %d BODY.PEEK[]\r\n", n)
	head := c.line(t)
	_, literal, ok := strings.Cut(head, "{")
	if !ok {
		c.read(t)
		if strings.HasSuffix(head, `BODY[] "")`) {
			return nil
		}
		t.Fatalf("FETCH %d: %s", n, head)
	}
	var size int
	_, err := fmt.Sscanf(literal, "%d}", &size)
	check(t, err)
	b := make([]byte, size)
	_, err = io.ReadFull(c.r, b)
	check(t, err)
	c.read(t)
	return b
}

func (c *rawConn) retrieve(t *testing.T, n int) []byte {
	t.Helper()
	fmt.Fprintf(c.nc, "RETR %d\r\n", n)
	if s := c.line(t); !strings.HasPrefix(s, "+OK") {
		t.Fatalf("RETR %d: %s", n, s)
	}
	all := []byte("\r\n")
	for !bytes.HasSuffix(all, []byte("\r\n.\r\n")) {
		b, err := c.r.ReadBytes('\n')
		check(t, err)
		all = append(all, b...)
	}
	all = bytes.TrimSuffix(all, []byte(".\r\n"))
	return bytes.TrimPrefix(bytes.ReplaceAll(all, []byte("\r\n.."), []byte("\r\n.")), []byte("\r\n"))
}
