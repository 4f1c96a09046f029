package imapfake

import "github.com/mailfakes/mailfakes/mailtest/mailstore"

// everything has the server offer all that it knows.
func everything(srv *Server) { srv.Caps = Everything }

// shared has bob share mailboxes with alice.
func shared(srv *Server) {
	everything(srv)
	bob := srv.Store.Account("bob@example.com")
	work := bob.Mailbox("Work")
	work.Add("Subject: one\n\nx\n")
	work.SetRights("alice@example.com", "lrsw")
	bob.Mailbox("Seen").SetRights("anyone", "l")
	bob.Mailbox("Private")
}

// aclRows are the rows about rights and quota.
var aclRows = []row{
	{id: "imap-acl", state: "login", setup: everything, script: `
		C: a CREATE Team
		S: a OK ...
		C: b GETACL Team
		S: * ACL Team alice@example.com lrswipkxtecda
		S: b OK ...
		C: c SETACL Team bob@example.com lrs
		S: c OK ...
		C: d SETACL Team bob@example.com +wc
		S: d OK ...
		C: e SETACL Team anyone l
		S: e OK ...
		C: f SETACL Team -fred "w"
		S: f OK ...
		C: g GETACL Team
		S: * ACL Team -fred w alice@example.com lrswipkxtecda anyone l bob@example.com lrswkxc
		S: g OK ...
		C: h SETACL Team BOB@example.com -rk
		S: h OK ...
		C: i DELETEACL Team anyone
		S: i OK ...
		C: j DELETEACL Team -fred
		S: j OK ...
		C: k GETACL Team
		S: * ACL Team alice@example.com lrswipkxtecda bob@example.com lswxc
		S: k OK ...
		C: l LISTRIGHTS Team bob@example.com
		S: * LISTRIGHTS Team bob@example.com "" l r s w i p k x t e c d a
		S: l OK ...
		C: m MYRIGHTS Team
		S: * MYRIGHTS Team lrswipkxtecda
		S: m OK ...
		C: n SETACL Team bob@example.com d
		S: n OK ...
		C: o GETACL Team
		S: * ACL Team alice@example.com lrswipkxtecda bob@example.com ted
		S: o OK ...
		C: p SETACL Team bob@example.com ""
		S: p OK ...
		C: q GETACL Team
		S: * ACL Team alice@example.com lrswipkxtecda
		S: q OK ...
		# Rights that nobody knows, and what has no arguments.
		C: r SETACL Team bob@example.com lz
		S: r BAD ...
		C: s SETACL Team bob@example.com L
		S: s BAD ...
		C: t SETACL Team "" l
		S: t BAD ...
		C: u GETACL
		S: u BAD ...
		C: v CAPABILITY
		S: * CAPABILITY ... ACL RIGHTS=kxte ...
		S: v OK ...`},
	{id: "imap-acl-codes", state: "login", setup: func(srv *Server) {
		shared(srv)
		a := srv.Store.Account("alice@example.com")
		for name, rights := range map[string]string{
			"Look": "l", "Read": "lr", "Mark": "lrs", "Hidden": "", "In": "li", "Kids": "lrk",
		} {
			a.Mailbox(name).Add("Subject: one\n\nx\n", `\Deleted`)
			a.Mailbox(name).SetRights("alice@example.com", rights)
		}
	}, script: `
		C: a SELECT Look
		S: a NO [NOPERM] ...
		C: b SELECT Hidden
		S: b NO [NONEXISTENT] ...
		C: c STATUS Look (MESSAGES)
		S: c NO [NOPERM] ...
		C: d GETACL Read
		S: d NO [NOPERM] ...
		C: e SETACL Read bob@example.com lr
		S: e NO [NOPERM] ...
		C: f DELETEACL Read bob@example.com
		S: f NO [NOPERM] ...
		C: g LISTRIGHTS Read bob@example.com
		S: g NO [NOPERM] ...
		C: h MYRIGHTS Hidden
		S: h NO [NONEXISTENT] ...
		C: i APPEND Read {3+}
		C: x
		C:
		S: i NO [NOPERM] ...
		C: j DELETE Read
		S: j NO [NOPERM] ...
		C: k RENAME Read Write
		S: k NO [NOPERM] ...
		C: l CREATE Read/Below
		S: l NO [NOPERM] ...
		C: m CREATE Kids/Below
		S: m OK ...
		C: n LIST "" (Hidden Look)
		S: * LIST (\HasNoChildren) "/" Look
		S: n OK ...
		# No right to change anything: read-only.
		C: o SELECT Read
		S! skip
		S: * OK [PERMANENTFLAGS ()] ...
		S! skip
		S: o OK [READ-ONLY] ...
		# Some: the flags that can be changed are named.
		C: p SELECT Mark
		S! skip
		S: * OK [PERMANENTFLAGS (\Seen)] ...
		S! skip
		S: p OK [READ-WRITE] ...
		C: q STORE 1 +FLAGS.SILENT (\Seen \Flagged)
		S: q OK ...
		C: r FETCH 1 FLAGS
		S: * 1 FETCH (FLAGS (\Deleted \Seen \Recent))
		S: r OK ...
		C: s STORE 1 -FLAGS (\Deleted)
		S: s NO [NOPERM] ...
		C: t STORE 1 FLAGS.SILENT ()
		S: t OK ...
		C: u FETCH 1 FLAGS
		S: * 1 FETCH (FLAGS (\Deleted \Recent))
		S: u OK ...
		C: v EXPUNGE
		S: v NO [NOPERM] ...
		C: w MOVE 1 In
		S: w NO [NOPERM] ...
		C: y COPY 1 In
		S: y OK [COPYUID ...] ...
		C: z COPY 1 Look
		S: z NO [NOPERM] ...
		# CLOSE fails not, and expunges nothing.
		C: A CLOSE
		S: A OK ...
		C: B STATUS Mark (MESSAGES)
		S: * STATUS Mark (MESSAGES 1)
		S: B OK ...`,
	},
	{id: "imap-acl-shared", state: "login", setup: shared, script: `
		C: a NAMESPACE
		S: * NAMESPACE (("" "/")) (("Other Users/" "/")) NIL
		S: a OK ...
		C: b LIST "" "*"
		S: * LIST (\HasNoChildren) "/" INBOX
		S: * LIST (\Noselect \HasChildren) "/" "Other Users"
		S: * LIST (\Noselect \HasChildren) "/" "Other Users/bob@example.com"
		S: * LIST (\HasNoChildren) "/" "Other Users/bob@example.com/Seen"
		S: * LIST (\HasNoChildren) "/" "Other Users/bob@example.com/Work"
		S: b OK ...
		C: c SELECT "Other Users/bob@example.com/Work"
		S! skip
		S: * OK [PERMANENTFLAGS (\Answered \Flagged \Seen \Draft \*)] ...
		S! skip
		S: c OK [READ-WRITE] ...
		C: d STORE 1 +FLAGS (\Flagged)
		S: * 1 FETCH (FLAGS (\Flagged \Recent))
		S: d OK ...
		C: e SELECT "Other Users/bob@example.com/Private"
		S: * OK [CLOSED] ...
		S: e NO [NONEXISTENT] ...
		C: f SELECT "Other Users/carol@example.com"
		S: f NO [NONEXISTENT] ...
		C: g CREATE "Other Users/bob@example.com/New"
		S: g NO [NOPERM] ...
		C: h RENAME "Other Users/bob@example.com/Work" Mine
		S: h NO [NOPERM] ...
		C: i STATUS "Other Users/bob@example.com/Work" (MESSAGES)
		S: * STATUS "Other Users/bob@example.com/Work" (MESSAGES 1)
		S: i OK ...`},
	{id: "imap-acl-copy", state: "select", mail: []string{"Subject: one\n\nx\n"}, setup: func(srv *Server) {
		everything(srv)
		a := srv.Store.Account("alice@example.com")
		a.Mailbox("Hidden").SetRights("alice@example.com", "r")
		a.Mailbox("Team").SetRights("alice@example.com", "lrsi")
	}, script: `
		# What can't be listed isn't there for APPEND and COPY either.
		C: a APPEND Hidden {3+}
		C! abc\r\n
		S: a NO [TRYCREATE] Mailbox doesn't exist
		C: b COPY 1 Hidden
		S: b NO [TRYCREATE] Mailbox doesn't exist
		C: c MOVE 1 Missing
		S: c NO [TRYCREATE] Mailbox doesn't exist
		# A copy never has the flags that can't be set: others see one change.
		C2: b SELECT Team
		S2! skip
		S2: * OK [HIGHESTMODSEQ 1] ...
		S2! skip
		S2: b OK ...
		C: d STORE 1 +FLAGS.SILENT (\Seen \Deleted \Flagged $Work)
		S! skip
		S: d OK ...
		C: e COPY 1 Team
		S: e OK [COPYUID ...] ...
		C2: d NOOP
		S2: * 1 EXISTS
		S2! skip
		S2: d OK ...
		C2: e UID FETCH 1:* (FLAGS MODSEQ)
		S2: * OK [HIGHESTMODSEQ 2] ...
		S2: * 1 FETCH (UID 1 FLAGS (\Seen ...) MODSEQ (2))
		S2: e OK ...
		C: f MOVE 1 Team
		S: * OK [COPYUID ...] ...
		S! skip
		S: f OK ...
		C2: f NOOP
		S2: * 2 EXISTS
		S2! skip
		S2: f OK ...
		C2: g UID FETCH 2 (FLAGS MODSEQ)
		S2: * 2 FETCH (UID 2 FLAGS (\Seen ...) MODSEQ (3))
		S2: g OK ...`},
	{id: "imap-acl-change", state: "select", setup: everything, do: map[string]func(a *mailstore.Account){
		"less": func(a *mailstore.Account) { a.Mailbox("INBOX").SetRights("alice@example.com", "lrs") },
		"more": func(a *mailstore.Account) { a.Mailbox("INBOX").SetRights("alice@example.com", "lrstwe") },
	}, script: `
		C: 0 NOOP
		S: 0 OK ...
		# The flags that can be set are told again.
		do: less
		C: a NOOP
		S: * FLAGS (\Answered \Flagged \Deleted \Seen \Draft)
		S: * OK [PERMANENTFLAGS (\Seen)] ...
		S: a OK ...
		C: b NOOP
		S: b OK ...
		do: more
		C: c SEARCH ALL
		S: * FLAGS (\Answered \Flagged \Deleted \Seen \Draft)
		S: * OK [PERMANENTFLAGS (\Answered \Flagged \Deleted \Seen \Draft \*)] ...
		S: * SEARCH
		S: c OK ...`},
	{id: "imap-listrights", state: "login", setup: shared, script: `
		C: a LIST "" ("INBOX" "Other*") RETURN (MYRIGHTS)
		S: * LIST (\HasNoChildren) "/" INBOX
		S: * MYRIGHTS INBOX lrswipkxtecda
		S: * LIST (\NonExistent \HasChildren) "/" "Other Users"
		S: * LIST (\NonExistent \HasChildren) "/" "Other Users/bob@example.com"
		S: * LIST (\HasNoChildren) "/" "Other Users/bob@example.com/Seen"
		S: * MYRIGHTS "Other Users/bob@example.com/Seen" l
		S: * LIST (\HasNoChildren) "/" "Other Users/bob@example.com/Work"
		S: * MYRIGHTS "Other Users/bob@example.com/Work" lrsw
		S: a OK ...`},
}
