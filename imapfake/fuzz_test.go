package imapfake

import (
	"bytes"
	"io"
	"strings"
	"testing"
	"testing/synctest"
	"time"
	"unicode/utf8"
)

// FuzzParser reads a line and a literal by each rule of the grammar.
func FuzzParser(f *testing.F) {
	for _, s := range []string{
		"", "abc", `"a\"b"`, "{3}\r\nabc", "1:*,3", "(a (b c))", "NIL", "&AOQ-", "INBOX", "~{1}\r\nx",
		`(\Seen $x)`, "18446744073709551615", "(((((((", "BODY[1.2]<0.5>", "\x00\xff",
	} {
		f.Add(s, "lit", true, false)
	}
	f.Fuzz(func(t *testing.T, line, literal string, utf8, lenient bool) {
		rules := []func(p *parser){
			func(p *parser) { p.tag() }, func(p *parser) { p.atom() }, func(p *parser) { p.astring() },
			func(p *parser) { p.nstring() }, func(p *parser) { p.quoted() }, func(p *parser) { p.literal() },
			func(p *parser) { p.anyLiteral() }, func(p *parser) { p.nzNumber() }, func(p *parser) { p.number64() },
			func(p *parser) { p.numSet(true) }, func(p *parser) { p.flagList() }, func(p *parser) { p.mailbox() },
			func(p *parser) { p.listMailbox() }, func(p *parser) { p.keyword("x") }, func(p *parser) { p.dateTime() },
			func(p *parser) { p.list(func() { p.astring() }) },
		}
		for i, rule := range rules {
			p := &parser{
				line: []byte(line + "\r\n"), lits: [][]byte{[]byte(literal)}, utf8: utf8, lenient: lenient,
			}
			rule(p)
			if p.pos > len(p.line) || p.lit > 1 {
				t.Errorf("rule %d of %q: at %d of %d, literal %d", i, line, p.pos, len(p.line), p.lit)
			}
			if err := p.end(); err != nil && err.Error() == "" {
				t.Errorf("rule %d of %q: error without a text", i, line)
			}
		}
	})
}

// FuzzText takes a text for all that has a grammar of its own: a mailbox name
// in modified UTF-7, a subject, a URL.
func FuzzText(f *testing.F) {
	for _, s := range []string{
		"INBOX", "A&-B", "Entw&APw-rfe", "&U,BTFw-/x", "&2D3eAA-", "Été", "&", "&APx-",
		"Re: [x] y", "[fwd: z]", "a (fwd)", "[[]", "re[: x",
		"/INBOX;UIDVALIDITY=1/;UID=20/;SECTION=1.2.MIME", "imap://a%40b;AUTH=*@host/x%2Fy/;uid=1", ";UID=1/;PARTIAL=1.2",
		"imap://host", "/%zz/;UID=1", "/x/;UID=0", "/x/;UID=1/;SECTION=HEADER.FIELDS%20(A%20B)", "/é/;UID=1", "\x80;uid=0", "",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		checkMailboxName(t, s)
		checkBaseSubject(t, s)
		if u, ok := parseMessageURL(s); ok && (u.uid == 0 || u.section == nil) {
			t.Errorf("%q: %+v", s, u)
		}
	})
}

// FuzzStrings writes strings and names, and reads them back.
func FuzzStrings(f *testing.F) {
	for _, s := range []string{"", "NIL", "a b", `"\`, "\r\n", "é", "a&b", "]", "inbox"} {
		f.Add(s, false)
		f.Add(s, true)
	}
	f.Fuzz(func(t *testing.T, s string, is8bit bool) {
		if strings.Contains(s, "\x00") {
			return // no string can hold it
		}
		e := &encoder{utf8: is8bit, names: naming{utf8: is8bit}}
		e.string(s)
		e.sp()
		e.astring(s)
		if !is8bit && bytes.ContainsFunc(stripLiterals(e.buf), func(r rune) bool { return r >= 0x80 }) {
			t.Errorf("%q is written as %q: 8-bit outside of literals", s, e.buf)
		}
		p := reread(e)
		first := p.string()
		p.sp()
		second := p.astring()
		if p.end(); p.err == nil && (first != s || second != s) {
			t.Errorf("%q is read back as %q and %q", s, first, second)
		}
		if p.err != nil && utf8.ValidString(s) {
			t.Errorf("%q is written as %q: %v", s, e.buf, p.err)
		}
	})
}

// reread returns a parser of what an encoder has written.
func reread(e *encoder) *parser {
	p := &parser{utf8: e.utf8, names: e.names}
	rest := append(e.buf, "\r\n"...)
	for len(rest) > 0 {
		eol := bytes.IndexByte(rest, '\n') + 1
		p.line = append(p.line, rest[:eol]...)
		m, ok := literalMark(rest[:eol])
		rest = rest[eol:]
		if ok && int(m.size) <= len(rest) {
			p.lits = append(p.lits, rest[:m.size])
			rest = rest[m.size:]
		}
	}
	return p
}

// stripLiterals returns what a parser sees as lines.
func stripLiterals(b []byte) []byte {
	return reread(&encoder{buf: bytes.Clone(b)}).line
}

// sessionSeeds are conversations of a client that is logged in.
var sessionSeeds = []string{
	"a SELECT INBOX\r\nb FETCH 1:* (FLAGS UID)\r\nc STORE 1 +FLAGS (\\Deleted)\r\nd EXPUNGE\r\n",
	"a CREATE x/y\r\nb RENAME x z\r\nc LIST \"\" *\r\nd DELETE z\r\ne LSUB \"\" %\r\nf SUBSCRIBE q\r\n",
	"a APPEND INBOX (\\Seen) \"17-Jul-1996 02:44:25 -0700\" {3+}\r\nabc\r\nb STATUS INBOX (MESSAGES UIDNEXT)\r\n",
	"a SELECT INBOX\r\nb COPY 1:2 INBOX\r\nc UID MOVE 1,3 INBOX\r\nd UID EXPUNGE 1:*\r\ne CLOSE\r\n",
	"a EXAMINE INBOX\r\nb IDLE\r\nDONE\r\nc UNSELECT\r\nd ENABLE CONDSTORE\r\ne ID NIL\r\nf NAMESPACE\r\n",
	"a SELECT INBOX\r\nb SEARCH OR SEEN NOT SUBJECT {1}\r\nx 1:2\r\nc UID FETCH 1 (BODY.PEEK[HEADER.FIELDS (To)]<0.3>)\r\n",
	"a FROB {5+}\r\nx y z {3}\r\nb LOGOUT\r\nc NOOP\r\n",
	"\r\n \r\na\r\na  b\r\n* * *\r\na AUTHENTICATE PLAIN\r\na LOGIN \"x\r\n",
	"a SELECT INBOX (QRESYNC (1 1 1:9 (1 1)))\r\nb UID FETCH 1:* (FLAGS) (CHANGEDSINCE 1 VANISHED)\r\n",
	"a SELECT INBOX\r\nb SORT (REVERSE DATE) UTF-8 ALL\r\nc THREAD REFERENCES UTF-8 ALL\r\nd CHECK\r\ne NOOP\r\n",
}

// FuzzSession sends what it likes to a session. The session must answer and
// end, and its responses must be well-formed.
func FuzzSession(f *testing.F) {
	for _, s := range sessionSeeds {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, input []byte) {
		synctest.Test(t, func(t *testing.T) { fuzzSession(t, string(input)) })
	})
}

func fuzzSession(t *testing.T, input string) {
	start := time.Now()
	srv := New(nil)
	defer srv.Close()
	srv.Caps = Everything
	box := srv.Store.Account("alice@example.com").Mailbox("INBOX")
	for _, m := range three {
		addMail(box, m)
	}
	conn, err := srv.Dial(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	go sendAll(conn, "x LOGIN alice@example.com secret\r\n"+input)
	got, err := io.ReadAll(conn)
	if d := time.Since(start); err != nil || d != 0 {
		t.Fatalf("after %q: %v, the server hung for %v", got, err, d)
	}
	checkResponses(t, got)
}

// checkResponses checks that responses are lines that begin as responses do,
// with literals of the announced sizes.
func checkResponses(t *testing.T, b []byte) {
	t.Helper()
	for len(b) > 0 {
		line, rest := nextResponse(b)
		if line == nil {
			t.Fatalf("response isn't complete: %q", b)
		}
		head := stripLiterals(line)
		if i := bytes.IndexByte(head, ' '); i < 1 || bytes.ContainsAny(head[:i], "(){%\"\\") {
			t.Fatalf("response begins badly: %q", line)
		}
		if bytes.Count(head, []byte("\n")) != bytes.Count(head, []byte("\r\n")) {
			t.Fatalf("response has a bare LF: %q", line)
		}
		b = rest
	}
}

// nextResponse splits a response off, with its literals.
func nextResponse(b []byte) (resp, rest []byte) {
	n := 0
	for {
		eol := bytes.IndexByte(b[n:], '\n') + 1
		if eol == 0 {
			return nil, b
		}
		m, ok := literalMark(b[n : n+eol])
		n += eol
		if !ok || bytes.HasPrefix(b, []byte("+")) {
			return b[:n], b[n:]
		}
		if n += int(m.size); n > len(b) {
			return nil, b
		}
	}
}

// Commands that go on and on end, and are never run: each literal may be let
// in, but not all of them together.
func TestEndlessCommand(t *testing.T) {
	want := map[string]string{
		"literals": "a NO [TOOBIG] ...",
		"lines":    "a BAD expected a line that is not so long ...",
	}
	for name, piece := range map[string]string{
		"literals": "OR TEXT {1048576+}\r\n" + strings.Repeat("x", 1<<20) + " ",
		"lines":    strings.Repeat("OR TEXT {0+}\r\n ", 400),
	} {
		t.Run(name, func(t *testing.T) {
			srv := NewServer(t)
			addMail(srv.Store.Account("alice@example.com").Mailbox("INBOX"), three[0])
			c := dialRaw(t, srv, "")
			c.bring("select")
			go io.WriteString(c.conn, "a SEARCH "+strings.Repeat(piece, 17)+"ALL\r\n")
			c.expect(want[name])
			c.send("b NOOP\r\n")
			c.expect("b OK ...")
		})
	}
}

// However many messages an APPEND has, together they have a limit.
func TestRoom(t *testing.T) {
	reg := newRegistry(newOffer(Everything).set)
	s := &session{cfg: &config{registry: reg, offer: newOffer(Everything), MaxMessageBytes: 10}}
	c := &call{cmd: reg.commands["APPEND"], p: &parser{lits: [][]byte{make([]byte, 1000)}}}
	if got := s.room(c); got != maxMessage-1000 {
		t.Errorf("after a message of 1000 bytes there is room for %d, want %d", got, maxMessage-1000)
	}
	s.cfg.MaxMessageBytes = 2 * maxMessage
	if got := s.room(c); got != 2*maxMessage-1000 {
		t.Errorf("after a message of 1000 bytes there is room for %d, want %d", got, 2*maxMessage-1000)
	}
}
