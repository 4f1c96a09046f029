package imapfake

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/mailfakes/mailfakes/mailtest/message"
)

// TestHostile fetches all there is of messages that break mail programs, and
// searches, sorts and threads them: the answers are well-formed and have the
// octets as they are stored.
func TestHostile(t *testing.T) {
	srv := NewServer(t)
	srv.Caps = Everything
	box := srv.Store.Account("alice@example.com").Mailbox("INBOX")
	var names, raws []string
	for name, raw := range message.Hostile() {
		names, raws = append(names, name), append(raws, raw)
		box.Append(message.New("", nil, []byte(raw)), nil, time.Unix(0, 0))
	}
	raw := dialRaw(t, srv, "")
	raw.conn.SetDeadline(time.Now().Add(2 * time.Minute)) // it reads all of them several times
	raw.bring("select")
	c := &hostileClient{t: t, raw: raw, conn: &peerConn{raw.conn, raw.r}}
	for i, text := range raws {
		c.where = names[i]
		c.checkStructure(i+1, len(text))
		c.checkSections(i+1, text)
	}
	c.where = "all"
	for _, command := range []string{
		`SEARCH TEXT "zzz"`, `SEARCH BODY "a"`, `SEARCH SUBJECT "a" FROM "b" TO "c"`, `SEARCH HEADER X-Y ""`,
		`SEARCH SENTSINCE 1-Jan-2000`, `SEARCH SENTBEFORE 1-Jan-2000`, `SEARCH LARGER 1`, `SEARCH FUZZY TEXT "a b"`,
		`SORT (ARRIVAL CC DATE REVERSE FROM SIZE SUBJECT TO) UTF-8 ALL`, `SORT (DISPLAYFROM DISPLAYTO) UTF-8 ALL`,
		`THREAD REFERENCES UTF-8 ALL`, `THREAD REFS UTF-8 ALL`, `THREAD ORDEREDSUBJECT UTF-8 ALL`,
		`FETCH 1:* (FULL PREVIEW BINARY.SIZE[1] EMAILID THREADID)`, `COPY 1:* INBOX`,
	} {
		command = strings.Replace(command, "(FULL", "(FLAGS ENVELOPE BODY", 1)
		if _, done := c.run(command); !strings.HasPrefix(done, "t OK") && !strings.Contains(done, "UNKNOWN-CTE") {
			t.Errorf("%s: %s", command, done)
		}
	}
}

type hostileClient struct {
	t     *testing.T
	raw   *rawClient
	conn  *peerConn
	where string
}

// run returns the untagged responses to a command, and the tagged one.
func (c *hostileClient) run(command string) (list []string, done string) {
	c.t.Helper()
	c.raw.send("t " + command + "\r\n")
	for {
		line := c.conn.response(c.t)
		if strings.HasPrefix(line, "t ") {
			return list, line
		}
		list = append(list, line)
	}
}

// fetch returns what FETCH answers behind the item's name.
func (c *hostileClient) fetch(n int, item string) string {
	c.t.Helper()
	list, done := c.run(fmt.Sprintf("FETCH %d %s", n, item))
	if strings.HasPrefix(done, "t NO [UNKNOWN-CTE]") {
		return ""
	}
	head := fmt.Sprintf("* %d FETCH (%s ", n, strings.Replace(item, ".PEEK", "", 1))
	if len(list) != 1 || !strings.HasPrefix(list[0], head) || !strings.HasPrefix(done, "t OK") {
		c.t.Fatalf("%s: %s: %.200q, %s", c.where, item, list, done)
	}
	return strings.TrimSuffix(list[0][len(head):], ")")
}

func (c *hostileClient) checkStructure(n, size int) {
	c.t.Helper()
	if got := c.fetch(n, "RFC822.SIZE"); got != fmt.Sprint(size) {
		c.t.Errorf("%s: RFC822.SIZE %s, want %d", c.where, got, size)
	}
	for item, rule := range map[string]func(*grammar){
		"ENVELOPE":      (*grammar).envelope,
		"BODY":          func(g *grammar) { g.body(false) },
		"BODYSTRUCTURE": func(g *grammar) { g.body(true) },
		"PREVIEW":       (*grammar).nstring,
	} {
		if got := c.fetch(n, item); checkGrammar([]byte(got), rule) != "" {
			c.t.Errorf("%s: %s %q: %s", c.where, item, got, checkGrammar([]byte(got), rule))
		}
	}
}

// checkSections wants the whole as it is stored, at once and in two, and parts
// that are in it.
func (c *hostileClient) checkSections(n int, raw string) {
	c.t.Helper()
	octets := func(item string) []byte {
		s := strings.TrimPrefix(c.fetch(n, item), "~")
		if strings.HasPrefix(s, `"`) {
			return []byte(strings.Trim(s, `"`))
		}
		_, data, _ := strings.Cut(s, "}\r\n")
		return []byte(data)
	}
	if got := octets("BODY.PEEK[]"); string(got) != raw {
		c.t.Errorf("%s: BODY[] is %.200q, want %.200q", c.where, got, raw)
	}
	both := append(octets("BODY.PEEK[HEADER]"), octets("BODY.PEEK[TEXT]")...)
	if string(both) != raw {
		c.t.Errorf("%s: HEADER and TEXT are %.200q, want %.200q", c.where, both, raw)
	}
	for _, item := range []string{"BODY.PEEK[1.MIME]", "BODY.PEEK[2.1.TEXT]", "BINARY.PEEK[1]"} {
		c.fetch(n, item)
	}
	if part := octets("BODY.PEEK[1]"); !bytes.Contains([]byte(raw), part) {
		c.t.Errorf("%s: BODY[1] isn't in the message: %.200q", c.where, part)
	}
}

// A PreAuth that is no address is told to the test, not to a connection.
func TestPreAuthAddress(t *testing.T) {
	srv := New(nil)
	defer srv.Close()
	srv.PreAuth = "  "
	defer func() {
		if r := recover(); r == nil || !strings.Contains(fmt.Sprint(r), "give an address") {
			t.Errorf("Dial panicked with %v, want what is wrong with the address", r)
		}
	}()
	srv.Dial(t.Context())
}
