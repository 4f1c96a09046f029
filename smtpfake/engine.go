package smtpfake

import (
	"context"
	"errors"
	"io"
	"net"
	"sync"
	"time"

	"github.com/emersion/go-smtp"
)

// The engine is go-smtp. It keeps the state of each session, parses and checks
// the parameters of MAIL and RCPT, and calls the session back.
//
// It doesn't see the network: a client's loop (see session.go) reads the
// commands, answers what go-smtp can't or gets wrong, and passes on the others
// through a virtual connection as if it called a function. So every reply can
// be corrected, faults and the transcript see every byte, also inside TLS, and
// go-smtp's end is joined by ours.

// An engine is one go-smtp server for all connections of a Server. It is made
// when the first one comes.
type engine struct {
	maxRecipients int

	start sync.Once
	srv   *smtp.Server
	ln    *virtualListener
	wg    sync.WaitGroup // the accepting goroutine
}

func (e *engine) serve() {
	e.srv = smtp.NewServer(smtp.BackendFunc(newBackend))
	e.ln = &virtualListener{conns: make(chan *virtualConn), closed: make(chan struct{})}
	e.srv.MaxLineLength = 0 // the loop has its own limit
	e.srv.MaxRecipients = e.maxRecipients
	e.srv.EnableSMTPUTF8 = true
	e.srv.EnableREQUIRETLS = true
	e.srv.EnableBINARYMIME = true
	e.srv.EnableDSN = true
	e.srv.EnableRRVS = true
	e.srv.ErrorLog = silent{}
	e.wg.Go(func() { e.srv.Serve(e.ln) })
}

// close waits for go-smtp's goroutines. It is called once, when no connection
// is left and none will come.
func (e *engine) close() {
	if e.srv == nil {
		return
	}
	close(e.ln.closed)
	e.wg.Wait()
	e.srv.Shutdown(context.Background())
}

// connect gives go-smtp a connection whose callbacks go to s.
func (e *engine) connect(s *session) *virtualConn {
	e.start.Do(e.serve)
	v := &virtualConn{
		session: s,
		cmd:     make(chan []byte),
		ready:   make(chan struct{}),
	}
	e.ln.conns <- v
	<-v.ready // its greeting isn't used
	return v
}

// silent is go-smtp's error log. What it would tell are panics, which the
// session passes on to the goroutine that called the engine.
type silent struct{}

func (silent) Printf(string, ...any) {}
func (silent) Println(...any)        {}

// A virtualListener hands virtual connections to go-smtp.
type virtualListener struct {
	conns  chan *virtualConn
	closed chan struct{}
}

func (l *virtualListener) Accept() (net.Conn, error) {
	select {
	case v := <-l.conns:
		return v, nil
	case <-l.closed:
		return nil, net.ErrClosed
	}
}

func (l *virtualListener) Close() error   { return nil }
func (l *virtualListener) Addr() net.Addr { return virtualAddr{} }

// A virtualConn is what go-smtp takes for the network. The loop's goroutine
// and go-smtp's take turns: one of them always waits for the other.
type virtualConn struct {
	session *session
	cmd     chan []byte   // what go-smtp reads next; closed at the end
	ready   chan struct{} // go-smtp asks for more, so its reply is complete; closed when it has closed
	in      []byte        // not yet read by go-smtp
	out     []byte        // its reply
	closed  bool
}

var errEngine = errors.New("go-smtp has closed the connection")

// do passes commands to go-smtp and returns what it has replied, which is
// valid until the next call.
func (v *virtualConn) do(cmd []byte) ([]byte, error) {
	v.out = v.out[:0]
	v.cmd <- cmd
	if _, ok := <-v.ready; !ok {
		return v.out, errEngine
	}
	return v.out, nil
}

// end makes go-smtp leave the connection and waits until it has.
func (v *virtualConn) end() {
	close(v.cmd)
	for range v.ready {
	}
}

func (v *virtualConn) Read(p []byte) (int, error) {
	if v.closed {
		return 0, net.ErrClosed
	}
	if len(v.in) == 0 {
		v.ready <- struct{}{}
		in, ok := <-v.cmd
		if !ok {
			return 0, io.EOF
		}
		v.in = in
	}
	n := copy(p, v.in)
	v.in = v.in[n:]
	return n, nil
}

func (v *virtualConn) Write(p []byte) (int, error) {
	v.out = append(v.out, p...)
	return len(p), nil
}

func (v *virtualConn) Close() error {
	if !v.closed {
		v.closed = true
		close(v.ready)
	}
	return nil
}

func (v *virtualConn) LocalAddr() net.Addr              { return virtualAddr{} }
func (v *virtualConn) RemoteAddr() net.Addr             { return virtualAddr{} }
func (v *virtualConn) SetDeadline(time.Time) error      { return nil }
func (v *virtualConn) SetReadDeadline(time.Time) error  { return nil }
func (v *virtualConn) SetWriteDeadline(time.Time) error { return nil }

type virtualAddr struct{}

func (virtualAddr) Network() string { return "virtual" }
func (virtualAddr) String() string  { return "virtual" }
