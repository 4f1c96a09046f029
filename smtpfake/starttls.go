package smtpfake

// STARTTLS: RFC 3207.

func (s *session) startTLS(arg string) {
	switch {
	case arg != "":
		s.reply("501 5.5.4 STARTTLS takes no argument")
	case s.secure():
		s.reply("503 5.5.1 TLS is active already")
	case !s.c.CanStartTLS():
		s.reply("454 4.7.0 TLS is not available")
	case !s.esmtp && !s.cfg.Lenient:
		s.reply("503 5.5.1 Send EHLO first")
	default:
		s.reply("220 2.0.0 Ready to start TLS")
		s.upgrade()
	}
}

// upgrade does the handshake. What was learnt before must be forgotten
// (section 4.2).
func (s *session) upgrade() {
	s.endTransaction()
	s.helo, s.esmtp, s.user = "", false, ""
	s.c.SetUser("")
	if s.c.StartTLS() != nil {
		s.ended = true
	}
	s.conduct = conduct{upgraded: true}
}
