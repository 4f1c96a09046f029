package wire

import (
	"bufio"
	"bytes"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
)

// The toy protocol of these tests has a bit of each real one: single replies,
// a text that ends with a dot, literals, an upgrade, and pushes.
//
//	NOOP            +OK
//	LOGIN user pw   +OK, masked
//	AUTH            + go, then a line, +OK
//	TEXT            + go, then lines up to ".", +OK n bytes
//	LIT n           + go, then n bytes, +OK n bytes
//	GET n           +OK, then n bytes of data and a line "."
//	STLS            +OK, then TLS
//	IDLE            + idling, "* 1" when woken, until a line comes
//	QUIT            +OK
type toy struct {
	c    *Conn
	wake chan struct{} // IDLE pushes when it is received from
	quit bool
}

func serveToy(c *Conn) { (&toy{c: c}).serve() }

func (y *toy) serve() {
	if y.c.Begin(Step{Name: StepConnect}) {
		y.c.WriteString("+OK toy\r\n")
	}
	if y.c.End() != nil {
		return
	}
	for !y.quit {
		line, err := y.c.ReadLine(512)
		switch {
		case errors.Is(err, ErrServerClosed):
			y.c.WriteString("-BYE\r\n")
			return
		case err != nil && err != ErrTooLong:
			return
		}
		y.step(string(bytes.TrimSpace(line)), err)
		if y.c.End() != nil {
			return
		}
	}
}

func (y *toy) step(line string, err error) {
	name, arg, _ := strings.Cut(line, " ")
	step := Step{Name: name, Arg: arg}
	if name == "LOGIN" {
		user, _, _ := strings.Cut(arg, " ")
		step.Show = "LOGIN " + user + " ***"
	}
	if !y.c.Begin(step) {
		return
	}
	if err != nil {
		y.c.WriteString("-ERR too long\r\n")
		return
	}
	y.run(name, arg)
}

func (y *toy) run(name, arg string) {
	n, _ := strconv.Atoi(arg)
	switch name {
	case "NOOP":
		y.c.WriteString("+OK\r\n")
	case "LOGIN":
		user, _, _ := strings.Cut(arg, " ")
		y.c.SetUser(user)
		y.c.SetState("in")
		y.c.WriteString("+OK\r\n")
	case "AUTH":
		y.auth()
	case "TEXT":
		y.text()
	case "LIT":
		y.literal(n)
	case "GET":
		y.c.WriteString("+OK\r\n")
		y.c.WriteData(bytes.Repeat([]byte("0123456789abcde\n"), n/16+1)[:n])
		y.c.WriteString("\r\n.\r\n")
	case "STLS":
		y.c.WriteString("+OK go\r\n")
		y.quit = y.c.StartTLS() != nil
	case "IDLE":
		y.idle()
	case "QUIT":
		y.c.WriteString("+OK bye\r\n")
		y.quit = true
	default:
		y.c.WriteString("-ERR what?\r\n")
	}
}

func (y *toy) auth() {
	y.c.WriteString("+ go\r\n")
	if y.c.End() != nil {
		return
	}
	line, err := y.c.ReadLine(512)
	if err != nil {
		y.quit = true
		return
	}
	if y.c.Begin(Step{Name: StepContinue, Arg: string(line), Show: "***"}) {
		y.c.WriteString("+OK\r\n")
	}
}

func (y *toy) text() {
	y.c.WriteString("+ go\r\n")
	if y.c.End() != nil {
		return
	}
	var text []byte
	for !bytes.HasSuffix(text, []byte("\r\n.\r\n")) {
		w, err := y.c.Window()
		if err != nil {
			y.quit = true
			return
		}
		n := bytes.IndexByte(w, '\n') + 1
		if n == 0 {
			n = len(w)
		}
		text = append(text, w[:n]...)
		y.c.Advance(n)
	}
	if y.c.Begin(Step{Name: StepText}) {
		fmt.Fprintf(y.c, "+OK %d bytes\r\n", len(text))
	}
}

func (y *toy) literal(n int) {
	if !y.c.Begin(Step{Name: StepLiteral, Arg: strconv.Itoa(n)}) {
		return
	}
	y.c.WriteString("+ go\r\n")
	if y.c.End() != nil {
		return
	}
	got, err := y.c.ReadFull(make([]byte, n))
	if err != nil {
		y.quit = true
		return
	}
	fmt.Fprintf(y.c, "+OK %d bytes\r\n", got)
}

func (y *toy) idle() {
	y.c.WriteString("+ idling\r\n")
	for y.c.Buffered() == 0 {
		if y.c.Wait(y.wake) != nil {
			return
		}
		if y.c.Buffered() > 0 {
			break
		}
		if y.c.Begin(Step{Name: StepPush}) {
			y.c.WriteString("* 1\r\n")
		}
		if y.c.End() != nil {
			return
		}
	}
	y.c.ReadLine(512)
	y.c.WriteString("+OK done\r\n")
}

// newToy returns a host that speaks the toy protocol and is closed with t.
func newToy(t testing.TB) *Host {
	h := &Host{Name: "toy", Serve: serveToy}
	t.Cleanup(h.Close)
	return h
}

// A client of the toy protocol, or a raw one.
type client struct {
	t testing.TB
	net.Conn
	br *bufio.Reader
}

func dial(t testing.TB, h *Host, m Mode) *client {
	t.Helper()
	nc, err := h.Dial(t.Context(), m)
	if err != nil {
		t.Fatal(err)
	}
	return newClient(t, nc)
}

func newClient(t testing.TB, nc net.Conn) *client {
	t.Cleanup(func() { nc.Close() })
	return &client{t, nc, bufio.NewReader(nc)}
}

func dialTCP(t testing.TB, h *Host, m Mode) *client {
	t.Helper()
	nc, err := net.Dial("tcp", h.Addr(m))
	if err != nil {
		t.Fatal(err)
	}
	return newClient(t, nc)
}

// send writes lines.
func (c *client) send(lines ...string) {
	c.t.Helper()
	if _, err := io.WriteString(c.Conn, strings.Join(lines, "\r\n")+"\r\n"); err != nil {
		c.t.Fatal(err)
	}
}

// want reads lines.
func (c *client) want(lines ...string) {
	c.t.Helper()
	for _, l := range lines {
		got, err := c.br.ReadString('\n')
		if got != l+"\r\n" {
			c.t.Fatalf("reply = %q, %v; want %q", got, err, l)
		}
	}
}

// wantErr reads to the end of the connection and wants nothing but rest, and
// the error.
func (c *client) wantErr(rest string, want error) {
	c.t.Helper()
	got, err := io.ReadAll(c.br)
	if err == nil {
		err = io.EOF
	}
	if string(got) != rest || !errors.Is(err, want) {
		c.t.Fatalf("read %q, %v; want %q, %v", got, err, rest, want)
	}
}

// wantEnd reads to the end of the stream and wants nothing but rest.
func (c *client) wantEnd(rest string) {
	c.t.Helper()
	c.wantErr(rest, io.EOF)
}

// startTLS does the client's side of the handshake.
func (c *client) startTLS() {
	c.t.Helper()
	if err := c.tryTLS(clientTLS()); err != nil {
		c.t.Fatal(err)
	}
}

func (c *client) tryTLS(conf *tls.Config) error {
	t := tls.Client(c.Conn, conf)
	c.Conn = t
	c.br.Reset(t)
	return t.Handshake()
}

func clientTLS() *tls.Config {
	conf := ClientTLS()
	conf.ServerName = "mail.example.com"
	return conf
}

// A way of connecting.
type way struct {
	name string
	dial func(t testing.TB, h *Host) *client
}

// ways are the modes of TLS, each in memory and on loopback.
func ways() []way {
	return []way{
		{"memory/plain", func(t testing.TB, h *Host) *client { return dial(t, h, Plain) }},
		{"memory/starttls", func(t testing.TB, h *Host) *client { return upgraded(dial(t, h, StartTLS)) }},
		{"memory/implicit", func(t testing.TB, h *Host) *client { return inTLS(dial(t, h, ImplicitTLS)) }},
		{"loopback/plain", func(t testing.TB, h *Host) *client { return dialTCP(t, h, Plain) }},
		{"loopback/starttls", func(t testing.TB, h *Host) *client { return upgraded(dialTCP(t, h, StartTLS)) }},
		{"loopback/implicit", func(t testing.TB, h *Host) *client { return inTLS(dialTCP(t, h, ImplicitTLS)) }},
	}
}

func inTLS(c *client) *client {
	c.startTLS()
	return c
}

// upgraded upgrades, and greets the client once more, as the toy server does
// in the other ways.
func upgraded(c *client) *client {
	c.want("+OK toy")
	c.send("STLS")
	c.want("+OK go")
	c.startTLS()
	rest := c.br
	c.br = bufio.NewReader(io.MultiReader(strings.NewReader("+OK toy\r\n"), rest))
	return c
}

// inBubble runs f in a synctest bubble.
func inBubble(t *testing.T, f func(t *testing.T)) {
	t.Helper()
	synctest.Test(t, f)
}
