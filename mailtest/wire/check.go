package wire

import (
	"fmt"
	"net"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// A Violation is something that a client did and should not have done.
type Violation struct {
	Conn int    // the connection, numbered from 1
	Rule string // short and always the same: "bare LF"
	RFC  string // where the rule stands: "RFC 5321 section 2.3.8"
	Text string // what the client did: "RCPT TO:<bob@example.com>"
}

// String returns the violation in one line.
func (v Violation) String() string {
	s := fmt.Sprintf("connection %d: %s", v.Conn, v.Rule)
	if v.RFC != "" {
		s += " (" + v.RFC + ")"
	}
	if v.Text != "" {
		s += ": " + v.Text
	}
	return s
}

// Rules that hold for the bytes of every protocol, and that the connection
// checks itself if Host.Rules says where they stand.
const (
	RuleBareLF    = "bare LF"                       // a line that ends without CR
	RuleLongLine  = "line too long"                 // over the limit of ReadLine
	RuleEarly     = "talks before the greeting"     // found if a fault or a hold delays the greeting
	RulePipelined = "pipelines after TLS was asked" // bytes that follow STARTTLS in the clear
)

// maxViolations bounds what is kept of a client that does nothing else.
const maxViolations = 1000

type violations struct {
	mu   sync.Mutex
	list []Violation // guarded by mu
}

// Violation records that the client has broken a rule, which stands in rfc.
// Protocols call it for what they find.
func (c *Conn) Violation(rule, rfc, text string) {
	v := &c.host.violations
	v.mu.Lock()
	defer v.mu.Unlock()
	if len(v.list) < maxViolations {
		v.list = append(v.list, Violation{Conn: c.id, Rule: rule, RFC: rfc, Text: text})
	}
}

// violate records the breach of one of the rules above.
func (c *Conn) violate(rule, text string) {
	if rfc, ok := c.host.Rules[rule]; ok {
		c.Violation(rule, rfc, text)
	}
}

// checkLine checks a line of the client. What is wrong is told when the step
// begins, since there may be a secret in the line.
func (c *Conn) checkLine(line []byte, err error) {
	if len(c.host.Rules) == 0 {
		return
	}
	c.tellBreach(Step{})
	n := len(line)
	switch {
	case err == ErrTooLong:
		c.breach = RuleLongLine
	case err == nil && (n < 2 || line[n-2] != '\r'):
		c.breach = RuleBareLF
	}
}

// tellBreach records what is wrong with the last line.
func (c *Conn) tellBreach(s Step) {
	if c.breach == "" {
		return
	}
	text := s.Show
	if text == "" {
		text = strings.TrimSpace(s.Name + " " + s.Arg)
	}
	c.violate(c.breach, escape([]byte(text)[:min(len(text), 80)]))
	c.breach = ""
}

// checkEarly looks for bytes that came before the greeting.
func (c *Conn) checkEarly() {
	if c.nc != c.raw || len(c.host.Rules) == 0 {
		return
	}
	switch nc := c.raw.(type) {
	case *net.TCPConn:
		c.SetReadDeadline(time.Now().Add(time.Millisecond))
		defer c.SetReadDeadline(time.Time{})
	case *PipeConn:
		if !nc.ready() {
			return
		}
	}
	if c.receive() == nil {
		c.violate(RuleEarly, strconv.Itoa(c.Buffered())+" bytes")
	}
}

// Violations returns what clients have done wrong so far, in order: at most
// 1000.
func (h *Host) Violations() []Violation {
	h.violations.mu.Lock()
	defer h.violations.mu.Unlock()
	return append([]Violation(nil), h.violations.list...)
}

// Check fails t for each fault and hold that never struck, unless it is
// Optional or was removed, for each field of a server that was set too late to
// have an effect, and if the host is Strict for each violation. It is called
// after Close.
func (h *Host) Check(t testing.TB) {
	t.Helper()
	for _, s := range h.faults.neverStruck() {
		t.Errorf("%s", s)
	}
	for _, f := range h.fields {
		if f.setLate() {
			t.Errorf("%s: %s was set after the server was first used, which has no effect: "+
				"set it before Addr, Dial, Inject and the like", h.Name, f.name)
		}
	}
	if !h.Strict {
		return
	}
	for _, v := range h.Violations() {
		t.Errorf("%s: client's fault: %v", h.Name, v)
	}
}
