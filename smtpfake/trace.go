package smtpfake

import (
	"fmt"
	"net"
	"strings"
	"time"

	"github.com/mailfakes/mailfakes/mailtest/message"
)

// What a server adds to a message if it is asked to: trace fields (RFC 5321
// section 4.4) and the fields that a submitter has forgotten (RFC 6409 section
// 8). The text is left as it is.

// dress returns the text with the fields that are to be added before it.
func (s *session) dress(to []string) []byte {
	head := ""
	if s.cfg.Trace {
		head = s.returnPath() + s.received(to)
	}
	if s.cfg.FixUp {
		head += s.missing()
	}
	if head == "" {
		return s.tx.text
	}
	return append([]byte(head), s.tx.text...)
}

func (s *session) returnPath() string { return "Return-Path: <" + s.tx.from + ">\r\n" }

// received is the Received field of section 4.4.
func (s *session) received(to []string) string {
	from := s.helo
	if host := s.host(); strings.Contains(host, ":") {
		from += " ([IPv6:" + host + "])"
	} else {
		from += " ([" + host + "])"
	}
	only := ""
	if len(to) == 1 {
		only = "\r\n\tfor <" + to[0] + ">"
	}
	return fmt.Sprintf("Received: from %s\r\n\tby %s with %s id %s%s;\r\n\t%s\r\n",
		from, s.cfg.Hostname, s.protocol(), s.tx.id, only, time.Now().UTC().Format(time.RFC1123Z))
}

// protocol is how the message came, as RFC 3848 and RFC 6531 section 4.3 name
// it.
func (s *session) protocol() string {
	name := "SMTP"
	switch utf8 := s.tx.params.has("SMTPUTF8"); {
	case s.cfg.LMTP && utf8:
		name = "UTF8LMTP"
	case s.cfg.LMTP:
		name = "LMTP"
	case utf8:
		name = "UTF8SMTP"
	case s.esmtp:
		name = "ESMTP"
	}
	if !s.esmtp {
		return name
	}
	if s.secure() {
		name += "S"
	}
	if s.user != "" {
		name += "A"
	}
	return name
}

// missing returns the fields that a message must have and this one doesn't.
func (s *session) missing() string {
	root := message.New("", nil, s.tx.text).Tree()
	out := ""
	if root.Get("Date") == "" {
		out = "Date: " + time.Now().UTC().Format(time.RFC1123Z) + "\r\n"
	}
	if root.Get("Message-ID") == "" {
		out += "Message-ID: <" + s.tx.id + "@" + s.cfg.Hostname + ">\r\n"
	}
	return out
}

// host returns the client's address without the port.
func (s *session) host() string {
	if s.remote == nil {
		return ""
	}
	host, _, err := net.SplitHostPort(s.remote.String())
	if err != nil {
		return s.remote.String()
	}
	return host
}
