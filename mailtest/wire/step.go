package wire

import (
	"io"
	"strings"
)

// A Step is a point of a session at which faults are asked: a command that has
// been read, or one of the pseudo steps below.
type Step struct {
	// Name is the command in upper case, such as "RCPT", "UID FETCH" or
	// "RETR", or a pseudo step.
	Name string
	// Arg is the rest of the command line.
	Arg string
	// Prefix is put before a fault's Reply: the tag and a space in IMAP.
	Prefix string
	// Show replaces the command line in the transcript, to mask secrets. ""
	// shows the line as it was read.
	Show string
}

// Pseudo steps: points of a session that are no command.
const (
	StepConnect  = "CONNECT" // before the greeting, which is its reply
	StepTLS      = "TLS"     // before the TLS handshake; it has no reply
	StepContinue = "+"       // a line that answers a continuation request; the reply is the next one
	StepText     = "."       // the end of a message text
	StepLiteral  = "LITERAL" // an IMAP literal is announced; the continuation request is its reply
	StepPush     = "PUSH"    // untagged responses that no command asked for, during IDLE
)

// Begin announces a step and asks the faults. It reports whether the loop is
// to run the step; if not, a fault has answered in its place. Either way the
// loop calls End. A step that is still open ends here.
func (c *Conn) Begin(s Step) bool {
	if s.Show != "" {
		c.log.show(s.Show)
	}
	c.log.note()
	c.host.counter.step(s.Name)
	if c.strike != nil {
		c.settle()
	}
	if c.err != nil {
		return false
	}
	i := c.host.faults.ask(c, s)
	if i == nil {
		return true
	}
	c.flush() // what was written before isn't the fault's
	return c.begin(&strike{fault: i.fault, step: s})
}

// End ends the step that Begin began: a fault acts on its reply. It returns an
// error when the connection has ended and the loop must return. It is a no-op
// if no step is open.
func (c *Conn) End() error {
	if c.strike != nil {
		c.settle()
	}
	return c.err
}

// A strike is a fault at the current step.
type strike struct {
	fault Fault
	step  Step
}

// begin does what comes before the step is run, and reports whether it is.
func (c *Conn) begin(x *strike) bool {
	c.strike = x
	c.delay(x.fault.Delay)
	if x.fault.Reply != "" {
		c.WriteString(x.reply())
		return false
	}
	return !x.fault.Hangup
}

// settle carries out what a fault does with the step's reply, and after it.
func (c *Conn) settle() {
	x := c.strike
	c.strike = nil
	c.flush()
	if x.fault.Hangup && c.err == nil {
		c.log.mark("fault: hangup")
		c.close()
		c.err = io.EOF
	}
}

// reply returns the fault's reply as it is sent.
func (x *strike) reply() string {
	return x.step.Prefix + strings.ReplaceAll(x.fault.Reply, "\n", "\r\n") + "\r\n"
}
