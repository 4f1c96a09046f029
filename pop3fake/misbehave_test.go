package pop3fake_test

import (
	"bytes"
	"context"
	"io"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/mailfakes/mailfakes/mailtest/wire"
	"github.com/mailfakes/mailfakes/pop3fake"
)

// TestMisbehave has the servers that clients meet in the field and must
// survive, each as one fault, and the bytes that the client then reads after
// the command that the fault is at. "..." in the middle stands for any.
func TestMisbehave(t *testing.T) {
	lower := func(_ *wire.Exchange, reply []byte) []byte { return bytes.ToLower(reply) }
	replace := func(old, new string) func(*wire.Exchange, []byte) []byte {
		return func(_ *wire.Exchange, reply []byte) []byte {
			return bytes.ReplaceAll(reply, []byte(old), []byte(new))
		}
	}
	const mail = "Subject: hi\r\n\r\nline\r\n.\r\nend\r\n"
	tests := []struct {
		id    string
		fault wire.Fault
		want  string
	}{
		{"greeting-err", wire.Fault{On: "CONNECT", Reply: "-ERR [SYS/TEMP] later"}, "-ERR [SYS/TEMP] later\r\n"},
		{"greeting-garbage", wire.Fault{On: "CONNECT", Silent: true, Raw: []byte("HTTP/1.0 400\r\n")}, "HTTP/1.0 400\r\n"},
		{"greeting-multiline", wire.Fault{On: "CONNECT", Raw: []byte("+OK\r\n1 120\r\n"), Reply: "+OK"}, "+OK\r\n1 120\r\n+OK\r\n"},
		{"status-lowercase", wire.Fault{On: "NOOP", Edit: lower}, "+ok done nothing\r\n"},
		{"status-partial", wire.Fault{On: "NOOP", Silent: true, Raw: []byte("+O\r\n")}, "+O\r\n"},
		{"capa-err", wire.Fault{On: "CAPA", Reply: "-ERR what?"}, "-ERR what?\r\n"},
		{"capa-empty", wire.Fault{On: "CAPA", Reply: "+OK\n."}, "+OK\r\n.\r\n"},
		{"capa-no-dot", wire.Fault{On: "CAPA", Cut: -3}, "+OK...PIPELINING\r\n"},
		{"stat-short", wire.Fault{On: "STAT", Reply: "+OK 2"}, "+OK 2\r\n"},
		{"stat-extra", wire.Fault{On: "STAT", Reply: "+OK 2 320 octets"}, "+OK 2 320 octets\r\n"},
		{"stat-huge", wire.Fault{On: "STAT", Reply: "+OK 99999999999999999999 1"}, "+OK 99999999999999999999 1\r\n"},
		{"stat-list-mismatch", wire.Fault{On: "LIST", Reply: "+OK\n1 120\n2 120\n."}, "+OK\r\n1 120\r\n2 120\r\n.\r\n"},
		{"list-garbage", wire.Fault{On: "LIST", Reply: "+OK\nfoo\n1\n\n1 x\n."}, "+OK\r\nfoo\r\n1\r\n\r\n1 x\r\n.\r\n"},
		{"list-size-wrong", wire.Fault{On: "LIST", Edit: replace("1 29", "1 0")}, "+OK 1 message (29 octets)\r\n1 0\r\n.\r\n"},
		{"list-dot-lf", wire.Fault{On: "LIST", Edit: replace(".\r\n", ".\n")}, "+OK 1 message (29 octets)\r\n1 29\r\n.\n"},
		{"uidl-unsupported", wire.Fault{On: "UIDL", Reply: "-ERR unknown command"}, "-ERR unknown command\r\n"},
		{"uidl-empty-uid", wire.Fault{On: "UIDL", Reply: "+OK\n1 \n."}, "+OK\r\n1 \r\n.\r\n"},
		{"uidl-traversal", wire.Fault{On: "UIDL", Reply: "+OK\n1 ../../x\n."}, "+OK\r\n1 ../../x\r\n.\r\n"},
		{"retr-no-dot-close", wire.Fault{On: "RETR", Cut: -3, Hangup: true}, "+OK 29 octets\r\n...end\r\n"},
		{"retr-unstuffed-dot", wire.Fault{On: "RETR", Edit: replace("\r\n..\r\n", "\r\n.\r\n")}, "+OK 29 octets\r\n...line\r\n.\r\nend\r\n.\r\n"},
		{"retr-lf-only", wire.Fault{On: "RETR", Edit: replace("\r\n", "\n")}, "+OK 29 octets\nSubject: hi\n\nline\n..\nend\n.\n"},
		{"retr-no-final-crlf", wire.Fault{On: "RETR", Edit: replace("end\r\n.\r\n", "end.\r\n")}, "+OK 29 octets\r\n...end.\r\n"},
		{"retr-err", wire.Fault{On: "RETR", Reply: "-ERR no such message"}, "-ERR no such message\r\n"},
		{"top-unsupported", wire.Fault{On: "TOP", Reply: "-ERR unknown command"}, "-ERR unknown command\r\n"},
		{"quit-err", wire.Fault{On: "QUIT", After: true, Reply: "-ERR [SYS/TEMP] some deleted messages not removed"}, "-ERR [SYS/TEMP]..."},
		{"quit-close", wire.Fault{On: "QUIT", After: true, Hangup: true}, ""},
		{"pass-close", wire.Fault{On: "PASS", Hangup: true}, ""},
		{"in-use", wire.Fault{On: "PASS", Reply: "-ERR [IN-USE] mailbox locked"}, "-ERR [IN-USE] mailbox locked\r\n"},
		{"reset", wire.Fault{On: "RETR", Cut: 20, Reset: true}, "+OK 29 octets\r\n..."},
	}
	for _, tt := range tests {
		t.Run(tt.id, func(t *testing.T) {
			s := newServer(t)
			addMail(s, mail)
			s.Inject(tt.fault)
			got := afterStep(t, s, tt.fault.On)
			begin, end, any := strings.Cut(tt.want, "...")
			if !any && got != tt.want || !strings.HasPrefix(got, begin) || !strings.HasSuffix(got, end) {
				t.Errorf("the client reads %q, want %q", got, tt.want)
			}
		})
	}
}

// afterStep does a session up to a step and returns what the client reads from
// there on.
func afterStep(t *testing.T, s *pop3fake.Server, step string) string {
	t.Helper()
	nc, err := s.Dial(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	c := newClient(t, nc)
	args := map[string]string{"RETR": " 1", "TOP": " 1 0", "USER": " alice@example.com", "PASS": " secret"}
	script := []string{"USER", "PASS", step}
	switch step {
	case "CONNECT":
		script = nil
	case "PASS":
		script = script[:2]
	}
	for _, l := range script {
		c.line()
		c.say(l + args[l] + "\r\n")
	}
	nc.(interface{ CloseWrite() error }).CloseWrite()
	b, _ := io.ReadAll(c.r)
	return string(b)
}

// TestEndless has a message without end. The client decides when it is enough.
func TestEndless(t *testing.T) {
	s := newServer(t, mails...)
	s.Inject(wire.Fault{On: "RETR", Raw: []byte("+OK\r\nX-Endless: yes\r\n"), Repeat: -1})
	c := login(t, s)
	c.say("RETR 1\r\n")
	if n, err := io.CopyN(io.Discard, c.r, 1<<20); n != 1<<20 || err != nil {
		t.Errorf("read %d bytes, %v", n, err)
	}
}

// TestStall has a server that says nothing more, until the client's patience
// ends, in virtual time.
func TestStall(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newServer(t, mails...)
		s.Inject(wire.Fault{On: "RETR", Cut: 40, Stall: true})
		c := login(t, s)
		ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
		defer cancel()
		defer context.AfterFunc(ctx, func() { c.nc.Close() })()
		c.say("RETR 1\r\n")
		c.nc.SetReadDeadline(time.Time{})
		b, err := io.ReadAll(c.r)
		if len(b) != 40 || err == nil || ctx.Err() == nil {
			t.Errorf("read %q, %v", b, err)
		}
	})
}

// TestNewUIDs: a server that gives its messages new unique-ids.
func TestNewUIDs(t *testing.T) {
	s := newServer(t, mails...)
	c := login(t, s)
	before := c.multi("UIDL")
	c.do("QUIT", "+OK")
	alice(s).Mailbox("INBOX").SetUIDValidity(2)
	if after := login(t, s).multi("UIDL"); after == before || strings.Count(after, "\r\n") != len(mails) {
		t.Errorf("UIDL before %q, after %q", before, after)
	}
}
