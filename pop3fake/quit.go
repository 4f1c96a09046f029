package pop3fake

// update is the UPDATE state.
func (s *session) update() (code string) {
	switch {
	case s.drop == nil:
		return ""
	case s.set.keep:
		s.set.memory.hide(s.drop)
		return ""
	}
	return s.drop.update()
}

// quit is QUIT. In the TRANSACTION state it is the only way to the UPDATE
// state (RFC 1939 section 6). The lock is gone before the reply, so that a
// client that reads it may connect again at once.
func (s *session) quit([]string) {
	code := s.update()
	s.leave()
	s.state = ended
	if code != "" {
		s.errCode(code, "some deleted messages not removed")
		return
	}
	s.ok(s.set.hostname + " POP3 server signing off")
}
