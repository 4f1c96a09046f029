package smtpfake

import (
	"strconv"
	"strings"
)

// The parameters of MAIL and RCPT: RFC 5321 section 4.1.1.11.

// A paramRule says what is known of a parameter.
type paramRule struct {
	cmd  string // "MAIL" or "RCPT"
	flag bool   // it has no value
	// check checks the value and returns the reply to a bad one. nil
	// leaves that to go-smtp.
	check func(s *session, value string) string
}

// paramRules are the parameters that are known, by keyword.
var paramRules = map[string]paramRule{
	"SIZE": {cmd: "MAIL", check: (*session).checkSize},
	"BODY": {cmd: "MAIL"},
	"AUTH": {cmd: "MAIL"},
}

// A param is a parameter as it was sent, with its keyword in upper case.
type param struct {
	name, value string
	rule        paramRule
}

type params []param

// parseParams takes the parameters apart. It returns the reply if one of them
// is malformed, unknown, or there twice.
func (s *session) parseParams(cmd, rest string) (list params, problem string) {
	for word := range strings.FieldsSeq(rest) {
		name, value, hasValue := strings.Cut(word, "=")
		name = strings.ToUpper(name)
		rule, known := paramRules[name]
		switch {
		case !validKeyword(name) || hasValue && !validValue(value):
			return nil, "501 5.5.4 Malformed parameter " + word
		case !known || rule.cmd != cmd:
			return nil, "555 5.5.4 Unknown parameter " + name
		case !s.esmtp && !s.cfg.Lenient:
			return nil, "555 5.5.4 No parameters after HELO"
		case hasValue == rule.flag:
			return nil, "501 5.5.4 Bad value of " + name
		case list.has(name):
			return nil, "501 5.5.4 Parameter " + name + " is there twice"
		}
		list = append(list, param{name, value, rule})
	}
	return list, ""
}

// validKeyword checks an esmtp-keyword in upper case.
func validKeyword(s string) bool {
	for i, b := range []byte(s) {
		if b >= 0x80 || !isLetDig(b) && (b != '-' || i == 0) {
			return false
		}
	}
	return s != ""
}

// validValue checks an esmtp-value: printable, without "=" and white space.
// UTF-8 is let through (RFC 6531 section 3.3).
func validValue(s string) bool {
	for _, b := range []byte(s) {
		if b <= ' ' || b == '=' || b == 127 {
			return false
		}
	}
	return s != ""
}

func (l params) has(name string) bool {
	for _, p := range l {
		if p.name == name {
			return true
		}
	}
	return false
}

// values returns what the message's Via carries; nil if there are none.
func (l params) values() map[string]string {
	if len(l) == 0 {
		return nil
	}
	m := make(map[string]string, len(l))
	for _, p := range l {
		m[p.name] = p.value
	}
	return m
}

// forEngine returns the parameters that go-smtp checks, as they were sent.
func (l params) forEngine() string {
	out := ""
	for _, p := range l {
		if p.rule.check == nil {
			out += " " + p.name + "=" + p.value
		}
	}
	return out
}

func (l params) engineNames() []string {
	var names []string
	for _, p := range l {
		if p.rule.check == nil {
			names = append(names, p.name)
		}
	}
	return names
}

// checkSize is SIZE of RFC 1870 section 5: up to 20 digits.
func (s *session) checkSize(value string) string {
	if len(value) > 20 || strings.Trim(value, "0123456789") != "" {
		return "501 5.5.4 Bad value of SIZE"
	}
	n, err := strconv.ParseInt(value, 10, 64)
	if s.cfg.MaxMessageBytes > 0 && (err != nil || n > s.cfg.MaxMessageBytes) {
		return "552 5.3.4 Message size exceeds the limit of " +
			strconv.FormatInt(s.cfg.MaxMessageBytes, 10) + " octets"
	}
	if err != nil {
		return "552 5.3.4 Message size exceeds what can be stored"
	}
	s.tx.size = n
	return ""
}
