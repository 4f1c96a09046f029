package imapfake

import "github.com/mailfakes/mailfakes/mailtest/mailstore"

// contextDo are what others do to the six mails.
var contextDo = map[string]func(a *mailstore.Account){
	"flag 2": func(a *mailstore.Account) {
		a.Mailbox("INBOX").SetFlags([]uint32{2}, mailstore.AddFlags, `\Flagged`)
	},
	"unflag": func(a *mailstore.Account) {
		a.Mailbox("INBOX").SetFlags([]uint32{6, 7}, mailstore.RemoveFlags, `\Flagged`)
	},
	"expunge 3": func(a *mailstore.Account) { a.Mailbox("INBOX").Expunge([]uint32{3}) },
	"expunge 5": func(a *mailstore.Account) { a.Mailbox("INBOX").Expunge([]uint32{5}) },
	"flagged":   func(a *mailstore.Account) { addMail(a.Mailbox("INBOX"), "Subject: b\n\nx\n", `\Flagged`) },
	"unflagged": func(a *mailstore.Account) { addMail(a.Mailbox("INBOX"), "Subject: c\n\nx\n") },
}

// contextRows are the rows about searches that go on.
var contextRows = []row{
	{id: "imap-context", state: "select", setup: offering("ESEARCH IDLE CONTEXT=SEARCH UNSELECT", sixMails),
		do: contextDo, script: `
		C: a UID SEARCH RETURN (UPDATE COUNT) FLAGGED
		S: * ESEARCH (TAG "a") UID COUNT 3
		S: a OK ...
		C: b SEARCH RETURN (UPDATE CONTEXT ALL) UNFLAGGED
		S: * ESEARCH (TAG "b") ALL 1,3,6
		S: b OK ...
		# Behind FETCH.
		do: flag 2
		C: c NOOP
		S: * 1 FETCH (FLAGS (\Flagged \Recent))
		S: * ESEARCH (TAG "a") UID ADDTO (0 2)
		S: * ESEARCH (TAG "b") REMOVEFROM (0 1)
		S: c OK ...
		# What the client does itself, too.
		C: d UID STORE 2,9 FLAGS.SILENT (\Flagged)
		S: * ESEARCH (TAG "a") UID ADDTO (0 9)
		S: * ESEARCH (TAG "b") REMOVEFROM (0 6)
		S: d OK ...
		do: unflag
		C: e NOOP
		S: * 4 FETCH (FLAGS (\Recent))
		S: * 5 FETCH (FLAGS (\Recent))
		S: * ESEARCH (TAG "a") UID REMOVEFROM (0 6:7)
		S: * ESEARCH (TAG "b") ADDTO (0 4:5)
		S: e OK ...
		# Behind EXISTS.
		do: flagged
		C: f IDLE
		S: + ...
		S: * 7 EXISTS
		S: * 7 RECENT
		S: * ESEARCH (TAG "a") UID ADDTO (0 10)
		do: unflagged
		S: * 8 EXISTS
		S: * 8 RECENT
		S: * ESEARCH (TAG "b") ADDTO (0 8)
		C: DONE
		S: f OK ...
		# Before EXPUNGE, even where that must wait.
		do: expunge 3
		C: g FETCH 8 UID
		S: * 8 FETCH (UID 11)
		S: * ESEARCH (TAG "a") UID REMOVEFROM (0 3)
		S: g OK ...
		C: h NOOP
		S: * 2 EXPUNGE
		S: * 7 RECENT
		S: h OK ...
		do: expunge 5
		C: i NOOP
		S: * ESEARCH (TAG "b") REMOVEFROM (0 2)
		S: * 2 EXPUNGE
		S: * 6 RECENT
		S: i OK ...
		C: j CANCELUPDATE "a"
		S: j OK ...
		do: flag 2
		do: unflag
		do: flagged
		C: k NOOP
		S: * 7 EXISTS
		S: * 7 RECENT
		S: k OK ...
		do: unflagged
		C: l NOOP
		S: * 8 EXISTS
		S: * 8 RECENT
		S: * ESEARCH (TAG "b") ADDTO (0 8)
		S: l OK ...
		# Until the mailbox is left.
		C: m UNSELECT
		S: m OK ...
		do: unflagged
		C: n SELECT INBOX
		S! skip
		S: n OK ...
		do: unflagged
		C: o NOOP
		S: * 10 EXISTS
		S: * 2 RECENT
		S: o OK ...`},
	{id: "imap-context-numbers", state: "select", setup: offering("ESEARCH SEARCHRES CONTEXT=SEARCH", sixMails),
		do: contextDo, script: `
		# Numbers stand for the messages that have them when the command comes.
		C: a SEARCH RETURN (SAVE) 1:2
		S: a OK ...
		C: b UID SEARCH RETURN (UPDATE) OR 2:3 $
		S: b OK ...
		C: c UID SEARCH RETURN (UPDATE) *
		S: c OK ...
		C: d SEARCH RETURN (SAVE) ALL
		S: d OK ...
		do: unflagged
		do: expunge 3
		C: e NOOP
		S: * ESEARCH (TAG "b") UID REMOVEFROM (0 3)
		S: * 2 EXPUNGE
		S: * 6 EXISTS
		S! skip
		S: e OK ...`},
	{id: "imap-context-bad", state: "select", setup: offering("ESEARCH SORT CONTEXT=SEARCH", sixMails), script: `
		C: a SEARCH RETURN (UPDATE) FLAGGED
		S: a OK ...
		C: a SEARCH RETURN (UPDATE) ALL
		S: a BAD ...
		C: a SEARCH RETURN (COUNT) ALL
		S: * ESEARCH (TAG "a") COUNT 6
		S: a OK ...
		# There is no CONTEXT=SORT.
		C: b SORT RETURN (UPDATE) (DATE) UTF-8 ALL
		S: b BAD ...
		C: c SEARCH RETURN (PARTIAL 2:3 UPDATE) ALL
		S: * ESEARCH (TAG "c") PARTIAL (2:3 2:3)
		S: c OK ...
		# Nor ranges from the end, which came with PARTIAL.
		C: d SEARCH RETURN (PARTIAL -1:-2) ALL
		S: d BAD ...
		C: e CANCELUPDATE
		S: e BAD ...
		C: f CANCELUPDATE a
		S: f BAD ...
		C: g CANCELUPDATE "a" "c"
		S: g OK ...
		C: h CANCELUPDATE "a"
		S: h NO ...
		C: i SEARCH RETURN (CONTEXT) FLAGGED
		S: * ESEARCH (TAG "i") ALL 2,4:5
		S: i OK ...
		C: j SEARCH RETURN (UPDATE (UID)) ALL
		S: j BAD ...
		C: k CLOSE
		S: k OK ...
		C: l CANCELUPDATE "c"
		S: l BAD [CLIENTBUG] ...`},
	{id: "imap-context-sort", state: "select", setup: offering("ESEARCH SORT ESORT CONTEXT=SORT", sixMails),
		do: contextDo, script: `
		# All but the subject of the new ones is the same.
		C: a UID SORT RETURN (UPDATE ALL) (REVERSE SUBJECT) UTF-8 FLAGGED
		S: * ESEARCH (TAG "a") UID ALL 3,6,7
		S: a OK ...
		do: flag 2
		C: b NOOP
		S: * 1 FETCH (FLAGS (\Flagged \Recent))
		S: * ESEARCH (TAG "a") UID ADDTO (1 2)
		S: b OK ...
		do: flagged
		C: c NOOP
		S: * 7 EXISTS
		S: * 7 RECENT
		S: * ESEARCH (TAG "a") UID ADDTO (5 10)
		S: c OK ...
		do: unflag
		C: d NOOP
		S! skip
		S: * ESEARCH (TAG "a") UID REMOVEFROM (3 6 3 7)
		S: d OK ...
		do: expunge 3
		C: e NOOP
		S: * ESEARCH (TAG "a") UID REMOVEFROM (2 3)
		S: * 2 EXPUNGE
		S! skip
		S: e OK ...
		C: f SEARCH RETURN (UPDATE) ALL
		S: f BAD ...`},
	{id: "imap-context-notify", state: "select", setup: offering("ESEARCH NOTIFY CONTEXT=SEARCH", sixMails),
		do: contextDo, script: `
		C: a SEARCH RETURN (COUNT UPDATE (UID BODY.PEEK[HEADER.FIELDS (SUBJECT)])) FLAGGED
		S: * ESEARCH (TAG "a") COUNT 3
		S: a OK ...
		C: b NOTIFY SET (SELECTED (MessageNew MessageExpunge FlagChange))
		S: b OK ...
		# Of new messages only.
		do: flagged
		S: * 7 EXISTS
		S: * 7 RECENT
		S| * 7 FETCH (UID 10 BODY[HEADER.FIELDS (SUBJECT)] {14}\r\nSubject: b\r\n\r\n)
		S: * ESEARCH (TAG "a") ADDTO (0 7)
		do: unflagged
		S: * 8 EXISTS
		S: * 8 RECENT
		do: flag 2
		S: * 1 FETCH (UID 2 FLAGS (\Flagged \Recent))
		S: * ESEARCH (TAG "a") ADDTO (0 1)
		do: expunge 3
		S: * ESEARCH (TAG "a") REMOVEFROM (0 2)
		S: * 2 EXPUNGE
		S: * 7 RECENT`},
	{id: "imap-context-many", state: "select", setup: offering("ESEARCH CONTEXT=SEARCH", sixMails), script: `
		C: 1 SEARCH RETURN (UPDATE) ALL
		S: 1 OK ...
		C: 2 SEARCH RETURN (UPDATE) ALL
		S: 2 OK ...
		C: 3 SEARCH RETURN (UPDATE) ALL
		S: 3 OK ...
		C: 4 SEARCH RETURN (UPDATE) ALL
		S: 4 OK ...
		C: 5 SEARCH RETURN (UPDATE) ALL
		S: 5 OK ...
		C: 6 SEARCH RETURN (UPDATE) ALL
		S: 6 OK ...
		C: 7 SEARCH RETURN (UPDATE) ALL
		S: 7 OK ...
		C: 8 SEARCH RETURN (UPDATE) ALL
		S: 8 OK ...
		C: 9 SEARCH RETURN (UPDATE COUNT) ALL
		S: * ESEARCH (TAG "9") COUNT 6
		S: * NO [NOUPDATE "9"] Too many contexts
		S: 9 OK ...
		C: 10 CANCELUPDATE "8"
		S: 10 OK ...
		C: 9 SEARCH RETURN (UPDATE COUNT) ALL
		S: * ESEARCH (TAG "9") COUNT 6
		S: 9 OK ...`},
}
