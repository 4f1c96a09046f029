package pop3fake_test

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/mailfakes/mailfakes/mailtest/wire"
	"github.com/mailfakes/mailfakes/pop3fake"
)

// A dice is a fuzzer's bytes, by which sessions are thrown together.
type dice []byte

// roll returns a number below n, 0 when the bytes are used up.
func (d *dice) roll(n int) int {
	if len(*d) == 0 {
		return 0
	}
	b := (*d)[0]
	*d = (*d)[1:]
	return int(b) % n
}

// bytes returns up to most bytes as they stand.
func (d *dice) bytes(most int) []byte {
	n := min(d.roll(most+1), len(*d))
	p := (*d)[:n]
	*d = (*d)[n:]
	return bytes.Clone(p)
}

// A turn is what a client says, and what the one reply to it must be.
type turn struct {
	say   string
	ok    bool
	multi bool
	text  string // of a multi-line reply as a client sees it, if known
	known bool

	arrive *string // a message that comes then; nothing is said
}

// A model is RFC 1939 in small: what a server must reply by what was said
// before, and what is left in the maildrop.
type model struct {
	*dice
	drop    []modelMail // in the store now
	seen    []modelMail // by the session, from login on
	deleted []bool
	in      bool
	user    bool
	turns   []turn
	lastUID int
}

type modelMail struct {
	uid int
	raw string
}

func (m *model) say(text string, ok bool) {
	m.turns = append(m.turns, turn{say: text + "\r\n", ok: ok})
}

// tell is say for a multi-line reply, if that is the reply.
func (m *model) tell(text string, ok bool, lines string) {
	m.turns = append(m.turns, turn{say: text + "\r\n", ok: ok, multi: ok, text: lines, known: true})
}

var modelCommands = []func(m *model){
	(*model).login,
	func(m *model) { m.say("USER alice@example.com", !m.in); m.user = !m.in },
	(*model).pass, (*model).auth,
	func(m *model) { m.say("NOOP", m.in) },
	func(m *model) { m.say("rset", m.in); clear(m.deleted) },
	(*model).stat, (*model).list, (*model).uidl, (*model).retr, (*model).top,
	(*model).dele, (*model).dele,
	func(m *model) { m.turns = append(m.turns, turn{say: "CAPA\r\n", ok: true, multi: true}) },
	func(m *model) { m.say("STLS", false); m.user = m.user && !m.in },
	(*model).nonsense,
}

func (m *model) login() {
	if m.in {
		m.say("USER alice@example.com", false)
		return
	}
	m.say("USER alice@example.com", true)
	m.say("PASS secret", true)
	m.enter()
}

func (m *model) enter() {
	m.in, m.user = true, false
	m.seen = slices.Clone(m.drop)
	m.deleted = make([]bool, len(m.seen))
}

func (m *model) pass() {
	word := []string{"secret", "wrong", "secret "}[m.roll(3)]
	ok := m.user && word == "secret" && !m.in
	m.say("PASS "+word, ok)
	m.user = m.user && m.in
	if ok {
		m.enter()
	}
}

func (m *model) auth() {
	response := []string{"AGFsaWNlQGV4YW1wbGUuY29tAHNlY3JldA==", "AGFsaWNlQGV4YW1wbGUuY29tAHdyb25n", "=", "*"}
	n := m.roll(4)
	if m.in {
		m.say("AUTH PLAIN "+response[n], false)
		return
	}
	m.user = false
	if n == 3 {
		m.turns = append(m.turns, turn{say: "AUTH PLAIN\r\n*\r\n"}) // "+ " comes first
		return
	}
	m.say("AUTH PLAIN "+response[n], n == 0)
	if n == 0 {
		m.enter()
	}
}

// left returns the listing of the messages that aren't deleted.
func (m *model) left(line func(n int, mail modelMail) string) (text string, count, size int) {
	var b strings.Builder
	for i, mail := range m.seen {
		if !m.deleted[i] {
			count++
			size += len(mail.raw)
			b.WriteString(line(i+1, mail) + "\r\n")
		}
	}
	return b.String(), count, size
}

func scan(n int, mail modelMail) string { return fmt.Sprintf("%d %d", n, len(mail.raw)) }

func (m *model) stat() {
	m.say("STAT", m.in)
	if m.in {
		_, count, size := m.left(scan)
		m.turns[len(m.turns)-1].text = fmt.Sprintf("+OK %d %d\r\n", count, size)
	}
}

func (m *model) list() { m.listing("LIST", scan) }

func (m *model) uidl() {
	m.listing("UIDL", func(n int, mail modelMail) string { return fmt.Sprintf("%d %08x%08x", n, 1, mail.uid) })
}

func (m *model) listing(name string, line func(int, modelMail) string) {
	if m.roll(2) == 0 {
		text, _, _ := m.left(line)
		m.tell(name, m.in, text)
		return
	}
	arg, i := m.number()
	m.say(name+" "+arg, i >= 0)
	if i >= 0 {
		m.turns[len(m.turns)-1].text = "+OK " + line(i+1, m.seen[i]) + "\r\n"
	}
}

// number returns an argument, and the index of the message that it is the
// number of, -1 if there is none.
func (m *model) number() (arg string, index int) {
	n := m.roll(8)
	arg = []string{"1", "2", "3", "4", "0", "-1", "99999999999999999999", "02"}[n]
	index = map[int]int{0: 0, 1: 1, 2: 2, 3: 3, 7: 1}[n]
	if n > 3 && n < 7 || !m.in || index >= len(m.seen) || m.deleted[index] {
		return arg, -1
	}
	return arg, index
}

func (m *model) retr() {
	arg, i := m.number()
	text := ""
	if i >= 0 {
		text = ended(m.seen[i].raw)
	}
	m.tell("RETR "+arg, i >= 0, text)
}

// ended is a text as a client gets it: its last line has an end.
func ended(s string) string {
	if s != "" && !strings.HasSuffix(s, "\r\n") {
		s += "\r\n"
	}
	return s
}

func (m *model) top() {
	arg, i := m.number()
	k := m.roll(4)
	text, lines := "", k
	if i >= 0 {
		body := false
		for line := range strings.SplitAfterSeq(m.seen[i].raw, "\n") {
			if body && lines == 0 {
				break
			}
			if body {
				lines--
			}
			text += line
			body = body || strings.Trim(line, "\r\n") == "" && line != ""
		}
	}
	m.tell(fmt.Sprintf("TOP %s %d", arg, k), i >= 0, ended(text))
}

func (m *model) dele() {
	arg, i := m.number()
	m.say("DELE "+arg, i >= 0)
	if i >= 0 {
		m.deleted[i] = true
	}
}

// nonsense is what no state accepts.
func (m *model) nonsense() {
	lines := []string{
		"", "XTND", "LIST 1 2", "RETR", "DELE \x00", "LIST\t1", "NOOP " + strings.Repeat("x", 300), "QUIT now", "TOP 1",
		"TOP 1 -1", "LIST  1", " NOOP", "\xff", "APOP a b", "X" + strings.Map(printable, string(m.bytes(30))),
	}
	m.say(lines[m.roll(len(lines))], false)
}

func printable(r rune) rune {
	if r < ' ' || r > '~' {
		return '.'
	}
	return r
}

// A visit is one session: what is said, and what the maildrop has after it.
type visit struct {
	turns []turn
	drop  []modelMail
}

// visit throws a session together. One out of two commands is a sensible one.
func (m *model) visit() visit {
	m.in, m.user, m.seen, m.deleted, m.turns = false, false, nil, nil, nil
	for n := m.roll(64); n > 1 && len(*m.dice) > 0; n = m.roll(64) {
		switch {
		case n < 2*len(modelCommands):
			modelCommands[n/2](m)
		case !m.in:
			m.login()
		case n%4 == 0:
			m.dele()
		case n%4 == 1:
			m.retr()
		case n%4 == 2:
			m.top()
		default:
			m.arrive()
		}
	}
	if m.roll(3) > 0 {
		m.quit()
	}
	return visit{m.turns, slices.Clone(m.drop)}
}

// arrive is a message that comes in while the session goes on.
func (m *model) arrive() {
	raw := string(m.bytes(60))
	m.add(raw)
	m.turns = append(m.turns, turn{arrive: &raw})
}

func (m *model) add(raw string) {
	m.lastUID++
	m.drop = append(m.drop, modelMail{m.lastUID, raw})
}

func (m *model) quit() {
	m.say("QUIT", true)
	for i, d := range m.deleted {
		if d {
			m.drop = slices.DeleteFunc(m.drop, func(x modelMail) bool { return x.uid == m.seen[i].uid })
		}
	}
}

// FuzzSession throws sessions together, one after another on one maildrop, of
// commands that are valid in their place and of others. Said one by one, each
// gets the one reply that the model expects, with listings and texts as they
// must be; said in one go, in pieces of any size, they get the same. The
// maildrop loses what was deleted before QUIT, and nothing else.
func FuzzSession(f *testing.F) {
	f.Add([]byte("\x02\x07\x05.\r\n.x\x04a\n\nb\x02\x12\x02\x00\x14\x00\x12\x01\x16\x00\x0a\x01\x01"))
	f.Add([]byte("\x01\x03\x09..\r\n\r\n.\r\n\x02\x0e\x00\x10\x00\x28\x00\x23\x05hello\x18\x01\x01\x00\x02\x10\x00\x01\x02"))
	f.Add([]byte("\x03\x01\x00\x00\x05\x01\x02\x06\x03\x06\x00\x08\x02\x1e\x02\x1a\x1c\x0c\x01\x01\x20\x00\x01\x00"))
	f.Fuzz(func(t *testing.T, throw []byte) {
		if len(throw) > 2<<10 {
			return
		}
		d := dice(throw)
		m := &model{dice: &d}
		for range m.roll(4) {
			m.add(string(m.bytes(60)))
		}
		first := slices.Clone(m.drop)
		pieces := 1 + m.roll(64)
		visits := []visit{m.visit()}
		for len(d) > 0 {
			visits = append(visits, m.visit())
		}
		synctest.Test(t, func(t *testing.T) {
			start := time.Now()
			singly := converseModel(t, first, visits, oneByOne)
			together := converseModel(t, first, visits, func(c *modelClient, v visit) { allAtOnce(c, v, pieces) })
			if singly != together {
				t.Errorf("one by one:\n%s\nin one go:\n%s", singly, together)
			}
			if d := time.Since(start); d != 0 {
				t.Errorf("the server hung for %v", d)
			}
		})
	})
}

// A modelClient makes a visit.
type modelClient struct {
	*wire.PipeConn
	srv *pop3fake.Server
	r   *bufio.Reader
}

// converseModel makes visits to a server of its own, and returns what that has
// said.
func converseModel(t *testing.T, first []modelMail, visits []visit, speak func(*modelClient, visit)) string {
	srv := pop3fake.New(nil)
	defer srv.Close()
	alice(srv)
	for _, mail := range first {
		addMail(srv, mail.raw)
	}
	var all bytes.Buffer
	for _, v := range visits {
		nc, err := srv.Dial(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		c := &modelClient{PipeConn: nc.(*wire.PipeConn), srv: srv}
		c.r = bufio.NewReader(io.TeeReader(c, &all))
		func() {
			defer nc.Close()
			defer func() {
				if r := recover(); r != nil {
					t.Fatalf("%v\n%s", r, srv.Transcript())
				}
			}()
			speak(c, v)
		}()
		synctest.Wait()
		var drop []modelMail
		for _, e := range alice(srv).Mailbox("INBOX").Snapshot().All() {
			drop = append(drop, modelMail{int(e.UID), string(e.Msg.Raw)})
		}
		if !slices.Equal(drop, v.drop) {
			t.Fatalf("left are %+v, want %+v\n%s", drop, v.drop, srv.Transcript())
		}
	}
	return all.String()
}

// line reads a line; without an end it is the end of the connection.
func (c *modelClient) line() string {
	line, err := c.r.ReadString('\n')
	for err == nil && !strings.HasSuffix(line, "\r\n") {
		var more string // a bare LF of a text
		more, err = c.r.ReadString('\n')
		line += more
	}
	if err != nil && err != io.EOF {
		panic(err)
	}
	return line
}

// expect reads the reply to a turn.
func (c *modelClient) expect(n turn) {
	status := c.line()
	if n.say == "AUTH PLAIN\r\n*\r\n" {
		if status != "+ \r\n" {
			panic(fmt.Sprintf("AUTH: %q", status))
		}
		status = c.line()
	}
	if n.ok != strings.HasPrefix(status, "+OK ") || !n.ok && !strings.HasPrefix(status, "-ERR ") ||
		n.text != "" && !n.multi && status != n.text {
		panic(fmt.Sprintf("%q: reply %q, want %+v", n.say, status, n))
	}
	if !n.multi {
		return
	}
	var text strings.Builder
	for line := c.line(); line != ".\r\n"; line = c.line() {
		if line == "" {
			panic(fmt.Sprintf("%q: no end of the text", n.say))
		}
		text.WriteString(strings.TrimPrefix(line, "."))
	}
	if n.known && text.String() != n.text {
		panic(fmt.Sprintf("%q: %q, want %q", n.say, text.String(), n.text))
	}
}

func oneByOne(c *modelClient, v visit) {
	c.expect(turn{ok: true})
	for _, n := range v.turns {
		if n.arrive != nil {
			addMail(c.srv, *n.arrive)
			continue
		}
		io.WriteString(c, n.say)
		c.expect(n)
		if rest := c.r.Buffered(); rest > 0 {
			panic(fmt.Sprintf("%q: %d bytes too much", n.say, rest))
		}
	}
	c.end()
}

// end ends the client's side, and wants the end of the server's.
func (c *modelClient) end() {
	c.CloseWrite()
	if got := c.line(); got != "" {
		panic(fmt.Sprintf("at the end: %q", got))
	}
}

func allAtOnce(c *modelClient, v visit, pieces int) {
	go func() {
		defer c.CloseWrite()
		for _, n := range v.turns {
			for p := range slices.Chunk([]byte(n.say), pieces) {
				c.Write(p)
			}
		}
	}()
	c.expect(turn{ok: true})
	for _, n := range v.turns {
		if n.arrive == nil {
			c.expect(n)
		}
	}
	c.end()
	for _, n := range v.turns {
		if n.arrive != nil {
			addMail(c.srv, *n.arrive)
		}
	}
}
