package wire

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"reflect"
	"sync"
	"time"
)

// A Mode says how a connection and TLS go together.
type Mode uint8

// The modes of a connection.
const (
	Plain       Mode = iota // in the clear, no upgrade offered
	StartTLS                // in the clear, upgrade by STARTTLS or STLS offered
	ImplicitTLS             // TLS from the first byte
	modes
)

// ErrServerClosed is what a connection's reads return once the host is being
// closed: the loop then says goodbye and returns. Dial returns it after Close.
var ErrServerClosed = errors.New("server closed")

// A Host runs the connections of one server: in memory by Dial, on loopback by
// Addr. Set its fields before its first use; it must not be copied. Its
// methods may be called by several goroutines.
type Host struct {
	// Name begins the messages of panics: "smtpfake".
	Name string
	// Serve speaks the protocol on one connection until it ends. The host
	// closes the connection when Serve returns.
	Serve func(*Conn)
	// TLS is what a client meets that asks for TLS.
	TLS TLSCase
	// Banner is a greeting, for the case PlaintextInstead. "" is a line
	// that says what is wrong.
	Banner string
	// Steps are the commands and pseudo steps that the protocol has, but
	// CONNECT and TLS; a fault at another one is misuse. nil is any.
	Steps []string
	// States are those of SetState. nil is any.
	States []string
	// CheckReply returns what is wrong with a fault's reply at a step. nil
	// allows all.
	CheckReply func(step, reply string) error
	// Rules says where the rules that connections check themselves stand:
	// {RuleBareLF: "RFC 5321 section 2.3.8"}. Others aren't checked.
	Rules map[string]string
	// Secrets returns the passwords and tokens that RuleSecret is about: of
	// users that the connection has named so far. nil is none.
	Secrets func(named func(user string) bool) []string
	// TLSOnly is whether secrets must not be sent in the clear on Plain
	// connections either, which can't be upgraded.
	TLSOnly bool
	// Hasty has clients that send a command before they have read the
	// greeting pass for right, unless a fault or a hold delays it: go-imap
	// does so with STARTTLS.
	Hasty bool
	// Strict makes Check fail the test for each violation of a client.
	Strict bool
	// PieceSize, if not 0, is how many bytes are sent to the client at
	// once, to prove its parser: 1 is byte by byte. In memory it reads
	// exactly such pieces; TCP may join them. In TLS each is a record.
	PieceSize int
	// PieceSeed, if not 0, makes the pieces' sizes vary from 1 to
	// PieceSize, or to 64, in the same way each time.
	PieceSeed uint64
	// Logf is told what Close waits for if that takes more than 5 s. nil
	// is standard error.
	Logf func(format string, args ...any)

	fields     reflect.Value // the server's, and as they were at first use
	were       reflect.Value
	faults     faults
	violations violations
	transcript Transcript
	counter    counter

	tlsMu   sync.Mutex
	tlsConf map[TLSCase]*tls.Config // guarded by tlsMu

	mu        sync.Mutex
	closed    bool                // guarded by mu
	conns     map[*Conn]struct{}  // guarded by mu
	lastID    int                 // guarded by mu
	listeners [modes]net.Listener // guarded by mu
	wg        sync.WaitGroup      // serving and accepting goroutines
}

// Addr returns the loopback address, 127.0.0.1:port, at which m is served. It
// listens when it is first called for m. It panics after Close.
func (h *Host) Addr(m Mode) string {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.closed {
		panic(h.Name + ": address asked for after Close: a closed server listens no more, make another")
	}
	if l := h.listeners[m]; l != nil {
		return l.Addr().String()
	}
	h.checkTLSCase(h.TLS)
	var conf net.ListenConfig
	conf.SetMultipathTCP(false) // a third of a listener's cost, and nothing but loopback here
	l, err := conf.Listen(context.Background(), "tcp4", "127.0.0.1:0")
	if err != nil {
		panic(fmt.Sprintf("%s: listening on 127.0.0.1: %v", h.Name, err))
	}
	h.listeners[m] = l
	h.wg.Go(func() { h.accept(l, m) })
	return l.Addr().String()
}

func (h *Host) accept(l net.Listener, m Mode) {
	for {
		nc, err := l.Accept()
		if errors.Is(err, net.ErrClosed) {
			return
		}
		if err != nil { // no file descriptors, most likely
			time.Sleep(5 * time.Millisecond)
			continue
		}
		h.serve(nc, m)
	}
}

// Dial connects in memory. It returns an error that wraps ErrServerClosed
// after Close, and ctx's if that is done already.
func (h *Host) Dial(ctx context.Context, m Mode) (net.Conn, error) {
	if err := ctx.Err(); err != nil {
		return nil, &net.OpError{Op: "dial", Net: "pipe", Addr: serverAddr, Err: err}
	}
	client, server := Pipe()
	if !h.serve(server, m) {
		return nil, &net.OpError{Op: "dial", Net: "pipe", Addr: serverAddr, Err: ErrServerClosed}
	}
	return client, nil
}

// serve runs nc on a goroutine of its own; false if the host is closed.
func (h *Host) serve(nc net.Conn, m Mode) bool {
	c := h.admit(nc, m)
	if c == nil {
		(&Conn{raw: nc}).abort()
		return false
	}
	return true
}

// admit makes nc one of the host's connections, unless the host is closed.
// Close sees each connection that is admitted.
func (h *Host) admit(nc net.Conn, m Mode) *Conn {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.closed {
		return nil
	}
	if h.lastID == 0 {
		h.checkTLSCase(h.TLS)
		h.conns = make(map[*Conn]struct{})
		h.transcript.begin()
	}
	h.lastID++
	h.counter.add(func(n *Counts) { n.Connections++ })
	c := newConn(h, nc, m, h.lastID)
	h.conns[c] = struct{}{}
	h.wg.Go(c.run)
	return c
}

func (h *Host) forget(c *Conn) {
	h.mu.Lock()
	defer h.mu.Unlock()
	delete(h.conns, c)
}

// Transcript returns what was and will be said on all connections.
func (h *Host) Transcript() *Transcript { return &h.transcript }
