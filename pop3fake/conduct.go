package pop3fake

import "strings"

// An attempt is what the client was told of its attempts to log in, by which the
// next command is judged.
type attempt struct {
	step    string // the last command of one: USER, PASS, APOP or AUTH
	current string // the command that runs
	refused bool   // step was answered by -ERR
}

// steps of logins
func isLogin(name string) bool {
	switch name {
	case "USER", "PASS", "APOP", "AUTH":
		return true
	}
	return false
}

// replied notes what the client was told: by a fault, or by the session.
func (s *session) replied() {
	l := &s.tried
	if !isLogin(l.current) {
		return
	}
	sent, struck := s.conn.Struck()
	switch {
	case struck:
		l.refused = strings.HasPrefix(sent, "-ERR")
	case l.current == "USER":
		l.refused = s.user == ""
	default:
		l.refused = s.state != transaction
	}
	l.step = l.current
}

// checkLogin records a command that makes sense only after a login, or PASS
// after USER, by a client that has read that it was refused. It reports
// whether it has.
func (s *session) checkLogin(name string) bool {
	l := &s.tried
	l.current = name
	if !l.refused || s.ahead {
		return false
	}
	cmd := commands[name]
	pass := name == "PASS" && l.step == "USER"
	after := l.step != "USER" && cmd != nil && cmd.states&authorization == 0
	if pass || after {
		s.violation("reply ignored", name+" after -ERR to "+l.step)
	}
	return pass || after
}
