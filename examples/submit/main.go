// Submit sends a mail through a submission server, with TLS and a login.
//
//	submit -addr mail.example.com:587 -user alice@example.com bob@example.com <mail.txt
//
// The password is taken from the environment variable SUBMIT_PASSWORD. It is
// an example of code under test: submit.go knows nothing of mailfakes, and
// submit_test.go shows how each thing that can go wrong is brought about.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"time"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "submit:", err)
		os.Exit(1)
	}
}

func run() error {
	c := &Client{Password: os.Getenv("SUBMIT_PASSWORD")}
	flag.StringVar(&c.Addr, "addr", "mail.example.com:587",
		"`host:port` of the server; at port 465 TLS comes first")
	flag.StringVar(&c.User, "user", "", "user `name`, which is the sender's address, too")
	flag.IntVar(&c.Tries, "tries", 3, "how many `times` to try")
	flag.DurationVar(&c.Backoff, "backoff", time.Minute, "`time` before the second try; it doubles")
	flag.Parse()
	if flag.NArg() == 0 {
		return fmt.Errorf("no recipients: name at least one")
	}
	text, err := io.ReadAll(os.Stdin)
	if err != nil {
		return err
	}
	return c.Send(context.Background(), c.User, flag.Args(), text)
}
