package message

import (
	"cmp"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"mime"
	"mime/quotedprintable"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// A Draft is a message to be made, for tests that need mail in a mailbox. It
// is written as a [Want] is:
//
//	inbox.Add(message.Draft{From: "alice@example.com", Subject: "hi", Text: "hello\n"}.String())
//
// All fields may be zero. The bytes are the same each time; a message's id is
// made of its content.
type Draft struct {
	From        string   // an address, or several with commas: "Jörg <j@example.com>"
	To, Cc      []string // likewise, one each
	Subject     string
	Text, HTML  string       // both make a multipart/alternative
	Attachments []Attachment // a Type may have parameters: "text/calendar; method=REQUEST"
	Inline      []Attachment // what HTML shows by ContentID
	Report      *Report      // makes a multipart/report, with Text for people
	Date        time.Time    // 1 January 2026, 00:00 UTC if zero
	MessageID   string       // without angle brackets; made of the content if ""
	Header      []string     // further fields as they stand: "List-Id: <x.example.com>"
}

// draftDate is when drafts without a date were written.
var draftDate = time.Date(2026, time.January, 1, 0, 0, 0, 0, time.UTC)

// String returns the message as it would be sent, with CRLF line ends.
func (d Draft) String() string {
	id := d.id()
	var w draftWriter
	w.addresses("From", d.From)
	w.addresses("To", d.To...)
	w.addresses("Cc", d.Cc...)
	w.field("Subject", encodeText(d.Subject))
	date := d.Date
	if date.IsZero() {
		date = draftDate
	}
	w.field("Date", date.Format("Mon, 02 Jan 2006 15:04:05 -0700"))
	w.field("Message-ID", "<"+cmp.Or(d.MessageID, id+"@example.com")+">")
	w.field("MIME-Version", "1.0")
	for _, line := range d.Header {
		w.WriteString(strings.TrimRight(line, "\r\n") + "\r\n")
	}
	return w.String() + d.entity(id).String()
}

// id is made of the content.
func (d Draft) id() string {
	content := fmt.Append(nil, d.From, d.To, d.Cc, d.Subject, d.Date, d.Header, d.entity("id"))
	return fmt.Sprintf("%x", sha256.Sum256(content))[:16]
}

// An entity is a part to be written.
type entity struct {
	header   []string
	body     string
	boundary string
	parts    []entity
}

func (e entity) String() string {
	var s strings.Builder
	for _, line := range e.header {
		s.WriteString(line + "\r\n")
	}
	s.WriteString("\r\n" + e.body)
	for _, p := range e.parts {
		s.WriteString("--" + e.boundary + "\r\n" + p.String() + "\r\n")
	}
	if e.parts != nil {
		s.WriteString("--" + e.boundary + "--\r\n")
	}
	return s.String()
}

// entity makes the parts; boundaries are made of an id.
func (d Draft) entity(id string) entity {
	e := d.readable(id)
	if d.Report != nil {
		kind := "report; report-type=" + d.Report.Type
		e = multipartOf(kind, "report-"+id, append([]entity{e}, d.Report.entities()...))
	}
	if len(d.Attachments) > 0 {
		e = multipartOf("mixed", "mixed-"+id, append([]entity{e}, files("attachment", d.Attachments)...))
	}
	return e
}

func (d Draft) readable(id string) entity {
	if d.HTML == "" {
		return textEntity("plain", d.Text)
	}
	e := textEntity("html", d.HTML)
	if len(d.Inline) > 0 {
		e = multipartOf("related", "related-"+id, append([]entity{e}, files("inline", d.Inline)...))
	}
	if d.Text != "" {
		e = multipartOf("alternative", "alternative-"+id, []entity{textEntity("plain", d.Text), e})
	}
	return e
}

func multipartOf(kind, boundary string, parts []entity) entity {
	header := []string{"Content-Type: multipart/" + kind + ";\r\n boundary=\"" + boundary + "\""}
	if slices.ContainsFunc(parts, entity.is8Bit) {
		header = append(header, "Content-Transfer-Encoding: 8bit")
	}
	return entity{header: header, boundary: boundary, parts: parts}
}

// is8Bit reports whether a part must be declared 8-bit, and so must what it is
// in (RFC 2045 section 6.4).
func (e entity) is8Bit() bool {
	return !isASCII([]byte(e.body)) || slices.ContainsFunc(e.parts, entity.is8Bit)
}

// messageEntity is a message within a message, which has to stay as it is.
func messageEntity(header []string, raw []byte) entity {
	if !isASCII(raw) {
		header = append(header, "Content-Transfer-Encoding: 8bit")
	}
	return entity{header: header, body: string(raw)}
}

// textEntity is 7-bit if it can be.
func textEntity(subtype, text string) entity {
	text = crlf(text)
	plain := isASCII([]byte(text)) && !strings.Contains(text, "\x00")
	for line := range strings.SplitSeq(text, "\r\n") {
		plain = plain && len(line) <= 998
	}
	if plain {
		header := []string{"Content-Type: text/" + subtype + "; charset=us-ascii"}
		return entity{header: header, body: text}
	}
	var s strings.Builder
	w := quotedprintable.NewWriter(&s)
	_, _ = w.Write([]byte(text))
	_ = w.Close()
	return entity{header: []string{
		"Content-Type: text/" + subtype + "; charset=utf-8",
		"Content-Transfer-Encoding: quoted-printable",
	}, body: s.String()}
}

// crlf makes all line ends CRLF, lone CRs too.
func crlf(s string) string {
	return strings.NewReplacer("\r\n", "\r\n", "\r", "\r\n", "\n", "\r\n").Replace(s)
}

func files(disposition string, list []Attachment) []entity {
	var parts []entity
	for _, a := range list {
		header := []string{
			"Content-Type: " + typeOf(a),
			"Content-Disposition: " + dispositionOf(disposition, a.Name),
		}
		if a.ContentID != "" {
			header = append(header, "Content-ID: <"+a.ContentID+">")
		}
		if strings.HasPrefix(strings.ToLower(a.Type), "message/") {
			parts = append(parts, messageEntity(header, a.Data))
			continue
		}
		parts = append(parts, entity{
			header: append(header, "Content-Transfer-Encoding: base64"),
			body:   wrap(base64.StdEncoding.EncodeToString(a.Data)),
		})
	}
	return parts
}

// typeOf says that text is UTF-8 if it is.
func typeOf(a Attachment) string {
	t := cmp.Or(a.Type, "application/octet-stream")
	bare := strings.HasPrefix(t, "text/") && !strings.Contains(t, ";")
	if bare && !isASCII(a.Data) && utf8.Valid(a.Data) {
		t += "; charset=utf-8"
	}
	return t
}

// dispositionOf encodes a file name by RFC 2231 if it must.
func dispositionOf(kind, name string) string {
	if name == "" {
		return kind
	}
	s := mime.FormatMediaType(kind, map[string]string{"filename": name})
	if s == "" {
		return kind
	}
	if len(s) <= maxHeaderLine {
		return strings.Replace(s, "; ", ";\r\n ", 1)
	}
	return kind + continued("filename", name)
}

// maxHeaderLine leaves room for a field's name in a line, which may have 998
// octets (RFC 5322 section 2.1.1).
const maxHeaderLine = 900

// continued writes a parameter in sections (RFC 2231 section 4.1).
func continued(param, value string) string {
	var b strings.Builder
	charset := "utf-8''"
	n := 0
	for piece := range slices.Chunk([]byte(value), 250) {
		fmt.Fprintf(&b, ";\r\n %s*%d*=%s", param, n, charset)
		for _, c := range piece {
			if 'a' <= c|0x20 && c|0x20 <= 'z' || '0' <= c && c <= '9' || c == '-' || c == '.' || c == '_' {
				b.WriteByte(c)
			} else {
				fmt.Fprintf(&b, "%%%02X", c)
			}
		}
		charset = ""
		n++
	}
	return b.String()
}

// wrap breaks base64 into lines of 76.
func wrap(s string) string {
	var b strings.Builder
	for len(s) > 76 {
		b.WriteString(s[:76] + "\r\n")
		s = s[76:]
	}
	return b.String() + s
}

// entities returns the second and third part of a multipart/report.
func (r *Report) entities() []entity {
	var s strings.Builder
	writeFields(&s, r.Fields)
	for _, rcpt := range r.Recipients {
		s.WriteString("\r\n")
		rcpt.write(&s)
	}
	list := []entity{{header: []string{"Content-Type: message/" + r.Type}, body: s.String()}}
	if r.Original != nil {
		list = append(list, messageEntity([]string{"Content-Type: message/rfc822"}, r.Original.Raw))
	}
	return list
}

// write writes the fields that are set, then those of Fields that aren't
// among them.
func (r Recipient) write(s *strings.Builder) {
	fields := []Field{
		{Name: "Original-Recipient", Value: typed("rfc822", r.Original)},
		{Name: "Final-Recipient", Value: typed("rfc822", r.Address)},
		{Name: "Action", Value: r.Action},
		{Name: "Status", Value: r.Status},
		{Name: "Remote-MTA", Value: typed("dns", r.RemoteMTA)},
		{Name: "Diagnostic-Code", Value: typed("smtp", r.Diagnostic)},
	}
	for _, f := range r.Fields {
		if getField(fields, f.Name) == "" {
			fields = append(fields, f)
		}
	}
	writeFields(s, slices.DeleteFunc(fields, func(f Field) bool { return f.Value == "" }))
}

func typed(kind, value string) string {
	if value == "" {
		return ""
	}
	return kind + "; " + value
}

func writeFields(s *strings.Builder, fields []Field) {
	for _, f := range fields {
		s.WriteString(f.Name + ": " + f.Value + "\r\n")
	}
}

// Bounce returns the delivery status notification that a server would send for
// the message, to its sender and from the null reverse-path. A recipient's
// Action is "failed" unless it is set.
func (m *Message) Bounce(recipients ...Recipient) Draft {
	m.Decode()
	recipients = slices.Clone(recipients)
	text := "Your message was not delivered:\n\n"
	for i := range recipients {
		r := &recipients[i]
		r.Action = cmp.Or(r.Action, "failed")
		text += "  " + r.Address + ": " + cmp.Or(r.Diagnostic, r.Action+" "+r.Status) + "\n"
	}
	return Draft{
		From:    "Mail Delivery Subsystem <mailer-daemon@mail.example.com>",
		To:      []string{m.MailFrom},
		Subject: "Undelivered Mail Returned to Sender",
		Text:    text,
		Header:  []string{"Auto-Submitted: auto-replied"},
		Report: &Report{
			Type:       "delivery-status",
			Fields:     []Field{{Name: "Reporting-MTA", Value: "dns; mail.example.com"}},
			Recipients: recipients,
			Original:   m,
		},
	}
}
