package wire

import (
	"bytes"
	"crypto/tls"
	"io"
	"net"
	"strings"
	"time"
)

// A strike is a fault at the current step. Its Fault is what is done there.
type strike struct {
	Exchange
	inj      *Injection
	prepared bool // Do and Delay are over
}

// strikeBefore does what comes before the command is run, and reports whether
// it is.
func (c *Conn) strikeBefore(x *strike) bool {
	if x.Fault.After {
		return true
	}
	c.prepare(x)
	if x.Step.Name == StepTLS && x.Fault.speaks() {
		c.awaitHello()
		return false
	}
	return c.err == nil && x.Fault.runs()
}

// prepare does all that comes before something is sent.
func (c *Conn) prepare(x *strike) {
	x.prepared = true
	if x.inj.hold != nil {
		c.enter(held)
		x.inj.hold.stop(c)
		c.leave()
	}
	if x.Fault.Do != nil {
		x.Fault.Do(&x.Exchange)
	}
	c.delay(x.Fault.Delay)
	if x.Step.Name == StepConnect {
		c.checkEarly()
	}
}

// speaks reports whether something is sent in the clear in place of a TLS
// handshake.
func (f *Fault) speaks() bool {
	return f.Reply != "" || len(f.Raw)+len(f.RawAfter)+len(f.Clear) > 0 || f.TLSAlert
}

// settle carries out what a fault does with the step's reply, and after it.
func (c *Conn) settle() {
	x := c.strike
	c.strike = nil
	out, spans := c.take()
	if c.err != nil {
		return
	}
	if !x.prepared {
		c.prepare(x)
	}
	f := &x.Fault
	own := reply{out, spans}
	switch {
	case f.Reply != "":
		own = reply{text: x.reply()}
	case !f.keeps():
		own = reply{}
	}
	c.sendClear(f.Clear)
	own = x.edited(own)
	c.wasStruck, c.struck = true, f.sends(own.text)
	c.shape(x, own)
	c.end(f)
}

// maxStruck is how much of what a fault has sent is kept for Struck.
const maxStruck = 512

// sends returns the begin of what is sent with a reply.
func (f *Fault) sends(reply []byte) string {
	var b strings.Builder
	for _, p := range [][]byte{f.Raw, reply, f.RawAfter} {
		b.Write(p[:min(len(p), maxStruck)])
	}
	return b.String()
}

// A reply is what is sent at a step; spans is what of it is message data.
type reply struct {
	text  []byte
	spans []span
}

// reply returns the fault's reply as it is sent.
func (x *strike) reply() []byte {
	var b bytes.Buffer
	for l := range strings.SplitSeq(x.Fault.Reply, "\n") {
		if !strings.HasPrefix(l, "*") && !strings.HasPrefix(l, "+") || x.Step.Prefix == "" {
			b.WriteString(x.Step.Prefix)
		}
		b.WriteString(l + "\r\n")
	}
	return bytes.Repeat(b.Bytes(), max(1, x.Step.Replies))
}

// edited applies Tag and Edit. What is message data can't be told after an
// edit; the transcript cuts long lines short anyway.
func (x *strike) edited(r reply) reply {
	if x.Fault.Tag != "" {
		r.text = retag(r.text, x.Step.Prefix, x.Fault.Tag+" ")
	}
	if x.Fault.Edit != nil {
		text := x.Fault.Edit(&x.Exchange, bytes.Clone(r.text))
		if !bytes.Equal(text, r.text) {
			return reply{text: text}
		}
	}
	return r
}

// retag replaces the tag of the last line.
func retag(text []byte, tag, with string) []byte {
	last := bytes.LastIndexByte(bytes.TrimRight(text, "\r\n"), '\n') + 1
	rest, ok := bytes.CutPrefix(text[last:], []byte(tag))
	if !ok || tag == "" {
		return text
	}
	return append(append(bytes.Clone(text[:last]), with...), rest...)
}

// sendClear sends p below TLS.
func (c *Conn) sendClear(p []byte) {
	if len(p) == 0 {
		return
	}
	c.log.sentClear(p)
	c.raw.Write(p)
}

// end ends the connection as a fault has it.
func (c *Conn) end(f *Fault) {
	names := f.endings()
	if len(names) == 0 || c.err != nil {
		return
	}
	c.log.mark("fault: " + names[0])
	c.err = io.EOF
	switch {
	case f.TLSAlert:
		c.sendAlert()
		c.closeRaw()
	case f.Drain:
		c.halfClose()
	case f.Stall:
		c.stall()
	case f.StopReading:
		c.stopReading()
	case f.Torn, f.NoCloseNotify:
		c.closeRaw()
	case f.Reset:
		c.abort()
	default:
		c.close()
	}
}

// A fatal alert handshake_failure, as TLS sends it in the clear (RFC 8446
// section 6).
var clearAlert = []byte{21, 3, 3, 0, 2, 2, 40}

// A record that no key fits: crypto/tls answers it by a fatal alert
// bad_record_mac, which can't be sent otherwise.
var forgedRecord = append([]byte{23, 3, 3, 0, 32}, make([]byte, 32)...)

// sendAlert sends a fatal TLS alert.
func (c *Conn) sendAlert() {
	t, ok := c.nc.(*tls.Conn)
	if !ok {
		c.sendClear(clearAlert)
		return
	}
	c.limitWrites()
	c.recall()
	c.under.forged = forgedRecord
	for buf := make([]byte, 512); ; {
		if _, err := t.Read(buf); err != nil {
			return
		}
	}
}

// recall ends a read that Wait has left behind.
func (c *Conn) recall() {
	if c.reading != nil {
		c.SetReadDeadline(past)
		c.join()
		c.SetReadDeadline(time.Time{})
	}
}

// An underTLS is the connection below a TLS one. Deadlines for writing are the
// Conn's own affair: crypto/tls would give a client that doesn't read 5 s when
// the connection is closed.
type underTLS struct {
	net.Conn
	forged []byte // is read before what the client has sent
	tear   bool   // half of the next record is lost
}

func (*underTLS) SetWriteDeadline(time.Time) error { return nil }

func (u *underTLS) Read(p []byte) (int, error) {
	if len(u.forged) > 0 {
		n := copy(p, u.forged)
		u.forged = u.forged[n:]
		return n, nil
	}
	return u.Conn.Read(p)
}

// setTear makes the record that is written next the last, and half of it.
func (u *underTLS) setTear(tear bool) {
	if u != nil {
		u.tear = tear
	}
}

func (u *underTLS) Write(p []byte) (int, error) {
	if u.tear {
		_, err := u.Conn.Write(p[:len(p)/2])
		return len(p), err
	}
	return u.Conn.Write(p)
}
