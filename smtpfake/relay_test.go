package smtpfake_test

import (
	"context"
	"maps"
	"net"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/google/go-cmp/cmp"
	"github.com/mailfakes/mailfakes/mailtest/wire"
	"github.com/mailfakes/mailfakes/smtpfake"
)

// relayServers returns a script with a server that relays to another one.
func relayServers(t *testing.T) (x *script, next *smtpfake.Server) {
	next = smtpfake.NewServer(t)
	x = newScript(t)
	x.srv.Relay = map[string]func(context.Context) (net.Conn, error){"@other.example": next.Dial}
	return x, next
}

// relayMail sends a mail with these commands before DATA.
func (x *script) relayMail(mail, rcpt, text string) {
	x.t.Helper()
	x.send(mail + "\r\n")
	x.expect("250 2.1.0 ...")
	x.send(rcpt + "\r\n")
	x.expect("250 2.1.5 ...")
	x.send("DATA\r\n")
	x.expect("354 ...")
	x.send(text + ".\r\n")
	x.expect("250 2.0.0 ...")
}

// dsnRelay is RFC 3461 section 5: what a relay passes on, and what it tells
// itself.
func dsnRelay(t *testing.T) {
	x, next := relayServers(t)
	x.hello("")
	x.relayMail("MAIL FROM:<bob@example.com> BODY=8BITMIME RET=HDRS ENVID=QQ+2B1",
		"RCPT TO:<dave@other.example> NOTIFY=SUCCESS,DELAY ORCPT=rfc822;D+2Bx@Other.example",
		"Subject: h\xfc\r\n\r\n..dot\nbare\r\r\n")
	m := next.Store.Account("dave@other.example").Next(t)
	_, text, _ := strings.Cut(string(m.Raw), "+0000\r\n")
	if want := "Subject: h\xfc\r\n\r\n.dot\nbare\r\r\n"; text != want {
		t.Errorf("relayed %q, want %q", text, want)
	}
	if head := "Received: from client.example.com"; !strings.HasPrefix(string(m.Raw), head) {
		t.Errorf("relayed %q, want %q first", m.Raw, head)
	}
	params := maps.Clone(m.Via.MailParams)
	delete(params, "SIZE")
	want := map[string]string{"BODY": "8BITMIME", "RET": "HDRS", "ENVID": "QQ+1"}
	if diff := cmp.Diff(want, params); diff != "" {
		t.Errorf("MAIL (-want +got):\n%s", diff)
	}
	want = map[string]string{"NOTIFY": "SUCCESS,DELAY", "ORCPT": "rfc822;D+x@Other.example"}
	if diff := cmp.Diff(want, m.Via.RcptParams[0]); diff != "" {
		t.Errorf("RCPT (-want +got):\n%s", diff)
	}
	// The next server is the one to tell of the success.
	x.stored("bob@example.com")
	x.stored("dave@other.example")

	// One that hasn't DSN won't: the relay does, if it was asked to.
	x, next = relayServers(t)
	next.Disable = []string{"DSN"}
	x.hello("")
	x.relayMail("MAIL FROM:<bob@example.com>", "RCPT TO:<dave@other.example> NOTIFY=SUCCESS", "hi\r\n")
	if m := next.Store.Account("dave@other.example").Next(t); m.Via.RcptParams[0] != nil {
		t.Errorf("RCPT has parameters %q", m.Via.RcptParams)
	}
	x.part(`2 message/delivery-status "Reporting-MTA: dns; mail.example.com\r\n\r\n` +
		`Final-Recipient: rfc822; dave@other.example\r\nAction: relayed\r\nStatus: 2.0.0\r\n"`)
	x.relayMail("MAIL FROM:<bob@example.com>", "RCPT TO:<dave@other.example>", "hi\r\n")
	x.count("bob@example.com 1")
}

// TestRelayRefused bounces what the next server doesn't take.
func TestRelayRefused(t *testing.T) {
	tests := []struct {
		name  string
		setup func(next *smtpfake.Server)
		mail  string
		want  string
	}{
		{"recipient", func(next *smtpfake.Server) { next.RejectUnknown = true }, "MAIL FROM:<bob@example.com>",
			"550 5.1.1 No such user: <dave@other.example>"},
		{"sender", func(next *smtpfake.Server) {
			next.Rules = []smtpfake.Rule{{MailFrom: "bob@example.com", Reply: "450 4.7.1 Later"}}
		}, "MAIL FROM:<bob@example.com>", "450 4.7.1 Later"},
		{"text", func(next *smtpfake.Server) { next.Rules = []smtpfake.Rule{{AfterText: true}} },
			"MAIL FROM:<bob@example.com>", "550 5.7.1 Refused"},
		{"8-bit text", func(next *smtpfake.Server) { next.Disable = []string{"8BITMIME"} },
			"MAIL FROM:<bob@example.com> BODY=8BITMIME", "554 5.6.3 Next server takes no 8-bit text"},
		{"SMTPUTF8", func(next *smtpfake.Server) { next.Disable = []string{"SMTPUTF8"} },
			"MAIL FROM:<bob@example.com> SMTPUTF8", "550 5.6.9 Next server has no SMTPUTF8"},
		{"no connection", (*smtpfake.Server).Close, "MAIL FROM:<bob@example.com>",
			"451 4.4.2 dial pipe 192.0.2.2:25: server closed"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			x, next := relayServers(t)
			tt.setup(next)
			x.hello("")
			x.relayMail(tt.mail, "RCPT TO:<dave@other.example>", "h\xfc\r\n")
			x.part(`1 text/plain "dave@other.example: failed ` + tt.want + `\r\n"`)
			for _, m := range messages(next) {
				t.Errorf("relayed %q", m.Raw)
			}
			for _, v := range next.Violations() {
				if v.Rule == "no QUIT" {
					t.Error("the relay has said no QUIT")
				}
			}
			x.c.Close()
		})
	}
}

// TestRelayBinary bounces text that must not be sent by DATA.
func TestRelayBinary(t *testing.T) {
	x, _ := relayServers(t)
	x.hello("")
	for _, l := range []string{"MAIL FROM:<bob@example.com> BODY=BINARYMIME", "RCPT TO:<dave@other.example>"} {
		x.send(l + "\r\n")
		x.expect("250 ...")
	}
	x.send("BDAT 2 LAST\r\n\x00\n")
	x.expect("250 2.0.0 ...")
	x.part(`1 text/plain "dave@other.example: failed 554 5.6.3 Next server gets no BINARYMIME text\r\n"`)
}

// TestRelayQuit: the mail is the next server's once it has taken the text,
// whatever comes of QUIT.
func TestRelayQuit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		x, next := relayServers(t)
		next.Inject(wire.Fault{On: "QUIT", Reply: "421 4.3.2 Later"})
		x.hello("")
		x.relayMail("MAIL FROM:<bob@example.com>", "RCPT TO:<dave@other.example>", "hi\r\n")
		next.Store.Account("dave@other.example").Next(t)
		x.stored("bob@example.com")
		x.c.Close()
	})
}

// TestRelayStuck gives up on a next server that reads no more, and doesn't end
// the text then.
func TestRelayStuck(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		x, next := relayServers(t)
		next.Inject(wire.Fault{On: "DATA", Reply: "354 Go on", StopReading: true})
		x.hello("")
		x.relayMail("MAIL FROM:<bob@example.com>", "RCPT TO:<dave@other.example>",
			strings.Repeat("0123456789\r\n", 50_000))
		x.part(`1 text/plain "dave@other.example: failed 451 4.4.2 write pipe 192.0.2.1:50000->192.0.2.2:25: i/o timeout\r\n"`)
		x.c.Close()
	})
}
