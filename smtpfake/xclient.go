package smtpfake

import (
	"maps"
	"net"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// XCLIENT and XFORWARD: what Postfix and its filters tell each other of the
// client before them (Postfix's XCLIENT_README and XFORWARD_README).

// The attributes, by the command.
var clientAttrs = map[string][]string{
	"XCLIENT":  {"NAME", "ADDR", "PORT", "PROTO", "HELO", "LOGIN", "DESTADDR", "DESTPORT"},
	"XFORWARD": {"NAME", "ADDR", "PORT", "PROTO", "HELO", "IDENT", "SOURCE"},
}

// xclient takes the session back to its start, with another client.
func (s *session) xclient(arg string) {
	attrs, problem := s.clientAttrs("XCLIENT", arg)
	if problem != "" {
		s.reply(problem)
		return
	}
	s.client = attrs
	s.helo, s.esmtp, s.user = "", false, attrs["LOGIN"]
	s.remote = s.remoteOf(attrs)
	s.c.SetUser(s.user)
	if name := attrs["HELO"]; name != "" {
		s.greeted(name)
		s.esmtp = !strings.EqualFold(attrs["PROTO"], "SMTP")
	}
	s.reply(s.srv.greeting())
}

// xforward notes what is said of the client of the next message.
func (s *session) xforward(arg string) {
	attrs, problem := s.clientAttrs("XFORWARD", arg)
	if problem != "" {
		s.reply(problem)
		return
	}
	// Several commands add up.
	client := maps.Clone(s.client)
	if client == nil {
		client = make(map[string]string)
	}
	maps.Copy(client, attrs)
	s.client = client
	s.reply("250 2.0.0 Ok")
}

// clientAttrs parses name=value pairs. An unavailable value is "".
func (s *session) clientAttrs(cmd, arg string) (attrs map[string]string, problem string) {
	switch {
	case s.tx != nil:
		return nil, "503 5.5.1 " + cmd + " is not permitted during a mail transaction"
	case arg == "":
		return nil, "501 5.5.4 Syntax: " + cmd + " attribute=value..."
	}
	attrs = make(map[string]string)
	for pair := range strings.FieldsSeq(arg) {
		name, value, ok := strings.Cut(pair, "=")
		name = strings.ToUpper(name)
		decoded, valid := decodeXtext(value)
		if !ok || !valid || !slices.Contains(clientAttrs[cmd], name) || !validAttr(name, decoded) {
			return nil, "501 5.5.4 Bad attribute " + pair
		}
		if decoded == "[UNAVAILABLE]" || decoded == "[TEMPUNAVAIL]" {
			decoded = ""
		}
		attrs[name] = decoded
	}
	return attrs, ""
}

func validAttr(name, value string) bool {
	switch {
	case strings.ContainsFunc(value, unicode.IsControl):
		return false // it would end lines of replies and of trace fields
	case value == "[UNAVAILABLE]" || value == "[TEMPUNAVAIL]" && name == "NAME":
		return true
	case name == "ADDR" || name == "DESTADDR":
		return net.ParseIP(trimIPv6(value)) != nil
	case name == "PORT" || name == "DESTPORT":
		_, err := strconv.ParseUint(value, 10, 16)
		return err == nil
	}
	return value != ""
}

func trimIPv6(addr string) string {
	if len(addr) > 5 && strings.EqualFold(addr[:5], "IPv6:") {
		return addr[5:]
	}
	return addr
}

// remoteOf returns the client's address as XCLIENT has it.
func (s *session) remoteOf(attrs map[string]string) net.Addr {
	ip := net.ParseIP(trimIPv6(attrs["ADDR"]))
	if ip == nil {
		return s.c.RemoteAddr()
	}
	port, _ := strconv.Atoi(attrs["PORT"])
	return &net.TCPAddr{IP: ip, Port: port}
}
