package pop3fake

import (
	"errors"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/mailfakes/mailfakes/mailtest/wire"
)

// maxLine is how long a command line may be, with its CRLF (RFC 2449 section
// 4). AUTH's initial response must fit in as well (RFC 5034 section 4).
const maxLine = 255

// A state is where a session stands (RFC 1939 section 3), as a bit, so that a
// command can name several. UPDATE is within QUIT.
type state uint8

const (
	authorization state = 1 << iota
	transaction
	ended
)

// A session is the POP3 protocol on one connection.
type session struct {
	set   *settings
	conn  *wire.Conn
	state state
	drop  *maildrop // in the TRANSACTION state
	args  [4]string // room for a command's arguments

	user      string // USER's argument, until PASS
	timestamp string // in the greeting, for APOP
	utf8      bool   // UTF8 was said
	german    bool   // LANG de was said

	said  bool // the client has said something
	ahead bool // the last line had come before the reply to the one before went out
	tried attempt
}

func newSession(set *settings, c *wire.Conn) *session {
	return &session{set: set, conn: c, state: authorization}
}

// serve runs the session until it or the connection ends. A connection that
// ends without QUIT never enters the UPDATE state, so nothing is removed.
func (s *session) serve() {
	defer s.leave()
	s.conn.SetState(stateNames[s.state])
	if s.conn.Begin(wire.Step{Name: wire.StepConnect}) {
		s.greet()
	}
	if s.conn.End() != nil {
		return
	}
	for s.state != ended {
		line, err := s.read()
		if err == io.EOF && s.said {
			s.violation("no QUIT", "")
		}
		if err != nil && !errors.Is(err, wire.ErrTooLong) {
			return
		}
		s.said = true
		s.do(line, err != nil)
		if s.conn.End() != nil {
			return
		}
		s.replied()
	}
}

// read reads a command line, within the time of the autologout timer.
func (s *session) read() (string, error) {
	if s.set.timeout > 0 {
		s.conn.SetReadDeadline(time.Now().Add(s.set.timeout))
	}
	s.ahead = s.conn.Buffered() > 0
	line, err := s.conn.ReadLine(maxLine)
	return string(line), err
}

// leave gives up the maildrop and its lock.
func (s *session) leave() {
	if s.drop != nil {
		s.drop.unlock()
		s.drop = nil
	}
}

// do runs one command line.
func (s *session) do(line string, long bool) {
	text, crlf := strings.CutSuffix(line, "\r\n")
	if s.set.lenient {
		text, crlf = strings.Trim(strings.TrimRight(line, "\r\n"), " "), true
	}
	name, args, hasArgs := strings.Cut(text, " ")
	name = strings.ToUpper(name)
	cmd := s.command(name)
	step := wire.Step{Name: name, Arg: args}
	if cmd != nil && cmd.show != nil {
		step.Show = name + " " + cmd.show(args)
	}
	begun := s.conn.Begin(step)
	ignored := s.checkLogin(name)
	if !begun {
		return
	}
	if s.conn.Buffered() > 0 && !s.set.caps.has("PIPELINING") {
		s.violation("pipelines", name)
	}
	switch {
	case long:
		s.err("line too long: 255 octets are allowed")
	case !crlf:
		s.err("line must end with CRLF")
	case cmd == nil:
		s.refuse("unknown command", name, "unknown command")
	case cmd.states&s.state == 0 && ignored:
		s.err(wrongState[s.state])
	case cmd.states&s.state == 0:
		s.refuse("wrong state", name, wrongState[s.state])
	case !s.allowedText(cmd, args):
		s.refuse("bad characters", name, "control characters and 8-bit characters are not allowed")
	default:
		s.run(cmd, args, hasArgs)
	}
}

// refuse answers a command that breaks a rule.
func (s *session) refuse(rule, name, text string) {
	s.violation(rule, name)
	s.err(text)
}

// command returns the command with a name in upper case, nil if it isn't
// served.
func (s *session) command(name string) *command {
	cmd := commands[name]
	if cmd != nil && cmd.cap != "" && !s.set.caps.has(cmd.cap) {
		return nil
	}
	return cmd
}

// greet sends the greeting, with a timestamp if APOP is served (RFC 1939
// section 7).
func (s *session) greet() {
	text := s.set.greeting
	if s.set.caps.has("APOP") {
		s.timestamp = s.set.auth.Timestamp()
		text += " " + s.timestamp
	}
	s.ok(text)
}

// run checks the number of a command's arguments and runs it.
func (s *session) run(cmd *command, args string, hasArgs bool) {
	list := s.args[:0]
	switch {
	case s.set.lenient && !cmd.text:
		list = strings.Fields(args)
	case hasArgs && cmd.text:
		list = append(list, args)
	case hasArgs:
		for a := range strings.SplitSeq(args, " ") {
			list = append(list, a)
		}
	}
	if len(list) < cmd.min || len(list) > cmd.max || slices.Contains(list, "") {
		s.refuse("wrong arguments", cmd.usage, "usage: "+cmd.usage)
		return
	}
	cmd.run(s, list)
}

// wrongState is the answer to a command that its state doesn't have.
var wrongState = map[state]string{
	authorization: "log in first",
	transaction:   "already logged in",
}

// ok writes a positive reply.
func (s *session) ok(text string) {
	s.conn.WriteString("+OK ")
	s.conn.WriteString(s.translate(text))
	s.conn.WriteString("\r\n")
}

// err writes a negative reply.
func (s *session) err(text string) {
	s.conn.WriteString("-ERR " + s.translate(text) + "\r\n")
}

// errCode writes a negative reply with a response code, if codes of its kind
// are offered (RFC 2449 section 6.4, RFC 3206 section 6).
func (s *session) errCode(code, text string) {
	needs := "RESP-CODES"
	if code == "[AUTH]" || strings.HasPrefix(code, "[SYS/") {
		needs = "AUTH-RESP-CODE"
	}
	if code != "" && s.set.caps.has(needs) {
		s.conn.WriteString("-ERR " + code + " " + s.translate(text) + "\r\n")
		return
	}
	s.err(text)
}
