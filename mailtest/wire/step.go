package wire

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
	// Replies is how many replies the step has, if that isn't one: a fault's
	// Reply is sent so many times (LMTP, RFC 2033 section 4.2).
	Replies int
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

var pseudoSteps = []string{StepConnect, StepTLS, StepContinue, StepText, StepLiteral, StepPush}

// Begin announces a step and asks the faults. It reports whether the loop is
// to run the step; if not, a fault has answered in its place. Either way the
// loop calls End. A step that is still open ends here.
func (c *Conn) Begin(s Step) bool {
	if s.Show != "" {
		c.log.show(s.Show)
	}
	c.log.note()
	c.host.counter.step(s.Name)
	c.tellBreach(s)
	if c.strike != nil {
		c.settle()
	}
	if c.err != nil {
		return false
	}
	if c.answered {
		c.answered = false
		return false
	}
	c.struck, c.wasStruck = "", false
	var now *strike
	now, c.mid = c.host.faults.ask(c, s)
	c.midRead = 0
	if now == nil {
		return true
	}
	c.flush() // what was written before isn't the fault's
	c.strike = now
	return c.strikeBefore(now)
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

// SetUser tells the faults who has logged in; "" is nobody.
func (c *Conn) SetUser(name string) { c.user = name }

// SetState tells the faults the state of the session: one of the host's
// States.
func (c *Conn) SetState(name string) { c.state = name }
