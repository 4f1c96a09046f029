package wire_test

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/mailfakes/mailfakes/mailtest/wire"
)

// exampleT stands for a test's t, which examples don't have.
type exampleT struct{ testing.TB }

func (exampleT) Helper() {}

func (exampleT) Errorf(format string, args ...any) { fmt.Printf(format+"\n", args...) }

func (exampleT) Fatalf(format string, args ...any) { fmt.Printf(format+"\n", args...) }

func ExampleHost_Addr() {
	h := &wire.Host{Name: "echo", Serve: echo}
	defer h.Close()
	nc, err := net.Dial("tcp", h.Addr(wire.Plain))
	if err != nil {
		fmt.Println(err)
		return
	}
	defer nc.Close()
	fmt.Println(nc.RemoteAddr().(*net.TCPAddr).IP, h.Addr(wire.Plain) == h.Addr(wire.StartTLS))
	// Output: 127.0.0.1 false
}

func ExampleHost_Dial() {
	h := &wire.Host{Name: "echo", Serve: echo}
	defer h.Close()
	nc, err := h.Dial(context.Background(), wire.Plain)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer nc.Close()
	greeting := make([]byte, len("+OK hello"))
	io.ReadFull(nc, greeting)
	fmt.Printf("%s\n", greeting)
	// Output: +OK hello
}

func ExampleHost_Close() {
	h := &wire.Host{Name: "echo", Serve: echo}
	h.Close()
	_, err := h.Dial(context.Background(), wire.Plain)
	fmt.Println(errors.Is(err, wire.ErrServerClosed))
	// Output: true
}

func ExampleHost_Check() {
	h := &wire.Host{Name: "echo", Serve: echo, Strict: true,
		Rules: map[string]string{wire.RuleBareLF: "RFC 5321 section 2.3.8"}}
	say(h, "one\n")
	h.Close()
	h.Check(exampleT{}) // in a test, its t
	// Output: echo: client's fault: connection 1: bare LF (RFC 5321 section 2.3.8): ECHO one
}

func ExampleHost_Counts() {
	h := &wire.Host{Name: "echo", Serve: echo}
	say(h, "one\r\n")
	say(h, "one\r\ntwo\r\n")
	h.Close()
	n := h.Counts()
	fmt.Println(n.Connections, n.Commands["ECHO"], n.BytesIn)
	// Output: 2 3 15
}

func ExampleCounts() {
	h := &wire.Host{Name: "echo", Serve: echo}
	say(h, "one\r\n")
	h.Close()
	fmt.Printf("%+v\n", h.Counts())
	// Output: {Connections:1 Commands:map[ECHO:1] Transactions:0 LoginsRefused:0 BytesIn:5 BytesOut:16}
}

func ExampleHost_Hold() {
	h := &wire.Host{Name: "echo", Serve: echo}
	defer h.Close()
	hold := h.Hold(wire.Fault{On: "ECHO"})
	said := make(chan string)
	go func() { said <- say(h, "one\r\n") }()
	hold.Reached(exampleT{}) // in a test, its t
	fmt.Println(h.Counts().Commands["ECHO"])
	hold.Release()
	fmt.Print(<-said)
	// Output:
	// 1
	// +OK hello
	// one
}

func ExampleHold() {
	h := &wire.Host{Name: "echo", Serve: echo}
	defer h.Close()
	// It stops where the reply is ready and not sent.
	hold := h.Hold(wire.Fault{On: "ECHO", Arg: "two", After: true})
	said := make(chan string)
	go func() { said <- say(h, "one\r\ntwo\r\n") }()
	hold.Reached(exampleT{})
	fmt.Println("somebody stands there")
	hold.Release()
	fmt.Print(<-said)
	// Output:
	// somebody stands there
	// +OK hello
	// one
	// two
}

func ExampleHold_Reached() {
	h := &wire.Host{Name: "echo", Serve: echo}
	defer h.Close()
	hold := h.Hold(wire.Fault{On: wire.StepConnect})
	var clients sync.WaitGroup
	for range 2 {
		clients.Go(func() { say(h, "") })
		hold.Reached(exampleT{}) // each call waits for another connection
	}
	hold.Release()
	clients.Wait()
	fmt.Println("two connections have come")
	// Output: two connections have come
}

func ExampleHold_Release() {
	h := &wire.Host{Name: "echo", Serve: echo}
	defer h.Close()
	hold := h.Hold(wire.Fault{On: wire.StepConnect})
	hold.Release()
	fmt.Print(say(h, "")) // nobody is stopped any more
	// Output: +OK hello
}

func ExampleHost_Inject() {
	h := &wire.Host{Name: "echo", Serve: echo, Steps: []string{"ECHO"}}
	defer h.Close()
	h.Inject(wire.Fault{On: "ECHO", Nth: 2, Reply: "-ERR later"})
	fmt.Print(say(h, "one\r\ntwo\r\n"))
	defer func() { fmt.Println(recover() != nil) }()
	h.Inject(wire.Fault{On: "ECO"}) // there is no such command
	// Output:
	// +OK hello
	// one
	// -ERR later
	// true
}

func ExampleInjection() {
	h := &wire.Host{Name: "echo", Serve: echo}
	defer h.Close()
	down := h.Inject(wire.Fault{On: "ECHO", Reply: "-ERR down"})
	fmt.Print(say(h, "one\r\n"))
	down.Remove()
	fmt.Print(say(h, "one\r\n"))
	fmt.Println(down.Hits())
	// Output:
	// +OK hello
	// -ERR down
	// +OK hello
	// one
	// 1
}

func ExampleInjection_Hits() {
	h := &wire.Host{Name: "echo", Serve: echo}
	defer h.Close()
	two := h.Inject(wire.Fault{On: "ECHO", Arg: "two"}) // does nothing, and counts
	say(h, "one\r\ntwo\r\ntwo\r\n")
	fmt.Println(two.Hits())
	// Output: 2
}

func ExampleInjection_Remove() {
	h := &wire.Host{Name: "echo", Serve: echo}
	never := h.Inject(wire.Fault{On: "ECHO", Reply: "-ERR down"})
	never.Remove()
	h.Close()
	h.Check(exampleT{}) // doesn't complain
	// Output:
}

func ExampleExchange() {
	h := &wire.Host{Name: "echo", Serve: echo}
	defer h.Close()
	h.Inject(wire.Fault{On: "ECHO", Do: func(x *wire.Exchange) {
		x.Fault.Reply = fmt.Sprintf("-ERR try %d of %s", x.Hit, x.Step.Name)
		x.Fault.Hangup = x.Hit == 3
	}})
	fmt.Print(say(h, "one\r\ntwo\r\nthree\r\n"))
	// Output:
	// +OK hello
	// -ERR try 1 of ECHO
	// -ERR try 2 of ECHO
	// -ERR try 3 of ECHO
}

func ExampleStep() {
	h := &wire.Host{Name: "example", Serve: func(c *wire.Conn) {
		if _, err := c.ReadLine(100); err != nil {
			return
		}
		step := wire.Step{Name: "LOGIN", Arg: "alice secret", Prefix: "a1 ", Show: "a1 LOGIN alice ***"}
		if c.Begin(step) {
			c.WriteString("a1 OK\r\n")
		}
		c.End()
	}}
	defer h.Close()
	h.Inject(wire.Fault{On: "LOGIN", Arg: "alice", Reply: "NO not today"})
	say(h, "a1 LOGIN alice secret\r\n")
	fmt.Print(h.Transcript())
	// Output:
	// C: a1 LOGIN alice ***
	// S: a1 NO not today
}

func ExampleHost_Transcript() {
	h := &wire.Host{Name: "echo", Serve: echo}
	say(h, "one\r\n")
	say(h, "two\r\n")
	h.Close()
	fmt.Print(h.Transcript())
	// Output:
	// 1 S: +OK hello
	// 1 C: one
	// 1 S: one
	// 2 S: +OK hello
	// 2 C: two
	// 2 S: two
}

func ExampleTranscript_Conn() {
	h := &wire.Host{Name: "echo", Serve: echo}
	say(h, "one\r\n")
	say(h, "two\r\n")
	h.Close()
	fmt.Print(h.Transcript().Conn(2))
	// Output:
	// 2 S: +OK hello
	// 2 C: two
	// 2 S: two
}

func ExampleTranscript_Lines() {
	h := &wire.Host{Name: "echo", Serve: echo}
	say(h, "one\r\n")
	h.Close()
	for _, l := range h.Transcript().Lines() {
		fmt.Printf("%c %q\n", l.From, l.Text)
	}
	// Output:
	// S "+OK hello"
	// C "one"
	// S "one"
}

func ExampleLine() {
	h := &wire.Host{Name: "echo", Serve: echo}
	say(h, "one\r\n")
	h.Close()
	l := h.Transcript().Lines()[0]
	fmt.Printf("%d %c %q %v\n", l.Conn, l.From, l.Text, l.TLS)
	// Output: 1 S "+OK hello" false
}

func ExampleTranscript_Mentioning() {
	h := &wire.Host{Name: "echo", Serve: echo}
	say(h, "hello Alice\r\n")
	say(h, "hello Bob\r\n")
	h.Close()
	fmt.Print(h.Transcript().Mentioning("bob"))
	// Output:
	// 2 S: +OK hello
	// 2 C: hello Bob
	// 2 S: hello Bob
}

func ExampleTranscript_String() {
	h := &wire.Host{Name: "echo", Serve: echo}
	say(h, "one\r\n")
	h.Close()
	fmt.Printf("%q\n", h.Transcript().String())
	// Output: "S: +OK hello\nC: one\nS: one\n"
}

func ExampleTranscript_Golden() {
	dir, err := os.MkdirTemp("", "golden")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(dir)
	file := filepath.Join(dir, "echo.txt") // in a test, "testdata/echo.txt"
	os.WriteFile(file, []byte("S: +OK hello\nC: one\nS: one\n"), 0o666)

	h := &wire.Host{Name: "echo", Serve: echo}
	say(h, "one\r\n")
	h.Close()
	h.Transcript().Golden(exampleT{}, file) // as it should be: reports nothing
	// Output:
}

func ExampleHost_Violations() {
	h := &wire.Host{Name: "echo", Serve: echo,
		Rules: map[string]string{wire.RuleBareLF: "RFC 5321 section 2.3.8"}}
	say(h, "one\ntwo\r\n")
	h.Close()
	for _, v := range h.Violations() {
		fmt.Println(v.Conn, v.Rule)
	}
	// Output: 1 bare LF
}

func ExampleViolation() {
	v := wire.Violation{Conn: 1, Rule: "bare LF", RFC: "RFC 5321 section 2.3.8", Text: "NOOP"}
	fmt.Println(v.Rule, "by connection", v.Conn)
	// Output: bare LF by connection 1
}

func ExampleViolation_String() {
	v := wire.Violation{Conn: 1, Rule: "bare LF", RFC: "RFC 5321 section 2.3.8", Text: "NOOP"}
	fmt.Println(v)
	// Output: connection 1: bare LF (RFC 5321 section 2.3.8): NOOP
}

func ExampleMode() {
	h := &wire.Host{Name: "echo", Serve: echo}
	defer h.Close()
	nc, err := h.Dial(context.Background(), wire.ImplicitTLS)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer nc.Close()
	conf := wire.ClientTLS()
	conf.ServerName = "mail.example.com"
	c := tls.Client(nc, conf)
	greeting := make([]byte, len("+OK hello"))
	io.ReadFull(c, greeting)
	fmt.Printf("%s\n", greeting)
	// Output: +OK hello
}

func ExampleTLSCase() {
	h := &wire.Host{Name: "echo", Serve: echo, TLS: wire.Expired}
	defer h.Close()
	_, err := tls.Dial("tcp", h.Addr(wire.ImplicitTLS), wire.ClientTLS())
	fmt.Println(strings.Contains(err.Error(), "certificate has expired"))
	// Output: true
}

func ExampleClientTLS() {
	h := &wire.Host{Name: "echo", Serve: echo}
	defer h.Close()
	c, err := tls.Dial("tcp", h.Addr(wire.ImplicitTLS), wire.ClientTLS())
	if err != nil {
		fmt.Println(err)
		return
	}
	defer c.Close()
	fmt.Println("verified:", len(c.ConnectionState().VerifiedChains) > 0)
	// Output: verified: true
}

func ExampleCAPEM() {
	fmt.Println(strings.HasPrefix(string(wire.CAPEM()), "-----BEGIN CERTIFICATE-----\n"))
	// Output: true
}

func ExampleServerCert() {
	cert := wire.ServerCert("mail.example.com", "127.0.0.1")
	fmt.Println(cert.Leaf.DNSNames, cert.Leaf.IPAddresses)
	// Output: [mail.example.com] [127.0.0.1]
}

func ExampleClientCert() {
	cert := wire.ClientCert("alice@example.com")
	fmt.Println(cert.Leaf.Subject.CommonName, cert.Leaf.EmailAddresses)
	// Output: alice@example.com [alice@example.com]
}

func ExampleCertUser() {
	users := make(chan string, 1)
	h := &wire.Host{Name: "example", TLS: wire.ClientCertRequired, Serve: func(c *wire.Conn) {
		if state, ok := c.TLS(); ok {
			users <- wire.CertUser(&state)
		}
	}}
	defer h.Close()
	conf := wire.ClientTLS()
	conf.Certificates = []tls.Certificate{wire.ClientCert("alice@example.com")}
	c, err := tls.Dial("tcp", h.Addr(wire.ImplicitTLS), conf)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer c.Close()
	fmt.Println(<-users)
	// Output: alice@example.com
}

// A fake is a server with fields of its own, which it copies on first use.
type fake struct {
	Greeting string
	host     wire.Host
}

func ExampleHost_WatchFields() {
	f := &fake{Greeting: "hello", host: wire.Host{Name: "fake", Serve: echo}}
	f.host.WatchFields(f)
	say(&f.host, "")
	f.Greeting = "good morning" // too late
	f.host.Close()
	f.host.Check(exampleT{}) // in a test, its t
	// Output: fake: Greeting was set after the server was first used, which has no effect: set it before Addr, Dial, Inject and the like
}
