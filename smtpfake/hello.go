package smtpfake

import (
	"crypto/tls"
	"strings"
)

// EHLO and HELO: RFC 5321 section 4.1.1.1. Their replies have no enhanced
// status codes (RFC 2034 section 4).

func (s *session) ehlo(name string) {
	if s.cfg.LMTP {
		s.reply("500 This is an LMTP server: send LHLO")
		return
	}
	s.extended("EHLO", name)
}

// lhlo is EHLO in LMTP (RFC 2033 section 4.1).
func (s *session) lhlo(name string) {
	if !s.cfg.LMTP {
		s.reply("500 This is not an LMTP server: send EHLO")
		return
	}
	s.extended("LHLO", name)
}

func (s *session) extended(verb, name string) {
	if !s.greeted(name) {
		s.reply("501 Syntax: " + verb + " hostname")
		return
	}
	s.esmtp = true
	text := append(make([]byte, 0, 512), "250-"...)
	text = append(append(append(text, s.cfg.Hostname...), " greets "...), name...)
	last := 0
	for keyword, words := range s.keywords() {
		last = len(text) + len("\n")
		text = append(append(text, "\n250-"...), keyword...)
		if words != "" {
			text = append(append(text, ' '), words...)
		}
	}
	text[last+len("250")] = ' '
	s.reply(string(text))
}

func (s *session) hello(name string) {
	switch {
	case s.cfg.LMTP:
		s.reply("500 This is an LMTP server: send LHLO")
	case !s.greeted(name):
		s.reply("501 Syntax: HELO hostname")
	default:
		s.esmtp = false
		s.reply("250 " + s.cfg.Hostname)
	}
}

// greeted takes the client's name, whatever it looks like: a server must not
// refuse mail for it (RFC 5321 section 4.1.4). It ends the transaction.
func (s *session) greeted(name string) bool {
	if name == "" || strings.ContainsAny(name, " \t") && !s.cfg.Lenient {
		return false
	}
	s.endTransaction()
	s.helo = name
	return true
}

// greetVerb is the command that a session begins with.
func (s *session) greetVerb() string {
	if s.cfg.LMTP {
		return "LHLO"
	}
	return "EHLO"
}

// tlsState returns nil in the clear.
func (s *session) tlsState() *tls.ConnectionState {
	state, ok := s.c.TLS()
	if !ok {
		return nil
	}
	inside := state // lest one be allocated in the clear
	return &inside
}
