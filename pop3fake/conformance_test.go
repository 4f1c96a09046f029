package pop3fake_test

import (
	"bytes"
	"fmt"
	"regexp"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/mailfakes/mailfakes/mailtest/wire"
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

func TestConformance(t *testing.T) {
	for _, rows := range [][]row{sessionRows, loginRows, maildropRows, capabilityRows} {
		for _, r := range rows {
			t.Run(r.id, func(t *testing.T) {
				s := newServer(t, mails...)
				if r.script != "" {
					converse(t, s, r.script)
				}
				if r.check != nil {
					r.check(t, s)
				}
			})
		}
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

// maildropRows are about messages (RFC 1939 sections 5 to 8, 11).
var maildropRows = []row{
	{"pop-snapshot", "", func(t *testing.T, s *pop3fake.Server) {
		c := login(t, s)
		addMail(s, "Subject: late\r\n\r\n")
		want := fmt.Sprintf("+OK 3 %d", octets())
		c.do("STAT", want)
		c.do("RETR 4", "-ERR")
		c.do("RSET", "+OK")
		c.do("STAT", want)
		if n := strings.Count(c.multi("LIST"), "\r\n"); n != 3 {
			t.Errorf("LIST has %d messages", n)
		}
		c.do("QUIT", "+OK")
		login(t, s).do("STAT", "+OK 4 ")
	}},
	{"pop-stat", "", func(t *testing.T, s *pop3fake.Server) {
		c := login(t, s)
		if got, want := c.do("STAT", ""), fmt.Sprintf("+OK 3 %d", octets()); got != want {
			t.Errorf("STAT = %q, want %q", got, want)
		}
		c.do("DELE 2", "+OK")
		if got, want := c.do("STAT", ""), fmt.Sprintf("+OK 2 %d", octets()-len(mails[1])); got != want {
			t.Errorf("STAT = %q, want %q", got, want)
		}
	}},
	{"pop-list", "", func(t *testing.T, s *pop3fake.Server) {
		c := login(t, s)
		if got, want := c.multi("LIST"), listing(1, 2, 3); got != want {
			t.Errorf("LIST = %q, want %q", got, want)
		}
		if got, want := c.do("LIST 2", "")+"\r\n", "+OK "+listing(2); got != want {
			t.Errorf("LIST 2 = %q, want %q", got, want)
		}
		c.do("DELE 2", "+OK")
		if got, want := c.multi("LIST"), listing(1, 3); got != want {
			t.Errorf("LIST = %q, want %q", got, want)
		}
		for _, n := range []string{"0", "2", "4", "-1", "x", "1x", "18446744073709551617"} {
			c.do("LIST "+n, "-ERR")
		}
		c.do("DELE 1", "+OK")
		c.do("DELE 3", "+OK")
		if got := c.multi("LIST"); got != "" {
			t.Errorf("LIST of an empty maildrop = %q", got)
		}
	}},
	{"pop-numbers", loggedIn + `
		C: DELE 2
		S: +OK*
		C: RETR 2
		S: -ERR*
		C: LIST 3
		S: +OK 3 *
		C: TOP 3 0
		S: +OK*
		S: ..Subject: three
		S: 
		S: .
		C: LIST 4
		S: -ERR*
	`, nil},
	{"pop-octets", "", func(t *testing.T, s *pop3fake.Server) {
		c := login(t, s)
		for i, m := range mails {
			want := fmt.Sprintf("+OK %d %d", i+1, len(m))
			if got := c.do(fmt.Sprintf("LIST %d", i+1), ""); got != want {
				t.Errorf("LIST = %q, want %q", got, want)
			}
		}
	}},
	{"pop-retr", "", func(t *testing.T, s *pop3fake.Server) {
		c := login(t, s)
		for i, m := range mails {
			if got, want := c.multi(fmt.Sprintf("RETR %d", i+1)), withCRLF(m); got != want {
				t.Errorf("RETR %d = %q, want %q", i+1, got, want)
			}
		}
		c.do("DELE 1", "+OK")
		c.do("RETR 1", "-ERR")
		c.do("RETR 4", "-ERR")
	}},
	{"pop-retr-nocrlf", "", func(t *testing.T, s *pop3fake.Server) {
		addMail(s, "", "x", ".", "x\r", "x\n", "\r\n.", "x\r\n.\r")
		c := login(t, s)
		for i, want := range []string{"", "x\r\n", ".\r\n", "x\r\r\n", "x\n\r\n", "\r\n.\r\n", "x\r\n.\r\r\n"} {
			if got := c.multi(fmt.Sprintf("RETR %d", len(mails)+1+i)); got != want {
				t.Errorf("RETR = %q, want %q", got, want)
			}
		}
	}},
	{"pop-dele", loggedIn + `
		C: DELE 1
		S: +OK*
		C: DELE 1
		S: -ERR*
		C: DELE 4
		S: -ERR*
	`, func(t *testing.T, s *pop3fake.Server) {
		checkAllThere(t, s)
		c := dial(t, s)
		c.do("QUIT", "+OK")
	}},
	{"pop-rset", loggedIn + `
		C: DELE 1
		S: +OK*
		C: DELE 3
		S: +OK*
		C: STAT
		S: +OK 1 *
		C: RSET
		S: +OK*
		C: STAT
		S: +OK 3 *
		C: RETR 1
		S: +OK*
	`, nil},
	{"pop-quit-update", loggedIn + `
		C: DELE 1
		S: +OK*
		C: DELE 3
		S: +OK*
		C: QUIT
		S: +OK*
		S: EOF
		C2: USER alice@example.com
		S2: +OK*
		C2: PASS secret
		S2: +OK*
		C2: TOP 1 0
		S2: +OK*
		S2: Subject: two
		S2: 
		S2: .
		C2: STAT
		S2: +OK 1 *
		C2: QUIT
		S2: +OK*
	`, func(t *testing.T, s *pop3fake.Server) {
		inbox := alice(s).Mailbox("INBOX")
		for _, spoil := range []func(){
			func() { inbox.SetUIDValidity(7) }, // the UIDs are other messages' now
			func() { inbox.SetReadOnly(true) },
		} {
			c := login(t, s)
			c.do("DELE 1", "+OK")
			spoil()
			c.do("QUIT", "-ERR [SYS/")
			c.ends()
		}
		if inbox.Snapshot().Len() != 1 {
			t.Error("a message was removed in spite of -ERR")
		}
	}},
	{"pop-drop-nodelete", "", func(t *testing.T, _ *pop3fake.Server) {
		synctest.Test(t, func(t *testing.T) {
			s := newServer(t, mails...)
			ways := []func(nc *wire.PipeConn){
				func(nc *wire.PipeConn) { nc.Close() },
				func(nc *wire.PipeConn) { nc.CloseWrite() },
				func(nc *wire.PipeConn) { nc.Abort() },
			}
			for i, end := range ways {
				c := login(t, s)
				c.do("DELE 1", "+OK")
				c.say("QUIT") // not a whole line
				end(c.nc.(*wire.PipeConn))
				synctest.Wait()
				checkAllThere(t, s)
				unlock, err := alice(s).Lock()
				if err != nil {
					t.Fatalf("way %d: the lock is held", i)
				}
				unlock()
			}
		})
	}},
	{"pop-uidl", "", checkUIDL},
	{"pop-top", "", func(t *testing.T, s *pop3fake.Server) {
		c := login(t, s)
		for _, tt := range []struct{ args, want string }{
			{"1 0", "Subject: one\r\n\r\n"},
			{"1 1", "Subject: one\r\n\r\n.\r\n"},
			{"1 4", mails[0]},
			{"1 5", mails[0]},
			{"2 100", mails[1] + "\r\n"},
			{"3 0", ".Subject: three\r\n\r\n"},
			{"3 2147483647", mails[2]},
			{"3 99999999999999999999", mails[2]},
		} {
			if got := c.multi("TOP " + tt.args); got != tt.want {
				t.Errorf("TOP %s = %q, want %q", tt.args, got, tt.want)
			}
		}
		for _, args := range []string{"1", "1 -1", "1 x", "4 0", "0 0"} {
			c.do("TOP "+args, "-ERR")
		}
		c.do("QUIT", "+OK")
		view := alice(s).Mailbox("INBOX").Snapshot()
		for i := range view.Len() {
			if f := view.At(i).Flags; len(f) > 0 {
				t.Errorf("message %d has the flags %v", i+1, f)
			}
		}
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

// checkUIDL has three sessions, with messages that come and go between.
func checkUIDL(t *testing.T, s *pop3fake.Server) {
	seen := map[string]bool{}
	session := func() (ids []string) {
		c := login(t, s)
		for l := range strings.Lines(c.multi("UIDL")) {
			n, id, _ := strings.Cut(strings.TrimSuffix(l, "\r\n"), " ")
			if want := fmt.Sprint(len(ids) + 1); n != want {
				t.Errorf("line %q, want number %s", l, want)
			}
			if got, want := c.do("UIDL "+n, ""), "+OK "+n+" "+id; got != want {
				t.Errorf("UIDL %s = %q, want %q", n, got, want)
			}
			if !regexp.MustCompile(`^[!-~]{1,70}$`).MatchString(id) {
				t.Errorf("unique-id %q", id)
			}
			ids = append(ids, id)
		}
		c.do("DELE 3", "+OK")
		c.do("UIDL 3", "-ERR")
		if n := bytes.Count([]byte(c.multi("UIDL")), []byte("\n")); n != len(ids)-1 {
			t.Errorf("UIDL has %d messages", n)
		}
		c.do("UIDL 9", "-ERR")
		c.do("QUIT", "+OK")
		return ids
	}
	var kept []string
	for range 3 {
		ids := session()
		for i, id := range kept {
			if ids[i] != id {
				t.Errorf("message %d was %q, is %q", i+1, id, ids[i])
			}
		}
		for _, id := range ids[len(kept):] {
			if seen[id] {
				t.Errorf("unique-id %q is used again", id)
			}
			seen[id] = true
		}
		kept = ids[:2]
		addMail(s, "Subject: same\r\n\r\n")
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
