package message

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

const welcome = "From: Shop <no-reply@shop.example>\r\n" +
	"To: Alice <alice@example.com>\r\n" +
	"Cc: bob@example.com, Carol <carol@example.com>\r\n" +
	"Subject: Welcome, Alice\r\n" +
	"Date: Mon, 05 Jan 2026 10:00:00 +0000\r\n" +
	"Message-ID: <1@shop.example>\r\n" +
	"X-Campaign: spring\r\n" +
	"MIME-Version: 1.0\r\n" +
	"Content-Type: multipart/mixed; boundary=m\r\n" +
	"\r\n" +
	"--m\r\n" +
	"Content-Type: multipart/alternative; boundary=a\r\n" +
	"\r\n" +
	"--a\r\n" +
	"Content-Type: text/plain; charset=utf-8\r\n" +
	"Content-Transfer-Encoding: quoted-printable\r\n" +
	"\r\n" +
	"Hello Alice,\r\n" +
	"\r\n" +
	"Your code is 1234.=20\r\n" +
	"Please follow https://shop.example/activate?u=3Dalice and\r\n" +
	"read https://shop.example/terms.\r\n" +
	"--a\r\n" +
	"Content-Type: text/html; charset=utf-8\r\n" +
	"\r\n" +
	"<p>Hello Alice,</p><p>Please <a href=\"https://shop.example/activate?u=alice\">follow</a></p>\r\n" +
	"--a--\r\n" +
	"--m\r\n" +
	"Content-Type: text/plain; name=terms.txt\r\n" +
	"Content-Disposition: attachment; filename=terms.txt\r\n" +
	"\r\n" +
	"one\r\ntwo\r\n" +
	"--m\r\n" +
	"Content-Type: application/pdf\r\n" +
	"Content-Disposition: attachment; filename=invoice.pdf\r\n" +
	"Content-Transfer-Encoding: base64\r\n" +
	"\r\n" +
	"JVBERi0xLjcKAAE=\r\n" +
	"--m--\r\n"

func welcomeMessage() *Message {
	return New("no-reply@shop.example", []string{"alice@example.com"}, []byte(welcome))
}

// numbered returns a text of n lines.
func numbered(n int) string {
	return strings.Repeat("a line like many others\n", n)
}

// manyAddresses returns the addresses from one number to another.
func manyAddresses(from, to int) []string {
	var list []string
	for i := from; i < to; i++ {
		list = append(list, fmt.Sprintf("user%d@example.com", i))
	}
	return list
}

// failures are all kinds of failure output of the package; the text is held in
// testdata/failures.txt.
var failures = []struct {
	name string
	fail func(t testing.TB)
}{
	{"envelope", func(t testing.TB) {
		m := New("no-reply@shop.example", []string{"alice@example.com", "bob@example.com"}, []byte(welcome))
		m.Check(t, Want{MailFrom: "bounces@shop.example", RcptTo: []string{"carol@example.com", "alice@EXAMPLE.com"}})
	}},
	{"null reverse-path", func(t testing.TB) {
		welcomeMessage().Check(t, Want{MailFrom: "<>"})
	}},
	{"not the null reverse-path", func(t testing.TB) {
		New("", []string{"a@example.com", "b@example.com", "c@example.com", "d@example.com"}, []byte(welcome)).
			Check(t, Want{MailFrom: "bounces@shop.example"})
	}},
	{"addresses", func(t testing.TB) {
		welcomeMessage().Check(t, Want{
			From: "Store <no-reply@shop.example>",
			To:   []string{},
			Cc:   []string{"bob@example.com", "dave@example.com", "carol@example.com"},
		})
	}},
	{"subject", func(t testing.TB) {
		welcomeMessage().Check(t, Want{Subject: "Welcome, Bob"})
	}},
	{"subject that looks the same", func(t testing.TB) {
		Parse([]byte("Subject: Cafe\u0301\u00a0au lait\r\n\r\n")).Check(t, Want{Subject: "Café au lait"})
	}},
	{"subject with a letter of another script", func(t testing.TB) {
		Parse([]byte("Subject: Wеlcome\r\n\r\n")).Check(t, Want{Subject: "Welcome"})
	}},
	{"subject missing", func(t testing.TB) {
		Parse([]byte("To: alice@example.com\r\n\r\nhi")).Check(t, Want{Subject: "Welcome"})
	}},
	{"long subject", func(t testing.TB) {
		long := strings.Repeat("very ", 40)
		Parse([]byte("Subject: "+long+"long\r\n\r\n")).Check(t, Want{Subject: long + "short"})
	}},
	{"text", func(t testing.TB) {
		welcomeMessage().Check(t, Want{Text: "Hello Alice,\n\nYour code is 1234.\n" +
			"Please follow https://shop.example/activate?u=alice and\nread https://shop.example/terms."})
	}},
	{"text with lines missing and added", func(t testing.TB) {
		Parse([]byte("\r\n"+numbered(10)+"one\ntwo\nthree\n"+numbered(5)+"four\n")).
			Check(t, Want{Text: numbered(10) + "one\nthree\nextra\n" + numbered(5) + "five\r\n"})
	}},
	{"all lines differ", func(t testing.TB) {
		Parse([]byte("\r\n"+numbered(40))).Check(t, Want{Text: strings.ReplaceAll(numbered(40), "a", "A")})
	}},
	{"no text", func(t testing.TB) {
		Parse([]byte("Subject: hi\r\n\r\n")).Check(t, Want{Text: "hello", Has: []string{"hello"}})
	}},
	{"html", func(t testing.TB) {
		welcomeMessage().Check(t, Want{HTML: "<p>Hello Alice,</p>\n"})
	}},
	{"has", func(t testing.TB) {
		welcomeMessage().Check(t, Want{Has: []string{"follow", "discount", "your code", "and read"}})
	}},
	{"has in HTML only", func(t testing.TB) {
		Parse([]byte("Content-Type: text/html\r\n\r\n<p>Tom &amp; Jerry</p><p>say <b>hi</b>")).
			Check(t, Want{Has: []string{"Tom & Jerry", "say ho"}})
	}},
	{"links", func(t testing.TB) {
		welcomeMessage().Check(t, Want{Links: []string{"https://shop.example/terms", "https://shop.example/help"}})
	}},
	{"header", func(t testing.TB) {
		welcomeMessage().Check(t, Want{Header: map[string]string{
			"x-campaign":       "summer",
			"List-Unsubscribe": "<https://shop.example/u>",
			"Message-ID":       "",
			"Bcc":              "",
		}})
	}},
	{"attachments", func(t testing.TB) {
		welcomeMessage().Check(t, Want{Attachments: []Attachment{
			{Name: "terms.txt", Type: "text/html"}, {Type: "application/pdf"}, {Name: "logo.png"},
		}})
	}},
	{"no attachments wanted", func(t testing.TB) {
		welcomeMessage().Check(t, Want{Attachments: []Attachment{}, Inline: []Attachment{{ContentID: "logo"}}})
	}},
	{"attachment data", func(t testing.TB) {
		welcomeMessage().Check(t, Want{Attachments: []Attachment{
			{Name: "terms.txt", Data: []byte("one\r\ntwo\n")},
			{Name: "invoice.pdf", Data: []byte("%PDF-1.7\n\x00\x02 and more that is cut somewhere here")},
		}})
	}},
	{"matchers", func(t testing.TB) {
		welcomeMessage().Check(t, Want{
			From:    Not(Contains("no-reply")),
			To:      []string{Prefix("bob@")},
			Subject: Regexp(`^Order #\d+`),
			Text:    Prefix("Dear"),
			Has:     []string{Regexp(`code is \d{6}`)},
			Header: map[string]string{
				"Date":       Near(time.Date(2026, 1, 5, 12, 0, 0, 0, time.UTC), time.Hour),
				"X-Campaign": None,
				"Reply-To":   Any,
			},
			Attachments: []Attachment{{Name: Prefix("terms")}, {Name: Regexp(`^invoice-\d+\.pdf$`)}},
		})
	}},
	{"many recipients", func(t testing.TB) {
		m := New("a@example.com", manyAddresses(0, 40), []byte("Subject: many\r\n\r\n"))
		m.Check(t, Want{RcptTo: append(manyAddresses(0, 20), manyAddresses(21, 60)...)})
	}},
	{"one of many recipients", func(t testing.TB) {
		m := New("a@example.com", manyAddresses(0, 40), []byte("Subject: many\r\n\r\n"))
		m.Check(t, Want{RcptTo: append(manyAddresses(0, 20), manyAddresses(21, 40)...)})
	}},
	{"long texts", func(t testing.TB) {
		Parse([]byte("\r\nfirst\n"+strings.Join(manyAddresses(0, 1500), "\n")+"\nlast")).
			Check(t, Want{Text: "first\n" + strings.Join(manyAddresses(1500, 3000), "\n") + "\nlast"})
	}},
	{"text wanted by a matcher", func(t testing.TB) {
		Parse([]byte("\r\n"+numbered(30))).Check(t, Want{Text: Contains("code")})
		Parse(nil).Check(t, Want{Text: Contains("code")})
	}},
	{"many links", func(t testing.TB) {
		var text string
		for i := range 25 {
			text += fmt.Sprintf("https://shop.example/%d ", i)
		}
		Parse([]byte("\r\n"+text)).Link(t, "/reset")
	}},
	{"nothing to find in HTML", func(t testing.TB) {
		Parse([]byte("Content-Type: text/html\r\n\r\n<p>Hello</p>")).Find(t, "`code`")
	}},
	{"nothing to find in nothing", func(t testing.TB) { Parse(nil).Find(t, `\d`) }},
	{"no such link", func(t testing.TB) { welcomeMessage().Link(t, "/reset") }},
	{"several links", func(t testing.TB) { welcomeMessage().Link(t, "https") }},
	{"no links", func(t testing.TB) { Parse([]byte("Subject: hi\r\n\r\nhello\r\n")).Link(t, "/reset") }},
	{"nothing to find", func(t testing.TB) { welcomeMessage().Find(t, `\d{6}`) }},
	{"several to find", func(t testing.TB) { welcomeMessage().Find(t, `(\w+) Alice|(\w+)\.`) }},
	{"lint", func(t testing.TB) {
		Parse([]byte("From: shop\r\nDate: Mon, 05 Jan 2026 10:00:00 +0000\r\nBcc: eve@example.com\r\n"+
			"MIME-Version: 1.0\r\nSubject: Hi {{.Name}}\r\nContent-Type: text/html\r\n\r\n"+
			"<a href=\"/reset\">reset</a><img src=\"cid:logo\">\n")).CheckLint(t, Lint{Bulk: true})
	}},
	{"lint allows what is no rule", func(t testing.TB) { welcomeMessage().CheckLint(t, Lint{Allow: []string{"no-such"}}) }},
	{"golden file missing", func(t testing.TB) { welcomeMessage().Golden(t, "testdata/no-such.golden") }},
	{"golden file differs", func(t testing.TB) {
		m := New("", []string{"alice@example.com"}, []byte(strings.NewReplacer("1234", "123456", "Please follow", "Follow", "two", "three").Replace(welcome)))
		m.Golden(t, "testdata/welcome.golden")
	}},
	{"golden with a text alone", func(t testing.TB) {
		welcomeMessage().Golden(t, "testdata/welcome.golden", strings.Fields("1234")...)
	}},
	{"not an expression", func(t testing.TB) { welcomeMessage().Find(t, `(`) }},
}

func TestFailures(t *testing.T) {
	welcomeMessage().Golden(t, "testdata/welcome.golden")
	defer unset(t)()
	var all strings.Builder
	for _, f := range failures {
		text := failure(f.fail)
		if text == "" {
			t.Errorf("%s: no failure", f.name)
		}
		all.WriteString("== " + f.name + "\n" + text + "\n\n")
	}
	golden(t, "testdata/failures.txt", all.String())
}
