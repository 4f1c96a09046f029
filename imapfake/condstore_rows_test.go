package imapfake

import (
	"testing"

	"github.com/mailfakes/mailfakes/mailtest/mailstore"
)

// Changes by others, for scripts.
var changes = map[string]func(*mailstore.Account){
	"deliver": func(a *mailstore.Account) { addMail(a.Mailbox("INBOX"), "Subject: x\n\nx\n") },
	"flag 1": func(a *mailstore.Account) {
		a.Mailbox("INBOX").SetFlags([]uint32{1}, mailstore.AddFlags, `\Flagged`)
	},
	"flag 3": func(a *mailstore.Account) {
		a.Mailbox("INBOX").SetFlags([]uint32{3}, mailstore.AddFlags, `\Flagged`)
	},
	"expunge 2": func(a *mailstore.Account) { a.Mailbox("INBOX").Expunge([]uint32{2}) },
}

// condStoreRows are the rows about CONDSTORE. A mailbox's mod-sequence is 1
// when it is made, so that of the first message is 2.
var condStoreRows = []row{
	{id: "imap-cs-highest", state: "login", mail: three, script: `
		C: a SELECT INBOX
		S! skip
		S: * OK [HIGHESTMODSEQ 4] ...
		S! skip
		S: a OK ...
		C: b EXAMINE INBOX
		S! skip
		S: * OK [HIGHESTMODSEQ 4] ...
		S! skip
		S: b OK ...`},
	{id: "imap-cs-enable", state: "login", mail: three, do: changes, script: `
		C: a ENABLE CONDSTORE
		S: * ENABLED CONDSTORE
		S: a OK ...
		C: b SELECT INBOX
		S! skip
		S: b OK ...
		do: flag 1
		C: c NOOP
		S: * 1 FETCH (UID 1 MODSEQ (5) FLAGS (\Flagged \Recent))
		S: c OK ...
		# Before that, there is no MODSEQ; STATUS enables it as well.
		C2: a SELECT INBOX
		S2! skip
		S2: a OK ...
		do: flag 3
		C2: b NOOP
		S2: * 3 FETCH (FLAGS (\Flagged))
		S2: b OK ...
		C2: c STATUS INBOX (HIGHESTMODSEQ)
		S2: * OK [HIGHESTMODSEQ 6] ...
		S2: * STATUS INBOX (HIGHESTMODSEQ 6)
		S2: c OK ...
		C2: d STORE 2 +FLAGS (\Seen)
		S2: * 2 FETCH (UID 2 MODSEQ (7) FLAGS (\Seen))
		S2: d OK ...
		# And so does UNCHANGEDSINCE.
		C3: a SELECT INBOX
		S3! skip
		S3: a OK ...
		C3: b STORE 1 (UNCHANGEDSINCE 5) +FLAGS (\Seen)
		S3: * OK [HIGHESTMODSEQ 7] ...
		S3: * 1 FETCH (UID 1 MODSEQ (8) FLAGS (\Flagged \Seen))
		S3: b OK ...`},
	{id: "imap-cs-enable-both", state: "login", mail: three, setup: everything, do: changes, script: `
		# CONDSTORE comes with QRESYNC, and is told if it was asked for.
		C: a ENABLE QRESYNC CONDSTORE CONDSTORE NONSENSE
		S: * ENABLED QRESYNC CONDSTORE
		S: a OK ...
		C: b ENABLE CONDSTORE QRESYNC
		S: * ENABLED
		S: b OK ...
		C: c SELECT INBOX
		S! skip
		S: c OK ...
		C: d ENABLE CONDSTORE
		S: d BAD [CLIENTBUG] ENABLE is for before a mailbox is selected
		# What sets \Seen is told with the UID.
		C: e FETCH 1 BODY[TEXT]
		S| * 1 FETCH (BODY[TEXT] {3}\r\n1\r\n FLAGS (\\Seen \\Recent) MODSEQ (5) UID 1)
		S: e OK ...
		# What is gone isn't told where there are sequence numbers.
		do: expunge 2
		C: f UID SEARCH 1:3
		S: * SEARCH 1 2 3
		S! skip
		S: f OK ...
		C: g UID SEARCH UID 1:3
		S: * SEARCH 1 2 3
		S: * VANISHED 2
		S: * 2 RECENT
		S: g OK ...`},
	{id: "imap-cs-uid-seen", state: "select", mail: three, setup: everything, script: `
		# The UID is there for clients that know CONDSTORE only, too.
		C: a FETCH 1 (MODSEQ)
		S: * OK [HIGHESTMODSEQ 4] ...
		S: * 1 FETCH (MODSEQ (2))
		S: a OK ...
		C: b FETCH 1 BODY[TEXT]
		S| * 1 FETCH (BODY[TEXT] {3}\r\n1\r\n FLAGS (\\Seen \\Recent) MODSEQ (5) UID 1)
		S: b OK ...`},
	{id: "imap-qr-metadata", state: "login", mail: three, setup: everything, script: `
		# Annotations count as changes of their mailbox.
		C: a SETMETADATA INBOX (/private/comment "x")
		S: a OK ...
		C: b STATUS INBOX (HIGHESTMODSEQ)
		S: * STATUS INBOX (HIGHESTMODSEQ 5)
		S: b OK ...
		C: c SETMETADATA INBOX (/private/comment "x")
		S: c OK ...
		C: d SETMETADATA "" (/private/comment "x")
		S: d OK ...
		C: e STATUS INBOX (HIGHESTMODSEQ)
		S: * STATUS INBOX (HIGHESTMODSEQ 5)
		S: e OK ...
		C: f SELECT INBOX
		S! skip
		S: f OK ...
		C: g SETMETADATA INBOX (/private/comment NIL)
		S: g OK ...
		C: h FETCH 1:* (FLAGS) (CHANGEDSINCE 4)
		S: h OK ...`},
	{id: "imap-cs-store", state: "select", mail: three, do: changes, script: `
		C: a ENABLE CONDSTORE
		S: a BAD ...
		do: flag 3
		C: b STORE 1:3 (UNCHANGEDSINCE 4) +FLAGS (\Seen)
		S: * OK [HIGHESTMODSEQ 5] ...
		S: * 1 FETCH (UID 1 MODSEQ (6) FLAGS (\Seen \Recent))
		S: * 2 FETCH (UID 2 MODSEQ (7) FLAGS (\Seen \Recent))
		S: * 3 FETCH (UID 3 MODSEQ (5) FLAGS (\Flagged \Recent))
		S: b OK [MODIFIED 3] ...
		C: c UID STORE 1,2,2,3 (UNCHANGEDSINCE 6) +FLAGS.SILENT (\Draft)
		S: * 1 FETCH (UID 1 MODSEQ (8))
		S: * 2 FETCH (UID 2 MODSEQ (7) FLAGS (\Seen \Recent))
		S: * 3 FETCH (UID 3 MODSEQ (9))
		S: c OK [MODIFIED 2] ...
		# A flag that is set already changes nothing, and succeeds.
		C: d STORE 1 (UNCHANGEDSINCE 8) +FLAGS.SILENT (\Draft)
		S: * 1 FETCH (UID 1 MODSEQ (8))
		S: d OK STORE completed
		C: e STORE 1 (UNCHANGEDSINCE 0) +FLAGS (\Seen)
		S! skip
		S: e OK [MODIFIED 1] ...
		C: f STORE 1 (UNCHANGEDSINCE 9223372036854775808) +FLAGS (\Seen)
		S: f BAD ...
		C: g STORE 1 () +FLAGS (\Seen)
		S: g BAD ...
		C: h STORE 1 (UNCHANGEDSINCE) +FLAGS (\Seen)
		S: h BAD ...
		# One of the messages is gone.
		do: expunge 2
		C: i STORE 1:2 (UNCHANGEDSINCE 7) +FLAGS (\Answered)
		S: * 1 FETCH ...
		S: i NO [MODIFIED 1] ...`},
	{id: "imap-cs-status", state: "login", mail: three, script: `
		C: a STATUS INBOX (MESSAGES HIGHESTMODSEQ)
		S: * STATUS INBOX (MESSAGES 3 HIGHESTMODSEQ 4)
		S: a OK ...
		C: b CREATE x
		S: b OK ...
		C: c STATUS x (HIGHESTMODSEQ)
		S: * STATUS x (HIGHESTMODSEQ 1)
		S: c OK ...`},
	{id: "imap-cs-mono", run: testModSeqs},
	{id: "imap-cs-param", state: "login", mail: three, do: changes, script: `
		C: a SELECT INBOX (CONDSTORE)
		S! skip
		S: * OK [HIGHESTMODSEQ 4] ...
		S! skip
		S: a OK ...
		do: flag 1
		C: b NOOP
		S: * 1 FETCH (UID 1 MODSEQ (5) FLAGS (\Flagged \Recent))
		S: b OK ...
		C: c EXAMINE INBOX (condstore)
		S! skip
		S: c OK ...
		C: d SELECT INBOX ()
		S: d BAD ...
		C: e SELECT INBOX (X)
		S: e BAD ...`},
	{id: "imap-cs-silent", state: "login", mail: three, script: `
		C: a ENABLE CONDSTORE
		S! skip
		S: a OK ...
		C: b SELECT INBOX
		S! skip
		S: b OK ...
		C: c STORE 1:2 +FLAGS.SILENT (\Seen)
		S: * 1 FETCH (UID 1 MODSEQ (5))
		S: * 2 FETCH (UID 2 MODSEQ (6))
		S: c OK ...
		C: d STORE 1:3 +FLAGS.SILENT (\Seen)
		S: * 3 FETCH (UID 3 MODSEQ (7))
		S: d OK ...`},
}

// testModSeqs makes changes of all kinds. Each has a higher mod-sequence than
// the one before, and a change that changes nothing has none.
func testModSeqs(t *testing.T) {
	srv := NewServer(t)
	box := srv.Store.Account("alice@example.com").Mailbox("INBOX")
	c := dialRaw(t, srv, "")
	c.bring("select")
	last := box.Snapshot().HighestModSeq
	for _, step := range []struct {
		command string
		grows   uint64
	}{
		{"APPEND INBOX {1+}\r\nx", 1}, {"APPEND INBOX {1+}\r\ny", 1}, {"STORE 1:2 +FLAGS (\\Seen)", 2},
		{"STORE 1:2 +FLAGS (\\Seen)", 0}, {"STORE 1 -FLAGS (\\Flagged)", 0}, {"FETCH 1 BODY[]", 0},
		{"STORE 1 FLAGS (\\Deleted)", 1}, {"FETCH 1 BODY[]", 1}, {"COPY 1:2 INBOX", 2}, {"EXPUNGE", 2},
		{"MOVE 1 INBOX", 2}, {"NOOP", 0}, {"STORE 1 FLAGS (\\deleted)", 1}, {"CLOSE", 1},
	} {
		c.send("a " + step.command + "\r\n")
		c.skip = true
		c.expect("a OK ...")
		now := box.Snapshot().HighestModSeq
		if now != last+step.grows {
			t.Errorf("%q: HIGHESTMODSEQ from %d to %d, want %d more", step.command, last, now, step.grows)
		}
		last = now
	}
	seen := make(map[uint64]bool)
	for _, ch := range box.Changes(0) {
		if seen[ch.ModSeq] {
			t.Errorf("mod-sequence %d twice", ch.ModSeq)
		}
		seen[ch.ModSeq] = true
	}
}

// qresyncRows are the rows about QRESYNC.
var qresyncRows = []row{
	{id: "imap-qr-enable", state: "login", setup: everything, mail: three, do: changes, script: `
		C: a SELECT INBOX (QRESYNC (1 1))
		S: a BAD ...
		C: b ENABLE QRESYNC
		S: * ENABLED QRESYNC
		S: b OK ...
		C: c SELECT INBOX
		S! skip
		S: c OK ...
		do: expunge 2
		C: d NOOP
		S: * VANISHED 2
		S: * 2 RECENT
		S: d OK ...
		C: e STORE 1:2 +FLAGS.SILENT (\Deleted)
		S: * 1 FETCH (UID 1 MODSEQ (6))
		S: * 2 FETCH (UID 3 MODSEQ (7))
		S: e OK ...
		C: f EXPUNGE
		S: * VANISHED 1,3
		S: * 0 RECENT
		S: f OK [HIGHESTMODSEQ 9] ...
		# It needs ENABLE: another session gets EXPUNGE.
		C2: a SELECT INBOX
		S2! skip
		S2: a OK ...
		do: deliver
		C2: 0 NOOP
		S2! skip
		S2: 0 OK ...
		C2: b UID STORE 4 +FLAGS.SILENT (\Deleted)
		S2! skip
		S2: b OK ...
		C2: c EXPUNGE
		S2: * 1 EXPUNGE
		S2! skip
		S2: c OK EXPUNGE completed`},
	{id: "imap-qr-select", state: "login", setup: everything, do: changes,
		mail: append(three[:3:3], "Subject: 4\n\n4\n", "Subject: 5\n\n5\n"), script: `
		C: a ENABLE QRESYNC
		S! skip
		S: a OK ...
		do: expunge 2
		do: flag 3
		do: deliver
		C: b SELECT INBOX (QRESYNC (1 6))
		S! skip
		S: * OK [HIGHESTMODSEQ 9] ...
		S: * VANISHED (EARLIER) 2
		S: * 2 FETCH (UID 3 MODSEQ (8) FLAGS (\Flagged \Recent))
		S: * 5 FETCH (UID 6 MODSEQ (9) FLAGS (\Recent))
		S: b OK [READ-WRITE] ...
		# Known UIDs.
		C: c SELECT INBOX (QRESYNC (1 6 1,3:5))
		S: * OK [CLOSED] ...
		S! skip
		S: * OK [HIGHESTMODSEQ 9] ...
		S: * 2 FETCH (UID 3 MODSEQ (8) FLAGS (\Flagged))
		S: c OK ...
		# Pairs of numbers and UIDs: the last that is right says that UID 2 is known to be gone.
		C: d SELECT INBOX (QRESYNC (1 1 1:6 (1,2,4 1,3,6)))
		S! skip
		S: * OK [HIGHESTMODSEQ 9] ...
		S: * 1 FETCH (UID 1 ...
		S: * 2 FETCH (UID 3 ...
		S: * 3 FETCH (UID 4 ...
		S: * 4 FETCH (UID 5 ...
		S: * 5 FETCH (UID 6 ...
		S: d OK ...
		C: e SELECT INBOX (QRESYNC (1 6 (1:2 1:2)))
		S! skip
		S: * VANISHED (EARLIER) 2
		S! skip
		S: e OK ...
		# Another UIDVALIDITY.
		C: f SELECT INBOX (QRESYNC (77 1 1:9))
		S! skip
		S: * OK [HIGHESTMODSEQ 9] ...
		S: f OK ...
		# Nothing new.
		C: g EXAMINE INBOX (QRESYNC (1 9))
		S! skip
		S: * OK [HIGHESTMODSEQ 9] ...
		S: g OK [READ-ONLY] ...
		C: h SELECT INBOX (QRESYNC (1 9 1:*))
		S: h BAD ...
		C: i SELECT INBOX (QRESYNC (1 9 1:2 (1 1:2)))
		S: i BAD ...
		C: j SELECT INBOX (QRESYNC (0 9))
		S: j BAD ...
		C: k NOOP
		S: k OK ...`},
	{id: "imap-qr-expunge", state: "login", setup: everything, mail: three, do: changes, script: `
		C: a ENABLE QRESYNC CONDSTORE
		S! skip
		S: a OK ...
		C: b SELECT INBOX
		S! skip
		S: b OK ...
		C: c EXPUNGE
		S: c OK EXPUNGE completed
		C: d STORE 1:3 +FLAGS.SILENT (\Deleted)
		S! skip
		S: d OK ...
		C: e UID EXPUNGE 1
		S: * VANISHED 1
		S! skip
		S: e OK [HIGHESTMODSEQ 8] ...
		# While the command speaks of sequence numbers VANISHED waits, and so does HIGHESTMODSEQ.
		do: expunge 2
		do: flag 3
		C: f FETCH 1 UID
		S: * 1 FETCH (UID 2)
		S: * 2 FETCH (UID 3 MODSEQ (10) FLAGS (\Deleted \Flagged \Recent))
		S: * OK [HIGHESTMODSEQ 8] ...
		S: f OK ...
		C: g NOOP
		S: * VANISHED 2
		S! skip
		S: g OK ...
		# CLOSE tells nothing.
		C: h CLOSE
		S: h OK CLOSE completed`},
	{id: "imap-qr-closed", state: "select", mail: three, script: `
		C: a SELECT INBOX
		S: * OK [CLOSED] ...
		S: * FLAGS ...
		S! skip
		S: a OK ...
		C: b CLOSE
		S: b OK ...
		C: c EXAMINE INBOX
		S: * FLAGS ...
		S! skip
		S: c OK ...`},
	{id: "imap-qr-minimal", state: "login", setup: everything, mail: three, do: changes, script: `
		# However old the client's mod-sequence, nothing that is gone is left out.
		C: a ENABLE QRESYNC
		S! skip
		S: a OK ...
		do: expunge 2
		C: b SELECT INBOX (QRESYNC (1 1))
		S! skip
		S: * VANISHED (EARLIER) ...2...
		S! skip
		S: b OK ...`},
}
