package imapfake

import (
	"strings"

	"github.com/emersion/go-imap/v2"
)

// offer returns the capabilities of the extensions as a set.
func offer() map[imap.Cap]bool {
	set := make(map[imap.Cap]bool)
	for _, x := range extensions() {
		for _, c := range x.caps {
			set[c] = true
		}
	}
	return set
}

// capabilities returns the capabilities as they are offered at this point of
// the session (RFC 3501 section 7.2.1).
func (s *session) capabilities() string {
	var list []string
	for _, x := range s.cfg.registry.extensions {
		if !x.preauth && s.state == imap.ConnStateNotAuthenticated {
			continue
		}
		for _, c := range x.caps {
			if s.has(c) {
				list = append(list, string(c))
			}
		}
	}
	return strings.Join(append(list, s.authCaps()...), " ")
}

// authCaps returns what is offered for logging in, and before it only.
func (s *session) authCaps() (list []string) {
	if s.state != imap.ConnStateNotAuthenticated {
		return nil
	}
	if s.conn.CanStartTLS() {
		list = append(list, "STARTTLS")
	}
	for _, m := range s.mechanisms() {
		list = append(list, "AUTH="+m)
	}
	return list
}

func runCapability(s *session, c *call) error {
	if err := c.p.end(); err != nil {
		return err
	}
	s.enc.raw("* CAPABILITY ")
	s.enc.raw(s.capabilities())
	s.enc.line()
	return nil
}
