package wire

import (
	"errors"
	"math/rand/v2"
	"net"
)

// A span is a part of the output that is message data.
type span struct{ from, to int }

// The output is sent when it has reached maxOutput, though the client isn't
// waited for; what is of directOutput goes out without being copied.
const (
	maxOutput    = 64 << 10
	directOutput = 16 << 10
)

// Write adds to the reply: control text in whole lines. It goes out when the
// loop next waits for the client, or when there is much of it. An error means
// that the connection has ended; End and the next read return it, too.
func (c *Conn) Write(p []byte) (int, error) {
	if len(p) >= directOutput && len(c.out) == 0 && c.strike == nil {
		if c.err == nil {
			c.log.sent(p, nil)
		}
		return len(p), c.send(p)
	}
	c.out = append(c.out, p...)
	return len(p), c.overflow()
}

// WriteString is Write of a string.
func (c *Conn) WriteString(s string) (int, error) {
	c.out = append(c.out, s...)
	return len(s), c.overflow()
}

// WriteData adds message data to the reply, which the transcript cuts short.
// It doesn't keep p.
func (c *Conn) WriteData(p []byte) (int, error) {
	if len(p) >= directOutput && c.strike == nil {
		if err := c.flush(); err != nil {
			return 0, err
		}
		c.log.sentData(len(p))
		return len(p), c.send(p)
	}
	n := len(c.out)
	c.out = append(c.out, p...)
	if k := len(c.spans); k > 0 && c.spans[k-1].to == n {
		c.spans[k-1].to = len(c.out)
	} else {
		c.spans = append(c.spans, span{n, len(c.out)})
	}
	return len(p), c.overflow()
}

// overflow sends what has become much, unless a fault is to act on it.
func (c *Conn) overflow() error {
	if len(c.out) >= maxOutput && c.strike == nil {
		return c.flush()
	}
	return c.err
}

// Flush sends what has been written. Within a step at which a fault strikes it
// does nothing: the fault acts on the whole reply when the step ends.
func (c *Conn) Flush() error {
	if c.strike != nil {
		return c.err
	}
	return c.flush()
}

// turn is called when it is the client's turn: a fault that strikes at the
// current step is carried out, and what has been written goes out.
func (c *Conn) turn() error {
	if c.strike != nil {
		c.settle()
	}
	return c.flush()
}

// tell is turn for a client that has sent the data of its turn already: what
// has been written needn't go out yet, but stands before the data in the
// transcript, however fast that came.
func (c *Conn) tell() error {
	if c.strike != nil {
		return c.turn()
	}
	if c.told < len(c.out) && c.err == nil {
		spans := c.spans
		if c.told > 0 {
			spans = within(spans, c.told, len(c.out))
		}
		c.log.sent(c.out[c.told:], spans)
		c.told = len(c.out)
	}
	return c.err
}

func (c *Conn) flush() error {
	if len(c.out) == 0 {
		return c.err
	}
	c.tell()
	out, spans := c.take()
	if c.err == nil {
		c.send(out)
	}
	if cap(out) <= 2*maxOutput {
		c.out, c.spans = out[:0], spans[:0]
	}
	return c.err
}

// take takes what has been written.
func (c *Conn) take() ([]byte, []span) {
	out, spans := c.out, c.spans
	c.out, c.spans, c.told = nil, nil, 0
	return out, spans
}

// send writes p to the client.
func (c *Conn) send(p []byte) error {
	if c.err != nil {
		return c.err
	}
	c.enter(writingClient)
	defer c.leave()
	for len(p) > 0 && c.err == nil {
		n := len(p)
		if c.piece != nil {
			n = min(n, c.piece())
		}
		c.host.counter.bytes(0, n) // before the client can see them
		if k, err := c.stream().Write(p[:n]); err != nil {
			c.host.counter.bytes(0, k-n)
			c.log.mark("not sent: " + reason(err))
			c.err = err
		}
		if c.piece != nil {
			c.cutSegment()
		}
		p = p[n:]
	}
	return c.err
}

// reason returns an error without addresses, which differ each time.
func reason(err error) string {
	if op, ok := errors.AsType[*net.OpError](err); ok && op.Addr != nil {
		err = op.Err
	}
	return err.Error()
}

// pieces returns how large the pieces are in which connection id is served.
func (h *Host) pieces(id int) func() int {
	switch {
	case h.PieceSeed != 0:
		most := h.PieceSize
		if most == 0 {
			most = 64
		}
		rng := rand.New(rand.NewPCG(h.PieceSeed, uint64(id)))
		return func() int { return 1 + rng.IntN(most) }
	case h.PieceSize != 0:
		return func() int { return h.PieceSize }
	}
	return nil
}
