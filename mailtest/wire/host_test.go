package wire

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

func TestAddrIsLoopback(t *testing.T) {
	h := newToy(t)
	for m := range modes {
		addr := h.Addr(m)
		if host, _, err := net.SplitHostPort(addr); err != nil || host != "127.0.0.1" {
			t.Errorf("Addr = %q, want 127.0.0.1", addr)
		}
		if again := h.Addr(m); again != addr {
			t.Errorf("Addr = %q, and then %q", addr, again)
		}
	}
	h.Close()
	defer func() {
		if got := fmt.Sprint(recover()); got != "toy: address asked for after Close: a closed server listens no more, make another" {
			t.Errorf("Addr after Close: %s", got)
		}
	}()
	h.Addr(Plain)
}

// An unused host costs nothing: no goroutine, no listener.
func TestUnusedHost(t *testing.T) {
	before := runtime.NumGoroutine()
	h := newToy(t)
	if got := runtime.NumGoroutine(); got > before {
		t.Errorf("%d goroutines more", got-before)
	}
	h.Close()
	h.Close()
}

func TestOneGoroutinePerConn(t *testing.T) {
	before := runtime.NumGoroutine()
	h := newToy(t)
	for range 10 {
		dial(t, h, Plain).want("+OK toy")
	}
	// Those of earlier tests may still be going.
	if got := runtime.NumGoroutine() - before; got > 10 {
		t.Errorf("%d goroutines for 10 connections in memory, want 10", got)
	}
}

func TestDialClosed(t *testing.T) {
	h := newToy(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := h.Dial(ctx, Plain); !errors.Is(err, context.Canceled) {
		t.Errorf("Dial with a cancelled context: %v", err)
	}
	h.Close()
	if _, err := h.Dial(t.Context(), Plain); !errors.Is(err, ErrServerClosed) {
		t.Errorf("Dial after Close: %v", err)
	}
}

// Close says goodbye to whom it can.
func TestCloseSaysGoodbye(t *testing.T) {
	for _, w := range ways() {
		t.Run(w.name, func(t *testing.T) {
			h := newToy(t)
			c := w.dial(t, h)
			c.want("+OK toy")
			c.send("NOOP")
			c.want("+OK")
			h.Close()
			c.wantEnd("-BYE\r\n")
			h.Close()
		})
	}
}

// A client that never reads, and one that never finishes what it began, don't
// hold up Close.
func TestCloseStuckClients(t *testing.T) {
	stuck := map[string]struct {
		mode Mode
		send string
	}{
		"doesn't read":    {Plain, strings.Repeat("GET 100000\r\n", 500)},
		"silent":          {Plain, ""},
		"half a line":     {Plain, "NOO"},
		"half a text":     {Plain, "TEXT\r\nhello"},
		"no handshake":    {ImplicitTLS, ""},
		"half a hello":    {ImplicitTLS, "\x16\x03\x01\x02\x00\x01"},
		"no upgrade":      {StartTLS, "STLS\r\n"},
		"asks for nought": {Plain, strings.Repeat("\r\n", 100)},
	}
	for name, s := range stuck {
		closeStuck := func(t *testing.T, dial func(testing.TB, *Host, Mode) *client) {
			h := newToy(t)
			c := dial(t, h, s.mode)
			go io.WriteString(c, s.send)
			if s.mode != ImplicitTLS {
				c.want("+OK toy")
			}
			start := time.Now()
			h.Close()
			if d := time.Since(start); d > 3*time.Second {
				t.Errorf("Close took %v", d)
			}
		}
		t.Run(name+"/memory", func(t *testing.T) {
			inBubble(t, func(t *testing.T) { closeStuck(t, dial) })
		})
		t.Run(name+"/loopback", func(t *testing.T) { closeStuck(t, dialTCP) })
	}
}

// In TLS the end of the connection must not wait for a client that doesn't
// read.
func TestCloseStuckInTLS(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		h := newToy(t)
		c := inTLS(dial(t, h, ImplicitTLS))
		c.want("+OK toy")
		c.send("GET 1000000")
		c.want("+OK")
		time.Sleep(time.Hour)
		start := time.Now()
		h.Close()
		if d := time.Since(start); d > 2*goodbye {
			t.Errorf("Close took %v", d)
		}
	})
}

// No connection that was made before Close is served after it.
func TestCloseRacesWithAccept(t *testing.T) {
	for range 10 {
		var closed atomic.Bool
		var late atomic.Int32
		h := &Host{Name: "wire", Serve: func(c *Conn) {
			if closed.Load() {
				late.Add(1)
			}
			c.ReadLine(100)
		}}
		var wg sync.WaitGroup
		addr := h.Addr(Plain)
		for range 10 {
			wg.Go(func() {
				for range 3 {
					if nc, err := net.Dial("tcp", addr); err == nil {
						defer nc.Close()
					}
					if nc, err := h.Dial(t.Context(), Plain); err == nil {
						defer nc.Close()
					}
				}
			})
		}
		h.Close()
		closed.Store(true)
		wg.Wait()
		if n := late.Load(); n > 0 {
			t.Fatalf("%d connections were served after Close", n)
		}
	}
}

func TestCloseExplains(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		release := make(chan struct{})
		var said []string
		h := &Host{
			Name: "toy",
			Serve: func(c *Conn) {
				c.ReadLine(100)
				c.Begin(Step{Name: "NOOP"})
				<-release
			},
			Logf: func(format string, args ...any) { said = append(said, fmt.Sprintf(format, args...)) },
		}
		c := dial(t, h, Plain)
		dial(t, h, Plain)
		c.send("NOOP")
		synctest.Wait()
		time.AfterFunc(time.Minute, func() { close(release) })
		h.Close()
		want := "toy: Close has been waiting for 5s\n" +
			"\tconnection 1 from 192.0.2.1:50000: running a command; last line: C: NOOP\n" +
			"\tconnection 2 from 192.0.2.1:50000: running a command; nothing was said"
		if len(said) != 1 || said[0] != want {
			t.Errorf("Close said\n%s\nwant\n%s", strings.Join(said, "\n"), want)
		}
	})
}

func TestCloseQuietIfFast(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		h := &Host{Name: "toy", Serve: serveToy, Logf: t.Errorf}
		dial(t, h, Plain).want("+OK toy")
		h.Close()
		time.Sleep(time.Hour)
	})
}

func TestCloseEndsDelay(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		h := newToy(t)
		h.Inject(Fault{On: "NOOP", Delay: 24 * time.Hour})
		c := dial(t, h, Plain)
		c.want("+OK toy")
		c.send("NOOP")
		time.Sleep(time.Minute)
		start := time.Now()
		h.Close()
		if d := time.Since(start); d > goodbye {
			t.Errorf("Close took %v", d)
		}
	})
}

func BenchmarkFixture(b *testing.B) {
	b.Run("floor=PipeAndGoroutine", func(b *testing.B) {
		for b.Loop() {
			c, s := Pipe()
			done := make(chan struct{})
			go func() { s.Write([]byte("+OK toy\r\n")); s.Close(); close(done) }()
			io.ReadAll(c)
			c.Close()
			<-done
		}
	})
	b.Run("memory", func(b *testing.B) {
		buf := make([]byte, 100)
		for b.Loop() {
			h := &Host{Name: "toy", Serve: serveToy}
			c, _ := h.Dial(b.Context(), Plain)
			c.Read(buf)
			c.Close()
			h.Close()
		}
	})
	b.Run("floor=BareListener", func(b *testing.B) {
		buf := make([]byte, 100)
		for b.Loop() {
			l, _ := net.Listen("tcp4", "127.0.0.1:0")
			c, _ := net.Dial("tcp", l.Addr().String())
			s, _ := l.Accept()
			s.Write([]byte("+OK toy\r\n"))
			c.Read(buf)
			c.Close()
			s.Close()
			l.Close()
		}
	})
	b.Run("loopback", func(b *testing.B) {
		buf := make([]byte, 100)
		for b.Loop() {
			h := &Host{Name: "toy", Serve: serveToy}
			c, _ := net.Dial("tcp", h.Addr(Plain))
			c.Read(buf)
			c.Close()
			h.Close()
		}
	})
}
