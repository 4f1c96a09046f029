package message

import (
	"strings"
	"testing"
)

// malformed are messages that break rules, with the rules they break.
var malformed = []struct {
	name, raw string
	rules     string // names of the findings
}{
	{"empty", "", "required-field required-field"},
	{"only a line end", "\r\n", "required-field required-field"},
	{"starts with a blank line", "\r\nhi\r\n", "required-field required-field"},
	{"no header", "hi there\r\n", "blank-line required-field required-field"},
	{"well-formed", head + "\r\nhi\r\n", ""},
	{"no date", "From: a@example.com\r\n\r\n", "required-field"},
	{"two From fields", head + "From: b@example.com\r\n\r\n", "duplicate-field sender"},
	{"two authors", strings.Replace(head, "a@example.com", "a@example.com, b@example.com", 1) + "\r\n", "sender"},
	{"two authors and a sender", strings.Replace(head, "a@example.com", "a@example.com, b@example.com\r\nSender: a@example.com", 1) + "\r\n", ""},
	{"bad date", strings.Replace(head, "05 Jan", "32 Foo", 1) + "\r\n", "date"},
	{"no blank line", head + "Hello Bob,\r\n\r\nbye\r\n", "blank-line"},
	{"part without blank line", mimeHead + mixedOf("text"), "blank-line"},
	{"junk line", head + "junk\r\nX: y\r\n\r\n", "header-line"},
	{"mbox line", "From a@example.com Mon Jan  5 00:00:00 2026\r\n" + head + "\r\n", "header-line"},
	{"space before the colon", head + "Subject : x\r\n\r\n", ""},
	{"8-bit name", head + "X\xe9: y\r\n\r\n", "header-line"},
	{"latin-1 in the header", head + "Subject: caf\xe9\r\n\r\n", "header-charset"},
	{"UTF-8 in the header", head + "Subject: café\r\n\r\n", ""},
	{"NUL and bare line ends", head + "X: a\x00b\nY: c\rd\r\n\r\nx\n", "nul bare-line-end bare-line-end"},
	{"long line", head + "\r\n" + strings.Repeat("x", 999) + "\r\n", "line-length"},
	{"998 characters", head + "\r\n" + strings.Repeat("x", 998) + "\r\n", ""},
	{"bad addresses", head + "To: a b c, <d@>, e\r\nReply-To: <x@y\r\n\r\n", "address address address address"},
	{"empty From", strings.Replace(head, "a@example.com", "", 1) + "\r\n", "address"},
	{"ids", strings.Replace(head, "<1@example.com>", "1@example.com", 1) + "References: <a> <b@c>\r\nIn-Reply-To: <a@b> (c)\r\n\r\n", "id-syntax id-syntax"},
	{"encoded words", head + "Subject: =?x-unknown?q?a?= =?utf-8?b?!!?= =?utf-8?q?a b?= =?utf-8?q?" + strings.Repeat("x", 70) + "?=\r\n\r\n",
		"encoded-word encoded-word encoded-word encoded-word"},
	{"encoded word in quotes", head + "To: \"=?utf-8?q?a?=\" <a@example.com>\r\n\r\n", "quoted-encoded-word"},
	{"encoded line end", head + "Subject: =?utf-8?Q?a=0D=0ABcc:_x?=\r\n\r\n", "encoded-line-end"},
	{"question marks in text", head + "Subject: a =? b ?= c\r\n\r\n", ""},
	{"no MIME-Version", head + "Content-Type: text/plain\r\n\r\n", "mime-version"},
	{"bad type", mimeHead + "Content-Type: text\r\n\r\n", "content-type"},
	{"no token", mimeHead + "Content-Type: te@xt/plain\r\n\r\n", "content-type"},
	{"two types", mimeHead + "Content-Type: text/plain\r\nContent-Type: text/html\r\n\r\n", "duplicate-field"},
	{"parameters", mimeHead + "Content-Type: text/plain; a=1; a=2; b*0=x; b*2=y; c*x=z\r\n\r\n", "parameter parameter parameter"},
	{"file names", mimeHead + mixedOf(
		"Content-Disposition: attachment; filename=\"../../x\"\r\n\r\n",
		"Content-Disposition: attachment; filename*=utf-8''a%E2%80%AEfdp.exe\r\n\r\n",
		"Content-Disposition: attachment; filename*=utf-8''a%00b\r\n\r\n",
		"Content-Disposition: attachment; filename="+strings.Repeat("x", 300)+"\r\n\r\n"), "file-name file-name file-name file-name"},
	{"no boundary", mimeHead + "Content-Type: multipart/mixed\r\n\r\nx", "boundary"},
	{"empty boundary", mimeHead + "Content-Type: multipart/mixed; boundary=\"\"\r\n\r\nx", "boundary"},
	{"no parts", mimeHead + "Content-Type: multipart/mixed; boundary=b\r\n\r\nx", "boundary"},
	{"long boundary", mimeHead + strings.ReplaceAll(mixedOf("\r\nx"), "bmixed", strings.Repeat("b", 200)), "boundary"},
	{"no closing delimiter", mimeHead + "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nx\r\n", "boundary"},
	{"same boundary", mimeHead + multi("mixed", multi("mixed", "\r\nx"), "\r\ny"), ""},
	{"encoded multipart", mimeHead + "Content-Transfer-Encoding: base64\r\n" + mixedOf("\r\nx"), "composite-encoding"},
	{"encoded message", mimeHead + "Content-Type: message/rfc822\r\nContent-Transfer-Encoding: base64\r\n\r\nQTogYg==\r\n", "composite-encoding"},
	{"unknown encoding", mimeHead + "Content-Transfer-Encoding: x-uuencode\r\n\r\nbegin", "encoding"},
	{"base64", mimeHead + mixedOf(b64+"aGk!", b64+"aGk", b64+"aGk=aGk=", b64+"aGk=\r\n"), "base64 base64 base64"},
	{"quoted-printable", mimeHead + mixedOf(qp+"a=zz", qp+"caf\xe9", qp+"ok=20=\r\nx=  \r\n", qp+"end="), "quoted-printable quoted-printable charset"},
	{"8-bit undeclared", head + "\r\ncafé", "8bit charset"},
	{"8-bit declared", mimeHead + "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\ncafé", ""},
	{"lying charset", mimeHead + "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\ncaf\xe9", "charset"},
	{"unknown charset", mimeHead + "Content-Type: text/plain; charset=x-what\r\n\r\n", "charset"},
	{"header without end", strings.TrimSuffix(head, "\r\n"), ""},
	{"nested multiparts", mimeHead + nestedMultiparts(3000), "nesting"},
	{"nested messages", mimeHead + strings.Repeat("Content-Type: message/rfc822\r\nMIME-Version: 1.0\r\n\r\n", 300), "duplicate-field nesting"},
	{"delivery status with blank groups", mimeHead + multi("report", "\r\nx", "Content-Type: message/delivery-status\r\n\r\n\r\n\r\nA: b\r\n\r\n\r\n"), ""},
	{"same finding often", head + strings.Repeat("junk line\r\nX: y\r\n", 20) + "\r\n", "header-line header-line header-line header-line header-line header-line"},
}

const (
	head     = "From: a@example.com\r\nDate: Mon, 05 Jan 2026 10:00:00 +0000\r\nMessage-ID: <1@example.com>\r\n"
	mimeHead = head + "MIME-Version: 1.0\r\n"
	b64      = "Content-Transfer-Encoding: base64\r\n\r\n"
	qp       = "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
)

func mixedOf(parts ...string) string { return multi("mixed", parts...) }

func TestProblems(t *testing.T) {
	for _, tt := range malformed {
		t.Run(tt.name, func(t *testing.T) {
			m := Parse([]byte(tt.raw))
			c := checker{m: m}
			c.problems()
			got := map[string]int{}
			for _, f := range c.sorted() {
				got[f.Name]++
			}
			for _, name := range strings.Fields(tt.rules) {
				got[name]--
			}
			for name, n := range got {
				if n != 0 {
					t.Errorf("%+d %s; problems are:\n%s", n, name, strings.Join(m.Problems(), "\n"))
				}
			}
			if len(tt.raw) < 64<<10 {
				use(m)
			}
		})
	}
}

func TestProblemsAreSentences(t *testing.T) {
	var all strings.Builder
	for _, tt := range malformed {
		problems := Parse([]byte(tt.raw)).Problems()
		if len(problems) > 0 {
			all.WriteString("== " + tt.name + "\n" + strings.Join(problems, "\n") + "\n\n")
		}
	}
	golden(t, "testdata/problems.txt", all.String())
}

// Messages that are big in one way are decoded in linear time: a quadratic one
// would not end.
func TestBigMessages(t *testing.T) {
	tests := []struct {
		name, raw string
		want      Want
	}{
		{"one header line", head + "Subject: " + strings.Repeat("x", 1<<20) + "\r\n\r\n", Want{Subject: strings.Repeat("x", 1<<20)}},
		{"many fields", head + strings.Repeat("X: y\r\n", 20_000) + "Subject: last\r\n\r\n", Want{Subject: "last"}},
		{"open comments", head + "To: " + strings.Repeat("(", 20_000) + ", b@example.com\r\n\r\n", Want{To: []string{"b@example.com"}}},
		{"addresses", head + "To: " + strings.Repeat("a@example.com, ", 10_000) + "\r\n\r\n", Want{From: "a@example.com"}},
		{"delimiters of others", mimeHead + nestedMultiparts(90) + strings.Repeat("--x\r\n", 20_000), Want{Text: "x"}},
	}
	for _, tt := range tests {
		m := Parse([]byte(tt.raw))
		m.Problems()
		if diff := m.Diff(tt.want); diff != "" {
			t.Errorf("%s: %s", tt.name, diff)
		}
	}
}
