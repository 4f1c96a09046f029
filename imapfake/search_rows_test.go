package imapfake

import "github.com/mailfakes/mailfakes/mailtest/mailstore"

// searchRows are the rows about SEARCH and UID SEARCH.
var searchRows = []row{
	{id: "imap-search-flags", state: "select", setup: inbox(func(b *mailstore.Mailbox) {
		addMail(b, plain, `\Answered`, `\Flagged`)
		addMail(b, plain, `\Deleted`, `\Seen`)
		addMail(b, plain, `\Draft`, "$Forwarded", "work")
		addMail(b, plain)
	}), script: `
		C: a SEARCH ALL
		S: * SEARCH 1 2 3 4
		S: a OK ...
		C: b SEARCH ANSWERED
		S: * SEARCH 1
		S: b OK ...
		C: c SEARCH DELETED
		S: * SEARCH 2
		S: c OK ...
		C: d SEARCH DRAFT
		S: * SEARCH 3
		S: d OK ...
		C: e SEARCH FLAGGED
		S: * SEARCH 1
		S: e OK ...
		C: f SEARCH SEEN
		S: * SEARCH 2
		S: f OK ...
		C: g SEARCH UNANSWERED
		S: * SEARCH 2 3 4
		S: g OK ...
		C: h SEARCH UNDELETED
		S: * SEARCH 1 3 4
		S: h OK ...
		C: i SEARCH UNDRAFT
		S: * SEARCH 1 2 4
		S: i OK ...
		C: j SEARCH UNFLAGGED
		S: * SEARCH 2 3 4
		S: j OK ...
		C: k SEARCH UNSEEN
		S: * SEARCH 1 3 4
		S: k OK ...
		C: l SEARCH KEYWORD $forwarded
		S: * SEARCH 3
		S: l OK ...
		C: m SEARCH UNKEYWORD WORK
		S: * SEARCH 1 2 4
		S: m OK ...
		C: n SEARCH NEW
		S: * SEARCH 1 3 4
		S: n OK ...
		C: o SEARCH RECENT
		S: * SEARCH 1 2 3 4
		S: o OK ...
		C: p SEARCH OLD
		S: * SEARCH
		S: p OK ...
		# Another session finds nothing recent.
		C2: a SEARCH OLD
		S2: * SEARCH 1 2 3 4
		S2: a OK ...
		C2: b SEARCH OR NEW RECENT
		S2: * SEARCH
		S2: b OK ...
		C: q SEARCH KEYWORD
		S: q BAD ...
		C: r SEARCH KEYWORD "work"
		S: r BAD ...`},
	{id: "imap-search-dates", state: "examine", setup: inbox(func(b *mailstore.Mailbox) {
		// The day counts as it is written: in UTC both would be another.
		at(b, "2026-02-03T23:30:00-08:00", "Date: Sun, 1 Feb 2026 00:10:00 +1300\r\n\r\n")
		at(b, "2026-02-05T00:30:00+09:00", "Date: 4 feb 26 (wed) 23:59 -1100\r\n\r\n")
		at(b, "2026-02-04T12:00:00Z", "Date: not a date\r\n\r\n")
	}), script: `
		C: a SEARCH ON 3-Feb-2026
		S: * SEARCH 1
		S: a OK ...
		C: b SEARCH BEFORE 5-Feb-2026
		S: * SEARCH 1 3
		S: b OK ...
		C: c SEARCH SINCE 04-feb-2026
		S: * SEARCH 2 3
		S: c OK ...
		C: d SEARCH SENTON "1-Feb-2026"
		S: * SEARCH 1
		S: d OK ...
		C: e SEARCH SENTBEFORE 4-Feb-2026
		S: * SEARCH 1
		S: e OK ...
		C: f SEARCH SENTSINCE 1-Feb-2026
		S: * SEARCH 1 2
		S: f OK ...
		C: g SEARCH NOT SENTSINCE 4-Feb-2026
		S: * SEARCH 1 3
		S: g OK ...
		C: h SEARCH ON 30-Feb-2026
		S: h BAD ...
		C: i SEARCH SENTON 2026-02-01
		S: i BAD ...
		C: j SEARCH SINCE
		S: j BAD ...`},
	{id: "imap-search-text", state: "examine", mail: []string{
		`From: Alice <alice@example.com>
To: bob@example.com
Cc: carol@example.com
Subject: =?utf-8?q?Gr=C3=BC=C3=9Fe?= from
 =?iso-8859-1?q?M=FCnchen?=
X-Tag:

Body ONE
`,
		`From: dave@example.com
Bcc: eve@example.com
Subject: plain
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary=x

--x
Content-Type: text/plain; charset=iso-8859-1
Content-Transfer-Encoding: quoted-printable

caf=E9 au la=
it
--x
Content-Type: text/html; charset=utf-8
Content-Transfer-Encoding: base64

PHA+zpHOmM6Xzp3OkTwvcD4=
--x
Content-Type: application/octet-stream; name="report.bin"
Content-Transfer-Encoding: base64

c2VjcmV0
--x
Content-Type: message/rfc822

Subject: =?utf-8?q?inn=C3=A9r?=

deep
--x--
`,
	}, script: `
		C: a SEARCH FROM ALICE@
		S: * SEARCH 1
		S: a OK ...
		C: b SEARCH TO bob
		S: * SEARCH 1
		S: b OK ...
		C: c SEARCH CC "Carol@Example"
		S: * SEARCH 1
		S: c OK ...
		C: d SEARCH BCC eve
		S: * SEARCH 2
		S: d OK ...
		C: e SEARCH SUBJECT PLAI
		S: * SEARCH 2
		S: e OK ...
		C: f SEARCH SUBJECT "e from m"
		S: * SEARCH 1
		S: f OK ...
		C: g SEARCH CHARSET UTF-8 SUBJECT {7}
		S: + ...
		C! GR\xc3\x9c\xc3\x9fE\r\n
		S: * SEARCH 1
		S: g OK ...
		C: h SEARCH CHARSET utf-8 SUBJECT {5}
		S: + ...
		C! M\xc3\xbcnc TEXT alice\r\n
		S: * SEARCH 1
		S: h OK ...
		C: i SEARCH BODY one
		S: * SEARCH 1
		S: i OK ...
		C: j SEARCH BODY alice
		S: * SEARCH
		S: j OK ...
		C: k SEARCH TEXT ALICE
		S: * SEARCH 1
		S: k OK ...
		# Encodings and charsets are undone.
		C: l SEARCH BODY "au lait"
		S: * SEARCH 2
		S: l OK ...
		C: m SEARCH CHARSET UTF-8 BODY {5}
		S: + ...
		C! CAF\xc3\x89\r\n
		S: * SEARCH 2
		S: m OK ...
		# An accent of its own is the same letter.
		C: n SEARCH CHARSET UTF-8 BODY {6}
		S: + ...
		C! cafe\xcc\x81\r\n
		S: * SEARCH 2
		S: n OK ...
		C: o SEARCH CHARSET UTF-8 TEXT {10}
		S: + ...
		C! \xce\xb1\xce\xb8\xce\xb7\xce\xbd\xce\xb1\r\n
		S: * SEARCH 2
		S: o OK ...
		C: p SEARCH TEXT "INN"
		S: * SEARCH 2
		S: p OK ...
		C: q SEARCH BODY deep
		S: * SEARCH 2
		S: q OK ...
		C: r SEARCH BODY Report.bin
		S: * SEARCH 2
		S: r OK ...
		# What is no text isn't looked into.
		C: s SEARCH BODY secret
		S: * SEARCH
		S: s OK ...
		C: t SEARCH HEADER x-tag ""
		S: * SEARCH 1
		S: t OK ...
		C: u SEARCH HEADER Subject plain
		S: * SEARCH 2
		S: u OK ...
		C: v SEARCH HEADER X-Tag x
		S: * SEARCH
		S: v OK ...
		C: w SEARCH SUBJECT {3}
		S: + ...
		C: lai
		S: * SEARCH 2
		S: w OK ...
		C: x SEARCH SUBJECT
		S: x BAD ...
		C: y SEARCH HEADER Subject
		S: y BAD ...`},
	{id: "imap-search-size", state: "examine", mail: []string{"A: 1\n\n", "A: 12\n\n", "A: 123\n\n"}, script: `
		C: a SEARCH LARGER 9
		S: * SEARCH 3
		S: a OK ...
		C: b SEARCH SMALLER 9
		S: * SEARCH 1
		S: b OK ...
		C: c SEARCH LARGER 7 SMALLER 10
		S: * SEARCH 1 2
		S: c OK ...
		C: d SEARCH SMALLER 0
		S: * SEARCH
		S: d OK ...
		C: e SEARCH SMALLER 9 SINCE 1-Jan-2000
		S: * SEARCH 1
		S: e OK ...
		C: f SEARCH LARGER x
		S: f BAD ...
		C: g SEARCH LARGER -1
		S: g BAD ...`},
	{id: "imap-search-bool", state: "examine", setup: inbox(func(b *mailstore.Mailbox) {
		addMail(b, "Subject: a\n\n")
		addMail(b, "Subject: b\n\n", `\Seen`)
		addMail(b, "Subject: c\n\n", `\Seen`, `\Flagged`)
		addMail(b, "Subject: d\n\n", `\Flagged`)
		b.Expunge([]uint32{1})
		addMail(b, "Subject: e\n\n")
	}), script: `
		# Sequence numbers 1 to 4 are UIDs 2 to 5.
		C: a SEARCH NOT SEEN
		S: * SEARCH 3 4
		S: a OK ...
		C: b SEARCH OR SEEN FLAGGED
		S: * SEARCH 1 2 3
		S: b OK ...
		C: c SEARCH SEEN FLAGGED
		S: * SEARCH 2
		S: c OK ...
		C: d SEARCH (SEEN NOT FLAGGED)
		S: * SEARCH 1
		S: d OK ...
		C: e SEARCH NOT (SEEN FLAGGED)
		S: * SEARCH 1 3 4
		S: e OK ...
		C: f SEARCH OR (SUBJECT b SEEN) NOT OR SEEN FLAGGED
		S: * SEARCH 1 4
		S: f OK ...
		C: g SEARCH 2:3,1
		S: * SEARCH 1 2 3
		S: g OK ...
		C: h SEARCH UID 2:3,1
		S: * SEARCH 1 2
		S: h OK ...
		C: i SEARCH 2:* UID 4:* NOT *
		S: * SEARCH 3
		S: i OK ...
		C: j SEARCH OR 1 UID 5
		S: * SEARCH 1 4
		S: j OK ...
		C: k SEARCH NOT 2:3
		S: * SEARCH 1 4
		S: k OK ...
		C: l SEARCH UID 1000:*
		S: * SEARCH 4
		S: l OK ...
		C: m SEARCH NOT NOT NOT SEEN
		S: * SEARCH 3 4
		S: m OK ...
		# Numbers beyond the mailbox are no error (RFC 7377 section 2).
		C: n SEARCH 5
		S: * SEARCH
		S: n OK ...
		C: n1 UID SEARCH 1:100 SEEN
		S: * SEARCH ...
		S: n1 OK ...
		C: o SEARCH OR SEEN
		S: o BAD ...
		C: p SEARCH NOT
		S: p BAD ...
		C: q SEARCH ()
		S: q BAD ...
		C: r SEARCH (SEEN
		S: r BAD ...
		C: s SEARCH
		S: s BAD ...
		C: t SEARCH BOGUS
		S: t BAD ...
		C: u SEARCH SEEN)
		S: u BAD ...
		C: v SEARCH UID 0
		S: v BAD ...`},
	{id: "imap-search-none", state: "examine", mail: []string{plain}, script: `
		C: a SEARCH DELETED
		S: * SEARCH
		S: a OK ...
		C: b UID SEARCH UID 7
		S: * SEARCH
		S: b OK ...
		C: c EXAMINE Empty
		S! skip
		S: c OK ...
		C: d SEARCH ALL
		S: * SEARCH
		S: d OK ...
		C: e SEARCH 1:* UNSEEN
		S: * SEARCH
		S: e OK ...`,
		setup: func(srv *Server) { srv.Store.Account("alice@example.com").Mailbox("Empty") }},
	{id: "imap-search-charset", state: "examine", mail: []string{"Subject: =?utf-8?q?=C3=A9?= e\n\n"}, script: `
		C: a SEARCH CHARSET US-ASCII SUBJECT e
		S: * SEARCH 1
		S: a OK ...
		C: b SEARCH CHARSET "utf-8" SUBJECT {2}
		S: + ...
		C! \xc3\x89\r\n
		S: * SEARCH 1
		S: b OK ...
		C: c SEARCH CHARSET KOI8-R SUBJECT e
		S: c NO [BADCHARSET (US-ASCII UTF-8)] ...
		C: d SEARCH CHARSET x-none SUBJECT {2}
		S: + ...
		C! \xff\xfe\r\n
		S: d NO [BADCHARSET (US-ASCII UTF-8)] ...
		C: e SEARCH SUBJECT {2}
		S: + ...
		C! \xc3\x89\r\n
		S: e BAD ...
		C: f SEARCH CHARSET UTF-8
		S: f BAD ...
		C: g SEARCH CHARSET
		S: g BAD ...
		C: h SEARCH SUBJECT e
		S: * SEARCH 1
		S: h OK ...`},
	{id: "imap-uid-search", state: "examine", setup: inbox(func(b *mailstore.Mailbox) {
		addMail(b, plain)
		addMail(b, plain, `\Seen`)
		addMail(b, plain)
		b.Expunge([]uint32{1})
	}), script: `
		C: a UID SEARCH ALL
		S: * SEARCH 2 3
		S: a OK ...
		C: b UID SEARCH SEEN
		S: * SEARCH 2
		S: b OK ...
		# A plain set still has sequence numbers.
		C: c UID SEARCH 2
		S: * SEARCH 3
		S: c OK ...
		C: d UID SEARCH UID 2:2
		S: * SEARCH 2
		S: d OK ...`},
}
