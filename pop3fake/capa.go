package pop3fake

import "strings"

// capa is CAPA (RFC 2449 section 5). What the AUTHORIZATION state alone has is
// left out after it; TOP and UIDL are listed in both states, as their
// definitions say, since clients ask before they log in.
func (s *session) capa([]string) {
	s.ok("capability list follows")
	for _, c := range s.set.caps {
		if line := s.announce(c); line != "" {
			s.conn.WriteString(line + "\r\n")
		}
	}
	s.conn.WriteString(".\r\n")
}

// announce returns the line for a capability, "" if it isn't listed now.
func (s *session) announce(c capability) string {
	login := s.state == authorization
	switch {
	case c.plain:
	case c.name == "APOP", c.name == "CAPA", c.name == "KEEP":
		return ""
	case c.name == "USER" && (!login || s.needsTLS()):
		return ""
	case c.name == "STLS" && (!login || !s.conn.CanStartTLS()):
		return ""
	case c.name == "IMPLEMENTATION" && login: // strangers needn't know
		return ""
	case c.name == "SASL":
		return s.announceSASL(login)
	case !login && (c.name == "EXPIRE" || c.name == "LOGIN-DELAY"):
		// Now it is known who the user is (RFC 2449 section 6.7).
		c.args = strings.TrimSuffix(c.args, " USER")
	}
	return c.String()
}

func (s *session) announceSASL(login bool) string {
	mechs := s.offered()
	if !login || len(mechs) == 0 {
		return ""
	}
	return "SASL " + strings.Join(mechs, " ")
}
