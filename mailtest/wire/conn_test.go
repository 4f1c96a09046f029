package wire

import (
	"bytes"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

func TestSession(t *testing.T) {
	for _, w := range ways() {
		t.Run(w.name, func(t *testing.T) {
			h := newToy(t)
			c := w.dial(t, h)
			c.want("+OK toy")
			c.send("NOOP")
			c.want("+OK")
			c.send("TEXT")
			c.want("+ go")
			c.send("hello", ".")
			c.want("+OK 10 bytes")
			c.send("GET 20", "QUIT") // pipelined
			c.want("+OK")
			got := make([]byte, 20)
			io.ReadFull(c.br, got)
			if string(got) != "0123456789abcde\n0123" {
				t.Errorf("data = %q", got)
			}
			c.want("", ".", "+OK bye")
			c.wantEnd("")
		})
	}
}

func TestSessionInBubble(t *testing.T) {
	for _, w := range ways()[:3] {
		t.Run(w.name, func(t *testing.T) {
			inBubble(t, func(t *testing.T) {
				c := w.dial(t, newToy(t))
				c.want("+OK toy")
				time.Sleep(48 * time.Hour)
				c.send("LIT 3")
				c.want("+ go")
				io.WriteString(c, "abc")
				c.want("+OK 3 bytes")
				c.send("QUIT")
				c.want("+OK bye")
				c.wantEnd("")
			})
		})
	}
}

// scripted runs f as the server's loop on a memory connection, with what the
// client sends, and returns what the client gets.
func scripted(t testing.TB, send string, f func(*Conn)) string {
	h := &Host{Name: "wire", Serve: f}
	defer h.Close()
	nc, err := h.Dial(t.Context(), Plain)
	if err != nil {
		t.Fatal(err)
	}
	defer nc.Close()
	go func() {
		io.WriteString(nc, send)
		nc.(*PipeConn).CloseWrite()
	}()
	got, _ := io.ReadAll(nc)
	return string(got)
}

func TestReadLine(t *testing.T) {
	long := strings.Repeat("x", 5000)
	tests := []struct {
		name, in string
		limit    int
		want     []string
	}{
		{"CRLF and LF", "a\r\nbc\n\r\n\n", 10, []string{`"a\r\n"`, `"bc\n"`, `"\r\n"`, `"\n"`, `"" EOF`}},
		{"no line end", "a\r\nbc", 10, []string{`"a\r\n"`, `"bc" EOF`, `"" EOF`}},
		{"CR alone", "a\rb\r\r\n", 10, []string{`"a\rb\r\r\n"`, `"" EOF`}},
		{"exactly the limit", "12345678\r\nx\r\n", 10, []string{`"12345678\r\n"`, `"x\r\n"`, `"" EOF`}},
		{"one over", "123456789\r\nx\r\n", 10, []string{`"123456789\r" line too long`, `"x\r\n"`, `"" EOF`}},
		{"over, without end", "123456789012", 10, []string{`"1234567890" EOF`, `"" EOF`}},
		{"far over", long + "\r\nx\r\n", 10, []string{`"xxxxxxxxxx" line too long`, `"x\r\n"`, `"" EOF`}},
		{"far over, twice", long + "\r\n" + long + "\r\nx\r\n", 3,
			[]string{`"xxx" line too long`, `"xxx" line too long`, `"x\r\n"`, `"" EOF`}},
		{"NUL and 8 bit", "\x00\xff\r\n", 10, []string{`"\x00\xff\r\n"`, `"" EOF`}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var got []string
			scripted(t, tt.in, func(c *Conn) {
				got = readLines(c, tt.limit)
			})
			if !slices.Equal(got, tt.want) {
				t.Errorf("lines of %.40q:\n got %v\nwant %v", tt.in, got, tt.want)
			}
		})
	}
}

// readLines reads lines to the end of the stream, and an end more if that
// came with a rest.
func readLines(c *Conn, limit int) []string {
	var got []string
	for {
		line, err := c.ReadLine(limit)
		s := fmt.Sprintf("%q", line)
		if err != nil {
			s += " " + err.Error()
		}
		got = append(got, s)
		if err == io.EOF && len(line) == 0 || err != nil && err != io.EOF && err != ErrTooLong {
			return got
		}
	}
}

// However the stream is split into segments, the lines are the same.
func FuzzReadLineSplit(f *testing.F) {
	f.Add([]byte("a\r\nbc\n\r\n"), 5, []byte{1, 2})
	f.Add([]byte("123456789\r\nx"), 4, []byte{3})
	f.Add(bytes.Repeat([]byte("x"), 5000), 10, []byte{255, 7})
	f.Fuzz(func(t *testing.T, in []byte, limit int, cuts []byte) {
		if limit < 1 || limit > 1<<16 || len(in) > 20000 {
			return
		}
		whole := linesOf(t, in, limit, nil)
		if split := linesOf(t, in, limit, cuts); !slices.Equal(whole, split) {
			t.Errorf("in pieces %v:\n got %v\nwant %v", cuts, split, whole)
		}
		if got := max(limit, 64) * 4; len(whole) == 1 && len(whole[0]) > got+4*len(in) {
			t.Errorf("line is longer than what was sent: %d", len(whole[0]))
		}
	})
}

// linesOf reads lines of in, which is written to the connection in pieces of
// the sizes of cuts.
func linesOf(t testing.TB, in []byte, limit int, cuts []byte) []string {
	client, server := Pipe()
	defer client.Close()
	c := newConn(&Host{}, server, Plain, 1)
	defer c.close()
	var wg sync.WaitGroup
	wg.Go(func() {
		for i := 0; len(in) > 0; i++ {
			n := len(in)
			if len(cuts) > 0 {
				n = min(n, int(cuts[i%len(cuts)])+1)
			}
			client.Write(in[:n])
			client.cut()
			in = in[n:]
		}
		client.CloseWrite()
	})
	got := readLines(c, limit)
	wg.Wait()
	return got
}

// The buffer must not grow with a line that is too long.
func TestReadLineBounded(t *testing.T) {
	var size int
	scripted(t, strings.Repeat("x", 8<<20), func(c *Conn) {
		c.ReadLine(512)
		size = len(c.in.buf)
	})
	if size > maxInput {
		t.Errorf("buffer has grown to %d bytes, want at most %d", size, maxInput)
	}
}

func TestWindowGrows(t *testing.T) {
	const size = 1 << 20
	var sum, largest int
	scripted(t, "x\r\n"+strings.Repeat("d", size), func(c *Conn) {
		c.ReadLine(10)
		for {
			w, err := c.Window()
			if err != nil {
				return
			}
			sum += len(w)
			largest = max(largest, len(w))
			c.Advance(len(w))
		}
	})
	if sum != size || largest != maxInput {
		t.Errorf("read %d bytes in windows of up to %d, want %d, %d", sum, largest, size, maxInput)
	}
}

func TestExtend(t *testing.T) {
	client, server := Pipe()
	defer client.Close()
	c := newConn(&Host{}, server, Plain, 1)
	defer c.close()
	io.WriteString(client, "x\r")
	if w, err := c.Window(); string(w) != "x\r" || err != nil {
		t.Fatalf("Window = %q, %v", w, err)
	}
	c.Advance(1)
	io.WriteString(client, "\n")
	if w, err := c.Extend(); string(w) != "\r\n" || err != nil {
		t.Errorf("Extend = %q, %v", w, err)
	}
}

func TestReadFullAndDiscard(t *testing.T) {
	big := strings.Repeat("0123456789", 20000)
	in := "LIT\r\n" + big + "rest" + big + "NOOP\r\n" + "short"
	scripted(t, in, func(c *Conn) {
		c.ReadLine(10)
		p := make([]byte, len(big))
		if n, err := c.ReadFull(p); n != len(big) || err != nil || string(p) != big {
			t.Errorf("ReadFull = %d, %v", n, err)
		}
		p = p[:4]
		if n, err := c.ReadFull(p); n != 4 || err != nil || string(p) != "rest" {
			t.Errorf("ReadFull = %d, %v, %q", n, err, p)
		}
		if err := c.Discard(int64(len(big))); err != nil {
			t.Errorf("Discard: %v", err)
		}
		if line, err := c.ReadLine(10); string(line) != "NOOP\r\n" || err != nil {
			t.Errorf("ReadLine = %q, %v", line, err)
		}
		if n, err := c.ReadFull(make([]byte, 9)); n != 5 || err != io.ErrUnexpectedEOF {
			t.Errorf("ReadFull at the end = %d, %v", n, err)
		}
		if err := c.Discard(1); err != io.ErrUnexpectedEOF {
			t.Errorf("Discard at the end: %v", err)
		}
	})
}

// writes counts the writes on a connection.
type writes struct {
	net.Conn
	sizes []int
}

func (w *writes) Write(p []byte) (int, error) {
	w.sizes = append(w.sizes, len(p))
	return w.Conn.Write(p)
}

// Replies to pipelined commands go out in one write, and message data without
// being copied.
func TestWritesCoalesce(t *testing.T) {
	client, server := Pipe()
	w := &writes{Conn: server}
	c := newConn(&Host{}, w, Plain, 1)
	io.WriteString(client, "NOOP\r\nNOOP\r\nNOOP\r\n")
	client.CloseWrite()
	for {
		if _, err := c.ReadLine(10); err != nil {
			break
		}
		c.WriteString("+OK\r\n")
	}
	if !slices.Equal(w.sizes, []int{15}) {
		t.Errorf("writes of %d bytes, want one of 15", w.sizes)
	}
	w.sizes = nil
	c.WriteString("+OK\r\n")
	c.WriteData(make([]byte, directOutput))
	c.WriteString(".\r\n")
	c.Flush()
	if !slices.Equal(w.sizes, []int{5, directOutput, 3}) {
		t.Errorf("writes of %d bytes", w.sizes)
	}
	c.close()
}

func TestDeadline(t *testing.T) {
	for _, w := range ways()[:3] {
		t.Run(w.name, func(t *testing.T) {
			inBubble(t, func(t *testing.T) {
				h := &Host{Name: "wire", Serve: func(c *Conn) {
					c.WriteString("+OK toy\r\n")
					c.SetReadDeadline(time.Now().Add(10 * time.Minute))
					if c.CanStartTLS() {
						c.ReadLine(100)
						c.WriteString("+OK go\r\n")
						c.StartTLS()
					}
					if _, err := c.ReadLine(100); !errors.Is(err, os.ErrDeadlineExceeded) {
						t.Errorf("ReadLine: %v, want os.ErrDeadlineExceeded", err)
					}
					c.WriteString("-ERR autologout\r\n")
				}}
				defer h.Close()
				start := time.Now()
				c := w.dial(t, h)
				c.want("+OK toy")
				c.wantEnd("-ERR autologout\r\n")
				if got := time.Since(start); got != 10*time.Minute {
					t.Errorf("logged out after %v, want 10m", got)
				}
			})
		})
	}
}

func TestWait(t *testing.T) {
	for _, w := range ways()[:3] {
		t.Run(w.name, func(t *testing.T) {
			inBubble(t, func(t *testing.T) {
				wake := make(chan struct{})
				h := &Host{Name: "toy", Serve: func(c *Conn) { (&toy{c: c, wake: wake}).serve() }}
				defer h.Close()
				c := w.dial(t, h)
				c.want("+OK toy")
				c.send("IDLE")
				c.want("+ idling")
				for range 3 {
					time.Sleep(20 * time.Minute)
					wake <- struct{}{}
					c.want("* 1")
				}
				c.send("DONE", "NOOP")
				c.want("+OK done", "+OK")
				c.send("IDLE")
				c.want("+ idling") // and is closed so
			})
		})
	}
}

func TestStartTLSDropsPipelined(t *testing.T) {
	h := newToy(t)
	c := dial(t, h, StartTLS)
	c.want("+OK toy")
	c.send("STLS", "LOGIN evil injected")
	c.want("+OK go")
	c.startTLS()
	c.send("NOOP")
	c.want("+OK")
	got := h.Transcript().String()
	want := "S: +OK toy\nC: STLS\nS: +OK go\n* : bytes pipelined"
	if strings.Contains(got, "injected") || !strings.Contains(got, "dropped") {
		t.Errorf("transcript:\n%swant as %q", got, want)
	}
}

// After a failed handshake nothing is read or written in the clear.
func TestFailedHandshake(t *testing.T) {
	for _, mode := range []Mode{StartTLS, ImplicitTLS} {
		for _, first := range []string{"NOOP\r\nNOOP\r\n", "\x16\x03\x01\x00\x05hello"} {
			h := newToy(t)
			c := dialTCP(t, h, mode)
			if mode == StartTLS {
				c.want("+OK toy")
				c.send("STLS")
				c.want("+OK go")
			}
			io.WriteString(c, first)
			c.Conn.(*net.TCPConn).CloseWrite()
			got, _ := io.ReadAll(c.br)
			if bytes.ContainsAny(got, "+-") || len(got) > 7 {
				t.Errorf("mode %d: after a failed handshake the server sent %q, want an alert at most", mode, got)
			}
			h.Close()
			if got := h.Transcript().String(); !strings.Contains(got, "*: TLS handshake failed: ") {
				t.Errorf("mode %d: transcript:\n%s", mode, got)
			}
		}
	}
}

func TestTLSNames(t *testing.T) {
	for _, name := range []string{"mail.example.com", "imap.shop.example", "localhost", "127.0.0.1", "::1", "192.0.2.2", "MAIL.Example.COM"} {
		t.Run(name, func(t *testing.T) {
			c := dial(t, newToy(t), ImplicitTLS)
			conf := ClientTLS()
			conf.ServerName = name
			if err := c.tryTLS(conf); err != nil {
				t.Fatal(err)
			}
			c.want("+OK toy")
		})
	}
}

// A name that can't be in a certificate ends the handshake, not the process.
func TestTLSBadName(t *testing.T) {
	h := newToy(t)
	c := dial(t, h, ImplicitTLS)
	if err := c.tryTLS(&tls.Config{ServerName: "b\xfccher.example", InsecureSkipVerify: true}); err == nil {
		t.Error("handshake succeeded")
	}
}

func TestTLSMinimum(t *testing.T) {
	c := dial(t, newToy(t), ImplicitTLS)
	conf := clientTLS()
	conf.MinVersion, conf.MaxVersion = tls.VersionTLS10, tls.VersionTLS11
	if err := c.tryTLS(conf); err == nil || !strings.Contains(err.Error(), "protocol version") {
		t.Errorf("handshake with TLS 1.1: %v", err)
	}
}

// GnuTLS names an address in its hello, which crypto/tls's client doesn't.
func TestLeafForAddress(t *testing.T) {
	for _, ip := range []string{"127.0.0.1", "::1", "192.0.2.7"} {
		c, err := theCA().leaf(ip)
		if err != nil {
			t.Fatal(err)
		}
		if err := c.Leaf.VerifyHostname(ip); err != nil {
			t.Error(err)
		}
	}
}
