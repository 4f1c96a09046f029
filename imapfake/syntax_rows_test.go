package imapfake

import (
	"strconv"
	"strings"
	"testing"

	"github.com/mailfakes/mailfakes/mailtest/mailstore"
)

// syntaxRows are the rows about lines, literals and what is wrong with them.
var syntaxRows = []row{
	{id: "imap-tag", state: "greeting", script: `
		C: aB-7.x NOOP
		S: aB-7.x OK ...
		C: ]z NOOP
		S: ]z OK ...`},
	{id: "imap-cmd-case", state: "greeting", script: `
		C: a noop
		S: a OK ...
		C: b lOgIn alice@example.com secret
		S: b OK ...
		C: c status inbox (messages UIDnext)
		S: * STATUS INBOX (MESSAGES 0 UIDNEXT 1)
		S: c OK ...`},
	{id: "imap-bad-syntax", state: "greeting", script: `
		C! \r\n
		S: * BAD ...
		C: a
		S: * BAD ...
		C: a  NOOP
		S: a BAD ... at byte 2 near " NOOP"
		C: * NOOP
		S: * BAD ...
		C: a+b NOOP
		S: * BAD ...
		C: a NOOP x
		S: a BAD expected the end of the line at byte 6 near " x"
		C! a NOOP\n
		S: a BAD ...
		C: b LOGIN "alice
		S: b BAD ...
		C: c LOGIN (x) y
		S: c BAD ...
		C! \x00\xff\x80\x01\r\n
		S: * BAD ...
		C: d NOOP
		S: d OK ...`},
	{id: "imap-bad-args", state: "select", mail: []string{"Subject: x\n\nx\n"}, script: `
		C: a STORE 0 FLAGS (\Seen)
		S: a BAD ...
		C: b STORE 4294967296 FLAGS (\Seen)
		S: b BAD ...
		C: c STORE 1: FLAGS (\Seen)
		S: c BAD ...
		C: d STORE 1 FLAGGED (\Seen)
		S: d BAD ...
		C: e APPEND INBOX "32-Jan-2020 00:00:00 +0000" {1}
		S: e BAD ...
		C: f FETCH 0 FLAGS
		S: f BAD ...
		C: g SEARCH BOGUS
		S: g BAD ...
		C: h SELECT &AGE-
		S: h BAD ...
		C: i NOOP
		S: i OK ...`},
	{id: "imap-unknown", state: "greeting", script: `
		C: a FROBNICATE x (y)
		S: a BAD ...
		C: b LOGIN alice@example.com secret
		S: b OK ...
		C: c FROBNICATE
		S: c BAD ...
		C: d UID NOOP
		S: d BAD ...
		C: e NOOP
		S: e OK ...`},
	{id: "imap-state", state: "greeting", script: `
		C: a SELECT INBOX
		S: a BAD [CLIENTBUG] ...
		C: b LIST "" *
		S: b BAD [CLIENTBUG] ...
		C: c LOGIN alice@example.com secret
		S: c OK ...
		C: d FETCH 1 FLAGS
		S: d BAD [CLIENTBUG] ...
		C: e UID STORE 1 FLAGS (\Seen)
		S: e BAD [CLIENTBUG] ...
		C: f EXPUNGE
		S: f BAD [CLIENTBUG] ...
		C: g CLOSE
		S: g BAD [CLIENTBUG] ...
		C: h NOOP
		S: h OK ...`},
	{id: "imap-lit-sync", state: "greeting", script: `
		C: a LOGIN {17}
		S: + ...
		C: alice@example.com {6}
		S: + ...
		C: secret
		S: a OK ...
		C: b CREATE {5}
		S: + ...
		C: a b c
		S: b OK ...
		C: c SELECT {5}
		S: + ...
		C: a b c
		S! skip
		S: c OK ...
		C: d SEARCH SUBJECT {3}
		S: + ...
		C: foo
		S: * SEARCH
		S: d OK ...`,
		check: checkLongLiterals},
	{id: "imap-lit-zero", state: "greeting", script: `
		C: a LOGIN alice@example.com {0}
		S: + ...
		C:
		S: a NO [AUTHENTICATIONFAILED] ...
		C: b LOGIN alice@example.com secret
		S: b OK ...
		C: c LIST {0}
		S: + ...
		C:  {0}
		S: + ...
		C:
		S: * LIST (\Noselect) "/" ""
		S: c OK ...`},
	{id: "imap-lit-big", state: "login", setup: func(srv *Server) { srv.MaxMessageBytes = 1000 }, script: `
		C: a APPEND INBOX {1001}
		S: a NO [TOOBIG] ...
		C: b APPEND INBOX {99999999999999999999}
		S: b NO [TOOBIG] ...
		C: c STATUS {10000000}
		S: c NO [TOOBIG] ...
		C: d APPEND INBOX {1001+}
		C: ` + strings.Repeat("x", 1001) + `
		S: d NO [TOOBIG] ...
		C: e APPEND INBOX {1000+}
		C: ` + strings.Repeat("x", 1000) + `
		S: e OK ...
		C: f STATUS INBOX (MESSAGES)
		S: * STATUS INBOX (MESSAGES 1)
		S: f OK ...`},
	{id: "imap-litplus", state: "login", script: `
		C: a CREATE {5+}
		C: a b c
		S: a OK ...
		# The bytes of a refused literal are never run.
		C: b FROBNICATE {16+}
		C: x DELETE "a b c"
		S: b BAD ...
		C: c APPEND nowhere {15+}
		C: x DELETE a b c\r
		S: c NO [TRYCREATE] ...
		C: d FETCH {4+}
		C: 1234 {15+}
		C: x DELETE a b c
		S: d BAD ...
		C: e NOOP
		S: e OK ...
		C: f LIST "" *
		S: * LIST (\HasNoChildren) "/" INBOX
		S: * LIST (\HasNoChildren) "/" "a b c"
		S: f OK ...`,
		check: checkLiteralMinus},
	{id: "imap-quoted", state: "login", script: `
		C: a CREATE "a\"b\\c"
		S: a OK ...
		C: b LIST "" *c
		S: * LIST (\HasNoChildren) "/" "a\"b\\c"
		S: b OK ...
		C: c CREATE "a\b"
		S: c BAD ...`},
	{id: "imap-line-8k", state: "select", mail: []string{"Subject: x\n\nx\n"}, script: `
		C: a UID STORE ` + strings.Repeat("1,", 8190/2) + `1 FLAGS.SILENT (\Seen)
		S: a OK ...
		C: b UID FETCH 1 (FLAGS)
		S: * 1 FETCH (UID 1 FLAGS (\Seen \Recent))
		S: b OK ...
		C: c NOOP ` + strings.Repeat("x", 70000) + `
		S: c BAD ...
		C: d NOOP
		S: d OK ...`},
	{id: "imap-lit8-utf8q", state: "select", mail: []string{"Subject: é\n\nx\n"}, script: `
		C! a CREATE "é"\r\n
		S: a BAD ...
		C! b CREATE é\r\n
		S: b BAD ...
		C: c FETCH 1 ENVELOPE
		S: * 1 FETCH (ENVELOPE (NIL {2}
		S| é NIL NIL NIL NIL NIL NIL NIL NIL))
		S: c OK ...`},
}

// checkLongLiterals logs in with literals of many sizes.
func checkLongLiterals(t *testing.T, alice *mailstore.Account) {
	srv := NewServer(t)
	for _, n := range []int{1, 4095, 4096, 4097, 70000, 1 << 20} {
		password := strings.Repeat("p", n)
		srv.Store.Account("bob@example.com").Password = password
		c := dialRaw(t, srv, "")
		c.bring("greeting")
		c.send("a LOGIN bob@example.com {" + strconv.Itoa(n) + "}\r\n")
		c.expect("+ ...")
		c.send(password + "\r\n")
		c.expect("a OK ...")
	}
}

// checkLiteralMinus asks a server with LITERAL- alone.
func checkLiteralMinus(t *testing.T, alice *mailstore.Account) {
	r := row{state: "login", setup: caps("LITERAL-"), script: `
		C: a CREATE {5+}
		C: a b c
		S: a OK ...
		C: b CREATE {4097+}
		C: ` + strings.Repeat("x", 4097) + `
		S: b BAD ...
		C: c NOOP
		S: c OK ...`}
	r.converse(t)
}
