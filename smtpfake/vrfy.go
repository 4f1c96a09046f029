package smtpfake

import (
	"strings"
)

// VRFY and EXPN: RFC 5321 sections 3.5, 4.1.1.6 and 4.1.1.7, with the
// SMTPUTF8 parameter of RFC 6531 section 3.7.4.

func (s *session) vrfy(arg string) {
	name, ok := s.cutUTF8(arg)
	if !ok {
		s.reply("501 5.5.4 Syntax: VRFY address")
		return
	}
	if !s.cfg.Verify {
		s.reply("252 2.5.2 Send some mail, I'll try my best")
		return
	}
	addr := strings.Trim(name, "<>")
	forward, found := s.forwarding(addr), s.lookup(addr)
	switch {
	case forward != "":
		s.reply(forward)
	case s.alias(addr) != nil:
		s.reply("252 2.5.2 Unable to verify members of mailing list")
	case len(found) == 0:
		s.reply("550 5.1.1 No such user: " + name)
	case len(found) == 1:
		s.reply("250 2.1.5 <" + found[0] + ">")
	default:
		s.reply("553-5.1.4 Ambiguous; possibilities are\n" + list("553", "5.1.4", found))
	}
}

// forwarding returns the reply 251 or 551 that a rule has for an address, which
// VRFY tells as well (RFC 5321 section 3.4).
func (s *session) forwarding(addr string) string {
	for _, r := range s.cfg.Rules {
		code := r.Reply[:3]
		if (code == "251" || code == "551") && r.RcptTo != "" && fits(r.RcptTo, addr) {
			return r.Reply
		}
	}
	return ""
}

// cutUTF8 takes SMTPUTF8 off the argument of VRFY or EXPN, and checks what is
// left.
func (s *session) cutUTF8(arg string) (name string, ok bool) {
	if s.srv.enabled("SMTPUTF8") {
		if i := len(arg) - len(" SMTPUTF8"); i > 0 && strings.EqualFold(arg[i:], " SMTPUTF8") {
			arg = arg[:i]
		}
	}
	return arg, arg != ""
}

// lookup returns the addresses that a name or address may stand for.
func (s *session) lookup(name string) []string {
	var found []string
	for _, a := range s.cfg.Store.Accounts() {
		local, _, _ := cutMailbox(a.Addr)
		if strings.EqualFold(a.Addr, name) || strings.EqualFold(local, name) {
			found = append(found, a.Addr)
		}
	}
	return found
}

func (s *session) expn(arg string) {
	name, ok := s.cutUTF8(arg)
	switch {
	case !ok:
		s.reply("501 5.5.4 Syntax: EXPN list")
	case s.cfg.Aliases == nil:
		s.reply("502 5.5.1 EXPN is not implemented")
	case len(s.alias(strings.Trim(name, "<>"))) == 0:
		s.reply("550 5.1.1 No such list: " + name)
	default:
		s.reply(list("250", "2.1.5", s.alias(strings.Trim(name, "<>"))))
	}
}

// list returns a reply with an address on each line.
func list(code, enhanced string, addrs []string) string {
	var b strings.Builder
	for i, a := range addrs {
		sep := "-"
		if i == len(addrs)-1 {
			sep = " "
		}
		b.WriteString(code + sep + enhanced + " <" + a + ">\n")
	}
	return strings.TrimSuffix(b.String(), "\n")
}
