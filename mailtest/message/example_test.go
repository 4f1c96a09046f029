package message_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/mailfakes/mailfakes/mailtest/message"
)

// t stands for the *testing.T of a test: it prints failures.
var t = printer{}

type printer struct{ testing.TB }

func (printer) Helper()                           {}
func (printer) Logf(format string, args ...any)   {}
func (printer) Errorf(format string, args ...any) { fmt.Printf(format+"\n", args...) }
func (printer) Fatalf(format string, args ...any) { panic(fmt.Sprintf(format, args...)) }

// welcome is what an application has sent.
var welcome = message.New("bounces@shop.example", []string{"alice@example.com", "archive@shop.example"}, []byte(message.Draft{
	From:    "Shop <no-reply@shop.example>",
	To:      []string{"Alice <alice@example.com>"},
	Subject: "Welcome, Alice",
	Text:    "Your code is 123456.\n\nhttps://shop.example/activate?u=alice\n",
	HTML:    `<p>Your code is <b>123</b>456.</p><a href="https://shop.example/activate?u=alice">Activate</a>`,
	Attachments: []message.Attachment{
		{Name: "terms.txt", Type: "text/plain", Data: []byte("Be nice.\n")},
	},
	Header: []string{
		"List-Unsubscribe: <https://shop.example/unsubscribe?u=alice>",
		"List-Unsubscribe-Post: List-Unsubscribe=One-Click",
	},
}.String()))

func Example() {
	raw := "From: =?utf-8?q?J=C3=B6rg?= <joerg@example.com>\r\n" +
		"To: alice@example.com\r\n" +
		"Subject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=\r\n" +
		"\r\n" +
		"Hallo Alice!\r\n"
	m := message.Parse([]byte(raw))
	fmt.Println(m.From, m.Subject)
	m.Check(t, message.Want{
		From: "joerg@example.com",
		To:   []string{"alice@example.com"},
		Text: "Hallo Bob!\n",
	})
	// Output:
	// [Jörg <joerg@example.com>] Grüße
	// message "Grüße" to alice@example.com: unexpected content (-want +got):
	// Text, line 1:
	// - 	"Hallo Bob!"
	// + 	"Hallo Alice!"
}

func ExampleMessage() {
	m := welcome.Decode()
	fmt.Println(m.MailFrom, m.RcptTo)
	fmt.Println(m.From, m.To, m.Subject)
	fmt.Printf("%q\n", m.Text)
	fmt.Println(m.Header.Get("List-Unsubscribe"))
	// Output:
	// bounces@shop.example [alice@example.com archive@shop.example]
	// [Shop <no-reply@shop.example>] [Alice <alice@example.com>] Welcome, Alice
	// "Your code is 123456.\n\nhttps://shop.example/activate?u=alice\n"
	// <https://shop.example/unsubscribe?u=alice>
}

func ExampleAttachment() {
	for _, a := range welcome.Decode().Attachments {
		fmt.Printf("%s (%s): %q\n", a.Name, a.Type, a.Data)
	}
	// Output:
	// terms.txt (text/plain): "Be nice.\n"
}

func ExampleVia() {
	m := message.New("alice@example.com", []string{"bob@example.com"}, []byte("Subject: hi\r\n\r\n"))
	m.Via = message.Via{Helo: "app.example.com", Conn: 1, User: "alice@example.com"} // as the server sets it
	fmt.Println(m.Via.Helo, m.Via.User, m.Via.TLS != nil)
	// Output:
	// app.example.com alice@example.com false
}

func ExampleParse() {
	m := message.Parse([]byte("Subject: no blank line, no body"))
	fmt.Printf("%q %q\n", m.Subject, m.Text)
	// Output:
	// "no blank line, no body" ""
}

func ExampleNew() {
	m := message.New("alice@example.com", []string{"bob@example.com"}, []byte("Subject: hi\r\n\r\n"))
	fmt.Printf("%q\n", m.Subject)
	fmt.Printf("%q\n", m.Decode().Subject)
	// Output:
	// ""
	// "hi"
}

func ExampleMessage_Decode() {
	m := message.New("", nil, []byte("Subject: hi\r\n\r\n")).Decode()
	fmt.Println(m.Subject)
	// Output:
	// hi
}

func ExampleMessage_Tree() {
	for _, p := range welcome.Tree().Parts {
		fmt.Println(p.MediaType(), len(p.Parts))
	}
	// Output:
	// multipart/alternative 2
	// text/plain 0
}

func ExampleMessage_String() {
	fmt.Println(welcome)
	// Output:
	// message "Welcome, Alice" to alice@example.com, archive@shop.example
}

func ExampleMessage_Bcc() {
	fmt.Println(welcome.Bcc())
	// Output:
	// [archive@shop.example]
}

func ExampleMessage_Date() {
	m := message.Parse([]byte("Date: Mon, 5 Jan 26 10:00 EST\r\n\r\n"))
	fmt.Println(m.Date().UTC())
	// Output:
	// 2026-01-05 15:00:00 +0000 UTC
}

func ExampleMessage_Links() {
	fmt.Println(welcome.Links())
	// Output:
	// [https://shop.example/activate?u=alice]
}

func ExampleMessage_Link() {
	fmt.Println(welcome.Link(t, "/activate"))
	// Output:
	// https://shop.example/activate?u=alice
}

func ExampleMessage_Find() {
	fmt.Println(welcome.Find(t, `code is (\d+)`))
	// Output:
	// 123456
}

func ExampleMessage_Unsubscribe() {
	addrs, oneClick := welcome.Unsubscribe()
	fmt.Println(addrs, oneClick)
	// Output:
	// [https://shop.example/unsubscribe?u=alice] true
}

func ExampleMessage_Problems() {
	m := message.Parse([]byte("From: alice\r\nSubject: hi\n\r\nhello\r\n"))
	for _, p := range m.Problems() {
		fmt.Println(p)
	}
	// Output:
	// line 2 has an LF without CR (RFC 5322 section 2.3)
	// Date is missing (RFC 5322 section 3.6)
	// From of the message has an address without a domain: "alice" (RFC 5322 section 3.4)
}

func ExampleMessage_Lint() {
	m := message.Parse([]byte(message.Draft{
		From:    "no-reply@shop.example",
		Subject: "Hello {{.Name}}",
		HTML:    `<a href="/reset">Reset your password</a>`,
	}.String()))
	for _, f := range m.Lint(message.Lint{Allow: []string{"text-part"}}) {
		fmt.Println(f.Name)
	}
	// Output:
	// relative-link
	// placeholder
}

func ExampleMessage_CheckLint() {
	message.Parse([]byte(message.Draft{
		From:    "no-reply@shop.example",
		Subject: "Sale",
		HTML:    "Buy!",
	}.String())).CheckLint(t, message.Lint{Bulk: true})
	// Output:
	// message "Sale": lint (Lint.Allow takes these names):
	// text-part: there is HTML, but no text for those who don't see it (RFC 2046 section 5.1.4)
	// list-unsubscribe: List-Unsubscribe is missing (RFC 8058 section 3.1)
}

func ExampleLint() {
	l := message.Lint{Bulk: true, Allow: []string{"line-length"}}
	fmt.Println(len(welcome.Lint(l)))
	// Output:
	// 0
}

func ExampleFinding() {
	m := message.Parse([]byte(message.Draft{Header: []string{"From: a@example.com", "Bcc: eve@example.com"}}.String()))
	f := m.Lint(message.Lint{})[0]
	fmt.Printf("%s\n%s\n%s\n", f.Name, f.Text, f.Source)
	// Output:
	// bcc
	// Bcc is sent to all recipients: "eve@example.com"
	// RFC 5322 section 3.6.3
}

func ExampleFinding_String() {
	fmt.Println(message.Finding{Name: "bcc", Text: "Bcc is sent to all recipients", Source: "RFC 5322 section 3.6.3"})
	// Output:
	// Bcc is sent to all recipients (RFC 5322 section 3.6.3)
}

// The code differs in each run, so it is replaced.
func ExampleMessage_Golden() {
	code := welcome.Find(t, `code is (\d+)`)
	welcome.Golden(t, "testdata/example.golden", code, "CODE", "<b>123</b>456", "CODE")
	// Output:
}

func ExampleKept() {
	type size struct{ n int }
	s := message.Kept[size](welcome)
	if s.n == 0 {
		s.n = len(welcome.Raw)
	}
	fmt.Println(message.Kept[size](welcome).n == len(welcome.Raw))
	// Output:
	// true
}

func ExampleHostile() {
	kinds := map[string]bool{}
	for name := range message.Hostile() {
		kind, _, _ := strings.Cut(name, "/")
		kinds[kind] = true
	}
	fmt.Println(kinds["msg-nesting-3000"], kinds["msg-filename-traversal"])
	// Output:
	// true true
}

func ExampleDecodeHeader() {
	fmt.Println(message.DecodeHeader("=?utf-8?q?caf=C3=A9?= and =?x-unknown?q?tea?="))
	// Output:
	// café and =?x-unknown?q?tea?=
}

func ExampleDecodeCharset() {
	fmt.Println(message.DecodeCharset("windows-1251", []byte("\xcf\xf0\xe8\xe2\xe5\xf2")))
	// Output:
	// Привет true
}

func ExampleParseDate() {
	date, err := message.ParseDate("Tue, 06 Jan 2026 09:30:00 +0100 (CET)")
	fmt.Println(date.UTC(), err)
	_, err = message.ParseDate("yesterday")
	fmt.Println(err)
	// Output:
	// 2026-01-06 08:30:00 +0000 UTC <nil>
	// "yesterday" is not a date (RFC 5322 section 3.3)
}

func ExampleParseAddresses() {
	list, bad := message.ParseAddresses(`"Doe, Jane" <jane@example.com>, not an address, bob@example.com`)
	for _, a := range list {
		fmt.Println(a)
	}
	fmt.Printf("%q\n", bad)
	// Output:
	// Doe, Jane <jane@example.com>
	// bob@example.com
	// ["not an address"]
}

func ExampleAddress() {
	list, _ := message.ParseAddresses("Team: Alice <alice@example.com>;")
	for _, a := range list {
		fmt.Printf("%q %q@%q group %q %v %v\n", a.Name, a.Local, a.Domain, a.Group, a.IsGroup, a.EndGroup)
	}
	// Output:
	// "" ""@"" group "Team" true false
	// "Alice" "alice"@"example.com" group "" false false
	// "" ""@"" group "" false true
}

func ExampleAddress_Addr() {
	fmt.Println(message.Address{Name: "Alice", Local: "alice smith", Domain: "example.com"}.Addr())
	// Output:
	// "alice smith"@example.com
}

func ExampleAddress_String() {
	fmt.Println(message.Address{Name: "Alice", Local: "alice", Domain: "example.com"})
	// Output:
	// Alice <alice@example.com>
}

func ExampleMessage_Events() {
	m := message.Parse([]byte(message.Draft{
		Text: "You are invited.",
		Attachments: []message.Attachment{{Name: "invite.ics", Type: "text/calendar; method=REQUEST", Data: []byte(
			"BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nBEGIN:VEVENT\r\nUID:1@shop.example\r\nSUMMARY:Lunch\r\n" +
				"DTSTART:20260105T120000Z\r\nATTENDEE:mailto:alice@example.com\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n")}},
	}.String()))
	for _, e := range m.Events() {
		fmt.Println(e.Method, e.Summary, e.Start, e.Attendees)
	}
	// Output:
	// REQUEST Lunch 2026-01-05 12:00:00 +0000 UTC [alice@example.com]
}

func ExampleEvent() {
	e := message.Event{Method: "REQUEST", Start: time.Date(2026, 1, 5, 12, 0, 0, 0, time.UTC)}
	e.End = e.Start.Add(time.Hour)
	fmt.Println(e.Method, e.End.Format(time.Kitchen))
	// Output:
	// REQUEST 1:00PM
}
