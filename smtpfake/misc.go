package smtpfake

// RSET, NOOP, VRFY, EXPN, HELP and QUIT: RFC 5321 sections 4.1.1.5 to
// 4.1.1.10.

func (s *session) rset(arg string) {
	if arg != "" {
		s.reply("501 5.5.4 RSET takes no argument")
		return
	}
	s.reset()
	s.reply("250 2.0.0 Ok")
}

func (s *session) noop(string) { s.reply("250 2.0.0 Ok") }

func (s *session) vrfy(arg string) {
	if arg == "" {
		s.reply("501 5.5.4 Syntax: VRFY address")
		return
	}
	s.reply("252 2.5.2 Send some mail, I'll try my best")
}

func (s *session) expn(arg string) {
	s.reply("502 5.5.1 EXPN is not implemented")
}

func (s *session) help(string) {
	s.reply("214 2.0.0 See RFC 5321")
}

func (s *session) quit(arg string) {
	if arg != "" {
		s.reply("501 5.5.4 QUIT takes no argument")
		return
	}
	s.ended = true
	s.reply("221 2.0.0 " + s.cfg.Hostname + " closing connection")
}
