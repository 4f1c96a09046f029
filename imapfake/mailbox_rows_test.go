package imapfake

import "github.com/mailfakes/mailfakes/mailtest/mailstore"

// mailboxRows are the rows about making, removing and subscribing mailboxes.
var mailboxRows = []row{
	{id: "imap-create", state: "login", script: `
		C: a CREATE a/b/c
		S: a OK ...
		C: b LIST "" *
		S: * LIST (\HasNoChildren) "/" INBOX
		S: * LIST (\HasChildren) "/" a
		S: * LIST (\HasChildren) "/" a/b
		S: * LIST (\HasNoChildren) "/" a/b/c
		S: b OK ...
		C: c CREATE d/
		S: c OK ...
		C: d CREATE d
		S: d NO [ALREADYEXISTS] ...
		C: e CREATE a//b
		S: e NO [CANNOT] ...
		C: f CREATE ""
		S: f NO [CANNOT] ...`},
	{id: "imap-create-inbox", state: "login", script: `
		C: a CREATE INBOX
		S: a NO ...
		C: b CREATE inBox
		S: b NO ...
		C: c RENAME INBOX x
		S: c OK ...
		C: d CREATE inbox
		S: d NO ...`},
	{id: "imap-create-uidvalidity", state: "login", script: `
		C: a CREATE x
		S: a OK ...
		C: b STATUS x (UIDVALIDITY)
		S: * STATUS x (UIDVALIDITY 2)
		S: b OK ...
		C: c DELETE x
		S: c OK ...
		C: d CREATE x
		S: d OK ...
		C: e STATUS x (UIDVALIDITY)
		S: * STATUS x (UIDVALIDITY 3)
		S: e OK ...`},
	{id: "imap-delete", state: "login", script: `
		C: a CREATE foo/bar
		S: a OK ...
		C: b DELETE foo
		S: b OK ...
		C: c LIST "" *
		S: * LIST (\HasNoChildren) "/" INBOX
		S: * LIST (\Noselect \HasChildren) "/" foo
		S: * LIST (\HasNoChildren) "/" foo/bar
		S: c OK ...
		C: d SELECT foo
		S: d NO ...
		C: e DELETE foo
		S: e NO [HASCHILDREN] ...
		C: f DELETE foo/bar
		S: f OK ...
		C: g DELETE foo
		S: g OK ...
		C: h LIST "" *
		S: * LIST (\HasNoChildren) "/" INBOX
		S: h OK ...
		# The mailbox of this session, and of another.
		C: i CREATE x
		S: i OK ...
		C: j SELECT x
		S! skip
		S: j OK ...
		C2: a SELECT x
		S2! skip
		S2: a OK ...
		C: k DELETE x
		S: k OK ...
		C: l FETCH 1 FLAGS
		S: l BAD [CLIENTBUG] ...
		C2: b NOOP
		S2: * BYE ...
		S2! end`},
	{id: "imap-delete-inbox", state: "login", script: `
		C: a DELETE INBOX
		S: a NO [CANNOT] ...
		C: b DELETE inbox
		S: b NO [CANNOT] ...
		C: c STATUS INBOX (MESSAGES)
		S: * STATUS INBOX (MESSAGES 0)
		S: c OK ...`},
	{id: "imap-delete-missing", state: "login", script: `
		C: a DELETE nowhere
		S: a NO [NONEXISTENT] ...`},
	{id: "imap-rename", state: "login", script: `
		C: a CREATE foo/bar
		S: a OK ...
		C: b SELECT foo/bar
		S! skip
		S: b OK ...
		C: c RENAME foo zap/zop
		S: c OK ...
		C: d LIST "" *
		S: * LIST (\HasNoChildren) "/" INBOX
		S: * LIST (\HasChildren) "/" zap
		S: * LIST (\HasChildren) "/" zap/zop
		S: * LIST (\HasNoChildren) "/" zap/zop/bar
		S: d OK ...
		C: e RENAME zap zap/zip
		S: e NO [CANNOT] ...
		# A session that has it selected goes on.
		C: f STATUS zap/zop/bar (MESSAGES)
		S: * STATUS zap/zop/bar (MESSAGES 0)
		S: f OK ...
		C: g NOOP
		S: g OK ...`},
	{id: "imap-rename-inbox", state: "login", mail: []string{"Subject: x\n\nx\n"}, script: `
		C: a CREATE INBOX/kid
		S: a OK ...
		C: b RENAME INBOX old
		S: b OK ...
		C: c STATUS INBOX (MESSAGES)
		S: * STATUS INBOX (MESSAGES 0)
		S: c OK ...
		C: d STATUS old (MESSAGES)
		S: * STATUS old (MESSAGES 1)
		S: d OK ...
		C: e LIST "" *
		S: * LIST (\HasChildren) "/" INBOX
		S: * LIST (\HasNoChildren) "/" INBOX/kid
		S: * LIST (\HasNoChildren) "/" old
		S: e OK ...`},
	{id: "imap-rename-exists", state: "login", script: `
		C: a CREATE x
		S: a OK ...
		C: b CREATE y
		S: b OK ...
		C: c RENAME x y
		S: c NO [ALREADYEXISTS] ...
		C: d RENAME nowhere z
		S: d NO [NONEXISTENT] ...
		C: e RENAME x INBOX
		S: e NO [ALREADYEXISTS] ...`},
	{id: "imap-subscribe", state: "login", script: `
		C: a CREATE x/y
		S: a OK ...
		C: b SUBSCRIBE x/y
		S: b OK ...
		C: c SUBSCRIBE inbox
		S: c OK ...
		C: d LSUB "" *
		S: * LSUB () "/" INBOX
		S: * LSUB () "/" x/y
		S: d OK ...
		C: e UNSUBSCRIBE x/y
		S: e OK ...
		C: f LSUB "" *
		S: * LSUB () "/" INBOX
		S: f OK ...`},
	{id: "imap-sub-keep", state: "login", script: `
		C: a CREATE x
		S: a OK ...
		C: b SUBSCRIBE x
		S: b OK ...
		C: c DELETE x
		S: c OK ...
		C: c1 SUBSCRIBE ""
		S: c1 NO [CANNOT] ...
		C: d LSUB "" *
		S: * LSUB () "/" x
		S: d OK ...
		C: e CREATE x
		S: e OK ...
		C: f LSUB "" x
		S: * LSUB () "/" x
		S: f OK ...`},
	{id: "imap-lsub-pct", state: "login", script: `
		C: a SUBSCRIBE foo/bar
		S: a OK ...
		C: b SUBSCRIBE foo/baz/deep
		S: b OK ...
		C: c LSUB "" %
		S: * LSUB (\Noselect) "/" foo
		S: c OK ...
		C: d LSUB "" foo/%
		S: * LSUB () "/" foo/bar
		S: * LSUB (\Noselect) "/" foo/baz
		S: d OK ...
		C: e LSUB foo/ %
		S: * LSUB () "/" foo/bar
		S: * LSUB (\Noselect) "/" foo/baz
		S: e OK ...
		C: f LSUB "" *
		S: * LSUB () "/" foo/bar
		S: * LSUB () "/" foo/baz/deep
		S: f OK ...`},
	{id: "imap-status", state: "login",
		setup: inbox(func(b *mailstore.Mailbox) {
			addMail(b, "Subject: 1\n\n1\n", `\Seen`)
			addMail(b, "Subject: 2\n\n2\n")
			addMail(b, "Subject: 3\n\n3\n")
		}), script: `
		C: a STATUS INBOX (MESSAGES RECENT UIDNEXT UIDVALIDITY UNSEEN)
		S: * STATUS INBOX (MESSAGES 3 RECENT 3 UIDNEXT 4 UIDVALIDITY 1 UNSEEN 2)
		S: a OK ...
		# STATUS takes no \Recent away.
		C: b STATUS INBOX (RECENT)
		S: * STATUS INBOX (RECENT 3)
		S: b OK ...
		C: c STATUS nowhere (MESSAGES)
		S: c NO ...`},
	{id: "imap-status-bad", state: "login", script: `
		C: a STATUS INBOX ()
		S: a BAD ...
		C: b STATUS INBOX (MESSAGES BOGUS)
		S: b BAD ...
		C: c STATUS INBOX
		S: c BAD ...
		C: d STATUS INBOX MESSAGES
		S: d BAD ...
		C: e STATUS INBOX(MESSAGES)
		S: e BAD ...`},
	{id: "imap-status-size", state: "login", mail: []string{"Subject: 1\n\n1\n", "Subject: 2\n\n22\n"},
		script: `
		C: a STATUS INBOX (SIZE)
		S: * STATUS INBOX (SIZE 35)
		S: a OK ...`},
	{id: "imap-trycreate", state: "select", mail: []string{"Subject: x\n\nx\n"}, script: `
		C: a APPEND nowhere {5}
		S: a NO [TRYCREATE] ...
		C: b COPY 1 nowhere
		S: b NO [TRYCREATE] ...
		C: c MOVE 1 nowhere
		S: c NO [TRYCREATE] ...
		C: d UID COPY 1 nowhere
		S: d NO [TRYCREATE] ...
		C: e LIST "" nowhere
		S: e OK ...
		C: f STATUS INBOX (MESSAGES)
		S: * STATUS INBOX (MESSAGES 1)
		S: f OK ...`},
}

// listRows are the rows about LIST and names.
var listRows = []row{
	{id: "imap-list-star", state: "login", setup: boxes("a/b", "c"), script: `
		C: a LIST "" *
		S: * LIST (\HasNoChildren) "/" INBOX
		S: * LIST (\HasChildren) "/" a
		S: * LIST (\HasNoChildren) "/" a/b
		S: * LIST (\HasNoChildren) "/" c
		S: a OK ...
		C: b LIST "" %
		S: * LIST (\HasNoChildren) "/" INBOX
		S: * LIST (\HasChildren) "/" a
		S: * LIST (\HasNoChildren) "/" c
		S: b OK ...
		C: c LIST "" "%/%"
		S: * LIST (\HasNoChildren) "/" a/b
		S: c OK ...
		C: d LIST "" *b
		S: * LIST (\HasNoChildren) "/" a/b
		S: d OK ...`},
	{id: "imap-list-root", state: "login", script: `
		C: a LIST "" ""
		S: * LIST (\Noselect) "/" ""
		S: a OK ...`},
	{id: "imap-list-ref", state: "login", setup: boxes("a/b", "a/c", "b"), script: `
		C: a LIST a/ %
		S: * LIST (\HasNoChildren) "/" a/b
		S: * LIST (\HasNoChildren) "/" a/c
		S: a OK ...
		C: b LIST a %b
		S: b OK ...
		C: c LIST a *b
		S: * LIST (\HasNoChildren) "/" a/b
		S: c OK ...`},
	{id: "imap-list-noselect", state: "login", setup: boxes("foo/bar"), script: `
		C: a DELETE foo
		S: a OK ...
		C: b LIST "" %
		S: * LIST (\HasNoChildren) "/" INBOX
		S: * LIST (\Noselect \HasChildren) "/" foo
		S: b OK ...
		C: c CREATE foo
		S: c OK ...
		C: d LIST "" foo
		S: * LIST (\HasChildren) "/" foo
		S: d OK ...`},
	{id: "imap-inbox-case", state: "login", script: `
		C: a LIST "" inbox
		S: * LIST (\HasNoChildren) "/" INBOX
		S: a OK ...
		C: b LIST "" iNb%
		S: * LIST (\HasNoChildren) "/" INBOX
		S: b OK ...
		C: c SELECT inBOX
		S! skip
		S: c OK ...
		C: d STATUS "Inbox" (MESSAGES)
		S: * STATUS INBOX (MESSAGES 0)
		S: d OK ...
		C: e DELETE InBoX
		S: e NO ...
		C: f CREATE inbox/Lists
		S: f OK ...
		C: g LIST "" Inbox/%
		S: * LIST (\HasNoChildren) "/" INBOX/Lists
		S: g OK ...
		C: h LIST inbox/ *
		S: * LIST (\HasNoChildren) "/" INBOX/Lists
		S: h OK ...
		C: i LIST "" inbox/lists
		S: i OK ...`},
	{id: "imap-children", state: "login", setup: boxes("a/b", "a.b", "ab"), script: `
		C: a LIST "" *
		S: * LIST (\HasNoChildren) "/" INBOX
		S: * LIST (\HasChildren) "/" a
		S: * LIST (\HasNoChildren) "/" a.b
		S: * LIST (\HasNoChildren) "/" a/b
		S: * LIST (\HasNoChildren) "/" ab
		S: a OK ...`},
	{id: "imap-special-use", state: "login",
		setup: func(srv *Server) {
			a := srv.Store.Account("alice@example.com")
			for _, use := range []string{"Sent", "Drafts", "Trash", "Junk", "Archive", "All", "Flagged", "Important"} {
				a.Mailbox(use).SetUse(`\` + use)
			}
		}, script: `
		C: a CAPABILITY
		S: * CAPABILITY ...SPECIAL-USE...
		S: a OK ...
		C: b LIST "" *
		S: * LIST (\HasNoChildren) "/" INBOX
		S: * LIST (\HasNoChildren \All) "/" All
		S: * LIST (\HasNoChildren \Archive) "/" Archive
		S: * LIST (\HasNoChildren \Drafts) "/" Drafts
		S: * LIST (\HasNoChildren \Flagged) "/" Flagged
		S: * LIST (\HasNoChildren \Important) "/" Important
		S: * LIST (\HasNoChildren \Junk) "/" Junk
		S: * LIST (\HasNoChildren \Sent) "/" Sent
		S: * LIST (\HasNoChildren \Trash) "/" Trash
		S: b OK ...`},
}

// boxes is a row's setup that makes mailboxes.
func boxes(names ...string) func(*Server) {
	return func(srv *Server) {
		for _, name := range names {
			srv.Store.Account("alice@example.com").Mailbox(name)
		}
	}
}
