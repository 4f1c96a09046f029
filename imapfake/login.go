package imapfake

import (
	"errors"
	"slices"
	"strings"

	"github.com/emersion/go-imap/v2"

	"github.com/mailfakes/mailfakes/mailtest/auth"
	"github.com/mailfakes/mailfakes/mailtest/mailstore"
)

var loginExtension = extension{
	caps:    []imap.Cap{imap.CapSASLIR},
	preauth: true,
	commands: []command{
		{name: "LOGIN", states: notAuthenticated, secret: true, run: runLogin},
		{name: "AUTHENTICATE", states: notAuthenticated, secret: true, run: runAuthenticate},
	},
}

// runLogin is LOGIN (RFC 3501 section 6.2.3).
func runLogin(s *session, c *call) error {
	c.p.sp()
	user := c.p.astring()
	c.p.sp()
	password := c.p.astring()
	if err := c.p.end(); err != nil {
		return err
	}
	if s.loginDisabled() {
		return no(imap.ResponseCodePrivacyRequired, "LOGIN is disabled in the clear: use STARTTLS first")
	}
	a, err := s.cfg.auth.Password(user, password)
	return s.login(c, a, err)
}

// runAuthenticate is AUTHENTICATE (RFC 3501 section 6.2.2), with an initial
// response (RFC 4959).
func runAuthenticate(s *session, c *call) error {
	c.p.sp()
	mechanism := c.p.atom()
	var initial string
	if c.p.peek() == ' ' && s.has(imap.CapSASLIR) {
		c.p.sp()
		initial = c.p.atom()
	}
	if err := c.p.end(); err != nil {
		return err
	}
	if !slices.ContainsFunc(s.mechanisms(), equalFold(mechanism)) {
		return no("", "Mechanism is not supported")
	}
	a, err := s.cfg.auth.Authenticate(s.conn, "+ ", c.tag+" ", mechanism, initial)
	return s.login(c, a, err)
}

// errNoReply is returned by a command whose reply is out already, or that has
// none.
var errNoReply = auth.ErrNoReply

// login enters the authenticated state as a, or answers why not.
func (s *session) login(c *call, a *mailstore.Account, err error) error {
	switch {
	case err == nil:
	case errors.Is(err, auth.ErrNoReply):
		return errNoReply
	case errors.Is(err, auth.ErrCredentials):
		s.conn.CountLoginRefused()
		return no(imap.ResponseCodeAuthenticationFailed, "Wrong user name or password")
	case errors.Is(err, auth.ErrAuthorization):
		s.conn.CountLoginRefused()
		return no(imap.ResponseCodeAuthorizationFailed, "Not allowed to act as that user")
	case errors.Is(err, auth.ErrMechanism):
		return no("", "Mechanism is not supported")
	default: // malformed, too long, cancelled
		return bad("", "%v", err)
	}
	s.account = a
	s.cfg.offer.makeFolders(a)
	s.state = imap.ConnStateAuthenticated
	c.code = "CAPABILITY " + s.capabilities()
	c.text = "Logged in"
	return nil
}

// loginDisabled reports whether passwords are refused in the clear.
func (s *session) loginDisabled() bool {
	_, tls := s.conn.TLS()
	return s.cfg.AuthTLSOnly && !tls
}

// mechanisms returns the SASL mechanisms that can be used now.
func (s *session) mechanisms() []string {
	state, tls := s.conn.TLS()
	if tls {
		return s.cfg.auth.Offered(&state)
	}
	list := s.cfg.auth.Offered(nil)
	if !s.loginDisabled() {
		return list
	}
	return slices.DeleteFunc(slices.Clone(list), isPlaintext)
}

// isPlaintext reports whether a mechanism sends the password or token as it
// is.
func isPlaintext(mechanism string) bool {
	return slices.Contains([]string{"PLAIN", "LOGIN", "XOAUTH2", "OAUTHBEARER"}, mechanism)
}

func equalFold(s string) func(string) bool {
	return func(t string) bool { return strings.EqualFold(s, t) }
}
