package pop3fake_test

import (
	"bufio"
	"bytes"
	"crypto/tls"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/mailfakes/mailfakes/mailtest/mailstore"
	"github.com/mailfakes/mailfakes/mailtest/message"
	"github.com/mailfakes/mailfakes/mailtest/wire"
	"github.com/mailfakes/mailfakes/pop3fake"
)

// newServer returns a server on whose store alice@example.com has these
// messages, as they stand.
func newServer(t testing.TB, raw ...string) *pop3fake.Server {
	s := pop3fake.NewServer(t)
	addMail(s, raw...)
	return s
}

func addMail(s *pop3fake.Server, raw ...string) {
	inbox := alice(s).Mailbox("INBOX")
	for _, r := range raw {
		inbox.Append(message.New("", nil, []byte(r)), nil, time.Unix(0, 0))
	}
}

func alice(s *pop3fake.Server) *mailstore.Account { return s.Store.Account("alice@example.com") }

// A client says raw lines.
type client struct {
	t  testing.TB
	nc net.Conn
	r  *bufio.Reader
}

// dial connects in memory and reads the greeting.
func dial(t testing.TB, s *pop3fake.Server) *client {
	t.Helper()
	nc, err := s.Dial(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	c := newClient(t, nc)
	c.reads("+OK ")
	return c
}

// dialPort is Dial for a port of DialContext.
func dialPort(t testing.TB, s *pop3fake.Server, port string) *client {
	t.Helper()
	nc, err := s.DialContext(t.Context(), "tcp", "mail.example.com:"+port)
	if err != nil {
		t.Fatal(err)
	}
	return newClient(t, nc)
}

// dialAny dials port, or Dial's for "", and reads the greeting inside TLS if
// there is TLS.
func dialAny(t testing.TB, s *pop3fake.Server, port string) *client {
	t.Helper()
	if port == "" {
		return dial(t, s)
	}
	c := dialPort(t, s, port)
	if port == "995" {
		c = startTLS(t, c)
	}
	c.reads("+OK ")
	return c
}

// startTLS does the client's side of the handshake.
func startTLS(t testing.TB, c *client) *client {
	t.Helper()
	conf := wire.ClientTLS()
	conf.ServerName = "mail.example.com"
	return newClient(t, tls.Client(c.nc, conf))
}

func newClient(t testing.TB, nc net.Conn) *client {
	t.Cleanup(func() { nc.Close() })
	return &client{t: t, nc: nc, r: bufio.NewReader(nc)}
}

// login is dial, with alice logged in.
func login(t testing.TB, s *pop3fake.Server) *client {
	t.Helper()
	c := dial(t, s)
	c.login()
	return c
}

func (c *client) login() {
	c.t.Helper()
	c.do("USER alice@example.com", "+OK ")
	c.do("PASS secret", "+OK ")
}

// do says a line and reads a reply of one line, which must begin with want. It
// returns the reply.
func (c *client) do(line, want string) string {
	c.t.Helper()
	c.say(line + "\r\n")
	reply := c.line()
	if !strings.HasPrefix(reply, want) {
		c.t.Errorf("%.60q: reply %.100q, want %q", line, reply, want)
	}
	return reply
}

// multi says a line and reads a multi-line reply. It returns the text after
// the first line, without stuffing and the last line.
func (c *client) multi(line string) string {
	c.t.Helper()
	c.do(line, "+OK")
	return c.text()
}

func (c *client) text() string {
	c.t.Helper()
	var b strings.Builder
	for {
		l := c.line() + "\r\n"
		if l == ".\r\n" {
			return b.String()
		}
		b.WriteString(strings.TrimPrefix(l, "."))
	}
}

func (c *client) say(text string) {
	c.t.Helper()
	if _, err := io.WriteString(c.nc, text); err != nil {
		c.t.Fatal(err)
	}
}

// reads reads a line, which must begin with want.
func (c *client) reads(want string) {
	c.t.Helper()
	if l := c.line(); !strings.HasPrefix(l, want) {
		c.t.Errorf("read %q, want %q", l, want)
	}
}

// line reads a line and cuts CRLF off. Bare LF doesn't end one.
func (c *client) line() string {
	c.t.Helper()
	c.nc.SetReadDeadline(time.Now().Add(10 * time.Second))
	var line []byte
	for !bytes.HasSuffix(line, []byte("\r\n")) {
		part, err := c.r.ReadBytes('\n')
		if line = append(line, part...); err != nil {
			c.t.Fatalf("reading a line: %v after %q", err, line)
		}
	}
	return string(line[:len(line)-2])
}

// ends checks that the server has closed the connection without a word.
func (c *client) ends() {
	c.t.Helper()
	if b, err := io.ReadAll(c.r); len(b) > 0 || err != nil {
		c.t.Errorf("the connection doesn't end: %q, %v", b, err)
	}
}
