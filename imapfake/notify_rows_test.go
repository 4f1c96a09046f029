package imapfake

import (
	"github.com/mailfakes/mailfakes/mailtest/mailstore"
)

// notifyRows are the rows about NOTIFY. What follows "do:" is pushed while the
// client says nothing.
var notifyRows = []row{
	{id: "imap-notify", state: "select", mail: []string{"Subject: one\n\nx\n"}, setup: func(srv *Server) {
		everything(srv)
		a := srv.Store.Account("alice@example.com")
		a.Mailbox("Lists/Go").Add("Subject: old\n\nx\n")
		a.Mailbox("Lists/Rust")
		a.Mailbox("Junk")
		a.Subscribe("Junk", true)
	}, do: map[string]func(a *mailstore.Account){
		"inbox": func(a *mailstore.Account) {
			a.Mailbox("INBOX").Add("Subject: two\nFrom: bob@example.com\n\ny\n")
		},
		"flag inbox": func(a *mailstore.Account) {
			a.Mailbox("INBOX").SetFlags([]uint32{1}, mailstore.AddFlags, `\Flagged`)
		},
		"expunge":   func(a *mailstore.Account) { a.Mailbox("INBOX").Expunge([]uint32{1}) },
		"go":        func(a *mailstore.Account) { a.Mailbox("Lists/Go").Add("Subject: new\n\nx\n") },
		"junk":      func(a *mailstore.Account) { a.Mailbox("Junk").Add("Subject: buy\n\nx\n") },
		"flag go":   func(a *mailstore.Account) { a.Mailbox("Lists/Go").SetFlags([]uint32{1}, mailstore.AddFlags, `\Seen`) },
		"create":    func(a *mailstore.Account) { a.Mailbox("Lists/Zig") },
		"rename":    func(a *mailstore.Account) { a.Rename("Lists/Zig", "Lists/C") },
		"delete":    func(a *mailstore.Account) { a.Delete("Lists/C") },
		"subscribe": func(a *mailstore.Account) { a.Subscribe("Lists/Go", true) },
		"comment":   func(a *mailstore.Account) { a.Mailbox("Lists/Go").Metadata().Set("/private/comment", "x") },
		"motd":      func(a *mailstore.Account) { a.Metadata().Set("/private/motd", "x") },
	}, script: `
		C: a NOTIFY SET STATUS (SELECTED (MessageNew (UID BODY.PEEK[HEADER.FIELDS (Subject)]) MessageExpunge FlagChange)) (MAILBOXES Junk NONE) (SUBTREE Lists (MessageNew MessageExpunge FlagChange MailboxName MailboxMetadataChange)) (PERSONAL (SubscriptionChange MailboxName ServerMetadataChange))
		S: * STATUS Lists (MESSAGES 0 UIDNEXT 1 UIDVALIDITY 2 UNSEEN 0 HIGHESTMODSEQ 1)
		S: * STATUS Lists/Go (MESSAGES 1 UIDNEXT 2 UIDVALIDITY 3 UNSEEN 1 HIGHESTMODSEQ 2)
		S: * STATUS Lists/Rust (MESSAGES 0 UIDNEXT 1 UIDVALIDITY 4 UNSEEN 0 HIGHESTMODSEQ 1)
		S: a OK ...
		do: inbox
		S: * 2 EXISTS
		S: * 2 RECENT
		S| * 2 FETCH (UID 2 BODY[HEADER.FIELDS (Subject)] {16}\r\nSubject: two\r\n\r\n)
		do: flag inbox
		S: * 1 FETCH (UID 1 FLAGS (\Flagged \Recent))
		do: expunge
		S: * 1 EXPUNGE
		S: * 1 RECENT
		do: go
		S: * STATUS Lists/Go (MESSAGES 2 UIDNEXT 3 UIDVALIDITY 3 UNSEEN 2)
		# Nothing of Junk, which the first group that it fits leaves out.
		do: junk
		do: flag go
		S: * STATUS Lists/Go (MESSAGES 2 UIDNEXT 3 UIDVALIDITY 3 UNSEEN 1)
		do: create
		S: * LIST (\HasNoChildren) "/" Lists/Zig
		S: * LIST (\HasChildren) "/" Lists
		do: rename
		S: * LIST (\HasNoChildren) "/" Lists/C ("OLDNAME" (Lists/Zig))
		do: delete
		S: * LIST (\NonExistent \HasNoChildren) "/" Lists/C
		S: * LIST (\HasChildren) "/" Lists
		do: subscribe
		S: * LIST (\HasNoChildren \Subscribed) "/" Lists/Go
		do: comment
		S: * METADATA Lists/Go /private/comment
		do: motd
		S: * METADATA "" /private/motd
		# What the session does itself it isn't told.
		C: b CREATE Lists/Own
		S: b OK ...
		C: c RENAME Lists/Own Lists/Mine
		S: c OK ...
		C: d COPY 1 Lists/Rust
		S: d OK ...
		C: e SUBSCRIBE Lists/Mine
		S: e OK ...
		C: f SETMETADATA Lists/Go (/private/comment "mine")
		S: f OK ...
		C: g DELETE Lists/Mine
		S: g OK ...
		# IDLE has the same.
		C: h IDLE
		S: + ...
		do: go
		S: * STATUS Lists/Go (MESSAGES 3 UIDNEXT 4 UIDVALIDITY 3 UNSEEN 2)
		do: inbox
		S: * 2 EXISTS
		S: * 2 RECENT
		S| * 2 FETCH (UID 3 BODY[HEADER.FIELDS (Subject)] {16}\r\nSubject: two\r\n\r\n)
		C: DONE
		S: h OK ...
		# Another SET replaces it all, and brings what has come until then.
		C: i NOTIFY SET (INBOXES (MessageNew MessageExpunge))
		S: i OK ...
		do: go
		do: inbox
		C: j STATUS Junk (MESSAGES)
		S: * STATUS Junk (MESSAGES 1)
		S: j OK ...
		C: k NOOP
		S: * 3 EXISTS
		S: * 3 RECENT
		S: k OK ...
		C: l NOTIFY NONE
		S: l OK ...
		do: inbox
		do: create
		C: m STATUS Junk (MESSAGES)
		S: * STATUS Junk (MESSAGES 1)
		S: m OK ...`},
	{id: "imap-notify-delayed", state: "select", mail: []string{"Subject: one\n\nx\n"}, setup: everything,
		do: map[string]func(a *mailstore.Account){
			"expunge": func(a *mailstore.Account) { a.Mailbox("INBOX").Expunge([]uint32{1}) },
			"inbox":   func(a *mailstore.Account) { a.Mailbox("INBOX").Add("Subject: two\n\ny\n") },
			"flag": func(a *mailstore.Account) {
				a.Mailbox("INBOX").SetFlags([]uint32{2}, mailstore.AddFlags, `\Flagged`)
			},
		}, script: `
		C: a NOTIFY SET (SELECTED-DELAYED (MessageNew MessageExpunge))
		S: a OK ...
		do: expunge
		do: inbox
		S: * 2 EXISTS
		S: * 2 RECENT
		do: flag
		C: b FETCH 2 UID
		S: * 2 FETCH (UID 2)
		S: b OK ...
		C: c NOOP
		S: * 1 EXPUNGE
		S: * 1 RECENT
		S: c OK ...`},
	{id: "imap-notify-events", state: "login", setup: shared, script: `
		C: a NOTIFY SET (PERSONAL (MessageNew MessageExpunge AnnotationChange))
		S: a NO [BADEVENT (MessageNew MessageExpunge FlagChange MailboxName SubscriptionChange MailboxMetadataChange ServerMetadataChange)] ...
		C: b NOTIFY SET (PERSONAL (Weather))
		S: b NO [BADEVENT (...)] ...
		C: c NOTIFY SET (PERSONAL (MessageNew))
		S: c BAD ...
		C: d NOTIFY SET (PERSONAL (FlagChange))
		S: d BAD ...
		C: e NOTIFY SET (SELECTED (MailboxName))
		S: e BAD ...
		C: e1 NOTIFY SET (SELECTED (MessageNew MessageExpunge Weather))
		S: e1 NO [BADEVENT (...)] ...
		C: f NOTIFY SET (SELECTED NONE) (SELECTED-DELAYED NONE)
		S: f BAD ...
		C: g NOTIFY SET (PERSONAL (MessageNew (UID) MessageExpunge))
		S: g BAD ...
		C: h NOTIFY SET
		S: h BAD ...
		C: i NOTIFY SET (SUBTREE (MessageNew MessageExpunge))
		S: i BAD ...
		C: j NOTIFY
		S: j BAD ...
		C: k NOTIFY SET (NONSENSE NONE)
		S: k BAD ...
		C: l notify set (mailboxes ("Other Users/bob@example.com/Seen" None) (messagenew messageexpunge))
		S: * LIST (\NoAccess) "/" "Other Users/bob@example.com/Seen"
		S: l OK ...
		C: m NOTIFY SET (SUBSCRIBED (MessageNew MessageExpunge))
		S: m OK ...`},
	{id: "imap-notify-overflow", state: "login", setup: func(srv *Server) {
		everything(srv)
		srv.MaxNotify = 2
		a := srv.Store.Account("alice@example.com")
		a.Mailbox("Work/A")
		a.Mailbox("Work/B")
	}, do: map[string]func(a *mailstore.Account){
		"one":  func(a *mailstore.Account) { a.Mailbox("INBOX").Add("Subject: one\n\nx\n") },
		"tree": func(a *mailstore.Account) { a.Mailbox("Work/C/D") }, // three names at once
	}, script: `
		C: a NOTIFY SET (PERSONAL (MessageNew MessageExpunge MailboxName))
		S: a OK ...
		do: one
		S: * STATUS INBOX (MESSAGES 1 UIDNEXT 2 UIDVALIDITY 1)
		do: tree
		S: * OK [NOTIFICATIONOVERFLOW] ...
		do: one
		C: b NOOP
		S: b OK ...
		C: c NOTIFY SET (PERSONAL (MessageNew MessageExpunge MailboxName))
		S: c OK ...
		do: one
		S: * STATUS INBOX (MESSAGES 3 UIDNEXT 4 UIDVALIDITY 1)`},
	{id: "imap-notify-groups", state: "login", setup: everything, do: map[string]func(a *mailstore.Account){
		"inbox":     func(a *mailstore.Account) { a.Mailbox("INBOX").Add("Subject: one\n\nx\n") },
		"subscribe": func(a *mailstore.Account) { a.Subscribe("INBOX", true) },
		"junk":      func(a *mailstore.Account) { a.Mailbox("Junk").Add("Subject: buy\n\nx\n") },
	}, script: `
		# Several groups have a mailbox: it has the events of all.
		C: a NOTIFY SET (MAILBOXES INBOX (MessageNew MessageExpunge)) (PERSONAL (SubscriptionChange))
		S: a OK ...
		do: inbox
		S: * STATUS INBOX (MESSAGES 1 UIDNEXT 2 UIDVALIDITY 1)
		do: subscribe
		S: * LIST (\HasNoChildren \Subscribed) "/" INBOX
		# Nothing of mailboxes that no group has events of messages for.
		do: junk
		C: b NOTIFY SET (MAILBOXES (INBOX "*") (MessageNew MessageExpunge))
		S: b OK ...
		do: junk
		do: inbox
		S: * STATUS INBOX (MESSAGES 2 UIDNEXT 3 UIDVALIDITY 1)`},
	{id: "imap-notify-flags", state: "login", setup: func(srv *Server) {
		everything(srv)
		srv.Store.Account("alice@example.com").Mailbox("Work").Add("Subject: one\n\nx\n")
	}, do: map[string]func(a *mailstore.Account){
		"seen": func(a *mailstore.Account) {
			a.Mailbox("Work").SetFlags([]uint32{1}, mailstore.AddFlags, `\Seen`)
		},
		"flagged": func(a *mailstore.Account) {
			a.Mailbox("Work").SetFlags([]uint32{1}, mailstore.AddFlags, `\Flagged`)
		},
		"answered": func(a *mailstore.Account) {
			a.Mailbox("Work").SetFlags([]uint32{1}, mailstore.AddFlags, `\Answered`)
		},
		"validity": func(a *mailstore.Account) { a.Mailbox("Work").SetUIDValidity(99) },
	}, script: `
		# HIGHESTMODSEQ is in the first STATUS though CONDSTORE isn't enabled.
		C: a NOTIFY SET STATUS (MAILBOXES Work (MessageNew MessageExpunge FlagChange))
		S: * STATUS Work (MESSAGES 1 UIDNEXT 2 UIDVALIDITY 2 UNSEEN 1 HIGHESTMODSEQ 2)
		S: a OK ...
		# Later ones tell of \Seen; of other flags they would tell nothing.
		do: flagged
		do: seen
		S: * STATUS Work (MESSAGES 1 UIDNEXT 2 UIDVALIDITY 2 UNSEEN 0)
		C: b ENABLE CONDSTORE
		S: * ENABLED CONDSTORE
		S: b OK ...
		do: answered
		S: * STATUS Work (MESSAGES 1 UIDNEXT 2 UIDVALIDITY 2 UNSEEN 0 HIGHESTMODSEQ 5)
		do: validity
		S: * STATUS Work (MESSAGES 1 UIDNEXT 2 UIDVALIDITY 99 UNSEEN 0 HIGHESTMODSEQ ...)
		C: c NOTIFY SET STATUS (MAILBOXES Work (MessageNew MessageExpunge))
		S: * STATUS Work (MESSAGES 1 UIDNEXT 2 UIDVALIDITY 99 HIGHESTMODSEQ ...)
		S: c OK ...`},
	{id: "imap-notify-names", state: "login", setup: func(srv *Server) {
		everything(srv)
		srv.Store.Account("alice@example.com").Mailbox("Work/A/B")
	}, do: map[string]func(a *mailstore.Account){
		"rename": func(a *mailstore.Account) { a.Rename("Work", "Play") },
		"inner":  func(a *mailstore.Account) { a.Rename("Play/A", "Play/C") },
		"inbox":  func(a *mailstore.Account) { a.Rename("INBOX", "Old") },
		"delete": func(a *mailstore.Account) { a.Delete("Play/C") },
		"deep":   func(a *mailstore.Account) { a.Mailbox("Play/C/D/E") },
	}, script: `
		C: a NOTIFY SET (PERSONAL (MailboxName))
		S: a OK ...
		# Nothing of what is below a name that has changed.
		do: rename
		S: * LIST (\HasChildren) "/" Play ("OLDNAME" (Work))
		do: inner
		S: * LIST (\HasChildren) "/" Play/C ("OLDNAME" (Play/A))
		# Nothing of INBOX, of which there is a new one.
		do: inbox
		S: * LIST (\HasNoChildren) "/" Old
		# The name stays for what is below it.
		do: delete
		S: * LIST (\Noselect \HasChildren) "/" Play/C
		S: * LIST (\HasChildren) "/" Play
		# All that is new, and what is above that.
		do: deep
		S: * LIST (\HasChildren) "/" Play/C/D
		S: * LIST (\HasNoChildren) "/" Play/C/D/E
		S: * LIST (\Noselect \HasChildren) "/" Play/C
		# What is above can be out of all groups.
		C: b NOTIFY SET (MAILBOXES Play/C/D (MailboxName))
		S: b OK ...
		C2: a DELETE Play/C/D
		S2: a OK ...
		S: * LIST (\Noselect \HasChildren) "/" Play/C/D
		# What the session does itself it isn't told, nor what comes of that.
		C: c NOTIFY SET (PERSONAL (MailboxName))
		S: c OK ...
		C: d CREATE Own/A/B
		S: d OK ...
		C: e DELETE Own
		S: e OK ...
		C: f RENAME Own/A Other/Own/A
		S: f OK ...
		C: g RENAME INBOX Older/INBOX
		S: g OK ...
		C: h NOOP
		S: h OK ...`},
	{id: "imap-notify-access", state: "login", setup: func(srv *Server) {
		everything(srv)
		a := srv.Store.Account("alice@example.com")
		a.Mailbox("Look").SetRights("alice@example.com", "l")
		a.Mailbox("Hidden").SetRights("alice@example.com", "r")
		a.Mailbox("Work").SetRights("alice@example.com", "lr")
	}, do: map[string]func(a *mailstore.Account){
		"hide":   func(a *mailstore.Account) { a.Mailbox("Work").SetRights("alice@example.com", "r") },
		"lock":   func(a *mailstore.Account) { a.Mailbox("Work").SetRights("alice@example.com", "l") },
		"unlock": func(a *mailstore.Account) { a.Mailbox("Work").SetRights("alice@example.com", "lr") },
		"add":    func(a *mailstore.Account) { a.Mailbox("Work").Add("Subject: one\n\nx\n") },
		"grant":  func(a *mailstore.Account) { a.Mailbox("Look").SetRights("alice@example.com", "lr") },
	}, script: `
		C: a NOTIFY SET STATUS (PERSONAL (MessageNew MessageExpunge))
		S: * STATUS INBOX (MESSAGES 0 UIDNEXT 1 UIDVALIDITY 1)
		S: * LIST (\NoAccess) "/" Look
		S: * STATUS Work (MESSAGES 0 UIDNEXT 1 UIDVALIDITY 4)
		S: a OK ...
		do: grant
		S: * LIST (\HasNoChildren) "/" Look
		do: lock
		S: * LIST (\NoAccess) "/" Work
		# What happens meanwhile is told afterwards.
		do: add
		do: unlock
		S: * LIST (\HasNoChildren) "/" Work
		S: * STATUS Work (MESSAGES 1 UIDNEXT 2 UIDVALIDITY 4)
		do: hide
		S: * LIST (\NonExistent \HasNoChildren \NoAccess) "/" Work
		do: add
		do: unlock
		S: * LIST (\HasNoChildren) "/" Work
		S: * STATUS Work (MESSAGES 2 UIDNEXT 3 UIDVALIDITY 4)
		# That the name can be seen is as if the mailbox were made.
		C: b NOTIFY SET (PERSONAL (MailboxName))
		S: b OK ...
		do: hide
		S: * LIST (\NonExistent \HasNoChildren \NoAccess) "/" Work
		do: unlock
		S: * LIST (\HasNoChildren) "/" Work`},
	{id: "imap-notify-unauthenticate", state: "login", setup: everything, script: `
		C: a NOTIFY SET (PERSONAL (MessageNew MessageExpunge MailboxName))
		S: a OK ...
		C: b UNAUTHENTICATE
		S: b OK ...
		C2: a APPEND INBOX {3+}
		C2! abc\r\n
		S2: a OK ...
		C: c NOOP
		S: c OK ...
		C: d LOGIN alice@example.com secret
		S: d OK ...
		C2: b CREATE New
		S2: b OK ...
		C: e NOOP
		S: e OK ...`},
}
