package wire

import (
	"cmp"
	"crypto/tls"
	"errors"
	"strconv"
)

// StartTLS sends what has been written, drops what the client has pipelined,
// which must never run inside TLS (RFC 3207 section 6), and does the
// handshake. After an error the connection is of no more use: nothing more is
// read or sent in the clear.
func (c *Conn) StartTLS() error {
	c.recall() // before the client is told to go on
	if err := c.turn(); err != nil {
		return err
	}
	if n := len(c.in.unread()); n > 0 {
		c.in.r = c.in.w
		c.log.mark("bytes pipelined after the upgrade command: dropped")
		c.violate(RulePipelined, strconv.Itoa(n)+" bytes")
	}
	return c.handshake()
}

var errNoHandshake = errors.New("a fault came in place of the TLS handshake")

func (c *Conn) handshake() error {
	if !c.Begin(Step{Name: StepTLS}) {
		if err := c.End(); err != nil {
			return err
		}
		c.halfClose()
		return c.fail(errNoHandshake)
	}
	tc, conf := c.host.TLS, (*tls.Config)(nil)
	if x := c.strike; x != nil {
		tc, conf = cmp.Or(x.Fault.TLS, tc), x.Fault.Conf
	}
	switch {
	case conf != nil:
	case tlsCases[tc] == nil:
		return c.meet(tc)
	default:
		conf = c.host.tlsConfig(tc)
	}
	return c.shake(conf)
}

// shake does the handshake itself.
func (c *Conn) shake(conf *tls.Config) error {
	c.under = &underTLS{Conn: c.raw}
	t := tls.Server(c.under, conf)
	c.enter(inHandshake)
	err := t.Handshake()
	c.leave()
	switch {
	case err != nil && c.ending():
		return c.fail(ErrServerClosed)
	case err != nil:
		c.log.mark("TLS handshake failed: " + reason(err))
		return c.fail(err)
	}
	c.nc = t
	c.log.secure()
	c.log.mark("TLS")
	return c.End()
}

// fail makes the connection useless: what was or will be written isn't sent.
func (c *Conn) fail(err error) error {
	if c.err == nil {
		c.err = err
	}
	return c.err
}
