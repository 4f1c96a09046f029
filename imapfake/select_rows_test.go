package imapfake

import (
	"testing"

	"github.com/mailfakes/mailfakes/mailtest/mailstore"
)

// Three messages for rows that count.
var three = []string{"Subject: 1\n\n1\n", "Subject: 2\n\n2\n", "Subject: 3\n\n3\n"}

// selectRows are the rows about selecting and leaving a mailbox.
var selectRows = []row{
	{id: "imap-select-data", state: "login",
		setup: inbox(func(b *mailstore.Mailbox) {
			addMail(b, "Subject: 1\n\n1\n", `\Seen`)
			addMail(b, "Subject: 2\n\n2\n")
		}), script: `
		C: a SELECT INBOX
		S: * FLAGS (\Answered \Flagged \Deleted \Seen \Draft)
		S: * OK [PERMANENTFLAGS (\Answered \Flagged \Deleted \Seen \Draft \*)] ...
		S: * 2 EXISTS
		S: * 2 RECENT
		S: * OK [UNSEEN 2] ...
		S: * OK [UIDVALIDITY 1] ...
		S: * OK [UIDNEXT 3] ...
		S! skip
		S: a OK [READ-WRITE] ...
		# No message is \Recent twice.
		C2: a SELECT INBOX
		S2! skip
		S2: * 2 EXISTS
		S2: * 0 RECENT
		S2! skip
		S2: a OK ...`},
	{id: "imap-select-flags", state: "login",
		setup: inbox(func(b *mailstore.Mailbox) { addMail(b, "Subject: 1\n\n1\n", "$Junk", "Work") }), script: `
		C: a SELECT INBOX
		S: * FLAGS (\Answered \Flagged \Deleted \Seen \Draft $Junk Work)
		S! skip
		S: a OK ...
		C: b STORE 1 +FLAGS (Other)
		S: * FLAGS (\Answered \Flagged \Deleted \Seen \Draft $Junk Work Other)
		S! skip
		S: b OK ...`},
	{id: "imap-permflags", state: "login",
		setup: inbox(func(b *mailstore.Mailbox) { addMail(b, "Subject: 1\n\n1\n", "$Junk") }), script: `
		C: a SELECT INBOX
		S: * FLAGS (\Answered \Flagged \Deleted \Seen \Draft $Junk)
		S: * OK [PERMANENTFLAGS (\Answered \Flagged \Deleted \Seen \Draft $Junk \*)] ...
		S! skip
		S: a OK ...`},
	{id: "imap-select-rw", state: "login", script: `
		C: a SELECT INBOX
		S! skip
		S: a OK [READ-WRITE] ...
		C: b EXAMINE INBOX
		S! skip
		S: b OK [READ-ONLY] ...
		do: readonly
		C: c SELECT INBOX
		S! skip
		S: c OK [READ-ONLY] ...`,
		do: map[string]func(*mailstore.Account){
			"readonly": func(a *mailstore.Account) { a.Mailbox("INBOX").SetReadOnly(true) },
		}},
	{id: "imap-select-fail", state: "select", script: `
		C: a SELECT nowhere
		S: * OK [CLOSED] ...
		S: a NO [NONEXISTENT] ...
		C: b FETCH 1 FLAGS
		S: b BAD [CLIENTBUG] ...
		C: c CHECK
		S: c BAD [CLIENTBUG] ...
		C: d SELECT INBOX
		S! skip
		S: d OK ...`},
	{id: "imap-examine-ro", state: "examine", setup: inbox(func(b *mailstore.Mailbox) {
		addMail(b, "Subject: 1\n\n1\n", `\Deleted`)
	}), script: `
		C: a EXAMINE INBOX
		S! skip
		S: * FLAGS ...
		S: * OK [PERMANENTFLAGS ()] ...
		S! skip
		S: a OK [READ-ONLY] ...
		C: b STORE 1 +FLAGS (\Seen)
		S: b NO ...
		C: c FETCH 1 BODY[TEXT]
		S| * 1 FETCH (BODY[TEXT] {3}\r\n1\r\n)
		S: c OK ...
		C: d EXPUNGE
		S: d NO ...
		C: e UID EXPUNGE 1
		S: e NO ...
		C: f MOVE 1 INBOX
		S: f NO ...
		C: g CLOSE
		S: g OK ...
		C: h STATUS INBOX (MESSAGES UNSEEN RECENT)
		S: * STATUS INBOX (MESSAGES 1 UNSEEN 1 RECENT 1)
		S: h OK ...`},
	{id: "imap-uid-order", state: "select", mail: three, script: `
		C: a FETCH 1:* UID
		S: * 1 FETCH (UID 1)
		S: * 2 FETCH (UID 2)
		S: * 3 FETCH (UID 3)
		S: a OK ...
		C: b STORE 3 +FLAGS.SILENT (\Deleted)
		S: b OK ...
		C: c EXPUNGE
		S! skip
		S: c OK ...
		do: deliver
		C: d UID FETCH 1:* (UID)
		S: * 1 FETCH (UID 1)
		S: * 2 FETCH (UID 2)
		S! skip
		S: d OK ...
		C: e UID FETCH 1:* (UID)
		S: * 1 FETCH (UID 1)
		S: * 2 FETCH (UID 2)
		S: * 3 FETCH (UID 4)
		S: e OK ...`,
		do: map[string]func(*mailstore.Account){
			"deliver": func(a *mailstore.Account) { addMail(a.Mailbox("INBOX"), "Subject: x\n\nx\n") },
		}},
	{id: "imap-uidvalidity-nz", state: "login",
		setup: func(srv *Server) {
			b := srv.Store.Account("alice@example.com").Mailbox("INBOX")
			b.SetUIDValidity(4294967295)
			b.SetUIDNext(4294967294)
			addMail(b, "Subject: 1\n\n1\n")
		}, script: `
		C: a SELECT INBOX
		S! skip
		S: * OK [UIDVALIDITY 4294967295] ...
		S: * OK [UIDNEXT 4294967295] ...
		S! skip
		S: a OK ...
		C: b UID FETCH 4294967294 (UID)
		S: * 1 FETCH (UID 4294967294)
		S: b OK ...
		C: c UID FETCH 4294967295:1 (UID)
		S: * 1 FETCH (UID 4294967294)
		S: c OK ...`},
	{id: "imap-close", state: "select", mail: three, script: `
		C: a STORE 1:2 +FLAGS.SILENT (\Deleted)
		S: a OK ...
		C: b CLOSE
		S: b OK ...
		C: c FETCH 1 FLAGS
		S: c BAD [CLIENTBUG] ...
		C: d STATUS INBOX (MESSAGES)
		S: * STATUS INBOX (MESSAGES 1)
		S: d OK ...`},
	{id: "imap-unselect", state: "select", mail: three, script: `
		C: a STORE 1:2 +FLAGS.SILENT (\Deleted)
		S: a OK ...
		C: b UNSELECT
		S: b OK ...
		C: c FETCH 1 FLAGS
		S: c BAD [CLIENTBUG] ...
		C: d STATUS INBOX (MESSAGES)
		S: * STATUS INBOX (MESSAGES 3)
		S: d OK ...`},
}

// storeRows are the rows about flags and EXPUNGE.
var storeRows = []row{
	{id: "imap-store", state: "select", mail: three, script: `
		C: a STORE 1 FLAGS (\Seen \Flagged)
		S: * 1 FETCH (FLAGS (\Seen \Flagged \Recent))
		S: a OK ...
		C: b STORE 1 +FLAGS \Answered $x
		S! skip
		S: * 1 FETCH (FLAGS (\Seen \Flagged \Answered $x \Recent))
		S! skip
		S: b OK ...
		C: c STORE 1 -FLAGS (\Seen \Draft)
		S: * 1 FETCH (FLAGS (\Flagged \Answered $x \Recent))
		S: c OK ...
		C: d STORE 1:2 FLAGS.SILENT ()
		S: d OK ...
		C: e UID STORE 2,3 +flags.silent (\Seen)
		S: e OK ...
		C: f UID STORE 2:3 +FLAGS (\Draft)
		S: * 2 FETCH (UID 2 FLAGS (\Seen \Draft \Recent))
		S: * 3 FETCH (UID 3 FLAGS (\Seen \Draft \Recent))
		S: f OK ...
		C: g UID STORE 99 +FLAGS (\Seen)
		S: g OK ...
		C: h STORE 4 +FLAGS (\Seen)
		S: h BAD ...
		C: i STORE 1 FLAGS
		S: i BAD ...`},
	{id: "imap-store-recent", state: "select", mail: three, script: `
		C: a STORE 1 +FLAGS (\Recent)
		S: a BAD ...
		C: b STORE 1 FLAGS (\Seen \Frobnicated)
		S: b BAD ...
		C: c STORE 1 FLAGS (\*)
		S: c BAD ...
		C: d FETCH 1 FLAGS
		S: * 1 FETCH (FLAGS (\Recent))
		S: d OK ...`},
	{id: "imap-store-keyword", state: "select", mail: three, script: `
		C: a STORE 1 FLAGS (Work)
		S! skip
		S: * 1 FETCH (FLAGS (Work \Recent))
		S! skip
		S: a OK ...
		C: b STORE 2 FLAGS (WORK \sEEN)
		S: * 2 FETCH (FLAGS (Work \Seen \Recent))
		S: b OK ...
		C: c STORE 1 -FLAGS (work)
		S: * 1 FETCH (FLAGS (\Recent))
		S: c OK ...`},
	{id: "imap-keywords", state: "select", mail: three, script: `
		C: a STORE 1 FLAGS.SILENT ($Forwarded $Junk $NotJunk $Phishing $Important $MDNSent)
		S! skip
		S: a OK ...
		C: b FETCH 1 FLAGS
		S: * 1 FETCH (FLAGS ($Forwarded $Junk $NotJunk $Phishing $Important $MDNSent \Recent))
		S: b OK ...`},
	{id: "imap-mdnsent", state: "select", mail: three, script: `
		C: a STORE 1 +FLAGS ($MDNSent)
		S! skip
		S: * 1 FETCH (FLAGS ($MDNSent \Recent))
		S! skip
		S: a OK ...
		C: b SELECT INBOX
		S! skip
		S: * OK [PERMANENTFLAGS (...$MDNSent...)] ...
		S! skip
		S: b OK ...`},
	{id: "imap-expunge", state: "select", mail: append(three[:3:3], "Subject: 4\n\n4\n"), script: `
		C: a STORE 1,3,4 +FLAGS.SILENT (\Deleted)
		S: a OK ...
		C: b EXPUNGE
		S: * 1 EXPUNGE
		S: * 2 EXPUNGE
		S: * 2 EXPUNGE
		S! skip
		S: b OK ...
		C: c FETCH 1:* UID
		S: * 1 FETCH (UID 2)
		S: c OK ...
		C: d EXPUNGE
		S: d OK ...`},
	{id: "imap-uid-expunge", state: "select", mail: three, script: `
		C: a STORE 1:2 +FLAGS.SILENT (\Deleted)
		S: a OK ...
		C: b UID EXPUNGE 2:3
		S: * 2 EXPUNGE
		S! skip
		S: b OK ...
		C: c UID EXPUNGE 3
		S: c OK ...
		C: d UID FETCH 1:* (UID)
		S: * 1 FETCH (UID 1)
		S: * 2 FETCH (UID 3)
		S: d OK ...`},
}

// appendRows are the rows about APPEND.
var appendRows = []row{
	{id: "imap-append", state: "select", script: `
		C: a APPEND INBOX (\Seen $x) "17-Jul-1996 02:44:25 -0700" {17}
		S: + ...
		C! Subject: x\r\n\r\nx\r\n\r\n
		S! skip
		S: * 1 EXISTS
		S! skip
		S: a OK ...
		C: b FETCH 1 (FLAGS INTERNALDATE)
		S: * 1 FETCH (FLAGS (\Seen $x \Recent) INTERNALDATE "17-Jul-1996 02:44:25 -0700")
		S: b OK ...`},
	{id: "imap-append-exact", state: "select", script: `
		C: a APPEND INBOX {21+}
		C! \nno:head\rer\x80\xff\n.\r\n\r\n.\r\r\n
		S! skip
		S: a OK ...
		C: b FETCH 1 (RFC822.SIZE BODY.PEEK[])
		S| * 1 FETCH (RFC822.SIZE 21 BODY[] {21}\r\n\nno:head\rer\x80\xff\n.\r\n\r\n.\r)
		S: b OK ...`},
	{id: "imap-append-bad", state: "login", setup: boxes("x"), script: `
		C: a APPEND x (\Recent) {3+}
		C: abc
		S: a BAD ...
		C: b APPEND x "17-Foo-1996 02:44:25 -0700" {3+}
		C: abc
		S: b BAD ...
		C: c APPEND x {3+}
		C: abc x
		S: c BAD ...
		C: d APPEND x "quoted"
		S: d BAD ...
		C: e APPEND x {0+}
		C:
		S: e NO ...
		C! f APPEND x {4+}\r\na\x00bc\r\n
		S: f BAD ...
		C: g STATUS x (MESSAGES UIDNEXT)
		S: * STATUS x (MESSAGES 0 UIDNEXT 1)
		S: g OK ...`},
	{id: "imap-uidplus-append", state: "login", setup: boxes("x"), script: `
		C: a APPEND x {3+}
		C: abc
		S: a OK [APPENDUID 2 1] ...
		C: b APPEND x {3+}
		C: abc
		S: b OK [APPENDUID 2 2] ...`},
}

// copyRows are the rows about COPY and MOVE.
var copyRows = []row{
	{id: "imap-copy", state: "select", setup: func(srv *Server) {
		boxes("x")(srv)
		inbox(func(b *mailstore.Mailbox) {
			at(b, "1996-07-17T02:44:25-07:00", "Subject: 1\r\n\r\n1\r\n", `\Seen`, "$x")
			at(b, "1996-07-18T02:44:25-07:00", "Subject: 2\r\n\r\n2\r\n")
		})(srv)
	}, script: `
		C: a COPY 1:2 x
		S: a OK ...
		C: b SELECT x
		S! skip
		S: b OK ...
		C: c FETCH 1:* (FLAGS INTERNALDATE BODY.PEEK[HEADER])
		S| * 1 FETCH (FLAGS (\\Seen $x \\Recent) INTERNALDATE "17-Jul-1996 02:44:25 -0700" BODY[HEADER] {14}\r\nSubject: 1\r\n\r\n)
		S| * 2 FETCH (FLAGS (\\Recent) INTERNALDATE "18-Jul-1996 02:44:25 -0700" BODY[HEADER] {14}\r\nSubject: 2\r\n\r\n)
		S: c OK ...
		# All or nothing: another session has expunged one of them.
		C2: a NOOP
		S2: a OK ...
		C: d SELECT INBOX
		S! skip
		S: d OK ...
		C2: b UID STORE 1 +FLAGS.SILENT (\Deleted)
		S2: b OK ...
		C2: c EXPUNGE
		S2: * 1 EXPUNGE
		S2! skip
		S2: c OK ...
		C: e COPY 1:2 x
		S! skip
		S: e NO [EXPUNGEISSUED] ...
		C: f STATUS x (MESSAGES)
		S: * STATUS x (MESSAGES 2)
		S: f OK ...`},
	{id: "imap-copy-empty", state: "select", mail: three, setup: boxes("x"), script: `
		C: a UID COPY 77:99 x
		S: a OK UID COPY completed
		C: b UID MOVE 77 x
		S: b OK UID MOVE completed
		C: c COPY 77 x
		S: c BAD ...
		C: d MOVE 4 x
		S: d BAD ...`},
	{id: "imap-uidplus-copy", state: "select", mail: three, setup: boxes("x"), script: `
		C: a COPY 3,1 x
		S: a OK [COPYUID 2 1,3 1:2] ...
		C: b UID COPY 2 x
		S: b OK [COPYUID 2 2 3] ...
		C: c UID COPY 1:3 x
		S: c OK [COPYUID 2 1:3 4:6] ...`},
	{id: "imap-move", state: "select", mail: append(three[:3:3], "Subject: 4\n\n4\n"), setup: boxes("x"), script: `
		C: a MOVE 1,3 x
		S: * OK [COPYUID 2 1,3 1:2] ...
		S: * 1 EXPUNGE
		S: * 2 EXPUNGE
		S! skip
		S: a OK ...
		C: b FETCH 1:* UID
		S: * 1 FETCH (UID 2)
		S: * 2 FETCH (UID 4)
		S: b OK ...
		C: c UID MOVE 4 x
		S: * OK [COPYUID 2 4 3] ...
		S: * 2 EXPUNGE
		S! skip
		S: c OK ...
		C: d STATUS x (MESSAGES)
		S: * STATUS x (MESSAGES 3)
		S: d OK ...`},
	{id: "imap-move-fail", state: "select", mail: three, script: `
		C: a MOVE 1:2 nowhere
		S: a NO [TRYCREATE] ...
		C: b STATUS INBOX (MESSAGES)
		S: * STATUS INBOX (MESSAGES 3)
		S: b OK ...
		C: c NOOP
		S: c OK ...`},
}

// sessionsRows are the rows about sessions that see each other's changes.
var sessionsRows = []row{
	{id: "imap-multi-session", state: "select", mail: three, script: `
		C: 0 NOOP
		S: 0 OK ...
		C2: a NOOP
		S2: a OK ...
		C: a STORE 2 +FLAGS (\Flagged)
		S: * 2 FETCH (FLAGS (\Flagged \Recent))
		S: a OK ...
		C: b APPEND INBOX {1+}
		C: x
		S: * 4 EXISTS
		S: * 4 RECENT
		S: b OK ...
		C2: b NOOP
		S2: * 4 EXISTS
		S2: * 2 FETCH (FLAGS (\Flagged))
		S2: b OK ...
		C2: c IDLE
		S2: + ...
		C: c UID STORE 1 +FLAGS.SILENT (\Deleted)
		S: c OK ...
		S2: * 1 FETCH (FLAGS (\Deleted))
		C: d EXPUNGE
		S: * 1 EXPUNGE
		S! skip
		S: d OK ...
		S2: * 1 EXPUNGE
		C2: DONE
		S2: c OK ...`},
	{id: "imap-expunge-when", state: "select", mail: three, script: `
		C: 0 NOOP
		S: 0 OK ...
		C2: a NOOP
		S2: a OK ...
		do: expunge
		# Not in a command that speaks of sequence numbers ...
		C2: b FETCH 3 UID
		S2: * 3 FETCH (UID 3)
		S2: b OK ...
		C2: c SEARCH ALL
		S2: * SEARCH 1 2 3
		S2: c OK ...
		C2: d STORE 3 FLAGS (\Seen)
		S2: * 3 FETCH (FLAGS (\Seen))
		S2: d OK ...
		do: deliver
		C2: e FETCH 1:3 UID
		S2: * 1 FETCH (UID 1)
		S2: * 2 FETCH (UID 2)
		S2: * 3 FETCH (UID 3)
		S2: * 4 EXISTS
		S2! skip
		S2: e OK ...
		# ... but in its UID form.
		C2: f UID FETCH 3 (UID)
		S2: * 3 FETCH (UID 3)
		S2: * 1 EXPUNGE
		S2: f OK ...
		C: a NOOP
		S! skip
		S: * 1 EXPUNGE
		S! skip
		S: a OK ...`,
		do: map[string]func(*mailstore.Account){
			"deliver": func(a *mailstore.Account) { addMail(a.Mailbox("INBOX"), "Subject: x\n\nx\n") },
			"expunge": func(a *mailstore.Account) { a.Mailbox("INBOX").Expunge([]uint32{1}) },
		}},
}

// TestUIDValidityChanged and its like end the session: nothing that the client
// knows holds any more.
func TestUIDValidityChanged(t *testing.T) {
	srv := NewServer(t)
	box := srv.Store.Account("alice@example.com").Mailbox("INBOX")
	addMail(box, "Subject: x\n\nx\n")
	idle, busy := dialRaw(t, srv, ""), dialRaw(t, srv, "")
	idle.bring("select")
	busy.bring("select")
	idle.send("a IDLE\r\n")
	idle.expect("+ ...")
	box.SetUIDValidity(77)
	idle.expect("* BYE UIDVALIDITY ...")
	idle.directive("end")
	busy.send("a FETCH 1 FLAGS\r\n")
	busy.expect("* BYE UIDVALIDITY ...")
	busy.directive("end")
}
