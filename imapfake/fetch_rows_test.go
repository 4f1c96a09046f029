package imapfake

import (
	"time"

	"github.com/mailfakes/mailfakes/mailtest/mailstore"
	"github.com/mailfakes/mailfakes/mailtest/message"
)

// inbox is a row's setup that fills alice's INBOX.
func inbox(fill func(b *mailstore.Mailbox)) func(*Server) {
	return func(srv *Server) { fill(srv.Store.Account("alice@example.com").Mailbox("INBOX")) }
}

// at adds a message with an internal date.
func at(b *mailstore.Mailbox, date, raw string, flags ...string) {
	d, err := time.Parse(time.RFC3339, date)
	if err != nil {
		panic(err)
	}
	b.Append(message.New("", nil, []byte(raw)), flags, d)
}

// nested is a multipart with a text, an attached message that is a multipart,
// and a file.
const nested = `From: a@example.com
Subject: outer
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary=out

preamble
--out
Content-Type: text/plain

one
two
--out
Content-Type: message/rfc822

From: b@example.com
Subject: inner
Content-Type: multipart/alternative; boundary=in

--in

plain
--in
Content-Type: text/html
Content-ID: <h@example.com>

<p>html
--in--
--out
Content-Type: application/octet-stream; name=x.bin
Content-Transfer-Encoding: base64
Content-Disposition: attachment; filename=x.bin
Content-MD5: Q2hlY2sgSW50ZWdyaXR5IQ==
Content-Language: en, de
Content-Location: http://example.com/x

AAEC
--out--
`

const plain = "From: a@example.com\nSubject: hi\nDate: Mon, 2 Feb 2026 10:00:00 +0100\n\nhello\nworld\n"

// fetchRows are the rows about FETCH and UID FETCH.
var fetchRows = []row{
	{id: "imap-fetch-macro", state: "examine", mail: []string{"Subject: a\n\nbody\n"}, script: `
		C: a FETCH 1 FAST
		S: * 1 FETCH (FLAGS (\Recent) INTERNALDATE "..." RFC822.SIZE 20)
		S: a OK ...
		C: b FETCH 1 ALL
		S: * 1 FETCH (FLAGS (\Recent) INTERNALDATE "..." RFC822.SIZE 20 ENVELOPE (NIL "a" NIL NIL NIL NIL NIL NIL NIL NIL))
		S: b OK ...
		C: c FETCH 1 full
		S: * 1 FETCH (FLAGS (\Recent) INTERNALDATE "..." RFC822.SIZE 20 ENVELOPE (NIL "a" NIL NIL NIL NIL NIL NIL NIL NIL) BODY ("text" "plain" ("charset" "us-ascii") NIL NIL "7bit" 6 1))
		S: c OK ...
		# A macro stands alone.
		C: d FETCH 1 (FAST)
		S: d BAD ...
		C: e FETCH 1 (FLAGS ALL)
		S: e BAD ...`},
	{id: "imap-fetch-set", state: "examine", mail: []string{"A: 1\n\n", "A: 2\n\n", "A: 3\n\n", "A: 4\n\n"}, script: `
		C: a FETCH 1:* UID
		S: * 1 FETCH (UID 1)
		S: * 2 FETCH (UID 2)
		S: * 3 FETCH (UID 3)
		S: * 4 FETCH (UID 4)
		S: a OK ...
		C: b FETCH * UID
		S: * 4 FETCH (UID 4)
		S: b OK ...
		C: c FETCH *:3 UID
		S: * 3 FETCH (UID 3)
		S: * 4 FETCH (UID 4)
		S: c OK ...
		C: d FETCH 1,3:4,3,4:3 UID
		S: * 1 FETCH (UID 1)
		S: * 3 FETCH (UID 3)
		S: * 4 FETCH (UID 4)
		S: d OK ...`},
	{id: "imap-fetch-range", state: "examine", mail: []string{"A: 1\n\n"}, script: `
		C: a FETCH 2 UID
		S: a BAD ...
		C: b FETCH 1:2 UID
		S: b BAD ...
		C: c FETCH 2:* UID
		S: c BAD ...
		C: d FETCH 0 UID
		S: d BAD ...
		C: e FETCH 4294967296 UID
		S: e BAD ...
		C: f FETCH 1 UID
		S: * 1 FETCH (UID 1)
		S: f OK ...`},
	{id: "imap-uid-fetch", state: "examine", mail: []string{"A: 1\n\n", "A: 2\n\n"}, script: `
		C: a UID FETCH 2 FLAGS
		S: * 2 FETCH (UID 2 FLAGS (\Recent))
		S: a OK ...
		C: b UID FETCH 1 (FLAGS UID)
		S: * 1 FETCH (UID 1 FLAGS (\Recent))
		S: b OK ...
		C: c UID FETCH 3:7,9 FLAGS
		S: c OK ...
		C: d UID FETCH *:999 FLAGS
		S: * 2 FETCH (UID 2 FLAGS (\Recent))
		S: d OK ...
		C: e UID FETCH 999:* (UID)
		S: * 2 FETCH (UID 2)
		S: e OK ...
		C: f UID FETCH 1:4294967295 (UID)
		S: * 1 FETCH (UID 1)
		S: * 2 FETCH (UID 2)
		S: f OK ...`},
	{id: "imap-fetch-flags", state: "select", setup: inbox(func(b *mailstore.Mailbox) {
		addMail(b, plain)
		addMail(b, plain, `\Seen`, "$Forwarded")
	}), script: `
		C: a FETCH 1:2 FLAGS
		S: * 1 FETCH (FLAGS (\Recent))
		S: * 2 FETCH (FLAGS (\Seen $Forwarded \Recent))
		S: a OK ...
		C2: a FETCH 1:2 (FLAGS)
		S2: * 1 FETCH (FLAGS ())
		S2: * 2 FETCH (FLAGS (\Seen $Forwarded))
		S2: a OK ...`},
	{id: "imap-fetch-intdate", state: "examine", setup: inbox(func(b *mailstore.Mailbox) {
		at(b, "2026-02-03T04:05:06-07:00", plain)
		at(b, "1996-07-17T02:44:25+13:45", plain)
	}), script: `
		C: a FETCH 1:2 INTERNALDATE
		S: * 1 FETCH (INTERNALDATE " 3-Feb-2026 04:05:06 -0700")
		S: * 2 FETCH (INTERNALDATE "17-Jul-1996 02:44:25 +1345")
		S: a OK ...`},
	{id: "imap-fetch-size", state: "examine", setup: inbox(func(b *mailstore.Mailbox) {
		at(b, "2026-01-01T00:00:00Z", "Subject: a\r\n\r\nbody\r\n")
		at(b, "2026-01-01T00:00:00Z", "bare\nLF")
		at(b, "2026-01-01T00:00:00Z", "")
	}), script: `
		C: a FETCH 1:3 (RFC822.SIZE BODY.PEEK[])
		S: * 1 FETCH (RFC822.SIZE 20 BODY[] {20}
		S: Subject: a
		S:
		S: body
		S: )
		S: * 2 FETCH (RFC822.SIZE 7 BODY[] {7}
		S| bare\nLF)
		S: * 3 FETCH (RFC822.SIZE 0 BODY[] {0}
		S: )
		S: a OK ...`},
	{id: "imap-fetch-body-full", state: "examine", setup: inbox(func(b *mailstore.Mailbox) {
		at(b, "2026-01-01T00:00:00Z", "From someone\r\nSubject: a\r\nno colon\r\n\xe9: b\r\n\r\nx\ny\rz\x80")
	}), script: `
		C: a FETCH 1 BODY.PEEK[]
		S: * 1 FETCH (BODY[] {50}
		S| From someone\r\nSubject: a\r\nno colon\r\n\xe9: b\r\n\r\nx\ny\rz\x80)
		S: a OK ...
		C: b FETCH 1 RFC822
		S: * 1 FETCH (RFC822 {50}
		S| From someone\r\nSubject: a\r\nno colon\r\n\xe9: b\r\n\r\nx\ny\rz\x80)
		S: b OK ...`},
	{id: "imap-fetch-seen", state: "select", mail: []string{"A: b\n\nc\n", "A: b\n\nc\n", "A: b\n\nc\n", "A: b\n\nc\n"}, script: `
		C: a FETCH 1 (BODY.PEEK[] RFC822.HEADER BODY.PEEK[TEXT])
		S! skip
		S: a OK ...
		C: b FETCH 1 FLAGS
		S: * 1 FETCH (FLAGS (\Recent))
		S: b OK ...
		C: c FETCH 1 BODY[TEXT]
		S: * 1 FETCH (BODY[TEXT] {3}
		S: c
		S:  FLAGS (\Seen \Recent))
		S: c OK ...
		C: d FETCH 2 (FLAGS BODY[HEADER])
		S: * 2 FETCH (FLAGS (\Seen \Recent) BODY[HEADER] {8}
		S: A: b
		S:
		S: )
		S: d OK ...
		C: e FETCH 2:3 RFC822
		S: * 2 FETCH (RFC822 {11}
		S! skip
		S: )
		S: * 3 FETCH (RFC822 {11}
		S! skip
		S:  FLAGS (\Seen \Recent))
		S: e OK ...
		C: f FETCH 4 RFC822.TEXT
		S: * 4 FETCH (RFC822.TEXT {3}
		S! skip
		S:  FLAGS (\Seen \Recent))
		S: f OK ...
		C: g FETCH 1:4 FLAGS
		S: * 1 FETCH (FLAGS (\Seen \Recent))
		S: * 2 FETCH (FLAGS (\Seen \Recent))
		S: * 3 FETCH (FLAGS (\Seen \Recent))
		S: * 4 FETCH (FLAGS (\Seen \Recent))
		S: g OK ...`},
	{id: "imap-fetch-partial", state: "examine", mail: []string{plain}, script: `
		C: a FETCH 1 BODY.PEEK[TEXT]<1.3>
		S: * 1 FETCH (BODY[TEXT]<1> {3}
		S: ell)
		S: a OK ...
		C: b FETCH 1 BODY.PEEK[TEXT]<0.9999>
		S: * 1 FETCH (BODY[TEXT]<0> {14}
		S: hello
		S: world
		S: )
		S: b OK ...
		C: c FETCH 1 (BODY.PEEK[TEXT]<14.1> BODY.PEEK[]<9223372036854775807.9223372036854775807>)
		S: * 1 FETCH (BODY[TEXT]<14> {0}
		S:  BODY[]<9223372036854775807> {0}
		S: )
		S: c OK ...
		C: d FETCH 1 BODY.PEEK[TEXT]
		S: * 1 FETCH (BODY[TEXT] {14}
		S: hello
		S: world
		S: )
		S: d OK ...
		C: e FETCH 1 BODY.PEEK[HEADER.FIELDS (SUBJECT)]<3.4>
		S: * 1 FETCH (BODY[HEADER.FIELDS (SUBJECT)]<3> {4}
		S: ject)
		S: e OK ...
		C: f FETCH 1 BODY.PEEK[]<1.0>
		S: f BAD ...
		C: g FETCH 1 BODY.PEEK[]<1>
		S: g BAD ...
		C: h FETCH 1 BODY.PEEK[]<0.9223372036854775808>
		S: h BAD ...
		C: i FETCH 1 BODY.PEEK[]<-1.3>
		S: i BAD ...`},
	{id: "imap-fetch-hdrfields", state: "examine", mail: []string{"Subject: a\n b\nX-Y: 1\nTo: c@example.com\nx-y: 2\n\nbody\n"}, script: `
		C: a FETCH 1 BODY.PEEK[HEADER.FIELDS (x-Y SUBJECT None)]
		S: * 1 FETCH (BODY[HEADER.FIELDS (x-Y SUBJECT None)] {34}
		S: Subject: a
		S:  b
		S: X-Y: 1
		S: x-y: 2
		S:
		S: )
		S: a OK ...
		C: b FETCH 1 BODY.PEEK[HEADER.FIELDS.NOT ("subject" X-Y)]
		S: * 1 FETCH (BODY[HEADER.FIELDS.NOT (subject X-Y)] {21}
		S: To: c@example.com
		S:
		S: )
		S: b OK ...
		C: c FETCH 1 BODY.PEEK[HEADER.FIELDS (NONE)]
		S: * 1 FETCH (BODY[HEADER.FIELDS (NONE)] {2}
		S:
		S: )
		S: c OK ...
		C: e FETCH 1 BODY.PEEK[HEADER.FIELDS ({2}
		S: + ...
		C: to)]
		S: * 1 FETCH (BODY[HEADER.FIELDS (to)] {21}
		S: To: c@example.com
		S:
		S: )
		S: e OK ...
		C: f FETCH 1 BODY.PEEK[HEADER.FIELDS ()]
		S: f BAD ...
		C: g FETCH 1 BODY.PEEK[HEADER]
		S: * 1 FETCH (BODY[HEADER] {53}
		S! skip
		S: )
		S: g OK ...`},
	{id: "imap-fetch-part", state: "examine", mail: []string{nested, plain}, script: `
		C: a FETCH 1 (BODY.PEEK[1] BODY.PEEK[1.MIME])
		S: * 1 FETCH (BODY[1] {8}
		S: one
		S: two BODY[1.MIME] {28}
		S: Content-Type: text/plain
		S:
		S: )
		S: a OK ...
		C: b FETCH 1 (BODY.PEEK[2.HEADER] BODY.PEEK[2.HEADER.FIELDS (SUBJECT)] BODY.PEEK[2.MIME])
		S: * 1 FETCH (BODY[2.HEADER] {89}
		S: From: b@example.com
		S: Subject: inner
		S: Content-Type: multipart/alternative; boundary=in
		S:
		S:  BODY[2.HEADER.FIELDS (SUBJECT)] {18}
		S: Subject: inner
		S:
		S:  BODY[2.MIME] {32}
		S: Content-Type: message/rfc822
		S:
		S: )
		S: b OK ...
		C: c FETCH 1 BODY.PEEK[2.TEXT]
		S: * 1 FETCH (BODY[2.TEXT] {92}
		S: --in
		S:
		S: plain
		S: --in
		S: Content-Type: text/html
		S: Content-ID: <h@example.com>
		S:
		S: <p>html
		S: --in--)
		S: c OK ...
		C: d FETCH 1 (BODY.PEEK[2.1] BODY.PEEK[2.2] BODY.PEEK[2.2.MIME] BODY.PEEK[3])
		S: * 1 FETCH (BODY[2.1] {5}
		S: plain BODY[2.2] {7}
		S: <p>html BODY[2.2.MIME] {56}
		S: Content-Type: text/html
		S: Content-ID: <h@example.com>
		S:
		S:  BODY[3] {4}
		S: AAEC)
		S: d OK ...
		C: e FETCH 1 BODY.PEEK[2]
		S: * 1 FETCH (BODY[2] {181}
		S! skip
		S: --in--)
		S: e OK ...
		# Part 1 of a message that is no multipart is its body.
		C: f FETCH 2 (BODY.PEEK[1] BODY.PEEK[1.MIME])
		S: * 2 FETCH (BODY[1] {14}
		S: hello
		S: world
		S:  BODY[1.MIME] {2}
		S:
		S: )
		S: f OK ...
		C: g FETCH 1 BODY.PEEK[MIME]
		S: g BAD ...
		C: h FETCH 1 BODY.PEEK[0]
		S: h BAD ...
		C: i FETCH 1 BODY.PEEK[1.]
		S: i BAD ...
		C: j FETCH 1 BODY.PEEK[1TEXT]
		S: j BAD ...
		C: k FETCH 1 BODY.PEEK[TEXT.1]
		S: k BAD ...`},
	{id: "imap-fetch-nopart", state: "examine", mail: []string{nested, plain}, script: `
		C: a FETCH 1 (BODY.PEEK[4] BODY.PEEK[1.1] BODY.PEEK[2.3] BODY.PEEK[1.HEADER] BODY.PEEK[1.TEXT] BODY.PEEK[4.MIME] BODY.PEEK[9.9.9]<0.5>)
		S: * 1 FETCH (BODY[4] NIL BODY[1.1] NIL BODY[2.3] NIL BODY[1.HEADER] NIL BODY[1.TEXT] NIL BODY[4.MIME] NIL BODY[9.9.9]<0> NIL)
		S: a OK ...
		C: b FETCH 2 (BODY.PEEK[2] BODY.PEEK[1.1] BODY.PEEK[1.HEADER.FIELDS (TO)])
		S: * 2 FETCH (BODY[2] NIL BODY[1.1] NIL BODY[1.HEADER.FIELDS (TO)] NIL)
		S: b OK ...`},
	{id: "imap-fetch-envelope", state: "examine", mail: []string{
		`Date: Mon, 2 Feb 2026 10:00:00 +0100 (CET)
Subject: =?utf-8?q?h=C3=A9?= "x"
 folded
From: "Alice \"A\" Example" <alice@example.com>, bob@example.com (Bob)
To: carol@example.com
Cc: =?utf-8?q?D=C3=A9?= <dave@example.com>
Bcc: eve@example.com
In-Reply-To: <1@example.com>
Message-ID: <2@example.com>

`,
		"From: a@example.com\nSender: s@example.com\nReply-To: r@example.com\nSubject:\nTo:\n\n",
		"X: no envelope\n\n",
		"Subject: caf\xc3\xa9\nFrom: root\n\n",
	}, script: `
		C: a FETCH 1 ENVELOPE
		S: * 1 FETCH (ENVELOPE ("Mon, 2 Feb 2026 10:00:00 +0100 (CET)" "=?utf-8?q?h=C3=A9?= \"x\" folded" (("Alice \"A\" Example" NIL "alice" "example.com")("Bob" NIL "bob" "example.com")) (("Alice \"A\" Example" NIL "alice" "example.com")("Bob" NIL "bob" "example.com")) (("Alice \"A\" Example" NIL "alice" "example.com")("Bob" NIL "bob" "example.com")) ((NIL NIL "carol" "example.com")) (("=?utf-8?q?D=C3=A9?=" NIL "dave" "example.com")) ((NIL NIL "eve" "example.com")) "<1@example.com>" "<2@example.com>"))
		S: a OK ...
		C: b FETCH 2 ENVELOPE
		S: * 2 FETCH (ENVELOPE (NIL "" ((NIL NIL "a" "example.com")) ((NIL NIL "s" "example.com")) ((NIL NIL "r" "example.com")) NIL NIL NIL NIL NIL))
		S: b OK ...
		C: c FETCH 3 ENVELOPE
		S: * 3 FETCH (ENVELOPE (NIL NIL NIL NIL NIL NIL NIL NIL NIL NIL))
		S: c OK ...
		C: d FETCH 4 ENVELOPE
		S: * 4 FETCH (ENVELOPE (NIL {5}
		S| caf\xc3\xa9 ((NIL NIL "root" "MISSING_DOMAIN")) ((NIL NIL "root" "MISSING_DOMAIN")) ((NIL NIL "root" "MISSING_DOMAIN")) NIL NIL NIL NIL NIL))
		S: d OK ...`},
	{id: "imap-fetch-env-group", state: "examine", mail: []string{
		"From: a@example.com\nTo: Friends: b@example.com, C <c@example.com>;, d@example.com\nCc: undisclosed-recipients:;\n\n",
	}, script: `
		C: a FETCH 1 ENVELOPE
		S: * 1 FETCH (ENVELOPE (NIL NIL ... ((NIL NIL "Friends" NIL)(NIL NIL "b" "example.com")("C" NIL "c" "example.com")(NIL NIL NIL NIL)(NIL NIL "d" "example.com")) ((NIL NIL "undisclosed-recipients" NIL)(NIL NIL NIL NIL)) NIL NIL NIL))
		S: a OK ...`},
	{id: "imap-fetch-bs", state: "examine", mail: []string{nested, plain,
		"Content-Type: text/html; charset=utf-8\nContent-Description: d\nContent-ID: <i@example.com>\nContent-Transfer-Encoding: QUOTED-PRINTABLE\nContent-Language: en\n\nlast line\nwithout end",
		"Content-Type: multipart/mixed; boundary=x\n\nno parts\n",
	}, script: `
		C: a FETCH 1 BODYSTRUCTURE
		S: * 1 FETCH (BODYSTRUCTURE (("text" "plain" NIL NIL NIL "7bit" 8 1 NIL NIL NIL NIL)("message" "rfc822" NIL NIL NIL "7bit" 181 (NIL "inner" ((NIL NIL "b" "example.com")) ((NIL NIL "b" "example.com")) ((NIL NIL "b" "example.com")) NIL NIL NIL NIL NIL) (("text" "plain" ("charset" "us-ascii") NIL NIL "7bit" 5 0 NIL NIL NIL NIL)("text" "html" NIL "<h@example.com>" NIL "7bit" 7 0 NIL NIL NIL NIL) "alternative" ("boundary" "in") NIL NIL NIL) 12 NIL NIL NIL NIL)("application" "octet-stream" ("name" "x.bin") NIL NIL "base64" 4 "Q2hlY2sgSW50ZWdyaXR5IQ==" ("attachment" ("filename" "x.bin")) ("en" "de") "http://example.com/x") "mixed" ("boundary" "out") NIL NIL NIL))
		S: a OK ...
		C: b FETCH 1 BODY
		S: * 1 FETCH (BODY (("text" "plain" NIL NIL NIL "7bit" 8 1)("message" "rfc822" NIL NIL NIL "7bit" 181 (NIL "inner" ((NIL NIL "b" "example.com")) ((NIL NIL "b" "example.com")) ((NIL NIL "b" "example.com")) NIL NIL NIL NIL NIL) (("text" "plain" ("charset" "us-ascii") NIL NIL "7bit" 5 0)("text" "html" NIL "<h@example.com>" NIL "7bit" 7 0) "alternative") 12)("application" "octet-stream" ("name" "x.bin") NIL NIL "base64" 4) "mixed"))
		S: b OK ...
		C: c FETCH 2:3 BODYSTRUCTURE
		S: * 2 FETCH (BODYSTRUCTURE ("text" "plain" ("charset" "us-ascii") NIL NIL "7bit" 14 2 NIL NIL NIL NIL))
		S: * 3 FETCH (BODYSTRUCTURE ("text" "html" ("charset" "utf-8") "<i@example.com>" "d" "QUOTED-PRINTABLE" 22 1 NIL NIL "en" NIL))
		S: c OK ...
		# The grammar has no multipart without parts.
		C: d FETCH 4 (BODYSTRUCTURE BODY BODY.PEEK[1])
		S: * 4 FETCH (BODYSTRUCTURE (("text" "plain" NIL NIL NIL "7bit" 10 1 NIL NIL NIL NIL) "mixed" ("boundary" "x") NIL NIL NIL) BODY (("text" "plain" NIL NIL NIL "7bit" 10 1) "mixed") BODY[1] {10}
		S: no parts
		S: )
		S: d OK ...`},
	{id: "imap-fetch-bs-rfc822", state: "examine", mail: []string{
		"Content-Type: message/rfc822\n\nSubject: in\n\nx\ny\n",
		"Content-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\nU3ViamVjdDogaW4=\n",
	}, script: `
		C: a FETCH 1 (BODY BODY.PEEK[1.HEADER] BODY.PEEK[1.1])
		S: * 1 FETCH (BODY ("message" "rfc822" NIL NIL NIL "7bit" 21 (NIL "in" NIL NIL NIL NIL NIL NIL NIL NIL) ("text" "plain" ("charset" "us-ascii") NIL NIL "7bit" 6 2) 4) BODY[1.HEADER] {15}
		S: Subject: in
		S:
		S:  BODY[1.1] {6}
		S: x
		S: y
		S: )
		S: a OK ...
		C: b FETCH 2 BODY
		S: * 2 FETCH (BODY ("message" "rfc822" NIL NIL NIL "base64" 18 (NIL NIL NIL NIL NIL NIL NIL NIL NIL NIL) ("text" "plain" NIL NIL NIL "7bit" 0 0) 1))
		S: b OK ...`},
	{id: "imap-fetch-bs-params", state: "examine", mail: []string{
		"Content-Type: application/pdf; b=2; a=1; name*=utf-8''caf%C3%A9.pdf\nContent-Disposition: attachment; filename*0=\"long \"; filename*1=\"name.pdf\"; size=3\n\n",
		"Content-Type: text/plain; name=\"caf\xe9\"\n\n",
	}, script: `
		C: a FETCH 1 BODYSTRUCTURE
		S: * 1 FETCH (BODYSTRUCTURE ("application" "pdf" ("b" "2" "a" "1" "name" {9}
		S| caf\xc3\xa9.pdf) NIL NIL "7bit" 0 NIL ("attachment" ("filename" "long name.pdf" "size" "3")) NIL NIL))
		S: a OK ...
		C: b FETCH 2 BODY
		S: * 2 FETCH (BODY ("text" "plain" ("name" {4}
		S| caf\xe9) NIL NIL "7bit" 0 0))
		S: b OK ...`},
	{id: "imap-fetch-unknown", state: "examine", mail: []string{plain}, script: `
		C: a FETCH 1 BOGUS
		S: a BAD ...
		C: b FETCH 1 (UID BOGUS)
		S: b BAD ...
		C: c FETCH 1 BODY.PEEK
		S: c BAD ...
		C: d FETCH 1 BODY[BOGUS]
		S: d BAD ...
		C: e FETCH 1 ()
		S: e BAD ...
		C: f FETCH 1
		S: f BAD ...
		C: g FETCH 1 RFC822.PEEK
		S: g BAD ...
		C: h FETCH 1 FLAGS (BOGUS)
		S: h BAD ...
		C: i FETCH 1 FLAGS UID
		S: i BAD ...
		C: j FETCH 1 (UID  FLAGS)
		S: j BAD ...
		C: k FETCH 1 UID
		S: * 1 FETCH (UID 1)
		S: k OK ...`},
	{id: "imap-fetch-expunged", state: "select", mail: []string{"A: 1\n\n", "A: 2\n\n", "A: 3\n\n"}, script: `
		C: a NOOP
		S: a OK ...
		C2: a STORE 1 +FLAGS.SILENT (\Deleted)
		S2: a OK ...
		C2: b EXPUNGE
		S2: * 1 EXPUNGE
		S2: b OK ...
		# The client hasn't been told: 1 is still the message that it was.
		C: b FETCH 1:2 (UID BODY.PEEK[])
		S: * 1 FETCH (UID 1 BODY[] {8}
		S: A: 1
		S:
		S: )
		S: * 2 FETCH (UID 2 BODY[] {8}
		S: A: 2
		S:
		S: )
		S: b OK ...
		C: c FETCH 1 BODY[TEXT]
		S: * 1 FETCH (BODY[TEXT] {0}
		S: )
		S: c OK ...
		C: d NOOP
		S: * 1 EXPUNGE
		S: * 2 RECENT
		S: d OK ...
		C: e FETCH 1:2 UID
		S: * 1 FETCH (UID 2)
		S: * 2 FETCH (UID 3)
		S: e OK ...
		C: f UID FETCH 1 UID
		S: f OK ...
		C: g FETCH 3 UID
		S: g BAD ...`},
}
