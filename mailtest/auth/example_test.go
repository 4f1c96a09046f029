package auth_test

import (
	"fmt"

	"github.com/mailfakes/mailfakes/mailtest/auth"
	"github.com/mailfakes/mailfakes/mailtest/mailstore"
)

func exampleConfig() *auth.Config {
	st := new(mailstore.Store)
	st.Account("alice@example.com").Tokens = []string{"ya29.good"}
	return &auth.Config{Store: st, Service: "pop", Hostname: "mail.example.com"}
}

func ExampleConfig_Offered() {
	c := exampleConfig()
	c.TLSOnly = true
	fmt.Println(c.Offered(nil))
	// Output: [CRAM-MD5 SCRAM-SHA-1 SCRAM-SHA-256]
}

func ExampleConfig_Start() {
	x, err := exampleConfig().Start("LOGIN", nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, response := range [][]byte{nil, []byte("alice@example.com"), []byte("secret")} {
		challenge, done, err := x.Next(response)
		fmt.Printf("%q %v %v\n", challenge, done, err)
	}
	fmt.Println(x.Account().Addr)
	// Output:
	// "Username:" false <nil>
	// "Password:" false <nil>
	// "" true <nil>
	// alice@example.com
}

func ExampleExchange_Next() {
	x, err := exampleConfig().Start("XOAUTH2", nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	challenge, _, err := x.Next([]byte("user=alice@example.com\x01auth=Bearer ya29.stale\x01\x01"))
	fmt.Printf("%s %v\n", challenge, err)
	_, _, err = x.Next([]byte{})
	fmt.Println(err)
	// Output:
	// {"status":"401","schemes":"bearer","scope":"https://mail.example.com/"} <nil>
	// wrong user name or password
}

func ExampleConfig_Password() {
	c := exampleConfig()
	c.Store.Account("alice@example.com").MustChangePassword = true
	_, err := c.Password(nil, "alice@example.com", "wrong")
	fmt.Println(err)
	_, err = c.Password(nil, "Alice@Example.com", "secret")
	fmt.Println(err)
	// Output:
	// wrong user name or password
	// password must be changed first
}

func ExampleConfig_APOP() {
	c := exampleConfig()
	_, err := c.APOP(nil, "alice@example.com", c.Timestamp(), "c4c9334bac560ecc979e58001b3e22fb")
	fmt.Println(err)
	// Output: wrong user name or password
}

func ExampleConfig_Secrets() {
	everybody := func(addr string) bool { return true }
	fmt.Println(exampleConfig().Secrets(everybody))
	// Output: [secret ya29.good]
}
