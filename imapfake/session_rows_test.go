package imapfake

// sessionRows are the rows about greeting, syntax and logging in.
var sessionRows = []row{
	{id: "imap-greet", script: `
		S: * OK [CAPABILITY IMAP4rev1...] ...
		C: a NOOP
		S: a OK ...`},
	{id: "imap-caps", state: "greeting", script: `
		C: a CAPABILITY
		S: * CAPABILITY IMAP4rev1...
		S: a OK ...
		C: b LOGIN alice@example.com secret
		S: b OK ...
		C: c CAPABILITY
		S: * CAPABILITY IMAP4rev1...
		S: c OK ...
		C: d SELECT INBOX
		S! skip
		S: d OK ...
		C: e CAPABILITY
		S: * CAPABILITY IMAP4rev1...
		S: e OK ...`},
	{id: "imap-logout", state: "greeting", script: `
		C: a LOGOUT
		S: * BYE ...
		S: a OK ...
		S! end`},
	{id: "imap-tag", state: "greeting", script: `
		C: aB-7.x NOOP
		S: aB-7.x OK ...
		C: ]z NOOP
		S: ]z OK ...`},
	{id: "imap-login", state: "greeting", script: `
		C: a LOGIN "alice@example.com" {6}
		S: + ...
		C: secret
		S: a OK [CAPABILITY ...] ...`},
	{id: "imap-examine-select", state: "select", script: `
		C: a SELECT INBOX
		S! skip
		S: a OK [READ-WRITE] ...
		C: b EXAMINE INBOX
		S! skip
		S: b OK [READ-ONLY] ...`},
}
