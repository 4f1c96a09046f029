package message

import (
	"fmt"
	"strings"
	"testing"
)

// TestConformance has the rules for messages, by their names. msg-byte-exact
// is about the servers, and tested in package mailtest.
func TestConformance(t *testing.T) {
	rows := map[string]func(t *testing.T){
		"msg-headers-order": headersOrder,
		"msg-unfold":        unfolding,
		"msg-line-998":      line998,
		"msg-required":      required,
		"msg-single":        single,
		"msg-date":          dates,
		"msg-addr":          addressForms,
		"msg-msgid":         messageIDs,
		"msg-bcc":           bccLeak,
		"msg-mime-version":  mimeVersion,
		"msg-ct-default":    contentTypeDefault,
		"msg-multipart":     multipartRules,
		"msg-alternative":   alternatives,
		"msg-related":       relatedParts,
		"msg-cte":           transferEncodings,
		"msg-cte-multipart": compositeEncodings,
		"msg-2047":          encodedWords,
		"msg-2231":          extendedParams,
		"msg-disposition":   dispositions,
		"msg-charset":       charsets,
		"msg-utf8-headers":  utf8Headers,
		"msg-list-unsub":    listUnsubscribe,
		"msg-list-oneclick": oneClick,
		"msg-dsn":           deliveryStatus,
		"msg-mdn":           dispositionNotification,
		"msg-feedback":      feedbackReport,
		"msg-pgp-smime":     signedAndEncrypted,
		"msg-format-flowed": formatFlowed,
		"msg-partial":       partialMessages,
		"msg-tnef":          tnef,
	}
	for name, f := range rows {
		t.Run(name, f)
	}
}

func expect(t *testing.T, what string, got, want any) {
	t.Helper()
	if g, w := fmt.Sprintf("%q", got), fmt.Sprintf("%q", want); g != w {
		t.Errorf("%s is %s, want %s", what, g, w)
	}
}

// broken returns the names of the rules that a message breaks.
func broken(raw string) string {
	c := checker{m: Parse([]byte(raw))}
	c.problems()
	var names []string
	for _, f := range c.sorted() {
		names = append(names, f.Name)
	}
	return strings.Join(names, " ")
}

func headersOrder(t *testing.T) {
	raw := "received: b\r\nReceived: a\r\nX-Z: 1\r\nx-a: 2\r\nX-Z: 1\r\n\r\n"
	m := Parse([]byte(raw))
	var fields, header string
	for _, f := range m.Tree().Fields() {
		fields += f.Name + ": " + f.Value + "\r\n"
	}
	for f := m.Header.Fields(); f.Next(); {
		b, _ := f.Raw()
		header += string(b)
	}
	expect(t, "Fields", fields+"\r\n", raw)
	expect(t, "Header", header+"\r\n", raw)
}

func unfolding(t *testing.T) {
	m := Parse([]byte("Subject: one\r\n two\r\n\t three\r\n\r\n"))
	expect(t, "the value", m.Tree().Get("Subject"), "one two\t three")
	expect(t, "Subject", m.Subject, "one two\t three")
}

func line998(t *testing.T) {
	long := strings.Repeat("x", 5000)
	m := Parse([]byte(head + "Subject: " + long + "\r\n\r\n" + long + "\r\n"))
	expect(t, "Subject", m.Subject, long)
	expect(t, "Text", m.Text, long+"\n")
	expect(t, "what is flagged", broken(string(m.Raw)), "line-length")
	expect(t, "what is flagged at 998", broken(head+"\r\n"+long[:998]+"\r\n"), "")
}

func required(t *testing.T) {
	author := "From: a@example.com\r\n"
	date := "Date: Mon, 05 Jan 2026 10:00:00 +0000\r\n"
	expect(t, "with both", broken(author+date+"\r\n"), "")
	expect(t, "without Date", broken(author+"\r\n"), "required-field")
	expect(t, "without From", broken(date+"\r\n"), "required-field")
	expect(t, "with two Dates", broken(author+date+date+"\r\n"), "duplicate-field")
	two := "From: a@example.com, b@example.com\r\n" + date
	expect(t, "with two authors", broken(two+"\r\n"), "sender")
	expect(t, "with two authors and Sender", broken(two+"Sender: a@example.com\r\n\r\n"), "")
}

func single(t *testing.T) {
	values := map[string]string{
		"Date": "Mon, 05 Jan 2026 10:00:00 +0000", "Subject": "x",
		"Message-ID": "<a@b.c>", "In-Reply-To": "<a@b.c>", "References": "<a@b.c>",
	}
	for _, name := range []string{"Date", "From", "Sender", "Reply-To", "To", "Cc", "Bcc",
		"Message-ID", "In-Reply-To", "References", "Subject"} {
		value := values[name]
		if value == "" {
			value = "a@example.com"
		}
		raw := ""
		if !strings.Contains(head, name+":") {
			raw = name + ": " + value + "\r\n"
		}
		raw += head + strings.ToUpper(name) + ": " + value + "\r\n\r\n"
		if got := broken(raw); !strings.Contains(got, "duplicate-field") {
			t.Errorf("two fields %s: flagged is %q", name, got)
		}
	}
	expect(t, "two Received", broken("Received: x\r\nReceived: x\r\n"+head+"\r\n"), "")
}

func dates(t *testing.T) {
	for _, value := range []string{
		"Mon, 5 Jan 2026 10:00:00 +0000", "5 Jan 2026 10:00 GMT", "Mon, 05 Jan 26 05:00:00 EST",
		"Mon (day), 5 (x) Jan 2026 10 : 00 (y (z)) : 00 UT (end)", "5 Jan 126 10:00 Z",
	} {
		m := Parse([]byte("Date: " + value + "\r\n\r\n"))
		expect(t, value, m.Date().UTC().Format("2006-01-02 15:04"), "2026-01-05 10:00")
	}
}

func addressForms(t *testing.T) {
	m := Parse([]byte("To: Team: \"A, B\" <ab@example.com>, <@r.example,@s.example:c@example.com> ;,\r\n" +
		" d . e @ example.com (Dee (E)), empty:;, \"f g\"@example.com, Joe Q. Public <joe@example.com>\r\n\r\n"))
	expect(t, "To", m.To, []string{"A, B <ab@example.com>", "c@example.com", "Dee (E) <d.e@example.com>",
		`"f g"@example.com`, "Joe Q. Public <joe@example.com>"})
}

func messageIDs(t *testing.T) {
	ids := "References: <1@a> <2@b>\r\n (c)\t<\"3\"@[c]>\r\nIn-Reply-To: <2@b>\r\n"
	expect(t, "well-formed ids", broken(head+ids+"\r\n"), "")
	for _, bad := range []string{"<a>", "a@b", "<a@b", "<a@b> <c@d>", "<@b>", "<a b@c>", ""} {
		raw := strings.Replace(head, "<1@example.com>", bad, 1)
		expect(t, "Message-ID: "+bad, broken(raw+"\r\n"), "id-syntax")
	}
}

func bccLeak(t *testing.T) {
	m := Parse([]byte(head + "Bcc: b@example.com\r\n\r\n"))
	if diff := m.Diff(Want{Header: map[string]string{"Bcc": ""}}); diff == "" {
		t.Error("a Bcc field is not noticed")
	}
}

func mimeVersion(t *testing.T) {
	expect(t, "with MIME-Version", broken(mimeHead+"Content-Type: text/plain\r\n\r\n"), "")
	expect(t, "without", broken(head+"Content-Type: text/plain\r\n\r\n"), "mime-version")
	expect(t, "the type without any field", Parse([]byte(head+"\r\nhi")).Tree().MediaType(), "text/plain")
}

func contentTypeDefault(t *testing.T) {
	for _, field := range []string{"", "Content-Type: text\r\n", "Content-Type: ;x\r\n", "Content-Type:\r\n"} {
		p := parseTree([]byte("Subject: x\r\n" + field + "\r\nhi"))
		expect(t, field, p.MediaType()+p.charset(), "text/plainus-ascii")
	}
	p := parseTree([]byte(multi("digest", "\r\nSubject: x\r\n\r\nhi")))
	expect(t, "the type in a digest", p.Parts[0].MediaType(), "message/rfc822")
	expect(t, "the subject in a digest", p.Parts[0].Parts[0].Get("Subject"), "x")
}

func multipartRules(t *testing.T) {
	for _, n := range []int{1, 70} {
		b := strings.Repeat("b", n)
		p := parseTree([]byte("Content-Type: multipart/mixed; boundary=" + b + "\r\n\r\npreamble\r\n--" + b + "x\r\n--" +
			b + "\r\n\r\none\r\n\r\n--" + b + " \t\r\n\r\ntwo--" + b + "\r\n--" + b + "y\r\n--" + b + "--\r\nepilogue\r\n--" + b + "\r\n\r\nno\r\n"))
		var bodies []string
		for _, c := range p.Parts {
			bodies = append(bodies, string(c.BodyBytes()))
		}
		expect(t, "the parts", bodies, []string{"one\r\n", "two--" + b + "\r\n--" + b + "y"})
	}
}

func alternatives(t *testing.T) {
	m := Parse([]byte(multi("alternative", "\r\nfirst", "\r\nbetter",
		"Content-Type: text/html\r\n\r\nfirst", "Content-Type: text/html\r\n\r\nbetter", "Content-Type: x/unknown\r\n\r\nbest")))
	expect(t, "Text", m.Text, "better")
	expect(t, "HTML", m.HTML, "better")
	expect(t, "the number of attachments", len(m.Attachments), 0)
}

func relatedParts(t *testing.T) {
	const image = "Content-Type: image/png\r\nContent-ID: <i%@x>\r\n\r\nPNG"
	const page = "Content-Type: text/html\r\nContent-ID: <r@x>\r\n\r\n<img src=\"cid:i%25@x\">"
	first := Parse([]byte(multi("related", page, image)))
	started := Parse([]byte(strings.Replace(multi("related", image, page), "boundary", `start="<r@x>"; boundary`, 1)))
	mixed := Parse([]byte(multi("mixed", page, image)))
	for _, m := range []*Message{first, started, mixed} {
		expect(t, "HTML", m.HTML, `<img src="cid:i%25@x">`)
		expect(t, "Inline", showAll(m.Inline), []string{` image/png i%@x "PNG"`})
		expect(t, "Attachments", showAll(m.Attachments), []string{})
	}
}

func transferEncodings(t *testing.T) {
	for _, tt := range []struct{ encoding, body, want string }{
		{"base64", "a-G*k\r\n=", "hi"}, {"Base64", "aGk", "hi"},
		{"quoted-printable", "a=\r\nb \t\r\nc=20\r\n=C3=A9=  \r\n!", "ab\nc \né!"},
		{"7bit", "a=20", "a=20"}, {"8bit", "é", "é"}, {"binary", "a=20", "a=20"}, {"x-new", "aGk=", "aGk="},
	} {
		m := Parse([]byte("Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: " + tt.encoding + "\r\n\r\n" + tt.body))
		expect(t, tt.encoding, m.Text, tt.want)
	}
}

func compositeEncodings(t *testing.T) {
	for _, encoding := range []string{"base64", "quoted-printable"} {
		raw := mimeHead + "Content-Transfer-Encoding: " + encoding + "\r\n" + multi("mixed", "\r\na=20")
		expect(t, "Text", Parse([]byte(raw)).Text, "a=20")
		expect(t, "what is flagged", broken(raw), "composite-encoding")
		raw = mimeHead + "Content-Transfer-Encoding: " + encoding + "\r\nContent-Type: message/rfc822\r\n\r\nQTog\r\n"
		expect(t, "what is flagged", broken(raw), "composite-encoding")
	}
}

func encodedWords(t *testing.T) {
	for in, want := range map[string]string{
		"=?utf-8?q?a?= =?UTF-8?B?Yg==?=":       "ab",
		"=?Utf-8?q?a?=\r\n =?iso-8859-1?Q?b?=": "ab",
		"=?utf-8?q?a?= x =?utf-8?q?b?=":        "a x b",
		"=?utf-8?q?=C3?= =?utf-8?q?=A9?=":      "é",
	} {
		expect(t, in, Parse([]byte("Subject: "+in+"\r\n\r\n")).Subject, want)
	}
	m := Parse([]byte("From: \"=?utf-8?q?a?=\" <a@b>\r\n\r\n"))
	expect(t, "a quoted string", m.From, []string{"=?utf-8?q?a?= <a@b>"})
	exact := "=?utf-8?q?" + strings.Repeat("x", 63) + "?="
	expect(t, "75 characters", broken(head+"Subject: "+exact+"\r\n\r\n"), "")
	expect(t, "76 characters", broken(head+"Subject: "+strings.Replace(exact, "x", "xx", 1)+"\r\n\r\n"), "encoded-word")
}

func extendedParams(t *testing.T) {
	p := parseTree([]byte("Content-Type: a/b; n*0*=iso-8859-1'de'caf%E9%20; n*1=\"and \"; n*2*=%FCber; m*=utf-8''%E2%82%AC\r\n\r\n"))
	expect(t, "n", p.Param("N"), "café and über")
	expect(t, "m", p.Param("m"), "€")
}

func dispositions(t *testing.T) {
	m := Parse([]byte(multi("mixed", "\r\nhi",
		"Content-Disposition: ATTACHMENT; filename=a.txt\r\n\r\na",
		"Content-Disposition: inline\r\n\r\nshown",
		"Content-Disposition: attachment; filename*=utf-8''%E2%82%AC.txt\r\n\r\nb")))
	expect(t, "Text", m.Text, "hi\nshown")
	expect(t, "Attachments", showAll(m.Attachments), []string{`a.txt text/plain  "a"`, `€.txt text/plain  "b"`})
	expect(t, "the disposition as written", m.Tree().Parts[1].Disposition, "ATTACHMENT")
}

func charsets(t *testing.T) {
	for charset, bytes := range map[string]string{
		"utf-8": "é", "US-ASCII": "e", "iso-8859-1": "\xe9", "iso-8859-2": "\xe9", "ISO-8859-15": "\xe9",
		"windows-1250": "\xe9", "windows-1252": "\xe9", "windows-1251": "\xe9", "koi8-r": "\xc9", "gb18030": "\xa8\xa6",
		"big5": "\xa4\x40", "shift_jis": "\x88\xea", "euc-kr": "\xb0\xa1", "iso-2022-jp": "\x1b$B0l\x1b(B",
	} {
		want := map[string]string{"US-ASCII": "e", "windows-1251": "й", "koi8-r": "и", "big5": "一", "shift_jis": "一", "iso-2022-jp": "一", "euc-kr": "가"}[charset]
		if want == "" {
			want = "é"
		}
		m := Parse([]byte("Content-Type: text/plain; charset=\"" + charset + "\"\r\n\r\n" + bytes))
		expect(t, charset, m.Text, want)
	}
}

func utf8Headers(t *testing.T) {
	raw := strings.Replace(head, "a@example.com", "Jörg <jörg@bücher.example>", 1) + "Subject: café\r\n\r\n"
	m := Parse([]byte(raw))
	expect(t, "From", m.From, []string{"Jörg <jörg@bücher.example>"})
	expect(t, "Subject", m.Subject, "café")
	expect(t, "what is flagged", broken(raw), "")
}

func listUnsubscribe(t *testing.T) {
	m := Parse([]byte("List-Unsubscribe: <https://example.com/u?a=b>,\r\n <mailto:u@example.com> (by mail), <http:\r\n //example.com>\r\n\r\n"))
	addrs, _ := m.Unsubscribe()
	expect(t, "the addresses", addrs, []string{"https://example.com/u?a=b", "mailto:u@example.com", "http://example.com"})
}

func oneClick(t *testing.T) {
	const post = "List-Unsubscribe-Post: List-Unsubscribe=One-Click"
	const secure = "List-Unsubscribe: <mailto:u@example.com>, <https://example.com/u>"
	for _, tt := range []struct {
		header []string
		want   string
	}{
		{[]string{secure, post}, ""},
		{[]string{secure}, "list-unsubscribe"},
		{[]string{"List-Unsubscribe: <http://example.com/u>", post}, "list-unsubscribe"},
		{[]string{post}, "list-unsubscribe"},
		{[]string{secure, post, "DKIM-Signature: h=from:list-unsubscribe:list-unsubscribe-post; b="}, ""},
		{[]string{secure, post, "DKIM-Signature: h=from:list-unsubscribe; b="}, "list-unsubscribe"},
	} {
		m := Parse([]byte(Draft{From: "a@example.com", Header: tt.header}.String()))
		got := ""
		for _, f := range m.Lint(Lint{Bulk: true}) {
			got += f.Name
		}
		expect(t, strings.Join(tt.header, "; "), got, tt.want)
		if _, ok := m.Unsubscribe(); ok && strings.Contains(tt.header[0], "http:") {
			t.Error("an http address takes no one-click request")
		}
	}
}

// reportOf reads the report in a multipart/report of three parts.
func reportOf(kind, fields string) *Report {
	return Parse([]byte(multi("report", "\r\nfor people", "Content-Type: message/"+kind+"\r\n\r\n"+fields,
		"Content-Type: message/rfc822\r\n\r\nSubject: returned\r\n\r\nbody"))).Report()
}

func deliveryStatus(t *testing.T) {
	r := reportOf("delivery-status", "Reporting-MTA: dns; mx.example.com\r\nOriginal-Envelope-Id: 1\r\n\r\n"+
		"Original-Recipient: rfc822; a@example.com\r\nFinal-Recipient: rfc822; b@example.com\r\nAction: failed\r\n"+
		"Status: 5.1.1\r\nRemote-MTA: dns; mx.example.net\r\nDiagnostic-Code: smtp; 550 no\r\n\r\n"+
		"Final-Recipient: rfc822; c@example.com\r\nAction: delayed\r\nStatus: 4.0.0\r\n")
	expect(t, "the fields of the message", []string{r.Get("Reporting-MTA"), r.Get("Original-Envelope-ID")}, []string{"dns; mx.example.com", "1"})
	got := []string{}
	for _, rcpt := range r.Recipients {
		got = append(got, rcpt.Original, rcpt.Address, rcpt.Action, rcpt.Status, rcpt.RemoteMTA, rcpt.Diagnostic)
	}
	expect(t, "the recipients", got, []string{"a@example.com", "b@example.com", "failed", "5.1.1", "mx.example.net", "550 no",
		"", "c@example.com", "delayed", "4.0.0", "", ""})
	expect(t, "the returned content", r.Original.Subject+r.Original.Text, "returnedbody")
}

func dispositionNotification(t *testing.T) {
	r := reportOf("disposition-notification", "Final-Recipient: rfc822; b@example.com\r\nOriginal-Message-ID: <1@x>\r\n"+
		"Disposition: manual-action/MDN-sent-manually; displayed\r\n")
	expect(t, "the report", []string{r.Type, r.Get("Final-Recipient"), r.Get("Original-Message-ID"), r.Get("Disposition")},
		[]string{"disposition-notification", "rfc822; b@example.com", "<1@x>", "manual-action/MDN-sent-manually; displayed"})
}

func feedbackReport(t *testing.T) {
	r := reportOf("feedback-report", "Feedback-Type: abuse\r\nUser-Agent: x/1\r\nVersion: 1\r\nOriginal-Rcpt-To: <a@x>\r\nOriginal-Rcpt-To: <b@x>\r\n")
	expect(t, "the report", []string{r.Type, r.Get("Feedback-Type"), r.Get("Version")}, []string{"feedback-report", "abuse", "1"})
	expect(t, "the number of fields", len(r.Fields), 5)
	expect(t, "the original", r.Original.Subject, "returned")
}

// What a signature is about is the first part's bytes, header and all.
func signedAndEncrypted(t *testing.T) {
	const signed = "Content-Type: text/plain \r\n\r\ntrailing \t\r\n.\r\n\r\n"
	m := Parse([]byte(multi("signed", signed, "Content-Type: application/pgp-signature; name=s.asc\r\n\r\nSIG")))
	p := m.Tree().Parts[0]
	expect(t, "the signed bytes", string(p.HeaderBytes())+string(p.BodyBytes()), signed)
	expect(t, "Text", m.Text, "trailing \t\n.\n\n")
	expect(t, "the signature", showAll(m.Attachments), []string{`s.asc application/pgp-signature  "SIG"`})
	m = Parse([]byte(multi("encrypted", "Content-Type: application/pgp-encrypted\r\n\r\nVersion: 1", "Content-Type: application/octet-stream\r\n\r\nSECRET")))
	expect(t, "the encrypted parts", showAll(m.Attachments), []string{` application/pgp-encrypted  "Version: 1"`, ` application/octet-stream  "SECRET"`})
}

func formatFlowed(t *testing.T) {
	const header = "Content-Type: text/plain; format=flowed"
	expect(t, "flowed text", Parse([]byte(header+"\r\n\r\none \r\ntwo\r\n From x\r\n>a \r\n>b\r\n")).Text, "one two\nFrom x\n> a b\n")
	expect(t, "with DelSp", Parse([]byte(header+"; delsp=yes\r\n\r\none \r\ntwo  \r\nthree\r\n")).Text, "onetwo three\n")
	expect(t, "fixed text", Parse([]byte("\r\none \r\ntwo\r\n")).Text, "one \ntwo\n")
}

func partialMessages(t *testing.T) {
	for _, kind := range []string{"partial; id=x; number=1; total=2", "external-body; access-type=URL; URL=\"https://example.com/x\""} {
		m := Parse([]byte("Content-Type: message/" + kind + "\r\n\r\nSubject: inner\r\n\r\nx"))
		expect(t, "the parts of message/"+kind, len(m.Tree().Parts), 0)
		expect(t, "what is kept", string(m.Attachments[0].Data), "Subject: inner\r\n\r\nx")
	}
}

func tnef(t *testing.T) {
	m := Parse([]byte(mixedOf("\r\nhi", "Content-Type: application/ms-tnef; name=winmail.dat\r\nContent-Transfer-Encoding: base64\r\n\r\neJ8+Ig==")))
	expect(t, "the attachment", showAll(m.Attachments), []string{`winmail.dat application/ms-tnef  "x\x9f>\""`})
}
