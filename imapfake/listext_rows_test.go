package imapfake

// folders gives alice's account mailboxes, of which some are subscribed.
func folders(srv *Server) {
	srv.Caps = Everything
	a := srv.Store.Account("alice@example.com")
	a.Mailbox("INBOX").Add("Subject: one\n\nx\n")
	a.Mailbox("Sent").SetUse(`\Sent`)
	a.Mailbox("Work/Done/2024")
	a.Mailbox("Work/Open").Add("Subject: two\n\ny\n")
	for _, name := range []string{"INBOX", "Work/Done/2024", "Lost/Found", "Gone"} {
		a.Subscribe(name, true)
	}
}

// listExtRows are the rows about the extensions of LIST.
var listExtRows = []row{
	{id: "imap-listext-sel", state: "login", setup: folders, script: `
		C: a LIST (SUBSCRIBED) "" "*"
		S: * LIST (\HasNoChildren \Subscribed) "/" INBOX
		S: * LIST (\NonExistent \HasNoChildren \Subscribed) "/" Gone
		S: * LIST (\NonExistent \HasNoChildren \Subscribed) "/" Lost/Found
		S: * LIST (\HasNoChildren \Subscribed) "/" Work/Done/2024
		S: a OK ...
		# Names that the pattern stops short of are told of by CHILDINFO.
		C: b LIST (SUBSCRIBED RECURSIVEMATCH) "" "%"
		S: * LIST (\HasNoChildren \Subscribed) "/" INBOX
		S: * LIST (\NonExistent \HasNoChildren \Subscribed) "/" Gone
		S: * LIST (\NonExistent \HasNoChildren) "/" Lost ("CHILDINFO" ("SUBSCRIBED"))
		S: * LIST (\HasChildren) "/" Work ("CHILDINFO" ("SUBSCRIBED"))
		S: b OK ...
		# Nothing is hidden here, so no parent is added.
		C: c LIST (RECURSIVEMATCH SUBSCRIBED) "" "Work*"
		S: * LIST (\HasNoChildren \Subscribed) "/" Work/Done/2024
		S: c OK ...
		C: d LIST (REMOTE) "" "Sen*"
		S: * LIST (\HasNoChildren \Sent) "/" Sent
		S: d OK ...
		C: e LIST () "" ("INBOX" "Work/%" "IN*")
		S: * LIST (\HasNoChildren) "/" INBOX
		S: * LIST (\HasChildren) "/" Work/Done
		S: * LIST (\HasNoChildren) "/" Work/Open
		S: e OK ...
		C: f LIST "Work/" ("Done/%")
		S: * LIST (\HasNoChildren) "/" Work/Done/2024
		S: f OK ...
		C: g LIST (RECURSIVEMATCH) "" "*"
		S: g BAD ...
		C: h LIST (RECURSIVEMATCH REMOTE) "" "*"
		S: h BAD ...
		C: i LIST (NONSENSE) "" "*"
		S: i BAD ...
		C: j LIST (SUBSCRIBED) "" ()
		S: j BAD ...
		C: k LIST (SUBSCRIBED) "" ""
		S: k OK ...`},
	{id: "imap-listext-ret", state: "login", setup: folders, script: `
		C: a LIST "" "%" RETURN (SUBSCRIBED CHILDREN)
		S: * LIST (\HasNoChildren \Subscribed) "/" INBOX
		S: * LIST (\HasNoChildren \Sent) "/" Sent
		S: * LIST (\HasChildren) "/" Work
		S: a OK ...
		C: b LIST "" "INBOX" RETURN ()
		S: * LIST (\HasNoChildren) "/" INBOX
		S: b OK ...
		C: c LIST "" "%" RETURN (NONSENSE)
		S: c BAD ...
		C: d LIST "" "%" RETURN
		S: d BAD ...
		C: e LIST "" "%" RETURN(CHILDREN)
		S: e BAD ...`},
	{id: "imap-listext-nonexist", state: "login", setup: folders, script: `
		C: a LIST (SUBSCRIBED) "" "Gone" RETURN (CHILDREN STATUS (MESSAGES))
		S: * LIST (\NonExistent \HasNoChildren \Subscribed) "/" Gone
		S: a OK ...
		C: b CREATE Gone
		S: b OK ...
		C: c LIST (SUBSCRIBED) "" "Gone"
		S: * LIST (\HasNoChildren \Subscribed) "/" Gone
		S: c OK ...
		C: d DELETE Gone
		S: d OK ...
		C: e LIST (SUBSCRIBED) "" "Gone"
		S: * LIST (\NonExistent \HasNoChildren \Subscribed) "/" Gone
		S: e OK ...
		C: f LIST "" "Gone"
		S: f OK ...`},
	{id: "imap-liststatus", state: "login", setup: func(srv *Server) {
		folders(srv)
		srv.Store.Account("alice@example.com").Delete("Work")
	}, script: `
		C: a LIST "" (INBOX "Work*") RETURN (STATUS (MESSAGES UNSEEN UIDNEXT))
		S: * LIST (\HasNoChildren) "/" INBOX
		S: * STATUS INBOX (MESSAGES 1 UNSEEN 1 UIDNEXT 2)
		S: * LIST (\Noselect \HasChildren) "/" Work
		S: * LIST (\HasChildren) "/" Work/Done
		S: * STATUS Work/Done (MESSAGES 0 UNSEEN 0 UIDNEXT 1)
		S: * LIST (\HasNoChildren) "/" Work/Done/2024
		S: * STATUS Work/Done/2024 (MESSAGES 0 UNSEEN 0 UIDNEXT 1)
		S: * LIST (\HasNoChildren) "/" Work/Open
		S: * STATUS Work/Open (MESSAGES 1 UNSEEN 1 UIDNEXT 2)
		S: a OK ...
		C: b LIST "" INBOX RETURN (STATUS ())
		S: b BAD ...
		C: c LIST "" INBOX RETURN (STATUS (MESSAGES) SUBSCRIBED)
		S: * LIST (\HasNoChildren \Subscribed) "/" INBOX
		S: * STATUS INBOX (MESSAGES 1)
		S: c OK ...`},
	{id: "imap-listsu", state: "login", setup: folders, script: `
		C: a LIST (SPECIAL-USE) "" "*"
		S: * LIST (\HasNoChildren \Sent) "/" Sent
		S: a OK ...
		C: b LIST "" "%" RETURN (SPECIAL-USE)
		S: * LIST (\HasNoChildren) "/" INBOX
		S: * LIST (\HasNoChildren \Sent) "/" Sent
		S: * LIST (\HasChildren) "/" Work
		S: b OK ...
		C: c LIST (SPECIAL-USE RECURSIVEMATCH) "" "%"
		S: * LIST (\HasNoChildren \Sent) "/" Sent
		S: c OK ...`},
	{id: "imap-createsu", state: "login", setup: folders, script: `
		C: a CREATE "Old things" (USE (\archive))
		S: a OK ...
		C: b LIST (SPECIAL-USE) "" "*"
		S: * LIST (\HasNoChildren \Archive) "/" "Old things"
		S: * LIST (\HasNoChildren \Sent) "/" Sent
		S: b OK ...
		C: c CREATE All (USE (\All))
		S: c NO [USEATTR] ...
		C: d CREATE Sent2 (USE (\Sent))
		S: d NO [USEATTR] ...
		C: e CREATE Foo (USE (\Foo))
		S: e NO [USEATTR] ...
		C: f CREATE Both (USE (\Drafts \Trash))
		S: f OK ...
		C: g LIST "" Both
		S: * LIST (\HasNoChildren \Drafts \Trash) "/" Both
		S: g OK ...
		C: h CREATE X (USE \Junk)
		S: h BAD ...
		C: i CREATE X (NONSENSE)
		S: i BAD ...
		C: j LIST "" (All Sent2 Foo X)
		S: j OK ...`},
	{id: "imap-xlist", state: "login", setup: func(srv *Server) {
		srv.Caps = Everything
		a := srv.Store.Account("alice@example.com")
		a.Mailbox("[Gmail]/All Mail").SetUse(`\All`)
		a.Mailbox("[Gmail]/Spam").SetUse(`\Junk`)
		a.Mailbox("[Gmail]/Trash").SetUse(`\Trash`)
		a.Delete("[Gmail]")
	}, script: `
		C: a XLIST "" "*"
		S: * XLIST (\HasNoChildren \Inbox) "/" INBOX
		S: * XLIST (\Noselect \HasChildren) "/" "[Gmail]"
		S: * XLIST (\HasNoChildren \AllMail) "/" "[Gmail]/All Mail"
		S: * XLIST (\HasNoChildren \Spam) "/" "[Gmail]/Spam"
		S: * XLIST (\HasNoChildren \Trash) "/" "[Gmail]/Trash"
		S: a OK ...`},
}
