package imapfake

import (
	"slices"
	"strings"
	"testing"
)

// A capUse is a use of a capability, by a client that has selected INBOX with
// one message.
type capUse struct {
	state   string // "select" if ""
	command string
	want    string // a line of the answer: there if it is offered, and only then
	implied string // capabilities that have this as well
	refused string // the answer if it isn't offered; "t BAD ..." if ""
}

const done = "t OK ..."

// capUses has one for each capability that this server knows. Not in it are
// those of other rows, which depend on the connection: see otherRows.
var capUses = map[string]capUse{
	"ACL":               {command: "GETACL INBOX", want: done},
	"RIGHTS=kxte":       {command: "MYRIGHTS INBOX", want: "* MYRIGHTS INBOX ...kxte..."},
	"LIST-MYRIGHTS":     {command: `LIST "" INBOX RETURN (MYRIGHTS)`, want: "* MYRIGHTS INBOX ..."},
	"ANNOTATEMORE":      {command: `GETANNOTATION INBOX "/comment" "value.priv"`, want: done},
	"MULTIAPPEND":       {command: "APPEND INBOX {1+}\r\nx {1+}\r\ny", want: done},
	"APPENDLIMIT":       {command: "STATUS INBOX (APPENDLIMIT)", want: "* STATUS INBOX (APPENDLIMIT ...)"},
	"CATENATE":          {command: `APPEND INBOX CATENATE (URL "/INBOX/;UID=1")`, want: done},
	"COMPRESS=DEFLATE":  {command: "COMPRESS DEFLATE", want: done},
	"CONDSTORE":         {command: "FETCH 1 MODSEQ", want: done, implied: "QRESYNC"},
	"MOVE":              {command: "MOVE 1 INBOX", want: done, implied: "IMAP4rev2"},
	"ENABLE":            {state: "login", command: "ENABLE X", want: done, implied: "IMAP4rev2"},
	"UIDPLUS":           {command: "UID EXPUNGE 1", want: done, implied: "IMAP4rev2"},
	"BINARY":            {command: "FETCH 1 BINARY[1]", want: done, implied: "IMAP4rev2"},
	"FILTERS":           {command: "SEARCH FILTER x", want: "t NO [UNDEFINED-FILTER x] ..."},
	"X-GM-EXT-1":        {command: "FETCH 1 (X-GM-MSGID X-GM-LABELS)", want: done},
	"ID":                {command: "ID NIL", want: done},
	"IDLE":              {command: "IDLE\r\nDONE", want: done, implied: "IMAP4rev2"},
	"JMAPACCESS":        {command: "GETJMAPACCESS", want: done},
	"LANGUAGE":          {command: "LANGUAGE", want: done},
	"I18NLEVEL=2":       {command: "COMPARATOR", want: done},
	"CHILDREN":          {command: `LIST "" INBOX`, want: `* LIST (\HasNoChildren) ...`},
	"LIST-EXTENDED":     {command: `LIST (SUBSCRIBED) "" *`, want: done, implied: "IMAP4rev2"},
	"LIST-STATUS":       {command: `LIST "" INBOX RETURN (STATUS (MESSAGES))`, want: "* STATUS INBOX ..."},
	"LITERAL+":          {command: "STATUS {5+}\r\nINBOX (MESSAGES)", want: done, implied: "LITERAL-"},
	"LITERAL-":          {command: "STATUS {5+}\r\nINBOX (MESSAGES)", want: done, implied: "LITERAL+"},
	"METADATA":          {command: "GETMETADATA INBOX /private/comment", want: done},
	"METADATA-SERVER":   {command: `GETMETADATA "" /private/comment`, want: done, implied: "METADATA"},
	"LIST-METADATA":     {command: `LIST "" INBOX RETURN (METADATA (/private/comment))`, want: done},
	"MULTISEARCH":       {command: "ESEARCH IN (personal) ALL", want: done},
	"NAMESPACE":         {command: "NAMESPACE", want: done, implied: "IMAP4rev2"},
	"NOTIFY":            {command: "NOTIFY NONE", want: done},
	"OBJECTID":          {command: "FETCH 1 EMAILID", want: done},
	"PREVIEW":           {command: "FETCH 1 PREVIEW", want: done},
	"QRESYNC":           {state: "login", command: "ENABLE QRESYNC", want: "* ENABLED QRESYNC"},
	"QUOTA":             {command: "GETQUOTAROOT INBOX", want: done},
	"QUOTASET":          {command: `SETQUOTA "" (STORAGE 512)`, want: done},
	"QUOTA=RES-STORAGE": {command: `GETQUOTA ""`, want: `* QUOTA "" (STORAGE ...)`, implied: "QUOTA"},

	"MAILBOX-REFERRALS":     {command: `RLIST "" *`, want: done},
	"REPLACE":               {command: "REPLACE 1 INBOX {3+}\r\nabc", want: done},
	"IMAP4rev1":             {command: "CHECK", want: done},
	"IMAP4rev2":             {state: "login", command: "ENABLE IMAP4rev2", want: "* ENABLED IMAP4rev2"},
	"SAVEDATE":              {command: "FETCH 1 SAVEDATE", want: done},
	"ESEARCH":               {command: "SEARCH RETURN (ALL) ALL", want: "* ESEARCH ...", implied: "IMAP4rev2"},
	"SEARCHRES":             {command: "SEARCH RETURN (SAVE) ALL", want: done, implied: "IMAP4rev2"},
	"WITHIN":                {command: "SEARCH OLDER 5", want: done},
	"SEARCH=FUZZY":          {command: "SEARCH FUZZY SUBJECT hi", want: done},
	"PARTIAL":               {command: "SEARCH RETURN (PARTIAL -1:-1) ALL", want: "* ESEARCH ..."},
	"UNSELECT":              {command: "UNSELECT", want: done, implied: "IMAP4rev2"},
	"SORT":                  {command: "SORT (DATE) UTF-8 ALL", want: done},
	"CONTEXT=SEARCH":        {command: "SEARCH RETURN (CONTEXT COUNT) ALL", want: "* ESEARCH ... COUNT 1"},
	"CONTEXT=SORT":          {command: "SORT RETURN (CONTEXT COUNT) (DATE) UTF-8 ALL", want: "* ESEARCH ... COUNT 1"},
	"UIDBATCHES":            {command: "UIDBATCHES 500", want: "* UIDBATCHES ... 1:1"},
	"URLAUTH":               {command: "RESETKEY", want: done},
	"SORT=DISPLAY":          {command: "SORT (DISPLAYFROM) UTF-8 ALL", want: done},
	"ESORT":                 {command: "SORT RETURN (COUNT) (DATE) UTF-8 ALL", want: "* ESEARCH ..."},
	"CREATE-SPECIAL-USE":    {command: `CREATE x (USE (\Archive))`, want: done},
	"STATUS=SIZE":           {command: "STATUS INBOX (SIZE)", want: done, implied: "IMAP4rev2"},
	"THREAD=REFERENCES":     {command: "THREAD REFERENCES UTF-8 ALL", want: done},
	"THREAD=REFS":           {command: "THREAD REFS UTF-8 ALL", want: done},
	"THREAD=ORDEREDSUBJECT": {command: "THREAD ORDEREDSUBJECT UTF-8 ALL", want: done},
	"UIDONLY":               {state: "login", command: "ENABLE UIDONLY", want: "* ENABLED UIDONLY"},
	"UNAUTHENTICATE":        {command: "UNAUTHENTICATE", want: done},
	"UTF8=ACCEPT":           {state: "login", command: "ENABLE UTF8=ACCEPT", want: "* ENABLED UTF8=ACCEPT"},
	"XLIST":                 {command: `XLIST "" *`, want: `* XLIST (... \Sent) "..." Outbox`},
	"SASL-IR": {state: "greeting", want: done, implied: "IMAP4rev2",
		command: "AUTHENTICATE PLAIN AGFsaWNlQGV4YW1wbGUuY29tAHNlY3JldA=="},
	"URL-PARTIAL": {command: `APPEND INBOX CATENATE (URL "/INBOX/;UID=1/;PARTIAL=0.3")`,
		want: done, refused: "t ..."}, // BADURL with CATENATE
	"XYZZY": {state: "greeting", command: "XYZZY", want: "t OK Nothing happens"},
	"XAPPLEPUSHSERVICE": {command: "XAPPLEPUSHSERVICE aps-version 2 aps-account-id A aps-device-token B " +
		"aps-subtopic com.apple.mobilemail mailboxes (INBOX)", want: "* XAPPLEPUSHSERVICE ..."},
	"SPECIAL-USE": {command: `LIST "" *`, want: `* LIST (... \Sent) "..." Outbox`},
}

// otherRows are capabilities that have no use of their own, or that TestConformance
// shows elsewhere.
var otherRows = []string{
	"I18NLEVEL=1",     // imap-search-text
	"INPROGRESS",      // imap-inprogress
	"LOGIN-REFERRALS", // imap-referrals
	"STARTTLS", "LOGINDISABLED",
	// Words of services.
	"IMAP4", "CLIENTACCESSRULES", "CLIENTNETWORKPRESENCELOCATION",
	"BACKENDAUTHENTICATE", "XYMHIGHESTMODSEQ", "X-MSG-EXT",
}

// testCapsHonest uses each capability with each of the ready sets: what is
// offered is served, and nothing else.
func testCapsHonest(t *testing.T) {
	for _, set := range readySets {
		t.Run(set.name, func(t *testing.T) {
			t.Parallel()
			c := dialHonest(t, set.caps, "greeting")
			offered := askCaps(c)
			c.send("x1 LOGIN alice@example.com secret\r\n")
			c.skip = true
			c.expect("x1 OK ...")
			offered = append(offered, askCaps(c)...)
			for _, name := range offered {
				checkUseKnown(t, name)
			}
			for name, use := range capUses {
				has := func(n string) bool {
					return slices.ContainsFunc(offered, func(o string) bool { return n == o || strings.HasPrefix(o, n+"=") })
				}
				offered := has(name) || use.implied != "" && has(use.implied)
				// Some services tell the attributes all the same.
				use.check(t, set.caps, name, offered || name == "SPECIAL-USE" && set.caps.attrs)
			}
		})
	}
}

// checkUseKnown reports a capability that no test uses.
func checkUseKnown(t *testing.T, name string) {
	t.Helper()
	word, _, _ := strings.Cut(name, "=")
	_, exact := capUses[name]
	_, valued := capUses[word]
	if !exact && !valued && word != "AUTH" && !slices.Contains(otherRows, name) {
		t.Errorf("no test uses %s", name)
	}
}

func dialHonest(t *testing.T, caps Caps, state string) *rawClient {
	t.Helper()
	srv := NewServer(t)
	srv.Caps, srv.JMAPSession = caps, "https://jmap.example.com/"
	alice := srv.Store.Account("alice@example.com")
	alice.Quota.Bytes = 1 << 20
	alice.Mailbox("Outbox").SetUse(`\Sent`)
	addMail(alice.Mailbox("INBOX"), "Subject: hi\n\nx\n")
	c := dialRaw(t, srv, "")
	c.bring(state)
	return c
}

// check uses the capability and looks at the answer.
func (u capUse) check(t *testing.T, caps Caps, name string, offered bool) {
	t.Helper()
	if u.state == "" {
		u.state = "select"
	}
	c := dialHonest(t, caps, u.state)
	defer c.conn.Close()
	c.send("t " + u.command + "\r\n")
	found := false
	for line := ""; !strings.HasPrefix(line, "t "); {
		var err error
		if line, err = c.r.ReadString('\n'); err != nil {
			t.Fatalf("%s, after %q: %v", name, line, err)
		}
		line = strings.TrimSuffix(line, "\r\n")
		found = found || fits(u.want, line)
		u.checkTagged(t, name, line, offered)
	}
	if found != offered {
		t.Errorf("%s is offered: %v, is served: %v (%s)", name, offered, found, u.command)
	}
}

func (u capUse) checkTagged(t *testing.T, name, line string, offered bool) {
	t.Helper()
	if offered || !strings.HasPrefix(u.want, "t ") || !strings.HasPrefix(line, "t ") {
		return
	}
	refused := u.refused
	if refused == "" {
		refused = "t BAD ..."
	}
	if !fits(refused, line) {
		t.Errorf("%s isn't offered, and is answered %q, want %s", name, line, refused)
	}
}
