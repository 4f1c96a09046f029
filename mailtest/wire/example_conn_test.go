package wire_test

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/mailfakes/mailfakes/mailtest/wire"
)

// serve runs a loop on one connection, to which the client sends text at once,
// and returns what it is told.
func serve(loop func(c *wire.Conn), sent string) string {
	h := &wire.Host{Name: "example", Serve: loop}
	defer h.Close()
	return say(h, sent)
}

// greet greets, in a step that faults may change.
func greet(c *wire.Conn) error {
	if c.Begin(wire.Step{Name: wire.StepConnect}) {
		c.WriteString("+OK hello\r\n")
	}
	return c.End()
}

func ExampleConn() {
	fmt.Print(serve(func(c *wire.Conn) {
		for err := greet(c); err == nil; err = c.End() {
			line, err := c.ReadLine(512)
			if err != nil {
				return
			}
			if c.Begin(wire.Step{Name: "ECHO", Arg: string(line)}) {
				c.Write(line)
			}
		}
	}, "one\r\ntwo\r\n"))
	// Output:
	// +OK hello
	// one
	// two
}

func ExampleConn_Begin() {
	h := &wire.Host{Name: "example", Serve: func(c *wire.Conn) {
		if c.Begin(wire.Step{Name: wire.StepConnect}) {
			c.WriteString("+OK hello\r\n")
		}
		c.End()
	}}
	defer h.Close()
	h.Inject(wire.Fault{On: wire.StepConnect, Reply: "-ERR too many connections"})
	fmt.Print(say(h, ""))
	// Output: -ERR too many connections
}

func ExampleConn_End() {
	h := &wire.Host{Name: "example", Serve: func(c *wire.Conn) {
		c.Begin(wire.Step{Name: wire.StepConnect})
		c.WriteString("+OK hello\r\n")
		fmt.Println("the loop must return:", c.End() != nil)
	}}
	h.Inject(wire.Fault{On: wire.StepConnect, Hangup: true})
	say(h, "")
	h.Close()
	// Output: the loop must return: true
}

func ExampleConn_ReadLine() {
	serve(func(c *wire.Conn) {
		for {
			line, err := c.ReadLine(8)
			if fmt.Printf("%q %v\n", line, err); err == io.EOF {
				return
			}
		}
	}, "NOOP\r\na very long line\r\nQUIT")
	// Output:
	// "NOOP\r\n" <nil>
	// "a very l" line too long
	// "QUIT" EOF
}

func ExampleConn_ReadFull() {
	serve(func(c *wire.Conn) {
		literal := make([]byte, 5)
		n, err := c.ReadFull(literal)
		fmt.Printf("%d %q %v\n", n, literal, err)
		n, err = c.ReadFull(literal)
		fmt.Printf("%d %q %v\n", n, literal[:n], err)
	}, "hello, w")
	// Output:
	// 5 "hello" <nil>
	// 3 ", w" unexpected EOF
}

func ExampleConn_Discard() {
	serve(func(c *wire.Conn) {
		fmt.Println(c.Discard(7))
		line, err := c.ReadLine(100)
		fmt.Printf("%q %v\n", line, err)
	}, "literalNOOP\r\n")
	// Output:
	// <nil>
	// "NOOP\r\n" <nil>
}

func ExampleConn_Window() {
	serve(func(c *wire.Conn) {
		var size int
		for {
			b, err := c.Window()
			if err != nil {
				break
			}
			size += len(b) // look at b, then say how much of it is used
			c.Advance(len(b))
		}
		fmt.Println(size)
	}, strings.Repeat("x", 1000))
	// Output: 1000
}

func ExampleConn_Advance() {
	serve(func(c *wire.Conn) {
		b, _ := c.Window()
		c.Advance(bytes.IndexByte(b, '\n') + 1)
		b, _ = c.Window()
		fmt.Printf("%q\n", b)
	}, "text\nNOOP\r\n")
	// Output: "NOOP\r\n"
}

func ExampleConn_Extend() {
	ready := make(chan bool)
	h := &wire.Host{Name: "example", Serve: func(c *wire.Conn) {
		b, _ := c.Window()
		fmt.Printf("%q\n", b) // may be the beginning of an end mark
		ready <- true
		b, _ = c.Extend()
		fmt.Printf("%q\n", b)
	}}
	defer h.Close()
	nc, err := h.Dial(context.Background(), wire.Plain)
	if err != nil {
		fmt.Println(err)
		return
	}
	io.WriteString(nc, "\r\n.")
	<-ready
	io.WriteString(nc, "\r\n")
	io.Copy(io.Discard, nc)
	// Output:
	// "\r\n."
	// "\r\n.\r\n"
}

func ExampleConn_Buffered() {
	serve(func(c *wire.Conn) {
		c.ReadLine(100)
		fmt.Println("pipelined:", c.Buffered() > 0)
	}, "MAIL\r\nRCPT\r\n")
	// Output: pipelined: true
}

func ExampleConn_Write() {
	fmt.Print(serve(func(c *wire.Conn) {
		fmt.Fprintf(c, "%d %s\r\n", 250, "fine")
	}, ""))
	// Output: 250 fine
}

func ExampleConn_WriteString() {
	fmt.Print(serve(func(c *wire.Conn) { c.WriteString("250 fine\r\n") }, ""))
	// Output: 250 fine
}

func ExampleConn_WriteData() {
	h := &wire.Host{Name: "example", Serve: func(c *wire.Conn) {
		c.WriteString("+OK message follows\r\n")
		c.WriteData(bytes.Repeat([]byte("a line of text\r\n"), 100))
		c.WriteString(".\r\n")
	}}
	defer h.Close()
	fmt.Println(strings.Count(say(h, ""), "\n"))
	fmt.Print(h.Transcript())
	// Output:
	// 102
	// S: +OK message follows
	// S: ... 1600 bytes
	// S: .
}

func ExampleConn_Flush() {
	h := &wire.Host{Name: "example", Serve: func(c *wire.Conn) {
		c.WriteString("* OK still here\r\n")
		c.Flush() // before something that takes its time
		c.Discard(1)
	}}
	defer h.Close()
	nc, err := h.Dial(context.Background(), wire.Plain)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer nc.Close()
	b := make([]byte, 17)
	n, err := io.ReadFull(nc, b)
	fmt.Printf("%q %v\n", b[:n], err)
	// Output: "* OK still here\r\n" <nil>
}

func ExampleConn_Wait() {
	news := make(chan struct{}, 1)
	h := &wire.Host{Name: "example", Serve: func(c *wire.Conn) {
		for c.Wait(news) == nil && c.Buffered() == 0 {
			c.WriteString("* 4 EXISTS\r\n") // the client is idle
		}
		c.WriteString("a OK IDLE completed\r\n")
	}}
	defer h.Close()
	nc, err := h.Dial(context.Background(), wire.Plain)
	if err != nil {
		fmt.Println(err)
		return
	}
	news <- struct{}{}
	b := make([]byte, 12)
	io.ReadFull(nc, b)
	io.WriteString(nc, "DONE\r\n")
	rest, _ := io.ReadAll(nc)
	fmt.Printf("%q %q\n", b, rest)
	// Output: "* 4 EXISTS\r\n" "a OK IDLE completed\r\n"
}

func ExampleConn_SetReadDeadline() {
	serve(func(c *wire.Conn) {
		c.ReadLine(100)
		c.SetReadDeadline(time.Now().Add(-time.Second)) // the autologout timer
		_, err := c.ReadLine(100)
		fmt.Println(errors.Is(err, os.ErrDeadlineExceeded))
	}, "NOOP\r\n")
	// Output: true
}

func ExampleConn_ID() {
	h := &wire.Host{Name: "example", Serve: func(c *wire.Conn) { fmt.Println(c.ID()) }}
	defer h.Close()
	say(h, "")
	say(h, "")
	// Output:
	// 1
	// 2
}

func ExampleConn_LocalAddr() {
	serve(func(c *wire.Conn) { fmt.Println(c.LocalAddr().Network()) }, "")
	// Output: tcp
}

func ExampleConn_RemoteAddr() {
	serve(func(c *wire.Conn) { fmt.Println(c.RemoteAddr().Network()) }, "")
	// Output: tcp
}

func ExampleConn_StartTLS() {
	h := &wire.Host{Name: "example", Serve: func(c *wire.Conn) {
		c.ReadLine(100)
		c.WriteString("220 go ahead\r\n")
		if c.StartTLS() == nil {
			c.WriteString("250 now we are alone\r\n")
		}
	}}
	defer h.Close()
	nc, err := h.Dial(context.Background(), wire.StartTLS)
	if err != nil {
		fmt.Println(err)
		return
	}
	io.WriteString(nc, "STARTTLS\r\n")
	io.ReadFull(nc, make([]byte, len("220 go ahead\r\n")))
	conf := wire.ClientTLS()
	conf.ServerName = "mail.example.com"
	reply, err := io.ReadAll(tls.Client(nc, conf))
	fmt.Printf("%q %v\n", reply, err)
	fmt.Print(h.Transcript())
	// Output:
	// "250 now we are alone\r\n" <nil>
	// C: STARTTLS
	// S: 220 go ahead
	// *: TLS
	// S: 250 now we are alone
}

func ExampleConn_CanStartTLS() {
	h := &wire.Host{Name: "example", Serve: func(c *wire.Conn) { fmt.Println(c.CanStartTLS()) }}
	defer h.Close()
	for _, mode := range []wire.Mode{wire.Plain, wire.StartTLS} {
		nc, err := h.Dial(context.Background(), mode)
		if err != nil {
			fmt.Println(err)
			return
		}
		io.Copy(io.Discard, nc)
	}
	// Output:
	// false
	// true
}

func ExampleConn_TLS() {
	serve(func(c *wire.Conn) {
		_, active := c.TLS()
		fmt.Println(active)
	}, "")
	// Output: false
}

func ExampleConn_Compress() {
	h := &wire.Host{Name: "example", Serve: func(c *wire.Conn) {
		c.WriteString("a OK compressing\r\n")
		if c.Compress() == nil {
			c.WriteString("* OK smaller\r\n")
		}
	}}
	defer h.Close()
	fmt.Println(strings.Contains(say(h, ""), "smaller")) // the client would have to inflate it
	fmt.Print(h.Transcript())
	// Output:
	// false
	// S: a OK compressing
	// *: DEFLATE
	// S: * OK smaller
}

func ExampleConn_SetState() {
	h := &wire.Host{Name: "example", Serve: func(c *wire.Conn) {
		greet(c)
		c.SetState("selected")
		if c.Begin(wire.Step{Name: "NOOP"}) {
			c.WriteString("+OK\r\n")
		}
		c.End()
	}}
	defer h.Close()
	h.Inject(wire.Fault{State: "selected", Reply: "-ERR not now"})
	fmt.Print(say(h, ""))
	// Output:
	// +OK hello
	// -ERR not now
}

func ExampleConn_SetUser() {
	h := &wire.Host{Name: "example", Serve: func(c *wire.Conn) {
		greet(c)
		c.SetUser("bob@example.com")
		if c.Begin(wire.Step{Name: "NOOP"}) {
			c.WriteString("+OK\r\n")
		}
		c.End()
	}}
	defer h.Close()
	h.Inject(wire.Fault{User: "Bob@example.com", Reply: "-ERR not you"})
	fmt.Print(say(h, ""))
	// Output:
	// +OK hello
	// -ERR not you
}

func ExampleConn_LoginRefused() {
	h := &wire.Host{Name: "example", Serve: func(c *wire.Conn) { c.LoginRefused("there is no account bob") }}
	say(h, "")
	h.Close()
	fmt.Println(h.Counts().LoginsRefused)
	fmt.Print(h.Transcript())
	// Output:
	// 1
	// *: login refused: there is no account bob
}

func ExampleConn_CountTransaction() {
	h := &wire.Host{Name: "example", Serve: func(c *wire.Conn) { c.CountTransaction() }}
	say(h, "")
	h.Close()
	fmt.Println(h.Counts().Transactions)
	// Output: 1
}

func ExampleConn_Violation() {
	h := &wire.Host{Name: "example", Serve: func(c *wire.Conn) {
		c.Violation("no greeting", "RFC 5321 section 4.1.1.1", "MAIL before EHLO")
	}}
	say(h, "")
	h.Close()
	fmt.Println(h.Violations())
	// Output: [connection 1: no greeting (RFC 5321 section 4.1.1.1): MAIL before EHLO]
}
