package imapfake

import "github.com/mailfakes/mailfakes/mailtest/mailstore"

// quotaRows are the rows about QUOTA.
var quotaRows = []row{
	{id: "imap-quota", state: "login", setup: func(srv *Server) {
		everything(srv)
		a := srv.Store.Account("alice@example.com")
		a.Mailbox("INBOX").Add("Subject: one\n\n1234567890\n") // 28 bytes
		a.SetQuota(mailstore.Quota{Bytes: 2048, Messages: 3, Mailboxes: 2})
	}, script: `
		C: a GETQUOTAROOT INBOX
		S: * QUOTAROOT INBOX ""
		S: * QUOTA "" (STORAGE 1 2 MESSAGE 1 3 MAILBOX 1 2)
		S: a OK ...
		C: b GETQUOTA ""
		S: * QUOTA "" (STORAGE 1 2 MESSAGE 1 3 MAILBOX 1 2)
		S: b OK ...
		C: c GETQUOTA "other"
		S: c NO [NONEXISTENT] ...
		# The root of a mailbox that could be made.
		C: d GETQUOTAROOT None
		S: * QUOTAROOT None ""
		S: * QUOTA "" (STORAGE 1 2 MESSAGE 1 3 MAILBOX 1 2)
		S: d OK ...
		C: d1 GETQUOTAROOT "Other Users/bob@example.com/None"
		S: d1 NO [NONEXISTENT] ...
		# Over the limit, before the literal is sent.
		C: e APPEND INBOX {2021}
		S: e NO [OVERQUOTA] ...
		C: f SELECT INBOX
		S! skip
		S: f OK ...
		C: g COPY 1 INBOX
		S: * 2 EXISTS
		S: * 2 RECENT
		S: g OK [COPYUID ...] ...
		C: i COPY 1:2 INBOX
		S: i NO [OVERQUOTA] ...
		C: j SETQUOTA "" (STORAGE 1 MESSAGE 100)
		S: * QUOTA "" (STORAGE 1 1 MESSAGE 2 100)
		S: j OK ...
		C: k CREATE A
		S: k OK ...
		C: l SETQUOTA "" (MAILBOX 2)
		S: * QUOTA "" (MAILBOX 2 2)
		S: l OK ...
		C: m CREATE B
		S: m NO [OVERQUOTA] ...
		C: n SETQUOTA "" (STORAGE 0)
		S: * QUOTA "" (STORAGE 1 0)
		S: n OK ...
		C: o APPEND INBOX {1}
		S: o NO [OVERQUOTA] ...
		C: p SETQUOTA "" (NONSENSE 1)
		S: p NO [CANNOT] ...
		C: q SETQUOTA "" (STORAGE)
		S: q BAD ...
		C: r SETQUOTA "" ()
		S: r OK ...
		C: s GETQUOTAROOT INBOX
		S: * QUOTAROOT INBOX
		S: s OK ...
		C: t GETQUOTA ""
		S: t NO [NONEXISTENT] ...
		C: u CAPABILITY
		S: * CAPABILITY ... QUOTA QUOTA=RES-STORAGE QUOTA=RES-MESSAGE QUOTA=RES-MAILBOX QUOTASET ...
		S: u OK ...`},
	{id: "imap-quota-status", state: "login", setup: func(srv *Server) {
		everything(srv)
		b := srv.Store.Account("alice@example.com").Mailbox("Work")
		b.Add("Subject: one\n\n1234567890\n", `\Deleted`)
		b.Add("Subject: two\n\nx\n")
		b.Add("Subject: three\n\nx\n", `\Seen`, `\Deleted`)
	}, script: `
		C: a STATUS Work (MESSAGES DELETED DELETED-STORAGE)
		S: * STATUS Work (MESSAGES 3 DELETED 2 DELETED-STORAGE 49)
		S: a OK ...
		C: b STATUS INBOX (DELETED-STORAGE DELETED)
		S: * STATUS INBOX (DELETED-STORAGE 0 DELETED 0)
		S: b OK ...`},
}
