package smtpfake

import "strings"

// RSET, NOOP, HELP and QUIT (RFC 5321 sections 4.1.1.5 to 4.1.1.10), and ETRN
// (RFC 1985).

func (s *session) rset(arg string) {
	if arg != "" {
		s.reply("501 5.5.4 RSET takes no argument")
		return
	}
	s.endTransaction()
	s.reply("250 2.0.0 Ok")
}

func (s *session) noop(string) { s.reply("250 2.0.0 Ok") }

func (s *session) help(string) {
	s.reply("214-2.0.0 Commands: " + strings.Join(s.srv.verbs(), " ") + "\n214 2.0.0 See RFC 5321")
}

func (s *session) quit(arg string) {
	if arg != "" {
		s.reply("501 5.5.4 QUIT takes no argument")
		return
	}
	s.ended = true
	s.reply("221 2.0.0 " + s.cfg.Hostname + " closing connection")
}

// etrn starts the queue of a node. There are none but in the server's Nodes.
func (s *session) etrn(node string) {
	switch {
	case s.helo == "" || !s.esmtp:
		s.reply("503 5.5.1 Send EHLO first")
		return
	case s.tx != nil:
		s.reply("503 5.5.1 ETRN is not permitted during a mail transaction")
		return
	case !validNode(node):
		s.reply("501 5.5.4 Syntax: ETRN node")
		return
	case s.cfg.Nodes == nil:
		s.reply("251 2.0.0 No messages waiting for node " + node)
		return
	}
	for name, reply := range s.cfg.Nodes {
		if strings.EqualFold(name, node) {
			s.reply(reply)
			return
		}
	}
	s.reply("459 4.7.1 Node " + node + " not allowed")
}

// validNode checks a node name: a domain, with "@" for its subdomains too, or
// "#" and the name of a queue.
func validNode(node string) bool {
	if name, ok := strings.CutPrefix(node, "#"); ok {
		return name != "" && !strings.ContainsAny(name, " \t")
	}
	return validDomain(strings.TrimPrefix(node, "@"))
}
