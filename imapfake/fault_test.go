package imapfake

import (
	"io"
	"net"
	"strings"
	"testing"

	"github.com/mailfakes/mailfakes/mailtest/mailstore"
	"github.com/mailfakes/mailfakes/mailtest/wire"
)

// TestFaults injects a fault at each kind of step. A fault's reply has the
// tag of its command.
func TestFaults(t *testing.T) {
	tests := []struct {
		name   string
		fault  wire.Fault
		state  string
		script string
	}{
		{"greeting", wire.Fault{On: wire.StepConnect, Reply: "PREAUTH hello"}, "", `
			S: * PREAUTH hello
			C: a NOOP
			S: a OK ...`},
		{"command", wire.Fault{On: "SELECT", Reply: "NO [UNAVAILABLE] busy"}, "login", `
			C: a1 SELECT INBOX
			S: a1 NO [UNAVAILABLE] busy
			C: a2 CHECK
			S: a2 BAD ...`},
		{"argument", wire.Fault{On: "STATUS", Arg: "INBOX", Reply: "NO no"}, "login", `
			C: a STATUS inbox (MESSAGES)
			S: * STATUS ...
			S: a OK ...
			C: b STATUS INBOX (MESSAGES)
			S: b NO no`},
		{"UID form", wire.Fault{On: "UID FETCH", Reply: "BAD no"}, "select", `
			C: a FETCH 1 FLAGS
			S: * 1 FETCH ...
			S: a OK ...
			C: b uid fetch 1 FLAGS
			S: b BAD no`},
		{"hang up", wire.Fault{On: "NOOP", Nth: 2, Hangup: true}, "login", `
			C: a NOOP
			S: a OK ...
			C: b NOOP
			S! end`},
		{"literal", wire.Fault{On: wire.StepLiteral, Arg: "APPEND", Reply: "NO [OVERQUOTA] full"}, "login", `
			C: a APPEND INBOX {5}
			S: a NO [OVERQUOTA] full
			C: b APPEND INBOX {5+}
			C: 12345
			S: b NO [OVERQUOTA] full
			C: c NOOP
			S: c OK ...
			C: d LOGIN {1}
			S: d BAD ...`},
		{"hang up in a literal", wire.Fault{On: wire.StepLiteral, Hangup: true}, "login", `
			C: a APPEND INBOX {5}
			S! end`},
		{"answer to a continuation request", wire.Fault{On: wire.StepContinue, Reply: "NO later"}, "greeting", `
			C: a AUTHENTICATE PLAIN
			S: + ...
			C: ` + plainAlice + `
			S: a NO later
			C: b NOOP
			S: b OK ...`},
		{"DONE", wire.Fault{On: wire.StepContinue, Arg: "DONE", Reply: "NO later"}, "login", `
			C: a IDLE
			S: + ...
			C: DONE
			S: a NO later
			C: b NOOP
			S: b OK ...`},
		{"push", wire.Fault{On: wire.StepPush, Reply: "BYE overloaded", Hangup: true}, "select", `
			C: a IDLE
			S: + ...
			do: deliver
			S: * BYE overloaded
			S! end`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) { checkFault(t, tt.fault, tt.state, tt.script) })
	}
}

func checkFault(t *testing.T, f wire.Fault, state, script string) {
	srv := NewServer(t)
	addMail(srv.Store.Account("alice@example.com").Mailbox("INBOX"), "Subject: x\n\nx\n")
	i := srv.Inject(f)
	r := row{state: state, script: script, do: map[string]func(*mailstore.Account){
		"deliver": func(a *mailstore.Account) { addMail(a.Mailbox("INBOX"), "Subject: y\n\ny\n") },
	}}
	r.runScript(t, srv)
	if i.Hits() == 0 {
		t.Error("the fault never struck")
	}
}

// TestSecrets reads a transcript in which people have logged in, in all ways,
// rightly and wrongly.
func TestSecrets(t *testing.T) {
	srv := NewServer(t)
	srv.Store.Account("alice@example.com").Password = "hunter2"
	for _, script := range []string{
		"C: a LOGIN alice@example.com hunter2\nS: a OK ...",
		"C: a login alice@example.com \"hunter2\" x\nS: a BAD ...",
		"C: a LOGIN alice@example.com \"hunter2\nS: a BAD ...",
		"C: a  LOGIN alice@example.com hunter2\nS: a BAD ...",
		"C: a LOGIN {17}\nS: + ...\nC: alice@example.com hunter2\nS: a OK ...",
		"C: a LOGIN alice@example.com {7}\nS: + ...\nC: hunter2\nS: a OK ...",
		"C: a LOGIN alice@example.com {7+}\nC: hunter2\nS: a OK ...",
		"C: a LOGIN x hunter2 {99+\nS: a BAD ...",
		"C: a AUTHENTICATE PLAIN AGFsaWNlQGV4YW1wbGUuY29tAGh1bnRlcjI=\nS: a OK ...",
		"C: a AUTHENTICATE PLAIN\nS: + ...\nC: AGFsaWNlQGV4YW1wbGUuY29tAGh1bnRlcjI=\nS: a OK ...",
		"C: a AUTHENTICATE PLAIN AGFsaWNlQGV4YW1wbGUuY29tAGh1bnRlcjI= x\nS: a BAD ...",
	} {
		runScript(t, srv, "greeting", script)
	}
	got := srv.Transcript().String()
	for _, secret := range []string{"hunter2", "AGFsaWNl"} {
		if strings.Contains(got, secret) {
			t.Errorf("transcript has %q:\n%s", secret, got)
		}
	}
}

// TestBrokenConnections ends connections at all kinds of places. The server
// must notice, and lose nothing that it has said it has.
func TestBrokenConnections(t *testing.T) {
	for _, text := range []string{
		"", "a", "a NOOP\r", "a LOGIN {5}\r\n", "a LOGIN {5}\r\nab", "a LOGIN alice@example.com secret\r\nb IDLE\r\n",
		"a LOGIN alice@example.com secret\r\nb APPEND INBOX {100}\r\nabc", "a AUTHENTICATE PLAIN\r\n",
		"a LOGIN alice@example.com secret\r\nb APPEND INBOX {3+}\r\nabc\r\nc APPEND INBOX {3+}\r\nab",
		"a LOGIN alice@example.com secret\r\nb APPEND INBOX {3+}\r\nabc",
	} {
		for _, end := range []string{"close", "half-close", "reset"} {
			srv := NewServer(t)
			alice := srv.Store.Account("alice@example.com")
			conn, err := srv.Dial(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			io.WriteString(conn, text)
			endConn(conn.(*wire.PipeConn), end)
			srv.Close()
			said := strings.Contains(srv.Transcript().String(), "b OK [APPENDUID")
			if n := alice.Mailbox("INBOX").Snapshot().Len(); said && n != 1 || n > 1 {
				t.Errorf("%q, %s: INBOX has %d messages", text, end, n)
			}
		}
	}
}

func endConn(conn *wire.PipeConn, how string) {
	switch how {
	case "half-close":
		conn.CloseWrite()
		io.Copy(io.Discard, conn)
		conn.Close()
	case "reset":
		conn.Abort()
	default:
		conn.Close()
	}
}

// TestOversize sends what is too long to be skipped, and garbage.
func TestOversize(t *testing.T) {
	for _, text := range []string{
		"a NOOP " + strings.Repeat("x", 3<<20) + "\r\n",
		strings.Repeat("\x00\xff", 2<<20) + "\r\n",
		"a APPEND INBOX {99999999999999999999+}\r\n",
	} {
		srv := NewServer(t)
		conn, err := srv.Dial(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		go sendAll(conn, text)
		got, err := io.ReadAll(conn)
		if err != nil || !strings.Contains(string(got), "\r\n* BYE ") {
			t.Errorf("%.20q...: got %q, %v, want BYE", text, got, err)
		}
		conn.Close()
	}
}

// sendAll writes what the server takes, and ends its side.
func sendAll(conn net.Conn, text string) {
	io.WriteString(conn, text)
	conn.(*wire.PipeConn).CloseWrite()
}
