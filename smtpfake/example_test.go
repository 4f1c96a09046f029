package smtpfake_test

import (
	"bufio"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/smtp"
	"strings"
	"testing"
	"time"

	"github.com/mailfakes/mailfakes/mailtest/message"
	"github.com/mailfakes/mailfakes/mailtest/wire"
	"github.com/mailfakes/mailfakes/smtpfake"
)

// exampleTB stands for a test's t, which examples don't have.
type exampleTB struct {
	testing.TB
	cleanup []func()
}

func (t *exampleTB) Helper()          {}
func (t *exampleTB) Failed() bool     { return false }
func (t *exampleTB) Cleanup(f func()) { t.cleanup = append(t.cleanup, f) }

func (t *exampleTB) Errorf(format string, args ...any) { fmt.Printf(format+"\n", args...) }

func (t *exampleTB) Fatalf(format string, args ...any) { panic(fmt.Sprintf(format, args...)) }

// end does what the end of a test does.
func (t *exampleTB) end() {
	for _, f := range t.cleanup {
		f()
	}
}

const welcome = "Subject: Welcome\r\n\r\nHello Bob!\r\n"

// sendWelcome is the code under test.
func sendWelcome(addr string) error {
	return smtp.SendMail(addr, nil, "shop@example.com", []string{"bob@example.com"}, []byte(welcome))
}

// converseLines sends lines and prints what the server says, but for long replies.
func converseLines(nc net.Conn, lines ...string) {
	r := bufio.NewReader(nc)
	print := func() {
		line, _ := r.ReadString('\n')
		for strings.HasPrefix(line, "250-") {
			line, _ = r.ReadString('\n')
		}
		fmt.Print("S: ", strings.TrimSuffix(line, "\r\n"), "\n")
	}
	print()
	for _, l := range lines {
		fmt.Fprintf(nc, "%s\r\n", l)
		fmt.Println("C:", l)
		print()
	}
}

func Example() {
	srv := smtpfake.New(nil)
	defer srv.Close()

	if err := sendWelcome(srv.Addr()); err != nil {
		fmt.Println(err)
	}
	m, err := srv.Store.Account("bob@example.com").Wait(context.Background(), nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(m.MailFrom, m.RcptTo, m.Subject)
	fmt.Printf("%q\n", m.Raw)
	// Output:
	// shop@example.com [bob@example.com] Welcome
	// "Subject: Welcome\r\n\r\nHello Bob!\r\n"
}

func ExampleServer() {
	srv := smtpfake.New(nil)
	defer srv.Close()
	srv.Hostname = "mx.example.com"
	srv.RejectUnknown = true
	srv.MaxMessageBytes = 1 << 20
	srv.Disable = []string{"CHUNKING", "BINARYMIME"}

	fmt.Println(sendWelcome(srv.Addr()))
	srv.Store.Account("bob@example.com")
	fmt.Println(sendWelcome(srv.Addr()))
	// Output:
	// 550 "5.1.1 No such user: <bob@example.com>"
	// <nil>
}

func ExampleNew() {
	srv := smtpfake.New(nil) // on a store of its own
	defer srv.Close()
	fmt.Println(sendWelcome(srv.Addr()))
	// Output: <nil>
}

func ExampleNewServer() {
	t := new(exampleTB) // in a test, the test's t
	defer t.end()

	srv := smtpfake.NewServer(t)
	if err := sendWelcome(srv.Addr()); err != nil {
		t.Fatalf("%v", err)
	}
	m := srv.Store.Account("bob@example.com").Next(t)
	m.Check(t, message.Want{MailFrom: "shop@example.com", Subject: "Hello"})
	// Output:
	// message "Welcome" to bob@example.com: unexpected content (-want +got):
	// Subject:
	// - 	"Hello"
	// + 	"Welcome"
}

func ExampleServer_Addr() {
	srv := smtpfake.New(nil)
	defer srv.Close()
	c, err := smtp.Dial(srv.Addr())
	if err != nil {
		fmt.Println(err)
		return
	}
	defer c.Close()
	offered, _ := c.Extension("STARTTLS")
	fmt.Println("STARTTLS:", offered)
	// Output: STARTTLS: false
}

func ExampleServer_StartTLSAddr() {
	srv := smtpfake.New(nil)
	defer srv.Close()
	c, err := smtp.Dial(srv.StartTLSAddr())
	if err != nil {
		fmt.Println(err)
		return
	}
	defer c.Close()
	cfg := wire.ClientTLS()
	fmt.Println(c.StartTLS(cfg))
	// Output: <nil>
}

func ExampleServer_TLSAddr() {
	srv := smtpfake.New(nil)
	defer srv.Close()
	nc, err := tls.Dial("tcp", srv.TLSAddr(), wire.ClientTLS())
	if err != nil {
		fmt.Println(err)
		return
	}
	defer nc.Close()
	converseLines(nc, "QUIT")
	// Output:
	// S: 220 mail.example.com ESMTP mailfakes
	// C: QUIT
	// S: 221 2.0.0 mail.example.com closing connection
}

func ExampleServer_Dial() {
	srv := smtpfake.New(nil)
	defer srv.Close()
	nc, err := srv.Dial(context.Background())
	if err != nil {
		fmt.Println(err)
		return
	}
	defer nc.Close()
	converseLines(nc, "EHLO client.example.com", "RCPT TO:<bob@example.com>")
	// Output:
	// S: 220 mail.example.com ESMTP mailfakes
	// C: EHLO client.example.com
	// S: 250 BINARYMIME
	// C: RCPT TO:<bob@example.com>
	// S: 503 5.5.1 Send MAIL first
}

func ExampleServer_DialContext() {
	srv := smtpfake.New(nil)
	defer srv.Close()
	// Code that dials its production server by this function meets the fake.
	_, err := srv.DialContext(context.Background(), "tcp", "smtp.shop.example:587")
	fmt.Println(err)
	_, err = srv.DialContext(context.Background(), "tcp", "smtp.shop.example:26")
	fmt.Println(err)
	// Output:
	// <nil>
	// smtpfake: no server at port 26: the ports are 25, 587, 2525 (STARTTLS) and 465 (TLS)
}

func ExampleServer_Inject() {
	srv := smtpfake.New(nil)
	defer srv.Close()
	busy := srv.Inject(wire.Fault{On: "RCPT", Arg: "bob@", Nth: 1, Reply: "450 4.2.1 Mailbox busy"})
	fmt.Println(sendWelcome(srv.Addr()))
	fmt.Println(sendWelcome(srv.Addr()))
	fmt.Println("struck:", busy.Hits())
	// Output:
	// 450 "4.2.1 Mailbox busy"
	// <nil>
	// struck: 1
}

func ExampleServer_Hold() {
	t := new(exampleTB) // in a test, the test's t
	defer t.end()
	srv := smtpfake.NewServer(t)

	end := srv.Hold(wire.Fault{On: "."})
	sent := make(chan error)
	go func() { sent <- sendWelcome(srv.Addr()) }()
	end.Reached(t)
	fmt.Println("in time:", len(srv.Store.Account("bob@example.com").Pending()))
	end.Release()
	fmt.Println(<-sent, len(srv.Store.Account("bob@example.com").Pending()))
	// Output:
	// in time: 0
	// <nil> 1
}

func ExampleServer_Transcript() {
	srv := smtpfake.New(nil)
	defer srv.Close()
	srv.Disable = []string{"8BITMIME"}
	if err := sendWelcome(srv.Addr()); err != nil {
		fmt.Println(err)
	}
	for _, l := range srv.Transcript().Lines() {
		if l.From == 'C' {
			fmt.Println(l.Text)
		}
	}
	// Output:
	// EHLO localhost
	// MAIL FROM:<shop@example.com>
	// RCPT TO:<bob@example.com>
	// DATA
	// ... 35 bytes
	// QUIT
}

func ExampleServer_Counts() {
	srv := smtpfake.New(nil)
	defer srv.Close()
	for range 3 {
		if err := sendWelcome(srv.Addr()); err != nil {
			fmt.Println(err)
		}
	}
	n := srv.Counts()
	fmt.Println(n.Transactions, n.Commands["RCPT"])
	// Output: 3 3
}

func ExampleServer_Violations() {
	srv := smtpfake.New(nil)
	defer srv.Close()
	nc, err := srv.Dial(context.Background())
	if err != nil {
		fmt.Println(err)
		return
	}
	converseLines(nc, "EHLO client.example.com", "MAIL FROM: <alice@example.com>")
	defer nc.Close()
	for _, v := range srv.Violations() {
		fmt.Println(v)
	}
	// Output:
	// S: 220 mail.example.com ESMTP mailfakes
	// C: EHLO client.example.com
	// S: 250 BINARYMIME
	// C: MAIL FROM: <alice@example.com>
	// S: 501 5.1.7 Bad sender address syntax
	// connection 1: syntax (RFC 5321 section 4.1.2): MAIL FROM: <alice@example.com>
}

func ExampleServer_Check() {
	t := new(exampleTB) // in a test, the test's t
	srv := smtpfake.New(nil)
	srv.Strict = true
	if err := sendWelcome(srv.Addr()); err != nil {
		fmt.Println(err)
	}
	srv.Close()
	srv.Check(t) // nothing is wrong
	// Output:
}

func ExampleServer_Close() {
	srv := smtpfake.New(nil)
	srv.Close()
	_, err := srv.Dial(context.Background())
	fmt.Println(errors.Is(err, wire.ErrServerClosed))
	// Output: true
}

func ExampleRule() {
	srv := smtpfake.New(nil)
	defer srv.Close()
	srv.Rules = []smtpfake.Rule{
		{RcptTo: "gone@example.com", Reply: "550 5.1.1 No such user"},
		{RcptTo: "@slow.example", Greylist: 5 * time.Minute},
		{MailFrom: "news@example.com", Limit: 100, Per: time.Hour},
		{RcptTo: "old@example.com", Bounce: true, Reply: "550 5.1.6 Mailbox has moved"},
		{MailFrom: "@spam.example", AfterText: true, Reply: "554 5.7.1 Looks like spam"},
	}
	for _, to := range []string{"gone@example.com", "bob@slow.example", "old@example.com"} {
		err := smtp.SendMail(srv.Addr(), nil, "alice@example.com", []string{to}, []byte(welcome))
		fmt.Println(err)
	}
	m, err := srv.Store.Account("alice@example.com").Wait(context.Background(), nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%q: %s", m.Subject, m.Text)
	// Output:
	// 550 "5.1.1 No such user"
	// 451 "4.7.1 Greylisted, try again in 5m0s"
	// <nil>
	// "Delivery Status Notification": old@example.com: failed 550 5.1.6 Mailbox has moved
}
