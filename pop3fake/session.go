package pop3fake

import (
	"errors"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

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
	user  string    // USER's argument, until PASS
	drop  *maildrop // in the TRANSACTION state
	args  [4]string // room for a command's arguments
}

func newSession(set *settings, c *wire.Conn) *session {
	return &session{set: set, conn: c, state: authorization}
}

// serve runs the session until it or the connection ends. A connection that
// ends without QUIT never enters the UPDATE state, so nothing is removed.
func (s *session) serve() {
	defer s.leave()
	if s.conn.Begin(wire.Step{Name: wire.StepConnect}) {
		s.ok(s.set.greeting)
	}
	if s.conn.End() != nil {
		return
	}
	for s.state != ended {
		if s.set.timeout > 0 {
			s.conn.SetReadDeadline(time.Now().Add(s.set.timeout))
		}
		line, err := s.conn.ReadLine(maxLine)
		if err != nil && !errors.Is(err, wire.ErrTooLong) {
			return
		}
		s.do(string(line), err != nil)
		if s.conn.End() != nil {
			return
		}
	}
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
	name, args, hasArgs := strings.Cut(text, " ")
	name = strings.ToUpper(name)
	cmd := commands[name]
	step := wire.Step{Name: name, Arg: args}
	if cmd != nil && cmd.show != nil {
		step.Show = name + " " + cmd.show(args)
	}
	if !s.conn.Begin(step) {
		return
	}
	switch {
	case long:
		s.err("line too long: 255 octets are allowed")
	case !crlf:
		s.err("line must end with CRLF")
	case cmd == nil:
		s.err("unknown command")
	case cmd.states&s.state == 0:
		s.err(wrongState[s.state])
	case !cleanText(args):
		s.err("control characters and 8-bit characters are not allowed")
	default:
		s.run(cmd, args, hasArgs)
	}
}

// run checks the number of a command's arguments and runs it.
func (s *session) run(cmd *command, args string, hasArgs bool) {
	list := s.args[:0]
	switch {
	case hasArgs && cmd.text:
		list = append(list, args)
	case hasArgs:
		for a := range strings.SplitSeq(args, " ") {
			list = append(list, a)
		}
	}
	if len(list) < cmd.min || len(list) > cmd.max || slices.Contains(list, "") {
		s.err("usage: " + cmd.usage)
		return
	}
	cmd.run(s, list)
}

// cleanText reports whether s is what commands may have: printable US-ASCII.
func cleanText(s string) bool {
	for i := range len(s) {
		if s[i] < ' ' || s[i] == 0x7f || s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// wrongState is the answer to a command that its state doesn't have.
var wrongState = map[state]string{
	authorization: "log in first",
	transaction:   "already logged in",
}

// ok writes a positive reply.
func (s *session) ok(text string) { s.conn.WriteString("+OK " + text + "\r\n") }

// err writes a negative reply.
func (s *session) err(text string) { s.conn.WriteString("-ERR " + text + "\r\n") }
