package shop_test

import (
	"testing"

	"github.com/mailfakes/mailfakes/mailtest"
	"github.com/wneessen/go-mail"
)

// go-mail with the host and port of production, in memory, by STARTTLS.
func TestGoMail(t *testing.T) {
	srv := mailtest.NewServer(t)
	c, err := mail.NewClient("mail.example.com", mail.WithPort(587),
		mail.WithDialContextFunc(srv.DialContext), mail.WithTLSConfig(srv.ClientTLS()))
	if err != nil {
		t.Fatal(err)
	}
	msg := mail.NewMsg()
	if err := msg.From("no-reply@shop.example"); err != nil {
		t.Fatal(err)
	}
	if err := msg.To("alice@example.com"); err != nil {
		t.Fatal(err)
	}
	msg.Subject("Welcome")
	msg.SetBodyString(mail.TypeTextPlain, "Hello, Alice!\n")
	if err := c.DialAndSend(msg); err != nil {
		t.Fatal(err)
	}
	m := srv.Account("alice@example.com").Next(t)
	m.Check(t, mailtest.Want{Subject: "Welcome", Text: "Hello, Alice!\n"})
	if m.Via.TLS == nil {
		t.Error("the mail came in the clear")
	}
}
