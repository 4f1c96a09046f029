package imapfake

// languageRows are the rows about languages and comparators.
var languageRows = []row{
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
}
