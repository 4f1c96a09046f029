package imapfake

// caps is a row's setup that offers only these capabilities.
func caps(list string) func(*Server) {
	return func(srv *Server) { srv.Caps = Caps{After: "IMAP4rev1 " + list} }
}

func authTLSOnly(srv *Server) { srv.AuthTLSOnly = true }

// plainOnly is a server with few capabilities, so that whole lists of them can
// be compared.
func plainOnly(srv *Server) {
	caps("")(srv)
	srv.Mechanisms = []string{"PLAIN"}
}

// The SASL responses for alice: PLAIN with the right and a wrong password.
const (
	plainAlice = "AGFsaWNlQGV4YW1wbGUuY29tAHNlY3JldA=="
	plainWrong = "AGFsaWNlQGV4YW1wbGUuY29tAHdyb25n"
)

// loginRows are the rows about TLS and logging in.
var loginRows = []row{
	{id: "imap-preauth", setup: func(srv *Server) {
		srv.PreAuth = "alice@example.com"
		srv.Caps = Gmail
	}, script: `
		# What is offered is what is of use after login.
		S: * PREAUTH [CAPABILITY ... UIDPLUS COMPRESS=DEFLATE ...] IMAP4rev1 server ready
		C: a STARTTLS
		S: a BAD [CLIENTBUG] ...
		C: b LOGIN alice@example.com secret
		S: b BAD [CLIENTBUG] ...
		C: c SELECT "[Gmail]/Drafts"
		S! skip
		S: c OK [READ-WRITE] ...
		C: d LOGOUT
		S: * BYE ...
		S: d OK ...`},
	{id: "imap-preauth-unauthenticate", setup: func(srv *Server) {
		everything(srv)
		srv.PreAuth = "alice@example.com"
	}, script: `
		S: * PREAUTH ...
		C: a UNAUTHENTICATE
		S: a OK [CAPABILITY ... AUTH=PLAIN ...] ...
		C: b SELECT INBOX
		S: b BAD [CLIENTBUG] ...
		C: c LOGIN bob@example.com secret
		S: c NO [AUTHENTICATIONFAILED] ...
		C: d LOGIN alice@example.com secret
		S: d OK ...`},
	{id: "imap-starttls", port: "143", setup: plainOnly, state: "greeting", script: `
		C: a CAPABILITY
		S: * CAPABILITY IMAP4rev1 STARTTLS AUTH=PLAIN
		S: a OK ...
		C: b STARTTLS x
		S: b BAD ...
		C: c STARTTLS
		S: c OK ...
		T: mail.example.com
		C: d CAPABILITY
		S: * CAPABILITY IMAP4rev1 AUTH=PLAIN
		S: d OK ...
		C: e STARTTLS
		S: e BAD ...
		C: f LOGIN alice@example.com secret
		S: f OK ...
		C: g STARTTLS
		S: g BAD ...`},
	{id: "imap-starttls-flush", port: "143", state: "greeting", script: `
		C! a STARTTLS\r\nb LOGIN alice@example.com secret\r\nc CREATE x\r\n
		S: a OK ...
		T: mail.example.com
		C: d SELECT INBOX
		S: d BAD ...
		C: e LOGIN alice@example.com secret
		S: e OK ...
		C: f LIST "" x
		S: f OK ...`},
	{id: "imap-starttls-caps", port: "143", setup: func(srv *Server) {
		plainOnly(srv)
		authTLSOnly(srv)
	}, state: "greeting", script: `
		C: a CAPABILITY
		S: * CAPABILITY IMAP4rev1 STARTTLS LOGINDISABLED
		S: a OK ...
		C: b STARTTLS
		S: b OK ...
		T: mail.example.com
		C: c CAPABILITY
		S: * CAPABILITY IMAP4rev1 AUTH=PLAIN
		S: c OK ...`},
	{id: "imap-logindisabled", port: "143", setup: authTLSOnly, state: "greeting", script: `
		C: a CAPABILITY
		S: * CAPABILITY ...LOGINDISABLED...
		S: a OK ...
		C: b LOGIN alice@example.com secret
		S: b NO [PRIVACYREQUIRED] ...
		C: c AUTHENTICATE PLAIN
		S: c NO ...
		C: d STARTTLS
		S: d OK ...
		T: mail.example.com
		C: e LOGIN alice@example.com secret
		S: e OK ...`},
	{id: "imap-login", state: "greeting", script: `
		C: a LOGIN "alice@example.com" {6}
		S: + ...
		C: secret
		S: a OK [CAPABILITY ...] ...
		C2: a LOGIN ALICE@example.COM secret
		S2: a OK ...
		C3: a LOGIN {17+}
		C3: alice@example.com "secret"
		S3: a OK ...
		C4: a LOGIN alice@example.com
		S4: a BAD ...
		C4: b LOGIN alice@example.com secret x
		S4: b BAD ...`},
	{id: "imap-login-bad", state: "greeting", script: `
		C: a LOGIN alice@example.com wrong
		S: a NO [AUTHENTICATIONFAILED] ...
		C: b LOGIN nobody@example.com secret
		S: b NO [AUTHENTICATIONFAILED] ...
		C: c AUTHENTICATE PLAIN ` + plainWrong + `
		S: c NO [AUTHENTICATIONFAILED] ...
		C: d LOGIN alice@example.com secret
		S: d OK ...`},
	{id: "imap-auth-plain", state: "greeting", script: `
		C: a AUTHENTICATE PLAIN
		S| + 
		C: ` + plainAlice + `
		S: a OK ...
		C2: a authenticate plain
		S2| + 
		C2: no base64!
		S2: a BAD ...
		C2: b NOOP
		S2: b OK ...`},
	{id: "imap-auth-cancel", state: "greeting", script: `
		C: a AUTHENTICATE PLAIN
		S: + ...
		C: *
		S: a BAD ...
		C: b LOGIN alice@example.com secret
		S: b OK ...`},
	{id: "imap-auth-unknown", state: "greeting", script: `
		C: a AUTHENTICATE X-ROT13
		S: a NO ...
		C: b AUTHENTICATE
		S: b BAD ...
		C: c NOOP
		S: c OK ...`},
	{id: "imap-sasl-ir", state: "greeting", script: `
		C: a AUTHENTICATE PLAIN =
		S: a BAD ...
		C: b AUTHENTICATE PLAIN ` + plainAlice + `
		S: b OK ...
		C2: a AUTHENTICATE PLAIN
		S2: + ...
		C2: ` + plainAlice + `
		S2: a OK ...`},
	{id: "imap-oauth", run: testOAuth},
	{id: "imap-scram", run: testSCRAM},
	{id: "imap-relogin", state: "login", script: `
		C: a LOGIN alice@example.com secret
		S: a BAD [CLIENTBUG] ...
		C: b AUTHENTICATE PLAIN ` + plainAlice + `
		S: b BAD [CLIENTBUG] ...
		C: c SELECT INBOX
		S! skip
		S: c OK ...
		C: d LOGIN alice@example.com secret
		S: d BAD [CLIENTBUG] ...`},
}
