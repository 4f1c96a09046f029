package smtpfake

import (
	"errors"
	"os"
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
	case s.cfg.Mechanisms != nil && len(s.cfg.Mechanisms) == 0:
		s.reply("502 5.5.1 AUTH is not available")
	default:
		a, err := s.srv.auth.Authenticate(s.c, "334 ", "", mechanism, strings.TrimSpace(initial))
		if err == nil {
			s.user = a.Addr
			s.c.SetUser(s.user)
		}
		s.replyAuth(err)
	}
}

// mechanisms returns the SASL mechanisms that can be used now.
func (s *session) mechanisms() []string {
	if s.needsTLS("AUTH") {
		return nil
	}
	return s.srv.auth.Offered(s.tlsState())
}

// authReplies are the replies to logins that failed: RFC 4954 section 6, and
// 525 as the registry of RFC 5248 has it.
var authReplies = map[error]string{
	auth.ErrCredentials:    "535 5.7.8 Authentication credentials invalid",
	auth.ErrAuthorization:  "535 5.7.8 Not allowed to act as that user",
	auth.ErrExpired:        "535 5.7.8 Token has expired",
	auth.ErrPasswordChange: "432 4.7.12 A password transition is needed",
	auth.ErrTooWeak:        "534 5.7.9 Authentication mechanism is too weak",
	auth.ErrDisabled:       "525 5.7.13 User account disabled",
	auth.ErrUnavailable:    "454 4.7.0 Temporary authentication failure",
	auth.ErrEncryption:     "538 5.7.11 Encryption required for requested authentication mechanism",
	auth.ErrMechanism:      "504 5.5.4 Mechanism is not supported",
	auth.ErrMalformed:      "501 5.5.2 Malformed authentication response",
	auth.ErrTooLong:        "500 5.5.6 Authentication exchange line is too long",
	auth.ErrCanceled:       "501 5.7.0 Authentication cancelled",
}

func (s *session) replyAuth(err error) {
	switch {
	case err == nil:
		s.reply("235 2.7.0 Authentication successful")
	case errors.Is(err, auth.ErrNoReply) && s.late():
		s.bye(os.ErrDeadlineExceeded)
	case errors.Is(err, auth.ErrNoReply):
	default:
		s.reply(authReplies[err])
	}
}
