package imapfake_test

import (
	"bufio"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"testing"

	"github.com/mailfakes/mailfakes/imapfake"
	"github.com/mailfakes/mailfakes/mailtest/mailstore"
	"github.com/mailfakes/mailfakes/mailtest/wire"
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

// exampleTalk says lines to a server and prints what it says after its
// greeting.
func exampleTalk(nc net.Conn, err error, lines ...string) {
	if err != nil {
		fmt.Println(err)
		return
	}
	defer nc.Close()
	r := bufio.NewReader(nc)
	r.ReadString('\n')
	for _, l := range lines {
		fmt.Fprintf(nc, "%s\r\n", l)
		tag, _, _ := strings.Cut(l, " ")
		for {
			reply, err := r.ReadString('\n')
			fmt.Println("S:", strings.TrimSpace(reply))
			if err != nil || strings.HasPrefix(reply, tag) {
				break
			}
		}
	}
}

// dialTLS connects to an address of a server's.
func dialTLS(addr string) (net.Conn, error) { return tls.Dial("tcp", addr, wire.ClientTLS()) }

func ExampleNew() {
	st := new(mailstore.Store)
	gmail, bare := imapfake.New(st), imapfake.New(st) // two views of one store
	defer gmail.Close()
	defer bare.Close()
	gmail.Caps, bare.Caps = imapfake.Gmail, imapfake.Bare
	fmt.Println(gmail.Store == bare.Store, imapfake.New(nil).Store != nil)
	// Output: true true
}

func ExampleNewServer() {
	t := new(exampleT) // in a test, the test's t
	srv := imapfake.NewServer(t)
	srv.Greeting = "ready when you are"
	nc, err := srv.Dial(context.Background())
	exampleTalk(nc, err, "a LOGOUT")
	t.end() // closes the server
	_, err = srv.Dial(context.Background())
	fmt.Println(err)
	// Output:
	// S: * BYE Logging out
	// S: a OK LOGOUT completed
	// dial pipe 192.0.2.2:25: server closed
}

// A client that runs the server itself, through ssh or a pipe, is logged in
// already: its server says PREAUTH.
func ExampleServer_preAuth() {
	srv := imapfake.New(nil)
	defer srv.Close()
	srv.PreAuth = "alice@example.com"
	nc, err := srv.Dial(context.Background())
	exampleTalk(nc, err, "a LOGIN alice@example.com secret", "b STATUS INBOX (MESSAGES)")
	// Output:
	// S: a BAD [CLIENTBUG] LOGIN after login
	// S: * STATUS INBOX (MESSAGES 0)
	// S: b OK STATUS completed
}

func ExampleServer_Addr() {
	srv := imapfake.New(nil)
	defer srv.Close()
	nc, err := net.Dial("tcp", srv.Addr())
	exampleTalk(nc, err, "a STARTTLS")
	// Output: S: a BAD STARTTLS is not offered
}

func ExampleServer_StartTLSAddr() {
	srv := imapfake.New(nil)
	defer srv.Close()
	nc, err := net.Dial("tcp", srv.StartTLSAddr())
	exampleTalk(nc, err, "a STARTTLS")
	// Output: S: a OK Begin TLS negotiation now
}

func ExampleServer_TLSAddr() {
	srv := imapfake.New(nil)
	defer srv.Close()
	srv.Store.Account("alice@example.com")
	nc, err := dialTLS(srv.TLSAddr())
	exampleTalk(nc, err, "a LOGIN alice@example.com wrong")
	// Output: S: a NO [AUTHENTICATIONFAILED] Wrong user name or password
}

func ExampleServer_Dial() {
	srv := imapfake.New(nil)
	defer srv.Close()
	nc, err := srv.Dial(context.Background())
	exampleTalk(nc, err, "a NOOP", "b SELECT INBOX")
	// Output:
	// S: a OK NOOP completed
	// S: b BAD [CLIENTBUG] SELECT needs a login first
}

func ExampleServer_DialContext() {
	srv := imapfake.New(nil)
	defer srv.Close()
	nc, err := srv.DialContext(context.Background(), "tcp", "imap.shop.example:143")
	exampleTalk(nc, err, "a NOOP")
	_, err = srv.DialContext(context.Background(), "tcp", "imap.shop.example:1430")
	fmt.Println(err)
	// Output:
	// S: a OK NOOP completed
	// imapfake: dial imap.shop.example:1430: port is neither 143 (STARTTLS) nor 993 (TLS)
}

func ExampleServer_Inject() {
	srv := imapfake.New(nil)
	defer srv.Close()
	srv.Caps = imapfake.Bare
	srv.Store.Account("alice@example.com").Mailbox("INBOX").Add("Subject: hi\n\nhello\n")
	busy := srv.Inject(wire.Fault{On: "STATUS", Nth: 1, Reply: "NO [UNAVAILABLE] busy"})
	nc, err := srv.Dial(context.Background())
	exampleTalk(nc, err, "a LOGIN alice@example.com secret",
		"b STATUS INBOX (MESSAGES)", "c STATUS INBOX (MESSAGES)")
	fmt.Println("struck:", busy.Hits())
	// Output:
	// S: a OK [CAPABILITY IMAP4rev1] Logged in
	// S: b NO [UNAVAILABLE] busy
	// S: * STATUS INBOX (MESSAGES 1)
	// S: c OK STATUS completed
	// struck: 1
}

func ExampleServer_Hold() {
	t := new(exampleT) // in a test, the test's t
	defer t.end()
	srv := imapfake.NewServer(t)
	srv.Caps = imapfake.Bare
	inbox := srv.Store.Account("alice@example.com").Mailbox("INBOX")
	status := srv.Hold(wire.Fault{On: "STATUS"})
	done := make(chan struct{})
	go func() {
		defer close(done)
		nc, err := srv.Dial(context.Background())
		exampleTalk(nc, err, "a LOGIN alice@example.com secret", "b STATUS INBOX (MESSAGES)")
	}()
	status.Reached(t)
	inbox.Add("Subject: just in time\n\n")
	status.Release()
	<-done
	// Output:
	// S: a OK [CAPABILITY IMAP4rev1] Logged in
	// S: * STATUS INBOX (MESSAGES 1)
	// S: b OK STATUS completed
}

func ExampleServer_Transcript() {
	srv := imapfake.New(nil)
	nc, err := srv.Dial(context.Background())
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Fprint(nc, "a LOGIN alice@example.com secret\r\nb LOGOUT\r\n")
	io.Copy(io.Discard, nc)
	srv.Close()
	for _, l := range srv.Transcript().Lines() {
		if l.From == 'C' {
			fmt.Println(l.Text)
		}
	}
	// Output:
	// a LOGIN alice@example.com ***
	// b LOGOUT
}

func ExampleServer_Counts() {
	srv := imapfake.New(nil)
	defer srv.Close()
	nc, err := srv.Dial(context.Background())
	exampleTalk(nc, err, "a NOOP", "b LOGIN alice@example.com wrong", "c NOOP")
	n := srv.Counts()
	fmt.Println(n.Connections, n.Commands["NOOP"], n.LoginsRefused)
	// Output:
	// S: a OK NOOP completed
	// S: b NO [AUTHENTICATIONFAILED] Wrong user name or password
	// S: c OK NOOP completed
	// 1 2 1
}

func ExampleServer_Violations() {
	srv := imapfake.New(nil)
	defer srv.Close()
	nc, err := srv.Dial(context.Background())
	exampleTalk(nc, err, "a FETCH 1 UID")
	for _, v := range srv.Violations() {
		fmt.Println(v)
	}
	// Output:
	// S: a BAD [CLIENTBUG] FETCH needs a login first
	// connection 1: command that is not valid now (RFC 3501 section 3): a FETCH 1 UID
}

func ExampleServer_Check() {
	t := new(exampleT) // in a test, the test's t
	srv := imapfake.New(nil)
	srv.Strict = true
	nc, err := srv.Dial(context.Background())
	exampleTalk(nc, err, "a FETCH 1 UID")
	srv.Close()
	srv.Check(t) // NewServer does so when the test ends
	// Output:
	// S: a BAD [CLIENTBUG] FETCH needs a login first
	// imapfake: client's fault: connection 1: command that is not valid now (RFC 3501 section 3): a FETCH 1 UID
	// imapfake: client's fault: connection 1: no LOGOUT (RFC 3501 section 3.4)
}

func ExampleServer_Close() {
	srv := imapfake.New(nil)
	nc, err := srv.Dial(context.Background())
	if err != nil {
		fmt.Println(err)
		return
	}
	srv.Close()
	text, _ := io.ReadAll(nc)
	lines := strings.Split(strings.TrimSpace(string(text)), "\r\n")
	fmt.Println(lines[len(lines)-1])
	_, err = srv.Dial(context.Background())
	fmt.Println(errors.Is(err, wire.ErrServerClosed))
	// Output:
	// * BYE Server shutting down
	// true
}
