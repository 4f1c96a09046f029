package wire

import (
	"bytes"
	"context"
	"errors"
	"io"
	"math/rand/v2"
	"net"
	"os"
	"slices"
	"sync"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"golang.org/x/net/nettest"
)

// A roundtrip of nettest writes 8 bytes before it reads any, so that is the
// smallest buffer.
func TestPipeNettest(t *testing.T) {
	for name, size := range map[string]int{"64KiB": pipeSize, "8bytes": 8} {
		t.Run(name, func(t *testing.T) {
			t.Parallel() // nettest sleeps now and then
			nettest.TestConn(t, func() (c1, c2 net.Conn, stop func(), err error) {
				a, b := newPipe(size)
				return a, b, func() { a.Close(); b.Close() }, nil
			})
		})
	}
}

func TestListenerNettest(t *testing.T) {
	t.Parallel()
	nettest.TestConn(t, func() (c1, c2 net.Conn, stop func(), err error) {
		l := NewListener()
		if c1, err = l.Dial(t.Context()); err != nil {
			return nil, nil, nil, err
		}
		if c2, err = l.Accept(); err != nil {
			return nil, nil, nil, err
		}
		return c1, c2, func() { c1.Close(); c2.Close(); l.Close() }, nil
	})
}

// crumbs reads and writes a few bytes at a time, which don't divide the
// buffer.
type crumbs struct{ net.Conn }

const crumb = 11

func (c crumbs) Read(p []byte) (int, error) { return c.Conn.Read(p[:min(crumb, len(p))]) }

func (c crumbs) Write(p []byte) (n int, err error) {
	for part := range slices.Chunk(p, crumb) {
		k, err := c.Conn.Write(part)
		if n += k; err != nil {
			return n, err
		}
	}
	return n, nil
}

func TestPipeNettestCrumbs(t *testing.T) {
	if testing.Short() {
		t.Skip("moves megabytes a few bytes at a time")
	}
	t.Parallel()
	nettest.TestConn(t, func() (c1, c2 net.Conn, stop func(), err error) {
		a, b := newPipe(pipeSize)
		return crumbs{a}, crumbs{b}, func() { a.Close(); b.Close() }, nil
	})
}

// The subtests of nettest can't run inside a bubble, so what they check is
// checked there by hand.
func TestPipeInBubble(t *testing.T) {
	tests := map[string]func(t *testing.T, a, b *PipeConn){
		"BasicIO":         testBubbleBasicIO,
		"FutureDeadline":  testBubbleFutureDeadline,
		"DeadlineRenewed": testBubbleDeadlineRenewed,
		"WriteDeadline":   testBubbleWriteDeadline,
		"CloseWakes":      testBubbleCloseWakes,
	}
	for name, f := range tests {
		for _, size := range []int{1, 7, pipeSize} {
			t.Run(name, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					a, b := newPipe(size)
					defer a.Close()
					defer b.Close()
					f(t, a, b)
				})
			})
		}
	}
}

func testBubbleBasicIO(t *testing.T, a, b *PipeConn) {
	want := make([]byte, 200<<10/(1+pipeSize/(a.in.max+1)/1000))
	rng := rand.New(rand.NewPCG(1, 2))
	for i := range want {
		want[i] = byte(rng.Uint32())
	}
	var wg sync.WaitGroup
	wg.Go(func() {
		if _, err := io.Copy(b, b); err != nil { // echo
			t.Errorf("echo: %v", err)
		}
		b.CloseWrite()
	})
	wg.Go(func() {
		if n, err := a.Write(want); n != len(want) || err != nil {
			t.Errorf("Write = %d, %v", n, err)
		}
		a.CloseWrite()
	})
	got, err := io.ReadAll(a)
	if err != nil || !bytes.Equal(got, want) {
		t.Errorf("read %d bytes, %v; want the %d bytes written", len(got), err, len(want))
	}
	wg.Wait()
}

func testBubbleFutureDeadline(t *testing.T, a, b *PipeConn) {
	start := time.Now()
	a.SetReadDeadline(start.Add(time.Hour))
	_, err := a.Read(make([]byte, 1))
	checkTimeout(t, err)
	if got := time.Since(start); got != time.Hour {
		t.Errorf("read timed out after %v, want 1h", got)
	}
	a.SetReadDeadline(time.Time{})
	go b.Write([]byte("x"))
	if _, err := a.Read(make([]byte, 1)); err != nil {
		t.Errorf("Read without deadline: %v", err)
	}
}

func testBubbleDeadlineRenewed(t *testing.T, a, b *PipeConn) {
	start := time.Now()
	a.SetReadDeadline(start.Add(time.Minute))
	time.AfterFunc(30*time.Second, func() { a.SetReadDeadline(start.Add(time.Hour)) })
	time.AfterFunc(2*time.Minute, func() { b.Write([]byte("x")) })
	if _, err := a.Read(make([]byte, 1)); err != nil {
		t.Errorf("Read: %v", err)
	}
	if got := time.Since(start); got != 2*time.Minute {
		t.Errorf("read after %v, want 2m", got)
	}
}

func testBubbleWriteDeadline(t *testing.T, a, b *PipeConn) {
	a.SetWriteDeadline(time.Now().Add(time.Second))
	n, err := a.Write(make([]byte, pipeSize+1))
	checkTimeout(t, err)
	if n != a.out.max {
		t.Errorf("wrote %d bytes to a reader who reads none, want %d", n, a.out.max)
	}
}

func testBubbleCloseWakes(t *testing.T, a, b *PipeConn) {
	time.AfterFunc(time.Second, func() { a.Close() })
	if _, err := a.Read(make([]byte, 1)); !errors.Is(err, net.ErrClosed) {
		t.Errorf("Read on a closed end: %v, want net.ErrClosed", err)
	}
	if _, err := b.Read(make([]byte, 1)); err != io.EOF {
		t.Errorf("Read after the peer closed: %v, want io.EOF", err)
	}
}

func checkTimeout(t *testing.T, err error) {
	t.Helper()
	var ne net.Error
	if !errors.Is(err, os.ErrDeadlineExceeded) || !errors.As(err, &ne) || !ne.Timeout() {
		t.Errorf("error %v, want os.ErrDeadlineExceeded as a net.Error", err)
	}
}

func TestPipeDrainsBeforeEOF(t *testing.T) {
	a, b := Pipe()
	io.WriteString(a, "221 bye\r\n")
	a.Close()
	got, err := io.ReadAll(b)
	if string(got) != "221 bye\r\n" || err != nil {
		t.Errorf("ReadAll = %q, %v", got, err)
	}
	if _, err := b.Write([]byte("x")); err != nil {
		t.Errorf("first Write to a closed peer: %v; a socket takes it", err)
	}
	if _, err := b.Write([]byte("x")); !errors.Is(err, syscall.EPIPE) {
		t.Errorf("second Write to a closed peer: %v, want EPIPE", err)
	}
}

func TestPipeHalfClose(t *testing.T) {
	a, b := Pipe()
	defer a.Close()
	a.CloseWrite()
	if _, err := b.Read(make([]byte, 1)); err != io.EOF {
		t.Errorf("Read = %v, want io.EOF", err)
	}
	io.WriteString(b, "still here")
	b.Close()
	if got, err := io.ReadAll(a); string(got) != "still here" || err != nil {
		t.Errorf("ReadAll = %q, %v", got, err)
	}
	if _, err := a.Write([]byte("x")); !errors.Is(err, net.ErrClosed) {
		t.Errorf("Write after CloseWrite: %v, want net.ErrClosed", err)
	}
}

func TestPipeAbort(t *testing.T) {
	a, b := Pipe()
	io.WriteString(a, "arrived")
	a.Abort()
	if n, err := b.Read(make([]byte, 9)); n != 7 || err != nil {
		t.Errorf("Read = %d, %v; want what has arrived", n, err)
	}
	if n, err := b.Read(make([]byte, 9)); n != 0 || !errors.Is(err, syscall.ECONNRESET) {
		t.Errorf("Read = %d, %v; want ECONNRESET", n, err)
	}
	if _, err := b.Write([]byte("x")); !errors.Is(err, syscall.ECONNRESET) {
		t.Errorf("Write: %v, want ECONNRESET", err)
	}
	if _, err := a.Read(make([]byte, 1)); !errors.Is(err, net.ErrClosed) {
		t.Errorf("Read on the aborted end: %v, want net.ErrClosed", err)
	}
	b.Close()
}

func TestPipeCut(t *testing.T) {
	a, b := Pipe()
	for _, s := range []string{"2", "50", " ok\r\n"} {
		io.WriteString(a, s)
		a.cut()
		a.cut() // an empty segment is none
	}
	io.WriteString(a, "tail")
	a.Close()
	var got []string
	buf := make([]byte, 100)
	for {
		n, err := b.Read(buf)
		if err != nil {
			break
		}
		got = append(got, string(buf[:n]))
	}
	want := []string{"2", "50", " ok\r\n", "tail"}
	if !slices.Equal(got, want) {
		t.Errorf("reads = %q, want %q", got, want)
	}
}

func TestListenerClose(t *testing.T) {
	l := NewListener()
	c, err := l.Dial(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	l.Close()
	l.Close()
	if _, err := c.Read(make([]byte, 1)); !errors.Is(err, syscall.ECONNRESET) {
		t.Errorf("Read on a connection that wasn't accepted: %v, want ECONNRESET", err)
	}
	if _, err := l.Dial(t.Context()); !errors.Is(err, net.ErrClosed) {
		t.Errorf("Dial after Close: %v", err)
	}
	if _, err := l.Accept(); !errors.Is(err, net.ErrClosed) {
		t.Errorf("Accept after Close: %v", err)
	}
}

func TestListenerBacklog(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := NewListener()
		defer l.Close()
		for range cap(l.backlog) {
			if _, err := l.Dial(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if _, err := l.Dial(ctx); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("Dial beyond the backlog: %v", err)
		}
	})
}

func BenchmarkPipeDialClose(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		c, s := Pipe()
		c.Close()
		s.Close()
	}
}

func BenchmarkListenerDialAcceptClose(b *testing.B) {
	l := NewListener()
	defer l.Close()
	b.ReportAllocs()
	for b.Loop() {
		c, _ := l.Dial(b.Context())
		s, _ := l.Accept()
		c.Close()
		s.Close()
	}
}
