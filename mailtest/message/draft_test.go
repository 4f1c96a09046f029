package message

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
)

// What a draft says is what the message says, and the message is well-formed.
func TestDraftRoundTrip(t *testing.T) {
	png := Attachment{Name: "logo.png", Type: "image/png", ContentID: "logo@x", Data: []byte("\x89PNG")}
	drafts := []Draft{
		{From: "alice@example.com"},
		{From: "Alice <alice@example.com>", To: []string{"bob@example.com"}, Subject: "hi", Text: "hello\n"},
		{From: "Jörg <j@example.com>", To: []string{"Doe, Jane <jane@example.com>", `Joe "J" <joe@example.com>`},
			Cc: []string{`"a b"@example.com`, "東京 <t@example.com>"}, Subject: strings.Repeat("Größe ", 40), Text: "café\n"},
		{From: "a@example.com", Subject: "=?utf-8?q?not_a_word?=", Text: strings.Repeat("x", 2000) + "\n.\n..\nFrom x\n"},
		{From: "a@example.com", Subject: strings.Repeat("x", 2000)},
		{From: "a@example.com", Text: "t", HTML: "<p>é</p>"},
		{From: "a@example.com", HTML: `<img src="cid:logo@x">`, Inline: []Attachment{png}},
		{From: "a@example.com", Text: "t", HTML: `<img src="cid:logo@x">`, Inline: []Attachment{png},
			Attachments: []Attachment{{Name: "Größe.txt", Type: "text/plain", Data: []byte("é\nb\r\n\x00")}, {Name: `a"b.bin`, Type: "application/octet-stream"}}},
		{From: "a@example.com", Text: "t", Attachments: []Attachment{{Type: "message/rfc822",
			Data: []byte(Draft{From: "b@example.com", Subject: "in", Text: "i"}.String())}}},
	}
	for i, d := range drafts {
		m := Parse([]byte(d.String()))
		want := Want{From: d.From, To: d.To, Cc: d.Cc, Subject: d.Subject, Text: d.Text, HTML: d.HTML, Inline: d.Inline}
		for _, a := range d.Attachments {
			if a.Data == nil {
				a.Data = []byte{}
			}
			want.Attachments = append(want.Attachments, a)
		}
		if diff := m.Diff(want); diff != "" {
			t.Errorf("%d: %s\n%s", i, diff, d)
		}
		if p := m.Problems(); p != nil {
			t.Errorf("%d: problems: %s\n%s", i, strings.Join(p, "\n"), d)
		}
		if again := d.String(); again != string(m.Raw) {
			t.Errorf("%d: not the same twice", i)
		}
	}
	if drafts[0].String() == drafts[1].String() || Parse([]byte(drafts[0].String())).Header.Get("Message-Id") ==
		Parse([]byte(drafts[1].String())).Header.Get("Message-Id") {
		t.Error("different drafts have the same id")
	}
}

func TestDraftFields(t *testing.T) {
	d := Draft{
		From: "a@example.com, b@example.com", Date: time.Date(2020, 2, 3, 4, 5, 6, 0, time.FixedZone("", 3600)),
		MessageID: "x@y", Header: []string{"Sender: a@example.com", "X-Folded: a\r\n b\r\n"}, Text: "x",
	}
	want := "From: a@example.com, b@example.com\r\nDate: Mon, 03 Feb 2020 04:05:06 +0100\r\nMessage-ID: <x@y>\r\n" +
		"MIME-Version: 1.0\r\nSender: a@example.com\r\nX-Folded: a\r\n b\r\nContent-Type: text/plain; charset=us-ascii\r\n\r\nx"
	if got := d.String(); got != want {
		t.Errorf("got  %q\nwant %q", got, want)
	}
	if got := (Draft{}).String(); !strings.HasPrefix(got, "Date: Thu, 01 Jan 2026 00:00:00 +0000\r\nMessage-ID: <") {
		t.Errorf("the zero draft is %q", got)
	}
	for _, from := range []string{"not an address", "Group: a@example.com;"} {
		if got := (Draft{From: from}).String(); !strings.HasPrefix(got, "From: "+from+"\r\n") {
			t.Errorf("From %q is written as %q", from, got)
		}
	}
}

// A message that can't be encoded is declared 8-bit, and so is what it is in.
func TestDraftAttachesMessages(t *testing.T) {
	raw := []byte("From: a@example.com\r\n\r\ncaf\xe9\r\n")
	m := Parse([]byte(Draft{Text: "see", Attachments: []Attachment{{Type: "message/rfc822", Data: raw}}}.String()))
	m.Check(t, Want{Attachments: []Attachment{{Type: "message/rfc822", Data: raw}}})
	if got := m.Tree().Encoding + " " + m.Tree().Parts[1].Encoding; got != "8bit 8bit" {
		t.Errorf("encodings are %s, want 8bit 8bit", got)
	}
}

// A long file name is written in sections, and comes back whole.
func TestDraftLongFileName(t *testing.T) {
	for _, name := range []string{
		strings.Repeat("a", 880), strings.Repeat("a", 2000) + ".pdf", strings.Repeat("größe \"*'%", 300) + ".pdf",
	} {
		raw := Draft{Text: "see", Attachments: []Attachment{{Name: name, Data: []byte("x")}}}.String()
		if got := Parse([]byte(raw)).Attachments[0].Name; got != name {
			t.Errorf("the name is %q, want %q", got, name)
		}
		for line := range strings.SplitSeq(raw, "\r\n") {
			if len(line) > 998 {
				t.Errorf("a line of %d octets", len(line))
			}
		}
	}
}

func FuzzDraft(f *testing.F) {
	f.Add("Jörg, <x>", "Größe\r\nX: y", "a\nb\x00", "<p>", "a/b\".txt")
	f.Fuzz(func(t *testing.T, name, subject, text, html, file string) {
		name = strings.Join(strings.Fields(strings.ToValidUTF8(name, "?")), " ")
		d := Draft{
			From: "a@example.com", To: []string{encodeName(name) + " <b@example.com>"}, Subject: subject, Text: text, HTML: html,
			Attachments: []Attachment{{Name: file, Type: "application/pdf", Data: []byte(text)}},
		}
		raw := d.String()
		m := Parse([]byte(raw))
		if got := strings.TrimSpace(strings.ToValidUTF8(subject, "\uFFFD")); strings.TrimSpace(m.Subject) != got && isASCII([]byte(subject)) {
			t.Errorf("Subject = %q, want %q", m.Subject, got)
		}
		if len(m.To) != 1 || len(m.From) != 1 || len(m.Attachments) != 1 || string(m.Attachments[0].Data) != text {
			t.Errorf("draft %q is %q", fmt.Sprintf("%#v", d), raw)
		}
		for line := range strings.SplitSeq(raw, "\r\n") {
			if len(line) > 998 || strings.ContainsAny(line, "\r\n\x00") {
				t.Errorf("bad line %q", line)
			}
		}
	})
}

func TestBounce(t *testing.T) {
	m := New("bounces@shop.example", []string{"bob@example.com"}, []byte(welcome))
	d := m.Bounce(
		Recipient{Address: "bob@example.com", Status: "5.1.1", Diagnostic: "550 5.1.1 No such user", RemoteMTA: "mx.example.com",
			Fields: []Field{{Name: "Last-Attempt-Date", Value: "Mon, 05 Jan 2026 10:00:00 +0000"}, {Name: "status", Value: "ignored"}}},
		Recipient{Address: "carol@example.com", Original: "c@example.com", Action: "delayed", Status: "4.2.2"},
	)
	b := Parse([]byte(d.String()))
	if p := b.Problems(); p != nil {
		t.Errorf("problems: %q", p)
	}
	b.Check(t, Want{
		From: "mailer-daemon@mail.example.com", To: []string{"bounces@shop.example"},
		Has: []string{"bob@example.com: 550 5.1.1 No such user", "carol@example.com: delayed 4.2.2"},
	})
	r := b.Report()
	if r == nil || r.Type != "delivery-status" || r.Get("reporting-mta") != "dns; mail.example.com" || len(r.Recipients) != 2 {
		t.Fatalf("report is %+v", r)
	}
	bob, carol := r.Recipients[0], r.Recipients[1]
	if bob.Address != "bob@example.com" || bob.Action != "failed" || bob.Status != "5.1.1" || bob.RemoteMTA != "mx.example.com" ||
		bob.Diagnostic != "550 5.1.1 No such user" || getField(bob.Fields, "Last-Attempt-Date") == "" {
		t.Errorf("first recipient is %+v", bob)
	}
	if carol.Original != "c@example.com" || carol.Action != "delayed" || carol.RemoteMTA != "" {
		t.Errorf("second recipient is %+v", carol)
	}
	if string(r.Original.Raw) != welcome {
		t.Errorf("the original is %q", r.Original.Raw)
	}
}

func TestReport(t *testing.T) {
	report := func(kind, fields, returned string) *Report {
		return Parse([]byte(multi("report", "\r\nFor people", "Content-Type: message/"+kind+"\r\n\r\n"+fields, returned))).Report()
	}
	const header = "Content-Type: text/rfc822-headers\r\n\r\nSubject: returned\r\n"

	r := report("delivery-status", "\r\n\r\nReporting-MTA: dns; a\r\n\r\n\r\n\r\nFinal-Recipient: RFC822;  b@c \r\nACTION: Failed\r\n"+
		"junk\r\nStatus: 5.0.0 (why)\r\nDiagnostic-Code: X-Postfix; unknown user:\r\n \"b\"; sorry\r\n\r\n", header)
	if r.Get("Reporting-MTA") != "dns; a" || len(r.Recipients) != 1 || r.Original.Subject != "returned" {
		t.Errorf("report is %+v", r)
	}
	if got := r.Recipients[0]; got.Address != "b@c" || got.Action != "failed" || got.Diagnostic != `unknown user: "b"; sorry` {
		t.Errorf("recipient is %+v", got)
	}

	r = report("delivery-status", "Final-Recipient: rfc822; b@c\r\n", "\r\nno original")
	if len(r.Recipients) != 1 || r.Original != nil {
		t.Errorf("report without its first group is %+v", r)
	}

	r = report("feedback-report", "Feedback-Type: abuse\r\nVersion: 1\r\nOriginal-Rcpt-To: <b@c>\r\nOriginal-Rcpt-To: <d@e>\r\n", header)
	if r.Type != "feedback-report" || r.Get("Feedback-Type") != "abuse" || len(r.Fields) != 4 || r.Recipients != nil || r.Original == nil {
		t.Errorf("feedback report is %+v", r)
	}

	r = report("disposition-notification", "Final-Recipient: rfc822; b@c\r\nDisposition: manual-action/MDN-sent-manually; displayed\r\n", header)
	if r.Get("Disposition") == "" || r.Get("Final-Recipient") != "rfc822; b@c" {
		t.Errorf("disposition notification is %+v", r)
	}

	if r := welcomeMessage().Report(); r != nil {
		t.Errorf("report of a message without one is %+v", r)
	}
	attached := mixedOf("\r\nsee", "Content-Type: message/rfc822\r\n\r\n"+multi("report", "Content-Type: message/delivery-status\r\n\r\nA: b\r\n"))
	if r := Parse([]byte(attached)).Report(); r != nil {
		t.Errorf("the report of an attached message is taken for the message's: %+v", r)
	}
}

func TestUnsubscribe(t *testing.T) {
	tests := []struct {
		header string
		addrs  []string
		one    bool
	}{
		{"", nil, false},
		{"List-Unsubscribe: <mailto:u@example.com?subject=u>, (comment) <https://example.com/u?\r\n a=b>\r\n" +
			"List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n", []string{"mailto:u@example.com?subject=u", "https://example.com/u?a=b"}, true},
		{"List-Unsubscribe: <http://example.com/u>\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n", []string{"http://example.com/u"}, false},
		{"List-Unsubscribe: <https://example.com/u>\r\n", []string{"https://example.com/u"}, false},
		{"List-Unsubscribe: https://example.com/u, <open\r\n", nil, false},
	}
	for _, tt := range tests {
		addrs, one := Parse([]byte(tt.header + "\r\n")).Unsubscribe()
		if !slices.Equal(addrs, tt.addrs) || one != tt.one {
			t.Errorf("%q: %q, %v, want %q, %v", tt.header, addrs, one, tt.addrs, tt.one)
		}
	}
}

func TestEvents(t *testing.T) {
	calendar := strings.ReplaceAll(`BEGIN:VCALENDAR
METHOD:request
BEGIN:VTIMEZONE
TZID:Europe/Berlin
BEGIN:STANDARD
DTSTART:19701025T030000
END:STANDARD
END:VTIMEZONE
BEGIN:VEVENT
UID:1@example.com
SUMMARY;LANGUAGE=en:Review\, with
  cake\; and\nmore
DESCRIPTION:a\\b
LOCATION:Room 1: left
ORGANIZER;CN="A: B":MAILTO:alice@example.com
ATTENDEE;PARTSTAT=NEEDS-ACTION:mailto:bob@example.com
ATTENDEE:mailto:carol@example.com
DTSTART;TZID=UTC:20260105T100000
DTEND:20260105T110000Z
STATUS:confirmed
SEQUENCE:2
BEGIN:VALARM
DESCRIPTION:ring
END:VALARM
END:VEVENT
BEGIN:VEVENT
DTSTART;VALUE=DATE:20260106
DTEND:nonsense
END:VEVENT
BEGIN:VEVENT
SUMMARY:cut
`, "\n", "\r\n")
	part := "Content-Type: text/calendar; method=REQUEST; charset=utf-8\r\n\r\n" + calendar
	m := Parse([]byte(multi("mixed", multi("alternative", "\r\ntext", part), part)))
	got := fmt.Sprintf("%+v", m.Events())
	want := "[{Method:REQUEST UID:1@example.com Summary:Review, with cake; and\nmore Description:a\\b Location:Room 1: left " +
		"Status:CONFIRMED Start:2026-01-05 10:00:00 +0000 UTC End:2026-01-05 11:00:00 +0000 UTC Organizer:alice@example.com " +
		"Attendees:[bob@example.com carol@example.com] Sequence:2} {Method:REQUEST UID: Summary: Description: Location: Status: " +
		"Start:2026-01-06 00:00:00 +0000 UTC End:0001-01-01 00:00:00 +0000 UTC Organizer: Attendees:[] Sequence:0}]"
	if got != want {
		t.Errorf("events are %s\nwant %s", got, want)
	}
	if got := welcomeMessage().Events(); got != nil {
		t.Errorf("events of a message without a calendar: %+v", got)
	}
}
