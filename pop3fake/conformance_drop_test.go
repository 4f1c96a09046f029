package pop3fake_test

import (
	"bytes"
	"fmt"
	"regexp"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/mailfakes/mailfakes/mailtest/wire"
	"github.com/mailfakes/mailfakes/pop3fake"
)

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
