package shop_test

import (
	"net/smtp"
	"testing"

	"github.com/mailfakes/mailfakes/mailtest"
)

func TestWelcome(t *testing.T) {
	srv := mailtest.NewServer(t)
	msg := "From: Shop <no-reply@shop.example>\r\nSubject: Welcome\r\n\r\nHello, Alice!\r\n"
	err := smtp.SendMail(srv.SMTP.Addr(), nil, "no-reply@shop.example", []string{"alice@example.com"}, []byte(msg))
	if err != nil {
		t.Fatal(err)
	}
	srv.Account("alice@example.com").Next(t).Check(t, mailtest.Want{Subject: "Welcome", Text: "Hello, Alice!\n"})
}
