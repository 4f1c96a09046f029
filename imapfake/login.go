package imapfake

import (
	"github.com/emersion/go-imap/v2"

	"github.com/mailfakes/mailfakes/mailtest/mailstore"
)

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
		return no(imap.ResponseCodePrivacyRequired, "LOGIN needs TLS: use STARTTLS first")
	}
	a, err := s.cfg.auth.Password(user, password)
	if err != nil {
		return no(imap.ResponseCodeAuthenticationFailed, "Wrong user name or password")
	}
	s.login(c, a)
	return nil
}

// login enters the authenticated state.
func (s *session) login(c *call, a *mailstore.Account) {
	s.account = a
	s.state = imap.ConnStateAuthenticated
	c.code = "CAPABILITY " + s.capabilities()
	c.text = "Logged in"
}

// loginDisabled reports whether LOGIN is refused in the clear.
func (s *session) loginDisabled() bool {
	_, tls := s.conn.TLS()
	return s.cfg.AuthTLSOnly && !tls
}

// mechanisms returns the SASL mechanisms that can be used now.
func (s *session) mechanisms() []string {
	if state, tls := s.conn.TLS(); tls {
		return s.cfg.auth.Offered(&state)
	}
	return s.cfg.auth.Offered(nil)
}
