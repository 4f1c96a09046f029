package wire

import (
	"bytes"
	"io"
	"net"
	"time"
)

// An input is a buffer of received bytes: buf[r:w] are unread.
type input struct {
	buf  []byte
	r, w int
	over int // bytes of the last line that were dropped
}

// The sizes of the buffer. It grows while reads fill it, and with a line.
const (
	minInput = 2 << 10
	maxInput = 64 << 10
)

func (in *input) unread() []byte { return in.buf[in.r:in.w] }

// space returns room for a read.
func (in *input) space() []byte {
	full := in.w == len(in.buf)
	switch {
	case in.r == in.w:
		in.r, in.w = 0, 0
		if full && len(in.buf) < maxInput {
			in.buf = make([]byte, max(minInput, min(maxInput, 4*len(in.buf))))
		}
	case full && in.r > 0 && in.r >= len(in.buf)/2:
		in.w = copy(in.buf, in.buf[in.r:])
		in.r = 0
	case full:
		buf := make([]byte, 2*len(in.buf))
		in.w = copy(buf, in.buf[in.r:])
		in.r, in.buf = 0, buf
	}
	return in.buf[in.w:]
}

// line takes a line of at most limit bytes, LF included. found is false if
// there is no LF yet; then scanned is what needs no second look.
func (in *input) line(limit, scanned int) (line []byte, found bool) {
	b := in.unread()
	i := bytes.IndexByte(b[scanned:], '\n')
	if i < 0 {
		return nil, false
	}
	n := scanned + i + 1
	in.r += n
	in.over = max(0, n-limit)
	return b[:min(n, limit)], true
}

// ReadLine reads a command line up to and with its LF, CRLF or not. The slice
// is valid until the next read. A line of more than limit bytes, CRLF
// included, is dropped and gives ErrTooLong with its first limit bytes; at the
// end of the stream the rest comes with io.EOF. Once the server is being
// closed it returns ErrServerClosed, though there be lines left.
//
// The line is in the transcript from the next call on: Begin may still mask
// it.
func (c *Conn) ReadLine(limit int) ([]byte, error) {
	c.log.note()
	if c.ending() && c.Buffered() > 0 {
		return nil, ErrServerClosed
	}
	line, ok := c.in.line(limit, 0)
	var err error
	if !ok {
		if err := c.turn(); err != nil {
			return nil, err
		}
		line, err = c.readLine(limit)
	}
	c.log.read(line, c.in.over)
	if err == nil && c.in.over > 0 {
		err = ErrTooLong
	}
	c.checkLine(line, err)
	return line, err
}

// readLine reads until there is a line. It doesn't touch the writing side.
func (c *Conn) readLine(limit int) ([]byte, error) {
	for {
		scanned := c.in.w - c.in.r
		if scanned > limit {
			return c.skipLine(limit)
		}
		if err := c.receive(); err != nil {
			rest := c.in.unread()
			c.in.r, c.in.over = c.in.w, 0
			return rest, err
		}
		if line, ok := c.in.line(limit, scanned); ok {
			return line, nil
		}
	}
}

// skipLine drops a line after its first limit bytes.
func (c *Conn) skipLine(limit int) ([]byte, error) {
	head := bytes.Clone(c.in.unread()[:limit])
	over := len(c.in.unread()) - limit
	for {
		c.in.r = c.in.w
		err := c.receive()
		_, found := c.in.line(0, 0)
		if !found {
			c.in.over = len(c.in.unread())
		}
		over += c.in.over
		if found || err != nil {
			c.in.over = over
			return head, err
		}
	}
}

// Window returns the bytes that have been received and not read, reading some
// if there are none. It is the way to message data without copying; the slice
// is valid until the next read. Advance consumes what was used of it. Windows
// grow with what the client sends, up to 64 KiB.
func (c *Conn) Window() ([]byte, error) {
	if err := c.midStrike(0); err != nil {
		return nil, err
	}
	if c.Buffered() == 0 {
		return c.Extend()
	}
	if err := c.tell(); err != nil {
		return nil, err
	}
	if c.ending() {
		return nil, ErrServerClosed
	}
	return c.midWindow(), nil
}

// Extend is Window for a loop that can't use what is there, such as half of an
// end mark: it reads at least one byte more.
func (c *Conn) Extend() ([]byte, error) {
	if err := c.midStrike(c.Buffered()); err != nil {
		return nil, err
	}
	c.log.note()
	if err := c.turn(); err != nil {
		return nil, err
	}
	if err := c.receive(); err != nil {
		return nil, err
	}
	return c.midWindow(), nil
}

// Advance consumes n bytes of the Window, as message data.
func (c *Conn) Advance(n int) {
	c.in.r += n
	c.midRead += n
	c.log.readData(n)
}

// ReadFull fills p with message data, such as a literal. It returns how many
// bytes it has read, and io.ErrUnexpectedEOF if the stream ends within them.
func (c *Conn) ReadFull(p []byte) (int, error) {
	got := 0
	for got < len(p) {
		n, err := c.readData(p[got:])
		if got += n; err == io.EOF && got > 0 {
			err = io.ErrUnexpectedEOF
		}
		if err != nil {
			return got, err
		}
	}
	return got, nil
}

// readData reads some data into p; if much is wanted and nothing is buffered,
// without a detour.
func (c *Conn) readData(p []byte) (int, error) {
	if c.Buffered() > 0 || len(p) < minInput || c.reading != nil || c.mid != nil {
		w, err := c.Window()
		if err != nil {
			return 0, err
		}
		n := copy(p, w)
		c.Advance(n)
		return n, nil
	}
	c.log.note()
	if err := c.turn(); err != nil {
		return 0, err
	}
	n, err := c.read(p)
	c.log.readData(n)
	return n, err
}

// Discard drops n bytes of message data, such as a literal that is refused.
func (c *Conn) Discard(n int64) error {
	for n > 0 {
		w, err := c.Window()
		if err == io.EOF {
			err = io.ErrUnexpectedEOF
		}
		if err != nil {
			return err
		}
		k := min(n, int64(len(w)))
		c.Advance(int(k))
		n -= k
	}
	return nil
}

// Buffered returns how many received bytes have not been read: whether a
// client has pipelined.
func (c *Conn) Buffered() int { return len(c.in.unread()) }

// receive reads at least one byte into the buffer.
func (c *Conn) receive() error {
	if c.reading != nil {
		return c.join()
	}
	n, err := c.read(c.in.space())
	c.in.w += n
	return err
}

// read reads at least one byte, or returns an error.
func (c *Conn) read(p []byte) (int, error) {
	c.enter(readingClient)
	defer c.leave()
	for {
		if c.ending() {
			return 0, c.whoEnded()
		}
		n, err := c.stream().Read(p)
		c.host.counter.bytes(n, 0)
		switch {
		case n > 0:
			return n, nil
		case err == io.EOF:
			return 0, err
		case err != nil && c.ending():
			return 0, c.whoEnded()
		case err != nil:
			return 0, err
		}
	}
}

// whoEnded returns io.EOF if the client had closed its connection before the
// server was closed, and ErrServerClosed if not: what is said of the client
// must not depend on which the loop is told first.
func (c *Conn) whoEnded() error {
	if !c.pending() {
		return ErrServerClosed
	}
	c.raw.SetReadDeadline(time.Now().Add(goodbye)) // there is something: it doesn't wait
	defer c.raw.SetReadDeadline(past)
	if _, err := c.stream().Read(make([]byte, 1)); err != io.EOF {
		return ErrServerClosed
	}
	return io.EOF
}

// pending reports whether there are bytes of the client, or their end, that
// weren't read.
func (c *Conn) pending() bool {
	switch nc := c.raw.(type) {
	case *PipeConn:
		return nc.pending()
	case *net.TCPConn:
		return peek(nc)
	}
	return false
}

// A readResult is what a read that Wait began has come to.
type readResult struct {
	n   int
	err error
}

// Wait waits until the client has sent something or wake can be received from:
// it returns nil then, and Buffered tells which. It is for a loop that has
// news for an idle client (IMAP's IDLE): it pushes them itself, without a
// second goroutine that writes. It returns the errors of reads.
func (c *Conn) Wait(wake <-chan struct{}) error {
	c.log.note()
	if err := c.turn(); err != nil || c.Buffered() > 0 {
		return err
	}
	if c.reading == nil {
		c.reading = make(chan readResult, 1)
		go c.readAhead(c.reading, c.in.space())
	}
	select {
	case r := <-c.reading:
		return c.received(r)
	case <-wake:
		return nil
	}
}

func (c *Conn) readAhead(to chan<- readResult, p []byte) {
	n, err := c.read(p)
	to <- readResult{n, err}
}

// join waits for a read that Wait has left behind.
func (c *Conn) join() error {
	if c.reading == nil {
		return nil
	}
	return c.received(<-c.reading)
}

func (c *Conn) received(r readResult) error {
	c.reading = nil
	c.in.w += r.n
	return r.err
}
