package wire_test

import (
	"fmt"

	"github.com/mailfakes/mailfakes/mailtest/wire"
)

func ExampleConn_CheckUnasked() {
	h := &wire.Host{Name: "example", Serve: func(c *wire.Conn) {
		c.ReadLine(512)
		c.CheckUnasked("the text") // it came with DATA
		c.WriteString("354 Go ahead\r\n")
	}}
	h.Rules = map[string]string{wire.RuleUnasked: "RFC 2920 section 3.1"}
	say(h, "DATA\r\nhello\r\n.\r\n")
	h.Close()
	fmt.Println(h.Violations())
	// Output: [connection 1: talks before it is asked (RFC 2920 section 3.1): the text]
}

func ExampleConn_Early() {
	fmt.Print(serve(func(c *wire.Conn) {
		c.ReadLine(512)
		fmt.Println(c.Early())
		c.ReadLine(512)
		fmt.Println(c.Early())
	}, "one\r\ntwo\r\n"))
	// Output:
	// true
	// false
}

// secretHost has a rule for the password of alice.
func secretHost(serve func(c *wire.Conn)) *wire.Host {
	return &wire.Host{
		Name: "example", Serve: serve, TLSOnly: true,
		Rules: map[string]string{wire.RuleSecret: "RFC 8314 section 3"},
		Secrets: func(named func(user string) bool) []string {
			if !named("alice") {
				return nil
			}
			return []string{"correct horse"}
		},
	}
}

func ExampleConn_CheckSecret() {
	h := secretHost(func(c *wire.Conn) {
		c.CheckSecret([]byte("alice"), "user name")
		c.CheckSecret([]byte("correct horse"), "literal")
	})
	say(h, "")
	h.Close()
	fmt.Println(h.Violations())
	// Output: [connection 1: secret in the clear (RFC 8314 section 3): literal]
}

func ExampleConn_CheckSecretText() {
	h := secretHost(func(c *wire.Conn) {
		c.CheckSecret([]byte("alice"), "user name")
		c.CheckSecretText([]byte("Your password is correct horse.\r\n"), "text")
	})
	say(h, "")
	h.Close()
	fmt.Println(h.Violations())
	// Output: [connection 1: secret in the clear (RFC 8314 section 3): text]
}

func ExampleConn_Struck() {
	h := &wire.Host{Name: "example", Serve: func(c *wire.Conn) {
		greet(c)
		sent, struck := c.Struck()
		fmt.Printf("%q %v\n", sent, struck)
	}}
	h.Inject(wire.Fault{On: wire.StepConnect, Reply: "-ERR busy"})
	say(h, "")
	h.Close()
	// Output: "-ERR busy\r\n" true
}
