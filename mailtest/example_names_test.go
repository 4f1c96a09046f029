package mailtest_test

import (
	"fmt"

	"github.com/mailfakes/mailfakes/mailtest"
)

func ExampleAccount() {
	srv := mailtest.New()
	defer srv.Close()
	alice := srv.Account("alice@example.com")
	alice.Password = "open sesame"
	alice.Mailbox("INBOX").Add("Subject: hi\n\nhello\n", `\Seen`)
	alice.Mailbox("Archive")
	for _, b := range alice.Mailboxes() {
		fmt.Println(b.Name(), len(b.Messages()))
	}
	// Output:
	// INBOX 1
	// Archive 0
}

func ExampleMessage() {
	t := new(exampleT)
	srv := mailtest.New()
	defer srv.Close()
	register(srv.SMTP.Addr())

	var msg *mailtest.Message = srv.Next(t)
	fmt.Println(msg)
	fmt.Println(msg.MailFrom, msg.RcptTo, msg.From, msg.Via.Helo)
	fmt.Printf("%q\n", msg.Text)
	// Output:
	// message "Welcome, Alice" to alice@example.com
	// bounces@shop.example [alice@example.com] [Shop <no-reply@shop.example>] localhost
	// "Follow https://shop.example/activate?u=alice\n"
}

func ExampleAttachment() {
	t := new(exampleT)
	srv := mailtest.New()
	defer srv.Close()
	register(srv.SMTP.Addr())
	srv.Next(t).Check(t, mailtest.Want{
		Attachments: []mailtest.Attachment{{Name: "terms.txt", Type: "text/plain"}},
	})
	// Output:
	// message "Welcome, Alice" to alice@example.com: unexpected content (-want +got):
	// Attachments:
	//   []Attachment{
	// - 	{Name: "terms.txt", Type: "text/plain"},
	//   }
}

func ExampleLint() {
	t := new(exampleT)
	srv := mailtest.New()
	defer srv.Close()
	register(srv.SMTP.Addr())
	srv.Next(t).CheckLint(t, mailtest.Lint{Allow: []string{"message-id"}})
	// Output:
	// message "Welcome, Alice" to alice@example.com: lint (Lint.Allow takes these names):
	// required-field: Date is missing (RFC 5322 section 3.6)
}
