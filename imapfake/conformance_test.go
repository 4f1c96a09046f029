package imapfake

import (
	"bufio"
	"crypto/tls"
	"io"
	"net"
	"path"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/mailfakes/mailfakes/mailtest/mailstore"
	"github.com/mailfakes/mailfakes/mailtest/message"
	"github.com/mailfakes/mailfakes/mailtest/wire"
)

// A row is a row of the RFC checklist: a conversation over raw in-memory
// connections, run as TestConformance/id.
//
// The script's lines are:
//
//	C: text     the client sends text and CRLF
//	C! text     the client sends text, with Go escapes and no CRLF
//	S: text     the server sends this line; * in it stands for itself, ... for any text
//	S| text     the server sends these bytes, with Go escapes, and CRLF
//	S! skip     the server's lines are skipped up to the one that the next S: fits
//	S! end      the server closes the connection
//	T: name     both sides go on within TLS, for a server of that name
//	do: name    the row's do of that name is called
//	# text      comment
//
// "C2:", "S2:" and so on are the second connection, which is opened and logged in
// at its first line in the same way as the first.
type row struct {
	id     string
	setup  func(srv *Server)                            // before the first connection
	mail   []string                                     // added to INBOX before
	state  string                                       // "greeting", "login", "select" or "examine": how far a connection is brought
	script string                                       //
	check  func(t *testing.T, alice *mailstore.Account) // afterwards
	port   string                                       // "143" or "993": connect as DialContext does
	do     map[string]func(alice *mailstore.Account)
	run    func(t *testing.T) // instead of all that
}

// conformance collects the rows of all files.
var conformance = [][]row{
	sessionRows,
	syntaxRows,
	loginRows,
	mailboxRows,
	listRows,
	selectRows,
	storeRows,
	appendRows,
	copyRows,
	sessionsRows,
	condStoreRows,
	qresyncRows,
	condStoreFetchRows,
	extensionRows,
	fetchRows,
	searchRows,
	nameRows,
	esearchRows,
	fetchExtRows,
	sortRows,
	gmailRows,
	moreSearchRows,
	listExtRows,
	aclRows,
	quotaRows,
	metadataRows,
	notifyRows,
	rareRows,
	catenateRows,
	contextRows,
	limitRows,
}

func TestConformance(t *testing.T) {
	for _, rows := range conformance {
		for _, r := range rows {
			t.Run(r.id, func(t *testing.T) {
				t.Parallel()
				if r.run != nil {
					r.run(t)
					return
				}
				r.converse(t)
			})
		}
	}
}

func (r row) converse(t *testing.T) {
	srv := NewServer(t)
	if r.setup != nil {
		r.setup(srv)
	}
	alice := srv.Store.Account("alice@example.com")
	for _, m := range r.mail {
		addMail(alice.Mailbox("INBOX"), m)
	}
	r.runScript(t, srv)
	if r.check != nil {
		r.check(t, alice)
	}
}

// runScript runs a conversation with a server that has an account
// alice@example.com.
func runScript(t *testing.T, srv *Server, state, script string) {
	t.Helper()
	row{state: state, script: script}.runScript(t, srv)
}

func (r row) runScript(t *testing.T, srv *Server) {
	t.Helper()
	conns := make(map[string]*rawClient)
	for n, line := range strings.Split(r.script, "\n") {
		line = strings.TrimLeft(line, "\t ")
		if line == "" || line[0] == '#' {
			continue
		}
		if name, ok := strings.CutPrefix(line, "do: "); ok {
			r.do[name](srv.Store.Account("alice@example.com"))
			continue
		}
		head, text := line[:strings.IndexAny(line, ":!|")+1], ""
		if len(line) > len(head) {
			text = line[len(head)+1:]
		}
		id := head[1 : len(head)-1]
		if conns[id] == nil {
			conns[id] = dialRaw(t, srv, r.port)
			conns[id].bring(r.state)
		}
		conns[id].where = "line " + strconv.Itoa(n+1) + " (" + line + ")"
		conns[id].step(head[:1]+head[len(head)-1:], text)
		if t.Failed() {
			return
		}
	}
}

// A rawClient is the client's side of a connection, by bytes.
type rawClient struct {
	t     *testing.T
	conn  net.Conn
	r     *bufio.Reader
	out   io.Writer // conn, or what compresses
	where string
	skip  bool
}

// dialRaw connects; port "" is by Dial.
func dialRaw(t *testing.T, srv *Server, port string) *rawClient {
	t.Helper()
	dial := func() (net.Conn, error) { return srv.Dial(t.Context()) }
	if port != "" {
		dial = func() (net.Conn, error) {
			return srv.DialContext(t.Context(), "tcp", "mail.example.com:"+port)
		}
	}
	conn, err := dial()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	conn.SetDeadline(time.Now().Add(20 * time.Second))
	return &rawClient{t: t, conn: conn, r: bufio.NewReader(conn), out: conn, where: "start"}
}

// bring brings a new connection to a state.
func (c *rawClient) bring(state string) {
	c.t.Helper()
	if state == "" {
		return
	}
	c.expect("* OK ...")
	if state == "greeting" {
		return
	}
	c.send("x1 LOGIN alice@example.com secret\r\n")
	c.expect("x1 OK ...")
	switch state {
	case "login":
		return
	case "select", "examine":
		c.send("x2 " + strings.ToUpper(state) + " INBOX\r\n")
		c.skip = true
		c.expect("x2 OK ...")
	default:
		c.t.Fatalf("unknown state %q", state)
	}
}

func (c *rawClient) step(kind, text string) {
	c.t.Helper()
	switch kind {
	case "C:":
		c.send(text + "\r\n")
	case "C!":
		c.send(c.unquote(text))
	case "S:":
		c.expect(text)
	case "S|":
		c.expectBytes(c.unquote(text) + "\r\n")
	case "S!":
		c.directive(text)
	case "T:":
		c.startTLS(text)
	default:
		c.t.Fatalf("%s: unknown line", c.where)
	}
}

// startTLS goes on within TLS.
func (c *rawClient) startTLS(name string) {
	c.t.Helper()
	cfg := wire.ClientTLS()
	cfg.ServerName = name
	conn := tls.Client(c.conn, cfg)
	if err := conn.Handshake(); err != nil {
		c.t.Fatalf("%s: %v", c.where, err)
	}
	c.conn, c.r, c.out = conn, bufio.NewReader(conn), conn
}

// unquote undoes Go escapes.
func (c *rawClient) unquote(text string) string {
	c.t.Helper()
	s, err := strconv.Unquote(`"` + strings.ReplaceAll(text, `"`, `\"`) + `"`)
	if err != nil {
		c.t.Fatalf("%s: %v", c.where, err)
	}
	return s
}

// expectBytes reads exactly these bytes.
func (c *rawClient) expectBytes(want string) {
	c.t.Helper()
	got := make([]byte, len(want))
	if n, err := io.ReadFull(c.r, got); string(got) != want {
		c.t.Fatalf("%s:\n got %q, %v\nwant %q", c.where, got[:n], err, want)
	}
}

func (c *rawClient) directive(text string) {
	c.t.Helper()
	switch text {
	case "skip":
		c.skip = true
	case "end":
		if line, err := c.r.ReadString('\n'); err != io.EOF {
			c.t.Fatalf("%s: got %q, %v, want the end", c.where, line, err)
		}
	default:
		c.t.Fatalf("%s: unknown directive", c.where)
	}
}

func (c *rawClient) send(s string) {
	c.t.Helper()
	if _, err := io.WriteString(c.out, s); err != nil {
		c.t.Fatalf("%s: %v", c.where, err)
	}
}

// expect reads a line, or lines if they are to be skipped.
func (c *rawClient) expect(want string) {
	c.t.Helper()
	for {
		line, err := c.r.ReadString('\n')
		if err != nil {
			c.t.Fatalf("%s: got %q, %v", c.where, line, err)
		}
		if line, ok := strings.CutSuffix(line, "\r\n"); ok && fits(want, line) {
			c.skip = false
			return
		}
		if !c.skip {
			c.t.Fatalf("%s:\n got %q\nwant %q", c.where, line, want)
		}
	}
}

// fits reports whether line is as wanted, where ... stands for any text.
func fits(want, line string) bool {
	parts := strings.Split(want, "...")
	for i := range parts {
		parts[i] = globQuote.Replace(parts[i])
	}
	ok, err := path.Match(strings.Join(parts, "*"), strings.ReplaceAll(line, "/", "\x01"))
	return ok && err == nil
}

// globQuote quotes for path.Match, in which * stops at slashes.
var globQuote = strings.NewReplacer(`\`, `\\`, `*`, `\*`, `?`, `\?`, `[`, `\[`, "/", "\x01")

// addMail adds a message with LF line ends to a mailbox.
func addMail(b *mailstore.Mailbox, raw string, flags ...string) {
	b.Append(message.New("", nil, []byte(strings.ReplaceAll(raw, "\n", "\r\n"))), flags, time.Now())
}
