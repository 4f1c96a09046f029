package wire_test

import (
	"context"
	"fmt"
	"io"
	"net"
	"strings"
	"testing"

	"github.com/mailfakes/mailfakes/mailtest/wire"
)

// echo is the loop of a protocol that repeats what it is told.
func echo(c *wire.Conn) {
	if c.Begin(wire.Step{Name: wire.StepConnect}) {
		c.WriteString("+OK hello\r\n")
	}
	for c.End() == nil {
		line, err := c.ReadLine(512)
		if err != nil {
			return
		}
		if c.Begin(wire.Step{Name: "ECHO", Arg: string(line)}) {
			c.Write(line)
		}
	}
}

// say sends lines at once and returns all that the server says.
func say(h *wire.Host, lines string) string {
	c, err := h.Dial(context.Background(), wire.Plain)
	if err != nil {
		return err.Error()
	}
	defer c.Close()
	io.WriteString(c, lines)
	c.(*wire.PipeConn).CloseWrite()
	got, _ := io.ReadAll(c)
	return strings.ReplaceAll(string(got), "\r\n", "\n")
}

func ExampleHost() {
	h := &wire.Host{Name: "echo", Serve: echo}
	defer h.Close()
	fmt.Print(say(h, "one\r\ntwo\r\n"))
	// Output:
	// +OK hello
	// one
	// two
}

func ExampleFault() {
	h := &wire.Host{Name: "echo", Serve: echo}
	defer h.Close()
	h.Inject(wire.Fault{On: "ECHO", Nth: 2, Reply: "-ERR try later"})
	h.Inject(wire.Fault{On: "ECHO", Arg: "long", Cut: 4, Hangup: true})
	fmt.Println(say(h, "one\r\ntwo\r\nthree\r\na long story\r\n"))
	// Output:
	// +OK hello
	// one
	// -ERR try later
	// three
	// a lo
}

func ExampleTranscript() {
	h := &wire.Host{Name: "echo", Serve: echo}
	defer h.Close()
	say(h, "one\r\n\x1b[31m\r\n")
	fmt.Print(h.Transcript())
	// Output:
	// S: +OK hello
	// C: one
	// C: \x1b[31m
	// S: one
	// S: \x1b[31m
}

func ExamplePlay() {
	t := new(testing.T) // stands for that of a test
	h := wire.Play(t, `
S: * OK [CAPABILITY IMAP4rev1] ready
C: {tag} LOGIN {}
S: {tag} NO [ALERT] Too many simultaneous connections. (Failure)
*: reset
`)
	fmt.Print(say(h, "a1 LOGIN alice secret\r\n"))
	h.Close()
	// Output:
	// * OK [CAPABILITY IMAP4rev1] ready
	// a1 NO [ALERT] Too many simultaneous connections. (Failure)
}

func ExampleListener() {
	l := wire.NewListener()
	defer l.Close()
	go func() {
		c, err := l.Accept()
		if err != nil {
			return
		}
		defer c.Close()
		io.Copy(c, c)
	}()
	c, err := l.Dial(context.Background())
	if err != nil {
		fmt.Println(err)
		return
	}
	io.WriteString(c, "hello\n")
	c.(interface{ CloseWrite() error }).CloseWrite()
	got, _ := io.ReadAll(c)
	fmt.Print(string(got))
	// Output: hello
}

var _ net.Listener = (*wire.Listener)(nil)
