// Package pop3fake is a POP3 server for tests (RFC 1939).
//
// Use [NewServer] in a test, point the code under test at its Addr or give it
// Dial, and put messages into the INBOX of an account of its Store: that is the
// maildrop. [New] is for several servers on one store.
//
// Of the optional commands and capabilities (RFC 2449) all that are in use are
// there; see [Caps].
//
// # Not supported
//
// A maildrop is an INBOX: no other mailbox can be read. Commands that RFC 1939
// has dropped, such as LAST and RPOP, and those of products, such as XTND, are
// unknown.
package pop3fake

import (
	"cmp"
	"context"
	"fmt"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/mailfakes/mailfakes/mailtest/auth"
	"github.com/mailfakes/mailfakes/mailtest/mailstore"
	"github.com/mailfakes/mailfakes/mailtest/wire"
)

// A Server is a POP3 server on a store. Its fields may be set until it is
// first used; it then takes a copy of them. Its methods may be called by
// several goroutines.
//
// Login names are the addresses of accounts, in any case. An account that
// doesn't exist can't log in: make it with Store.Account.
type Server struct {
	Store    *mailstore.Store // nil is set to a store of its own
	Hostname string           // "" is mail.example.com
	TLS      wire.TLSCase     // what a client meets that asks for TLS

	// Caps is what is offered; "" is Usual.
	Caps Caps
	// Mechanisms are the SASL mechanisms that AUTH takes, in the order in
	// which CAPA lists them. nil is what SASL in Caps says, or the default
	// set of package auth; an empty slice is none.
	Mechanisms []string
	// AuthTLSOnly refuses USER and the mechanisms that send the password as
	// it is outside TLS (RFC 8314 section 3).
	AuthTLSOnly bool
	// Keep has messages that are deleted leave the maildrop only: they stay
	// in the INBOX, and the user "recent:alice@example.com" sees all of the
	// last 30 days. With EXPIRE 0 in Caps, so do those that were retrieved.
	// Gmail works like that.
	Keep bool
	// Timeout is the autologout timer: a session that is idle for so long
	// ends without removing messages. 0 is the 10 minutes of RFC 1939
	// section 3; a negative value is no timer.
	Timeout time.Duration
	// Lenient takes what servers in the field take: lines that end in a bare
	// LF, several spaces for one, spaces at the end, and any octet but
	// control characters.
	Lenient bool
	// Strict makes Check fail the test for each violation of the RFCs.
	Strict bool
	// PieceSize and PieceSeed send replies in pieces, to prove the client's
	// parser: see [wire.Host].
	PieceSize int
	PieceSeed uint64
	// Greeting is the text after "+OK ", before APOP's timestamp. "" names
	// the host.
	Greeting string

	once sync.Once
	host *wire.Host // made on first use
}

// New returns a server on a store; nil is a store of its own. Call Close when
// it is no longer needed.
func New(st *mailstore.Store) *Server {
	if st == nil {
		st = new(mailstore.Store)
	}
	return &Server{Store: st}
}

// NewServer returns a server on a store of its own that is closed when t ends.
// If t has failed then, what was said is logged; otherwise t fails if a fault
// never struck: see Check.
func NewServer(t testing.TB) *Server {
	if t == nil {
		panic("pop3fake: NewServer needs a testing.TB: use New, and Close, outside tests")
	}
	s := New(nil)
	t.Cleanup(func() {
		s.Store.Finish(t, func() {
			s.Close()
			s.Check(t)
		})
	})
	return s
}

// settings is a server's copy of its fields, with the defaults filled in, and
// what its sessions share. It doesn't change.
type settings struct {
	hostname string
	greeting string
	timeout  time.Duration
	caps     capabilities
	delay    time.Duration // LOGIN-DELAY
	expire0  bool          // EXPIRE 0
	keep     bool
	lenient  bool
	auth     auth.Config
	memory   *memory
}

func (s *Server) settings() *settings {
	caps := s.Caps.parse()
	set := &settings{
		hostname: cmp.Or(s.Hostname, "mail.example.com"),
		timeout:  cmp.Or(s.Timeout, 10*time.Minute),
		caps:     caps,
		keep:     s.Keep || caps.has("KEEP"),
		lenient:  s.Lenient,
		memory:   newMemory(),
	}
	set.delay = set.caps.loginDelay()
	set.greeting = cmp.Or(s.Greeting, set.hostname+" POP3 server ready")
	expire, _ := set.caps.find("EXPIRE")
	set.expire0 = expire.args == "0"
	mechs := s.Mechanisms
	if c, _ := set.caps.find("SASL"); mechs == nil && c.args != "" {
		mechs = strings.Fields(c.args)
	}
	set.auth = auth.Config{
		Store:      s.Store,
		Service:    "pop",
		Hostname:   set.hostname,
		Mechanisms: mechs,
		TLSOnly:    s.AuthTLSOnly,
	}
	return set
}

// start returns the server's host, and makes it the first time.
func (s *Server) start() *wire.Host {
	s.once.Do(func() {
		if s.Store == nil {
			s.Store = new(mailstore.Store)
		}
		s.host = s.newHost()
		s.host.WatchFields(s)
		s.Store.AddTranscript("POP3", s.host.Transcript())
	})
	if s.host == nil { // closed before its first use
		h := &wire.Host{Name: "pop3fake"}
		h.Close()
		return h
	}
	return s.host
}

// Addr returns the server's address on loopback, 127.0.0.1:port, in the clear,
// without an upgrade to TLS.
func (s *Server) Addr() string { return s.start().Addr(wire.Plain) }

// StartTLSAddr returns the server's address on loopback at which the upgrade
// to TLS by STLS is offered.
func (s *Server) StartTLSAddr() string { return s.start().Addr(wire.StartTLS) }

// TLSAddr returns the server's address on loopback with TLS from the start.
func (s *Server) TLSAddr() string { return s.start().Addr(wire.ImplicitTLS) }

// Dial connects in memory, in the clear, without an upgrade to TLS.
func (s *Server) Dial(ctx context.Context) (net.Conn, error) {
	return s.start().Dial(ctx, wire.Plain)
}

// DialContext connects in memory, by the well-known port of addr: 110 offers
// STLS, 995 is TLS from the start. The host is ignored, so code with
// production names runs unchanged. Another port is an error.
func (s *Server) DialContext(ctx context.Context, network, addr string) (net.Conn, error) {
	_, port, err := net.SplitHostPort(addr)
	if err != nil {
		return nil, fmt.Errorf("pop3fake: dial %s: %w", addr, err)
	}
	switch port {
	case "110", "pop3":
		return s.start().Dial(ctx, wire.StartTLS)
	case "995", "pop3s":
		return s.start().Dial(ctx, wire.ImplicitTLS)
	}
	return nil, fmt.Errorf("pop3fake: dial %s: no such port; "+
		"known are 110 (STLS offered) and 995 (TLS)", addr)
}

// Close ends all connections, without removing messages that were marked, and
// waits for them. It is idempotent.
func (s *Server) Close() {
	s.once.Do(func() {}) // never used, and never will be
	if s.host == nil {
		return
	}
	s.host.Close()
}
