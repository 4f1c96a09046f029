// Package smtpfake is a SMTP server for tests.
package smtpfake

import (
	"context"
	"net"
	"testing"

	"github.com/mailfakes/mailfakes/mailtest/mailstore"
	"github.com/mailfakes/mailfakes/mailtest/wire"
)

// A Server is a SMTP server on a store. Its fields may be set until it is
// first used; it then takes a copy of them. Its methods may be called by
// several goroutines.
type Server struct {
	Store    *mailstore.Store
	Hostname string       // "" is mail.example.com
	TLS      wire.TLSCase // what a client meets that asks for TLS
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
func NewServer(t testing.TB) *Server {
	s := New(nil)
	t.Cleanup(s.Close)
	return s
}

// Addr returns the server's address on loopback, in the clear, without
// an upgrade to TLS.
func (s *Server) Addr() string { panic("no") }

// StartTLSAddr returns the server's address on loopback at which the upgrade
// to TLS is offered.
func (s *Server) StartTLSAddr() string { panic("no") }

// TLSAddr returns the server's address on loopback with TLS from the start.
func (s *Server) TLSAddr() string { panic("no") }

// Dial connects in memory, in the clear, without an upgrade to TLS.
func (s *Server) Dial(ctx context.Context) (net.Conn, error) { panic("no") }

// DialContext connects in memory, by the well-known port of addr.
func (s *Server) DialContext(ctx context.Context, network, addr string) (net.Conn, error) {
	panic("no")
}

// Inject gives the server a fault.
func (s *Server) Inject(f wire.Fault) *wire.Injection { panic("no") }

// Transcript returns what was and will be said on the server's connections.
func (s *Server) Transcript() *wire.Transcript { panic("no") }

// Close ends all connections and waits for them. It is idempotent.
func (s *Server) Close() {}
