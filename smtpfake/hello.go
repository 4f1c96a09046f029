package smtpfake

import (
	"crypto/tls"
	"strconv"
	"strings"
)

// EHLO and HELO: RFC 5321 section 4.1.1.1. Their replies have no enhanced
// status codes (RFC 2034 section 4).

func (s *session) ehlo(name string) {
	if !s.greeted(name) {
		s.reply("501 Syntax: EHLO hostname")
		return
	}
	s.esmtp = true
	lines := append([]string{s.cfg.Hostname + " greets " + name}, s.keywords()...)
	var b strings.Builder
	for i, l := range lines {
		if i < len(lines)-1 {
			b.WriteString("250-" + l + "\n")
		} else {
			b.WriteString("250 " + l)
		}
	}
	s.reply(b.String())
}

func (s *session) hello(name string) {
	if !s.greeted(name) {
		s.reply("501 Syntax: HELO hostname")
		return
	}
	s.esmtp = false
	s.reply("250 " + s.cfg.Hostname)
}

// greeted takes the client's name, whatever it looks like: a server must not
// refuse mail for it (RFC 5321 section 4.1.4). It ends the transaction.
func (s *session) greeted(name string) bool {
	if name == "" || strings.ContainsAny(name, " \t") && !s.cfg.Lenient {
		return false
	}
	s.endTransaction()
	s.helo = name
	return s.pass("EHLO ", name)
}

// keywords returns what is offered now, always in the same order.
func (s *session) keywords() []string {
	list := []string{"PIPELINING", "8BITMIME", "ENHANCEDSTATUSCODES", s.sizeKeyword()}
	if s.c.CanStartTLS() {
		list = append(list, "STARTTLS")
	}
	if m := s.mechanisms(); len(m) > 0 {
		list = append(list, "AUTH "+strings.Join(m, " "))
	}
	return list
}

func (s *session) sizeKeyword() string {
	if s.cfg.MaxMessageBytes <= 0 {
		return "SIZE"
	}
	return "SIZE " + strconv.FormatInt(s.cfg.MaxMessageBytes, 10)
}

// tlsState returns nil in the clear.
func (s *session) tlsState() *tls.ConnectionState {
	state, ok := s.c.TLS()
	if !ok {
		return nil
	}
	return &state
}
