package pop3fake

import (
	"fmt"
	"strconv"
)

// stat is STAT (RFC 1939 section 5): the drop listing.
func (s *session) stat([]string) {
	count, octets := s.drop.size()
	s.ok(fmt.Sprintf("%d %d", count, octets))
}

// list is LIST (RFC 1939 section 5): the scan listing.
func (s *session) list(args []string) {
	if len(args) == 1 {
		if n, e := s.find(args[0]); e != nil {
			s.ok(fmt.Sprintf("%d %d", n, len(e.Msg.Raw)))
		}
		return
	}
	s.ok(s.drop.total())
	for n, e := range s.drop.all {
		s.listing(n, strconv.Itoa(len(e.Msg.Raw)))
	}
	s.conn.WriteString(".\r\n")
}

// uidl is UIDL (RFC 1939 section 7): the unique-id listing.
func (s *session) uidl(args []string) {
	if len(args) == 1 {
		if n, e := s.find(args[0]); e != nil {
			s.ok(strconv.Itoa(n) + " " + s.drop.uniqueID(e))
		}
		return
	}
	s.ok("unique-id listing follows")
	for n, e := range s.drop.all {
		s.listing(n, s.drop.uniqueID(e))
	}
	s.conn.WriteString(".\r\n")
}

func (s *session) listing(n int, text string) {
	s.conn.WriteString(strconv.Itoa(n) + " " + text + "\r\n")
}
