package message_test

import (
	"fmt"
	"strings"
	"time"

	"github.com/mailfakes/mailfakes/mailtest/message"
)

func ExampleWant() {
	welcome.Check(t, message.Want{
		MailFrom:    "bounces@shop.example",
		From:        "no-reply@shop.example", // whatever its name
		To:          []string{"Alice <alice@example.com>"},
		Cc:          []string{}, // none
		Subject:     "Welcome, Alice",
		Has:         []string{"Your code is"},
		Header:      map[string]string{"Bcc": ""}, // absent
		Attachments: []message.Attachment{{Name: "terms.txt"}},
	})
	// Output:
}

func ExampleMessage_Check() {
	welcome.Check(t, message.Want{Subject: "Welcome, Bob", Has: []string{"Your code", "Dear Bob"}})
	// Output:
	// message "Welcome, Alice" to alice@example.com, archive@shop.example: unexpected content (-want +got):
	// Subject:
	// - 	"Welcome, Bob"
	// + 	"Welcome, Alice"
	// Has:
	//   []string{
	//   	"Your code",
	// - 	"Dear Bob",
	//   }
	//   in Text:
	//   	"Your code is 123456."
	//   	""
	//   	"https://shop.example/activate?u=alice"
}

func ExampleMessage_Diff() {
	fmt.Printf("%q\n", welcome.Diff(message.Want{Subject: "Welcome, Alice"}))
	fmt.Println(welcome.Diff(message.Want{MailFrom: "<>"}))
	// Output:
	// ""
	// message "Welcome, Alice" to alice@example.com, archive@shop.example: unexpected content (-want +got):
	// MailFrom:
	// - 	"<>"
	// + 	"bounces@shop.example"
}

// Matchers are for what can't be a literal.
func Example_matchers() {
	welcome.Check(t, message.Want{
		Subject: message.Prefix("Welcome"),
		Text:    message.Regexp(`code is \d{6}\.`),
		Links:   []string{message.Contains("/activate")},
		Header: map[string]string{
			"Date":     message.Near(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), time.Minute),
			"Subject":  message.Not(message.Contains("Bob")),
			"Reply-To": message.None,
			"X-Mailer": message.Any,
		},
	})
	// Output:
	// message "Welcome, Alice" to alice@example.com, archive@shop.example: unexpected content (-want +got):
	// Header["X-Mailer"]:
	// - 	anything
	// + 	(none)
}

func ExamplePrefix() {
	fmt.Println(welcome.Diff(message.Want{Subject: message.Prefix("Welcome")}) == "")
	// Output:
	// true
}

func ExampleContains() {
	fmt.Println(welcome.Diff(message.Want{Text: message.Contains("123456")}) == "")
	// Output:
	// true
}

func ExampleRegexp() {
	fmt.Println(welcome.Diff(message.Want{Has: []string{message.Regexp(`\b\d{6}\b`)}}) == "")
	// Output:
	// true
}

func ExampleNear() {
	now := time.Date(2026, 1, 1, 0, 0, 20, 0, time.UTC)
	fmt.Println(welcome.Diff(message.Want{Header: map[string]string{"Date": message.Near(now, time.Minute)}}) == "")
	// Output:
	// true
}

func ExampleNot() {
	fmt.Println(welcome.Diff(message.Want{From: message.Not("alice@example.com")}) == "")
	// Output:
	// true
}

func ExampleAny() {
	fmt.Println(welcome.Diff(message.Want{Header: map[string]string{"Message-ID": message.Any}}) == "")
	// Output:
	// true
}

func ExampleNone() {
	m := message.Parse([]byte("To: alice@example.com\r\n\r\n"))
	fmt.Println(m.Diff(message.Want{Subject: message.None, Text: message.None}) == "")
	// Output:
	// true
}

func ExampleDraft() {
	raw := message.Draft{
		From:    "Jörg <joerg@example.com>",
		To:      []string{"alice@example.com"},
		Subject: "Grüße",
		Text:    "Hallo Alice!\n",

		MessageID: "1@example.com",
	}.String()
	fmt.Print(strings.ReplaceAll(raw, "\r\n", "\n"))
	// Output:
	// From: =?utf-8?q?J=C3=B6rg?= <joerg@example.com>
	// To: alice@example.com
	// Subject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=
	// Date: Thu, 01 Jan 2026 00:00:00 +0000
	// Message-ID: <1@example.com>
	// MIME-Version: 1.0
	// Content-Type: text/plain; charset=us-ascii
	//
	// Hallo Alice!
}

func ExampleDraft_String() {
	d := message.Draft{From: "a@example.com", Text: "t", HTML: "<p>t"}
	fmt.Println(message.Parse([]byte(d.String())).Tree().MediaType())
	// Output:
	// multipart/alternative
}

func ExampleMessage_Bounce() {
	bounce := message.Parse([]byte(welcome.Bounce(message.Recipient{
		Address:    "alice@example.com",
		Status:     "5.1.1",
		Diagnostic: "550 5.1.1 No such user",
	}).String()))
	fmt.Println(bounce.To, bounce.Subject)
	fmt.Print(bounce.Text)
	// Output:
	// [bounces@shop.example] Undelivered Mail Returned to Sender
	// Your message was not delivered:
	//
	//   alice@example.com: 550 5.1.1 No such user
}

func ExampleMessage_Report() {
	bounce := message.Parse([]byte(welcome.Bounce(message.Recipient{Address: "alice@example.com", Status: "5.1.1"}).String()))
	r := bounce.Report()
	fmt.Println(r.Type)
	for _, rcpt := range r.Recipients {
		fmt.Println(rcpt.Address, rcpt.Action, rcpt.Status)
	}
	fmt.Println(r.Original.Subject)
	// Output:
	// delivery-status
	// alice@example.com failed 5.1.1
	// Welcome, Alice
}

// A provider tells a sender that somebody has marked its mail as spam.
func ExampleReport() {
	raw := message.Draft{
		From: "fbl@provider.example",
		To:   []string{"abuse@shop.example"},
		Text: "A user has reported your mail.",
		Report: &message.Report{
			Type:     "feedback-report",
			Fields:   []message.Field{{Name: "Feedback-Type", Value: "abuse"}, {Name: "Version", Value: "1"}},
			Original: welcome,
		},
	}.String()
	r := message.Parse([]byte(raw)).Report()
	fmt.Println(r.Type, r.Get("Feedback-Type"), r.Original.To)
	// Output:
	// feedback-report abuse [Alice <alice@example.com>]
}

func ExampleReport_Get() {
	r := message.Report{Fields: []message.Field{{Name: "Reporting-MTA", Value: "dns; mail.example.com"}}}
	fmt.Println(r.Get("reporting-mta"))
	// Output:
	// dns; mail.example.com
}

func ExampleRecipient() {
	d := welcome.Bounce(message.Recipient{Address: "alice@example.com", Action: "delayed", Status: "4.2.2"})
	r := message.Parse([]byte(d.String())).Report()
	fmt.Println(r.Recipients[0].Action, r.Recipients[0].Status)
	// Output:
	// delayed 4.2.2
}
