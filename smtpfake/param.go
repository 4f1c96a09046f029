package smtpfake

import "strings"

// The parameters of MAIL and RCPT: RFC 5321 section 4.1.1.11.

// A paramRule says what is known of a parameter.
type paramRule struct {
	cmd  string // "MAIL" or "RCPT"
	ext  string // the extension that it belongs to
	flag bool   // it has no value
	// decode returns the value as the message's Via has it, false if it is
	// bad. nil leaves it as it was sent.
	decode func(value string) (string, bool)
	// check checks the value as it was sent against the session, and
	// returns the reply if it is refused.
	check func(s *session, value string) string
}

// paramRules are the parameters that are known, by keyword.
var paramRules = map[string]paramRule{
	"SIZE":        {cmd: "MAIL", ext: "SIZE", check: (*session).checkSize},
	"BODY":        {cmd: "MAIL", ext: "8BITMIME", decode: decodeBody, check: (*session).checkBody},
	"AUTH":        {cmd: "MAIL", ext: "AUTH", decode: decodeAuth, check: (*session).checkAuth},
	"SMTPUTF8":    {cmd: "MAIL", ext: "SMTPUTF8", flag: true},
	"RET":         {cmd: "MAIL", ext: "DSN", decode: decodeRet},
	"ENVID":       {cmd: "MAIL", ext: "DSN", decode: decodeEnvID},
	"NOTIFY":      {cmd: "RCPT", ext: "DSN", decode: decodeNotify},
	"ORCPT":       {cmd: "RCPT", ext: "DSN", decode: decodeORCPT},
	"REQUIRETLS":  {cmd: "MAIL", ext: "REQUIRETLS", flag: true, check: (*session).checkRequireTLS},
	"MT-PRIORITY": {cmd: "MAIL", ext: "MT-PRIORITY", check: (*session).checkPriority},
	"BY":          {cmd: "MAIL", ext: "DELIVERBY", check: (*session).checkBy},
	"RRVS":        {cmd: "RCPT", ext: "RRVS", decode: decodeRRVS},
	"HOLDFOR":     {cmd: "MAIL", ext: "FUTURERELEASE", check: (*session).checkHoldFor},
	"HOLDUNTIL":   {cmd: "MAIL", ext: "FUTURERELEASE", check: (*session).checkHoldUntil},
	"SOLICIT":     {cmd: "MAIL", ext: "NO-SOLICITING", check: (*session).checkSolicit},
}

// A param is a parameter as it was sent, with its keyword in upper case.
type param struct {
	name, value string
	decoded     string // as the message's Via has it
	rule        paramRule
}

type params []param

// parseParams takes the parameters apart. It returns the reply if one of them
// is malformed, unknown, or there twice.
func (s *session) parseParams(cmd, rest string) (list params, problem string) {
	if rest == "" {
		return nil, ""
	}
	for word := range strings.FieldsSeq(rest) {
		name, value, hasValue := strings.Cut(word, "=")
		name = strings.ToUpper(name)
		rule, known := paramRules[name]
		switch {
		case !validKeyword(name) || hasValue && !validValue(value):
			return nil, "501 5.5.4 Malformed parameter " + word
		case !known || rule.cmd != cmd || !s.srv.enabled(rule.ext):
			return nil, "555 5.5.4 Unknown parameter " + name
		case !s.esmtp && !s.cfg.Lenient:
			return nil, "555 5.5.4 No parameters after HELO"
		case hasValue == rule.flag:
			return nil, "501 5.5.4 Bad value of " + name
		case list.has(name):
			return nil, "501 5.5.4 Parameter " + name + " is there twice"
		}
		decoded, ok := value, true
		if rule.decode != nil {
			decoded, ok = rule.decode(value)
		}
		if !ok {
			return nil, "501 5.5.4 Bad value of " + name
		}
		list = append(list, param{name, value, decoded, rule})
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

// checkParams checks what the session has a say in. It returns the reply if
// there is something wrong.
func (s *session) checkParams(l params) string {
	for _, p := range l {
		if p.rule.check == nil {
			continue
		}
		if problem := p.rule.check(s, p.value); problem != "" {
			return problem
		}
	}
	return ""
}

func (l params) has(name string) bool {
	_, ok := l.get(name)
	return ok
}

// get returns a decoded value.
func (l params) get(name string) (string, bool) {
	for _, p := range l {
		if p.name == name {
			return p.decoded, true
		}
	}
	return "", false
}

// values returns what the message's Via has; nil if there are none.
func (l params) values() map[string]string {
	if len(l) == 0 {
		return nil
	}
	m := make(map[string]string, len(l))
	for _, p := range l {
		m[p.name] = p.decoded
	}
	return m
}
