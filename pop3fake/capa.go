package pop3fake

import "strings"

// capa is CAPA (RFC 2449 section 5). What the AUTHORIZATION state alone has is
// left out after it; TOP and UIDL are told in both states, as their
// definitions say, since clients ask before they log in.
func (s *session) capa([]string) {
	s.ok("capability list follows")
	s.conn.WriteString("TOP\r\nUIDL\r\nRESP-CODES\r\nAUTH-RESP-CODE\r\nPIPELINING\r\n")
	if s.state == authorization {
		s.capaLogin()
	}
	s.conn.WriteString(".\r\n")
}

func (s *session) capaLogin() {
	s.conn.WriteString("USER\r\n")
	if mechs := s.offered(); len(mechs) > 0 {
		s.conn.WriteString("SASL " + strings.Join(mechs, " ") + "\r\n")
	}
	if s.conn.CanStartTLS() {
		s.conn.WriteString("STLS\r\n")
	}
}
