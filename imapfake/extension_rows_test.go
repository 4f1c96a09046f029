package imapfake

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
}
