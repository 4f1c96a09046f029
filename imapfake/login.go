package imapfake

import (
	"errors"
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
		s.violate(c, "LOGIN though it is disabled", "RFC 3501 section 6.2.3")
		return no(imap.ResponseCodePrivacyRequired, "LOGIN is disabled in the clear: use STARTTLS first")
	}
	a, err := s.cfg.auth.Password(s.conn, user, password)
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
	a, err := s.cfg.auth.Authenticate(s.conn, "+ ", c.tag+" ", mechanism, initial)
	return s.login(c, a, err)
}

// errNoReply is returned by a command whose reply is out already, or that has
// none.
var errNoReply = auth.ErrNoReply

// login enters the authenticated state as a, or answers why not.
func (s *session) login(c *call, a *mailstore.Account, err error) error {
	if err == auth.ErrEncryption {
		s.violate(c, "password in the clear", "RFC 8314 section 3")
	}
	if err != nil {
		return s.loginError(err)
	}
	if err := s.loginReferral(a.Addr); err != nil {
		return err
	}
	s.enter(a)
	c.code = "CAPABILITY " + s.capabilities()
	c.text = "Logged in"
	return nil
}

// enter enters the authenticated state as a.
func (s *session) enter(a *mailstore.Account) {
	s.account = a
	s.cfg.offer.makeFolders(a)
	s.state = imap.ConnStateAuthenticated
}

// loginCodes are the response codes of logins that failed (RFC 5530).
var loginCodes = map[error]imap.ResponseCode{
	auth.ErrCredentials:    imap.ResponseCodeAuthenticationFailed,
	auth.ErrAuthorization:  imap.ResponseCodeAuthorizationFailed,
	auth.ErrExpired:        imap.ResponseCodeExpired,
	auth.ErrPasswordChange: imap.ResponseCodeExpired,
	auth.ErrTooWeak:        imap.ResponseCodeAlert,
	auth.ErrDisabled:       imap.ResponseCodeContactAdmin,
	auth.ErrUnavailable:    imap.ResponseCodeUnavailable,
	auth.ErrEncryption:     imap.ResponseCodePrivacyRequired,
	auth.ErrMechanism:      "",
}

// loginError words an error of package auth.
func (s *session) loginError(err error) error {
	if errors.Is(err, auth.ErrNoReply) {
		return errNoReply
	}
	text := err.Error()
	text = strings.ToUpper(text[:1]) + text[1:]
	if code, ok := loginCodes[err]; ok {
		return no(code, "%s", text)
	}
	return bad("", "%s", text) // malformed, too long, cancelled
}

// loginDisabled reports whether passwords are refused in the clear.
func (s *session) loginDisabled() bool {
	_, tls := s.conn.TLS()
	return s.cfg.AuthTLSOnly && !tls
}

// mechanisms returns the SASL mechanisms that can be used now.
func (s *session) mechanisms() []string {
	state, tls := s.conn.TLS()
	if !tls {
		return s.cfg.auth.Offered(nil)
	}
	return s.cfg.auth.Offered(&state)
}
