package smtpfake

import (
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// RCPT: RFC 5321 section 4.1.1.3.

// A recipient is one that RCPT has added.
type recipient struct {
	addr   string   // as the client has sent it
	to     []string // whom it is delivered to, if that is not addr alone
	hop    string   // the domain of Relay that it is for
	params params
	reply  string // to RCPT, if a rule has one
	bounce string // the reply that a notification will tell
	// relayed to a server that won't tell what becomes of the mail
	relayed bool
}

func (s *session) rcpt(arg string) {
	switch {
	case s.tx == nil:
		s.reply("503 5.5.1 Send MAIL first")
		return
	case s.tx.chunked:
		s.reply("503 5.5.1 RCPT after BDAT")
		return
	}
	if problem := s.addRcpt(arg); problem != "" {
		s.tx.refused++
		s.reply(problem)
		return
	}
	to := &s.tx.rcpts[len(s.tx.rcpts)-1]
	if to.reply == "" {
		s.reply("250 2.1.5 Recipient <" + to.addr + "> ok")
		return
	}
	s.reply(to.reply)
}

// addRcpt adds a recipient to the transaction, or returns the reply that
// refuses it.
func (s *session) addRcpt(arg string) (problem string) {
	path, ok := cutPrefixFold(arg, "TO:")
	if !ok {
		return "501 5.5.4 Syntax: RCPT TO:<address>"
	}
	addr, rest, ok := cutPath(path, s.cfg.Lenient)
	if !ok || addr == "" || !utf8.ValidString(addr) {
		return "501 5.1.3 Bad recipient address syntax"
	}
	if s.tx.rcptSize += len(arg); s.tx.rcptSize > manyRcptOctets {
		return "452 4.5.3 Too many recipients: the limit is " + strconv.Itoa(manyRcptOctets) + " octets of RCPT"
	}
	to := recipient{addr: addr}
	if to.params, problem = s.parseParams("RCPT", rest); problem != "" {
		return problem
	}
	if !isASCII(addr) && !s.tx.params.has("SMTPUTF8") {
		return "553 5.6.7 Non-ASCII address needs SMTPUTF8"
	}
	if problem = s.checkParams(to.params); problem != "" {
		return problem
	}
	s.tx.rcpts = append(s.tx.rcpts, to)
	last := &s.tx.rcpts[len(s.tx.rcpts)-1]
	if problem = s.mayAdd(last); problem != "" {
		s.tx.rcpts = s.tx.rcpts[:len(s.tx.rcpts)-1]
		return problem
	}
	s.noteDomain(last)
	return ""
}

// mayAdd finds out what becomes of mail to the last recipient. It returns the
// reply if it is refused.
func (s *session) mayAdd(to *recipient) (problem string) {
	if problem = s.overLimits(to); problem != "" {
		return problem
	}
	if problem = s.applyRule(to); problem != "" {
		return problem
	}
	return s.route(to)
}

// More than any client has in earnest: recipients of a message, and octets of
// their RCPT commands together.
const (
	manyRecipients = 100_000
	manyRcptOctets = 4 << 20
)

// overLimits returns the reply if the last recipient is one too many.
func (s *session) overLimits(to *recipient) string {
	n := s.maxRecipients()
	if n == 0 {
		n = manyRecipients
	}
	if len(s.tx.rcpts) > n {
		return "452 4.5.3 Too many recipients: the limit is " + strconv.Itoa(n)
	}
	n = s.cfg.MaxRecipientDomains
	if n > 0 && len(s.tx.domains) >= n && !slices.Contains(s.tx.domains, to.domain()) {
		return "452 4.5.3 Too many recipient domains: the limit is " + strconv.Itoa(n)
	}
	return ""
}

func (r *recipient) domain() string {
	_, domain, _ := cutMailbox(r.addr)
	return strings.ToLower(domain)
}

// noteDomain notes the domain of a recipient that has been added, as far as
// they are limited.
func (s *session) noteDomain(to *recipient) {
	tx := s.tx
	if len(tx.domains) < s.cfg.MaxRecipientDomains && !slices.Contains(tx.domains, to.domain()) {
		tx.domains = append(tx.domains, to.domain())
	}
}

// applyRule returns the reply of a rule that refuses a recipient.
func (s *session) applyRule(to *recipient) string {
	r := s.rule(atRcpt, to.addr)
	switch {
	case r == nil:
	case r.Bounce:
		to.bounce = r.Reply
	case r.Reply[0] == '2':
		to.reply = r.Reply
		to.to = forwardPath(r.Reply)
	default:
		return r.Reply
	}
	return ""
}

// forwardPath returns the address that a reply 251 tells in angle brackets
// (RFC 5321 section 3.4), nil if there is none.
func forwardPath(reply string) []string {
	if _, rest, ok := strings.Cut(reply, "<"); ok && strings.HasPrefix(reply, "251") {
		if addr, _, ok := strings.Cut(rest, ">"); ok {
			return []string{addr}
		}
	}
	return nil
}

// route finds out whom a recipient is delivered to. It returns the reply if
// there is nobody.
func (s *session) route(to *recipient) string {
	switch {
	case to.bounce != "" || to.to != nil:
		return ""
	case s.alias(to.addr) != nil:
		to.to = s.alias(to.addr)
	case s.nextHop(to.addr) != "":
		to.hop = s.nextHop(to.addr)
	case s.cfg.RejectUnknown && !isPostmaster(to.addr) && s.cfg.Store.Lookup(to.addr) == nil:
		return "550 5.1.1 No such user: <" + to.addr + ">"
	}
	return s.checkOwner(to)
}

// alias returns what an address stands for, nil if it is no alias.
func (s *session) alias(addr string) []string {
	for name, list := range s.cfg.Aliases {
		if strings.EqualFold(name, addr) {
			return list
		}
	}
	return nil
}
