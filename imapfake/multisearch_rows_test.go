package imapfake

import (
	"time"

	"github.com/mailfakes/mailfakes/mailtest/mailstore"
)

// manyBoxes are mailboxes with messages about apples and pears.
func manyBoxes(srv *Server) {
	alice := srv.Store.Account("alice@example.com")
	for _, x := range []struct{ box, subject string }{
		{"INBOX", "apple"}, {"INBOX", "pear"}, {"INBOX", "apple pie"},
		{"Work", "apple"}, {"Work/2026", "pear"}, {"Work/2026/Feb", "apple"}, {"Entwürfe", "apple"},
	} {
		addMail(alice.Mailbox(x.box), "Subject: "+x.subject+"\n\n")
	}
	alice.Subscribe("Work/2026", true)
	alice.Subscribe("Work", true)
	caps("ESEARCH SEARCHRES MULTISEARCH")(srv)
}

// moreSearchRows are the rows about the rarer extensions of SEARCH.
var moreSearchRows = []row{
	{id: "imap-multisearch", state: "select", setup: manyBoxes, script: `
		C: a ESEARCH IN (MAILBOXES (Work Entw&APw-rfe nowhere) SELECTED) SUBJECT apple
		S: * ESEARCH (TAG "a" MAILBOX INBOX UIDVALIDITY 1) UID ALL 1,3
		S: * ESEARCH (TAG "a" MAILBOX Entw&APw-rfe UIDVALIDITY ...) UID ALL 1
		S: * ESEARCH (TAG "a" MAILBOX Work UIDVALIDITY ...) UID ALL 1
		S: a OK ...
		# A mailbox without hits isn't spoken of, whatever is to be returned.
		C: b ESEARCH IN (SUBTREE Work) RETURN (MIN COUNT) CHARSET UTF-8 SUBJECT apple
		S: * ESEARCH (TAG "b" MAILBOX Work UIDVALIDITY ...) UID MIN 1 COUNT 1
		S: * ESEARCH (TAG "b" MAILBOX Work/2026/Feb UIDVALIDITY ...) UID MIN 1 COUNT 1
		S: b OK ...
		C: c ESEARCH IN (SUBTREE-ONE Work) ALL
		S: * ESEARCH (TAG "c" MAILBOX Work UIDVALIDITY ...) UID ALL 1
		S: * ESEARCH (TAG "c" MAILBOX Work/2026 UIDVALIDITY ...) UID ALL 1
		S: c OK ...
		C: d ESEARCH IN (SUBSCRIBED INBOXES) SUBJECT pear
		S: * ESEARCH (TAG "d" MAILBOX INBOX UIDVALIDITY 1) UID ALL 2
		S: * ESEARCH (TAG "d" MAILBOX Work/2026 UIDVALIDITY ...) UID ALL 1
		S: d OK ...
		C: e ESEARCH IN (PERSONAL) UID 2:* SUBJECT apple
		S: * ESEARCH (TAG "e" MAILBOX INBOX UIDVALIDITY 1) UID ALL 3
		S! skip
		S: e OK ...
		C: f ESEARCH 2:3 SUBJECT apple
		S: * ESEARCH (TAG "f" MAILBOX INBOX UIDVALIDITY 1) UID ALL 3
		S: f OK ...
		C: g ESEARCH IN (PERSONAL) 1 SUBJECT apple
		S: g BAD ...
		C: h ESEARCH IN (PERSONAL) RETURN (SAVE) ALL
		S: h BAD ...
		C: i ESEARCH RETURN (SAVE) SUBJECT apple
		S: i OK ...
		C: j SEARCH $
		S: * SEARCH 1 3
		S: j OK ...
		C: k ESEARCH IN (BOGUS) ALL
		S: k BAD ...
		C: l CLOSE
		S: l OK ...
		C: m ESEARCH IN (INBOXES) SUBJECT pear
		S: * ESEARCH (TAG "m" MAILBOX INBOX UIDVALIDITY 1) UID ALL 2
		S: m OK ...
		C: n ESEARCH SUBJECT pear
		S: n BAD ...`},
	{id: "imap-multisearch-selected", state: "login", setup: func(srv *Server) {
		manyBoxes(srv)
		caps("ESEARCH MULTISEARCH CONTEXT=SEARCH")(srv)
	}, script: `
		C: a ESEARCH ALL
		S: a BAD [CLIENTBUG] ...
		C: b ESEARCH IN (PERSONAL SELECTED) ALL
		S: b BAD [CLIENTBUG] ...
		C: c ESEARCH IN (PERSONAL) RETURN (UPDATE) ALL
		S: c BAD [CLIENTBUG] ...
		C: d ESEARCH IN (INBOXES) RETURN (CONTEXT PARTIAL 2:9) ALL
		S: * ESEARCH (TAG "d" MAILBOX INBOX UIDVALIDITY 1) UID PARTIAL (2:9 2:3)
		S: d OK ...
		C: e SELECT INBOX
		S! skip
		S: e OK ...
		# Numbers beyond the mailbox are no error.
		C: f ESEARCH 3:100
		S: * ESEARCH (TAG "f" MAILBOX INBOX UIDVALIDITY 1) UID ALL 3
		S: f OK ...
		# Updates are about the selected mailbox alone.
		C: g ESEARCH IN (PERSONAL) RETURN (COUNT UPDATE) UNSEEN SUBJECT apple
		S! skip
		S: g OK ...
		C: h STORE 1 +FLAGS.SILENT (\Seen)
		S: * ESEARCH (TAG "g" MAILBOX INBOX UIDVALIDITY 1) UID REMOVEFROM (0 1)
		S: h OK ...
		C: i CANCELUPDATE "g"
		S: i OK ...`},
	{id: "imap-multisearch-rights", state: "login", setup: func(srv *Server) {
		manyBoxes(srv)
		a := srv.Store.Account("alice@example.com")
		a.Mailbox("Work").SetRights("alice@example.com", "r")
		a.Mailbox("Work/2026").SetRights("alice@example.com", "l")
	}, script: `
		# What can't be read is passed over; what can't be listed must be named.
		C: a ESEARCH IN (SUBTREE Work) ALL
		S: * ESEARCH (TAG "a" MAILBOX Work/2026/Feb UIDVALIDITY ...) UID ALL 1
		S: a OK ...
		C: b ESEARCH IN (MAILBOXES (Work Work Work/2026) SUBTREE Work) ALL
		S: * ESEARCH (TAG "b" MAILBOX Work/2026/Feb UIDVALIDITY ...) UID ALL 1
		S: * ESEARCH (TAG "b" MAILBOX Work UIDVALIDITY ...) UID ALL 1
		S: b OK ...`},
	{id: "imap-fuzzy", state: "examine", setup: offering("ESEARCH SORT SEARCH=FUZZY", func(b *mailstore.Mailbox) {
		addMail(b, "Subject: monthly sales report\n\n")
		addMail(b, "Subject: report of sales\n\n")
		addMail(b, "Subject: sales\n\nreport\n")
	}), script: `
		C: a SEARCH SUBJECT "sales report"
		S: * SEARCH 1
		S: a OK ...
		C: b SEARCH FUZZY SUBJECT "sales report"
		S: * SEARCH 1 2
		S: b OK ...
		C: c SEARCH RETURN (ALL RELEVANCY) FUZZY SUBJECT "report of sales"
		S: * ESEARCH (TAG "c") ALL 2 RELEVANCY (100)
		S: c OK ...
		C: d SEARCH RETURN (ALL RELEVANCY) FUZZY SUBJECT "sales report"
		S: * ESEARCH (TAG "d") ALL 1:2 RELEVANCY (100 50)
		S: d OK ...
		C: e SORT (RELEVANCY REVERSE ARRIVAL) UTF-8 FUZZY (SUBJECT "report sales")
		S: * SORT 2 1
		S: e OK ...
		C: f SORT (RELEVANCY) UTF-8 FUZZY SUBJECT "of sales"
		S: * SORT 2
		S: f OK ...
		C: g SEARCH NOT FUZZY FUZZY SUBJECT "report sales"
		S: * SEARCH 3
		S: g OK ...
		C: h SEARCH FUZZY
		S: h BAD ...`},
	{id: "imap-inprogress", state: "examine", setup: func(srv *Server) {
		srv.progress = time.Nanosecond
		offering("INPROGRESS", func(b *mailstore.Mailbox) {
			for range 600 {
				addMail(b, plain)
			}
		})(srv)
	}, script: `
		C: long1 SEARCH TEXT nothing
		S: * OK [INPROGRESS ("long1" 256 600)] ...
		S: * OK [INPROGRESS ("long1" 512 600)] ...
		S: * SEARCH
		S: long1 OK ...
		# A short one says nothing.
		C: b SEARCH 1:100 TEXT nothing
		S: * SEARCH
		S: b OK ...`},
}
