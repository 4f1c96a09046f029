package smtpfake

import (
	"context"
	"fmt"
	"net"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/mailfakes/mailfakes/mailtest/auth"
	"github.com/mailfakes/mailfakes/mailtest/mailstore"
	"github.com/mailfakes/mailfakes/mailtest/wire"
)

// A Server is an SMTP or LMTP server on a store. Its fields may be set until it
// is first used; it then takes a copy of them. Its methods may be called by
// several goroutines.
type Server struct {
	Store    *mailstore.Store
	Hostname string       // "" is mail.example.com
	TLS      wire.TLSCase // what a client meets that asks for TLS

	// Greeting replaces the text of the greeting after "220 " and the host
	// name. If it begins with a reply code it replaces all of it: after
	// "521 ..." or "554 ..." only QUIT is accepted (RFC 7504).
	Greeting string
	// LMTP serves LMTP (RFC 2033): LHLO instead of EHLO and HELO, and a
	// reply for each recipient after the text.
	LMTP bool

	// Mechanisms are the SASL mechanisms offered, in this order. nil is the
	// default set of package auth, an empty slice is none.
	Mechanisms []string
	// AuthTLSOnly offers mechanisms that send the password as it is only
	// inside TLS (538 5.7.11, RFC 4954 section 4).
	AuthTLSOnly bool

	// Enable has further lines of the EHLO reply: "DELIVERBY 60",
	// "XCLIENT". Known and not offered otherwise are BURL, DELIVERBY (with
	// the least time), ETRN, FUTURERELEASE (with the longest time and the
	// last date), MT-PRIORITY (with a profile), NO-SOLICITING (with the
	// classes that are refused), RRVS, XCLIENT and XFORWARD. An extension
	// that the server doesn't know is offered and nothing else.
	Enable []string
	// Disable has keywords of extensions that are neither offered nor
	// accepted, out of what is offered otherwise: "SMTPUTF8", "CHUNKING".
	Disable []string

	// RequireAuth refuses MAIL before a login (530 5.7.0).
	RequireAuth bool
	// RequireTLS refuses all but NOOP, EHLO, STARTTLS and QUIT outside TLS
	// (530 5.7.0, RFC 3207 section 4).
	RequireTLS bool
	// OwnSender refuses a user's MAIL with a reverse-path that is not the
	// user's own (550 5.7.1, RFC 6409 section 6.1).
	OwnSender bool
	// RejectUnknown refuses recipients without an account (550 5.1.1).
	// Otherwise they are accepted and get one. Aliases are known.
	RejectUnknown bool
	// Aliases stand for other addresses: mail to "staff@example.com" is
	// delivered to these, and EXPN tells them. The stored message has them
	// in its RcptTo.
	Aliases map[string][]string
	// Relay has other servers, by the domains of their mailboxes:
	// {"@other.example": other.Dial}. Mail goes on there with its DSN
	// parameters, and what they refuse is bounced.
	Relay map[string]func(context.Context) (net.Conn, error)
	// Verify makes VRFY tell whether there is an account (250, 550 or 553)
	// or a rule that forwards (251, 551) instead of 252.
	Verify bool
	// OwnerSince tells since when mailboxes and, as "@example.com", domains
	// have had their owners, for RRVS (RFC 7293): 550 5.7.17 and 5.7.18.
	OwnerSince map[string]time.Time
	// Nodes has the replies to ETRN, such as "253 2.0.0 5 messages". Others
	// get 459, or 251 if Nodes is nil.
	Nodes map[string]string
	// Rules refuse mail, delay it or bounce it. The first that fits counts.
	Rules []Rule

	// MaxMessageBytes limits the size of a message (552 5.3.4), and SIZE
	// tells it. If it is 0 the limit is 128 MiB and isn't told: it is there
	// for a client that never ends its text. Negative is no limit.
	MaxMessageBytes int64
	// MaxRecipients limits the recipients of a message (452 4.5.3). 0 is no
	// limit, here and below, but for a client that never stops: it gets 452
	// after 100,000, or 4 MiB of RCPT commands, and 421 after 10,000 commands
	// in a row that were refused.
	MaxRecipients int
	// MaxAuthRecipients is MaxRecipients after a login, if it is not 0.
	MaxAuthRecipients int
	// MaxRecipientDomains limits the domains of a message's recipients
	// (452 4.5.3).
	MaxRecipientDomains int
	// MaxMessages limits the transactions on a connection (452 4.5.3).
	MaxMessages int

	// Trace puts Return-Path and Received before each message, as final
	// delivery does (RFC 5321 section 4.4).
	Trace bool
	// FixUp adds Date and Message-ID if they are missing, as submission may
	// (RFC 6409 section 8).
	FixUp bool
	// ReportSuccess sends the notifications of success that clients ask
	// for with NOTIFY=SUCCESS (RFC 3461). See also [Rule.Bounce].
	ReportSuccess bool

	// Lenient accepts what old clients send against RFC 5321: commands that
	// end in a bare LF, a space after "FROM:" and "TO:", paths without angle
	// brackets, dots anywhere in a local part, longer paths, and ESMTP
	// parameters and AUTH after HELO.
	Lenient bool
	// Strict makes Check fail the test for each violation of the RFCs.
	Strict bool
	// PieceSize and PieceSeed send replies in pieces, to prove the client's
	// parser: see [wire.Host].
	PieceSize int
	PieceSeed uint64
	// LaxText ends the text at LF "." LF, LF "." CRLF, CRLF "." LF and CR
	// "." CR as well, as careless servers do: a client that lets its users
	// write such lines lets them smuggle a second message in.
	LaxText bool
	// Timeout is how long the server waits for a client (421 4.4.2). 0 is
	// 5 minutes (RFC 5321 section 4.5.3.2.7), a negative one is for ever.
	Timeout time.Duration

	// Made on first use.
	once    sync.Once
	cfg     *Server // the copy of the fields, with the defaults filled in
	offers  []extension
	verbs   func() []string // what HELP tells
	plain   bool            // no enhanced status codes
	patient bool            // no pipelining
	auth    *auth.Config
	host    *wire.Host
	rules   ruleState
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
		panic("smtpfake: NewServer needs a testing.TB: use New, and Close, outside tests")
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

// start makes the server on first use.
func (s *Server) start() *wire.Host {
	s.once.Do(func() {
		s.host = new(wire.Host)
		s.takeConfig()
		s.setUp(s.host)
		s.Store.AddTranscript("SMTP", s.host.Transcript())
	})
	if s.host == nil { // closed before its first use
		h := &wire.Host{Name: "smtpfake"}
		h.Close()
		return h
	}
	return s.host
}

// takeConfig copies the fields, which a test may change when it makes the
// next server of a table.
func (s *Server) takeConfig() {
	if s.Store == nil {
		s.Store = new(mailstore.Store)
	}
	s.cfg = s.host.WatchFields(s).(*Server)
	s.cfg.Rules = slices.Clone(s.Rules)
	if s.cfg.Hostname == "" {
		s.cfg.Hostname = "mail.example.com"
	}
	if s.cfg.Timeout == 0 {
		s.cfg.Timeout = 5 * time.Minute
	}
	for i := range s.cfg.Rules {
		s.cfg.Rules[i].check()
	}
	s.offers = offers(s.cfg.Enable, s.cfg.Disable)
	s.verbs = s.commands
	s.plain = !s.enabled("ENHANCEDSTATUSCODES")
	s.patient = !s.enabled("PIPELINING")
	s.auth = &auth.Config{
		Store:      s.Store,
		Service:    "smtp",
		Hostname:   s.cfg.Hostname,
		Mechanisms: s.cfg.Mechanisms,
		TLSOnly:    s.cfg.AuthTLSOnly,
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
	return nil, fmt.Errorf("smtpfake: no server at port %s: "+
		"the ports are 25, 587, 2525 (STARTTLS) and 465 (TLS)", port)
}

// Close ends all connections and waits for them. It is idempotent.
func (s *Server) Close() {
	s.once.Do(func() {}) // never used, and never will be
	if s.host == nil {
		return
	}
	s.host.Close()
}
