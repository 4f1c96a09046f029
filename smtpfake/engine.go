package smtpfake

import (
	"context"
	"io"
	"iter"
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
//
// The loop is a coroutine of the goroutine that go-smtp reads on: it is resumed
// by go-smtp's Read, and suspended while go-smtp runs a command. Two goroutines
// with channels between them would be simpler, but on loopback each handover
// wakes a thread, which makes a small mail take twice as long.

// An engine is one go-smtp server for all connections of a Server. It is made
// when the first one comes.
type engine struct {
	lmtp bool

	start sync.Once
	srv   *smtp.Server
	ln    *virtualListener
	wg    sync.WaitGroup // the accepting goroutine
}

func (e *engine) serve() {
	e.srv = smtp.NewServer(smtp.BackendFunc(newBackend))
	e.ln = &virtualListener{conns: make(chan *virtualConn), closed: make(chan struct{})}
	e.srv.MaxLineLength = 0 // the loop has its own limit
	e.srv.LMTP = e.lmtp
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

// run runs a session's loop to its end, with go-smtp as its engine.
func (e *engine) run(s *session) {
	e.start.Do(e.serve)
	next, stop := iter.Pull(s.loop)
	for !s.over {
		v := &virtualConn{session: s, next: next, gone: make(chan struct{})}
		s.v = v
		e.ln.conns <- v
		<-v.gone
		if v.failed {
			stop()
		}
	}
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

// A virtualConn is what go-smtp takes for the network. It is used by go-smtp
// and by the loop in turn.
type virtualConn struct {
	session *session
	next    func() (cmd []byte, ok bool) // resumes the loop until it has a command for go-smtp
	in      []byte                       // not yet read by go-smtp
	out     []byte                       // its reply
	ended   bool                         // the loop needs it no more
	closed  bool                         // by go-smtp
	failed  bool                         // before the loop has ended it
	gone    chan struct{}                // closed when go-smtp has closed it
}

// Read is called by go-smtp when it has replied to the last command.
func (v *virtualConn) Read(p []byte) (int, error) {
	if len(v.in) == 0 && !v.ended && !v.closed {
		var ok bool
		v.in, ok = v.next()
		v.ended = !ok || v.in == nil
	}
	switch {
	case v.closed:
		return 0, net.ErrClosed
	case v.ended:
		return 0, io.EOF
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
		v.closed, v.failed = true, !v.ended
		close(v.gone)
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
