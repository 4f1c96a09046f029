package imapfake

import "github.com/mailfakes/mailfakes/mailtest/mailstore"

// limitRows are the rows about what big mailboxes need.
var limitRows = []row{
	{id: "imap-messagelimit", state: "select",
		setup: offering("MESSAGELIMIT=3 SEARCHRES ESEARCH UIDPLUS MOVE PARTIAL THREAD=REFERENCES MULTIAPPEND LITERAL+", sixMails),
		script: `
		C: a CAPABILITY
		S: * CAPABILITY IMAP4rev1 MESSAGELIMIT=3 SEARCHRES ...
		S: a OK ...
		# The last ones, and the last first.
		C: b FETCH 1:5 UID
		S: * 5 FETCH (UID 7)
		S: * 4 FETCH (UID 6)
		S: * 3 FETCH (UID 5)
		S: b OK [MESSAGELIMIT 3 5] ...
		C: c UID FETCH 1:4 UID
		S: * 1 FETCH (UID 2)
		S: * 2 FETCH (UID 3)
		S: c OK UID FETCH completed
		C: d UID FETCH 1:* UID (PARTIAL -1:-3)
		S: * 4 FETCH (UID 6)
		S: * 5 FETCH (UID 7)
		S: * 6 FETCH (UID 9)
		S: d OK UID FETCH completed
		C: e UID FETCH 1:* UID (PARTIAL -1:-4)
		S: e NO [MESSAGELIMIT 3] ...
		C: f FETCH 1:* BODY[TEXT]
		S| * 6 FETCH (BODY[TEXT] {14}\r\nhello\r\nworld\r\n FLAGS (\\Seen \\Recent))
		S! skip
		S: f OK [MESSAGELIMIT 3 6] ...
		# What is searched counts, not what is found.
		C: g UID SEARCH FLAGGED
		S: * SEARCH 6 7
		S: g OK [MESSAGELIMIT 3 6] ...
		C: h UID SEARCH UID 1:5 FLAGGED
		S: * SEARCH 3
		S: h OK UID SEARCH completed
		C: i UID SEARCH RETURN (SAVE) ALL
		S: i OK [MESSAGELIMIT 3 6] ...
		C: j UID FETCH $ UID
		S: * 4 FETCH (UID 6)
		S: * 5 FETCH (UID 7)
		S: * 6 FETCH (UID 9)
		S: j OK UID FETCH completed
		C: k UID SEARCH UIDBEFORE 6 FLAGGED
		S: * SEARCH 3
		S: k OK UID SEARCH completed
		C: l UID SEARCH UIDAFTER 6
		S: * SEARCH 7 9
		S: l OK UID SEARCH completed
		C: m UID SEARCH UIDAFTER 4294967295
		S: * SEARCH
		S: m OK UID SEARCH completed
		C: n UID SEARCH UIDBEFORE 1
		S: * SEARCH
		S: n OK UID SEARCH completed
		C: o UID SEARCH UIDAFTER 0
		S: o BAD ...
		C: p THREAD REFERENCES UTF-8 ALL
		S: p NO [MESSAGELIMIT 3] ...
		# All or none.
		C: q UID COPY 1:* INBOX
		S: q NO [MESSAGELIMIT 3 6] ...
		C: r APPEND INBOX {1+}
		C! x {1+}\r\nx {1+}\r\nx {1+}\r\nx\r\n
		S: r NO [MESSAGELIMIT 3] ...
		C: s UID STORE 1:* +FLAGS.SILENT (\Deleted)
		S: s OK [MESSAGELIMIT 3 6] ...
		C: t UID STORE 1:5 +FLAGS.SILENT (\Deleted)
		S: t OK UID STORE completed
		C: u UID EXPUNGE 1:*
		S: * 4 EXPUNGE
		S: * 4 EXPUNGE
		S: * 4 EXPUNGE
		S: * 3 RECENT
		S: u OK [MESSAGELIMIT 3 6] ...
		# EXPUNGE knows no limit.
		C: v EXPUNGE
		S: * 1 EXPUNGE
		S! skip
		S: v OK EXPUNGE completed
		C: w SEARCH ALL
		S: * SEARCH
		S: w OK SEARCH completed`},
	{id: "imap-messagelimit-qresync", state: "login",
		setup: offering("MESSAGELIMIT=2 ENABLE QRESYNC CONDSTORE UIDPLUS MOVE", sixMails), script: `
		# Another code takes the place in the tagged OK.
		C: a ENABLE QRESYNC
		S: * ENABLED QRESYNC
		S: a OK ...
		C: b SELECT INBOX
		S! skip
		S: b OK ...
		C: c CREATE Old
		S: c OK ...
		C: d UID MOVE 1:* Old
		S: * OK [COPYUID 2 7,9 1:2] Moved
		S: * NO [MESSAGELIMIT 2 7] ...
		S: * VANISHED 7,9
		S! skip
		S: d OK [HIGHESTMODSEQ ...] ...
		C: e STORE 1:* (UNCHANGEDSINCE 1) +FLAGS.SILENT (\Seen)
		S! skip
		S: * NO [MESSAGELIMIT 2 5] ...
		S: e OK [MODIFIED 3:4] ...`},
	{id: "imap-messagelimit-labels", state: "select",
		setup: offering("MESSAGELIMIT=3 X-GM-EXT-1", sixMails), script: `
		C: a UID STORE 1:* +X-GM-LABELS.SILENT (Old)
		S: a OK [MESSAGELIMIT 3 6] ...
		C: b STATUS Old (MESSAGES)
		S: * STATUS Old (MESSAGES 3)
		S: b OK ...`},
	{id: "imap-messagelimit-context", state: "select",
		setup: offering("MESSAGELIMIT=3 ESEARCH CONTEXT=SEARCH", sixMails), do: contextDo, script: `
		# New messages don't push others out of what was searched.
		C: a UID SEARCH RETURN (UPDATE ALL) ALL
		S: * ESEARCH (TAG "a") UID ALL 6:7,9
		S: a OK [MESSAGELIMIT 3 6] ...
		do: unflagged
		do: expunge 5
		C: b NOOP
		S: * 3 EXPUNGE
		S: * 6 EXISTS
		S! skip
		S: * ESEARCH (TAG "a") UID ADDTO (0 10)
		S: b OK ...`},
	{id: "imap-savelimit", state: "select", setup: offering("SAVELIMIT=2", sixMails), script: `
		C: a COPY 1:3 INBOX
		S: a NO [MESSAGELIMIT 2 3] ...
		C: b FETCH 1:6 UID
		S: * 1 FETCH (UID 2)
		S! skip
		S: b OK FETCH completed
		C: c SEARCH UIDAFTER 1
		S: c BAD ...
		C: d COPY 1:2 INBOX
		S! skip
		S: d OK ...`},
	{id: "imap-uidbatches", state: "select",
		setup: offering("UIDBATCHES", func(b *mailstore.Mailbox) {
			for range 1203 {
				addMail(b, plain)
			}
			b.Expunge([]uint32{1, 700, 1203})
		}), script: `
		C: a UIDBATCHES 500
		S: * UIDBATCHES (TAG "a") 1202:703,702:202,201:1
		S: a OK ...
		C: b UIDBATCHES 500 2:2
		S: * UIDBATCHES (TAG "b") 702:202
		S: b OK ...
		C: c UIDBATCHES 500 3:9
		S: * UIDBATCHES (TAG "c") 201:1
		S: c OK ...
		C: d UIDBATCHES 500 7:9
		S: * UIDBATCHES (TAG "d")
		S: d OK ...
		C: e UIDBATCHES 1200
		S: * UIDBATCHES (TAG "e") 1202:1
		S: e OK ...
		C: f UIDBATCHES 499
		S: f NO [TOOFEW] ...
		C: g UIDBATCHES 500 9:2
		S: g BAD [CLIENTBUG] ...
		C: h UIDBATCHES 500 1:2000
		S: h NO [TOOMANY] ...
		C: i UIDBATCHES 500 2
		S: i BAD ...
		C: j UIDBATCHES
		S: j BAD ...
		C: k UIDBATCHES 0
		S: k BAD ...`},
	{id: "imap-uidbatches-empty", state: "select", setup: caps("UIDBATCHES"), script: `
		C: a UIDBATCHES 500
		S: * UIDBATCHES (TAG "a")
		S: a OK ...`},
}
