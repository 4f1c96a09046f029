package smtpfake

import (
	"strings"

	"github.com/emersion/go-smtp"
)

// MAIL: RFC 5321 section 4.1.1.2.

// A transaction is what MAIL begins and the end of the text, RSET, EHLO or the
// end of the connection ends.
type transaction struct {
	from       string
	params     map[string]string // of MAIL, by upper-case keyword
	size       int64             // as announced
	rcpts      []string
	rcptParams []map[string]string
	refused    int // recipients refused
	text       []byte
	end        func() // tells the store
}

func (s *session) mail(arg string) {
	switch {
	case s.helo == "":
		s.reply("503 5.5.1 Send EHLO or HELO first")
		return
	case s.tx != nil:
		s.reply("503 5.5.1 Nested MAIL: a transaction is open")
		return
	case s.cfg.RequireAuth && s.user == "":
		s.reply("530 5.7.0 Authentication required")
		return
	}
	path, ok := cutPrefixFold(arg, "FROM:")
	if !ok {
		s.reply("501 5.5.4 Syntax: MAIL FROM:<address>")
		return
	}
	from, rest, ok := cutPath(path, s.cfg.Lenient)
	if !ok || isPostmaster(from) {
		s.reply("501 5.1.7 Bad sender address syntax")
		return
	}
	s.tx = &transaction{from: from, end: s.cfg.Store.Transaction()}
	if problem := s.mailParams(rest); problem != "" {
		s.endTransaction()
		s.reply(problem)
		return
	}
	s.c.CountTransaction()
	s.reply("250 2.1.0 Sender <" + from + "> ok")
}

// mailParams checks the parameters and tells go-smtp of the transaction. It
// returns the reply if there is something wrong.
func (s *session) mailParams(rest string) (problem string) {
	params, problem := s.parseParams("MAIL", rest)
	if problem != "" {
		return problem
	}
	s.tx.params = params.values()
	for _, p := range params {
		if p.rule.check == nil {
			continue
		}
		if problem := p.rule.check(s, p.value); problem != "" {
			return problem
		}
	}
	from := s.tx.from
	if from != "" {
		from = s.forEngine(from)
	}
	if s.pass("MAIL FROM:<", from, ">", params.forEngine()) {
		return ""
	}
	return s.refused(params)
}

// refused is the reply to what go-smtp did not accept.
func (s *session) refused(params params) string {
	if s.refusal != "" {
		return s.refusal
	}
	// go-smtp looks at the parameters in random order: its own reply would
	// differ from run to run.
	return "501 5.5.4 Bad value of " + strings.Join(params.engineNames(), " or ")
}

// Mail is called by go-smtp.
func (b *backend) Mail(from string, opts *smtp.MailOptions) error {
	return nil
}

func cutPrefixFold(s, prefix string) (string, bool) {
	if len(s) < len(prefix) || !strings.EqualFold(s[:len(prefix)], prefix) {
		return s, false
	}
	return s[len(prefix):], true
}
