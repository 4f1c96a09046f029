package smtpfake

import (
	"bytes"
	"strconv"
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
// got. problem is what the connection has told of already.
func (s *session) checkCommand(cmd command, problem string) {
	if v, ok := violations[string(s.code[:])]; ok && problem == "" && !s.closed {
		step := cmd.step()
		text := step.Show
		if text == "" {
			text = cmd.verb + " " + cmd.arg
		}
		s.c.Violation(v.rule, v.rfc, text)
	}
}

const maxTextLine = 1000 // with its CRLF: RFC 5321 section 4.5.3.1.6

// checkText records what is wrong with the lines of a text that has come by
// DATA.
func (s *session) checkText() {
	for n, text := 1, s.tx.text; len(text) > 0; n++ {
		end := bytes.IndexByte(text, '\n') + 1
		if end == 0 {
			end = len(text)
		}
		if rule, rfc := checkLine(text[:end]); rule != "" {
			s.c.Violation(rule, rfc, "line "+strconv.Itoa(n)+" of the text")
		}
		text = text[end:]
	}
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
