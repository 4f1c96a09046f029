package wire

import (
	"crypto/tls"
	"errors"
	"net"
	"sync"
	"sync/atomic"
	"time"
)

// ErrTooLong is returned by ReadLine for a line over its limit. The rest of
// the line has been read and dropped.
var ErrTooLong = errors.New("line too long")

// A Conn is the server's side of one connection. One goroutine at a time uses
// it: the loop, or the one that pushes while the loop waits for DONE. That one
// may write, and Begin and End steps, while the loop is in ReadLine or Window;
// the loop joins it before it goes on.
type Conn struct {
	host  *Host
	id    int
	mode  Mode
	raw   net.Conn      // as accepted
	nc    net.Conn      // raw, or TLS on it
	z     *deflated     // on nc, nil if there is no compression
	user  string        // who has logged in, as the loop says
	state string        // of the session, as the loop says
	done  chan struct{} // closed when the server is being closed

	// of the reading side
	in      input
	reading chan readResult // of a read that Wait has left behind
	breach  string          // the rule that the last line has broken, or ""
	said    []byte          // what the client has said while it could have used TLS: see hear
	leaks   bool            // there is a secret in the last line
	greeted bool            // the client has said something
	mid     *strike         // the fault that is to strike in the data to come
	midRead int             // how much of the data has come

	// of the writing side
	out       []byte  // replies not yet sent
	spans     []span  // what of out is message data
	told      int     // how much of out is in the transcript
	struck    string  // what a fault has sent at the last step
	wasStruck bool    // there was a fault at the last step
	strike    *strike // the fault at the current step, not yet carried out
	err       error   // of a write, or io.EOF after a fault has ended the connection
	closed    bool
	answered  bool       // the next step's reply was sent before it
	under     *underTLS  // below nc, in TLS
	piece     func() int // the size of the next piece to send, or nil

	log   connLog
	doing atomic.Int32 // an activity, for Close to tell

	mu sync.Mutex // held while deadlines are set, lest that of shutdown be lost
}

// An activity is what a connection's goroutine may be held up by.
type activity int32

const (
	running activity = iota
	readingClient
	writingClient
	inHandshake
	delayed
	held
	stalled
	closingClient
)

var activities = [...]string{
	"running a command", "reading from the client", "writing to the client",
	"in the TLS handshake", "delayed by a fault", "held by a test",
	"stalled by a fault", "waiting for the client to close",
}

// enter notes an activity, until leave.
func (c *Conn) enter(a activity) { c.doing.Store(int32(a)) }

func (c *Conn) leave() { c.doing.Store(int32(running)) }

func newConn(h *Host, nc net.Conn, m Mode, id int) *Conn {
	c := &Conn{host: h, id: id, mode: m, raw: nc, nc: nc, done: make(chan struct{})}
	c.log.init(h, id)
	c.piece = h.pieces(id)
	return c
}

// run serves the connection and closes it.
func (c *Conn) run() {
	defer c.host.forget(c)
	defer c.close()
	if c.mode == ImplicitTLS && c.handshake() != nil {
		return
	}
	c.host.Serve(c)
	c.turn()
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
func (c *Conn) SetReadDeadline(t time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.ending() {
		c.raw.SetReadDeadline(t)
	}
}

// goodbye is how long a client may take to read what is written to it while
// the server is being closed. It matters only for one that doesn't read and
// whose buffers are full.
const goodbye = 250 * time.Millisecond

// past is a deadline that has passed in a synctest bubble, too.
var past = time.Unix(1, 0)

// shutdown makes reads return ErrServerClosed, and ends delays.
func (c *Conn) shutdown() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.ending() {
		return
	}
	close(c.done)
	c.raw.SetReadDeadline(past)
	c.raw.SetWriteDeadline(time.Now().Add(goodbye))
}

// ending reports whether the server is being closed.
func (c *Conn) ending() bool {
	select {
	case <-c.done:
		return true
	default:
		return false
	}
}

// delay waits for d, or until the server is closed.
func (c *Conn) delay(d time.Duration) {
	if d <= 0 {
		return
	}
	c.enter(delayed)
	defer c.leave()
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
	case <-c.done:
	}
}

// close ends the connection in an orderly way: TLS says so, what has been sent
// arrives, and the client reads the end of the stream.
func (c *Conn) close() {
	if c.closed {
		return
	}
	c.closed = true
	c.log.flush()
	c.enter(closingClient)
	if t, ok := c.nc.(*tls.Conn); ok {
		c.limitWrites()
		t.CloseWrite()
	}
	c.closeRaw()
	c.join()
}

// limitWrites makes writes end soon though the client doesn't read.
func (c *Conn) limitWrites() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.ending() {
		c.raw.SetWriteDeadline(time.Now().Add(goodbye))
	}
}

// linger is how long a TCP client is given to stop sending, before the rest of
// what it sends is answered by a reset, in which replies may be lost.
const linger = 500 * time.Millisecond

// courtesy is how long a TCP client is given to close first, once the server
// has said all. Who closes first keeps the port in TIME_WAIT for a minute: the
// server's was picked for it alone, and ten thousand fixtures would use up all
// such ports.
const courtesy = 2 * time.Millisecond

func (c *Conn) closeRaw() {
	tcp, ok := c.raw.(*net.TCPConn)
	if !ok {
		c.raw.Close()
		return
	}
	if c.err == nil {
		c.SetReadDeadline(time.Now().Add(courtesy))
		c.drain()
	}
	tcp.CloseWrite()
	c.SetReadDeadline(time.Now().Add(linger))
	c.drain()
	if c.ending() {
		// The client has the FIN, and reads it before the reset. What
		// the reset avoids is TIME_WAIT: thousands of fixtures would
		// run out of ports.
		tcp.SetLinger(0)
	}
	tcp.Close()
}

// drain drops what the client sends, until it stops or may send no longer.
func (c *Conn) drain() {
	buf := make([]byte, 4096)
	for {
		if _, err := c.raw.Read(buf); err != nil {
			return
		}
	}
}

// abort closes the connection by a reset.
func (c *Conn) abort() {
	switch nc := c.raw.(type) {
	case *PipeConn:
		nc.Abort()
	case *net.TCPConn:
		nc.SetLinger(0)
		nc.Close()
	default:
		nc.Close()
	}
}
