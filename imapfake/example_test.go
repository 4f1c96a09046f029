package imapfake_test

import (
	"context"
	"fmt"
	"log"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"

	"github.com/mailfakes/mailfakes/imapfake"
)

// A client reads what a test has put into a mailbox.
func ExampleServer() {
	srv := imapfake.New(nil)
	defer srv.Close()
	alice := srv.Store.Account("alice@example.com") // the password is "secret"
	alice.Mailbox("INBOX").Add("Subject: hello\n\nbody\n", `\Flagged`)

	conn, err := srv.Dial(context.Background())
	if err != nil {
		log.Fatal(err)
	}
	c := imapclient.New(conn, nil)
	defer c.Close()
	if err := c.Login("alice@example.com", "secret").Wait(); err != nil {
		log.Fatal(err)
	}
	if _, err := c.Select("INBOX", nil).Wait(); err != nil {
		log.Fatal(err)
	}
	msgs, err := c.Fetch(imap.SeqSetNum(1), &imap.FetchOptions{Flags: true, Envelope: true}).Collect()
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(msgs[0].Envelope.Subject, msgs[0].Flags)
	// Output: hello [\Flagged \Recent]
}

// A server like Exchange Online has no ENABLE, and what it lacks it doesn't
// know.
func ExampleCaps() {
	srv := imapfake.New(nil)
	defer srv.Close()
	srv.Caps = imapfake.ExchangeOnline
	srv.Store.Account("alice@example.com")

	conn, err := srv.Dial(context.Background())
	if err != nil {
		log.Fatal(err)
	}
	c := imapclient.New(conn, nil)
	defer c.Close()
	if err := c.Login("alice@example.com", "secret").Wait(); err != nil {
		log.Fatal(err)
	}
	caps := c.Caps()
	fmt.Println(caps.Has(imap.CapMove), caps.Has(imap.CapCondStore))
	// Output: true false
}
