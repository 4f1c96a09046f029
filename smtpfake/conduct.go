package smtpfake

import (
	"regexp"
	"strings"

	"github.com/mailfakes/mailfakes/mailtest/wire"
)

// A conduct is what a session remembers of its client to judge the next
// command by: what the client was told, and whether it waited for that.
type conduct struct {
	ahead    bool              // the command had come before the last reply went out
	verb     string            // of the last command; "." is the end of a text
	refused  map[string]string // by command, the last reply if it was a refusal
	accepted bool              // a recipient of the transaction
	upgraded bool              // TLS has begun, and there was no EHLO since
	lines    bool              // the last lines were no commands, and that is told
	closing  bool              // the client was told 421
}

// begin notes that a command has been read.
func (b *conduct) begin(verb string) {
	b.verb = verb
	switch verb {
	case "MAIL", "RSET":
		b.accepted = false
		delete(b.refused, "RCPT")
	case "EHLO", "LHLO", "HELO":
		b.upgraded, b.accepted = false, false
		b.refused = nil
	}
}

// replied notes what the client was told: by a fault, or by the session.
func (s *session) replied(verb string) {
	code := s.code
	if sent, ok := s.c.Struck(); ok {
		if copy(code[:], sent) < len(code) {
			return
		}
	}
	b := &s.conduct
	b.closing = string(code[:]) == "421"
	if code[0] != '4' && code[0] != '5' {
		s.failures = 0
		delete(b.refused, verb)
		b.accepted = b.accepted || verb == "RCPT"
		return
	}
	s.failures++
	if _, known := handlers[verb]; !known && verb != wire.StepConnect {
		return // whatever a client makes up
	}
	if b.refused == nil {
		b.refused = make(map[string]string)
	}
	b.refused[verb] = string(code[:])
}

// checkOrder records what a command shows by its place among others: that its
// client didn't wait for a reply, or didn't mind it. It reports whether there
// is nothing more to say of the command.
func (s *session) checkOrder(cmd command) bool {
	for _, check := range []func(*session, command) (rule, rfc, text string){
		checkAfterText, checkUpgraded, checkPipelined, checkIgnored, checkLength,
	} {
		if rule, rfc, text := check(s, cmd); rule != "" {
			if text != "" {
				s.c.Violation(rule, rfc, text)
			}
			return true
		}
	}
	return false
}

// checkAfterText finds lines of a text that came as commands: since DATA was
// refused, or since a dot that wasn't doubled has ended the text. Only the
// first is told.
func checkAfterText(s *session, cmd command) (rule, rfc, text string) {
	b := &s.conduct
	if _, known := handlers[cmd.verb]; known {
		b.lines = false
		return "", "", ""
	}
	_, refused := b.refused["DATA"]
	switch {
	case b.lines:
		return "told already", "", ""
	case b.verb == "DATA" && refused:
		rule, rfc = "text though DATA was refused", "RFC 5321 section 3.3"
	case b.verb == wire.StepText && b.ahead:
		rule, rfc = "unstuffed dot", "RFC 5321 section 4.5.2"
	default:
		return "", "", ""
	}
	b.lines = true
	return rule, rfc, "after the end of the text: " + cmd.verb
}

// checkUpgraded wants EHLO after STARTTLS.
func checkUpgraded(s *session, cmd command) (rule, rfc, text string) {
	switch cmd.verb {
	case "EHLO", "LHLO", "HELO", "QUIT", "NOOP":
		return "", "", ""
	}
	if !s.conduct.upgraded {
		return "", "", ""
	}
	s.conduct.upgraded = false
	return "no EHLO after STARTTLS", "RFC 3207 section 4.2", cmd.show()
}

// checkPipelined finds commands that came before they could (RFC 2920 section
// 3.1).
func checkPipelined(s *session, cmd command) (rule, rfc, text string) {
	b := &s.conduct
	switch {
	case !b.ahead || b.verb == "":
		return "", "", ""
	case s.srv.patient || !s.esmtp:
		return "pipelining not offered", "RFC 2920 section 3.1", cmd.show()
	}
	switch b.verb {
	case "EHLO", "LHLO", "HELO", "DATA", "VRFY", "EXPN", "TURN", "QUIT", "NOOP", "AUTH":
		return "pipelined after " + b.verb, "RFC 2920 section 3.1", cmd.show()
	}
	return "", "", ""
}

// checkIgnored finds commands that make sense only if one before them had been
// accepted, of a client that has read that it wasn't.
func checkIgnored(s *session, cmd command) (rule, rfc, text string) {
	b := &s.conduct
	if b.ahead || len(b.refused) == 0 || cmd.verb == "QUIT" {
		return "", "", ""
	}
	if of := b.cause(cmd.verb, s.cfg.RequireAuth); of != "" {
		return "reply ignored", "RFC 5321 section 4.2",
			cmd.verb + " after " + b.refused[of] + " to " + of
	}
	return "", "", ""
}

// cause returns the refused command that makes another one pointless, or "".
func (b *conduct) cause(verb string, login bool) string {
	var causes []string
	switch verb {
	case "MAIL":
		causes = []string{"EHLO", "LHLO", "HELO"}
		if login {
			causes = append(causes, "AUTH")
		}
	case "RCPT":
		causes = []string{"MAIL"}
	case "DATA", "BDAT":
		causes = []string{"MAIL", "RCPT"}
	}
	for _, of := range append(causes, wire.StepConnect) {
		if _, refused := b.refused[of]; refused && !(of == "RCPT" && b.accepted) {
			return of
		}
	}
	return ""
}

// maxCommand is how long a command may be with its CRLF, without its
// parameters, for which extensions ask for more (RFC 5321 section 4.5.3.1.4).
const maxCommand = 512

var parameters = regexp.MustCompile(`>( +[A-Za-z0-9][A-Za-z0-9-]*(=\S*)?)+$`)

// checkLength finds commands that are too long.
func checkLength(s *session, cmd command) (rule, rfc, text string) {
	if !cmd.cut && len(cmd.verb)+len(" ")+len(cmd.arg)+len("\r\n") <= maxCommand {
		return "", "", ""
	}
	line := cmd.verb + " " + cmd.arg
	switch cmd.verb {
	case "AUTH", "BURL", "XCLIENT", "XFORWARD":
		return "", "", ""
	case "MAIL", "RCPT":
		if len(line) <= maxLine {
			line = parameters.ReplaceAllString(line, ">")
		}
	}
	if cmd.cut || len(line)+len("\r\n") <= maxCommand {
		return "", "", ""
	}
	return wire.RuleLongLine, rules[wire.RuleLongLine], strings.ToValidUTF8(line[:80], "?")
}
