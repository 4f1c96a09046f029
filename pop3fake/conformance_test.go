package pop3fake_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/mailfakes/mailfakes/pop3fake"
)

// Three messages with what is awkward about messages.
var mails = []string{
	"Subject: one\r\n\r\n.\r\n..\r\n.dot\r\nend\r\n",
	"Subject: two\r\n\r\nbare\nLF \r CR \x00\xff\n.\nno final CRLF",
	".Subject: three\r\n\r\n1\r\n2\r\n3\r\n",
}

// loggedIn begins a conversation in the TRANSACTION state.
const loggedIn = `
	C: USER alice@example.com
	S: +OK*
	C: PASS secret
	S: +OK*
`

// A row is a row of the conformance table: it has a conversation, a function,
// or both in this order.
type row struct {
	id     string
	script string
	check  func(t *testing.T, s *pop3fake.Server)
}

// An extRow is a row with a server of its own kind.
type extRow struct {
	setup func(s *pop3fake.Server)
	row
}

func TestConformance(t *testing.T) {
	for _, rows := range [][]row{sessionRows, loginRows, maildropRows, capabilityRows} {
		for _, r := range rows {
			t.Run(r.id, func(t *testing.T) { r.run(t, newServer(t, mails...)) })
		}
	}
	for _, rows := range [][]extRow{saslRows, extensionRows, policyRows} {
		for _, r := range rows {
			t.Run(r.id, func(t *testing.T) {
				s := newServer(t, mails...)
				r.setup(s)
				r.run(t, s)
			})
		}
	}
}

func (r row) run(t *testing.T, s *pop3fake.Server) {
	if r.script != "" {
		converse(t, s, r.script)
	}
	if r.check != nil {
		r.check(t, s)
	}
}

// sessionRows are about lines, replies and states (RFC 1939 sections 3, 4).
var sessionRows = []row{
	{"pop-greet", "", func(t *testing.T, s *pop3fake.Server) {
		nc, err := s.Dial(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		c := newClient(t, nc)
		c.reads("+OK ")
		c.do("xyzzy", "-ERR ")
		c.do("quit", "+OK ")
	}},
	{"pop-case", `
		C: uSeR ALICE@example.com
		S: +OK*
		C: pAss secret
		S: +OK*
		C: stat
		S: +OK 3 *
		C: retr 1
		S: +OK*
	`, func(t *testing.T, s *pop3fake.Server) {
		c := dial(t, s)
		c.do("USER "+strings.Repeat("x", 40), "+OK")
		c.do("USER "+strings.Repeat("x", 248), "+OK") // 255 octets with CRLF
		c.do("USER "+strings.Repeat("x", 249), "-ERR")
		c.do("USER "+strings.Repeat("x", 20000), "-ERR")
		c.do("QUIT", "+OK")
	}},
	{"pop-reply-512", "", func(t *testing.T, s *pop3fake.Server) {
		long := strings.Repeat("x", 240)
		s.Store.Account(long)
		c := dial(t, s)
		for _, l := range []string{long, "USER " + long, "PASS secret", "STAT", "LIST " + long, "QUIT " + long, "QUIT"} {
			if reply := c.do(l, ""); len(reply)+2 > 512 {
				t.Errorf("%.20s: a reply of %d octets", l, len(reply)+2)
			}
		}
	}},
	{"pop-multi", "", func(t *testing.T, s *pop3fake.Server) {
		c := login(t, s)
		for _, l := range []string{"CAPA", "LIST", "UIDL", "RETR 1", "TOP 1 5"} {
			c.multi(l)
		}
		c.do("RETR 1", "+OK")
		for _, want := range []string{"Subject: one", "", "..", "...", "..dot", "end", "."} {
			if got := c.line(); got != want {
				t.Errorf("line %q, want %q", got, want)
			}
		}
		c.do("NOOP", "+OK")
	}},
	{"pop-unknown", `
		C: HELO example.com
		S: -ERR*
		C: STAT
		S: -ERR*
		C: USER alice@example.com
		S: +OK*
		C: PASS secret
		S: +OK*
		C: XYZZY
		S: -ERR*
		C: USER alice@example.com
		S: -ERR*
		C: 
		S: -ERR*
		C: STAT
		S: +OK 3 *
	`, nil},
	{"pop-state-auth", "", func(t *testing.T, s *pop3fake.Server) {
		c := dial(t, s)
		for _, l := range []string{"STAT", "LIST", "LIST 1", "RETR 1", "DELE 1", "NOOP", "RSET", "UIDL", "TOP 1 0"} {
			c.do(l, "-ERR")
		}
		c.login()
		for _, l := range []string{"USER alice@example.com", "PASS secret", "AUTH PLAIN", "AUTH", "STLS"} {
			c.do(l, "-ERR")
		}
		c.do("NOOP", "+OK")
	}},
	{"pop-noop", loggedIn + `
		C: NOOP
		S: +OK*
	`, nil},
	{"pop-quit-auth", `
		C: QUIT
		S: +OK*
		S: EOF
	`, checkAllThere},
	{"pop-autologout", "", func(t *testing.T, _ *pop3fake.Server) {
		synctest.Test(t, func(t *testing.T) {
			s := newServer(t, mails...)
			c := login(t, s)
			c.do("DELE 1", "+OK")
			c.nc.SetReadDeadline(time.Time{})
			time.Sleep(9 * time.Minute)
			c.do("NOOP", "+OK")
			c.nc.SetReadDeadline(time.Time{})
			start := time.Now()
			c.ends()
			if d := time.Since(start); d < 10*time.Minute {
				t.Errorf("logged out after %v", d)
			}
			checkAllThere(t, s)
		})
	}},
}

// loginRows are about the way to a maildrop (RFC 1939 section 7).
var loginRows = []row{
	{"pop-user-pass", `
		C: USER alice@example.com
		S: +OK*
		C: PASS wrong
		S: -ERR*
		C: PASS secret
		S: -ERR*
		C: USER nobody@example.com
		S: +OK*
		C: PASS secret
		S: -ERR*
	` + loggedIn, func(t *testing.T, s *pop3fake.Server) {
		const password = ` a "quoted\" pass  phrase `
		s.Store.Account("carol@example.com").Password = password
		c := dial(t, s)
		for _, try := range []string{"a", strings.TrimSpace(password), password[1:], `" a "`} {
			c.do("USER carol@example.com", "+OK")
			c.do("PASS "+try, "-ERR")
		}
		c.do("USER carol@example.com", "+OK")
		c.do("PASS "+password, "+OK")
	}},
	{"pop-pass-first", `
		C: PASS secret
		S: -ERR*
	` + loggedIn, nil},
	{"pop-lock", loggedIn + `
		C2: USER alice@example.com
		S2: +OK*
		C2: PASS secret
		S2: -ERR [IN-USE] *
		C: STAT
		S: +OK 3 *
		C: DELE 1
		S: +OK*
		C: EOF
		S: EOF
		C2: USER alice@example.com
		S2: +OK*
		C2: PASS secret
		S2: +OK*
		C2: STAT
		S2: +OK 3 *
	`, nil},
	{"pop-stls", "", func(t *testing.T, s *pop3fake.Server) {
		c := dialPort(t, s, "110")
		c.reads("+OK")
		if !hasLine(c.multi("CAPA"), "STLS") {
			t.Error("CAPA doesn't name STLS")
		}
		c.do("USER alice@example.com", "+OK")
		c.do("STLS", "+OK")
		c = startTLS(t, c)
		c.do("PASS secret", "-ERR") // USER is forgotten
		if hasLine(c.multi("CAPA"), "STLS") {
			t.Error("CAPA names STLS inside TLS")
		}
		c.do("STLS", "-ERR")
		c.login()
		c.do("STLS", "-ERR")
		c.do("STAT", "+OK 3 ")

		c = dialPort(t, s, "110")
		c.reads("+OK")
		c.do("USER alice@example.com", "+OK")
		c.do("PASS secret", "-ERR [IN-USE]")
	}},
	{"pop-stls-flush", "", func(t *testing.T, s *pop3fake.Server) {
		c := dialPort(t, s, "110")
		c.reads("+OK")
		c.say("STLS\r\nUSER alice@example.com\r\nPASS secret\r\n")
		c.reads("+OK")
		c = startTLS(t, c)
		c.do("PASS secret", "-ERR")
		c.do("STAT", "-ERR")
	}},
	{"pop-implicit", "", func(t *testing.T, s *pop3fake.Server) {
		c := startTLS(t, dialPort(t, s, "995"))
		c.reads("+OK")
		if hasLine(c.multi("CAPA"), "STLS") {
			t.Error("CAPA names STLS inside TLS")
		}
		c.login()
		c.do("STAT", "+OK 3 ")
	}},
}

// capabilityRows are about CAPA (RFC 2449).
var capabilityRows = []row{
	{"pop-capa", `
		C: CAPA
		S: +OK*
		S: TOP
	`, func(t *testing.T, s *pop3fake.Server) {
		c := dial(t, s)
		before := c.multi("CAPA")
		c.login()
		after := c.multi("CAPA")
		if !hasLine(before, "USER") || hasLine(after, "USER") {
			t.Errorf("USER before login %v, after it %v", hasLine(before, "USER"), hasLine(after, "USER"))
		}
		for l := range strings.Lines(before + after) {
			if !regexp.MustCompile(`^[A-Z0-9-]+( [!-~]+)*\r\n$`).MatchString(l) {
				t.Errorf("capability %q", l)
			}
		}
	}},
	{"pop-capa-honest", "", checkCapaHonest},
}

func checkCapaHonest(t *testing.T, s *pop3fake.Server) {
	for _, port := range []string{"", "110", "995"} {
		c := dialAny(t, s, port)
		caps := c.multi("CAPA")
		if want := port == "110"; hasLine(caps, "STLS") != want {
			t.Errorf("port %q: STLS is %v", port, !want)
		}
		if !hasLine(caps, "SASL PLAIN") || !hasLine(caps, "USER") {
			t.Errorf("port %q: CAPA is %q", port, caps)
		}
		mechs := strings.Fields(saslLine(caps))[1:]
		if got := c.multi("AUTH"); got != strings.Join(mechs, "\r\n")+"\r\n" {
			t.Errorf("port %q: AUTH lists %q, CAPA %q", port, got, mechs)
		}
		c.do("AUTH PLAIN", "+ ")
		c.do("*", "-ERR")
		c.login()
		caps = c.multi("CAPA")
		for _, gone := range []string{"STLS", "USER", "SASL PLAIN"} {
			if hasLine(caps, gone) {
				t.Errorf("port %q: %s after login", port, gone)
			}
		}
		if !hasLine(caps, "TOP") || !hasLine(caps, "UIDL") {
			t.Errorf("port %q: CAPA is %q", port, caps)
		}
		c.multi("TOP 1 0")
		c.multi("UIDL")
		c.do("QUIT", "+OK")
	}
}

// checkAllThere checks that no message has been removed.
func checkAllThere(t *testing.T, s *pop3fake.Server) {
	t.Helper()
	if n := alice(s).Mailbox("INBOX").Snapshot().Len(); n != len(mails) {
		t.Errorf("%d messages are left of %d", n, len(mails))
	}
}

func octets() (n int) {
	for _, m := range mails {
		n += len(m)
	}
	return n
}

// listing is the scan listing of the messages with these numbers.
func listing(numbers ...int) string {
	var b strings.Builder
	for _, n := range numbers {
		fmt.Fprintf(&b, "%d %d\r\n", n, len(mails[n-1]))
	}
	return b.String()
}

func withCRLF(m string) string { return strings.TrimSuffix(m, "\r\n") + "\r\n" }

// hasLine reports whether text has a line, or one that begins with it.
func hasLine(text, line string) bool {
	for l := range strings.Lines(text) {
		if strings.HasPrefix(l+" ", line+"\r\n") || strings.HasPrefix(l, line+" ") {
			return true
		}
	}
	return false
}

// saslLine returns the SASL capability.
func saslLine(caps string) string {
	_, after, _ := strings.Cut(caps, "SASL ")
	line, _, _ := strings.Cut(after, "\r\n")
	return "SASL " + line
}
