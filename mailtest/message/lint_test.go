package message

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
)

func TestLint(t *testing.T) {
	draft := func(d Draft) *Message {
		d.From = "a@example.com"
		return Parse([]byte(d.String()))
	}
	via := func(m *Message, params map[string]string) *Message {
		m.Via = Via{Conn: 1, MailParams: params}
		return m
	}
	utf8Mail := func() *Message {
		return Parse([]byte(strings.Replace(mimeHead, "a@example.com", "é <a@example.com>", 1) +
			"Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\né\r\n"))
	}
	const unsubscribe = "List-Unsubscribe: <mailto:u@example.com>, <https://example.com/u>"
	tests := []struct {
		name string
		m    *Message
		l    Lint
		want string
	}{
		{"fine", draft(Draft{Subject: "100% off, 50%s", Text: "see https://x.example/%d0%b0 } {", HTML: `<a href="https://x.example">x</a> <a href="mailto:a@b">m</a> <a href="#x">y</a>`}), Lint{}, ""},
		{"no id", Parse([]byte(strings.Replace(head, "Message-ID", "X-ID", 1) + "\r\n")), Lint{}, "message-id"},
		{"Bcc", draft(Draft{Header: []string{"Bcc: b@example.com", "Resent-Bcc: b@example.com"}}), Lint{}, "bcc bcc"},
		{"problem", Parse([]byte(head + "\r\nx\n")), Lint{}, "bare-line-end"},
		{"allowed", Parse([]byte(head + "Bcc: b@example.com\r\n\r\nx\n")), Lint{Allow: []string{"bare-line-end", "bcc"}}, ""},
		{"not by SMTP", utf8Mail(), Lint{}, ""},
		{"UTF-8 undeclared", via(utf8Mail(), nil), Lint{}, "utf8-header 8bitmime"},
		{"UTF-8 declared", via(utf8Mail(), map[string]string{"SMTPUTF8": "", "BODY": "8bitmime"}), Lint{}, ""},
		{"HTML alone", draft(Draft{HTML: "<p>x"}), Lint{}, "text-part"},
		{"missing image", draft(Draft{Text: "x", HTML: `<img src="cid:a"><img src="CID:b%25"><td background="cid:c">`,
			Inline: []Attachment{{ContentID: "b%", Data: []byte("x")}}}), Lint{}, "inline-image inline-image"},
		{"relative links", draft(Draft{Text: "x", HTML: `<a href="/x">x</a><a href="//y">y</a><img src="z.png"><a href="https:///x">z</a><a href="https://x.example">z</a>`}),
			Lint{}, "relative-link relative-link relative-link relative-link"},
		{"placeholders", draft(Draft{Subject: "Hi {{.Name}}", Text: "%s and undefined, %!d(string=x) <no value>", HTML: `<a href="https://x.example/${id}">{% if %}</a>`, To: []string{"%s <b@example.com>"}}),
			Lint{}, strings.TrimSpace(strings.Repeat("placeholder ", maxSame+1))},
		{"no unsubscription", draft(Draft{}), Lint{Bulk: true}, "list-unsubscribe"},
		{"by mail only", draft(Draft{Header: []string{unsubscribe}}), Lint{Bulk: true}, "list-unsubscribe"},
		{"signature without the fields", draft(Draft{Header: []string{unsubscribe, "List-Unsubscribe-Post: List-Unsubscribe=One-Click",
			"DKIM-Signature: v=1; d=example.com; h=From:\r\n List-Unsubscribe; b=x"}}), Lint{Bulk: true}, "list-unsubscribe"},
		{"signed", draft(Draft{Header: []string{unsubscribe, "List-Unsubscribe-Post: List-Unsubscribe=One-Click",
			"DKIM-Signature: v=1; h=from:list-unsubscribe :\r\n list-unsubscribe-post; b=x"}}), Lint{Bulk: true}, ""},
		{"one click", draft(Draft{Header: []string{unsubscribe, "List-Unsubscribe-Post: List-Unsubscribe=One-Click"}}), Lint{Bulk: true}, ""},
	}
	for _, tt := range tests {
		var names []string
		for _, f := range tt.m.Lint(tt.l) {
			names = append(names, f.Name)
		}
		if got := strings.Join(names, " "); got != tt.want {
			t.Errorf("%s: found %q, want %q\n%v", tt.name, got, tt.want, tt.m.Lint(tt.l))
		}
	}
}

// Each rule has its own name and a source, and is in the doc of Lint.
func TestRules(t *testing.T) {
	source, err := os.ReadFile("lint.go")
	if err != nil {
		t.Fatal(err)
	}
	doc, _, _ := strings.Cut(string(source), "type Lint struct")
	var names []string
	for _, r := range rules {
		if slices.Contains(names, r.name) {
			t.Errorf("two rules %s", r.name)
		}
		if r.source == "" {
			t.Errorf("%s has no source", r.name)
		}
		if !regexp.MustCompile(`[ /]` + r.name + `[,: \n]`).MatchString(doc) {
			t.Errorf("%s is not documented", r.name)
		}
		names = append(names, r.name)
	}
}

func TestLintUnknownRule(t *testing.T) {
	defer func() {
		if got, want := recover(), `message: Lint.Allow: there is no rule "no-such"; the rules are header-line, `; got == nil || !strings.HasPrefix(got.(string), want) {
			t.Errorf("panic %v, want %s...", got, want)
		}
	}()
	welcomeMessage().Lint(Lint{Allow: []string{"no-such"}})
}
