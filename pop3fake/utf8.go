package pop3fake

import (
	"bytes"
	"unicode/utf8"

	"github.com/mailfakes/mailfakes/mailtest/mailstore"
)

// utf8Mode is UTF8 (RFC 6856 section 2).
func (s *session) utf8Mode([]string) {
	s.utf8 = true
	s.ok("UTF8 enabled")
}

// readable reports whether the client can have a message as it is: one with
// UTF-8 in its header needs UTF8 first, where that is known. If not it
// replies.
func (s *session) readable(e *mailstore.Entry) bool {
	if s.utf8 || !s.set.caps.has("UTF8") || !international(e.Msg.Raw) {
		return true
	}
	s.errCode("[UTF8]", "message has UTF-8 in its header: send UTF8 before you log in")
	return false
}

// international reports whether a message has UTF-8 in its header.
func international(raw []byte) bool {
	header, _, _ := bytes.Cut(raw, []byte("\r\n\r\n"))
	return bytes.ContainsFunc(header, func(r rune) bool { return r >= utf8.RuneSelf })
}

// allowedText reports whether a command's arguments have characters that they
// may have: printable US-ASCII, and UTF-8 in what logs in, if that is offered.
func (s *session) allowedText(cmd *command, args string) bool {
	if s.set.lenient {
		return !hasControl(args)
	}
	if cmd.login && utf8.ValidString(args) {
		if c, _ := s.set.caps.find("UTF8"); c.args == "USER" {
			return !hasControl(args)
		}
	}
	return cleanText(args)
}

// cleanText reports whether s is printable US-ASCII.
func cleanText(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return !hasControl(s)
}

func hasControl(s string) bool {
	for i := range len(s) {
		if s[i] < ' ' || s[i] == 0x7f {
			return true
		}
	}
	return false
}
