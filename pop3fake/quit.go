package pop3fake

// quit is QUIT. In the TRANSACTION state it is the only way to the UPDATE
// state (RFC 1939 section 6). The lock is gone before the reply, so that a
// client that reads it may connect again at once.
func (s *session) quit([]string) {
	code := ""
	if s.drop != nil {
		code = s.drop.update()
	}
	s.leave()
	s.state = ended
	if code != "" {
		s.err(code + " some deleted messages not removed")
		return
	}
	s.ok(s.set.hostname + " POP3 server signing off")
}
