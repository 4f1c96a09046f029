package message

import (
	"iter"
	"strconv"
	"strings"
)

// Hostile yields messages that break mail programs, by name: to be put in the
// mailbox of a client under test. A name is a kind, the same in each version,
// and after a slash the variant: "msg-nesting-3000/multipart". They are
// well-formed but for what the name says, the same each time, and made when
// they are asked for; the biggest has 8 MiB.
//
//	for name, raw := range message.Hostile() {
//		inbox.Add(raw)
//		...
//	}
func Hostile() iter.Seq2[string, string] {
	return func(yield func(name, raw string) bool) {
		for _, h := range hostiles {
			raw := h.raw
			if h.big != nil {
				raw = h.big()
			}
			if !yield(h.name, raw) {
				return
			}
		}
	}
}

const (
	hostileFrom = "From: Alice <alice@example.com>\r\n"
	hostileDate = "Date: Thu, 01 Jan 2026 00:00:00 +0000\r\n"
	hostileID   = "Message-ID: <1@example.com>\r\n"
	hostileHead = hostileFrom + "To: bob@example.com\r\n" + hostileDate + hostileID + "MIME-Version: 1.0\r\n"
	hostileText = hostileHead + "Content-Type: text/plain; charset=utf-8\r\n"
)

// hostileMixed is a multipart/mixed of a text and the parts.
func hostileMixed(parts ...string) string {
	s := hostileHead + "Content-Type: multipart/mixed; boundary=\"b\"\r\n\r\n--b\r\n\r\ntext\r\n"
	for _, p := range parts {
		s += "--b\r\n" + p + "\r\n"
	}
	return s + "--b--\r\n"
}

func hostileFile(name string) string {
	return "Content-Type: application/octet-stream\r\nContent-Disposition: attachment; " + name + "\r\n\r\nx"
}

// big puts off making a message of repeated pieces.
func big(head, piece string, n int, tail string) func() string {
	return func() string { return head + strings.Repeat(piece, n) + tail }
}

var hostiles = []struct {
	name, raw string
	big       func() string
}{
	{name: "msg-empty/nothing"},
	{name: "msg-empty/line-end", raw: "\r\n"},
	{name: "msg-empty/header-only", raw: hostileHead},
	{name: "msg-empty/body-only", raw: "\r\nbody\r\n"},
	{name: "msg-no-date-from", raw: "Subject: x\r\n\r\nbody\r\n"},
	{name: "msg-date-bad/words", raw: hostileFrom + hostileID + "Date: Mon, 32 Foo 20 21\r\n\r\nx\r\n"},
	{name: "msg-date-bad/year", raw: hostileFrom + hostileID + "Date: Sat, 01 Jan 0000 00:00:00 +0000\r\n\r\nx\r\n"},
	{name: "msg-date-bad/zone", raw: hostileFrom + hostileID + "Date: Thu, 01 Jan 2026 00:00:00 +9999\r\n\r\nx\r\n"},
	{name: "msg-date-bad/long", big: big(hostileFrom+hostileID+"Date: Thu, 1", " (x)", 1250, " Jan\r\n\r\nx\r\n")},
	{name: "msg-header-1mb-line", big: big(hostileHead+"Subject: ", "x", 1<<20, "\r\n\r\nx\r\n")},
	{name: "msg-header-200k", big: big(hostileHead, "X: y\r\n", 200_000, "\r\nx\r\n")},
	{name: "msg-header-no-colon/junk", raw: hostileHead + "junk without a colon\r\nSubject: x\r\n\r\nx\r\n"},
	{name: "msg-header-no-colon/mbox", raw: "From alice@example.com Thu Jan  1 00:00:00 2026\r\n" + hostileHead + "\r\nx\r\n"},
	{name: "msg-header-no-colon/space", raw: hostileHead + "Subject : x\r\n\r\nx\r\n"},
	{name: "msg-header-8bit/latin-1", raw: hostileHead + "Subject: caf\xe9\r\n\r\nx\r\n"},
	{name: "msg-header-8bit/utf-8", raw: hostileHead + "Subject: café\r\n\r\nx\r\n"},
	{name: "msg-header-8bit/name", raw: hostileHead + "Caf\xe9: x\r\n\r\nx\r\n"},
	{name: "msg-header-nul-cr", raw: hostileHead + "Subject: a\x00b\rBcc: c@example.com\nX: y\r\n\r\na\x00b\rc\nd\r\n"},
	{name: "msg-encoded-word-bad/charset", raw: hostileHead + "Subject: =?x-unknown?Q?caf=E9?=\r\n\r\nx\r\n"},
	{name: "msg-encoded-word-bad/base64", raw: hostileHead + "Subject: =?utf-8?B?Y2Fm!6k?=\r\n\r\nx\r\n"},
	{name: "msg-encoded-word-bad/open", raw: hostileHead + "Subject: =?utf-8?Q?caf=C3=A9\r\n\r\nx\r\n"},
	{name: "msg-encoded-word-bad/long", raw: hostileHead + "Subject: =?utf-8?Q?" + strings.Repeat("x", 500) + "?=\r\n\r\nx\r\n"},
	{name: "msg-encoded-word-bad/split", raw: hostileHead + "Subject: =?utf-8?Q?caf=C3?= =?utf-8?Q?=A9?=\r\n\r\nx\r\n"},
	{name: "msg-encoded-word-bad/nested", raw: hostileHead + "Subject: =?utf-8?Q?=3D=3Futf-8=3FQ=3Fx=3F=3D?= =?utf-8?Q?=?utf-8?Q?y?=?=\r\n\r\nx\r\n"},
	{name: "msg-encoded-word-bad/language", raw: hostileHead + "Subject: =?utf-8*en?Q?caf=C3=A9?=\r\n\r\nx\r\n"},
	{name: "msg-2231-gap/first-only", raw: hostileMixed(hostileFile("filename*0*=utf-8''a"))},
	{name: "msg-2231-gap/no-middle", raw: hostileMixed(hostileFile("filename*0=a; filename*2=c"))},
	{name: "msg-2231-gap/huge-number", raw: hostileMixed(hostileFile("filename*0=a; filename*999999999=b"))},
	{name: "msg-2231-gap/both", raw: hostileMixed(hostileFile("filename=plain.txt; filename*=utf-8''extended.txt"))},
	{name: "msg-filename-traversal/dots", raw: hostileMixed(hostileFile(`filename="../../x"`))},
	{name: "msg-filename-traversal/drive", raw: hostileMixed(hostileFile(`filename="C:\\x"`))},
	{name: "msg-filename-traversal/nul", raw: hostileMixed(hostileFile("filename*=utf-8''a%00.txt"))},
	{name: "msg-filename-traversal/right-to-left", raw: hostileMixed(hostileFile("filename*=utf-8''a%E2%80%AEfdp.exe"))},
	{name: "msg-filename-traversal/4kb", raw: hostileMixed(hostileFile(`filename="` + strings.Repeat("x", 900) + `";` + "\r\n x=\"" + strings.Repeat("y", 900) + `"`))},
	{name: "msg-filename-traversal/con", raw: hostileMixed(hostileFile("filename=con"))},
	{name: "msg-address-bomb/comments", big: big(hostileHead+"Cc: ", "(", 100_000, "\r\n\r\nx\r\n")},
	{name: "msg-address-bomb/groups", big: big(hostileHead+"Cc: a:", ";", 10_000, "\r\n\r\nx\r\n")},
	{name: "msg-address-bomb/many", big: big(hostileHead+"Cc: x@example.com", ",\r\n x@example.com", 50_000, "\r\n\r\nx\r\n")},
	{name: "msg-address-bomb/local-part", big: big(hostileHead+"Cc: \"", "x", 1<<20, "\"@example.com\r\n\r\nx\r\n")},
	{name: "msg-address-odd/empty-group", raw: hostileHead + "Cc: undisclosed-recipients:;\r\n\r\nx\r\n"},
	{name: "msg-address-odd/no-domain", raw: hostileHead + "Cc: postmaster\r\n\r\nx\r\n"},
	{name: "msg-address-odd/international", raw: hostileHead + "Cc: jörg@bücher.example, x@xn--bcher-kva.example\r\n\r\nx\r\n"},
	{name: "msg-address-odd/route", raw: hostileHead + "Cc: <@a.example,@b.example:x@c.example>\r\n\r\nx\r\n"},
	{name: "msg-address-odd/confusing-name", raw: hostileHead + "Cc: \"a@b.example\" <c@d.example>\r\n\r\nx\r\n"},
	{name: "msg-multipart-unterminated", raw: strings.TrimSuffix(hostileMixed("\r\nlast"), "--b--\r\n")},
	{name: "msg-multipart-no-boundary/missing", raw: hostileHead + "Content-Type: multipart/mixed\r\n\r\n--b\r\n\r\nx\r\n--b--\r\n"},
	{name: "msg-multipart-no-boundary/empty", raw: hostileHead + "Content-Type: multipart/mixed; boundary=\"\"\r\n\r\n--\r\n\r\nx\r\n----\r\n"},
	{name: "msg-multipart-no-boundary/long", raw: strings.NewReplacer(`"b"`, `"`+strings.Repeat("b", 200)+`"`, "--b", "--"+strings.Repeat("b", 200)).Replace(hostileMixed())},
	{name: "msg-multipart-empty", raw: hostileHead + "Content-Type: multipart/mixed; boundary=\"b\"\r\n\r\n"},
	{name: "msg-multipart-same-boundary", raw: hostileMixed("Content-Type: multipart/alternative; boundary=\"b\"\r\n\r\n--b\r\n\r\ninner\r\n--b--")},
	{name: "msg-nesting-3000/multipart", big: func() string { return hostileHead + nestedMultiparts(3000) }},
	{name: "msg-nesting-3000/message", big: big(hostileHead, "Content-Type: message/rfc822\r\n\r\n"+hostileHead, 3000, "\r\nx\r\n")},
	{name: "msg-part-100k", big: big(hostileHead+"Content-Type: multipart/mixed; boundary=\"b\"\r\n\r\n", "--b\r\n\r\n", 100_000, "--b--\r\n")},
	{name: "msg-cte-unknown", raw: hostileText + "Content-Transfer-Encoding: x-uuencode\r\n\r\nbegin 644 x\r\n#0V%T\r\n`\r\nend\r\n"},
	{name: "msg-cte-wrong/base64-junk", raw: hostileText + "Content-Transfer-Encoding: base64\r\n\r\naGVs*bG8=\r\n-- \r\nfooter\r\n"},
	{name: "msg-cte-wrong/base64-padding", raw: hostileText + "Content-Transfer-Encoding: base64\r\n\r\naGVsbG8\r\n"},
	{name: "msg-cte-wrong/base64-8bit", raw: hostileText + "Content-Transfer-Encoding: base64\r\n\r\naGVs\xe9bG8=\r\n"},
	{name: "msg-cte-wrong/quoted-printable", raw: hostileText + "Content-Transfer-Encoding: quoted-printable\r\n\r\n100=% =zz \xe9\r\n"},
	{name: "msg-cte-wrong/soft-end", raw: hostileText + "Content-Transfer-Encoding: quoted-printable\r\n\r\nx="},
	{name: "msg-cte-wrong/binary", raw: hostileText + "Content-Transfer-Encoding: binary\r\n\r\na\x00b\nc\r"},
	{name: "msg-cte-on-multipart/multipart", raw: strings.Replace(hostileMixed(), "\r\n\r\n", "\r\nContent-Transfer-Encoding: base64\r\n\r\n", 1)},
	{name: "msg-cte-on-multipart/message", raw: hostileMixed("Content-Type: message/rfc822\r\nContent-Transfer-Encoding: base64\r\n\r\nU3ViamVjdDogeA0KDQp4DQo=")},
	{name: "msg-charset-unknown", raw: hostileHead + "Content-Type: text/plain; charset=x-unknown\r\nContent-Transfer-Encoding: 8bit\r\n\r\ncaf\xe9\r\n"},
	{name: "msg-charset-lying/latin-1", raw: hostileText + "Content-Transfer-Encoding: 8bit\r\n\r\ncaf\xe9\r\n"},
	{name: "msg-charset-lying/utf-16", raw: hostileHead + "Content-Type: text/plain; charset=utf-16\r\nContent-Transfer-Encoding: base64\r\n\r\n2AAAeAA=\r\n"},
	{name: "msg-body-dot-lines", raw: hostileHead + "\r\n.\r\n..\r\n.\r\r\n\n.\n.x\r\n."},
	{name: "msg-body-long-line", big: big(hostileHead+"\r\n", "x", 1<<20, "\r\nend\r\n")},
	{name: "msg-body-mixed-eol", raw: hostileHead + "\r\none\ntwo\rthree\r\nfour\n\rfive\r\r\nsix"},
	{name: "msg-dup-headers", raw: hostileHead + "From: mallory@example.com\r\nMessage-ID: <2@example.com>\r\nContent-Type: text/plain\r\nContent-Type: text/html\r\n\r\n<b>x</b>\r\n"},
	{name: "msg-huge", big: big(hostileHead+"\r\n", strings.Repeat("x", 62)+"\r\n", 128<<10, "")},
	{name: "msg-tnef", raw: hostileMixed("Content-Type: application/ms-tnef; name=winmail.dat\r\nContent-Transfer-Encoding: base64\r\n\r\neJ8+IgAA")},
	{name: "msg-delivery-status", raw: strings.Replace(hostileMixed("Content-Type: message/delivery-status\r\n\r\n\r\n\r\nReporting-MTA: dns; x\r\n\r\n\r\n\r\nAction: failed\r\n\r\n"), "mixed", "report", 1)},
	{name: "msg-autoheader-inject", raw: hostileHead + "Subject: =?utf-8?Q?a=0D=0ABcc:_x@example.com?=\r\n\r\nx\r\n"},
	{name: "msg-dkim-bad", raw: "DKIM-Signature: v=1; a=rsa-sha256; d=example.com; s=x; i=@example.com; i=@example.org;\r\n h=from; l=0; x=1; bh=!!; b=AAAA\r\n" + hostileHead + "\r\nx\r\n"},
}

// nestedMultiparts returns n multiparts in each other.
func nestedMultiparts(n int) string {
	var s strings.Builder
	for i := range n {
		b := "b" + strconv.Itoa(i)
		s.WriteString("Content-Type: multipart/mixed; boundary=" + b + "\r\n\r\n--" + b + "\r\n")
	}
	s.WriteString("\r\nx\r\n")
	for i := n - 1; i >= 0; i-- {
		s.WriteString("--b" + strconv.Itoa(i) + "--\r\n")
	}
	return s.String()
}
