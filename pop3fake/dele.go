package pop3fake

import "fmt"

// dele is DELE (RFC 1939 section 5): it marks only, QUIT removes.
func (s *session) dele(args []string) {
	n, e := s.find(args[0])
	if e == nil {
		return
	}
	mark(&s.drop.deleted, n)
	s.ok(fmt.Sprintf("message %d deleted", n))
}

// rset is RSET (RFC 1939 section 5).
func (s *session) rset([]string) {
	s.drop.deleted = nil
	s.ok("maildrop has " + s.drop.total())
}

// noop is NOOP (RFC 1939 section 5).
func (s *session) noop([]string) { s.ok("done nothing") }
