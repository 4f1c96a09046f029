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
	RulePipelined = "pipelines after TLS was asked" // bytes that follow STARTTLS in the clear
	RuleUnasked   = "talks before it is asked"      // for a text, a literal, a response of SASL or DONE
	RuleSecret    = "secret in the clear"           // though TLS was offered or required

	// RuleEarly is found on every connection in memory, and on loopback if
	// a fault or a hold delays the greeting.
	RuleEarly = "talks before the greeting"
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
		text = strings.Clone(text[:min(len(text), maxLine)])
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
	if c.exposed() {
		c.hear(line)
		c.leaks = leaks(line, c.secrets())
	}
	c.tellEarly()
}

// tellBreach records what is wrong with the last line.
func (c *Conn) tellBreach(s Step) {
	if c.leaks {
		c.leaks = false
		c.violate(RuleSecret, s.Name)
	}
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
	if c.receive() == nil && !c.greeted {
		c.greeted = true
		c.violate(RuleEarly, strconv.Itoa(c.Buffered())+" bytes")
	}
}

// tellEarly finds, at the first line, that it was sent before the greeting was
// read. A connection in memory knows.
func (c *Conn) tellEarly() {
	p, ok := c.raw.(*PipeConn)
	if !c.greeted && !c.host.Hasty && ok && c.nc == c.raw && p.in.rash.Load() {
		c.violate(RuleEarly, "")
	}
	c.greeted = true
}

// Early reports whether the client has sent something that hasn't been read:
// without being asked, if it is asked next. In memory nothing is missed that
// was sent by now; on loopback, only what came with what was read is seen.
func (c *Conn) Early() bool {
	p, ok := c.raw.(*PipeConn)
	return c.Buffered() > 0 || ok && c.nc == c.raw && p.ready()
}

// CheckUnasked records RuleUnasked if the client has answered already. It is
// called when the client is about to be asked for something; text says what
// for.
func (c *Conn) CheckUnasked(text string) {
	if c.Early() {
		c.violate(RuleUnasked, text)
	}
}

// Struck returns what a fault has sent at the last step that ended, or the
// begin of it, and whether there was one. It is for a protocol that judges what
// the client makes of a reply.
func (c *Conn) Struck() (sent string, ok bool) { return c.struck, c.wasStruck }

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
	for _, name := range h.setLate() {
		t.Errorf("%s: %s was set after the server was first used, which has no effect: "+
			"set it before Addr, Dial, Inject and the like", h.Name, name)
	}
	if !h.Strict {
		return
	}
	for _, v := range h.Violations() {
		t.Errorf("%s: client's fault: %v", h.Name, v)
	}
}
