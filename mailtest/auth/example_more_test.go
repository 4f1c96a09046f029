package auth_test

import (
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/mailfakes/mailfakes/mailtest/auth"
	"github.com/mailfakes/mailfakes/mailtest/mailstore"
	"github.com/mailfakes/mailfakes/mailtest/wire"
)

func ExampleConfig() {
	c := &auth.Config{
		Store:      new(mailstore.Store),
		Service:    "imap",
		Hostname:   "mail.example.com",
		Mechanisms: []string{"SCRAM-SHA-256", "PLAIN"},
		TLSOnly:    true,
	}
	fmt.Println(c.Offered(nil))
	// Output: [SCRAM-SHA-256]
}

func ExampleConfig_Authenticate() {
	c := exampleConfig()
	h := &wire.Host{Name: "example", Serve: func(conn *wire.Conn) {
		line, err := conn.ReadLine(512)
		if err != nil {
			return
		}
		words := strings.Fields(string(line)) // AUTH, mechanism, initial response
		if conn.Begin(wire.Step{Name: words[0], Show: "AUTH " + words[1] + " " + auth.Hidden}) {
			a, err := c.Authenticate(conn, "+ ", "", words[1], words[2])
			if err == nil {
				conn.WriteString("+OK " + a.Addr + "\r\n")
			}
		}
		conn.End()
	}}
	defer h.Close()
	nc, err := h.Dial(context.Background(), wire.Plain)
	if err != nil {
		fmt.Println(err)
		return
	}
	io.WriteString(nc, "AUTH PLAIN AGFsaWNlQGV4YW1wbGUuY29tAHNlY3JldA==\r\n")
	io.Copy(io.Discard, nc)
	fmt.Print(h.Transcript())
	// Output:
	// C: AUTH PLAIN ***
	// S: +OK alice@example.com
}

func ExampleConfig_Timestamp() {
	c := exampleConfig()
	fmt.Println("+OK ready", c.Timestamp())
	fmt.Println("+OK ready", c.Timestamp())
	// Output:
	// +OK ready <1.946684800@mail.example.com>
	// +OK ready <2.946684800@mail.example.com>
}

func ExampleExchange() {
	x, err := exampleConfig().Start("PLAIN", nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	_, done, err := x.Next([]byte("\x00alice@example.com\x00secret"))
	fmt.Println(done, err, x.Account().Addr)
	// Output: true <nil> alice@example.com
}

func ExampleExchange_Account() {
	x, err := exampleConfig().Start("PLAIN", nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(x.Account() == nil)
	x.Next([]byte("\x00Alice@Example.com\x00secret"))
	fmt.Println(x.Account().Addr)
	// Output:
	// true
	// alice@example.com
}
