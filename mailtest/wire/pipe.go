package wire

import (
	"io"
	"net"
	"os"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
)

// pipeSize is how many bytes one direction of a pipe holds before Write waits,
// as a socket's buffer does: a client may pipeline that much.
const pipeSize = 64 << 10

// Pipe returns the two ends of a connection in memory. Unlike [net.Pipe] each
// direction has a buffer of 64 KiB, so that pipelined commands and a TLS close
// don't block, and CloseWrite half-closes. It may be used within a
// testing/synctest bubble. Reads after the peer closed drain the buffer, then
// return io.EOF; the first Write after that is lost, as with a socket, and the
// next ones return syscall.EPIPE; calls after Close return net.ErrClosed; a
// passed deadline gives os.ErrDeadlineExceeded.
func Pipe() (client, server *PipeConn) { return newPipe(pipeSize) }

func newPipe(size int) (client, server *PipeConn) {
	p := new(pipe) // one allocation: a dial is to cost next to nothing
	p.up.init(size)
	p.down.init(size)
	p.client = PipeConn{in: &p.down, out: &p.up, local: clientAddr, remote: serverAddr}
	p.server = PipeConn{in: &p.up, out: &p.down, local: serverAddr, remote: clientAddr}
	return &p.client, &p.server
}

type pipe struct {
	up, down       half
	client, server PipeConn
}

// Addresses of memory connections are from the documentation range (RFC 5737),
// so that a client that dials one by mistake reaches nobody.
var (
	clientAddr = &net.TCPAddr{IP: net.IPv4(192, 0, 2, 1).To4(), Port: 50000}
	serverAddr = &net.TCPAddr{IP: net.IPv4(192, 0, 2, 2).To4(), Port: 25}
)

// A PipeConn is one end of a [Pipe]. Its methods may be called by several
// goroutines at once.
type PipeConn struct {
	in, out       *half
	local, remote net.Addr
}

// half is one direction of a pipe: a ring that grows as it is needed.
type half struct {
	mu      sync.Mutex
	cond    sync.Cond // on every change of what is below
	max     int       // size that buf may reach
	buf     []byte    // n unread bytes from buf[r], wrapping round
	r, n    int
	cuts    []int       // how many bytes the reads to come return at most: see cut
	cutSum  int         // of cuts
	wclosed bool        // no more is written: EOF once drained
	rclosed bool        // the reader has gone: writes fail, but for one
	lost    bool        // that one has been
	reset   bool        // aborted
	taken   atomic.Bool // something has been read
	rash    atomic.Bool // something was written before the writer had read anything
	read    deadline
	write   deadline
}

func (h *half) init(size int) {
	h.max = size
	h.cond.L = &h.mu
}

// deadline is guarded by its half's mutex. Servers set it for each command, so
// the timer is left alone when it is put off: it then fires early, and is set
// again.
type deadline struct {
	at      time.Time // zero is none
	timer   *time.Timer
	fires   time.Time // the timer
	expired bool
}

func (h *half) setDeadline(d *deadline, t time.Time) {
	h.mu.Lock()
	defer h.mu.Unlock()
	d.at, d.expired = t, false
	if !t.IsZero() {
		h.armLocked(d)
	}
}

// armLocked makes d expire in time.
func (h *half) armLocked(d *deadline) {
	if !d.fires.IsZero() && !d.at.Before(d.fires) {
		return // the timer looks again
	}
	wait := time.Until(d.at)
	switch {
	case wait <= 0:
		d.expired = true
		h.cond.Broadcast()
		return
	case d.timer == nil:
		d.timer = time.AfterFunc(wait, func() { h.expire(d) })
	default:
		d.timer.Reset(wait)
	}
	d.fires = d.at
}

// expire is what the timer runs.
func (h *half) expire(d *deadline) {
	h.mu.Lock()
	defer h.mu.Unlock()
	d.fires = time.Time{}
	if !d.at.IsZero() && d.timer != nil {
		h.armLocked(d)
	}
}

func (d *deadline) stopLocked() {
	if d.timer != nil {
		d.timer.Stop()
		d.timer = nil
	}
	d.at = time.Time{}
}

func (h *half) readBytes(p []byte) (int, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for {
		switch {
		case h.rclosed:
			return 0, net.ErrClosed
		case h.read.expired:
			return 0, os.ErrDeadlineExceeded
		case len(p) == 0:
			return 0, nil
		case h.n > 0:
			n := h.takeLocked(p)
			h.cond.Broadcast()
			return n, nil
		case h.reset:
			return 0, syscall.ECONNRESET
		case h.wclosed:
			return 0, io.EOF
		}
		h.cond.Wait()
	}
}

func (h *half) writeBytes(p []byte) (n int, err error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for {
		switch {
		case h.wclosed:
			return n, net.ErrClosed
		case h.write.expired:
			return n, os.ErrDeadlineExceeded
		case h.reset:
			return n, syscall.ECONNRESET
		case h.rclosed && n == 0 && !h.lost:
			// A socket takes the first write after the peer has gone,
			// too: only that one shows it. So a client can close its
			// TLS after the server's goodbye.
			h.lost = true
			return len(p), nil
		case h.rclosed:
			return n, syscall.EPIPE
		case len(p) == 0:
			return n, nil
		}
		if k := h.putLocked(p); k > 0 {
			n, p = n+k, p[k:]
			h.cond.Broadcast()
			continue
		}
		h.cond.Wait()
	}
}

// takeLocked moves unread bytes to p, up to the next cut.
func (h *half) takeLocked(p []byte) int {
	h.taken.Store(true)
	n := min(len(p), h.n)
	if len(h.cuts) > 0 {
		n = min(n, h.cuts[0])
		h.cutSum -= n
		if h.cuts[0] -= n; h.cuts[0] == 0 {
			h.cuts = h.cuts[1:]
		}
	}
	k := copy(p[:n], h.buf[h.r:])
	copy(p[k:n], h.buf)
	h.r = (h.r + n) % len(h.buf)
	if h.n -= n; h.n == 0 {
		h.r = 0
	}
	return n
}

// putLocked takes as much of p as there is room for.
func (h *half) putLocked(p []byte) int {
	n := min(len(p), h.max-h.n)
	if n == 0 {
		return 0
	}
	h.growLocked(h.n + n)
	w := (h.r + h.n) % len(h.buf)
	k := copy(h.buf[w:], p[:n])
	copy(h.buf, p[k:n])
	h.n += n
	return n
}

func (h *half) growLocked(size int) {
	if size <= len(h.buf) {
		return
	}
	buf := make([]byte, min(h.max, max(512, size, 2*len(h.buf))))
	k := copy(buf, h.buf[h.r:min(h.r+h.n, len(h.buf))])
	copy(buf[k:h.n], h.buf)
	h.buf, h.r = buf, 0
}

// cut makes sure that no read returns bytes from before and after this point
// of the stream: a segment ends here.
func (c *PipeConn) cut() {
	h := c.out
	h.mu.Lock()
	defer h.mu.Unlock()
	if n := h.n - h.cutSum; n > 0 {
		h.cuts = append(h.cuts, n)
		h.cutSum = h.n
	}
}

// ready reports whether a read would return bytes at once.
func (c *PipeConn) ready() bool {
	c.in.mu.Lock()
	defer c.in.mu.Unlock()
	return c.in.n > 0
}

// pending reports whether a read would return at once, io.EOF included.
func (c *PipeConn) pending() bool {
	c.in.mu.Lock()
	defer c.in.mu.Unlock()
	return c.in.n > 0 || c.in.wclosed
}

// Read implements [net.Conn].
func (c *PipeConn) Read(p []byte) (int, error) {
	n, err := c.in.readBytes(p)
	if err != nil && err != io.EOF {
		err = c.opError("read", err)
	}
	return n, err
}

// Write implements [net.Conn].
func (c *PipeConn) Write(p []byte) (int, error) {
	if !c.in.taken.Load() {
		c.out.rash.Store(true)
	}
	n, err := c.out.writeBytes(p)
	if err != nil {
		err = c.opError("write", err)
	}
	return n, err
}

func (c *PipeConn) opError(op string, err error) error {
	return &net.OpError{Op: op, Net: "pipe", Source: c.local, Addr: c.remote, Err: err}
}

// Close implements [net.Conn]. The peer reads what was written, then io.EOF.
func (c *PipeConn) Close() error {
	c.in.closeRead()
	c.out.closeWrite(false)
	return nil
}

// CloseWrite ends this end's writing; reading goes on.
func (c *PipeConn) CloseWrite() error {
	c.out.closeWrite(false)
	return nil
}

// Abort closes the connection as a TCP reset does: the peer's calls return
// syscall.ECONNRESET. As on loopback, what has arrived may still be read
// before, so that a reset is the same each time.
func (c *PipeConn) Abort() {
	c.out.closeWrite(true)
	c.in.mu.Lock()
	c.in.reset = true
	c.in.mu.Unlock()
	c.in.closeRead()
}

func (h *half) closeRead() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.rclosed = true
	h.buf, h.r, h.n, h.cuts, h.cutSum = nil, 0, 0, nil, 0
	h.read.stopLocked()
	h.cond.Broadcast()
}

func (h *half) closeWrite(reset bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.wclosed = true
	if reset {
		h.reset = true
	}
	h.write.stopLocked()
	h.cond.Broadcast()
}

// LocalAddr implements [net.Conn].
func (c *PipeConn) LocalAddr() net.Addr { return c.local }

// RemoteAddr implements [net.Conn].
func (c *PipeConn) RemoteAddr() net.Addr { return c.remote }

// SetDeadline implements [net.Conn].
func (c *PipeConn) SetDeadline(t time.Time) error {
	c.in.setDeadline(&c.in.read, t)
	c.out.setDeadline(&c.out.write, t)
	return nil
}

// SetReadDeadline implements [net.Conn].
func (c *PipeConn) SetReadDeadline(t time.Time) error {
	c.in.setDeadline(&c.in.read, t)
	return nil
}

// SetWriteDeadline implements [net.Conn].
func (c *PipeConn) SetWriteDeadline(t time.Time) error {
	c.out.setDeadline(&c.out.write, t)
	return nil
}
