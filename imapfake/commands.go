package imapfake

import (
	"fmt"

	"github.com/emersion/go-imap/v2"
)

// A command is an entry of the command table.
type command struct {
	name   string   // in upper case; "UID EXPUNGE" for one that has no other form
	states stateSet // in which it is valid
	cap    imap.Cap // that it needs; "" is RFC 3501 itself
	uid    bool     // there is a form with UID before it

	// quiet is whether its reply must not bring EXPUNGE, since the client
	// counts on sequence numbers meanwhile (RFC 3501 section 7.4.1). The
	// UID form may always.
	quiet bool

	// rev1 is whether it is unknown to IMAP4rev2.
	rev1 bool

	// secret is whether its arguments are masked in the transcript.
	secret bool

	// run parses the arguments, and if all of them are right does what
	// they say: writes untagged responses, and returns nil for a tagged
	// OK, or an error. See session.reply.
	run func(s *session, c *call) error

	// literal, if there is one, is asked before a literal is let in, with
	// a parser of the command so far. An error refuses it, and with it the
	// command.
	literal func(s *session, c *call, m mark) error
}

// A call is one command of a client.
type call struct {
	cmd  *command // nil if the server knows none of that name
	tag  string   // as the client wrote it; "" if it can't be read
	name string   // in upper case: "FETCH", "UID FETCH"
	uid  bool     // it is the UID form
	p    *parser  // at the space or the line end behind the name

	code string // response code of the tagged OK, without brackets
	text string // of the tagged OK; "" is "NAME completed"

	// modSeq puts the mailbox's HIGHESTMODSEQ into the tagged OK, as it is
	// once everything new has been told (RFC 7162 section 3.2.7).
	modSeq bool

	after func() error // run once the reply is out, if there is one; an error ends the session
}

// A stateSet is a set of imap.ConnState.
type stateSet uint8

func states(list ...imap.ConnState) (set stateSet) {
	for _, s := range list {
		set |= 1 << s
	}
	return set
}

func (set stateSet) has(s imap.ConnState) bool { return set&(1<<s) != 0 }

// The states of RFC 3501 section 3 in which commands are valid.
var (
	notAuthenticated = states(imap.ConnStateNotAuthenticated)
	authenticated    = states(imap.ConnStateAuthenticated, imap.ConnStateSelected)
	selected         = states(imap.ConnStateSelected)
	anyState         = notAuthenticated | authenticated
)

// no returns the error that is answered with a tagged NO; code may be "".
func no(code imap.ResponseCode, format string, args ...any) error {
	return &imap.Error{
		Type: imap.StatusResponseTypeNo, Code: code, Text: fmt.Sprintf(format, args...),
	}
}

// bad returns the error that is answered with a tagged BAD.
func bad(code imap.ResponseCode, format string, args ...any) error {
	return &imap.Error{
		Type: imap.StatusResponseTypeBad, Code: code, Text: fmt.Sprintf(format, args...),
	}
}

// baseExtension is the part of RFC 3501 that every server has.
var baseExtension = extension{
	caps:    []imap.Cap{imap.CapIMAP4rev1},
	preauth: true,
	commands: []command{
		{name: "CAPABILITY", states: anyState, run: runCapability},
		{name: "NOOP", states: anyState, run: runNoop},
		{name: "LOGOUT", states: anyState, run: runLogout},
		{name: "CHECK", states: selected, rev1: true, run: runNoop},
	},
}

// runNoop is NOOP and CHECK: what is new goes out with every reply.
func runNoop(s *session, c *call) error { return c.p.end() }

func runLogout(s *session, c *call) error {
	if err := c.p.end(); err != nil {
		return err
	}
	s.enc.raw("* BYE Logging out\r\n")
	s.leave()
	s.state = imap.ConnStateLogout
	return nil
}

// expungeIssued is a code of RFC 5530 that package imap has no name for.
const expungeIssued imap.ResponseCode = "EXPUNGEISSUED"
