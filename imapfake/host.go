package imapfake

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"sync"
	"testing"

	"github.com/emersion/go-imap/v2"

	"github.com/mailfakes/mailfakes/mailtest/wire"
)

// stateNames are the states of a session as a fault's State has them (RFC 3501
// section 3).
var stateNames = map[imap.ConnState]string{
	imap.ConnStateNotAuthenticated: "not authenticated",
	imap.ConnStateAuthenticated:    "authenticated",
	imap.ConnStateSelected:         "selected",
	imap.ConnStateLogout:           "logout",
}

var stateList = slices.Sorted(maps.Values(stateNames))

// newHost returns the host of a server's connections.
func (s *Server) newHost(cfg *config) *wire.Host {
	banner := "* OK "
	if cfg.PreAuth != "" {
		banner = "* PREAUTH "
	}
	return &wire.Host{
		Name: "imapfake", Serve: cfg.serve, TLS: s.TLS, Banner: banner + cfg.greeting() + "\r\n",
		Steps: steps(), States: stateList, CheckReply: checkReply, Rules: rules, Hasty: true,
		Secrets: cfg.auth.Secrets, TLSOnly: s.AuthTLSOnly,
		Strict: s.Strict, PieceSize: s.PieceSize, PieceSeed: s.PieceSeed,
	}
}

// steps returns the commands, offered or not, and the pseudo steps. Servers
// share them.
var steps = sync.OnceValue(func() (names []string) {
	for _, x := range extensions() {
		for _, c := range x.commands {
			names = append(names, c.name)
			if c.uid {
				names = append(names, "UID "+c.name)
			}
		}
	}
	slices.Sort(names)
	return append(slices.Compact(names), wire.StepContinue, wire.StepLiteral, wire.StepPush)
})

// rules are those that connections check themselves.
var rules = map[string]string{
	wire.RuleBareLF:    "RFC 3501 section 2.2",
	wire.RuleLongLine:  "RFC 2683 section 3.2.1.5",
	wire.RuleEarly:     "RFC 3501 section 3",
	wire.RulePipelined: "RFC 3501 section 6.2.1",
	wire.RuleUnasked:   "RFC 3501 section 7.5",
	wire.RuleSecret:    "RFC 3501 section 11.2",
}

// Replies of faults, without the tag.
var (
	greetingReply = regexp.MustCompile(`(?i)^(OK|PREAUTH|BYE) .`)
	pushReply     = regexp.MustCompile(`^[A-Za-z0-9]+ .`)
	taggedReply   = regexp.MustCompile(`(?i)^(OK|NO|BAD) .`)
)

// checkReply checks the reply of a fault, which comes behind the tag (RFC 3501
// section 7.1).
func checkReply(step, reply string) error {
	form, like := taggedReply, "NO [UNAVAILABLE] Later"
	switch step {
	case wire.StepConnect:
		form, like = greetingReply, "BYE Come back later"
	case wire.StepPush:
		form, like = pushReply, "BYE Overloaded"
	}
	if form.MatchString(reply) && !slices.Contains([]byte(reply), '\n') {
		return nil
	}
	return fmt.Errorf("reply %q is not one line that reads like %q", reply, like)
}

// Inject gives the server a fault. Its On is a command, such as "FETCH" or
// "UID FETCH", or a pseudo step of package wire; its State is one of
// "not authenticated", "authenticated", "selected" and "logout"; its Reply goes
// behind the tag, or behind "* " for a greeting and a push. It panics if there is no
// such fault.
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
