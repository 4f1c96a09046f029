package imapfake

// gmailAccount has the mailboxes of Gmail, and three messages in INBOX and All
// Mail; the first is in Entwürfe as well, and the second in Sent Mail.
func gmailAccount(srv *Server) {
	srv.Caps = Gmail
	alice := srv.Store.Account("alice@example.com")
	for name, use := range map[string]string{
		"[Gmail]/All Mail": `\All`, "[Gmail]/Sent Mail": `\Sent`, "[Gmail]/Important": `\Important`,
	} {
		alice.Mailbox(name).SetUse(use)
	}
	box := alice.Mailbox("INBOX")
	at(box, "2026-02-01T00:00:00Z", "Message-ID: <1@x>\r\nFrom: bob@example.com\r\nSubject: lunch plans\r\n\r\nsee you at noon\r\n", `\Seen`)
	at(box, "2026-02-02T00:00:00Z", "Message-ID: <2@x>\r\nReferences: <1@x>\r\nFrom: carol@example.com\r\nTo: bob@example.com\r\nSubject: Re: lunch plans\r\n\r\nfine\r\n", `\Flagged`)
	at(box, "2026-02-03T00:00:00Z", "Message-ID: <3@x>\r\nFrom: dave@example.com\r\nSubject: invoice\r\nContent-Type: application/pdf; name=bill.pdf\r\nContent-Disposition: attachment\r\n\r\n"+string(make([]byte, 3000))+"\r\n")
	box.CopyTo(alice.Mailbox("[Gmail]/All Mail"), []uint32{1, 2, 3})
	box.CopyTo(alice.Mailbox("[Gmail]/Sent Mail"), []uint32{2})
	box.CopyTo(alice.Mailbox("Entwürfe"), []uint32{1})
}

// gmailRows are the rows about X-GM-EXT-1.
var gmailRows = []row{
	{id: "imap-gm-msgid", state: "select", setup: gmailAccount, script: `
		C: a FETCH 1:3 (X-GM-MSGID X-GM-THRID)
		S: * 1 FETCH (X-GM-MSGID 1600000000000000001 X-GM-THRID 1501217296567729884)
		S: * 2 FETCH (X-GM-MSGID 1600000000000000002 X-GM-THRID 1501217296567729884)
		S: * 3 FETCH (X-GM-MSGID 1600000000000000003 X-GM-THRID 1501522090532543462)
		S: a OK ...
		C: b SEARCH X-GM-MSGID 1600000000000000002
		S: * SEARCH 2
		S: b OK ...
		C: c UID SEARCH X-GM-THRID 1501217296567729884
		S: * SEARCH 1 2
		S: c OK ...
		# The same in every label, whatever the UID.
		C: d EXAMINE "[Gmail]/Sent Mail"
		S! skip
		S: d OK ...
		C: e UID FETCH 1 (X-GM-MSGID X-GM-THRID)
		S: * 1 FETCH (UID 1 X-GM-MSGID 1600000000000000002 X-GM-THRID 1501217296567729884)
		S: e OK ...
		C: f SEARCH X-GM-MSGID x
		S: f BAD ...`},
	{id: "imap-gm-labels", state: "select", setup: gmailAccount, script: `
		C: a FETCH 1:3 (X-GM-LABELS)
		S: * 1 FETCH (X-GM-LABELS (Entw&APw-rfe))
		S: * 2 FETCH (X-GM-LABELS ("\\Sent" "\\Starred"))
		S: * 3 FETCH (X-GM-LABELS ())
		S: a OK ...
		C: b SEARCH X-GM-LABELS Entw&APw-rfe
		S: * SEARCH 1
		S: b OK ...
		C: c SEARCH X-GM-LABELS \sent
		S: * SEARCH 2
		S: c OK ...
		C: d SEARCH X-GM-LABELS "\\Inbox"
		S: * SEARCH 1 2 3
		S: d OK ...
		C: e STORE 3 +X-GM-LABELS (Entw&APw-rfe "new label" \Important)
		S: * 3 FETCH (X-GM-LABELS (Entw&APw-rfe "\\Important" "new label"))
		S: e OK ...
		C: f STATUS "new label" (MESSAGES)
		S: * STATUS "new label" (MESSAGES 1)
		S: f OK ...
		C: g UID STORE 3 -X-GM-LABELS (Entw&APw-rfe)
		S: * 3 FETCH (UID 3 X-GM-LABELS ("\\Important" "new label"))
		S: g OK ...
		C: h STORE 3 X-GM-LABELS.SILENT Work
		S: h OK ...
		C: i FETCH 3 X-GM-LABELS
		S: * 3 FETCH (X-GM-LABELS (Work))
		S: i OK ...
		C: j STORE 3 +X-GM-LABELS (Work \Starred)
		S: * 3 FETCH (X-GM-LABELS (Work "\\Starred"))
		S: * 3 FETCH (FLAGS (...\Flagged...))
		S: j OK ...
		C: k STATUS Work (MESSAGES)
		S: * STATUS Work (MESSAGES 1)
		S: k OK ...
		# To take the selected label off expunges the message here, and not
		# elsewhere.
		C: l UID STORE 3 -X-GM-LABELS.SILENT (\Inbox)
		S: * 3 EXPUNGE
		S! skip
		S: l OK ...
		C: m STATUS "[Gmail]/All Mail" (MESSAGES)
		S: * STATUS "[Gmail]/All Mail" (MESSAGES 3)
		S: m OK ...
		C: n STORE 1 +X-GM-LABELS (\Bogus)
		S: n BAD ...
		C: o STORE 1 +X-GM-LABELS
		S: o BAD ...`},
	{id: "imap-gm-raw", state: "examine", setup: gmailAccount, script: `
		C: a SEARCH X-GM-RAW "lunch"
		S: * SEARCH 1 2
		S: a OK ...
		C: b SEARCH X-GM-RAW "from:bob lunch"
		S: * SEARCH 1
		S: b OK ...
		C: c SEARCH X-GM-RAW "has:attachment"
		S: * SEARCH 3
		S: c OK ...
		C: d SEARCH X-GM-RAW "is:unread -has:attachment"
		S: * SEARCH 2
		S: d OK ...
		C: e SEARCH X-GM-RAW "from:bob OR filename:bill.pdf"
		S: * SEARCH 1 3
		S: e OK ...
		C: f SEARCH X-GM-RAW "{from:carol from:dave} subject:(invoice)"
		S: * SEARCH 3
		S: f OK ...
		C: g SEARCH X-GM-RAW "\"at noon\" after:2026/01/31 before:2026/02/02"
		S: * SEARCH 1
		S: g OK ...
		C: h SEARCH X-GM-RAW "in:sent"
		S: * SEARCH 2
		S: h OK ...
		C: i SEARCH X-GM-RAW "label:entw is:read"
		S: * SEARCH
		S: i OK ...
		C: j SEARCH X-GM-RAW "larger:2K" UNSEEN
		S: * SEARCH 3
		S: j OK ...
		C: k UID SEARCH CHARSET UTF-8 X-GM-RAW {15}
		S: + ...
		C! label:Entw\xc3\xbcrfe\r\n
		S: * SEARCH 1
		S: k OK ...
		C: l SEARCH X-GM-RAW "rfc822msgid:2@x"
		S: * SEARCH 2
		S: l OK ...
		C: m SEARCH X-GM-RAW "-(subject:lunch is:read) -larger:2K"
		S: * SEARCH 2
		S: m OK ...
		C: n SEARCH X-GM-RAW ""
		S: * SEARCH 1 2 3
		S: n OK ...
		C: o SEARCH X-GM-RAW "newer_than:1d"
		S: * SEARCH
		S: o OK ...
		C: p SEARCH X-GM-RAW
		S: p BAD ...`},
}
