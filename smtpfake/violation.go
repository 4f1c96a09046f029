package smtpfake

import (
	"bytes"
	"encoding/binary"
	"strconv"
	"strings"
)

// What clients do against the RFCs, beside what every connection checks. The
// server answers all of it; a test that cares asks for Violations, or sets
// Strict.

// violations are the rules that a reply tells to be broken, by its code.
var violations = map[string]struct{ rule, rfc string }{
	"500": {"unknown command", "RFC 5321 section 4.2.4"},
	"501": {"syntax", "RFC 5321 section 4.1.2"},
	"502": {"not offered", "RFC 5321 section 2.2.1"},
	"503": {"out of order", "RFC 5321 section 4.1.4"},
	"555": {"unknown parameter", "RFC 5321 section 4.1.1.11"},
}

// checkCommand records what is wrong with a command by the reply that it has
// got, unless that has been told of already.
func (s *session) checkCommand(cmd command, told bool) {
	v, ok := violations[string(s.code[:])]
	switch {
	case told || s.closed:
	case ok:
		s.c.Violation(v.rule, v.rfc, cmd.show())
	case cmd.verb == "AUTH" && (string(s.code[:]) == "538" || s.needsTLS(cmd.verb)):
		s.c.Violation("AUTH in the clear", "RFC 4954 section 4", cmd.show())
	}
}

// show returns a command without secrets.
func (cmd command) show() string {
	step := cmd.step()
	if step.Show != "" {
		return step.Show
	}
	return cmd.verb + " " + cmd.arg
}

const maxTextLine = 1000 // with its CRLF: RFC 5321 section 4.5.3.1.6

// checkText records what is wrong with the lines of a text. stuffed is whether
// it has come by DATA; line is the one whose dot wasn't doubled, or 0.
func (s *session) checkText(stuffed bool, line int) {
	s.c.CheckSecretText(s.tx.text, "text")
	s.checkEightBit()
	if line > 0 {
		s.c.Violation("unstuffed dot", "RFC 5321 section 4.5.2", ofText(line))
	}
	for n, text := 1, s.tx.text; stuffed && len(text) > 0; n++ {
		end := bytes.IndexByte(text, '\n') + 1
		if end == 0 {
			end = len(text)
		}
		if rule, rfc := checkLine(text[:end]); rule != "" {
			s.c.Violation(rule, rfc, ofText(n))
		}
		text = text[end:]
	}
}

func ofText(line int) string { return "line " + strconv.Itoa(line) + " of the text" }

// checkEightBit records 8-bit text that MAIL hasn't declared: by BODY, and in
// the header by SMTPUTF8.
func (s *session) checkEightBit() {
	at := asciiPrefix(s.tx.text)
	if at == len(s.tx.text) {
		return
	}
	line := ofText(1 + bytes.Count(s.tx.text[:at], []byte("\n")))
	header, _, _ := bytes.Cut(s.tx.text, []byte("\r\n\r\n"))
	body, _ := s.body()
	switch {
	case s.tx.params.has("SMTPUTF8"):
	case at < len(header):
		s.c.Violation("8-bit header without SMTPUTF8", "RFC 6532 section 3.1", line)
	case body == "" || strings.EqualFold(body, "7BIT"):
		s.c.Violation("8-bit text without BODY=8BITMIME", "RFC 6152 section 3", line)
	}
}

// asciiPrefix returns how many octets come before the first one above 127. It
// looks at eight at a time, since texts are long.
func asciiPrefix(text []byte) int {
	n := 0
	for len(text)-n >= 8 && binary.NativeEndian.Uint64(text[n:])&0x8080808080808080 == 0 {
		n += 8
	}
	for n < len(text) && text[n] < 0x80 {
		n++
	}
	return n
}

func checkLine(line []byte) (rule, rfc string) {
	body, ok := bytes.CutSuffix(line, []byte("\r\n"))
	switch {
	case !ok && len(line) > 0 && line[len(line)-1] == '\n':
		return "bare LF in the text", "RFC 5321 section 2.3.8"
	case bytes.IndexByte(body, '\r') >= 0:
		return "bare CR in the text", "RFC 5321 section 2.3.8"
	case len(line) > maxTextLine:
		return "text line too long", "RFC 5321 section 4.5.3.1.6"
	}
	return "", ""
}
