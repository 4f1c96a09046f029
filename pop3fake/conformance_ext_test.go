package pop3fake_test

import (
	"crypto/md5"
	"encoding/hex"
	"fmt"
	"regexp"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/mailfakes/mailfakes/mailtest/mailstore"
	"github.com/mailfakes/mailfakes/pop3fake"
)

func usual(*pop3fake.Server) {}

// withCaps adds capabilities to the usual ones.
func withCaps(more pop3fake.Caps) func(*pop3fake.Server) {
	return func(s *pop3fake.Server) { s.Caps = pop3fake.Usual + ", " + more }
}

// saslRows are about logins by AUTH and APOP (RFC 5034, RFC 1939 section 7).
var saslRows = []extRow{
	{usual, row{"pop-auth", `
		C: AUTH PLAIN
		S: + 
		C: *
		S: -ERR*
		C: AUTH PLAIN
		S: + 
		C: !!!
		S: -ERR*
		C: AUTH PLAIN =
		S: -ERR*
		C: AUTH X-UNKNOWN
		S: -ERR*
		C: AUTH PLAIN AGFsaWNlQGV4YW1wbGUuY29tAHdyb25n
		S: -ERR [AUTH] *
		C: auth plain
		S: + 
		C: AGFsaWNlQGV4YW1wbGUuY29tAHNlY3JldA==
		S: +OK*
		C: QUIT
		S: +OK*
		C2: AUTH PLAIN AGFsaWNlQGV4YW1wbGUuY29tAHNlY3JldA==
		S2: +OK*
		C2: STAT
		S2: +OK 3 *
	`, func(t *testing.T, s *pop3fake.Server) {
		c := dial(t, s)
		c.do("AUTH PLAIN", "+ ")
		c.do(strings.Repeat("A", 12288), "-ERR")
		c.do("AUTH PLAIN", "+ ")
		c.do(strings.Repeat("A", 20000), "-ERR SASL response line is too long")
		c.do("AUTH PLAIN "+strings.Repeat("A", 300), "-ERR line too long")
		c.do("CAPA", "+OK")
	}}},
	{func(s *pop3fake.Server) { s.Mechanisms = []string{"SCRAM-SHA-256", "PLAIN"} }, row{"pop-auth-list", `
		C: CAPA
		S: +OK*
		S: TOP
		S: UIDL
		S: RESP-CODES
		S: AUTH-RESP-CODE
		S: PIPELINING
		S: USER
		S: SASL SCRAM-SHA-256 PLAIN
		S: .
		C: AUTH
		S: +OK*
		S: SCRAM-SHA-256
		S: PLAIN
		S: .
		C: AUTH LOGIN
		S: -ERR*
	`, nil}},
	{usual, row{"pop-auth-twice", `
		C: AUTH PLAIN AGFsaWNlQGV4YW1wbGUuY29tAHNlY3JldA==
		S: +OK*
		C: AUTH PLAIN AGFsaWNlQGV4YW1wbGUuY29tAHNlY3JldA==
		S: -ERR*
		C: STAT
		S: +OK 3 *
	`, nil}},
	// user=alice@example.com ^A auth=Bearer bad ^A ^A, and n,, ^A auth=Bearer bad ^A ^A
	{usual, row{"pop-xoauth2", `
		C: AUTH XOAUTH2 dXNlcj1hbGljZUBleGFtcGxlLmNvbQFhdXRoPUJlYXJlciBiYWQBAQ==
		S: + eyJzdGF0dXMiOi*
		C: 
		S: -ERR [AUTH] *
		C: AUTH OAUTHBEARER
		S: + 
		C: biwsAWF1dGg9QmVhcmVyIGJhZAEB
		S: + eyJzdGF0dXMiOiJpbnZhbGlkX3Rva2VuI*
		C: AQ==
		S: -ERR [AUTH] *
	`, func(t *testing.T, s *pop3fake.Server) {
		alice(s).Tokens = []string{"bad"}
		c := dial(t, s)
		c.do("AUTH XOAUTH2 dXNlcj1hbGljZUBleGFtcGxlLmNvbQFhdXRoPUJlYXJlciBiYWQBAQ==", "+OK")
	}}},
	{withCaps("APOP"), row{"pop-greet-apop", "", func(t *testing.T, s *pop3fake.Server) {
		form := regexp.MustCompile(` <[0-9]+\.[0-9]+@[a-z0-9.-]+>$`)
		first, second := greeting(t, s), greeting(t, s)
		if !form.MatchString(first) || !form.MatchString(second) || first == second {
			t.Errorf("greetings %q, %q", first, second)
		}
		if g := greeting(t, newServer(t)); strings.ContainsAny(g, "<>") {
			t.Errorf("greeting without APOP %q", g)
		}
	}}},
	{withCaps("APOP"), row{"pop-apop", "", func(t *testing.T, s *pop3fake.Server) {
		nc, err := s.Dial(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		c := newClient(t, nc)
		greeting := c.line()
		sum := md5.Sum([]byte(greeting[strings.Index(greeting, "<"):] + "secret"))
		digest := hex.EncodeToString(sum[:])
		c.do("APOP alice@example.com", "-ERR usage")
		c.do("APOP alice@example.com "+strings.Repeat("0", 32), "-ERR [AUTH]")
		c.do("APOP nobody@example.com "+digest, "-ERR [AUTH]")
		c.do("APOP alice@example.com "+digest, "+OK")
		c.do("STAT", "+OK 3 ")
		dial(t, newServer(t)).do("APOP alice@example.com "+digest, "-ERR unknown")
	}}},
	{func(s *pop3fake.Server) { s.AuthTLSOnly = true }, row{"pop-port", `
		C: CAPA
		S: +OK*
		S: TOP
		S: UIDL
		S: RESP-CODES
		S: AUTH-RESP-CODE
		S: PIPELINING
		S: SASL CRAM-MD5 SCRAM-SHA-1 SCRAM-SHA-256
		S: .
		C: USER alice@example.com
		S: -ERR [AUTH] *
		C: AUTH PLAIN
		S: -ERR [AUTH] *
	`, func(t *testing.T, s *pop3fake.Server) {
		c := dialPort(t, s, "110")
		c.reads("+OK")
		c.do("USER alice@example.com", "-ERR [AUTH]")
		c.do("STLS", "+OK")
		c = startTLS(t, c)
		if !hasLine(c.multi("CAPA"), "USER") {
			t.Error("CAPA doesn't name USER inside TLS")
		}
		c.login()
		c.do("QUIT", "+OK")
		c = dialAny(t, s, "995")
		c.login()
	}}},
}

// extensionRows are about response codes and other extensions (RFC 2449, RFC
// 3206, RFC 6856).
var extensionRows = []extRow{
	{usual, row{"pop-inuse", loggedIn + `
		C2: USER alice@example.com
		S2: +OK*
		C2: PASS wrong
		S2: -ERR [AUTH] *
		C2: USER alice@example.com
		S2: +OK*
		C2: PASS secret
		S2: -ERR [IN-USE] *
		C2: AUTH PLAIN AGFsaWNlQGV4YW1wbGUuY29tAHNlY3JldA==
		S2: -ERR [IN-USE] *
		C: QUIT
		S: +OK*
		C2: AUTH PLAIN AGFsaWNlQGV4YW1wbGUuY29tAHNlY3JldA==
		S2: +OK*
	`, nil}},
	{func(s *pop3fake.Server) { s.Caps = "CAPA, USER, RESP-CODES" }, row{"pop-respcodes", loggedIn + `
		C: CAPA
		S: +OK*
		S: RESP-CODES
		S: .
		C2: USER alice@example.com
		S2: +OK*
		C2: PASS secret
		S2: -ERR [IN-USE] *
		C2: USER alice@example.com
		S2: +OK*
		C2: PASS wrong
		S2: -ERR wrong*
	`, func(t *testing.T, _ *pop3fake.Server) {
		s := newServer(t)
		s.Caps = "USER"
		login(t, s)
		c := dial(t, s)
		c.do("CAPA", "-ERR unknown command")
		c.do("USER alice@example.com", "+OK")
		c.do("PASS secret", "-ERR maildrop is locked")
	}}},
	{usual, row{"pop-authrespcode", "", checkAuthRespCode}},
	{usual, row{"pop-logindelay", "", func(t *testing.T, _ *pop3fake.Server) {
		synctest.Test(t, checkLoginDelay)
	}}},
	{usual, row{"pop-pipelining", "", func(t *testing.T, s *pop3fake.Server) {
		got := string(exchange(t, s, wholeSession))
		at := 0
		for _, want := range []string{
			"capability list", "send PASS", "has 3 messages", "+OK 3 ", "3 messages (", "unique-id",
			"Subject: one", "Subject: two", ".Subject: three", "message 1 deleted", "maildrop has 3",
			"message 2 deleted", "done nothing", "signing off",
		} {
			i := strings.Index(got[at:], want)
			if i < 0 {
				t.Fatalf("%q doesn't come, or not in order, in %q", want, got)
			}
			at += i
		}
		if !hasLine(got, "PIPELINING") {
			t.Error("PIPELINING isn't announced")
		}
	}}},
	{withCaps("IMPLEMENTATION Some server 1.0"), row{"pop-impl", "", func(t *testing.T, s *pop3fake.Server) {
		c := dial(t, s)
		if hasLine(c.multi("CAPA"), "IMPLEMENTATION") {
			t.Error("IMPLEMENTATION before login")
		}
		c.login()
		if !hasLine(c.multi("CAPA"), "IMPLEMENTATION Some server 1.0") {
			t.Error("no IMPLEMENTATION after login")
		}
	}}},
	{withCaps("UTF8 USER"), row{"pop-utf8", loggedIn + `
		C: UTF8
		S: -ERR*
		C: QUIT
		S: +OK*
		C2: UTF8
		S2: +OK*
		C2: UTF8
		S2: +OK*
		C2: UTF8 x
		S2: -ERR*
	`, func(t *testing.T, s *pop3fake.Server) {
		if !hasLine(dial(t, s).multi("CAPA"), "UTF8 USER") {
			t.Error("UTF8 isn't announced")
		}
		s.Store.Account("jürgen@exämple.com").Password = "paßwort"
		c := dial(t, s)
		c.do("UTF8", "+OK")
		c.do("USER \xff@example.com", "-ERR")
		c.do("USER jürgen@exämple.com", "+OK")
		c.do("PASS paßwort", "+OK")
		c.do("LIST é", "-ERR")
		c = dialPort(t, s, "110")
		c.reads("+OK")
		c.do("UTF8", "+OK")
		c.do("STLS", "-ERR")
		dial(t, newServer(t)).do("UTF8", "-ERR unknown")
	}}},
	{withCaps("UTF8"), row{"pop-utf8-down", "", func(t *testing.T, s *pop3fake.Server) {
		const mail = "Subject: grüße\r\n\r\nhello\r\n"
		addMail(s, mail, "Subject: x\r\n\r\ngrüße\r\n")
		c := login(t, s)
		c.do("RETR 4", "-ERR [UTF8]")
		c.do("TOP 4 0", "-ERR [UTF8]")
		c.do("LIST 4", "+OK 4 "+fmt.Sprint(len(mail)))
		c.multi("RETR 5")
		c.do("QUIT", "+OK")
		c = dial(t, s)
		c.do("UTF8", "+OK")
		c.login()
		if got := c.multi("RETR 4"); got != mail {
			t.Errorf("RETR = %q", got)
		}
	}}},
	{withCaps("LANG"), row{"pop-lang", `
		C: LANG
		S: +OK*
		S: en English
		S: de Deutsch
		S: i-default Default language
		S: .
		C: LANG xx
		S: -ERR*
		C: LANG de
		S: +OK de *
		C: STAT
		S: -ERR zuerst anmelden
		C: USER alice@example.com
		S: +OK*
		C: PASS secret
		S: +OK*
		C: NOOP
		S: +OK nichts getan
		C: LANG *
		S: +OK en *
		C: NOOP
		S: +OK done nothing
		C: LANG EN
		S: +OK en *
		C: LANG i-default
		S: +OK i-default *
	`, func(t *testing.T, s *pop3fake.Server) {
		if !hasLine(dial(t, s).multi("CAPA"), "LANG") {
			t.Error("LANG isn't announced")
		}
		dial(t, newServer(t)).do("LANG", "-ERR unknown")
	}}},
	{usual, row{"pop-xtnd", loggedIn + `
		C: XTND XMIT
		S: -ERR*
		C: LAST
		S: -ERR*
		C: NOOP
		S: +OK*
	`, nil}},
}

// policyRows are about how long messages stay.
var policyRows = []extRow{
	{withCaps("EXPIRE 0"), row{"pop-expire", "", checkExpire}},
	{usual, row{"pop-gmail-recent", "", func(t *testing.T, _ *pop3fake.Server) {
		synctest.Test(t, checkRecent)
	}}},
}

// greeting returns the greeting of a new connection.
func greeting(t *testing.T, s *pop3fake.Server) string {
	nc, err := s.Dial(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return newClient(t, nc).line()
}

func checkAuthRespCode(t *testing.T, s *pop3fake.Server) {
	if !hasLine(dial(t, s).multi("CAPA"), "AUTH-RESP-CODE") {
		t.Error("AUTH-RESP-CODE isn't announced")
	}
	for _, tt := range []struct {
		set  func(a *mailstore.Account)
		want string
	}{
		{func(a *mailstore.Account) { a.Password = "another" }, "-ERR [AUTH] "},
		{func(a *mailstore.Account) { a.MustChangePassword = true }, "-ERR [AUTH] "},
		{func(a *mailstore.Account) { a.RefusePassword = true }, "-ERR [AUTH] "},
		{func(a *mailstore.Account) { a.Disabled = true }, "-ERR [SYS/PERM] "},
		{func(a *mailstore.Account) { a.Unavailable = true }, "-ERR [SYS/TEMP] "},
	} {
		s := newServer(t)
		tt.set(alice(s))
		c := dial(t, s)
		c.do("USER alice@example.com", "+OK")
		c.do("PASS secret", tt.want)
		c.do("AUTH PLAIN AGFsaWNlQGV4YW1wbGUuY29tAHNlY3JldA==", tt.want)
		s = newServer(t)
		s.Caps = "USER, RESP-CODES"
		tt.set(alice(s))
		c = dial(t, s)
		c.do("USER alice@example.com", "+OK")
		if reply := c.do("PASS secret", "-ERR "); strings.Contains(reply, "[") {
			t.Errorf("without AUTH-RESP-CODE: %q", reply)
		}
	}
}

func checkLoginDelay(t *testing.T) {
	s := newServer(t, mails...)
	s.Caps = pop3fake.Usual + ", LOGIN-DELAY 900"
	s.Store.Account("bob@example.com")
	if !hasLine(dial(t, s).multi("CAPA"), "LOGIN-DELAY 900") {
		t.Error("LOGIN-DELAY isn't announced")
	}
	login(t, s).do("QUIT", "+OK")
	try := func(user, password, want string) {
		t.Helper()
		c := dial(t, s)
		c.do("USER "+user, "+OK")
		c.do("PASS "+password, want)
		c.do("QUIT", "+OK")
	}
	time.Sleep(899 * time.Second)
	try("alice@example.com", "wrong", "-ERR [AUTH] ")
	try("alice@example.com", "secret", "-ERR [LOGIN-DELAY] ")
	try("bob@example.com", "secret", "+OK")
	time.Sleep(time.Second)
	try("alice@example.com", "secret", "+OK")
	try("alice@example.com", "secret", "-ERR [LOGIN-DELAY] ")
}

// checkExpire: EXPIRE 0 removes what was retrieved, by QUIT only.
func checkExpire(t *testing.T, s *pop3fake.Server) {
	c := login(t, s)
	if !hasLine(c.multi("CAPA"), "EXPIRE 0") {
		t.Error("EXPIRE isn't announced")
	}
	c.multi("RETR 1")
	c.multi("TOP 2 0")
	c.do("STAT", "+OK 3 ")
	c.multi("RETR 1")
	c.nc.(interface{ CloseWrite() error }).CloseWrite()
	c.ends()
	checkAllThere(t, s)
	c = login(t, s)
	c.multi("RETR 1")
	c.do("RSET", "+OK")
	c.do("DELE 3", "+OK")
	c.do("QUIT", "+OK")
	c = login(t, s)
	c.do("STAT", fmt.Sprintf("+OK 1 %d", len(mails[1])))

	for caps, want := range map[pop3fake.Caps][2]string{
		"EXPIRE NEVER":   {"EXPIRE NEVER\r\n", "EXPIRE NEVER\r\n"},
		"EXPIRE 30":      {"EXPIRE 30\r\n", "EXPIRE 30\r\n"},
		"EXPIRE 30 USER": {"EXPIRE 30 USER\r\n", "EXPIRE 30\r\n"},
	} {
		s := newServer(t, mails...)
		s.Caps = "CAPA, USER, " + caps
		c := dial(t, s)
		before := c.multi("CAPA")
		c.login()
		after := c.multi("CAPA")
		if !strings.Contains(before, want[0]) || !strings.Contains(after, want[1]) {
			t.Errorf("%s: before login %q, after it %q", caps, before, after)
		}
		c.multi("RETR 1")
		c.do("QUIT", "+OK")
		checkAllThere(t, s)
	}
}

// checkRecent: as with Gmail, what was retrieved or deleted leaves the maildrop
// and stays in the INBOX, and "recent:" sees all of 30 days.
func checkRecent(t *testing.T) {
	s := newServer(t, "Subject: old\r\n\r\n")
	s.Caps = pop3fake.Gmail
	time.Sleep(31 * 24 * time.Hour)
	addMail(s, mails...)
	session := func(user string, want string) *client {
		t.Helper()
		c := dial(t, s)
		c.do("USER "+user, "+OK")
		c.do("PASS secret", "+OK")
		c.do("STAT", want)
		return c
	}
	c := session("alice@example.com", "+OK 4 ")
	uid := strings.Fields(c.do("UIDL 4", "+OK"))[2]
	c.multi("RETR 2")
	c.do("DELE 3", "+OK")
	c.do("QUIT", "+OK")
	c = session("alice@example.com", "+OK 2 ")
	c.do("UIDL 2", "+OK 2 "+uid)
	c.do("QUIT", "+OK")
	c = session("recent:alice@example.com", "+OK 3 ")
	c.do("UIDL 3", "+OK 3 "+uid)
	c.multi("RETR 3")
	c.do("QUIT", "+OK")
	session("alice@example.com", "+OK 1 ").do("QUIT", "+OK")
	session("recent:alice@example.com", "+OK 3 ").do("QUIT", "+OK")
	if n := alice(s).Mailbox("INBOX").Snapshot().Len(); n != 4 {
		t.Errorf("%d messages are in the INBOX, want 4", n)
	}
}
