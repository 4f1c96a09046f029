package imapfake

// draft is a message with a part to take over.
const draft = `Subject: draft
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary=b

--b

text
--b
Content-Type: application/pdf
Content-Transfer-Encoding: base64

QUJD
--b--
`

// catenateRows are the rows about other ways to add messages.
var catenateRows = []row{
	{id: "imap-catenate", state: "select", mail: []string{draft}, setup: func(srv *Server) {
		shared(srv)
		srv.MaxMessageBytes = 400
	}, script: `
		C: a APPEND INBOX (\Seen) "17-Jul-1996 02:44:25 -0700" CATENATE (TEXT {14}
		S: + ...
		C: Subject: new
		C:  URL "/INBOX;UIDVALIDITY=1/;UID=1/;SECTION=2.MIME" URL /INBOX/;uid=1;section=2 TEXT {6}
		S: + ...
		C!  \r\nend)\r\n
		S: * 2 EXISTS
		S: * 2 RECENT
		S: a OK [APPENDUID 1 2] ...
		C: b FETCH 2 (FLAGS INTERNALDATE BODY.PEEK[])
		S| * 2 FETCH (FLAGS (\\Seen \\Recent) INTERNALDATE "17-Jul-1996 02:44:25 -0700" BODY[] {92}\r\nSubject: new\r\nContent-Type: application/pdf\r\nContent-Transfer-Encoding: base64\r\n\r\nQUJD \r\nend)
		S: b OK ...
		# A part of a part, without literals; relative to what is selected.
		C: c APPEND INBOX CATENATE (URL ";UID=1/;SECTION=HEADER.FIELDS%20(Subject)" URL "imap://alice%40example.com@mail.example.com/INBOX/;UID=1/;SECTION=TEXT/;PARTIAL=7.4")
		S: * 3 EXISTS
		S: * 3 RECENT
		S: c OK [APPENDUID 1 3] ...
		C: d FETCH 3 BODY.PEEK[]
		S| * 3 FETCH (BODY[] {22}\r\nSubject: draft\r\n\r\ntext)
		S: d OK ...
		C: e APPEND INBOX CATENATE (URL "/INBOX/;UID=99")
		S: e NO [BADURL /INBOX/;UID=99] ...
		C: f APPEND INBOX CATENATE (URL "/INBOX;UIDVALIDITY=7/;UID=1")
		S: f NO [BADURL /INBOX;UIDVALIDITY=7/;UID=1] ...
		C: g APPEND INBOX CATENATE (URL "/INBOX/;UID=1/;SECTION=9")
		S: g NO [BADURL /INBOX/;UID=1/;SECTION=9] ...
		C: h APPEND INBOX CATENATE (URL "http://example.com/")
		S: h NO [BADURL http://example.com/] ...
		C: i APPEND INBOX CATENATE (URL "/Other%20Users/bob@example.com/Private/;UID=1")
		S: i NO [BADURL ...] ...
		C: j APPEND INBOX CATENATE (TEXT {401}
		S: j NO [TOOBIG] ...
		C: k APPEND INBOX CATENATE (URL /INBOX/;UID=1 URL /INBOX/;UID=1 URL /INBOX/;UID=1)
		S: k NO [TOOBIG] ...
		C: l APPEND None CATENATE (URL /INBOX/;UID=1)
		S: l NO [TRYCREATE] ...
		C: m APPEND INBOX CATENATE ()
		S: m BAD ...
		C: n APPEND INBOX CATENATE (TEXT "x")
		S: n BAD ...
		C: o APPEND INBOX CATENATE (FOO {1}
		S: o BAD ...
		# Several, with others.
		C: p APPEND INBOX CATENATE (TEXT {3+}
		C! a\r\n URL "/INBOX/;UID=3") {3+}\r\nb\r\n\r\n
		S: * 5 EXISTS
		S: * 5 RECENT
		S: p OK [APPENDUID 1 4:5] ...
		C: q FETCH 4:5 BODY.PEEK[]
		S| * 4 FETCH (BODY[] {25}\r\na\r\nSubject: draft\r\n\r\ntext)
		S| * 5 FETCH (BODY[] {3}\r\nb\r\n)
		S: q OK ...`},
	{id: "imap-replace", state: "select", setup: shared,
		mail: []string{"Subject: one\n\nx\n", "Subject: two\n\nx\n", "Subject: three\n\nx\n"}, script: `
		C: a UID REPLACE 2 INBOX (\Draft) {4}
		S: + ...
		C! new\r\r\n
		S: * OK [APPENDUID 1 4] ...
		S: * 2 EXPUNGE
		S: * 3 EXISTS
		S: a OK ...
		C: b FETCH 3 (UID FLAGS BODY.PEEK[])
		S| * 3 FETCH (UID 4 FLAGS (\\Draft \\Recent) BODY[] {4}\r\nnew\r)
		S: b OK ...
		C: c CREATE Sent
		S: c OK ...
		C: d REPLACE 1 Sent {3+}
		C! abc\r\n
		S: * OK [APPENDUID 2 1] ...
		S: * 1 EXPUNGE
		S: * 2 RECENT
		S: d OK ...
		C: e REPLACE 9 INBOX {3}
		S: e BAD ...
		C: f UID REPLACE 99 INBOX {3+}
		C! abc\r\n
		S: f NO [NONEXISTENT] ...
		C: g REPLACE 1 None {3}
		S: g NO [TRYCREATE] ...
		C: h REPLACE 1:2 INBOX {3}
		S: h BAD ...
		C: i REPLACE 1 INBOX
		S: i BAD ...
		C: j REPLACE 1 "Other Users/bob@example.com/Work" {3}
		S: j NO [NOPERM] ...
		C: k STATUS INBOX (MESSAGES)
		S: * STATUS INBOX (MESSAGES 2)
		S: k OK ...
		C: l EXAMINE INBOX
		S! skip
		S: l OK ...
		C: m REPLACE 1 INBOX {3+}
		C! abc\r\n
		S: m NO ...`},
}
