package smtpfake

import (
	"errors"
	"os"
	"slices"
	"strings"

	"github.com/mailfakes/mailfakes/mailtest/auth"
)

// AUTH: RFC 4954. Package auth does the exchange.

func (s *session) authenticate(arg string) {
	mechanism, initial, _ := strings.Cut(arg, " ")
	switch {
	case s.helo == "" || !s.esmtp && !s.cfg.Lenient:
		s.reply("503 5.5.1 Send EHLO first")
	case s.user != "":
		s.reply("503 5.5.1 Already authenticated")
	case s.tx != nil:
		s.reply("503 5.5.1 AUTH is not permitted during a mail transaction")
	case arg == "":
		s.reply("501 5.5.4 Syntax: AUTH mechanism")
	case s.inTheClear(mechanism):
		s.reply("538 5.7.11 Encryption required for requested authentication mechanism")
	case len(s.mechanisms()) == 0:
		s.reply("502 5.5.1 AUTH is not available")
	default:
		a, err := s.srv.auth.Authenticate(s.c, "334 ", "", mechanism, strings.TrimSpace(initial))
		if err == nil {
			s.user = a.Addr
		}
		s.replyAuth(err)
	}
}

// mechanisms returns the SASL mechanisms that can be used now.
func (s *session) mechanisms() []string {
	if s.needsTLS("AUTH") {
		return nil
	}
	all := s.srv.auth.Offered(s.tlsState())
	return slices.DeleteFunc(slices.Clone(all), s.inTheClear)
}

// inTheClear reports whether a mechanism would send a password as it is
// outside TLS, although that is not allowed.
func (s *session) inTheClear(mechanism string) bool {
	if !s.cfg.AuthTLSOnly || s.secure() {
		return false
	}
	switch strings.ToUpper(mechanism) {
	case "PLAIN", "LOGIN":
		return true
	}
	return false
}

func (s *session) replyAuth(err error) {
	switch {
	case err == nil:
		s.reply("235 2.7.0 Authentication successful")
	case errors.Is(err, auth.ErrNoReply) && s.late():
		s.bye(os.ErrDeadlineExceeded)
	case errors.Is(err, auth.ErrNoReply):
	case errors.Is(err, auth.ErrMechanism):
		s.reply("504 5.5.4 Mechanism is not supported")
	case errors.Is(err, auth.ErrCanceled):
		s.reply("501 5.7.0 Authentication cancelled")
	case errors.Is(err, auth.ErrTooLong):
		s.reply("500 5.5.6 Authentication exchange line is too long")
	case errors.Is(err, auth.ErrMalformed):
		s.reply("501 5.5.2 Malformed authentication response")
	default:
		s.c.CountLoginRefused()
		s.reply("535 5.7.8 Authentication credentials invalid")
	}
}
