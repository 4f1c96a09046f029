package imapfake

// fetchRows are the rows about FETCH and UID FETCH.
var fetchRows = []row{
	{id: "imap-fetch-macro", state: "select", mail: []string{"Subject: a\n\nbody\n"}, script: `
		C: a FETCH 1 FAST
		S: * 1 FETCH (FLAGS (\Recent) INTERNALDATE "..." RFC822.SIZE 20)
		S: a OK ...
		C: b FETCH 1 ALL
		S: * 1 FETCH (FLAGS (\Recent) INTERNALDATE "..." RFC822.SIZE 20 ENVELOPE (NIL "a" NIL NIL NIL NIL NIL NIL NIL NIL))
		S: b OK ...
		C: c FETCH 1 full
		S: * 1 FETCH (FLAGS (\Recent) INTERNALDATE "..." RFC822.SIZE 20 ENVELOPE (NIL "a" NIL NIL NIL NIL NIL NIL NIL NIL) BODY ("text" "plain" ("charset" "us-ascii") NIL NIL "7bit" 6 1))
		S: c OK ...
		# A macro stands alone.
		C: d FETCH 1 (FAST)
		S: d BAD ...
		C: e FETCH 1 (FLAGS ALL)
		S: e BAD ...`},
}
