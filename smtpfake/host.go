package smtpfake

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/mailfakes/mailfakes/mailtest/wire"
)

// The states of a session, for the State of a fault.
const (
	stateConnected = "connected" // before EHLO
	stateReady     = "ready"     // no transaction is open
	stateMail      = "mail"      // MAIL was accepted, and no recipient yet
	stateRcpt      = "rcpt"      // there are recipients
)

var states = []string{stateConnected, stateReady, stateMail, stateRcpt}

// setUp sets the host of the server's connections up.
func (s *Server) setUp(h *wire.Host) {
	h.Name = "smtpfake"
	h.TLS = s.cfg.TLS
	h.Serve = s.serve
	h.Banner = s.greeting() + "\r\n"
	h.Steps = steps()
	h.States = states
	h.CheckReply = checkReply
	h.Rules = rules
	h.Secrets = s.auth.Secrets
	h.TLSOnly = s.cfg.RequireTLS || s.cfg.AuthTLSOnly
	h.Strict = s.cfg.Strict
	h.PieceSize = s.cfg.PieceSize
	h.PieceSeed = s.cfg.PieceSeed
}

// steps returns the commands and the pseudo steps. Servers share them.
var steps = sync.OnceValue(func() []string {
	return append(slices.Sorted(maps.Keys(handlers)), wire.StepContinue, wire.StepText)
})

// rules are those that connections check themselves.
var rules = map[string]string{
	wire.RuleBareLF:    "RFC 5321 section 2.3.8",
	wire.RuleLongLine:  "RFC 5321 section 4.5.3.1.4",
	wire.RuleEarly:     "RFC 5321 section 3.1",
	wire.RulePipelined: "RFC 3207 section 4",
	wire.RuleUnasked:   "RFC 2920 section 3.1",
	wire.RuleSecret:    "RFC 4954 section 4",
}

// checkReply checks the reply of a fault: lines with one code, with "-" after
// it but in the last (RFC 5321 section 4.2.1).
func checkReply(step, reply string) error {
	lines := strings.Split(reply, "\n")
	for i, line := range lines {
		sep := byte('-')
		if i == len(lines)-1 {
			sep = ' '
		}
		if !isReply(line) || line[:3] != reply[:3] || line[3] != sep {
			return fmt.Errorf(`reply %q doesn't read like "451 4.3.0 Later"`, reply)
		}
	}
	return nil
}

// state is what a session's faults go by.
func (s *session) state() string {
	switch {
	case s.helo == "":
		return stateConnected
	case s.tx == nil:
		return stateReady
	case len(s.tx.rcpts) == 0:
		return stateMail
	}
	return stateRcpt
}

// Inject gives the server a fault. Its State is one of connected (before
// EHLO), ready, mail and rcpt (after MAIL, after RCPT). It panics if there is
// no such fault.
func (s *Server) Inject(f wire.Fault) *wire.Injection { return s.start().Inject(f) }

// Hold makes connections stop where f says, until it is released.
func (s *Server) Hold(f wire.Fault) *wire.Hold { return s.start().Hold(f) }

// Transcript returns what was and will be said on the server's connections.
func (s *Server) Transcript() *wire.Transcript { return s.start().Transcript() }

// Counts returns what has happened on the server's connections so far.
func (s *Server) Counts() wire.Counts { return s.start().Counts() }

// Violations returns what clients have done against the RFCs so far, in order.
func (s *Server) Violations() []wire.Violation { return s.start().Violations() }

// Check fails t for each fault and hold that never struck, for each field that
// was set after first use and, if the server is Strict, for each violation. A
// server made by NewServer does so when t ends. It is called after Close.
func (s *Server) Check(t testing.TB) {
	t.Helper()
	s.start().Check(t)
}
