package imapfake

import "github.com/mailfakes/mailfakes/mailtest/mailstore"

// rareRows are the rows about rare extensions.
var rareRows = []row{
	{id: "imap-apple-push", state: "login", setup: func(srv *Server) { srv.Caps = ICloud }, script: `
		C: a XAPPLEPUSHSERVICE aps-version 2 aps-account-id 0715A26B aps-device-token 2918390218 aps-subtopic com.apple.mobilemail mailboxes (INBOX Notes)
		S: * XAPPLEPUSHSERVICE "aps-version" "2" "aps-topic" "com.apple.mail.XServer.0..."
		S: a OK ...
		C: b XAPPLEPUSHSERVICE "aps-version" "1" "aps-account-id" "0715A26B" "aps-device-token" "29183" "aps-subtopic" "com.apple.mobilemail"
		S: * XAPPLEPUSHSERVICE "aps-version" "1" "aps-topic" "..."
		S: b OK ...
		C: c XAPPLEPUSHSERVICE aps-version 2 aps-account-id 0715A26B
		S: c BAD ...
		C: d XAPPLEPUSHSERVICE
		S: d BAD ...
		C: e XAPPLEPUSHSERVICE aps-version
		S: e BAD ...`},
	{id: "imap-xyzzy", state: "greeting", setup: func(srv *Server) { srv.Caps = Gmail }, script: `
		C: a XYZZY
		S: a OK Nothing happens
		C: b XYZZY twice
		S: b BAD ...`},
	{id: "imap-language", state: "greeting", mail: []string{
		"Subject: abc\n\nx\n", "Subject: ABC\n\nx\n", "Subject: Z\n\nx\n", "Subject: =?utf-8?q?=C3=89?=\n\nx\n",
	}, setup: shared, script: `
		C: a LANGUAGE
		S: * LANGUAGE (i-default en de)
		S: a OK ...
		C: b LANGUAGE xx de-AT en
		S: * LANGUAGE (de)
		S: b OK LANGUAGE ausgeführt
		C: c LOGIN alice@example.com wrong
		S: c NO [AUTHENTICATIONFAILED] Benutzername oder Passwort ist falsch
		C: d LANGUAGE xx
		S: d NO Diese Sprache gibt es nicht
		C: e LOGIN alice@example.com secret
		S: e OK ... Angemeldet
		C: f LANGUAGE de
		S: * LANGUAGE (de)
		S: * NAMESPACE (("" "/")) (("Other Users/" "/" "TRANSLATION" ("Andere Benutzer/"))) NIL
		S: f OK ...
		C: g LANGUAGE default
		S: * LANGUAGE (i-default)
		S: * NAMESPACE (("" "/")) (("Other Users/" "/")) NIL
		S: g OK LANGUAGE completed
		# Comparators: of searching, and of sorting.
		C: h COMPARATOR
		S: * COMPARATOR i;unicode-casemap
		S: h OK ...
		C: i SELECT INBOX
		S! skip
		S: i OK ...
		C: j SEARCH SUBJECT abc
		S: * SEARCH 1 2
		S: j OK ...
		C: k SORT (SUBJECT) US-ASCII ALL
		S: * SORT 1 2 4 3
		S: k OK ...
		C: l COMPARATOR "cz;*" "i;octet"
		S: * COMPARATOR i;octet (i;octet)
		S: l OK ...
		C: m SEARCH SUBJECT abc
		S: * SEARCH 1
		S: m OK ...
		C: n SEARCH TEXT ABC
		S: * SEARCH 2
		S: n OK ...
		C: o SORT (SUBJECT) US-ASCII ALL
		S: * SORT 2 3 1 4
		S: o OK ...
		C: p COMPARATOR "cz;*"
		S: p NO [BADCOMPARATOR] ...
		C: q COMPARATOR default
		S: * COMPARATOR i;unicode-casemap (i;unicode-casemap)
		S: q OK ...
		C: r SEARCH SUBJECT abc
		S: * SEARCH 1 2
		S: r OK ...
		C: s COMPARATOR (i;octet)
		S: s BAD ...
		C: t CAPABILITY
		S: * CAPABILITY ... LANGUAGE I18NLEVEL=1 I18NLEVEL=2 ...
		S: t OK ...`},
	{id: "imap-uidonly", state: "login", setup: everything, mail: []string{
		"Subject: one\n\nx\n", "Subject: two\n\nx\n", "Subject: three\n\nx\n",
	}, script: `
		C: a ENABLE UIDONLY
		S: * ENABLED UIDONLY
		S: a OK ...
		C: b SELECT INBOX
		S: * FLAGS ...
		S: * OK [PERMANENTFLAGS ...] ...
		S: * 3 EXISTS
		S: * 3 RECENT
		# No UNSEEN, which is a sequence number.
		S: * OK [UIDVALIDITY 1] ...
		S! skip
		S: b OK ...
		C: c FETCH 1 FLAGS
		S: c BAD [UIDREQUIRED] ...
		C: d STORE 1 +FLAGS (\Seen)
		S: d BAD [UIDREQUIRED] ...
		C: e SEARCH ALL
		S: e BAD [UIDREQUIRED] ...
		C: f UID SEARCH 1:2
		S: f BAD [UIDREQUIRED] ...
		C: g COPY 1 INBOX
		S: g BAD [UIDREQUIRED] ...
		C: h UID FETCH 2:* (FLAGS)
		S: * 2 UIDFETCH (FLAGS (\Recent))
		S: * 3 UIDFETCH (FLAGS (\Recent))
		S: h OK ...
		C: i UID STORE 2 +FLAGS (\Deleted)
		S: * 2 UIDFETCH (FLAGS (\Deleted \Recent))
		S: i OK ...
		C: j UID SEARCH UID 1:2
		S: * SEARCH 1 2
		S: j OK ...
		C: k EXPUNGE
		S: * VANISHED 2
		S: * 2 RECENT
		S: k OK ...
		C: l IDLE
		S: + ...
		do: flag
		S: * 3 UIDFETCH (FLAGS (\Flagged \Recent))
		do: expunge
		S: * VANISHED 3
		S: * 1 RECENT
		C: DONE
		S: l OK ...`, do: map[string]func(a *mailstore.Account){
		"flag": func(a *mailstore.Account) {
			a.Mailbox("INBOX").SetFlags([]uint32{3}, mailstore.AddFlags, "\\Flagged")
		},
		"expunge": func(a *mailstore.Account) { a.Mailbox("INBOX").Expunge([]uint32{3}) },
	}},
	{id: "imap-filters", state: "select", setup: everything, mail: []string{
		"Subject: one\n\nx\n", "Subject: two\nFrom: bob@example.com\n\nx\n", "Subject: \xc3\xa9\nFrom: bob@example.com\n\nx\n",
	}, script: `
		C: a SETMETADATA "" (/private/filters/values/bob "FROM bob@example.com" /private/filters/values/two "FILTER bob SUBJECT two")
		S: a OK ...
		C: b SEARCH FILTER bob
		S: * SEARCH 2 3
		S: b OK ...
		C: c SEARCH OR SUBJECT one FILTER two
		S: * SEARCH 1 2
		S: c OK ...
		C: d SEARCH NOT FILTER bob
		S: * SEARCH 1
		S: d OK ...
		C: e SEARCH FILTER none
		S: e NO [UNDEFINED-FILTER none] ...
		C: f SETMETADATA "" (/private/filters/values/loop "FILTER loop" /private/filters/values/bad "NONSENSE")
		S: f OK ...
		C: g SEARCH FILTER loop
		S: g NO [UNDEFINED-FILTER loop] ...
		C: h SEARCH FILTER bad
		S: h NO [UNDEFINED-FILTER bad] ...
		C: i SEARCH FILTER
		S: i BAD ...`},
	{id: "imap-jmapaccess", state: "login", setup: func(srv *Server) {
		everything(srv)
		srv.JMAPSession = "https://jmap.example.com/session"
	}, script: `
		C: a GETJMAPACCESS
		S: * JMAPACCESS "https://jmap.example.com/session"
		S: a OK ...
		C: b GETJMAPACCESS now
		S: b BAD ...
		C: c CAPABILITY
		S: * CAPABILITY ... JMAPACCESS ...
		S: c OK ...`},
	{id: "imap-referrals", state: "greeting", setup: func(srv *Server) {
		shared(srv)
		srv.Referrals = map[string]string{
			"bob@example.com": "imap://bob@two.example.com/", "Far": "imap://two.example.com/Far",
		}
	}, script: `
		C: a LOGIN bob@example.com secret
		S: a NO [REFERRAL imap://bob@two.example.com/] ...
		C: b LOGIN alice@example.com secret
		S: b OK ...
		C: c SELECT Far
		S: c NO [REFERRAL imap://two.example.com/Far] ...
		C: d APPEND Far {3}
		S: d NO [REFERRAL imap://two.example.com/Far] ...
		C: e LIST "" F%
		S: e OK ...
		C: f RLIST "" %
		S: * LIST (\HasNoChildren) "/" INBOX
		S: * LIST (\Remote \HasNoChildren) "/" Far
		S: * LIST (\Noselect \HasChildren) "/" "Other Users"
		S: f OK ...
		C: g LIST (REMOTE) "" F%
		S: * LIST (\Remote \HasNoChildren) "/" Far
		S: g OK ...`},
}
