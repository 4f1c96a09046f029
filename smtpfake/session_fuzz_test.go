package smtpfake_test

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
	"github.com/mailfakes/mailfakes/smtpfake"
)

// A dice is a fuzzer's bytes, by which a session is thrown together.
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

// A turn is what a client says, and the code of the one reply to it.
type turn struct {
	say, code string
	replies   int // if that isn't 1: LMTP
}

// A model is RFC 5321 section 4.1.4 in small: what a server must reply by what
// was said before, and which mails it has accepted.
type model struct {
	*dice
	lmtp  bool
	helo  bool
	esmtp bool
	user  bool
	tx    *modelTx
	turns []turn
	mails []string
	quit  bool
}

type modelTx struct {
	from    string
	rcpts   []string
	refused bool
	binary  bool
	chunked bool
	text    []byte
}

// say adds a turn, and reports whether its code is a success.
func (m *model) say(text, code string) bool {
	m.turns = append(m.turns, turn{text, code, 1})
	return code[0] < '4'
}

// maxModelText is the server's MaxMessageBytes.
const maxModelText = 200

var modelCommands = []func(m *model){
	func(m *model) { m.greet("EHLO", true, false) },
	func(m *model) { m.greet("HELO", false, false) },
	func(m *model) { m.greet("LHLO", true, true) },
	(*model).mail, (*model).mail,
	(*model).rcpt, (*model).rcpt, (*model).rcpt,
	(*model).data, (*model).data,
	(*model).bdat, (*model).bdat,
	(*model).auth,
	func(m *model) { m.say("NOOP "+strings.Repeat("x", m.roll(20))+"\r\n", "250") },
	func(m *model) { m.say("rset\r\n", "250"); m.tx = nil },
	func(m *model) { m.say("VRFY bob@example.com\r\n", "252") },
	func(m *model) { m.say("HELP\r\n", "214") },
	func(m *model) { m.say("STARTTLS\r\n", "454") },
	(*model).nonsense, (*model).nonsense,
	func(m *model) { m.quit = m.say("QUIT\r\n", "221") },
}

// step is one command: one out of two times, what brings a mail on its way.
func (m *model) step() {
	n := m.roll(2 * len(modelCommands))
	switch {
	case n < len(modelCommands):
		modelCommands[n](m)
	case !m.helo:
		m.greet(map[bool]string{false: "EHLO", true: "LHLO"}[m.lmtp], true, m.lmtp)
	case m.tx == nil:
		m.mail()
	case len(m.tx.rcpts) == 0 || n%3 == 0:
		m.rcpt()
	case m.tx.binary || m.tx.chunked:
		m.bdat()
	default:
		m.data()
	}
}

func (m *model) greet(verb string, esmtp, lmtp bool) {
	code := "250"
	if lmtp != m.lmtp {
		code = "500"
	}
	if m.say(verb+" client.example.com\r\n", code) {
		m.helo, m.esmtp, m.tx = true, esmtp, nil
	}
}

var modelSenders = []struct{ path, addr, code string }{
	{"<alice@example.com>", "alice@example.com", "250"},
	{"<alice@example.com> SIZE=20", "alice@example.com", "250"},
	{"<>", "", "250"},
	{`<"a b"@example.com>`, `"a b"@example.com`, "250"},
	{"<@relay.example:alice@[192.0.2.1]>", "alice@[192.0.2.1]", "250"},
	{"alice@example.com", "", "501"},
	{"<alice@example..com>", "", "501"},
	{"<alice@example.com> SIZE=201", "", "552"},
	{"<alice@example.com> X=Y", "", "555"},
	{"<grün@example.com>", "", "553"},
}

func (m *model) mail() {
	s := modelSenders[m.roll(len(modelSenders))]
	binary := m.roll(3) == 0
	code, params := s.code, ""
	if binary {
		params = " BODY=BINARYMIME"
	}
	switch {
	case !m.helo, m.tx != nil:
		code = "503"
	case code == "501":
	case !m.esmtp && (binary || strings.Contains(s.path, "=")):
		code = "555"
	}
	if m.say("MAIL FROM:"+s.path+params+"\r\n", code) {
		m.tx = &modelTx{from: s.addr, binary: binary}
	}
}

func (m *model) rcpt() {
	name := []string{"bob", "carol", "full", "refused", "dave..x"}[m.roll(5)]
	code := map[string]string{"refused": "550", "dave..x": "501"}[name]
	switch {
	case m.tx == nil || m.tx.chunked:
		code = "503"
	case code == "501":
		m.tx.refused = true
	case len(m.tx.rcpts) == 3:
		code = "452"
		m.tx.refused = true
	case code != "":
		m.tx.refused = true
	default:
		code = "250"
		m.tx.rcpts = append(m.tx.rcpts, name+"@example.com")
	}
	m.say("RCPT TO:<"+name+"@example.com>\r\n", code)
}

// ready returns the reply if the text can't come yet.
func (m *model) ready() string {
	switch {
	case m.tx == nil:
		return "503"
	case len(m.tx.rcpts) > 0:
		return ""
	case m.tx.refused:
		return "554"
	}
	return "503"
}

func (m *model) data() {
	text := m.bytes(maxModelText + 20)
	if len(text) > 0 && !bytes.HasSuffix(text, []byte("\r\n")) {
		text = append(text, "\r\n"...)
	}
	code := m.ready()
	if code == "" && (m.tx.chunked || m.tx.binary) {
		code = "503"
	}
	if code != "" {
		m.say("DATA\r\n", code)
		return
	}
	m.say("DATA\r\n", "354")
	m.tx.text = text
	m.finish(stuff(text))
}

// stuff does what a client does to a text.
func stuff(text []byte) string {
	s := strings.ReplaceAll("\r\n"+string(text), "\r\n.", "\r\n..")
	return s[len("\r\n"):] + ".\r\n"
}

// finish says the end of a text, which is accepted if it fits and there is
// room for it.
func (m *model) finish(say string) {
	tx := m.tx
	m.tx = nil
	full := slices.Contains(tx.rcpts, "full@example.com")
	code, good := "250", tx.rcpts
	switch {
	case len(tx.text) > maxModelText:
		code, good = "552", nil
	case m.lmtp:
		good = slices.DeleteFunc(slices.Clone(good), func(a string) bool { return a == "full@example.com" })
	case full:
		code, good = "552", nil
	}
	m.say(say, code)
	last := &m.turns[len(m.turns)-1]
	if m.lmtp {
		last.replies = len(tx.rcpts)
	}
	if m.lmtp && full {
		last.code = "" // each recipient's own
	}
	if len(good) > 0 {
		m.mails = append(m.mails, fmt.Sprintf("%q %q %q", tx.from, good, tx.text))
	}
}

func (m *model) bdat() {
	chunk := m.bytes(90)
	last := m.roll(3) == 0
	say := fmt.Sprintf("BDAT %d\r\n%s", len(chunk), chunk)
	if last {
		say = fmt.Sprintf("BDAT %d LAST\r\n%s", len(chunk), chunk)
	}
	switch code := m.ready(); {
	case code != "":
		m.say(say, code)
	case len(m.tx.text)+len(chunk) > maxModelText:
		m.tx.text = make([]byte, maxModelText+1)
		m.refuse(say, last)
	default:
		m.tx.chunked = true
		m.tx.text = append(m.tx.text, chunk...)
		if last {
			m.finish(say)
		} else {
			m.say(say, "250")
		}
	}
}

// refuse is for a chunk that is too much.
func (m *model) refuse(say string, last bool) {
	if last {
		m.finish(say)
		return
	}
	m.tx = nil
	m.say(say, "552")
}

func (m *model) auth() {
	response := []string{"AGFsaWNlQGV4YW1wbGUuY29tAHNlY3JldA==", "AGFsaWNlQGV4YW1wbGUuY29tAHdyb25n", "=", "*"}
	n := m.roll(4)
	code := []string{"235", "535", "501", "501"}[n]
	if !m.helo || !m.esmtp || m.user || m.tx != nil {
		m.say("AUTH PLAIN\r\n", "503")
		return
	}
	m.say("AUTH PLAIN\r\n", "334")
	m.user = m.say(response[n]+"\r\n", code)
}

// nonsense is what no state accepts.
func (m *model) nonsense() {
	lines := []struct{ say, code string }{
		{"", "500"}, {"X" + strings.Map(printable, string(m.bytes(30))), "500"}, {"\x00\xff\x1b", "500"},
		{"RSET now", "501"}, {"QUIT now", "501"}, {"NOOP " + strings.Repeat("x", 2100), "500"},
		{"NOOP\n", "500"}, {"MAIL alice@example.com", "501"}, {"RCPT bob@example.com", "501"}, {"BDAT x", "501"},
		{"DATA now", "501"}, {"STARTTLSx", "500"}, {"BDAT -1 LAST", "501"},
	}
	n := lines[m.roll(len(lines))]
	switch verb, _, _ := strings.Cut(n.say, " "); {
	case verb == "MAIL" && (!m.helo || m.tx != nil), verb == "RCPT" && (m.tx == nil || m.tx.chunked):
		n.code = "503"
	case verb == "RCPT":
		m.tx.refused = true
	}
	if strings.HasSuffix(n.say, "\n") {
		m.say(n.say, n.code)
		return
	}
	m.say(n.say+"\r\n", n.code)
}

func printable(r rune) rune {
	if r <= ' ' || r > '~' {
		return '.'
	}
	return r
}

// FuzzSession throws sessions together of commands that are valid in their
// place and of others, with mails of any bytes. Said one by one, each gets the
// replies that the model expects, and no more; said in one go, in pieces of any
// size, they get the same. What was accepted is stored, byte for byte, once and
// in order, and nothing else is.
func FuzzSession(f *testing.F) {
	f.Add([]byte("\x00\x00\x03\x00\x01\x05\x00\x08\x05.\r\n.x\x0e\x14"))
	f.Add([]byte("\x00\x00\x03\x03\x00\x05\x01\x06\x02\x0a\x05\r\n.\r\n\x01\x0a\x03abc\x00\x10"))
	f.Add([]byte("\x01\x02\x03\x01\x01\x05\x00\x05\x02\x08\x04\r\n\r\n\x04\x07\x05\x03\x08\x00"))
	f.Add([]byte("\x00\x00\x0c\x01\x0c\x00\x0c\x00\x12\x01\x05hello\x12\x06\x0d\x07\x14"))
	f.Add([]byte("\x00\x00\x08\x02\x0b\x02hi\x00\x03\x07\x01\x05\x03\x09\x01x\x0f\x11\x12\x05\x13\x09"))
	f.Fuzz(func(t *testing.T, throw []byte) {
		if len(throw) > 4<<10 {
			return
		}
		d := dice(throw)
		m := &model{dice: &d, lmtp: d.roll(4) == 1}
		pieces := 1 + d.roll(64)
		for len(d) > 0 && !m.quit {
			m.step()
		}
		synctest.Test(t, func(t *testing.T) {
			start := time.Now()
			singly := m.converse(t, (*model).oneByOne)
			together := m.converse(t, func(m *model, c *modelClient) { m.allAtOnce(c, pieces) })
			if singly != together {
				t.Errorf("one by one:\n%s\nin one go:\n%s", singly, together)
			}
			if d := time.Since(start); d != 0 {
				t.Errorf("the server hung for %v", d)
			}
		})
	})
}

// A modelClient says the turns of a model.
type modelClient struct {
	*wire.PipeConn
	r   *bufio.Reader
	all bytes.Buffer // what the server has said
}

// converse lets a client speak to a server of its own, and returns what that
// has said.
func (m *model) converse(t *testing.T, speak func(m *model, c *modelClient)) string {
	srv := smtpfake.New(nil)
	defer srv.Close()
	srv.LMTP, srv.MaxMessageBytes, srv.MaxRecipients = m.lmtp, maxModelText, 3
	srv.Rules = []smtpfake.Rule{{RcptTo: "refused@example.com", Reply: "550 5.1.1 No such user"}}
	srv.Store.Account("alice@example.com")
	full := srv.Store.Account("full@example.com")
	full.Quota.Messages = 1
	full.Mailbox("INBOX").Add("full")
	nc, err := srv.Dial(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	c := &modelClient{PipeConn: nc.(*wire.PipeConn)}
	c.r = bufio.NewReader(io.TeeReader(c, &c.all))
	func() {
		defer nc.Close()
		defer func() {
			if r := recover(); r != nil {
				t.Errorf("%v\n%s", r, srv.Transcript())
			}
		}()
		speak(m, c)
	}()
	srv.Close()
	m.checkStored(t, srv)
	return c.all.String()
}

// reply reads a reply and returns its code, "" at the end.
func (c *modelClient) reply() string {
	for {
		line, err := c.r.ReadString('\n')
		if err == io.EOF && line == "" {
			return ""
		}
		if err != nil || len(line) < 6 || !strings.HasSuffix(line, "\r\n") {
			panic(fmt.Sprintf("reply %q, %v", line, err))
		}
		if line[3] == ' ' {
			return line[:3]
		}
	}
}

// expect reads the replies to a turn.
func (c *modelClient) expect(n turn) {
	for range n.replies {
		if got := c.reply(); got != n.code && n.code != "" || got == "" {
			panic(fmt.Sprintf("%q: reply %q, want %q", n.say, got, n.code))
		}
	}
}

func (m *model) oneByOne(c *modelClient) {
	c.expect(turn{"", "220", 1})
	for _, n := range m.turns {
		io.WriteString(c, n.say)
		c.expect(n)
		if rest := c.r.Buffered(); rest > 0 {
			panic(fmt.Sprintf("%q: %d bytes too much", n.say, rest))
		}
	}
	c.CloseWrite()
	c.end()
}

func (c *modelClient) end() {
	if got := c.reply(); got != "" {
		panic("at the end: reply " + got)
	}
}

func (m *model) allAtOnce(c *modelClient, pieces int) {
	go func() {
		defer c.CloseWrite()
		for _, n := range m.turns {
			for p := range slices.Chunk([]byte(n.say), pieces) {
				c.Write(p)
			}
		}
	}()
	c.expect(turn{"", "220", 1})
	for _, n := range m.turns {
		c.expect(n)
	}
	c.end()
}

func (m *model) checkStored(t *testing.T, srv *smtpfake.Server) {
	t.Helper()
	var got []string
	inboxes := 1 // what full has from the start
	for _, s := range srv.Store.Pending() {
		got = append(got, fmt.Sprintf("%q %q %q", s.MailFrom, s.RcptTo, s.Raw))
		rcpts := slices.Compact(slices.Sorted(slices.Values(s.RcptTo)))
		inboxes += len(rcpts)
	}
	if !slices.Equal(got, m.mails) {
		t.Errorf("stored are\n%s\nwant\n%s\n%s", strings.Join(got, "\n"), strings.Join(m.mails, "\n"), srv.Transcript())
	}
	for _, a := range srv.Store.Accounts() {
		inboxes -= a.Mailbox("INBOX").Snapshot().Len()
	}
	if inboxes != 0 {
		t.Errorf("%d messages of the inboxes are missing", inboxes)
	}
}
