package imapfake

import (
	"bytes"
	"errors"
	"math"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/emersion/go-imap/v2"

	"github.com/mailfakes/mailfakes/mailtest/wire"
)

// Limits on what a client sends.
const (
	maxCommandLine  = 64 << 10  // RFC 7162 section 4 asks for 8192
	maxLineRead     = 1 << 20   // a longer line ends the connection
	maxLiteral      = 1 << 20   // but for message data
	maxMessage      = 128 << 20 // message data, unless Server.MaxMessageBytes says otherwise
	maxLiteralMinus = 4096      // RFC 7888 section 5
)

// serve speaks IMAP on a connection until it ends.
func (cfg *config) serve(conn *wire.Conn) {
	s := newSession(cfg, conn)
	s.tellState()
	if !s.greet() {
		return
	}
	for s.state != imap.ConnStateLogout && !s.closing {
		c, err := s.readCommand()
		if err != nil {
			s.end(err)
			return
		}
		if c != nil && !s.handle(c) {
			return
		}
	}
}

// greet writes the greeting (RFC 3501 section 7.1).
func (s *session) greet() bool {
	if s.conn.Begin(wire.Step{Name: wire.StepConnect, Prefix: "* "}) {
		s.untagged(imap.StatusResponseTypeOK, "CAPABILITY "+s.capabilities(), s.cfg.greeting())
		s.enc.flush()
	}
	return s.conn.End() == nil
}

// end says goodbye to a connection that can't go on.
func (s *session) end(err error) {
	s.closing = true
	switch {
	case errors.Is(err, wire.ErrServerClosed):
		s.bye("", "Server shutting down")
	case errors.Is(err, os.ErrDeadlineExceeded):
		s.bye("", "Autologout; idle for too long")
	case errors.Is(err, errTooMuch):
		s.bye("", err.Error())
	}
}

// errTooMuch ends a connection: what follows can't be told from the rest of
// what was too long.
var errTooMuch = errors.New("line or literal is too long to be skipped")

// handle runs a command and replies. It reports whether the session goes on.
func (s *session) handle(c *call) bool {
	if s.conn.Begin(c.step()) {
		s.answer(c, s.run(c))
		s.tellState()
	}
	if s.conn.End() != nil || s.closing {
		return false
	}
	return c.after == nil || c.after() == nil
}

// tellState tells the faults who is at the client's end and in which state.
func (s *session) tellState() {
	s.conn.SetState(stateNames[s.state])
	if s.account != nil {
		s.conn.SetUser(s.account.Addr)
	}
}

// answer writes what is new and the tagged response of a command.
func (s *session) answer(c *call, err error) {
	if err != errNoReply && !s.closing {
		s.asked = c.cmd != nil && asksForNews[c.cmd.name]
		s.update(c.cmd == nil || !c.cmd.quiet || c.uid)
	}
	if err != errNoReply && !s.closing {
		s.reply(c, err)
	}
	s.enc.flush()
}

// run runs a command in its state.
func (s *session) run(c *call) error {
	if err := s.admit(c); err != nil {
		if c.p.err == nil {
			s.violate(c, "command that is not valid now", "RFC 3501 section 3")
		}
		return err
	}
	if s.view != nil {
		if s.void() {
			return errNoReply
		}
		s.tellKeywords()
	}
	return c.cmd.run(s, c)
}

// admit returns the error of a command that can't be run: its syntax is broken
// up to its name, there is none such, or it isn't valid now.
func (s *session) admit(c *call) error {
	switch {
	case c.p.err != nil:
		return c.p.err
	case c.cmd == nil:
		return bad("", "Unknown command %s", quoteNear([]byte(c.name)))
	case c.cmd.states.has(s.state):
		if c.cmd.uid && !c.uid && s.uidOnly() {
			return errUIDRequired
		}
		return nil
	case s.state == imap.ConnStateNotAuthenticated:
		return bad(imap.ResponseCodeClientBug, "%s needs a login first", c.name)
	case c.cmd.states == notAuthenticated:
		return bad(imap.ResponseCodeClientBug, "%s after login", c.name)
	default:
		return bad(imap.ResponseCodeClientBug, "%s needs a selected mailbox", c.name)
	}
}

// readCommand reads one command with its literals. It returns nil if the
// command was refused at a literal, or answered by a fault there.
func (s *session) readCommand() (*call, error) {
	s.setDeadline()
	if err := s.awaitCommand(); err != nil {
		return nil, err
	}
	line, err := s.readLine()
	if err != nil {
		return nil, err
	}
	c := s.parseName(line)
	for {
		m, ok := literalMark(c.p.line)
		if !ok {
			return c, nil
		}
		if goes, err := s.readLiteral(c, m); !goes || err != nil {
			return nil, err
		}
		line, err := s.readLine()
		if err != nil {
			return nil, err
		}
		c.p.line = append(c.p.line, line...)
		s.checkLine(c)
	}
}

// setDeadline starts the autologout timer (RFC 3501 section 5.4) before the
// session waits for the client.
func (s *session) setDeadline() {
	if s.conn.Buffered() > 0 {
		return
	}
	var t time.Time
	if d := s.cfg.timeout(); d > 0 {
		t = time.Now().Add(d)
	}
	s.conn.SetReadDeadline(t)
}

// readLine reads a line of a command.
func (s *session) readLine() ([]byte, error) {
	line, err := s.conn.ReadLine(maxLineRead)
	switch {
	case err == wire.ErrTooLong:
		return nil, errTooMuch
	case err != nil:
		return nil, err
	}
	return line, nil
}

// parseName reads the tag and the name of a command.
func (s *session) parseName(line []byte) *call {
	p := &parser{
		line: bytes.Clone(line), utf8: s.enc.utf8, names: s.enc.names,
		lenient: s.cfg.Lenient, result: s.has(imap.CapSearchRes),
	}
	c := &call{p: p}
	if tag := p.tag(); p.peek() == ' ' {
		c.tag = tag
	}
	p.sp()
	c.name = p.keyword("a command")
	if c.name == "UID" && p.peek() == ' ' {
		p.sp()
		c.name, c.uid = "UID "+p.keyword("a command"), true
	}
	c.cmd = s.cfg.registry.commands[c.name]
	if c.cmd != nil && c.cmd.rev1 && s.rev2() {
		c.cmd = nil
	}
	if c.cmd != nil {
		p.secret = c.cmd.secret
	}
	s.checkLine(c)
	return c
}

// checkLine puts errors of the line as a whole into the parser.
func (s *session) checkLine(c *call) {
	switch line := c.p.line; {
	case len(line) > maxCommandLine:
		c.p.pos = maxCommandLine
		c.p.fail("a line that is not so long")
	case !bytes.HasSuffix(line, []byte("\r\n")) && !s.cfg.Lenient:
		c.p.failAt(len(line)-1, "CR before LF")
	}
}

// step is what the faults and the transcript are told of a command.
func (c *call) step() wire.Step {
	st := wire.Step{Name: c.name, Prefix: c.tag + " "}
	if c.tag == "" {
		st.Prefix = "* "
	}
	if c.p.err == nil {
		st.Arg = strings.TrimSpace(string(c.p.line[c.p.pos:]))
	}
	if c.secretive() {
		st.Show = mask(c.p.line)
	}
	return st
}

func (c *call) secretive() bool {
	return c.cmd != nil && c.cmd.secret ||
		c.cmd == nil && hasSecret(c.p.line)
}

// A mark is {n} or {n+} at the end of a line: a literal follows.
type mark struct {
	start  int   // of the {, in the line
	size   int64 // -1 if it is out of range
	plus   bool  // it comes without being asked for
	binary bool  // ~{n}
}

// literalMark finds a mark at the end of a line.
func literalMark(line []byte) (m mark, ok bool) {
	rest := bytes.TrimSuffix(bytes.TrimSuffix(line, []byte("\n")), []byte("\r"))
	if len(rest) == len(line) || !bytes.HasSuffix(rest, []byte("}")) {
		return m, false
	}
	m.start = bytes.LastIndexByte(rest, '{')
	if m.start < 0 {
		return m, false
	}
	inner := rest[m.start+1 : len(rest)-1]
	m.plus = bytes.HasSuffix(inner, []byte("+"))
	m.binary = m.start > 0 && rest[m.start-1] == '~'
	inner = bytes.TrimSuffix(inner, []byte("+"))
	if len(inner) == 0 || len(bytes.Trim(inner, "0123456789")) > 0 {
		return m, false
	}
	n, _, fits := parseDigits(inner, 0, math.MaxInt64)
	if m.size = int64(n); !fits {
		m.size = -1
	}
	return m, true
}

// readLiteral reads a literal into the command, or refuses it: then its bytes
// and the rest of the command are dropped, and never run (RFC 7888 section 4).
// It reports whether the command goes on.
func (s *session) readLiteral(c *call, m mark) (goes bool, err error) {
	refusal := s.refuses(c, m)
	if m.plus && m.size < 0 {
		return false, errTooMuch
	}
	if refusal != nil && !m.plus {
		return false, s.refuse(c, refusal)
	}
	if refusal != nil {
		if err := s.skipCommand(m.size); err != nil {
			return false, err
		}
		return false, s.refuse(c, refusal)
	}
	return s.takeLiteral(c, m)
}

// refuse replies to a command that ends at a literal.
func (s *session) refuse(c *call, refusal error) error {
	if s.conn.Begin(c.step()) {
		s.reply(c, refusal)
		s.enc.flush()
	}
	return s.conn.End()
}

// takeLiteral asks for a literal and reads it.
func (s *session) takeLiteral(c *call, m mark) (goes bool, err error) {
	st := c.step()
	st.Name, st.Arg = wire.StepLiteral, st.Name+" "+st.Arg
	run := s.conn.Begin(st)
	if run && !m.plus {
		s.conn.WriteString("+ Ready for literal data\r\n")
	}
	if err := s.conn.End(); err != nil {
		return false, err
	}
	if !run {
		if m.plus {
			return false, s.skipCommand(m.size)
		}
		return false, nil
	}
	data, err := s.readData(m.size)
	c.p.lits = append(c.p.lits, data)
	return err == nil, err
}

// refuses returns why a literal isn't let in, or nil.
func (s *session) refuses(c *call, m mark) error {
	if err := s.admit(c); err != nil {
		return err
	}
	switch {
	case m.plus && !s.plusAllowed(m):
		return bad("", "literal {%d+}: send {%d} and wait", m.size, m.size)
	case c.cmd.literal != nil:
		return c.cmd.literal(s, c, m)
	case m.size < 0 || m.size > maxLiteral:
		return no(imap.ResponseCodeTooBig, "literal is over %d bytes", maxLiteral)
	}
	return nil
}

// plusAllowed reports whether the capabilities let a literal come unasked.
func (s *session) plusAllowed(m mark) bool {
	return s.cfg.Lenient || s.has(imap.CapLiteralPlus) ||
		s.has(imap.CapLiteralMinus) && m.size <= maxLiteralMinus
}

// readData reads a literal's bytes. What is made room for grows with what has
// come, whatever size the client has announced.
func (s *session) readData(n int64) ([]byte, error) {
	data := make([]byte, min(n, maxLiteral))
	got := 0
	for {
		if _, err := s.conn.ReadFull(data[got:]); err != nil {
			return nil, err
		}
		if got = len(data); int64(got) == n {
			return data, nil
		}
		data = slices.Grow(data, int(min(n-int64(got), int64(got))))
		data = data[:min(int64(cap(data)), n)]
	}
}

// skipCommand drops a literal of n bytes and the rest of its command.
func (s *session) skipCommand(n int64) error {
	for {
		if err := s.conn.Discard(n); err != nil {
			return err
		}
		line, err := s.readLine()
		if err != nil {
			return err
		}
		m, ok := literalMark(line)
		if !ok || !m.plus {
			return nil
		}
		if m.size < 0 {
			return errTooMuch
		}
		n = m.size
	}
}

// hasSecret reports whether a line that can't be understood may be a login.
func hasSecret(line []byte) bool {
	upper := bytes.ToUpper(line)
	return bytes.Contains(upper, []byte("LOGIN")) || bytes.Contains(upper, []byte("AUTHENTICATE"))
}

// mask hides the arguments of a login but the first, the user name or the
// mechanism.
func mask(line []byte) string {
	fields := strings.Fields(string(line))
	if len(fields) <= 3 {
		return strings.Join(fields, " ")
	}
	return strings.Join(fields[:3], " ") + " ***"
}
