package wire

import (
	"compress/flate"
	"io"
)

// A deflated stream is compressed in both directions by raw DEFLATE (RFC
// 1951).
type deflated struct {
	io.Reader
	w *flate.Writer
}

// Write sends p so that the client can read all of it at once: it ends in a
// partial flush.
func (d *deflated) Write(p []byte) (int, error) {
	n, err := d.w.Write(p)
	if err == nil {
		err = d.w.Flush()
	}
	return n, err
}

// Compress sends what has been written and goes on with both directions
// compressed, within TLS if there is any: COMPRESS=DEFLATE (RFC 4978). What the
// client has sent before it could know is dropped. The transcript and the
// faults see what is inside.
func (c *Conn) Compress() error {
	c.recall() // before the client is told to go on
	if err := c.turn(); err != nil {
		return err
	}
	if len(c.in.unread()) > 0 {
		c.in.r = c.in.w
		c.log.mark("bytes pipelined after the compression command: dropped")
	}
	w, err := flate.NewWriter(c.nc, flate.DefaultCompression)
	if err != nil {
		return c.fail(err)
	}
	c.z = &deflated{flate.NewReader(c.nc), w}
	c.log.mark("DEFLATE")
	return nil
}

// stream returns what is read from and written to.
func (c *Conn) stream() io.ReadWriter {
	if c.z != nil {
		return c.z
	}
	return c.nc
}
