package wire

import (
	"bufio"
	"bytes"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"strings"
	"sync/atomic"
	"time"
)

// ErrTooLong is returned by ReadLine for a line over its limit. The rest of
// the line has been read and dropped.
var ErrTooLong = errors.New("line too long")

// A Conn is the server's side of one connection. One goroutine at a time uses
// it: the loop, or the one that pushes while the loop waits for DONE.
type Conn struct {
	host   *Host
	id     int
	mode   Mode
	raw    net.Conn // as accepted
	nc     net.Conn // raw, or TLS on it
	br     *bufio.Reader
	out    []byte // replies not yet sent
	fault  *Fault // strikes at the current step
	hangup bool   // end when the current step ends
	err    error  // of a write, or io.EOF after a fault's hangup
	line   string // read, not yet in the transcript

	closing atomic.Bool
}

func newConn(h *Host, nc net.Conn, m Mode, id int) *Conn {
	return &Conn{host: h, id: id, mode: m, raw: nc, nc: nc, br: bufio.NewReader(nc)}
}

func (c *Conn) run() {
	defer func() {
		c.Flush()
		c.nc.Close()
		c.host.mu.Lock()
		defer c.host.mu.Unlock()
		delete(c.host.conns, c)
	}()
	if c.mode == ImplicitTLS && c.handshake() != nil {
		return
	}
	c.host.Serve(c)
}

// shutdown makes reads return ErrServerClosed.
func (c *Conn) shutdown() {
	c.closing.Store(true)
	c.raw.SetReadDeadline(time.Unix(1, 0))
}

// ID returns the connection's number, from 1 in the order of connecting.
func (c *Conn) ID() int { return c.id }

// CanStartTLS reports whether the upgrade is offered: it is in StartTLS mode
// before the handshake.
func (c *Conn) CanStartTLS() bool { return c.mode == StartTLS && c.nc == c.raw }

// TLS returns the TLS state, and false in the clear.
func (c *Conn) TLS() (tls.ConnectionState, bool) {
	if t, ok := c.nc.(*tls.Conn); ok {
		return t.ConnectionState(), true
	}
	return tls.ConnectionState{}, false
}

// RemoteAddr returns the client's address.
func (c *Conn) RemoteAddr() net.Addr { return c.raw.RemoteAddr() }

// LocalAddr returns the server's address.
func (c *Conn) LocalAddr() net.Addr { return c.raw.LocalAddr() }

// SetReadDeadline bounds the reads that follow; the zero time doesn't. Reads
// return os.ErrDeadlineExceeded then. It is for a protocol's autologout timer.
func (c *Conn) SetReadDeadline(t time.Time) { c.nc.SetReadDeadline(t) }

// ReadLine reads a command line up to and with its LF, CRLF or not. The slice
// is valid until the next read. A line of more than limit bytes is dropped and
// gives ErrTooLong with its first bytes; at the end of the stream the rest comes with
// io.EOF.
func (c *Conn) ReadLine(limit int) ([]byte, error) {
	c.note()
	var line []byte
	long := false
	for {
		if err := c.fill(); err != nil {
			return line, err
		}
		buf, _ := c.br.Peek(c.br.Buffered())
		n := bytes.IndexByte(buf, '\n') + 1
		end := n > 0
		if !end {
			n = len(buf)
		}
		if keep := min(n, limit-len(line)); keep < n {
			long = true
			line = append(line, buf[:keep]...)
		} else {
			line = append(line, buf[:n]...)
		}
		c.br.Discard(n)
		if end {
			break
		}
	}
	c.line = string(bytes.TrimRight(line, "\r\n"))
	if long {
		return line, ErrTooLong
	}
	return line, nil
}

// Window returns the bytes that have been received and not read, reading some
// if there are none. It is the way to message data without copying; the slice
// is valid until the next read. Advance consumes what was used of it.
func (c *Conn) Window() ([]byte, error) {
	c.note()
	if err := c.fill(); err != nil {
		return nil, err
	}
	return c.br.Peek(c.br.Buffered())
}

// Advance consumes n bytes of the Window, as message data.
func (c *Conn) Advance(n int) { c.br.Discard(n) }

// Buffered returns how many received bytes have not been read: whether a
// client has pipelined.
func (c *Conn) Buffered() int { return c.br.Buffered() }

// fill makes sure that at least one byte is buffered. Replies go out before it
// waits.
func (c *Conn) fill() error {
	if c.err != nil {
		return c.err
	}
	if c.br.Buffered() > 0 {
		return nil
	}
	if err := c.Flush(); err != nil {
		return err
	}
	if _, err := c.br.Peek(1); err != nil {
		if c.closing.Load() {
			return ErrServerClosed
		}
		return err
	}
	return nil
}

// note puts the line that was read into the transcript.
func (c *Conn) note() {
	if c.line != "" {
		c.record('C', c.line)
		c.line = ""
	}
}

func (c *Conn) record(from byte, text string) {
	c.host.transcript.add(Line{
		Conn: c.id, From: from, Text: text,
		At: time.Since(c.host.start), TLS: c.nc != c.raw,
	})
}

// Begin announces a step and asks the faults. It reports whether the loop is
// to run the step; if not, a fault has answered in its place. Either way the
// loop calls End.
func (c *Conn) Begin(s Step) bool {
	if s.Show != "" {
		c.line = s.Show
	}
	c.note()
	c.fault = c.host.faults.ask(s)
	if c.fault == nil {
		return c.err == nil
	}
	if c.fault.Delay > 0 {
		c.Flush()
		time.Sleep(c.fault.Delay)
	}
	c.hangup = c.fault.Hangup
	if c.fault.Reply != "" {
		c.WriteString(s.Prefix + strings.ReplaceAll(c.fault.Reply, "\n", "\r\n") + "\r\n")
		return false
	}
	return !c.hangup
}

// End ends the step that Begin began. It returns an error when the connection
// has ended and the loop must return.
func (c *Conn) End() error {
	if c.hangup {
		c.Flush()
		c.err = io.EOF
	}
	c.fault = nil
	return c.err
}

// Write adds to the reply: control text in whole lines. It goes out when the
// loop next waits for the client, and never fails before: see End and Flush.
func (c *Conn) Write(p []byte) (int, error) {
	c.out = append(c.out, p...)
	return len(p), c.err
}

// WriteString is Write of a string.
func (c *Conn) WriteString(s string) (int, error) {
	c.out = append(c.out, s...)
	return len(s), c.err
}

// WriteData adds message data to the reply, which the transcript cuts short.
func (c *Conn) WriteData(p []byte) (int, error) {
	c.out = append(c.out, p...)
	return len(p), c.err
}

// Flush sends what has been written.
func (c *Conn) Flush() error {
	if c.err != nil || len(c.out) == 0 {
		return c.err
	}
	for l := range strings.Lines(string(c.out)) {
		c.record('S', strings.TrimRight(l, "\r\n"))
	}
	_, c.err = c.nc.Write(c.out)
	c.out = c.out[:0]
	return c.err
}

// StartTLS sends what has been written, drops what the client has pipelined,
// which must never run inside TLS (RFC 3207 section 6), and does the
// handshake. After an error the connection is of no more use.
func (c *Conn) StartTLS() error {
	c.Flush()
	if n := c.br.Buffered(); n > 0 {
		c.br.Discard(n)
		c.record('*', "bytes pipelined after the upgrade command: dropped")
	}
	return c.handshake()
}

func (c *Conn) handshake() error {
	if !c.Begin(Step{Name: StepTLS}) {
		return c.End()
	}
	t := tls.Server(c.raw, c.host.tlsConfig())
	if err := t.Handshake(); err != nil {
		c.record('*', "TLS handshake failed: "+err.Error())
		c.err = err
		return err
	}
	c.nc = t
	c.br.Reset(t)
	return c.End()
}
