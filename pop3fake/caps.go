package pop3fake

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

// Caps is what a server offers, separated by commas: the capabilities that CAPA
// lists (RFC 2449), in this order, with their arguments, and CAPA, APOP and
// KEEP, which it doesn't list. What isn't offered doesn't exist: its
// commands are refused as by a server that never heard of them, and its
// response codes are left out. Use one of the ready sets, change a copy of
// one, or write one of your own:
//
//	srv.Caps = pop3fake.Gmail
//	srv.Caps = pop3fake.Usual + ", LOGIN-DELAY 900"
//	srv.Caps = "CAPA, USER, TOP" // neither UIDL nor STLS
//
// These capabilities do something:
//
//   - TOP and UIDL are the commands, USER is USER and PASS, STLS the upgrade to
//     TLS where the connection has it, SASL is AUTH. SASL's arguments are the
//     mechanisms, if the Server's Mechanisms are nil.
//   - RESP-CODES is the response codes [IN-USE] and [LOGIN-DELAY],
//     AUTH-RESP-CODE is [AUTH] and [SYS/TEMP] and [SYS/PERM] (RFC 3206).
//   - EXPIRE 0 removes the messages that were retrieved at QUIT. Other values
//     are only announced.
//   - LOGIN-DELAY n refuses a login within n seconds of the last one to the
//     same maildrop.
//   - UTF8 is the command, and refuses messages with UTF-8 in the header, by
//     [UTF8], to those who haven't said it (RFC 6856). "UTF8 USER" takes UTF-8
//     in user names and passwords.
//   - LANG is the command; the languages are English and German.
//   - IMPLEMENTATION is listed only after login.
//   - CAPA and APOP are the commands, KEEP is the Server's Keep.
//
// Any other word, and one that begins with "!", is listed without that
// character and does nothing.
type Caps string

// Ready sets. The ones named after a service or a product list what it lists,
// and have what goes with it.
const (
	// Bare is RFC 1939 without its optional commands but USER and PASS.
	Bare Caps = "USER"
	// Usual is what most servers have and clients rely on. It is what the
	// zero Caps stands for.
	Usual Caps = "CAPA, TOP, UIDL, RESP-CODES, AUTH-RESP-CODE, PIPELINING, USER, SASL, STLS"
	// Everything is all that the server knows and that doesn't stand in
	// anybody's way.
	Everything Caps = "APOP, EXPIRE NEVER, UTF8 USER, LANG, IMPLEMENTATION mailfakes, " + Usual
	// Gmail has no STLS. What was retrieved leaves the maildrop, and stays in
	// the INBOX.
	Gmail Caps = "CAPA, KEEP, USER, RESP-CODES, EXPIRE 0, !LOGIN-DELAY 300, TOP, UIDL, " +
		"!X-GOOGLE-RICO, SASL PLAIN XOAUTH2 OAUTHBEARER"
	// ExchangeOnline has no response codes.
	ExchangeOnline Caps = "CAPA, TOP, UIDL, SASL PLAIN XOAUTH2, USER, STLS"
	// Dovecot lists CAPA itself.
	Dovecot Caps = "CAPA, !CAPA, TOP, UIDL, RESP-CODES, PIPELINING, AUTH-RESP-CODE, STLS, USER, " +
		"SASL PLAIN"
	// Cyrus lists its policies though they forbid nothing.
	Cyrus Caps = "CAPA, SASL PLAIN, STLS, EXPIRE NEVER, LOGIN-DELAY 0, TOP, UIDL, PIPELINING, " +
		"RESP-CODES, AUTH-RESP-CODE, USER, IMPLEMENTATION Cyrus POP3 server"
)

// A capability is an element of Caps.
type capability struct {
	name, args string
	plain      bool // listed, and no more
}

func (c capability) String() string {
	if c.args == "" {
		return c.name
	}
	return c.name + " " + c.args
}

type capabilities []capability

// parse panics if c isn't what Caps says.
func (c Caps) parse() capabilities {
	if c == "" {
		c = Usual
	}
	var list capabilities
	for word := range strings.SplitSeq(string(c), ",") {
		word, plain := strings.CutPrefix(strings.TrimSpace(word), "!")
		name, args, _ := strings.Cut(word, " ")
		if name == "" || !cleanText(word) {
			panic("pop3fake: Caps " + strconv.Quote(string(c)) +
				": an element must be a word and its arguments in US-ASCII")
		}
		list = append(list, capability{strings.ToUpper(name), args, plain})
	}
	return list
}

// find returns the capability of a name that does something.
func (l capabilities) find(name string) (capability, bool) {
	i := slices.IndexFunc(l, func(c capability) bool { return c.name == name && !c.plain })
	if i < 0 {
		return capability{}, false
	}
	return l[i], true
}

func (l capabilities) has(name string) bool {
	_, ok := l.find(name)
	return ok
}

// loginDelay is LOGIN-DELAY's argument, 0 without.
func (l capabilities) loginDelay() time.Duration {
	c, ok := l.find("LOGIN-DELAY")
	if !ok {
		return 0
	}
	n, ok := number(strings.TrimSuffix(c.args, " USER"))
	if !ok {
		panic("pop3fake: Caps: LOGIN-DELAY " + c.args + ": the argument must be a number of seconds")
	}
	return time.Duration(n) * time.Second
}
