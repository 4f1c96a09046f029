package smtpfake

import (
	"bytes"
	"errors"
	"io"
	"net"
	"os"
	"strconv"
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

	helo  string // the client's name; "" before EHLO and HELO
	esmtp bool   // it was EHLO
	user  string // authenticated, "" if not
	tx    *transaction

	remote net.Addr          // the client's, or as XCLIENT has it
	client map[string]string // what XCLIENT and XFORWARD have said

	transactions int // begun
	count        int // messages accepted
	failures     int // commands refused since one was accepted

	deadline time.Time // of what the client says next

	buf    []byte  // of a reply
	code   [3]byte // of the last one
	ended  bool    // this was the last command
	closed bool    // the greeting was a refusal: only QUIT is accepted

	conduct conduct // the client's
}

// serve is the host's Serve: it serves a connection to its end.
func (s *Server) serve(c *wire.Conn) {
	ses := &session{srv: s, cfg: s.cfg, c: c, remote: c.RemoteAddr(), buf: make([]byte, 0, 512)}
	defer ses.endTransaction()
	if !ses.greet() {
		return
	}
	for ses.next() {
	}
}

func (s *session) greet() bool {
	if s.c.Begin(wire.Step{Name: wire.StepConnect}) {
		s.closed = isReply(s.cfg.Greeting) && s.cfg.Greeting[0] == '5'
		s.reply(s.srv.greeting())
	}
	goes := s.c.End() == nil && !s.ended
	s.replied(wire.StepConnect)
	return goes
}

func (s *Server) greeting() string {
	switch text := s.cfg.Greeting; {
	case isReply(text):
		return text
	case text != "":
		return "220 " + s.cfg.Hostname + " " + text
	case s.cfg.LMTP:
		return "220 " + s.cfg.Hostname + " LMTP mailfakes"
	}
	return "220 " + s.cfg.Hostname + " ESMTP mailfakes"
}

// next serves one command and reports whether the connection goes on.
func (s *session) next() bool {
	s.await()
	s.conduct.ahead = s.c.Buffered() > 0
	line, err := s.c.ReadLine(auth.MaxLine + 64)
	if err != nil && !errors.Is(err, wire.ErrTooLong) {
		s.bye(err)
		return false
	}
	cmd, problem := s.parse(line, err != nil)
	s.c.SetState(s.state())
	begun := s.c.Begin(cmd.step())
	told := s.checkOrder(cmd) || problem != ""
	s.conduct.begin(cmd.verb)
	if begun {
		s.run(cmd, problem)
		s.checkCommand(cmd, told)
	} else {
		s.skipChunk(s.chunk(cmd))
	}
	goes := s.c.End() == nil && !s.ended
	s.replied(s.conduct.verb)
	return goes
}

// await starts the timer that ends the connection when the client says
// nothing, also if something has come: it may be half a command.
func (s *session) await() {
	if s.cfg.Timeout > 0 {
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
	case err == io.EOF && s.helo != "" && !s.conduct.closing:
		s.c.Violation("no QUIT", "RFC 5321 section 4.1.1.10", "")
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
	cut  bool   // the line was too long to be read
}

// parse takes a line apart. problem is the reply to one that is no command.
func (s *session) parse(line []byte, long bool) (cmd command, problem string) {
	text, crlf := bytes.CutSuffix(line, []byte("\r\n"))
	if !crlf {
		text = bytes.TrimSuffix(text, []byte("\n"))
	}
	cmd = cutCommand(string(text))
	switch {
	case long:
		cmd.cut = true
		return cmd, "500 5.5.2 Line too long"
	case len(line) > maxLine && cmd.verb != "AUTH":
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
	return command{verb: strings.ToUpper(verb), arg: strings.TrimLeft(arg, " ")}
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

// A handler is what a command does.
type handler struct {
	run func(s *session, arg string)
	ext string // the extension that it belongs to
}

var handlers = map[string]handler{
	"EHLO":     {run: (*session).ehlo},
	"HELO":     {run: (*session).hello},
	"LHLO":     {run: (*session).lhlo},
	"MAIL":     {run: (*session).mail},
	"RCPT":     {run: (*session).rcpt},
	"DATA":     {run: (*session).data},
	"BDAT":     {run: (*session).bdat, ext: "CHUNKING"},
	"BURL":     {run: (*session).burl, ext: "BURL"},
	"RSET":     {run: (*session).rset},
	"NOOP":     {run: (*session).noop},
	"VRFY":     {run: (*session).vrfy},
	"EXPN":     {run: (*session).expn},
	"HELP":     {run: (*session).help},
	"QUIT":     {run: (*session).quit},
	"AUTH":     {run: (*session).authenticate, ext: "AUTH"},
	"STARTTLS": {run: (*session).startTLS, ext: "STARTTLS"},
	"ETRN":     {run: (*session).etrn, ext: "ETRN"},
	"XCLIENT":  {run: (*session).xclient, ext: "XCLIENT"},
	"XFORWARD": {run: (*session).xforward, ext: "XFORWARD"},
}

func (s *session) run(cmd command, problem string) {
	if s.failures >= manyFailures {
		problem = "421 4.7.0 Too many errors: " + strconv.Itoa(manyFailures) + " commands in a row were refused"
	}
	if problem == "" {
		problem = s.mayRun(cmd)
	}
	switch {
	case problem == "":
		handlers[cmd.verb].run(s, cmd.arg)
	case s.skipChunk(s.chunk(cmd)):
		s.reply(problem)
	}
}

// manyFailures is after how many refused commands in a row a client isn't
// listened to any more.
const manyFailures = 10_000

// mayRun returns the reply if a command is refused whatever its argument.
func (s *session) mayRun(cmd command) string {
	h, known := handlers[cmd.verb]
	switch {
	case s.closed && cmd.verb != "QUIT":
		return "503 5.3.2 No mail here: only QUIT is accepted (RFC 7504)"
	case !known:
		return "500 5.5.2 Command not recognized"
	case h.ext != "" && !s.srv.enabled(h.ext):
		return "502 5.5.1 " + h.ext + " is not offered"
	case s.srv.patient && int64(s.c.Buffered()) > s.chunk(cmd):
		return "503 5.5.0 Improper use of SMTP command pipelining"
	case s.needsTLS(cmd.verb):
		return "530 5.7.0 Must issue a STARTTLS command first"
	}
	return ""
}

// needsTLS reports whether a command is refused outside TLS (RFC 3207 section
// 4).
func (s *session) needsTLS(verb string) bool {
	if !s.cfg.RequireTLS || s.secure() {
		return false
	}
	switch verb {
	case "NOOP", "EHLO", "LHLO", "STARTTLS", "QUIT":
		return false
	}
	return true
}

// secure reports whether the connection is inside TLS.
func (s *session) secure() bool {
	_, ok := s.c.TLS()
	return ok
}

// reply writes a whole reply: lines with their codes, separated by "\n". 421
// ends the connection (RFC 5321 section 3.8).
func (s *session) reply(text string) {
	s.buf = s.buf[:0]
	for line := range strings.SplitSeq(text, "\n") {
		if s.srv.plain {
			line = withoutStatus(line)
		}
		s.buf = append(s.buf, line...)
		s.buf = append(s.buf, "\r\n"...)
	}
	s.c.Write(s.buf)
	copy(s.code[:], text)
	s.ended = s.ended || strings.HasPrefix(text, "421")
}

// withoutStatus takes the enhanced status code off a line of a reply.
func withoutStatus(line string) string {
	if !isReply(line) {
		return line
	}
	status, rest, ok := strings.Cut(line[4:], " ")
	if p := strings.Split(status, "."); !ok || len(p) != 3 || p[0] != line[:1] {
		return line
	}
	return line[:4] + rest
}
