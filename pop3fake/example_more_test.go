package pop3fake_test

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"testing"

	"github.com/mailfakes/mailfakes/mailtest/wire"
	"github.com/mailfakes/mailfakes/pop3fake"
)

// exampleT stands for a test's t, which examples don't have.
type exampleT struct {
	testing.TB
	cleanup []func()
}

func (t *exampleT) Helper()          {}
func (t *exampleT) Failed() bool     { return false }
func (t *exampleT) Cleanup(f func()) { t.cleanup = append(t.cleanup, f) }

func (t *exampleT) Errorf(format string, args ...any) { fmt.Printf(format+"\n", args...) }

func (t *exampleT) Fatalf(format string, args ...any) { panic(fmt.Sprintf(format, args...)) }

// end does what the end of a test does.
func (t *exampleT) end() {
	for _, f := range t.cleanup {
		f()
	}
}

// talkOver is talk on a connection that may have failed.
func talkOver(nc net.Conn, err error, lines ...string) {
	if err != nil {
		fmt.Println(err)
		return
	}
	defer nc.Close()
	talk(nc, lines...)
}

func ExampleServer() {
	srv := pop3fake.New(nil)
	defer srv.Close()
	srv.Greeting = "ready"
	srv.Mechanisms = []string{} // no APOP and no AUTH
	srv.Store.Account("alice@example.com").Mailbox("INBOX").Add("Subject: hi\n\nhello\n")
	nc, err := srv.Dial(context.Background())
	talkOver(nc, err, "USER alice@example.com", "PASS secret", "STAT")
	// Output:
	// S: +OK ready
	// C: USER alice@example.com
	// S: +OK send PASS
	// C: PASS secret
	// S: +OK alice@example.com has 1 message (22 octets)
	// C: STAT
	// S: +OK 1 22
}

func ExampleNewServer() {
	t := new(exampleT) // in a test, the test's t
	srv := pop3fake.NewServer(t)
	nc, err := srv.Dial(context.Background())
	talkOver(nc, err, "QUIT")
	t.end() // closes the server
	_, err = srv.Dial(context.Background())
	fmt.Println(err)
	// Output:
	// S: +OK mail.example.com POP3 server ready
	// C: QUIT
	// S: +OK mail.example.com POP3 server signing off
	// dial pipe 192.0.2.2:25: server closed
}

func ExampleServer_Dial() {
	srv := pop3fake.New(nil)
	defer srv.Close()
	nc, err := srv.Dial(context.Background()) // in memory
	talkOver(nc, err, "NOOP")
	// Output:
	// S: +OK mail.example.com POP3 server ready
	// C: NOOP
	// S: -ERR log in first
}

func ExampleServer_StartTLSAddr() {
	srv := pop3fake.New(nil)
	defer srv.Close()
	nc, err := net.Dial("tcp", srv.StartTLSAddr())
	talkOver(nc, err, "STLS")
	// Output:
	// S: +OK mail.example.com POP3 server ready
	// C: STLS
	// S: +OK begin TLS negotiation
}

func ExampleServer_TLSAddr() {
	srv := pop3fake.New(nil)
	defer srv.Close()
	nc, err := tls.Dial("tcp", srv.TLSAddr(), wire.ClientTLS())
	if err != nil {
		fmt.Println(err)
		return
	}
	talkOver(nc, nil, "STLS")
	// Output:
	// S: +OK mail.example.com POP3 server ready
	// C: STLS
	// S: -ERR TLS is active already
}

func ExampleServer_Hold() {
	t := new(exampleT) // in a test, the test's t
	defer t.end()
	srv := pop3fake.NewServer(t)
	alice := srv.Store.Account("alice@example.com")
	quit := srv.Hold(wire.Fault{On: "QUIT"})
	done := make(chan struct{})
	go func() {
		defer close(done)
		nc, err := srv.Dial(context.Background())
		talkOver(nc, err, "USER alice@example.com", "PASS secret", "QUIT")
	}()
	quit.Reached(t)
	_, err := alice.Lock()
	quit.Release()
	<-done
	fmt.Println("meanwhile:", err)
	// Output:
	// S: +OK mail.example.com POP3 server ready
	// C: USER alice@example.com
	// S: +OK send PASS
	// C: PASS secret
	// S: +OK alice@example.com has 0 messages (0 octets)
	// C: QUIT
	// S: +OK mail.example.com POP3 server signing off
	// meanwhile: maildrop is locked by another session
}

func ExampleServer_Counts() {
	srv := pop3fake.New(nil)
	defer srv.Close()
	nc, err := srv.Dial(context.Background())
	talkOver(nc, err, "NOOP", "NOOP")
	n := srv.Counts()
	fmt.Println(n.Connections, n.Commands["NOOP"])
	// Output:
	// S: +OK mail.example.com POP3 server ready
	// C: NOOP
	// S: -ERR log in first
	// C: NOOP
	// S: -ERR log in first
	// 1 2
}

func ExampleServer_Check() {
	t := new(exampleT) // in a test, the test's t
	srv := pop3fake.New(nil)
	srv.Strict = true
	nc, err := srv.Dial(context.Background())
	talkOver(nc, err, "RETR 1")
	srv.Close()
	srv.Check(t) // NewServer does so when the test ends
	// Output:
	// S: +OK mail.example.com POP3 server ready
	// C: RETR 1
	// S: -ERR log in first
	// pop3fake: client's fault: connection 1: wrong state (RFC 1939 section 3): RETR
	// pop3fake: client's fault: connection 1: no QUIT (RFC 1939 section 6)
}

func ExampleServer_Close() {
	srv := pop3fake.New(nil)
	srv.Close()
	_, err := srv.Dial(context.Background())
	fmt.Println(errors.Is(err, wire.ErrServerClosed))
	// Output: true
}
