package pop3fake

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/mailfakes/mailfakes/mailtest/wire"
)

// stateNames are the states of a session, for the State of a fault.
var stateNames = map[state]string{
	authorization: "authorization",
	transaction:   "transaction",
}

var stateList = slices.Sorted(maps.Values(stateNames))

// steps returns the commands and the pseudo steps. Servers share them.
var steps = sync.OnceValue(func() []string {
	return append(slices.Sorted(maps.Keys(commands)), wire.StepContinue)
})

// wireRules are those that connections check themselves.
var wireRules = map[string]string{
	wire.RuleBareLF:    "RFC 1939 section 3",
	wire.RuleLongLine:  "RFC 2449 section 4",
	wire.RuleEarly:     "RFC 1939 section 4",
	wire.RulePipelined: "RFC 2595 section 4",
	wire.RuleUnasked:   "RFC 5034 section 4",
	wire.RuleSecret:    "RFC 2595 section 4",
}

func (s *Server) newHost() *wire.Host {
	set := s.settings()
	return &wire.Host{
		Name:       "pop3fake",
		TLS:        s.TLS,
		Serve:      func(c *wire.Conn) { newSession(set, c).serve() },
		Banner:     "+OK " + set.greeting + "\r\n",
		Steps:      steps(),
		States:     stateList,
		CheckReply: checkReply,
		Rules:      wireRules,
		Secrets:    set.auth.Secrets,
		TLSOnly:    s.AuthTLSOnly,
		Strict:     s.Strict,
		PieceSize:  s.PieceSize,
		PieceSeed:  s.PieceSeed,
	}
}

// checkReply checks the reply of a fault (RFC 1939 section 3): after +OK there
// may be more lines, as far as the last one, a dot.
func checkReply(step, reply string) error {
	status, text, multi := strings.Cut(reply, "\n")
	word, _, _ := strings.Cut(status, " ")
	switch {
	case word == "+" && (step == wire.StepContinue || step == "AUTH"):
	case word != "+OK" && word != "-ERR", multi && word != "+OK":
		return fmt.Errorf(`reply %q doesn't read like "-ERR [SYS/TEMP] later" or "+OK"`, reply)
	case multi && text != "." && !strings.HasSuffix(text, "\n."):
		return fmt.Errorf(`reply %q has several lines, and the last one isn't a dot`, reply)
	}
	return nil
}

// The rules that sessions check, with the sections of the RFCs in which they
// stand.
var rules = map[string]string{
	"unknown command": "RFC 1939 section 3",
	"wrong state":     "RFC 1939 section 3",
	"wrong arguments": "RFC 1939 section 3",
	"bad characters":  "RFC 1939 section 3",
	"pipelines":       "RFC 2449 section 6.6", // though PIPELINING isn't offered
	"no QUIT":         "RFC 1939 section 6",

	// by a client that has read that its login was refused
	"reply ignored":         "RFC 1939 section 4",
	"password in the clear": "RFC 8314 section 3",
}

func (s *session) violation(rule, text string) { s.conn.Violation(rule, rules[rule], text) }

// Inject gives the server a fault. Its State is authorization or transaction
// (before and after login). It panics if there is no such fault.
func (s *Server) Inject(f wire.Fault) *wire.Injection { return s.start().Inject(f) }

// Hold makes connections stop where f says, until it is released.
func (s *Server) Hold(f wire.Fault) *wire.Hold { return s.start().Hold(f) }

// Transcript returns what was and will be said on the server's connections.
func (s *Server) Transcript() *wire.Transcript { return s.start().Transcript() }

// Counts returns how much the server has been used so far: connections,
// commands by name, bytes.
func (s *Server) Counts() wire.Counts { return s.start().Counts() }

// Violations returns what clients have done against the RFCs so far, in order:
// commands that don't exist or stand in the wrong place, malformed lines, a
// connection that ends without QUIT.
func (s *Server) Violations() []wire.Violation { return s.start().Violations() }

// Check fails t for each fault and hold that never struck, for each field that
// was set after first use and, if the server is Strict, for each violation. A
// server made by NewServer does so when t ends. It is called after Close.
func (s *Server) Check(t testing.TB) {
	t.Helper()
	s.start().Check(t)
}
