package pop3fake

import (
	"bytes"
	"strconv"
)

// retr is RETR (RFC 1939 section 5).
func (s *session) retr(args []string) {
	n, e := s.find(args[0])
	if e == nil || !s.readable(e) {
		return
	}
	if s.set.expire0 {
		mark(&s.drop.retrieved, n)
	}
	s.ok(strconv.Itoa(len(e.Msg.Raw)) + " octets")
	s.writeText(e.Msg.Raw)
}

// top is TOP (RFC 1939 section 7): the header, the blank line and the first n
// lines of the body.
func (s *session) top(args []string) {
	_, e := s.find(args[0])
	if e == nil || !s.readable(e) {
		return
	}
	n, ok := number(args[1])
	if !ok {
		s.err("number of lines expected")
		return
	}
	s.ok("top of message follows")
	s.writeText(topLines(e.Msg.Raw, n))
}

var crlf = []byte("\r\n")

// writeText writes a message as the text of a multi-line response. Each dot at
// the start of a line is doubled (RFC 1939 section 3); nothing else changes,
// and a message without a final CRLF gets one. A line ends with CRLF: bare CR
// and LF are part of it, so that a client that keeps to the RFC gets the bytes
// as they are stored.
func (s *session) writeText(text []byte) {
	for rest := text; len(rest) > 0; {
		if rest[0] == '.' {
			s.conn.WriteData(rest[:1])
		}
		n := stuffAt(rest)
		s.conn.WriteData(rest[:n])
		rest = rest[n:]
	}
	if len(text) > 0 && !bytes.HasSuffix(text, crlf) {
		s.conn.WriteData(crlf)
	}
	s.conn.WriteString(".\r\n")
}

// stuffAt returns how much of text can be written before the next line that
// begins with a dot. There are fewer dots than line ends, so it looks for them.
func stuffAt(text []byte) int {
	for at := 1; at < len(text); at++ {
		i := bytes.IndexByte(text[at:], '.')
		if i < 0 {
			break
		}
		if at += i; bytes.HasSuffix(text[:at], crlf) {
			return at
		}
	}
	return len(text)
}

// topLines returns the part of a message up to line n of its body. Here bare
// LF ends a line as well, or a message with foreign line ends had no body.
func topLines(text []byte, n int) []byte {
	end := 0
	for body := false; end < len(text) && !(body && n == 0); {
		length := bytes.IndexByte(text[end:], '\n') + 1
		if length == 0 {
			return text
		}
		line := text[end : end+length]
		end += length
		switch {
		case body:
			n--
		case len(bytes.TrimRight(line, "\r\n")) == 0:
			body = true
		}
	}
	return text[:end]
}
