package wire

// Faults that strike in the middle of what a client sends.

// midWindow returns what may be read before a fault strikes.
func (c *Conn) midWindow() []byte {
	w := c.in.unread()
	if c.mid != nil {
		w = w[:min(len(w), c.mid.Fault.Mid-c.midRead)]
	}
	return w
}

// midStrike makes the fault strike if no more than ahead bytes are missing. If
// the connection doesn't end then, the client goes on sending, and has been
// sent the reply that it will read.
func (c *Conn) midStrike(ahead int) error {
	x := c.mid
	if x == nil || x.Fault.Mid-c.midRead > ahead {
		return c.err
	}
	c.mid = nil
	c.host.faults.hit(x)
	c.log.note()
	c.flush()
	c.prepare(x)
	c.strike = x
	c.settle()
	c.answered = x.Fault.Reply != "" || x.Fault.Silent
	return c.err
}
