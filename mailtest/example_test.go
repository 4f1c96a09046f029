package mailtest_test

import (
	"bytes"
	"context"
	"crypto/tls"
	"fmt"
	"net"
	"net/smtp"
	"strings"
	"testing"

	"github.com/mailfakes/mailfakes/mailtest"
)

// An exampleT stands for the t of a test: failures go to the output.
type exampleT struct {
	testing.TB
	cleanup []func()
	failed  bool
}

func (t *exampleT) Helper() {}

func (t *exampleT) Name() string { return "TestWelcome" }

func (t *exampleT) Failed() bool { return t.failed }

func (t *exampleT) Cleanup(f func()) { t.cleanup = append(t.cleanup, f) }

func (t *exampleT) Errorf(format string, args ...any) {
	t.failed = true
	fmt.Printf(format+"\n", args...)
}

func (t *exampleT) Fatalf(format string, args ...any) { t.Errorf(format, args...) }

func (t *exampleT) Logf(format string, args ...any) { fmt.Printf(format+"\n", args...) }

func (t *exampleT) end() {
	for _, f := range t.cleanup {
		f()
	}
}

const welcome = "From: Shop <no-reply@shop.example>\r\n" +
	"To: alice@example.com\r\n" +
	"Subject: Welcome, Alice\r\n" +
	"\r\n" +
	"Follow https://shop.example/activate?u=alice\r\n"

// register is the code under test.
func register(smtpAddr string) error {
	return smtp.SendMail(smtpAddr, nil, "bounces@shop.example", []string{"alice@example.com"}, []byte(welcome))
}

func Example() {
	t := new(exampleT) // in a test, its t
	defer t.end()
	srv := mailtest.NewServer(t)
	if err := register(srv.SMTP.Addr()); err != nil {
		t.Fatalf("register: %v", err)
	}
	msg := srv.Account("alice@example.com").Next(t)
	msg.Check(t, mailtest.Want{
		MailFrom: "bounces@shop.example",
		From:     "Shop <no-reply@shop.example>",
		Subject:  "Welcome, Alice",
	})
	fmt.Println(msg.Link(t, "/activate"))
	// Output: https://shop.example/activate?u=alice
}

func ExampleNew() {
	srv := mailtest.New() // in TestMain, or a program
	defer srv.Close()
	fmt.Println(register(srv.SMTP.Addr()), len(srv.Store.Pending()))
	// Output: <nil> 1
}

func ExampleNewServer() {
	t := new(exampleT)
	srv := mailtest.NewServer(t)
	srv.POP3.Greeting = "ready"
	nc, _ := srv.POP3.Dial(context.Background())
	defer nc.Close()
	nc.Read(make([]byte, 100))
	t.Errorf("something is wrong")
	t.end() // logs what was said, since t has failed, and closes srv
	// Output:
	// something is wrong
	// POP3 transcript:
	// S: +OK ready
}

func ExampleServer() {
	srv := mailtest.New()
	defer srv.Close()
	srv.SMTP.RejectUnknown = true // before the first use
	err := register(srv.SMTP.Addr())
	fmt.Println(strings.Contains(err.Error(), "5.1.1 "), srv.SMTP.Counts().Commands["RCPT"])
	// Output: true 1
}

func ExampleServer_Account() {
	srv := mailtest.New()
	defer srv.Close()
	alice := srv.Account("alice@example.com")
	alice.Mailbox("INBOX").Add("Subject: hello\n\nHi.\n")
	fmt.Println(alice.Addr, alice.Password, srv.Account("ALICE@example.com") == alice)
	// Output: alice@example.com secret true
}

func ExampleServer_NewAccount() {
	t := new(exampleT)
	srv := mailtest.New() // shared by all tests of a package
	defer srv.Close()
	fmt.Println(srv.NewAccount(t).Addr)
	fmt.Println(srv.NewAccount(t).Addr)
	// Output:
	// testwelcome@example.com
	// testwelcome-2@example.com
}

func ExampleServer_Next() {
	t := new(exampleT)
	srv := mailtest.New()
	defer srv.Close()
	register(srv.SMTP.Addr())
	fmt.Println(srv.Next(t).RcptTo)
	// Output: [alice@example.com]
}

func ExampleServer_NoMore() {
	t := new(exampleT)
	srv := mailtest.New()
	defer srv.Close()
	srv.NoMore(t)
	fmt.Println(t.failed)
	// Output: false
}

func ExampleServer_DialContext() {
	srv := mailtest.New()
	defer srv.Close()
	// Code with a dial hook runs with its production names and ports.
	nc, err := srv.DialContext(context.Background(), "tcp", "smtp.shop.example:587")
	if err != nil {
		fmt.Println(err)
		return
	}
	c, err := smtp.NewClient(nc, "smtp.shop.example")
	fmt.Println(err)
	fmt.Println(c.StartTLS(&tls.Config{ServerName: "smtp.shop.example", RootCAs: srv.ClientTLS().RootCAs}))
	fmt.Println(c.Quit())
	// Output:
	// <nil>
	// <nil>
	// <nil>
}

func ExampleServer_ClientTLS() {
	srv := mailtest.New()
	defer srv.Close()
	conf := srv.ClientTLS()
	c, err := tls.Dial("tcp", srv.IMAP.TLSAddr(), conf)
	fmt.Println(err)
	c.Close()
	// Output: <nil>
}

func ExampleServer_CAPEM() {
	srv := mailtest.New()
	defer srv.Close()
	first, _, _ := bytes.Cut(srv.CAPEM(), []byte("\n"))
	fmt.Printf("%s\n", first)
	// Output: -----BEGIN CERTIFICATE-----
}

func ExampleServer_Close() {
	srv := mailtest.New()
	nc, _ := net.Dial("tcp", srv.POP3.Addr())
	defer nc.Close()
	srv.Close() // ends the connection
	srv.Close()
	_, err := net.Dial("tcp", nc.RemoteAddr().String())
	fmt.Println(err != nil)
	// Output: true
}

func ExampleWant() {
	t := new(exampleT)
	srv := mailtest.New()
	defer srv.Close()
	register(srv.SMTP.Addr())
	srv.Next(t).Check(t, mailtest.Want{
		RcptTo:      []string{"alice@example.com"},
		Subject:     "Welcome, Bob",
		Attachments: []mailtest.Attachment{}, // there must be none
	})
	// Output:
	// message "Welcome, Alice" to alice@example.com: unexpected content (-want +got):
	// Subject:
	// - 	"Welcome, Bob"
	// + 	"Welcome, Alice"
}

func ExampleFault() {
	srv := mailtest.New()
	defer srv.Close()
	srv.SMTP.Inject(mailtest.Fault{On: "RCPT", Nth: 1, Reply: "451 4.7.1 Greylisted"})
	fmt.Println(register(srv.SMTP.Addr()))
	fmt.Println(register(srv.SMTP.Addr()))
	// Output:
	// 451 "4.7.1 Greylisted"
	// <nil>
}
