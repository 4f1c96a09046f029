package smtpfake

import (
	"bytes"
	"errors"
	"os"
	"strings"
	"time"

	"github.com/mailfakes/mailfakes/mailtest/auth"
	"github.com/mailfakes/mailfakes/mailtest/wire"
)

// maxLine is how long a command may be with its CRLF. RFC 5321 section
// 4.5.3.1.4 asks for 512 octets and more for each extension; Postfix has 2048.
// AUTH has a limit of its own.
const maxLine = 2048

// A session is the loop on one connection.
type session struct {
	srv *Server
	cfg *Server // the server's fields
	c   *wire.Conn
	v   *virtualConn // go-smtp

	// yield suspends the loop while go-smtp runs a command. It returns
	// false if go-smtp has given up.
	yield func(cmd []byte) bool

	helo  string // the client's name; "" before EHLO and HELO
	esmtp bool   // it was EHLO
	user  string // authenticated, "" if not
	tx    *transaction
	count int // messages accepted

	deadline time.Time // of what the client says next

	buf     []byte // of a reply
	refusal string // the reply to what go-smtp was told to refuse
	ended   bool   // this was the last command
	over    bool   // the loop has returned
}

// serve is the host's Serve.
func (s *Server) serve(c *wire.Conn) {
	s.engine.run(&session{srv: s, cfg: s.cfg, c: c})
}

// loop serves the connection. It yields commands to go-smtp, and nil when it
// needs another virtual connection.
func (s *session) loop(yield func([]byte) bool) {
	s.yield = yield
	defer func() {
		s.endTransaction()
		s.over = true
	}()
	if !s.greet() {
		return
	}
	for s.next() {
	}
}

func (s *session) greet() bool {
	if s.c.Begin(wire.Step{Name: wire.StepConnect}) {
		s.reply("220 " + s.cfg.Hostname + " " + s.cfg.Greeting)
	}
	return s.c.End() == nil
}

// next serves one command and reports whether the connection goes on.
func (s *session) next() bool {
	s.await()
	line, err := s.c.ReadLine(auth.MaxLine + 64)
	if err != nil && !errors.Is(err, wire.ErrTooLong) {
		s.bye(err)
		return false
	}
	cmd, problem := s.parse(line, err != nil)
	if s.c.Begin(cmd.step()) {
		s.run(cmd, problem)
	}
	return s.c.End() == nil && !s.ended
}

// await starts the timer that ends the connection when the client says
// nothing.
func (s *session) await() {
	if s.cfg.Timeout > 0 && s.c.Buffered() == 0 {
		s.deadline = time.Now().Add(s.cfg.Timeout)
		s.c.SetReadDeadline(s.deadline)
	}
}

// late reports whether the client has taken too long.
func (s *session) late() bool {
	return !s.deadline.IsZero() && !time.Now().Before(s.deadline)
}

// bye tells the client why the connection ends, if it isn't the client who
// ended it (RFC 5321 section 3.8).
func (s *session) bye(err error) {
	s.ended = true
	switch {
	case errors.Is(err, wire.ErrServerClosed):
		s.reply("421 4.3.2 " + s.cfg.Hostname + " is shutting down")
	case errors.Is(err, os.ErrDeadlineExceeded):
		s.reply("421 4.4.2 " + s.cfg.Hostname + " has waited too long")
	}
}

// A command is a command line, taken apart.
type command struct {
	verb string // in upper case
	arg  string // without white space around it
}

// parse takes a line apart. problem is the reply to one that is no command.
func (s *session) parse(line []byte, long bool) (cmd command, problem string) {
	text, crlf := bytes.CutSuffix(line, []byte("\r\n"))
	if !crlf {
		text = bytes.TrimSuffix(text, []byte("\n"))
	}
	cmd = cutCommand(string(text))
	switch {
	case long || len(line) > maxLine && cmd.verb != "AUTH":
		return cmd, "500 5.5.2 Line too long"
	case !crlf && !s.cfg.Lenient:
		return cmd, "500 5.5.2 Line must end in CRLF (RFC 5321 section 2.3.8)"
	}
	return cmd, ""
}

// cutCommand splits a line. White space at its end is tolerated (RFC 5321
// section 4.1.1).
func cutCommand(line string) command {
	verb, arg, _ := strings.Cut(strings.TrimRight(line, " \t"), " ")
	return command{strings.ToUpper(verb), strings.TrimLeft(arg, " ")}
}

// step is what the faults and the transcript see of the command.
func (cmd command) step() wire.Step {
	st := wire.Step{Name: cmd.verb, Arg: cmd.arg}
	if cmd.verb != "AUTH" {
		return st
	}
	if mech, initial, _ := strings.Cut(cmd.arg, " "); initial != "" {
		st.Show = cmd.verb + " " + mech + " " + auth.Hidden
	}
	return st
}

// handlers has what each command does.
var handlers = map[string]func(s *session, arg string){
	"EHLO":     (*session).ehlo,
	"HELO":     (*session).hello,
	"MAIL":     (*session).mail,
	"RCPT":     (*session).rcpt,
	"DATA":     (*session).data,
	"RSET":     (*session).rset,
	"NOOP":     (*session).noop,
	"VRFY":     (*session).vrfy,
	"EXPN":     (*session).expn,
	"HELP":     (*session).help,
	"QUIT":     (*session).quit,
	"AUTH":     (*session).authenticate,
	"STARTTLS": (*session).startTLS,
}

func (s *session) run(cmd command, problem string) {
	handler := handlers[cmd.verb]
	switch {
	case problem != "":
		s.reply(problem)
	case handler == nil:
		s.reply("500 5.5.2 Command not recognized")
	case s.needsTLS(cmd.verb):
		s.reply("530 5.7.0 Must issue a STARTTLS command first")
	default:
		handler(s, cmd.arg)
	}
}

// needsTLS reports whether a command is refused outside TLS (RFC 3207 section
// 4).
func (s *session) needsTLS(verb string) bool {
	if !s.cfg.RequireTLS || s.secure() {
		return false
	}
	switch verb {
	case "NOOP", "EHLO", "STARTTLS", "QUIT":
		return false
	}
	return true
}

// secure reports whether the connection is inside TLS.
func (s *session) secure() bool {
	_, ok := s.c.TLS()
	return ok
}

// reply writes a whole reply: lines with their codes, separated by "\n".
func (s *session) reply(text string) {
	s.buf = s.buf[:0]
	for line := range strings.SplitSeq(text, "\n") {
		s.buf = append(s.buf, line...)
		s.buf = append(s.buf, "\r\n"...)
	}
	s.c.Write(s.buf)
}

// pass gives go-smtp a command and reports whether it has accepted it. If not,
// s.refusal is the reply, unless go-smtp itself has refused.
func (s *session) pass(parts ...string) bool {
	s.refusal = ""
	s.buf = s.buf[:0]
	for _, p := range parts {
		s.buf = append(s.buf, p...)
	}
	s.buf = append(s.buf, "\r\n"...)
	s.v.out = s.v.out[:0]
	if !s.yield(s.buf) {
		s.refusal = "421 4.3.0 Internal error"
		s.ended = true
		return false
	}
	return len(s.v.out) > 0 && s.v.out[0] < '4'
}
