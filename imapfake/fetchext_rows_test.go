package imapfake

import (
	"strings"

	"github.com/mailfakes/mailfakes/mailtest/mailstore"
)

// fetchExtRows are the rows about FETCH's extensions.
var fetchExtRows = []row{
	{id: "imap-binary", state: "select", setup: offering("BINARY", func(b *mailstore.Mailbox) {
		addMail(b, nested)
		addMail(b, "Content-Transfer-Encoding: x-unknown\n\nx\n")
		addMail(b, "Content-Transfer-Encoding: quoted-printable\n\nh=C3=A9=\n llo\n")
	}), script: `
		C: a FETCH 1 (BINARY.SIZE[3] BINARY.PEEK[3])
		S: * 1 FETCH (BINARY.SIZE[3] 3 BINARY[3] ~{3}
		S| \x00\x01\x02)
		S: a OK ...
		C: b FETCH 1 BINARY.PEEK[1]<4.3>
		S: * 1 FETCH (BINARY[1]<4> {3}
		S| \ntw)
		S: b OK ...
		C: c FETCH 1 (BINARY.PEEK[3]<1.1> BINARY.PEEK[3]<7.1>)
		S: * 1 FETCH (BINARY[3]<1> {1}
		S| \x01 BINARY[3]<7> {0}\r\n)
		S: c OK ...
		C: d FETCH 3 (BINARY.PEEK[1] BINARY.SIZE[1])
		S: * 3 FETCH (BINARY[1] {9}
		S| h\xc3\xa9 llo\r\n BINARY.SIZE[1] 9)
		S: d OK ...
		C: e FETCH 1 (BINARY.PEEK[9] BINARY.SIZE[9])
		S: * 1 FETCH (BINARY[9] NIL BINARY.SIZE[9] 0)
		S: e OK ...
		# An unknown encoding fails the whole command, and sets nothing.
		C: f FETCH 1:2 BINARY[1]
		S: f NO [UNKNOWN-CTE] ...
		C: g FETCH 2 BINARY.SIZE[1]
		S: g NO [UNKNOWN-CTE] ...
		C: h FETCH 1:3 FLAGS
		S: * 1 FETCH (FLAGS (\Recent))
		S: * 2 FETCH (FLAGS (\Recent))
		S: * 3 FETCH (FLAGS (\Recent))
		S: h OK ...
		C: i FETCH 3 BINARY[1]<0.1>
		S: * 3 FETCH (BINARY[1]<0> {1}
		S: h FLAGS (\Seen \Recent))
		S: i OK ...
		C: j FETCH 1 BINARY[TEXT]
		S: j BAD ...
		C: k FETCH 1 BINARY.SIZE[1]<0.1>
		S: k BAD ...
		C: l FETCH 2 BINARY.PEEK[]
		S: * 2 FETCH (BINARY[] {43}
		S! skip
		S: )
		S: l OK ...`},
	{id: "imap-savedate", state: "examine", setup: offering("SAVEDATE", func(b *mailstore.Mailbox) {
		at(b, "1996-07-17T02:44:25Z", plain)
	}), script: `
		C: a FETCH 1 (SAVEDATE INTERNALDATE)
		S: * 1 FETCH (SAVEDATE "...-20..." INTERNALDATE "17-Jul-1996 02:44:25 +0000")
		S: a OK ...
		C: b SEARCH SAVEDSINCE 1-Jan-2000
		S: * SEARCH 1
		S: b OK ...
		C: c SEARCH SAVEDBEFORE 1-Jan-2000
		S: * SEARCH
		S: c OK ...
		C: d SEARCH SAVEDON 17-Jul-1996
		S: * SEARCH
		S: d OK ...
		C: e SEARCH SAVEDATESUPPORTED
		S: * SEARCH 1
		S: e OK ...
		C: f SEARCH SAVEDSINCE x
		S: f BAD ...`},
	{id: "imap-preview", state: "examine", setup: offering("PREVIEW", func(b *mailstore.Mailbox) {
		addMail(b, "Subject: s\n\nHello,\n\n  this is \"it\".\n")
		addMail(b, "Content-Type: text/html; charset=utf-8\n\n<title>t</title><style>p{}</style><p>Grüße&amp;<br>more</p>\n")
		addMail(b, "Subject: long\n\n"+strings.Repeat("123456789 ", 30)+"\n")
		addMail(b, "Content-Type: image/png\n\nx\n")
	}), script: `
		C: a FETCH 1 PREVIEW
		S: * 1 FETCH (PREVIEW "Hello, this is \"it\".")
		S: a OK ...
		C: b FETCH 2 (PREVIEW (LAZY) UID)
		S: * 2 FETCH (PREVIEW {13}
		S| Gr\xc3\xbc\xc3\x9fe& more UID 2)
		S: b OK ...
		C: c FETCH 3 PREVIEW
		S: * 3 FETCH (PREVIEW "123456789 123...56789 123456789")
		S: c OK ...
		C: d FETCH 4 (PREVIEW)
		S: * 4 FETCH (PREVIEW "")
		S: d OK ...
		C: e FETCH 1 (PREVIEW (BOGUS))
		S: e BAD ...
		C: f FETCH 1 FLAGS
		S: * 1 FETCH (FLAGS (\Recent))
		S: f OK ...`},
	{id: "imap-objectid-late", state: "select", setup: offering("OBJECTID", func(b *mailstore.Mailbox) {
		addMail(b, "Message-ID: <3@example.com>\nIn-Reply-To: <2@example.com>\n\n")
		addMail(b, "In-Reply-To: <9@example.com>\n\n")
	}), do: map[string]func(a *mailstore.Account){
		"late": func(a *mailstore.Account) {
			b := a.Mailbox("INBOX")
			addMail(b, "Message-ID: <2@example.com>\nIn-Reply-To: <1@example.com>\n\n")
			addMail(b, "Message-ID: <1@example.com>\n\n")
			addMail(b, "Message-ID: <9@example.com>\nIn-Reply-To: <8@example.com>\n\n")
		},
	}, script: `
		C: a FETCH 1:2 (THREADID)
		S: * 1 FETCH (THREADID (t3ae8fb6ded2f1))
		S: * 2 FETCH (THREADID (t...))
		S: a OK ...
		# What comes late joins the thread that was told, for others too.
		do: late
		C2: a FETCH 1:5 (THREADID)
		S2: * 1 FETCH (THREADID (t3ae8fb6ded2f1))
		S2: * 2 FETCH (THREADID (t...))
		S2: * 3 FETCH (THREADID (t3ae8fb6ded2f1))
		S2: * 4 FETCH (THREADID (t3ae8fb6ded2f1))
		S2: * 5 FETCH (THREADID (t...))
		S2: a OK ...
		C: b NOOP
		S! skip
		S: b OK ...
		C: c UID SEARCH THREADID t3ae8fb6ded2f1
		S: * SEARCH 1 3 4
		S: c OK ...`},
	{id: "imap-objectid", state: "login", setup: offering("OBJECTID", func(b *mailstore.Mailbox) {
		addMail(b, "Message-ID: <1@example.com>\n\n")
		addMail(b, "Message-ID: <2@example.com>\nIn-Reply-To: <1@example.com>\n\n")
		addMail(b, "Message-ID: <3@example.com>\nIn-Reply-To: <2@example.com>\n\n")
		addMail(b, "Message-ID: <4@example.com>\n\n")
	}), script: `
		C: a CREATE Work
		S: a OK [MAILBOXID (m2)] ...
		C: b STATUS Work (MAILBOXID)
		S: * STATUS Work (MAILBOXID (m2))
		S: b OK ...
		C: c RENAME Work Play
		S: c OK ...
		C: d SELECT Play
		S! skip
		S: * OK [MAILBOXID (m2)] ...
		S! skip
		S: d OK ...
		C: e SELECT INBOX
		S! skip
		S: * OK [MAILBOXID (m1)] ...
		S! skip
		S: e OK ...
		C: f FETCH 1:4 (EMAILID THREADID)
		S: * 1 FETCH (EMAILID (e1) THREADID (t96e1bde572d9))
		S: * 2 FETCH (EMAILID (e2) THREADID (t96e1bde572d9))
		S: * 3 FETCH (EMAILID (e3) THREADID (t96e1bde572d9))
		S: * 4 FETCH (EMAILID (e4) THREADID (t1300b6e7ddbed))
		S: f OK ...
		C: g SEARCH EMAILID e2
		S: * SEARCH 2
		S: g OK ...
		C: h SEARCH THREADID t96e1bde572d9
		S: * SEARCH 1 2 3
		S: h OK ...
		C: i COPY 2 Play
		S: i OK ...
		C: j SELECT Play
		S! skip
		S: j OK ...
		C: k FETCH 1 (EMAILID THREADID)
		S: * 1 FETCH (EMAILID (e2) THREADID (t96e1bde572d9))
		S: k OK ...
		C: l SEARCH EMAILID "x"
		S: l BAD ...`},
}
