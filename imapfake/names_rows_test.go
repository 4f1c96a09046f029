package imapfake

import (
	"testing"

	"github.com/mailfakes/mailfakes/mailtest/mailstore"
)

// nameRows are the rows about how mailbox names are written.
var nameRows = []row{
	{id: "imap-mutf7", state: "login", script: `
		C: a CREATE Entw&APw-rfe
		S: a OK ...
		C: b CREATE "R&-D"
		S: b OK ...
		C: c CREATE &U,BTFw-/&ZeVnLIqe-
		S: c OK ...
		C: d LIST "" *
		S: * LIST (...) "/" INBOX
		S: * LIST (...) "/" Entw&APw-rfe
		S: * LIST (...) "/" R&-D
		S: * LIST (...) "/" &U,BTFw-
		S: * LIST (...) "/" &U,BTFw-/&ZeVnLIqe-
		S: d OK ...
		C: e STATUS Entw&APw-rfe (MESSAGES)
		S: * STATUS Entw&APw-rfe (MESSAGES 0)
		S: e OK ...
		C: f CREATE R&D
		S: f BAD ...
		C: g SELECT &APw
		S: g BAD ...
		C: h STATUS &AGE- (MESSAGES)
		S: h BAD ...
		C: i DELETE &APw-&APw-
		S: i BAD ...
		C! j CREATE Entw\xc3\xbcrfe\r\n
		S: j BAD ...`,
		check: func(t *testing.T, alice *mailstore.Account) {
			for _, name := range []string{"Entwürfe", "R&D", "台北/日本語"} {
				if alice.Find(name) == nil {
					t.Errorf("mailbox %q isn't there", name)
				}
			}
		}},
	{id: "imap-special-chars", state: "login", script: `
		C: a CREATE "two words"
		S: a OK ...
		C: b LIST "" two*
		S: * LIST (...) "/" "two words"
		S: b OK ...
		C: c CREATE "a \"q\" \\ b"
		S: c OK ...
		C: d LIST "" "a *"
		S: * LIST (...) "/" "a \"q\" \\ b"
		S: d OK ...
		C: e STATUS "a \"q\" \\ b" (MESSAGES)
		S: * STATUS "a \"q\" \\ b" (MESSAGES 0)
		S: e OK ...
		C: f LIST "" 100*
		S: * LIST (...) "/" "100% *"
		S: f OK ...
		C: g SELECT {6}
		S: + ...
		C: 100% *
		S! skip
		S: g OK ...
		C: h LSUB "" *
		S: h OK ...
		C: i SUBSCRIBE "(x)"
		S: i OK ...
		C: j LSUB "" *
		S: * LSUB (...) "/" "(x)"
		S: j OK ...`,
		setup: func(srv *Server) { srv.Store.Account("alice@example.com").Mailbox("100% *") }},
}
