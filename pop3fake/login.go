package pop3fake

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/mailfakes/mailfakes/mailtest/auth"
	"github.com/mailfakes/mailfakes/mailtest/mailstore"
)

// hide masks the whole argument in the transcript.
func hide(string) string { return auth.Hidden }

// hideResponse masks what comes after the mechanism.
func hideResponse(args string) string {
	mech, response, _ := strings.Cut(args, " ")
	if response == "" {
		return args
	}
	return mech + " " + auth.Hidden
}

// hideDigest masks what comes after the user name.
func hideDigest(args string) string {
	name, _, _ := strings.Cut(args, " ")
	return name + " " + auth.Hidden
}

// needsTLS reports whether passwords are refused because they would be sent in
// the clear (RFC 8314 section 3).
func (s *session) needsTLS() bool {
	_, secure := s.conn.TLS()
	return s.set.auth.TLSOnly && !secure
}

// userName is USER (RFC 1939 section 7). It doesn't tell who has a maildrop.
func (s *session) userName(args []string) {
	if s.needsTLS() {
		s.loginError(auth.ErrEncryption)
		return
	}
	s.user = args[0]
	s.ok("send PASS")
}

// pass is PASS (RFC 1939 section 7). Its argument may contain spaces.
func (s *session) pass(args []string) {
	user, recent := s.login(s.user)
	s.user = ""
	if user == "" {
		s.err("send USER first")
		return
	}
	a, err := s.set.auth.Password(s.conn, user, args[0])
	s.enter(a, recent, err)
}

// apop is APOP (RFC 1939 section 7).
func (s *session) apop(args []string) {
	s.user = ""
	user, recent := s.login(args[0])
	a, err := s.set.auth.APOP(s.conn, user, s.timestamp, args[1])
	s.enter(a, recent, err)
}

// login returns the user that a login name stands for. With Keep, "recent:"
// before it asks for the messages of the last 30 days.
func (s *session) login(name string) (user string, recent bool) {
	if !s.set.keep {
		return name, false
	}
	return strings.CutPrefix(name, "recent:")
}

// authenticate is AUTH (RFC 5034). Without an argument it lists the mechanisms,
// as RFC 1734 had it for a while and old clients ask.
func (s *session) authenticate(args []string) {
	s.user = ""
	if len(args) == 0 {
		s.mechanisms()
		return
	}
	initial := ""
	if len(args) == 2 {
		initial = args[1]
	}
	a, err := s.set.auth.Authenticate(s.conn, "+ ", "", args[0], initial)
	s.enter(a, false, err)
}

func (s *session) mechanisms() {
	s.ok("mechanisms follow")
	for _, m := range s.offered() {
		s.conn.WriteString(m + "\r\n")
	}
	s.conn.WriteString(".\r\n")
}

// offered returns the mechanisms that can be used now.
func (s *session) offered() []string {
	state, ok := s.conn.TLS()
	if !ok {
		return s.set.auth.Offered(nil)
	}
	return s.set.auth.Offered(&state)
}

// enter begins the TRANSACTION state, with the maildrop locked (RFC 1939
// section 4), unless err isn't nil.
func (s *session) enter(a *mailstore.Account, recent bool, err error) {
	if err != nil {
		s.loginError(err)
		return
	}
	drop, err := s.set.memory.openMaildrop(a, recent)
	if err != nil {
		s.loginError(err)
		return
	}
	if s.set.delay > 0 && s.set.memory.early(a, s.set.delay) {
		drop.unlock()
		s.errCode("[LOGIN-DELAY]",
			fmt.Sprintf("%d seconds must pass between logins", s.set.delay/time.Second))
		return
	}
	s.drop = drop
	s.state = transaction
	s.conn.SetState(stateNames[s.state])
	s.conn.SetUser(a.Addr)
	s.ok(a.Addr + " has " + drop.total())
}

// loginCodes are the response codes of logins that failed: RFC 2449 section
// 8, RFC 3206.
var loginCodes = map[error]string{
	auth.ErrCredentials:    "[AUTH]",
	auth.ErrAuthorization:  "[AUTH]",
	auth.ErrExpired:        "[AUTH]",
	auth.ErrPasswordChange: "[AUTH]",
	auth.ErrTooWeak:        "[AUTH]",
	auth.ErrEncryption:     "[AUTH]",
	auth.ErrDisabled:       "[SYS/PERM]",
	auth.ErrUnavailable:    "[SYS/TEMP]",
	mailstore.ErrInUse:     "[IN-USE]",
}

// loginError answers a login that failed.
func (s *session) loginError(err error) {
	if err == auth.ErrEncryption {
		s.violation("password in the clear", s.tried.current)
	}
	if !errors.Is(err, auth.ErrNoReply) {
		s.errCode(loginCodes[err], err.Error())
	}
}
