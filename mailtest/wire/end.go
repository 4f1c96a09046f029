package wire

import (
	"crypto/tls"
	"net"
	"time"
)

// The ways in which a server ends a connection, or ceases to serve it.

// stall sends nothing more: what the client sends is read and dropped, until
// it closes or the server is closed.
func (c *Conn) stall() {
	c.log.flush()
	c.SetReadDeadline(time.Time{})
	c.enter(stalled)
	defer c.leave()
	c.drain()
}

// stopReading neither reads nor sends until the server is closed: the
// client's writes fill the buffers, and then wait.
func (c *Conn) stopReading() {
	c.log.flush()
	if tcp, ok := c.raw.(*net.TCPConn); ok {
		tcp.SetReadBuffer(4 << 10)
	}
	c.enter(stalled)
	defer c.leave()
	<-c.done
}

// halfClose ends the server's side of the stream and drops what the client
// sends until it closes, too.
func (c *Conn) halfClose() {
	c.log.flush()
	if t, ok := c.nc.(*tls.Conn); ok {
		c.limitWrites()
		t.CloseWrite()
	}
	if w, ok := c.raw.(interface{ CloseWrite() error }); ok {
		w.CloseWrite()
	}
	c.stall()
}
