package signup_test

import (
	"strings"
	"testing"

	"github.com/mailfakes/mailfakes/examples/signup"
	"github.com/mailfakes/mailfakes/mailtest"
)

func TestRegisterSendsWelcome(t *testing.T) {
	srv := mailtest.NewServer(t)
	alice := srv.Account("alice@example.com")

	app := &signup.App{SMTPAddr: srv.SMTP.Addr()}
	if err := app.Register("alice@example.com", "Alice"); err != nil {
		t.Fatal(err)
	}

	msg := alice.Next(t)
	msg.Check(t, mailtest.Want{
		MailFrom:    "bounces@shop.example",
		From:        "Shop <no-reply@shop.example>",
		Subject:     "Welcome, Alice",
		Attachments: []mailtest.Attachment{{Name: "terms.txt", Type: "text/plain"}},
	})
	if got, want := msg.Link(t, "/activate"), "https://shop.example/activate?u=alice@example.com"; got != want {
		t.Errorf("activation link = %q, want %q", got, want)
	}
}

func TestRegisterReportsRefusal(t *testing.T) {
	srv := mailtest.NewServer(t)
	srv.SMTP.Inject(mailtest.Fault{On: "RCPT", Reply: "550 5.1.1 No such user"})

	app := &signup.App{SMTPAddr: srv.SMTP.Addr()}
	err := app.Register("alice@example.com", "Alice")
	if err == nil || !strings.Contains(err.Error(), "No such user") {
		t.Errorf("Register = %v, want the server's reason", err)
	}
	srv.NoMore(t)
}
