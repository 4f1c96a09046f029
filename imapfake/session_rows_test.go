package imapfake

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/mailfakes/mailfakes/mailtest/mailstore"
	"github.com/mailfakes/mailfakes/mailtest/wire"
)

// fault is a row's setup that injects a fault.
func fault(f wire.Fault) func(*Server) {
	return func(srv *Server) { srv.Inject(f) }
}

// sessionRows are the rows about the life of a session.
var sessionRows = []row{
	{id: "imap-greet", script: `
		S: * OK [CAPABILITY IMAP4rev1 ...] ...
		C: a NOOP
		S: a OK ...`},
	{id: "imap-greet-bye",
		setup: fault(wire.Fault{On: wire.StepConnect, Reply: "BYE Come back later", Hangup: true}),
		script: `
		S: * BYE Come back later
		S! end`},
	{id: "imap-caps", state: "greeting", script: `
		C: a CAPABILITY
		S: * CAPABILITY IMAP4rev1 ...
		S: a OK ...
		C: b LOGIN alice@example.com secret
		S: b OK ...
		C: c CAPABILITY
		S: * CAPABILITY IMAP4rev1 ...
		S: c OK ...
		C: d SELECT INBOX
		S! skip
		S: d OK ...
		C: e CAPABILITY
		S: * CAPABILITY IMAP4rev1 ...
		S: e OK ...`},
	{id: "imap-caps-login", state: "greeting", script: `
		C: a CAPABILITY
		S: * CAPABILITY ...AUTH=PLAIN...
		S: a OK ...
		C: b LOGIN alice@example.com secret
		S: b OK [CAPABILITY ...UIDPLUS...] ...`},
	{id: "imap-caps-honest", run: testCapsHonest},
	{id: "imap-noop", state: "greeting", script: `
		C: a NOOP
		S: a OK ...
		C: b LOGIN alice@example.com secret
		S: b OK ...
		C: c NOOP
		S: c OK ...
		C: d SELECT INBOX
		S! skip
		S: d OK ...
		do: deliver
		C: e NOOP
		S: * 1 EXISTS
		S: * 1 RECENT
		S: e OK ...`,
		do: map[string]func(*mailstore.Account){
			"deliver": func(a *mailstore.Account) { addMail(a.Mailbox("INBOX"), "Subject: x\n\nx\n") },
		}},
	{id: "imap-logout", state: "greeting", script: `
		C: a LOGOUT
		S: * BYE ...
		S: a OK ...
		S! end`},
	{id: "imap-close-bye", run: testCloseBye},
	{id: "imap-pipeline", state: "login", script: `
		C! a SELECT INBOX\r\nb CREATE x\r\nc LIST "" x\r\nd NOOP\r\ne LOGOUT\r\n
		S! skip
		S: a OK ...
		S: b OK ...
		S: * LIST (\HasNoChildren) "/" x
		S: c OK ...
		S: d OK ...
		S: * BYE ...
		S: e OK ...
		S! end`},
	{id: "imap-autologout", run: testAutologout},
	{id: "imap-id", state: "greeting", script: `
		C: a ID ("name" "x" "version" NIL)
		S: * ID ("name" ...)
		S: a OK ...
		C: b LOGIN alice@example.com secret
		S: b OK ...
		C: c ID NIL
		S: * ID ("name" ...)
		S: c OK ...
		C: d ID
		S: d BAD ...
		C: e ID ("name")
		S: e BAD ...
		C: f ID ("a123456789012345678901234567890" "x")
		S: f BAD ...`,
		check: checkIDLimits},
	{id: "imap-enable", state: "login", script: `
		C: a CAPABILITY
		S: * CAPABILITY ...ENABLE...
		S: a OK ...
		C: b ENABLE X-UNKNOWN NOOP
		S: * ENABLED
		S: b OK ...
		C: c ENABLE
		S: c BAD ...
		C: d SELECT INBOX
		S! skip
		S: d OK ...
		C: e ENABLE X-UNKNOWN
		S: e BAD ...`},
	{id: "imap-namespace", state: "login", script: `
		C: a NAMESPACE
		S: * NAMESPACE (("" "/")) NIL NIL
		S: a OK ...`},
	{id: "imap-idle", state: "select", mail: []string{"Subject: 1\n\n1\n"}, script: `
		# Mail between SELECT and IDLE is not lost.
		C: a NOOP
		S: a OK ...
		do: deliver
		C: b IDLE
		S: + ...
		S: * 2 EXISTS
		S: * 2 RECENT
		do: deliver
		S: * 3 EXISTS
		S: * 3 RECENT
		do: expunge
		S: * 1 EXPUNGE
		S: * 2 RECENT
		do: flag
		S: * 1 FETCH (FLAGS (\Flagged \Recent))
		C: done
		S: b OK ...
		C: c NOOP
		S: c OK ...`,
		do: map[string]func(*mailstore.Account){
			"deliver": func(a *mailstore.Account) { addMail(a.Mailbox("INBOX"), "Subject: x\n\nx\n") },
			"expunge": func(a *mailstore.Account) { a.Mailbox("INBOX").Expunge([]uint32{1}) },
			"flag": func(a *mailstore.Account) {
				a.Mailbox("INBOX").SetFlags([]uint32{2}, mailstore.AddFlags, `\Flagged`)
			},
		}},
	{id: "imap-idle-auth", state: "login", script: `
		C: a IDLE
		S: + ...
		C: DONE
		S: a OK ...`},
	{id: "imap-idle-other", state: "select", script: `
		C: a IDLE
		S: + ...
		C: b DELETE x
		S: a BAD ...
		C: c NOOP
		S: c OK ...`},
	{id: "imap-codes-5530", run: testCodes},
}

// checkIDLimits counts on the server, which the row's check doesn't see: it
// asks another one.
func checkIDLimits(t *testing.T, _ *mailstore.Account) {
	field := ` "f" "v"`
	runScript(t, NewServer(t), "greeting", strings.NewReplacer(
		"FULL", strings.Repeat(field, 30)[1:], "OVER", strings.Repeat(field, 31)[1:],
		"LONG", strings.Repeat("x", 1024)).Replace(`
		C: a ID (FULL)
		S: * ID ...
		S: a OK ...
		C: b ID (OVER)
		S: b BAD ...
		C: c ID ("f" "LONG")
		S: * ID ...
		S: c OK ...
		C: d ID ("f" "xLONG")
		S: d BAD ...`))
}

// testCloseBye closes servers under their clients.
func testCloseBye(t *testing.T) {
	for _, state := range []string{"greeting", "login", "select"} {
		srv := NewServer(t)
		srv.Store.Account("alice@example.com")
		c := dialRaw(t, srv, "")
		c.bring(state)
		srv.Close()
		c.expect("* BYE ...")
		c.directive("end")
	}
	srv := NewServer(t)
	srv.Store.Account("alice@example.com")
	c := dialRaw(t, srv, "")
	c.bring("select")
	c.send("a IDLE\r\n")
	c.expect("+ ...")
	srv.Close()
	c.expect("* BYE ...")
	c.directive("end")
}

func testAutologout(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := NewServer(t)
		srv.Store.Account("alice@example.com")
		c := dialRaw(t, srv, "")
		c.conn.SetDeadline(time.Time{})
		c.bring("select")
		time.Sleep(29 * time.Minute)
		c.send("a IDLE\r\n")
		c.expect("+ ...")
		time.Sleep(24 * time.Hour)
		c.send("DONE\r\nb NO") // half a command is no reason to wait for ever
		c.expect("a OK ...")
		time.Sleep(29 * time.Minute)
		c.send("OP\r\nc NO")
		c.expect("b OK ...")
		start := time.Now()
		c.expect("* BYE Autologout...")
		c.directive("end")
		if got := time.Since(start); got != 30*time.Minute {
			t.Errorf("autologout after %v, want 30 minutes", got)
		}
	})
}

// testCodes has a client meet each code of RFC 5530.
func testCodes(t *testing.T) {
	codes := "AUTHENTICATIONFAILED AUTHORIZATIONFAILED EXPIRED PRIVACYREQUIRED CONTACTADMIN NOPERM INUSE " +
		"EXPUNGEISSUED CORRUPTION SERVERBUG CLIENTBUG CANNOT LIMIT OVERQUOTA ALREADYEXISTS NONEXISTENT UNAVAILABLE"
	srv := NewServer(t)
	srv.Store.Account("alice@example.com")
	c := dialRaw(t, srv, "")
	c.bring("login")
	for _, code := range strings.Fields(codes) {
		f := srv.Inject(wire.Fault{On: "STATUS", Reply: "NO [" + code + "] as a test has it"})
		c.send("a STATUS INBOX (MESSAGES)\r\n")
		c.expect("a NO [" + code + "] as a test has it")
		f.Remove()
	}
}
