package imapfake

import (
	"slices"
	"strings"
	"testing"

	"github.com/emersion/go-imap/v2"

	"github.com/mailfakes/mailfakes/mailtest/mailstore"
)

// readySets are the sets with a name, and what tells them apart.
var readySets = []struct {
	name    string
	caps    Caps
	has     string   // some that it offers after login
	lacks   string   // some that it doesn't
	refused []string // commands that are unknown to it
	folders []string // that an account has after its first login
}{
	{"Bare", Bare, "IMAP4rev1", "IDLE UIDPLUS", []string{"IDLE", "UNSELECT", "NAMESPACE", "ID NIL", "ENABLE X"}, nil},
	{"Usual", Usual, "IDLE MOVE UIDPLUS SPECIAL-USE CONDSTORE", "QRESYNC SORT", []string{"COMPRESS DEFLATE"}, nil},
	{"Everything", Everything, "QRESYNC COMPRESS=DEFLATE IMAP4rev2 SORT", "", nil, nil},
	{"Gmail", Gmail, "X-GM-EXT-1 CONDSTORE LITERAL- SPECIAL-USE", "QRESYNC SORT LITERAL+",
		[]string{"SORT (DATE) UTF-8 ALL", "NOTIFY NONE"},
		[]string{"[Gmail]", "[Gmail]/All Mail", "[Gmail]/Sent Mail", "[Gmail]/Trash"}},
	{"ExchangeOnline", ExchangeOnline, "MOVE UIDPLUS LITERAL+", "ENABLE CONDSTORE ESEARCH SPECIAL-USE",
		[]string{"ENABLE CONDSTORE"}, []string{"Deleted Items", "Sent Items", "Junk Email"}},
	{"Dovecot", Dovecot, "QRESYNC SORT NOTIFY", "X-GM-EXT-1 QUOTA", nil, []string{"Drafts", "Sent"}},
	{"Cyrus", Cyrus, "QRESYNC ACL OBJECTID QUOTA", "X-GM-EXT-1", nil, []string{"Drafts", "Sent"}},
	{"Yahoo", Yahoo, "MOVE OBJECTID", "IDLE CONDSTORE", []string{"IDLE", "ENABLE X"}, []string{"Bulk", "Draft"}},
	{"ICloud", ICloud, "QRESYNC SORT", "MOVE LITERAL+", []string{"MOVE 1 INBOX"},
		[]string{"Deleted Messages", "Sent Messages"}},
}

func TestReadySets(t *testing.T) {
	for _, tt := range readySets {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			srv := NewServer(t)
			srv.Caps = tt.caps
			alice := srv.Store.Account("alice@example.com")
			c := dialRaw(t, srv, "")
			c.bring("select")
			offered := askCaps(c)
			checkOffered(t, offered, tt.has, tt.lacks)
			for _, command := range tt.refused {
				c.send("r " + command + "\r\n")
				c.expect("r BAD Unknown command ...")
			}
			for _, name := range tt.folders {
				if !hasMailbox(alice, name) {
					t.Errorf("no mailbox %q after login", name)
				}
			}
		})
	}
}

// TestReadySetsBeforeLogin checks the lists that services give to strangers, in
// their own words but for STARTTLS: this connection is one of a port without.
func TestReadySetsBeforeLogin(t *testing.T) {
	for _, tt := range []struct {
		name   string
		caps   Caps
		before string
	}{
		{"Gmail", Gmail, "IMAP4rev1 UNSELECT IDLE NAMESPACE QUOTA ID XLIST CHILDREN X-GM-EXT-1 XYZZY " +
			"SASL-IR AUTH=XOAUTH2 AUTH=PLAIN AUTH=OAUTHBEARER"},
		{"ExchangeOnline", ExchangeOnline, "IMAP4 IMAP4rev1 AUTH=PLAIN AUTH=XOAUTH2 SASL-IR UIDPLUS ID " +
			"UNSELECT CHILDREN IDLE NAMESPACE LITERAL+"},
		{"Dovecot", Dovecot, "IMAP4rev1 SASL-IR LOGIN-REFERRALS ID ENABLE IDLE LITERAL+ AUTH=PLAIN"},
		{"Cyrus", Cyrus, "IMAP4rev1 LITERAL+ ID ENABLE AUTH=PLAIN SASL-IR"},
		{"Yahoo", Yahoo, "IMAP4rev1 SASL-IR AUTH=PLAIN AUTH=XOAUTH2 AUTH=OAUTHBEARER ID MOVE NAMESPACE " +
			"XYMHIGHESTMODSEQ UIDPLUS LITERAL+ CHILDREN X-MSG-EXT UNSELECT OBJECTID"},
		{"ICloud", ICloud, "XAPPLEPUSHSERVICE IMAP4 IMAP4rev1 SASL-IR AUTH=PLAIN"},
	} {
		srv := NewServer(t)
		srv.Caps = tt.caps
		c := dialRaw(t, srv, "")
		c.bring("greeting")
		if got := strings.Join(askCaps(c), " "); got != tt.before {
			t.Errorf("%s offers\n%s, want\n%s", tt.name, got, tt.before)
		}
	}
}

func hasMailbox(a *mailstore.Account, name string) bool {
	return slices.ContainsFunc(a.Mailboxes(), func(b *mailstore.Mailbox) bool { return b.Name() == name })
}

// askCaps returns what CAPABILITY tells.
func askCaps(c *rawClient) []string {
	c.t.Helper()
	c.send("a CAPABILITY\r\n")
	line, err := c.r.ReadString('\n')
	if err != nil {
		c.t.Fatal(err)
	}
	c.expect("a OK ...")
	return strings.Fields(line)[2:]
}

func checkOffered(t *testing.T, offered []string, has, lacks string) {
	t.Helper()
	for _, word := range strings.Fields(has) {
		if !slices.Contains(offered, word) {
			t.Errorf("%s is not offered: %v", word, offered)
		}
	}
	for _, word := range strings.Fields(lacks) {
		if slices.Contains(offered, word) {
			t.Errorf("%s is offered: %v", word, offered)
		}
	}
	if slices.ContainsFunc(offered, func(s string) bool { return strings.HasPrefix(s, "!") }) {
		t.Errorf("a mark shows: %v", offered)
	}
}

// TestCapsKnown checks that the ready sets leave nothing out any more but what
// no client command goes with.
func TestCapsKnown(t *testing.T) {
	missing := map[string]bool{}
	_, known, _ := knownCaps()
	for _, set := range readySets {
		for _, word := range strings.Fields(set.caps.Before + " " + set.caps.After) {
			if strings.HasPrefix(word, "!") || word == "*" || isLoginCap(imap.Cap(word)) {
				continue
			}
			if spell(word, known, known, true) == nil {
				missing[word] = true
			}
		}
	}
	for word := range missing {
		if !slices.Contains(notImplemented, word) {
			t.Errorf("the ready sets leave out %s: is it misspelled?", word)
		}
	}
}

// notImplemented is what services offer and this server doesn't.
var notImplemented = []string{
	"SCAN",
}

// TestDelimiter speaks to servers that spell names in another way.
func TestDelimiter(t *testing.T) {
	row{state: "login", setup: func(srv *Server) {
		srv.Caps = Caps{After: "IMAP4rev1 NAMESPACE CHILDREN", Delim: ".", Prefix: "INBOX."}
		boxes("a/b", "c.d")(srv)
	}, script: `
		C: a NAMESPACE
		S: * NAMESPACE (("INBOX." ".")) NIL NIL
		S: a OK ...
		C: b LIST "" *
		S: * LIST (\HasNoChildren) "." INBOX
		S: * LIST (\HasChildren) "." INBOX.a
		S: * LIST (\HasNoChildren) "." INBOX.a.b
		S: * LIST (\HasNoChildren) "." INBOX.c/d
		S: b OK ...
		C: c CREATE INBOX.x.y
		S: c OK ...
		C: d STATUS INBOX.x.y (MESSAGES)
		S: * STATUS INBOX.x.y (MESSAGES 0)
		S: d OK ...
		C: e SUBSCRIBE INBOX.c/d
		S: e OK ...
		C: f LSUB "" INBOX.*
		S: * LSUB () "." INBOX.c/d
		S: f OK ...
		C: g SELECT inbox
		S! skip
		S: g OK ...`,
		check: func(t *testing.T, a *mailstore.Account) {
			if a.Find("x/y") == nil {
				t.Error("the store has no x/y")
			}
		}}.converse(t)
}

// TestLenient sends what the grammar forbids to a server that lets it pass,
// and to one that doesn't.
func TestLenient(t *testing.T) {
	for _, tt := range []struct{ name, line string }{
		{"bare LF", `a NOOP\n`},
		{"space at the end", `a NOOP \r\n`},
		{"two spaces", `a STATUS  INBOX  (MESSAGES)\r\n`},
		{"8-bit name", `a CREATE "Entwürfe"\r\n`},
		{"8-bit atom", `a CREATE Entwürfe\r\n`},
		{"raw ampersand", `a CREATE a&b\r\n`},
		{"unasked literal", `a CREATE {1+}\r\nx\r\n`},
		{"spaces in a list", `a STATUS INBOX (MESSAGES  UIDNEXT )\r\n`},
	} {
		for _, lenient := range []bool{true, false} {
			want := map[bool]string{true: "a OK ...", false: "a BAD ..."}[lenient]
			t.Run(tt.name+" "+want[2:5], func(t *testing.T) {
				row{state: "login", setup: func(srv *Server) {
					srv.Lenient = lenient
					srv.Caps = Caps{After: "IMAP4rev1"}
				}, script: "C! " + tt.line + "\nS! skip\nS: " + want}.converse(t)
			})
		}
	}
}

// TestChangesByTest has a test change mailboxes under a client (see package
// mailstore), who sees what a real server would send.
func TestChangesByTest(t *testing.T) {
	box := func(a *mailstore.Account) *mailstore.Mailbox { return a.Mailbox("x") }
	row{state: "login", setup: boxes("x", "y"), do: map[string]func(*mailstore.Account){
		"add":       func(a *mailstore.Account) { box(a).Add("Subject: hi\n\nx\n", `\Flagged`, "new") },
		"set flags": func(a *mailstore.Account) { box(a).SetFlags([]uint32{1}, mailstore.ReplaceFlags, `\Seen`) },
		"expunge":   func(a *mailstore.Account) { box(a).Expunge([]uint32{1}) },
		"rename":    func(a *mailstore.Account) { a.Rename("x", "z") },
		"full": func(a *mailstore.Account) {
			a.Quota = mailstore.Quota{Messages: a.Used().Messages}
		},
		"read-only": func(a *mailstore.Account) { a.Mailbox("y").SetReadOnly(true) },
		"delete":    func(a *mailstore.Account) { a.Delete("z") },
	}, script: `
		C: a SELECT x
		S! skip
		S: a OK ...
		C: b IDLE
		S: + ...
		do: add
		S: * 1 EXISTS
		S: * 1 RECENT
		S: * FLAGS (... new)
		S: * OK [PERMANENTFLAGS (... new \*)] ...
		do: set flags
		S: * 1 FETCH (FLAGS (\Seen \Recent))
		do: expunge
		S: * 1 EXPUNGE
		S: * 0 RECENT
		do: rename
		do: add
		C: DONE
		S: b OK ...
		C: c STATUS z (MESSAGES)
		S: * STATUS z (MESSAGES 0)
		S: c OK ...
		do: full
		C: d APPEND y {1}
		S: d NO [OVERQUOTA] ...
		do: read-only
		C: e APPEND y {1}
		S: e NO [NOPERM] ...
		C: f IDLE
		S: + ...
		do: delete
		S: * BYE ...
		S! end`}.converse(t)
}
