// Package imapfake is an IMAP server for tests.
//
// A [Server] speaks IMAP4rev1 (RFC 3501) with the extensions that its Caps
// name, on a [mailstore.Store]. Use [NewServer] in a test, point the code under
// test at Addr or give it Dial, and look at the store, or at the Transcript.
// [New] is for several servers on one store.
//
// The server is strict: what the grammar forbids gets BAD, with the place;
// Lenient takes what servers in the field take.
//
// # Not supported
//
// Of the extensions that RFCs have defined, CONVERT (RFC 5259), ANNOTATE (RFC
// 5257), IMAPSIEVE (RFC 6785), URLAUTH=BINARY (RFC 5524) and UTF8=ONLY (RFC
// 6855) are missing; so are those of products, but for Gmail's and push
// notifications as iCloud has them, which never come. A word in Caps that the
// server doesn't know is offered and does nothing.
package imapfake

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"net"
	"sync"
	"testing"
	"time"

	"github.com/mailfakes/mailfakes/mailtest/auth"
	"github.com/mailfakes/mailfakes/mailtest/mailstore"
	"github.com/mailfakes/mailfakes/mailtest/wire"
)

// A Server is an IMAP server on a store. Its fields may be set until it is
// first used; it then takes a copy of them. Its methods may be called by
// several goroutines.
type Server struct {
	Store    *mailstore.Store
	Hostname string       // "" is mail.example.com
	Greeting string       // text of the greeting; "" is "IMAP4rev1 server ready"
	TLS      wire.TLSCase // what a client meets that asks for TLS
	Caps     Caps         // what is offered; the zero value is Usual

	// Mechanisms are the SASL mechanisms that are offered, in this order.
	// nil is those that Caps.Before names with AUTH=, or else the default
	// set of package auth.
	Mechanisms []string
	// PreAuth is the address of the account that a client is logged in as
	// from the start: it is greeted with PREAUTH (RFC 3501 section 7.1.4),
	// as by a server that it runs through ssh. "" is nobody.
	PreAuth string
	// AuthTLSOnly refuses passwords in the clear: LOGINDISABLED (RFC 3501
	// section 6.2.3) and only mechanisms that don't send them.
	AuthTLSOnly bool

	// Timeout is the autologout timer (RFC 3501 section 5.4). 0 is 30
	// minutes, negative is none. IDLE has none.
	Timeout time.Duration
	// MaxMessageBytes is the size of the largest message that APPEND
	// takes; above is NO [TOOBIG]. 0 is what Caps have for APPENDLIMIT,
	// else 128 MiB.
	MaxMessageBytes int64
	// MaxMetadataBytes is the size of the largest annotation that
	// SETMETADATA takes (RFC 5464), MaxMetadataEntries how many a mailbox or
	// the server has. 0 is 64 KiB, and 1000.
	MaxMetadataBytes   int
	MaxMetadataEntries int
	// MaxNotify is how many responses NOTIFY sends at one time (RFC 5465
	// section 5.8). If there are more the client gets
	// NOTIFICATIONOVERFLOW instead, and nothing more. 0 is no limit.
	MaxNotify int
	// JMAPSession is the session resource that JMAPACCESS names (RFC 9698).
	// "" is https://HOSTNAME/.well-known/jmap.
	JMAPSession string
	// Referrals are IMAP URLs by the addresses of accounts and the names of
	// mailboxes that another server has: clients get REFERRAL for them (RFC
	// 2193, RFC 2221), if Caps has LOGIN-REFERRALS or MAILBOX-REFERRALS.
	Referrals map[string]string
	// Lenient takes what the grammar forbids and servers in the field take:
	// bare LF, several spaces, raw UTF-8.
	Lenient bool
	// Strict makes Check fail the test for each violation of the RFCs.
	Strict bool
	// PieceSize and PieceSeed send responses in pieces, to prove the
	// client's parser: see [wire.Host].
	PieceSize int
	PieceSeed uint64

	progress time.Duration // between two INPROGRESS; 0 is 10 s

	once sync.Once
	host *wire.Host
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
		panic("imapfake: NewServer needs a testing.TB: use New, and Close, outside tests")
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

// config is a server's fields, as they were at its first use, and what is made
// of them. It doesn't change.
type config struct {
	Hostname        string
	Greeting        string
	Timeout         time.Duration
	MaxMessageBytes int64
	Lenient         bool
	AuthTLSOnly     bool
	PreAuth         string

	MaxMetadataBytes   int
	MaxMetadataEntries int
	MaxNotify          int
	JMAPSession        string
	progress           time.Duration
	Referrals          map[string]string

	auth     auth.Config
	offer    *offer
	registry *registry

	urlKeys    urlKeys
	threads    sync.Map // that clients were told of, by account and Message-ID
	validities validities
}

// start takes a copy of the fields and returns the host of the connections.
func (s *Server) start() *wire.Host {
	s.once.Do(func() {
		if s.Store == nil {
			s.Store = new(mailstore.Store)
		}
		cfg := &config{
			Hostname: s.Hostname, Greeting: s.Greeting, Timeout: s.Timeout,
			MaxMessageBytes: s.MaxMessageBytes, Lenient: s.Lenient,
			AuthTLSOnly: s.AuthTLSOnly, PreAuth: s.PreAuth, MaxMetadataBytes: s.MaxMetadataBytes,
			MaxMetadataEntries: s.MaxMetadataEntries, MaxNotify: s.MaxNotify,
			JMAPSession: s.JMAPSession, Referrals: maps.Clone(s.Referrals),
		}
		if cfg.Hostname == "" {
			cfg.Hostname = "mail.example.com"
		}
		cfg.auth = auth.Config{
			Store: s.Store, Service: "imap", Hostname: cfg.Hostname, Mechanisms: s.Mechanisms,
			TLSOnly: s.AuthTLSOnly,
		}
		if s.Mechanisms == nil {
			cfg.auth.Mechanisms = s.Caps.mechanisms()
		}
		if s.PreAuth != "" {
			s.Store.Account(s.PreAuth) // which panics here, not on a connection, if it is no address
		}
		cfg.offer, cfg.registry = s.Caps.tables()
		if cfg.progress = s.progress; cfg.progress == 0 {
			cfg.progress = progressInterval
		}
		s.host = s.newHost(cfg)
		s.host.WatchFields(s)
		s.Store.AddTranscript("IMAP", s.host.Transcript())
	})
	if s.host == nil { // closed before its first use
		h := &wire.Host{Name: "imapfake"}
		h.Close()
		return h
	}
	return s.host
}

// greeting returns the text of the greeting.
func (cfg *config) greeting() string {
	if cfg.Greeting != "" {
		return cfg.Greeting
	}
	return "IMAP4rev1 server ready"
}

// timeout returns the autologout timer, 0 if there is none.
func (cfg *config) timeout() time.Duration {
	if cfg.Timeout == 0 {
		return 30 * time.Minute
	}
	return max(cfg.Timeout, 0)
}

// maxMessage returns the size of the largest message.
func (cfg *config) maxMessage() int64 {
	switch limit := cfg.offer.appendLimit(); {
	case cfg.MaxMessageBytes != 0:
		return cfg.MaxMessageBytes
	case limit != 0:
		return limit
	}
	return maxMessage
}

func (cfg *config) maxMetadataBytes() int {
	return cmp.Or(cfg.MaxMetadataBytes, maxMetadataBytes)
}

func (cfg *config) maxMetadataEntries() int {
	return cmp.Or(cfg.MaxMetadataEntries, maxMetadataEntries)
}

// Addr returns the server's address on loopback, in the clear, without
// an upgrade to TLS.
func (s *Server) Addr() string { return s.start().Addr(wire.Plain) }

// StartTLSAddr returns the server's address on loopback at which the upgrade
// to TLS is offered.
func (s *Server) StartTLSAddr() string { return s.start().Addr(wire.StartTLS) }

// TLSAddr returns the server's address on loopback with TLS from the start.
func (s *Server) TLSAddr() string { return s.start().Addr(wire.ImplicitTLS) }

// Dial connects in memory, in the clear, without an upgrade to TLS. It works
// in a testing/synctest bubble.
func (s *Server) Dial(ctx context.Context) (net.Conn, error) {
	return s.start().Dial(ctx, wire.Plain)
}

// DialContext connects in memory, by the port of addr: 143 with STARTTLS
// offered, 993 with TLS from the start. The host is ignored. It fits the
// DialContext hooks of clients.
func (s *Server) DialContext(ctx context.Context, network, addr string) (net.Conn, error) {
	_, port, err := net.SplitHostPort(addr)
	if err != nil {
		return nil, fmt.Errorf("imapfake: dial %s: %w", addr, err)
	}
	switch port {
	case "143":
		return s.start().Dial(ctx, wire.StartTLS)
	case "993":
		return s.start().Dial(ctx, wire.ImplicitTLS)
	}
	return nil, fmt.Errorf("imapfake: dial %s: port is neither 143 (STARTTLS) nor 993 (TLS)", addr)
}

// Close ends all connections and waits for them. It is idempotent.
func (s *Server) Close() {
	s.once.Do(func() {}) // never used, and never will be
	if s.host == nil {
		return
	}
	s.host.Close()
}
