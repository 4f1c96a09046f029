package message_test

import (
	"bytes"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-message/mail"
	"github.com/google/go-cmp/cmp"
	gomail "github.com/wneessen/go-mail"

	"github.com/mailfakes/mailfakes/mailtest/message"
)

const (
	umlauts = "Grüße aus Köln – Liebe Grüße, und noch ein paar Wörter mehr, damit gefaltet wird"
	longURL = "https://shop.example/activate?token=0123456789abcdef0123456789abcdef0123456789abcdef0123456789&u=alice"
)

// What go-mail writes is read as it was meant.
func TestGoMail(t *testing.T) {
	for _, encoding := range []gomail.Encoding{gomail.EncodingQP, gomail.EncodingB64} {
		m := gomail.NewMsg(gomail.WithEncoding(encoding))
		check(t, m.FromFormat("Jörg, der Erste", "joerg@example.com"))
		check(t, m.AddToFormat("Smith, Alice", "alice@example.com"))
		check(t, m.AddTo("bob@example.com"))
		check(t, m.AddCcFormat("東京", "carol@example.com"))
		m.Subject(umlauts)
		m.SetDateWithValue(time.Date(2026, 1, 5, 10, 0, 0, 0, time.UTC))
		m.SetMessageIDWithValue("1@example.com")
		m.SetBodyString(gomail.TypeTextPlain, "Grüße\n.\n"+longURL+"\n")
		m.AddAlternativeString(gomail.TypeTextHTML, `<p>Grüße</p><img src="cid:logo.png"><a href="`+longURL+`">x</a>`)
		check(t, m.EmbedReader("logo.png", strings.NewReader("\x89PNG\r\n\x00")))
		check(t, m.AttachReader("Rechnung für März.pdf", strings.NewReader("%PDF-1.7\r\n\xff\n")))
		check(t, m.AttachReader("notes.txt", strings.NewReader("a\nb\n")))
		var raw bytes.Buffer
		if _, err := m.WriteTo(&raw); err != nil {
			t.Fatal(err)
		}
		got := message.Parse(raw.Bytes())
		got.Check(t, message.Want{
			From:    "Jörg, der Erste <joerg@example.com>",
			To:      []string{"Smith, Alice <alice@example.com>", "bob@example.com"},
			Cc:      []string{"東京 <carol@example.com>"},
			Subject: umlauts,
			Text:    "Grüße\n.\n" + longURL,
			HTML:    `<p>Grüße</p><img src="cid:logo.png"><a href="` + longURL + `">x</a>`,
			Links:   []string{longURL},
			Attachments: []message.Attachment{
				{Name: "Rechnung für März.pdf", Type: "application/pdf", Data: []byte("%PDF-1.7\r\n\xff\n")},
				{Name: "notes.txt", Type: "text/plain", Data: []byte("a\nb\n")},
			},
			Inline: []message.Attachment{{Name: "logo.png", ContentID: "logo.png", Data: []byte("\x89PNG\r\n\x00")}},
		})
		if p := got.Problems(); p != nil {
			t.Errorf("%s: problems:\n%s", encoding, strings.Join(p, "\n"))
		}
	}
}

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// What a Draft writes is read by go-message as it was meant.
func TestGoMessageReadsDrafts(t *testing.T) {
	raw := message.Draft{
		From:    "Jörg, der Erste <joerg@example.com>",
		To:      []string{`Alice "A" Smith <alice@example.com>`, "bob@example.com"},
		Subject: umlauts,
		Text:    "Grüße\n.\n" + longURL + "\n",
		HTML:    "<p>" + longURL,
		Attachments: []message.Attachment{
			{Name: "Rechnung für März.pdf", Type: "application/pdf", Data: []byte("%PDF-1.7\r\n\xff\n")},
		},
	}.String()
	r, err := mail.CreateReader(strings.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, name := range []string{"From", "To"} {
		list, err := r.Header.AddressList(name)
		check(t, err)
		for _, a := range list {
			got = append(got, a.Name, a.Address)
		}
	}
	subject, err := r.Header.Subject()
	check(t, err)
	got = append(got, subject)
	for {
		p, err := r.NextPart()
		if err == io.EOF {
			break
		}
		check(t, err)
		b, err := io.ReadAll(p.Body)
		check(t, err)
		if h, ok := p.Header.(*mail.AttachmentHeader); ok {
			name, err := h.Filename()
			check(t, err)
			got = append(got, name)
		}
		got = append(got, string(b))
	}
	want := []string{"Jörg, der Erste", "joerg@example.com", `Alice "A" Smith`, "alice@example.com", "", "bob@example.com", umlauts,
		"Grüße\r\n.\r\n" + longURL + "\r\n", "<p>" + longURL, "Rechnung für März.pdf", "%PDF-1.7\r\n\xff\n"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("go-message reads (-want +got):\n%s\n%s", diff, raw)
	}
}
