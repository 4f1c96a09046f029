package pop3fake_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/mailfakes/mailfakes/mailtest/wire"
)

// TestFaultReply has a fault answer each step of a session in its place: the
// session goes on, and what the step would have done isn't done.
func TestFaultReply(t *testing.T) {
	tests := []struct {
		on     string
		script string
	}{
		{"CAPA", "C: CAPA\nS: -ERR fault\nC: CAPA\nS: +OK*"},
		{"USER", "C: USER alice@example.com\nS: -ERR fault\nC: PASS secret\nS: -ERR send*"},
		{"PASS", "C: USER alice@example.com\nS: +OK*\nC: PASS secret\nS: -ERR fault\nC: STAT\nS: -ERR log in*"},
		{"AUTH", "C: AUTH PLAIN\nS: -ERR fault\nC: NOOP\nS: -ERR log in*"},
		{"+", "C: AUTH PLAIN\nS: + \nC: AAAA\nS: -ERR fault\nC: NOOP\nS: -ERR log in*"},
		{"STAT", loggedIn + "C: STAT\nS: -ERR fault\nC: STAT\nS: +OK 3 *"},
		{"LIST", loggedIn + "C: LIST\nS: -ERR fault\nC: LIST 1\nS: +OK 1 *"},
		{"UIDL", loggedIn + "C: UIDL\nS: -ERR fault\nC: UIDL 1\nS: +OK 1 *"},
		{"RETR", loggedIn + "C: RETR 1\nS: -ERR fault\nC: STAT\nS: +OK 3 *"},
		{"TOP", loggedIn + "C: TOP 1 0\nS: -ERR fault\nC: STAT\nS: +OK 3 *"},
		{"DELE", loggedIn + "C: DELE 1\nS: -ERR fault\nC: STAT\nS: +OK 3 *"},
		{"RSET", loggedIn + "C: DELE 1\nS: +OK*\nC: RSET\nS: -ERR fault\nC: STAT\nS: +OK 2 *"},
		{"NOOP", loggedIn + "C: NOOP\nS: -ERR fault\nC: NOOP\nS: +OK*"},
		{"QUIT", loggedIn + "C: DELE 1\nS: +OK*\nC: QUIT\nS: -ERR fault\nC: STAT\nS: +OK 2 *"},
	}
	for _, tt := range tests {
		t.Run(tt.on, func(t *testing.T) {
			s := newServer(t, mails...)
			i := s.Inject(wire.Fault{On: tt.on, Nth: 1, Reply: "-ERR fault"})
			converse(t, s, tt.script)
			checkAllThere(t, s)
			if i.Hits() != 1 {
				t.Errorf("the fault struck %d times", i.Hits())
			}
		})
	}
}

// TestFaultHangup closes the connection at each step, with and without a
// reply.
func TestFaultHangup(t *testing.T) {
	tests := []struct {
		on     string
		script string
	}{
		{"CAPA", "C: CAPA\n"},
		{"PASS", "C: USER alice@example.com\nS: +OK*\nC: PASS secret\n"},
		{"+", "C: AUTH PLAIN\nS: + \nC: AAAA\n"},
		{"RETR", loggedIn + "C: RETR 1\n"},
		{"QUIT", loggedIn + "C: DELE 1\nS: +OK*\nC: QUIT\n"},
	}
	for _, tt := range tests {
		for _, reply := range []string{"", "-ERR [SYS/TEMP] fault"} {
			t.Run(tt.on+reply, func(t *testing.T) {
				s := newServer(t, mails...)
				s.Inject(wire.Fault{On: tt.on, Reply: reply, Hangup: true})
				if reply != "" {
					tt.script += "S: " + reply + "\n"
				}
				converse(t, s, tt.script+"S: EOF")
				checkAllThere(t, s)
				unlock, err := alice(s).Lock()
				if err != nil {
					t.Fatal(err)
				}
				unlock()
			})
		}
	}
}

// TestFaultConnect has faults at what is no command.
func TestFaultConnect(t *testing.T) {
	s := newServer(t)
	s.Inject(wire.Fault{On: wire.StepConnect, Nth: 1, Reply: "-ERR [SYS/TEMP] come later", Hangup: true})
	s.Inject(wire.Fault{On: wire.StepConnect, Nth: 2, Hangup: true})
	nc, err := s.Dial(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	c := newClient(t, nc)
	c.reads("-ERR [SYS/TEMP] come later")
	c.ends()
	if nc, err = s.Dial(t.Context()); err != nil {
		t.Fatal(err)
	}
	newClient(t, nc).ends()
	dial(t, s).do("QUIT", "+OK")

	s.Inject(wire.Fault{On: wire.StepTLS, Hangup: true})
	c = dialPort(t, s, "110")
	c.reads("+OK")
	c.do("STLS", "+OK")
	c.ends()
	dialPort(t, s, "995").ends()
}

// TestFaultDelay has a slow server, in virtual time.
func TestFaultDelay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newServer(t, mails...)
		s.Inject(wire.Fault{On: "RETR", Delay: time.Hour})
		c := login(t, s)
		c.say("RETR 1\r\n")
		start := time.Now()
		c.nc.SetReadDeadline(time.Time{})
		if _, err := c.r.Peek(1); err != nil {
			t.Fatal(err)
		}
		if d := time.Since(start); d != time.Hour {
			t.Errorf("the reply came after %v", d)
		}
		c.reads("+OK")
		if got := c.text(); got != mails[0] {
			t.Errorf("RETR = %q", got)
		}
	})
}
