package smtpfake

import (
	"strconv"

	"github.com/emersion/go-smtp"
)

// RCPT: RFC 5321 section 4.1.1.3.

func (s *session) rcpt(arg string) {
	if s.tx == nil {
		s.reply("503 5.5.1 Send MAIL first")
		return
	}
	if problem := s.addRcpt(arg); problem != "" {
		s.tx.refused++
		s.reply(problem)
		return
	}
	s.reply("250 2.1.5 Recipient <" + s.tx.rcpts[len(s.tx.rcpts)-1] + "> ok")
}

// addRcpt adds a recipient to the transaction, or returns the reply that
// refuses it.
func (s *session) addRcpt(arg string) (problem string) {
	path, ok := cutPrefixFold(arg, "TO:")
	if !ok {
		return "501 5.5.4 Syntax: RCPT TO:<address>"
	}
	to, rest, ok := cutPath(path, s.cfg.Lenient)
	if !ok || to == "" {
		return "501 5.1.3 Bad recipient address syntax"
	}
	params, problem := s.parseParams("RCPT", rest)
	if problem != "" {
		return problem
	}
	s.tx.rcpts = append(s.tx.rcpts, to)
	s.tx.rcptParams = append(s.tx.rcptParams, params.values())
	if s.pass("RCPT TO:<", s.forEngine(to), ">", params.forEngine()) {
		return ""
	}
	s.tx.rcpts = s.tx.rcpts[:len(s.tx.rcpts)-1]
	s.tx.rcptParams = s.tx.rcptParams[:len(s.tx.rcpts)]
	if s.refusal == "" && s.full() {
		return "452 4.5.3 Too many recipients: the limit is " + strconv.Itoa(s.cfg.MaxRecipients)
	}
	return s.refused(params)
}

// full reports whether go-smtp has as many recipients as it takes.
func (s *session) full() bool {
	return s.cfg.MaxRecipients > 0 && len(s.tx.rcpts) >= s.cfg.MaxRecipients
}

// forEngine returns a mailbox that go-smtp takes. It wants a domain for the
// postmaster, and has its own idea of quoted strings; nothing is done with
// what it makes of them.
func (s *session) forEngine(mailbox string) string {
	local, domain, ok := cutMailbox(mailbox)
	switch {
	case !ok:
		return mailbox + "@" + s.cfg.Hostname
	case local[0] == '"':
		return "quoted@" + domain
	}
	return mailbox
}

// Rcpt is called by go-smtp.
func (b *backend) Rcpt(_ string, opts *smtp.RcptOptions) error {
	s := b.session
	to := s.tx.rcpts[len(s.tx.rcpts)-1]
	if s.cfg.RejectUnknown && !isPostmaster(to) && s.cfg.Store.Lookup(to) == nil {
		return b.refuse("550 5.1.1 No such user: <" + to + ">")
	}
	return nil
}
