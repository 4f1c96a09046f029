package smtpfake

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// MAIL: RFC 5321 section 4.1.1.2.

// A transaction is what MAIL begins and the end of the text, RSET, EHLO or the
// end of the connection ends.
type transaction struct {
	from     string
	params   params // of MAIL
	size     int64  // as announced
	rcpts    []recipient
	domains  []string // theirs, if they are limited
	refused  int      // recipients refused
	rcptSize int      // octets of RCPT commands
	text     []byte   // so far
	chunked  bool     // by BDAT or BURL
	end      func()   // tells the store
	reply    string   // to MAIL or to the text, if a rule has one
	id       string   // of the message, once it is stored
	results  []string // the replies to the text in LMTP
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

// mailParams checks the parameters, and whether the user and the rules allow
// the reverse-path. It returns the reply if something doesn't.
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
	if s.cfg.OwnSender && s.user != "" && s.tx.from != "" && !strings.EqualFold(s.user, s.tx.from) {
		return "550 5.7.1 Sender address is not yours: you are " + s.user
	}
	if r := s.rule(atMail, ""); r != nil {
		return s.obey(r)
	}
	return ""
}

// obey makes a rule's reply that of the transaction, or returns it if it is a
// refusal.
func (s *session) obey(r *Rule) (problem string) {
	if r.Reply[0] != '2' {
		return r.Reply
	}
	s.tx.reply = r.Reply
	return ""
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
