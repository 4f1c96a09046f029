package pop3fake

// stls is STLS (RFC 2595 section 4). What the client said before is forgotten.
func (s *session) stls([]string) {
	switch _, secure := s.conn.TLS(); {
	case secure:
		s.err("TLS is active already")
	case !s.conn.CanStartTLS():
		s.err("STLS is not offered on this port")
	case s.utf8:
		s.err("STLS must come before UTF8") // RFC 6856 section 2
	default:
		s.ok("begin TLS negotiation")
		s.user = ""
		s.german = false
		if s.conn.StartTLS() != nil {
			s.state = ended
		}
	}
}
