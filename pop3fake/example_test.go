package pop3fake_test

import (
	"bufio"
	"context"
	"fmt"
	"net"
	"net/textproto"
	"strings"

	gopop3 "github.com/knadh/go-pop3"

	"github.com/mailfakes/mailfakes/mailtest/mailstore"
	"github.com/mailfakes/mailfakes/mailtest/wire"
	"github.com/mailfakes/mailfakes/pop3fake"
)

// talk says lines to a server and prints what both say.
func talk(nc net.Conn, lines ...string) {
	r := textproto.NewReader(bufio.NewReader(nc))
	hear(r, false)
	for _, l := range lines {
		fmt.Println("C:", l)
		fmt.Fprintf(nc, "%s\r\n", l)
		hear(r, isMulti(l))
	}
}

// hear prints a reply.
func hear(r *textproto.Reader, multi bool) {
	line, _ := r.ReadLine()
	fmt.Println("S:", line)
	for multi && strings.HasPrefix(line, "+OK") {
		l, err := r.ReadLine()
		fmt.Println(strings.TrimRight("S: "+l, " "))
		multi = l != "." && err == nil
	}
}

// A program that fetches mail with a POP3 library.
func Example() {
	srv := pop3fake.New(nil)
	defer srv.Close()
	srv.Store.Account("alice@example.com").Mailbox("INBOX").Add("Subject: hi\n\nhello\n")

	c, err := gopop3.New(gopop3.Opt{Dialer: dialFunc(func() (net.Conn, error) {
		return srv.Dial(context.Background())
	})}).NewConn()
	if err != nil {
		fmt.Println(err)
		return
	}
	if err := c.Auth("alice@example.com", "secret"); err != nil {
		fmt.Println(err)
		return
	}
	m, err := c.Retr(1)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(m.Header.Get("Subject"))
	fmt.Println(c.Dele(1), c.Quit())
	fmt.Println(len(srv.Store.Account("alice@example.com").Mailbox("INBOX").Messages()), "messages left")
	// Output:
	// hi
	// <nil> <nil>
	// 0 messages left
}

func ExampleNew() {
	st := new(mailstore.Store)
	strict, gmail := pop3fake.New(st), pop3fake.New(st)
	defer strict.Close()
	defer gmail.Close()
	strict.AuthTLSOnly = true
	gmail.Caps = pop3fake.Gmail
	fmt.Println(strict.Store == gmail.Store)
	// Output: true
}

func ExampleServer_Addr() {
	srv := pop3fake.New(nil)
	defer srv.Close()
	for _, addr := range []string{srv.Addr(), srv.StartTLSAddr(), srv.TLSAddr()} {
		host, _, err := net.SplitHostPort(addr)
		fmt.Println(host, err)
	}
	// Output:
	// 127.0.0.1 <nil>
	// 127.0.0.1 <nil>
	// 127.0.0.1 <nil>
}

func ExampleServer_DialContext() {
	srv := pop3fake.New(nil)
	defer srv.Close()
	nc, err := srv.DialContext(context.Background(), "tcp", "pop.shop.example:110")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer nc.Close()
	talk(nc, "QUIT")
	_, err = srv.DialContext(context.Background(), "tcp", "pop.shop.example:1100")
	fmt.Println(err)
	// Output:
	// S: +OK mail.example.com POP3 server ready
	// C: QUIT
	// S: +OK mail.example.com POP3 server signing off
	// pop3fake: dial pop.shop.example:1100: no such port; known are 110 (STLS offered) and 995 (TLS)
}

func ExampleServer_Inject() {
	srv := pop3fake.New(nil)
	defer srv.Close()
	srv.Store.Account("alice@example.com").Mailbox("INBOX").Add("Subject: hi\n\nhello\n")
	srv.Inject(wire.Fault{On: "RETR", Nth: 1, Reply: "-ERR [SYS/TEMP] disk is busy"})

	nc, err := srv.Dial(context.Background())
	if err != nil {
		fmt.Println(err)
		return
	}
	defer nc.Close()
	talk(nc, "USER alice@example.com", "PASS secret", "RETR 1", "RETR 1")
	// Output:
	// S: +OK mail.example.com POP3 server ready
	// C: USER alice@example.com
	// S: +OK send PASS
	// C: PASS secret
	// S: +OK alice@example.com has 1 message (22 octets)
	// C: RETR 1
	// S: -ERR [SYS/TEMP] disk is busy
	// C: RETR 1
	// S: +OK 22 octets
	// S: Subject: hi
	// S:
	// S: hello
	// S: .
}

func ExampleServer_Transcript() {
	srv := pop3fake.New(nil)
	nc, err := srv.Dial(context.Background())
	if err != nil {
		fmt.Println(err)
		return
	}
	c := textproto.NewConn(nc)
	for _, line := range []string{"USER alice@example.com", "PASS wrong", "QUIT"} {
		c.ReadLine()
		c.PrintfLine("%s", line)
	}
	c.ReadLine()
	srv.Close()
	fmt.Print(srv.Transcript())
	fmt.Println(srv.Counts().LoginsRefused, "login refused")
	// Output:
	// S: +OK mail.example.com POP3 server ready
	// C: USER alice@example.com
	// S: +OK send PASS
	// C: PASS ***
	// *: login refused: there is no account alice@example.com: Account makes one, and so does mail to it
	// S: -ERR [AUTH] wrong user name or password
	// C: QUIT
	// S: +OK mail.example.com POP3 server signing off
	// 1 login refused
}

func ExampleServer_Violations() {
	srv := pop3fake.New(nil)
	nc, err := srv.Dial(context.Background())
	if err != nil {
		fmt.Println(err)
		return
	}
	r := bufio.NewReader(nc)
	for _, cmd := range []string{"RETR 1", "QUIT"} {
		r.ReadString('\n') // the reply to the last one
		fmt.Fprint(nc, cmd+"\r\n")
	}
	srv.Close()
	fmt.Println(srv.Violations())
	// Output: [connection 1: wrong state (RFC 1939 section 3): RETR]
}

func ExampleCaps() {
	srv := pop3fake.New(nil)
	defer srv.Close()
	srv.Caps = pop3fake.Gmail
	nc, err := srv.Dial(context.Background())
	if err != nil {
		fmt.Println(err)
		return
	}
	defer nc.Close()
	talk(nc, "CAPA", "STLS")
	// Output:
	// S: +OK mail.example.com POP3 server ready
	// C: CAPA
	// S: +OK capability list follows
	// S: USER
	// S: RESP-CODES
	// S: EXPIRE 0
	// S: LOGIN-DELAY 300
	// S: TOP
	// S: UIDL
	// S: X-GOOGLE-RICO
	// S: SASL PLAIN XOAUTH2 OAUTHBEARER
	// S: .
	// C: STLS
	// S: -ERR unknown command
}
