package smtpfake

import (
	"strings"

	"github.com/emersion/go-smtp"
)

// The parameters of MAIL and RCPT: RFC 5321 section 4.1.1.11.

// A paramRule says what is known of a parameter.
type paramRule struct {
	cmd  string // "MAIL" or "RCPT"
	ext  string // the extension that it belongs to
	flag bool   // it has no value
	// engine leaves the value to go-smtp.
	engine bool
	// check checks the value and returns the reply to a bad one.
	check func(s *session, value string) string
}

// paramRules are the parameters that are known, by keyword.
var paramRules = map[string]paramRule{
	"SIZE":        {cmd: "MAIL", ext: "SIZE", check: (*session).checkSize},
	"BODY":        {cmd: "MAIL", ext: "8BITMIME", check: (*session).checkBody},
	"AUTH":        {cmd: "MAIL", ext: "AUTH", engine: true, check: (*session).checkAuth},
	"SMTPUTF8":    {cmd: "MAIL", ext: "SMTPUTF8", flag: true, engine: true},
	"RET":         {cmd: "MAIL", ext: "DSN", engine: true},
	"ENVID":       {cmd: "MAIL", ext: "DSN", engine: true, check: (*session).checkEnvID},
	"NOTIFY":      {cmd: "RCPT", ext: "DSN", engine: true},
	"ORCPT":       {cmd: "RCPT", ext: "DSN", engine: true},
	"REQUIRETLS":  {cmd: "MAIL", ext: "REQUIRETLS", flag: true, check: (*session).checkRequireTLS},
	"MT-PRIORITY": {cmd: "MAIL", ext: "MT-PRIORITY", check: (*session).checkPriority},
	"BY":          {cmd: "MAIL", ext: "DELIVERBY", check: (*session).checkBy},
	"RRVS":        {cmd: "RCPT", ext: "RRVS", engine: true},
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
		list = append(list, param{name, value, value, rule})
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

// checkParams checks those that go-smtp doesn't. It returns the reply if there
// is something wrong.
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

func (l params) set(name, decoded string) {
	for i := range l {
		if l[i].name == name {
			l[i].decoded = decoded
		}
	}
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

// forEngine returns the parameters that go-smtp checks, as they were sent.
func (l params) forEngine() string {
	out := ""
	for _, p := range l {
		switch {
		case !p.rule.engine:
		case p.rule.flag:
			out += " " + p.name
		case p.name == "AUTH":
			out += " AUTH=" + bare(p.value)
		default:
			out += " " + p.name + "=" + p.value
		}
	}
	return out
}

// engineNames are those whose values go-smtp may have refused.
func (l params) engineNames() []string {
	var names []string
	for _, p := range l {
		if p.rule.engine && !p.rule.flag {
			names = append(names, p.name)
		}
	}
	return names
}

// decodeMail takes over what go-smtp has decoded.
func (l params) decodeMail(opts *smtp.MailOptions) {
	if len(l) == 0 {
		return
	}
	l.set("RET", string(opts.Return))
	l.set("ENVID", opts.EnvelopeID)
	if opts.Auth != nil && *opts.Auth != "" {
		l.set("AUTH", *opts.Auth)
	}
	if body, ok := l.get("BODY"); ok {
		l.set("BODY", strings.ToUpper(body))
	}
}

// decodeRcpt takes over what go-smtp has decoded.
func (l params) decodeRcpt(opts *smtp.RcptOptions) {
	if len(l) == 0 {
		return
	}
	var notify []string
	for _, n := range opts.Notify {
		notify = append(notify, string(n))
	}
	l.set("NOTIFY", strings.Join(notify, ","))
	l.set("ORCPT", strings.ToLower(string(opts.OriginalRecipientType))+";"+opts.OriginalRecipient)
}
