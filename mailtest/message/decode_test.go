package message

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"
)

func TestDecodeHeaderFields(t *testing.T) {
	m := Parse([]byte("From: =?utf-8?q?J=C3=B6rg?= <j@example.com>\r\n" +
		"To: Team: a@example.com, bad bad, \"B, B\" <b@example.com>;\r\n" +
		"to: c@example.com\r\n" +
		"Cc: undisclosed-recipients:;\r\n" +
		"Subject: =?utf-8?q?caf=C3?=\r\n =?utf-8?q?=A9?= raw\r\n" +
		"Subject: second\r\n" +
		"junk\r\n" +
		"X-odd: x"))
	got := fmt.Sprintf("%q %q %q %q", m.From, m.To, m.Cc, m.Subject)
	want := `["Jörg <j@example.com>"] ["a@example.com" "B, B <b@example.com>" "c@example.com"] [] "café raw"`
	if got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	var raw strings.Builder
	for f := m.Header.Fields(); f.Next(); {
		b, err := f.Raw()
		if err != nil {
			t.Fatal(err)
		}
		raw.Write(b)
	}
	if want := strings.ReplaceAll(string(m.Raw), "junk\r\n", "") + "\r\n"; raw.String() != want {
		t.Errorf("Header is %q, want %q", raw.String(), want)
	}
}

func TestDecodeBody(t *testing.T) {
	mixed := func(parts ...string) string { return multi("mixed", parts...) }
	const plain, html = "\r\nplain", "Content-Type: text/html\r\n\r\n<p>html"
	const png = "Content-Type: image/png; name=a.png\r\nContent-ID: <a@x>\r\nContent-Disposition: inline\r\n\r\nPNG"
	tests := []struct{ name, raw, want string }{
		{"plain", "Subject: x\r\n\r\none\r\ntwo\r\n", `"one\ntwo\n" "" [] []`},
		{"no header", "just text\r\n", `"just text\n" "" [] []`},
		{"html", html, `"" "<p>html" [] []`},
		{"html in upper case", "CONTENT-TYPE: TEXT/HTML; CHARSET=UTF-8\r\n\r\n<p>", `"" "<p>" [] []`},
		{"other text alone", "Content-Type: text/markdown\r\n\r\n# x", `"# x" "" [] []`},
		{"pdf alone", "Content-Type: application/pdf; name=a.pdf\r\n\r\nPDF", `"" "" [a.pdf application/pdf  "PDF"] []`},
		{"text attached alone", "Content-Disposition: attachment\r\n\r\nx", `"" "" [ text/plain  "x"] []`},
		{"base64 and charset", "Content-Type: text/plain; charset=iso-8859-1\r\nContent-Transfer-Encoding: base64\r\n\r\nY2Fm6Q==",
			`"café" "" [] []`},
		{"unknown encoding", "Content-Transfer-Encoding: x-what\r\n\r\na=20", `"a=20" "" [] []`},
		{"encoding with comment", "Content-Transfer-Encoding: base64 (why not)\r\n\r\naGk=", `"hi" "" [] []`},
		{"unknown charset", "Content-Type: text/plain; charset=x-what\r\n\r\ncaf\xe9", `"caf�" "" [] []`},
		{"raw UTF-8 undeclared", "\r\ncafé", `"café" "" [] []`},
		{"no boundary", "Content-Type: multipart/mixed\r\n\r\n--b\r\n\r\nx", `"--b\n\nx" "" [] []`},
		{"alternative", multi("alternative", plain, html), `"plain" "<p>html" [] []`},
		{"best alternative", multi("alternative", plain, "\r\nbetter", html, "Content-Type: text/calendar\r\n\r\nBEGIN"),
			`"better" "<p>html" [] []`},
		{"related in alternative", multi("alternative", plain, multi("related", html, png)),
			`"plain" "<p>html" [] [a.png image/png a@x "PNG"]`},
		{"alternative in related", multi("related", multi("alternative", plain, html), png),
			`"plain" "<p>html" [] [a.png image/png a@x "PNG"]`},
		{"related by start", strings.Replace(multi("related", png, "Content-ID: <r>\r\n"+html), "boundary=", `start="<r>"; boundary=`, 1),
			`"" "<p>html" [] [a.png image/png a@x "PNG"]`},
		{"attachment in related", multi("related", html, "Content-Type: text/csv\r\nContent-Disposition: attachment\r\n\r\n1,2"),
			`"" "<p>html" [ text/csv  "1,2"] []`},
		{"image shown from mixed", mixed("Content-Type: text/html\r\n\r\n<img src=\"cid:a@x\">", png),
			`"" "<img src=\"cid:a@x\">" [] [a.png image/png a@x "PNG"]`},
		{"image not shown", mixed(html, png), `"" "<p>html" [a.png image/png a@x "PNG"] []`},
		{"texts around an image", mixed("\r\none", png, "\r\ntwo"), `"one\ntwo" "" [a.png image/png a@x "PNG"] []`},
		{"named text is for saving", mixed("\r\none", "Content-Type: text/plain; name=a.txt\r\n\r\nx"),
			`"one" "" [a.txt text/plain  "x"] []`},
		{"inline text with a name", mixed("\r\none", "Content-Disposition: inline; filename=a.txt\r\n\r\nx"),
			`"one" "" [a.txt text/plain  "x"] []`},
		{"message", mixed("\r\none", "Content-Type: message/rfc822\r\n\r\nSubject: x\r\n\r\ninner"),
			`"one" "" [ message/rfc822  "Subject: x\r\n\r\ninner"] []`},
		{"names", mixed("\r\nx",
			"Content-Disposition: attachment; filename*=utf-8''%E2%82%AC.txt; filename=x.txt\r\n\r\na",
			"Content-Disposition: attachment; filename*0=\"long\"; filename*1=\".txt\"\r\n\r\nb",
			"Content-Disposition: attachment; filename=\"=?utf-8?b?4oKsLnR4dA==?=\"\r\n\r\nc",
			"Content-Type: text/csv; name=\"d.csv\"\r\nContent-Disposition: attachment\r\n\r\nd"),
			`"x" "" [€.txt text/plain  "a" long.txt text/plain  "b" €.txt text/plain  "c" d.csv text/csv  "d"] []`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			m := Parse([]byte(tt.raw))
			got := fmt.Sprintf("%q %q %v %v", m.Text, m.HTML, showAll(m.Attachments), showAll(m.Inline))
			if got != tt.want {
				t.Errorf("%s\ngot  %s\nwant %s", tt.raw, got, tt.want)
			}
		})
	}
}

func showAll(list []Attachment) []string {
	s := []string{}
	for _, a := range list {
		s = append(s, fmt.Sprintf("%s %s %s %q", a.Name, a.Type, a.ContentID, a.Data))
	}
	return s
}

// multi returns a multipart of parts.
func multi(subtype string, parts ...string) string {
	b := "b" + subtype
	s := "Content-Type: multipart/" + subtype + "; boundary=" + b + "\r\n\r\n"
	for _, p := range parts {
		s += "--" + b + "\r\n" + p + "\r\n"
	}
	return s + "--" + b + "--\r\n"
}

func TestPage(t *testing.T) {
	p := readPage(`<html><head><title>T</title><style>p{}</style></head><body background="bg.png">
		<h1>Hello&nbsp;<b>A</b>lice</h1><p>one<br>two <a href="https://x.example/?a=1&amp;b=2"> go </a>there</p>
		<table><tr><td>a</td><td>b</td></tr></table><a href="#top">up</a><a href=" /rel ">r</a>
		see https://y.example/z. <img src="cid:i"><script>var x = "https://no.example";</script>`)
	if want := "Hello\u00a0Alice\none\ntwo go there\na b\nupr see https://y.example/z."; p.text != want {
		t.Errorf("text = %q, want %q", p.text, want)
	}
	if got, want := fmt.Sprint(p.links), "[https://x.example/?a=1&b=2 /rel https://y.example/z]"; got != want {
		t.Errorf("links = %s, want %s", got, want)
	}
	if got, want := fmt.Sprint(p.images), "[bg.png cid:i]"; got != want {
		t.Errorf("images = %s, want %s", got, want)
	}
}

func TestTextLinks(t *testing.T) {
	tests := []struct{ in, want string }{
		{"see https://a.example/x, or (http://b.example/y(z)).", "https://a.example/x http://b.example/y(z)"},
		{"<https://a.example/x>;HTTPS://A.example", "https://a.example/x HTTPS://A.example"},
		{`"https://a.example/q?a=b&c=d#e"!`, "https://a.example/q?a=b&c=d#e"},
		{"https://a.example/token_-_", "https://a.example/token_-_"},
		{"[https://[::1]/x]", "https://[::1]/x"},
		{"xhttps://no.example mailto:a@b ftp://c", ""},
		{"https://a.example/" + strings.Repeat(")", 1<<16), "https://a.example/"},
	}
	for _, tt := range tests {
		if got := strings.Join(textLinks(tt.in), " "); got != tt.want {
			t.Errorf("textLinks(%q) = %s, want %s", cutShort(tt.in, 80), got, tt.want)
		}
	}
}

func TestBcc(t *testing.T) {
	m := New("a@example.com", []string{"Bob@example.com", "carol@example.com", "dave@example.com", "eve@example.com"},
		[]byte("To: Bob <bob@EXAMPLE.com>\r\nCc: g: carol@example.com;\r\nResent-To: dave@example.com\r\n\r\n"))
	if got := m.Bcc(); !slices.Equal(got, []string{"eve@example.com"}) {
		t.Errorf("Bcc = %q", got)
	}
}

func TestLinkAndFind(t *testing.T) {
	m := welcomeMessage()
	if got := m.Link(t, "/activate"); got != "https://shop.example/activate?u=alice" {
		t.Errorf("Link = %q", got)
	}
	if got := m.Find(t, `code is (\d+)`); got != "1234" {
		t.Errorf("Find = %q", got)
	}
	if got := m.Find(t, `\d{4}`); got != "1234" {
		t.Errorf("Find = %q", got)
	}
	if got := Parse([]byte("Content-Type: text/html\r\n\r\n<b>12</b>34")).Find(t, `\d+`); got != "1234" {
		t.Errorf("Find in HTML = %q", got)
	}
}

// Decoding works from several goroutines at once, and doesn't change Raw.
func TestDecodeConcurrently(t *testing.T) {
	m := welcomeMessage()
	done := make(chan string)
	for range 4 {
		go func() { done <- m.Decode().Subject + m.Tree().MediaType() }()
	}
	for range 4 {
		if got := <-done; got != "Welcome, Alicemultipart/mixed" {
			t.Errorf("got %q", got)
		}
	}
	if !bytes.Equal(m.Raw, []byte(welcome)) {
		t.Error("Raw has changed")
	}
}

func TestWantMatches(t *testing.T) {
	m := New("", []string{"alice@example.com", "bob@example.com", "eve@example.com"}, []byte(welcome))
	wants := []Want{
		{},
		{MailFrom: "<>"},
		{MailFrom: None},
		{RcptTo: []string{"bob@EXAMPLE.com", "eve@example.com", "alice@example.com"}},
		{Bcc: []string{"eve@example.com"}},
		{From: "no-reply@shop.example"},
		{From: "Shop <no-reply@SHOP.example>"},
		{From: `"Shop" <no-reply@shop.example>`},
		{From: "=?utf-8?q?Shop?= <no-reply@shop.example>"},
		{From: Prefix("no-reply@")},
		{From: Prefix("Shop")},
		{From: Not(Contains("store"))},
		{To: []string{"alice@example.com"}, Cc: []string{"<bob@example.com>", "carol@example.com"}},
		{Subject: "Welcome, Alice"},
		{Subject: Regexp("^Welcome")},
		{Subject: Not("x")},
		{Text: m.Decode().Text, HTML: m.HTML},
		{Text: m.Text + "\r\n\n"},
		{Text: Contains("1234")},
		{Has: []string{"1234", "<p>", Regexp(`\d+`)}},
		{Links: []string{"https://shop.example/terms", Contains("/activate")}},
		{Header: map[string]string{"subject": "Welcome, Alice", "Bcc": "", "X": None, "Date": Any}},
		{Header: map[string]string{"Date": Near(m.Date(), 0)}},
		{Attachments: []Attachment{{Name: "terms.txt", Type: "Text/Plain"}, {}}},
		{Attachments: []Attachment{{Data: []byte("one\r\ntwo")}, {Data: []byte("%PDF-1.7\n\x00\x01")}}},
		{Inline: []Attachment{}},
	}
	for i, w := range wants {
		if diff := m.Diff(w); diff != "" {
			t.Errorf("%d: %s", i, diff)
		}
	}
	not := []Want{
		{MailFrom: "a"}, {Bcc: []string{}}, {RcptTo: []string{}}, {From: "<no-reply@shop.example>"}, {From: "Store <no-reply@shop.example>"},
		{From: "No-reply@shop.example"}, {To: []string{}}, {Cc: []string{"carol@example.com", "bob@example.com"}},
		{Text: "\n"}, {Links: []string{}}, {Header: map[string]string{"Date": ""}}, {Attachments: []Attachment{}},
		{Subject: Not(Any)}, {Subject: None}, {Has: []string{"nowhere"}},
	}
	for i, w := range not {
		if m.Diff(w) == "" {
			t.Errorf("not %d: no difference", i)
		}
	}
}
