package wire

import (
	"context"
	"net"
	"sync"
)

// A Listener is a [net.Listener] in memory: what Dial connects, Accept
// returns. It is for servers that want a listener; a [Host] needs none. Its
// methods may be called by several goroutines.
type Listener struct {
	backlog chan net.Conn // dialed, not yet accepted
	done    chan struct{} // closed by Close

	mu     sync.Mutex
	closed bool // guarded by mu
}

// NewListener returns a listener. Make it inside the testing/synctest bubble
// that uses it.
func NewListener() *Listener {
	return &Listener{backlog: make(chan net.Conn, 128), done: make(chan struct{})}
}

// Dial connects. As with a socket it doesn't wait for Accept, unless 128
// connections do already: then it returns when there is room or ctx is done.
// After Close it returns an error that wraps net.ErrClosed.
func (l *Listener) Dial(ctx context.Context) (net.Conn, error) {
	if err := ctx.Err(); err != nil {
		return nil, l.opError("dial", err)
	}
	client, server := Pipe()
	select {
	case <-l.done:
		return nil, l.opError("dial", net.ErrClosed)
	default:
	}
	select {
	case l.backlog <- server:
	case <-l.done:
		return nil, l.opError("dial", net.ErrClosed)
	case <-ctx.Done():
		return nil, l.opError("dial", ctx.Err())
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed { // meanwhile: Close may not have seen it
		l.abortBacklog()
	}
	return client, nil
}

// Accept implements [net.Listener]. It returns connections in the order of
// dialing.
func (l *Listener) Accept() (net.Conn, error) {
	select {
	case <-l.done:
		return nil, l.opError("accept", net.ErrClosed)
	default:
	}
	select {
	case c := <-l.backlog:
		return c, nil
	case <-l.done:
		return nil, l.opError("accept", net.ErrClosed)
	}
}

// Close implements [net.Listener]. Connections that were not accepted are
// reset. It is idempotent.
func (l *Listener) Close() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !l.closed {
		l.closed = true
		close(l.done)
	}
	l.abortBacklog()
	return nil
}

func (l *Listener) abortBacklog() {
	for {
		select {
		case c := <-l.backlog:
			c.(*PipeConn).Abort()
		default:
			return
		}
	}
}

// Addr implements [net.Listener]. The address is from a range that is never
// routed (RFC 5737).
func (l *Listener) Addr() net.Addr { return serverAddr }

func (l *Listener) opError(op string, err error) error {
	return &net.OpError{Op: op, Net: "pipe", Addr: serverAddr, Err: err}
}
