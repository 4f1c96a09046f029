package imapfake

import (
	"strings"
	"testing"

	"github.com/mailfakes/mailfakes/mailtest/mailstore"
)

// extensionRows are the rows about small extensions.
var extensionRows = []row{
	{id: "imap-compress", run: testCompress},
	{id: "imap-unauth", setup: everything, state: "login", script: `
		C: a ENABLE CONDSTORE
		S! skip
		S: a OK ...
		C: b SELECT INBOX
		S! skip
		S: b OK ...
		C: c UNAUTHENTICATE
		S: c OK [CAPABILITY ...AUTH=PLAIN...] ...
		C: d SELECT INBOX
		S: d BAD [CLIENTBUG] ...
		C: e UNAUTHENTICATE
		S: e BAD [CLIENTBUG] ...
		C: f LOGIN alice@example.com secret
		S: f OK ...
		C: g SELECT INBOX
		S! skip
		S: g OK ...
		# Nothing is enabled any more.
		C: h APPEND INBOX {1+}
		C: x
		S! skip
		S: h OK ...
		C: i STORE 1 +FLAGS (\Seen)
		S: * 1 FETCH (FLAGS (\Seen \Recent))
		S: i OK ...`},
	{id: "imap-multiappend", setup: everything, state: "login", script: `
		C: a APPEND INBOX (\Seen) {3}
		S: + ...
		C: abc (\Flagged) "17-Jul-1996 02:44:25 -0700" {4+}
		C: defg {2}
		S: + ...
		C: hi
		S: a OK [APPENDUID 1 1:3] ...
		C: b EXAMINE INBOX
		S! skip
		S: b OK ...
		C: c FETCH 1:* (FLAGS RFC822.SIZE)
		S: * 1 FETCH (FLAGS (\Seen \Recent) RFC822.SIZE 3)
		S: * 2 FETCH (FLAGS (\Flagged \Recent) RFC822.SIZE 4)
		S: * 3 FETCH (FLAGS (\Recent) RFC822.SIZE 2)
		S: c OK ...
		# All or none: one is malformed, one is empty, one is refused.
		C: d APPEND INBOX {3+}
		C: abc (\Recent) {1}
		S: d BAD ...
		C: e APPEND INBOX {3+}
		C: abc {0+}
		C:
		S: e NO ...
		C: f APPEND INBOX {3+}
		C: abc {999999999}
		S: f NO [TOOBIG] ...
		C: g APPEND INBOX {3+}
		C: abc x
		S: g BAD ...
		C: h STATUS INBOX (MESSAGES UIDNEXT)
		S: * STATUS INBOX (MESSAGES 3 UIDNEXT 4)
		S: h OK ...`, check: checkSingleAppend},
	{id: "imap-appendlimit", setup: caps("LITERAL+ APPENDLIMIT=1000"), state: "login", script: `
		C: a CAPABILITY
		S: * CAPABILITY ...APPENDLIMIT=1000
		S: a OK ...
		C: b STATUS INBOX (APPENDLIMIT)
		S: * STATUS INBOX (APPENDLIMIT 1000)
		S: b OK ...
		C: c APPEND INBOX {1001}
		S: c NO [TOOBIG] ...
		C: d APPEND INBOX {1000}
		S: + ...
		C: ` + strings.Repeat("x", 1000) + `
		S: d OK ...`},
	{id: "imap-binary-append", setup: everything, state: "select", script: `
		C! a APPEND INBOX ~{4+}\r\na\x00bc\r\n
		S! skip
		S: a OK ...
		C: b FETCH 1 RFC822.SIZE
		S: * 1 FETCH (RFC822.SIZE 4)
		S: b OK ...
		C: c APPEND INBOX ~{3}
		S: + ...
		C: abc
		S! skip
		S: c OK ...`},
	{id: "imap-utf8", setup: everything, state: "login", script: `
		C: a ENABLE UTF8=ACCEPT
		S: * ENABLED UTF8=ACCEPT
		S: a OK ...
		C: b CREATE "Entwürfe"
		S: b OK ...
		C: c CREATE "A&B"
		S: c OK ...
		C: d CREATE Entw&APw-rfe
		S: d OK ...
		C: e LIST "" *
		S: * LIST (\HasNoChildren) "/" INBOX
		S: * LIST (\HasNoChildren) "/" A&B
		S: * LIST (\HasNoChildren) "/" Entw&APw-rfe
		S: * LIST (\HasNoChildren) "/" "Entwürfe"
		S: e OK ...
		C: f SELECT {9}
		S: + ...
		C: Entwürfe
		S! skip
		S: f OK ...
		C: g SEARCH CHARSET UTF-8 ALL
		S: g BAD ...
		C: h SEARCH SUBJECT "ü"
		S: * SEARCH
		S: h OK ...
		C! i CREATE "\xff"\r\n
		S: i BAD ...
		C2: a LIST "" Entw&APw-r*
		S2: * LIST (\HasNoChildren) "/" Entw&APw-rfe
		S2: a OK ...`},
	{id: "imap-utf8-append", setup: everything, state: "login", script: `
		C: a APPEND INBOX UTF8 (~{5+}
		C: hello)
		S: a BAD ...
		C: b ENABLE UTF8=ACCEPT
		S! skip
		S: b OK ...
		C: c APPEND INBOX (\Seen) UTF8 (~{15}
		S: + ...
		C! Subject: é\r\n\r\n)\r\n
		S: c OK [APPENDUID 1 1] ...
		C: d APPEND INBOX ~{5+}
		C: hello
		S: d OK ...
		C: e EXAMINE INBOX
		S! skip
		S: e OK ...
		C: f FETCH 1 (RFC822.SIZE ENVELOPE)
		S: * 1 FETCH (RFC822.SIZE 15 ENVELOPE (NIL "é" NIL NIL NIL NIL NIL NIL NIL NIL))
		S: f OK ...`},
	{id: "imap-rev2-select", setup: everything, state: "login", mail: three, script: `
		C: a ENABLE IMAP4rev2
		S: * ENABLED IMAP4rev2
		S: a OK ...
		C: b SELECT INBOX
		S: * FLAGS ...
		S: * OK [PERMANENTFLAGS ...
		S: * 3 EXISTS
		S: * OK [UIDVALIDITY ...
		S: * OK [UIDNEXT ...
		S! skip
		S: * LIST () "/" INBOX
		S: b OK [READ-WRITE] ...
		C: c EXAMINE INBOX
		S: * OK [CLOSED] ...
		S! skip
		S: * LIST () "/" INBOX
		S: c OK [READ-ONLY] ...
		C: d NOOP
		S: d OK ...`, check: checkRev2Only},
	{id: "imap-rev2-search", setup: everything, state: "login", mail: three, script: `
		C: a ENABLE IMAP4rev2
		S! skip
		S: a OK ...
		C: b SELECT INBOX
		S! skip
		S: b OK ...
		C: c SEARCH UNSEEN
		S: * ESEARCH (TAG "c") ALL 1:3
		S: c OK ...
		C: d UID SEARCH SEEN
		S: * ESEARCH (TAG "d") UID
		S: d OK ...`},
	{id: "imap-rev2-names", setup: everything, state: "login", script: `
		C: a ENABLE IMAP4rev2
		S! skip
		S: a OK ...
		C: b CREATE "Entwürfe"
		S: b OK ...
		C: c LIST "" "Entw*"
		S: * LIST (\HasNoChildren) "/" "Entwürfe"
		S: c OK ...`},
	{id: "imap-rev2-gone", setup: everything, state: "login", mail: three, script: `
		C: a ENABLE IMAP4rev2
		S! skip
		S: a OK ...
		C: b LSUB "" *
		S: b BAD ...
		C: c STATUS INBOX (RECENT)
		S: c BAD ...
		C: d SELECT INBOX
		S! skip
		S: d OK ...
		C: e CHECK
		S: e BAD ...
		C: f FETCH 1 RFC822
		S: f BAD ...
		C: g FETCH 1 (RFC822.HEADER)
		S: g BAD ...
		C: h FETCH 1 RFC822.TEXT
		S: h BAD ...
		C: i SEARCH NEW
		S: i BAD ...
		C: j SEARCH OLD
		S: j BAD ...
		C: k SEARCH RECENT
		S: k BAD ...
		C: l FETCH 1 (FLAGS RFC822.SIZE)
		S: * 1 FETCH (FLAGS () RFC822.SIZE 17)
		S: l OK ...
		# They are still there for those who speak IMAP4rev1, and \Recent was left to them.
		C2: a SELECT INBOX
		S2! skip
		S2: * 3 RECENT
		S2! skip
		S2: a OK ...
		C2: b CHECK
		S2: b OK ...`},
	{id: "imap-rev2-status", setup: everything, state: "login", mail: three, script: `
		C: a ENABLE IMAP4rev2
		S! skip
		S: a OK ...
		C: b STATUS INBOX (MESSAGES SIZE DELETED)
		S: * STATUS INBOX (MESSAGES 3 SIZE 51 DELETED 0)
		S: b OK ...`},
	{id: "imap-rev2-oldname", setup: everything, state: "login", script: `
		C: a ENABLE IMAP4rev2
		S! skip
		S: a OK ...
		C! b CREATE "Entwu\u0308rfe"\r\n
		S: * LIST () "/" "Entwürfe" ("OLDNAME" ("Entwürfe"))
		S: b OK ...
		C! c SELECT "Entwu\u0308rfe"\r\n
		S! skip
		S: * LIST () "/" "Entwürfe" ("OLDNAME" ("Entwürfe"))
		S: c OK ...
		C! d LIST "" "Entwu\u0308rfe"\r\n
		S: * LIST (\HasNoChildren) "/" "Entwürfe" ("OLDNAME" ("Entwürfe"))
		S: d OK ...
		C: e SELECT "Entwürfe"
		S! skip
		S: * LIST () "/" "Entwürfe"
		S: e OK ...`},
}

// checkSingleAppend asks a server without MULTIAPPEND.
func checkSingleAppend(t *testing.T, _ *mailstore.Account) {
	row{state: "login", setup: caps("LITERAL+"), script: `
		C: a APPEND INBOX {3+}
		C: abc {3+}
		C: def
		S: a BAD ...
		C: b STATUS INBOX (MESSAGES)
		S: * STATUS INBOX (MESSAGES 0)
		S: b OK ...`}.converse(t)
}

// checkRev2Only asks a server that knows nothing else.
func checkRev2Only(t *testing.T, _ *mailstore.Account) {
	only := func(srv *Server) { srv.Caps = Caps{After: "IMAP4rev2"} }
	row{state: "login", setup: only, mail: three, script: `
		C: a SELECT INBOX
		S! skip
		S: * LIST () "/" INBOX
		S: a OK ...
		C: b CHECK
		S: b BAD ...
		C: c FETCH 1 (FLAGS)
		S: * 1 FETCH (FLAGS ())
		S: c OK ...
		C: d MOVE 1 nowhere
		S: d NO [TRYCREATE] ...
		C: e IDLE
		S: + ...
		C: DONE
		S: e OK ...`}.converse(t)
}
