package imapfake

import (
	"bytes"
	"errors"
	"os"
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
	maxLiterals     = 16 << 20  // of a command together, but for message data
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
		typ := imap.StatusResponseTypeOK
		if addr := s.cfg.PreAuth; addr != "" {
			typ = imap.StatusResponseTypePreAuth
			s.enter(s.cfg.auth.Store.Account(addr))
			s.tellState()
		}
		s.untagged(typ, "CAPABILITY "+s.capabilities(), s.cfg.greeting())
		s.enc.flush()
	}
	return s.conn.End() == nil
}

// end says goodbye to a connection that can't go on.
func (s *session) end(err error) {
	s.closing = true
	s.checkEnd(err)
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
	ended := s.conn.End() != nil
	s.replied(c)
	if ended || s.closing {
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
		// UID SEARCH may have sequence numbers (RFC 7162 section 3.2.10.2).
		s.update(c.cmd == nil || !c.cmd.quiet || c.uid && len(c.p.seqs) == 0)
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
			s.checkInvalid(c)
		}
		return err
	}
	if s.view != nil {
		if s.void() {
			return errNoReply
		}
		s.tellKeywords()
	}
	return s.judged(c)
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
	case s.state == imap.ConnStateSelected && c.cmd.states.has(imap.ConnStateAuthenticated):
		return bad(imap.ResponseCodeClientBug, "%s is for before a mailbox is selected", c.name)
	case c.cmd.states == notAuthenticated:
		return bad(imap.ResponseCodeClientBug, "%s after login", c.name)
	case s.state == imap.ConnStateSelected: // ENABLE (RFC 5161 section 3.1)
		return bad(imap.ResponseCodeClientBug, "%s after a mailbox was selected", c.name)
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
	s.conduct.await(s.conn.Buffered() > 0)
	line, err := s.readLine()
	if err != nil {
		return nil, err
	}
	s.conduct.said = true
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
// session waits for the client, also if something has come: it may be half a
// command.
func (s *session) setDeadline() {
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
