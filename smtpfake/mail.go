package smtpfake

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/emersion/go-smtp"
)

// MAIL: RFC 5321 section 4.1.1.2.

// A transaction is what MAIL begins and the end of the text, RSET, EHLO or the
// end of the connection ends.
type transaction struct {
	from    string
	opts    *smtp.MailOptions // as go-smtp has parsed them
	params  params            // of MAIL
	size    int64             // as announced
	rcpts   []recipient
	refused int      // recipients refused
	text    []byte   // so far
	chunked bool     // by BDAT or BURL
	end     func()   // tells the store
	reply   string   // to MAIL or to the text, if a rule has one
	id      string   // of the message, once it is stored
	results []string // the replies to the text in LMTP
}

func (s *session) mail(arg string) {
	problem := s.mayMail()
	if problem == "" {
		problem = s.begin(arg)
	}
	if problem != "" {
		s.reply(problem)
		return
	}
	s.c.CountTransaction()
	if s.tx.reply != "" {
		s.reply(s.tx.reply)
		return
	}
	s.reply("250 2.1.0 Sender <" + s.tx.from + "> ok")
}

// mayMail returns the reply if a transaction can't begin.
func (s *session) mayMail() string {
	switch {
	case s.helo == "":
		return "503 5.5.1 Send " + s.greetVerb() + " first"
	case s.tx != nil:
		return "503 5.5.1 Nested MAIL: a transaction is open"
	case s.cfg.RequireAuth && s.user == "":
		return "530 5.7.0 Authentication required"
	case s.cfg.MaxMessages > 0 && s.transactions >= s.cfg.MaxMessages:
		return "452 4.5.3 Too many messages on this connection: the limit is " +
			strconv.Itoa(s.cfg.MaxMessages)
	}
	return ""
}

// begin begins a transaction, or returns the reply that refuses it.
func (s *session) begin(arg string) (problem string) {
	path, ok := cutPrefixFold(arg, "FROM:")
	if !ok {
		return "501 5.5.4 Syntax: MAIL FROM:<address>"
	}
	from, rest, ok := cutPath(path, s.cfg.Lenient)
	if !ok || isPostmaster(from) || !utf8.ValidString(from) {
		return "501 5.1.7 Bad sender address syntax"
	}
	s.tx = &transaction{from: from, end: s.cfg.Store.Transaction()}
	if problem = s.mailParams(rest); problem != "" {
		s.endTransaction()
		return problem
	}
	s.transactions++
	return ""
}

// mailParams checks the parameters and tells go-smtp of the transaction. It
// returns the reply if there is something wrong.
func (s *session) mailParams(rest string) (problem string) {
	if s.tx.params, problem = s.parseParams("MAIL", rest); problem != "" {
		return problem
	}
	if !isASCII(s.tx.from) && !s.tx.params.has("SMTPUTF8") {
		return "553 5.6.7 Non-ASCII address needs SMTPUTF8"
	}
	if problem = s.checkParams(s.tx.params); problem != "" {
		return problem
	}
	from := s.tx.from
	if from != "" {
		from = s.forEngine(from)
	}
	if s.pass("MAIL FROM:<", from, ">", s.tx.params.forEngine()) {
		return ""
	}
	return s.refused(s.tx.params)
}

// refused is the reply to what go-smtp did not accept.
func (s *session) refused(l params) string {
	if s.refusal != "" {
		return s.refusal
	}
	// go-smtp looks at the parameters in random order: its own reply would
	// differ from run to run.
	return "501 5.5.4 Bad value of " + strings.Join(l.engineNames(), " or ")
}

// Mail is called by go-smtp.
func (b *backend) Mail(_ string, opts *smtp.MailOptions) error {
	defer b.passOn()
	b.tx.opts = opts
	b.tx.params.decodeMail(opts)
	if b.cfg.OwnSender && b.user != "" && b.tx.from != "" && !strings.EqualFold(b.user, b.tx.from) {
		return b.refuse("550 5.7.1 Sender address is not yours: you are " + b.user)
	}
	if r := b.rule(atMail, ""); r != nil {
		return b.obey(r)
	}
	return nil
}

func cutPrefixFold(s, prefix string) (string, bool) {
	if len(s) < len(prefix) || !strings.EqualFold(s[:len(prefix)], prefix) {
		return s, false
	}
	return s[len(prefix):], true
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= 0x80 {
			return false
		}
	}
	return true
}
