package smtpfake

import (
	"context"
	"fmt"
	"net"
	"sync"
	"testing"
	"time"

	"github.com/mailfakes/mailfakes/mailtest/auth"
	"github.com/mailfakes/mailfakes/mailtest/mailstore"
	"github.com/mailfakes/mailfakes/mailtest/wire"
)

// A Server is an SMTP server on a store. Its fields may be set until it is
// first used; it then takes a copy of them. Its methods may be called by
// several goroutines.
type Server struct {
	Store    *mailstore.Store
	Hostname string       // "" is mail.example.com
	TLS      wire.TLSCase // what a client meets that asks for TLS

	// Greeting replaces the text of the greeting after "220 " and the host
	// name.
	Greeting string
	// Mechanisms are the SASL mechanisms offered, in this order. nil is the
	// default set of package auth, an empty slice is none.
	Mechanisms []string
	// AuthTLSOnly offers mechanisms that send the password as it is only
	// inside TLS (538 5.7.11, RFC 4954 section 4).
	AuthTLSOnly bool
	// RequireAuth refuses MAIL before a login (530 5.7.0).
	RequireAuth bool
	// RequireTLS refuses all but NOOP, EHLO, STARTTLS and QUIT outside TLS
	// (530 5.7.0, RFC 3207 section 4).
	RequireTLS bool
	// RejectUnknown refuses recipients without an account (550 5.1.1).
	// Otherwise they are accepted and get one.
	RejectUnknown bool
	// MaxMessageBytes limits the size of a message (552 5.3.4). 0 is no
	// limit.
	MaxMessageBytes int64
	// MaxRecipients limits the recipients of a message (452 4.5.3). 0 is no
	// limit.
	MaxRecipients int
	// Lenient accepts what old clients send against RFC 5321: commands that
	// end in a bare LF, a space after "FROM:" and "TO:", paths without angle
	// brackets, dots anywhere in a local part, longer paths, and ESMTP
	// parameters and AUTH after HELO.
	Lenient bool
	// Timeout is how long the server waits for a client (421 4.4.2). 0 is
	// 5 minutes (RFC 5321 section 4.5.3.2.7), a negative one is for ever.
	Timeout time.Duration

	// Made on first use.
	once   sync.Once
	cfg    *Server // the copy of the fields, with the defaults filled in
	auth   *auth.Config
	host   *wire.Host
	engine *engine
	closed sync.Once
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
// If t has failed then, what was said is logged.
func NewServer(t testing.TB) *Server {
	s := New(nil)
	t.Cleanup(func() {
		if t.Failed() {
			s.Store.ReportFailure(t)
		}
		s.Close()
	})
	return s
}

// start makes the server on first use.
func (s *Server) start() *wire.Host {
	s.once.Do(func() {
		s.takeConfig()
		s.engine = &engine{maxRecipients: s.cfg.MaxRecipients}
		s.host = &wire.Host{Name: "smtpfake", TLS: s.cfg.TLS, Serve: s.serve}
		s.Store.AddTranscript("SMTP", s.host.Transcript())
	})
	return s.host
}

// takeConfig copies the fields, which a test may change when it makes the
// next server of a table.
func (s *Server) takeConfig() {
	if s.Store == nil {
		panic("smtpfake: Server without a Store: make it by New or NewServer")
	}
	s.cfg = &Server{
		Store:           s.Store,
		Hostname:        s.Hostname,
		TLS:             s.TLS,
		Greeting:        s.Greeting,
		Mechanisms:      s.Mechanisms,
		AuthTLSOnly:     s.AuthTLSOnly,
		RequireAuth:     s.RequireAuth,
		RequireTLS:      s.RequireTLS,
		RejectUnknown:   s.RejectUnknown,
		MaxMessageBytes: s.MaxMessageBytes,
		MaxRecipients:   s.MaxRecipients,
		Lenient:         s.Lenient,
		Timeout:         s.Timeout,
	}
	if s.cfg.Hostname == "" {
		s.cfg.Hostname = "mail.example.com"
	}
	if s.cfg.Greeting == "" {
		s.cfg.Greeting = "ESMTP mailfakes"
	}
	if s.cfg.Timeout == 0 {
		s.cfg.Timeout = 5 * time.Minute
	}
	s.auth = &auth.Config{
		Store:      s.Store,
		Service:    "smtp",
		Hostname:   s.cfg.Hostname,
		Mechanisms: s.Mechanisms,
		TLSOnly:    s.AuthTLSOnly,
	}
}

// Addr returns the server's address on loopback, in the clear, without
// an upgrade to TLS.
func (s *Server) Addr() string { return s.start().Addr(wire.Plain) }

// StartTLSAddr returns the server's address on loopback at which the upgrade
// to TLS is offered.
func (s *Server) StartTLSAddr() string { return s.start().Addr(wire.StartTLS) }

// TLSAddr returns the server's address on loopback with TLS from the start.
func (s *Server) TLSAddr() string { return s.start().Addr(wire.ImplicitTLS) }

// Dial connects in memory, in the clear, without an upgrade to TLS.
func (s *Server) Dial(ctx context.Context) (net.Conn, error) {
	return s.start().Dial(ctx, wire.Plain)
}

// DialContext connects in memory, by the port of addr: 25, 587 and 2525 offer
// the upgrade to TLS, 465 is TLS from the start. The host doesn't matter, so
// code with production host names runs unchanged.
func (s *Server) DialContext(ctx context.Context, network, addr string) (net.Conn, error) {
	_, port, err := net.SplitHostPort(addr)
	if err != nil {
		return nil, err
	}
	switch port {
	case "25", "587", "2525", "smtp", "submission":
		return s.start().Dial(ctx, wire.StartTLS)
	case "465", "smtps", "submissions":
		return s.start().Dial(ctx, wire.ImplicitTLS)
	}
	return nil, fmt.Errorf("smtpfake: no server at port %s: the ports are 25, 587, 2525 (STARTTLS) and 465 (TLS)", port)
}

// Inject gives the server a fault.
func (s *Server) Inject(f wire.Fault) *wire.Injection { return s.start().Inject(f) }

// Transcript returns what was and will be said on the server's connections.
func (s *Server) Transcript() *wire.Transcript { return s.start().Transcript() }

// Counts returns how much the server has been used so far: connections,
// commands by name, bytes.
func (s *Server) Counts() wire.Counts { return s.start().Counts() }

// Close ends all connections and waits for them. It is idempotent.
func (s *Server) Close() {
	s.once.Do(func() { s.host = &wire.Host{Name: "smtpfake"} }) // never used
	s.host.Close()
	if s.engine != nil {
		s.closed.Do(s.engine.close)
	}
}
