package wire

import (
	"time"
)

// A shaper sends what a fault makes of a reply: in pieces, slowly, and broken
// off.
type shaper struct {
	c     *Conn
	f     *Fault
	left  int    // bytes until the cut; below 0 there is none
	buf   []byte // not yet sent
	spans []span

	start time.Time // of the first piece
	sent  int       // bytes in pieces, and in the next one
}

// shape sends Raw, the reply and RawAfter.
func (c *Conn) shape(x *strike, r reply) {
	f := &x.Fault
	s := &shaper{c: c, f: f, left: f.left(len(r.text))}
	for n := max(f.Repeat, 1); (n > 0 || f.Repeat < 0) && s.open(); n-- {
		s.add(f.Raw, false)
	}
	at := 0
	for _, d := range r.spans {
		s.add(r.text[at:d.from], false)
		s.add(r.text[d.from:d.to], true)
		at = d.to
	}
	s.add(r.text[at:], false)
	s.add(f.RawAfter, false)
	c.under.setTear(f.Torn)
	s.flush()
}

// left returns how many bytes are sent before the cut, below 0 if all are.
func (f *Fault) left(reply int) int {
	switch {
	case f.Cut > 0:
		return f.Cut
	case f.Cut < 0:
		return max(0, len(f.Raw)*max(f.Repeat, 1)+reply+len(f.RawAfter)+f.Cut)
	}
	return -1
}

// open reports whether more is to be sent.
func (s *shaper) open() bool { return s.c.err == nil && s.left != 0 && len(s.f.Raw) > 0 }

func (s *shaper) add(p []byte, data bool) {
	if s.left >= 0 {
		p = p[:min(len(p), s.left)]
		s.left -= len(p)
	}
	if len(p) == 0 {
		return
	}
	if data {
		s.spans = append(s.spans, span{len(s.buf), len(s.buf) + len(p)})
	}
	s.buf = append(s.buf, p...)
	if len(s.buf) >= maxOutput {
		s.flush()
	}
}

// flush sends what has come together.
func (s *shaper) flush() {
	if len(s.buf) == 0 || s.c.err != nil {
		return
	}
	if s.f.Split == 0 && s.f.Rate == 0 {
		s.c.log.sent(s.buf, s.spans)
		s.c.send(s.buf)
	} else {
		s.pieces()
	}
	s.buf, s.spans = s.buf[:0], s.spans[:0]
}

// pieces sends piece after piece, each after the time that it takes.
func (s *shaper) pieces() {
	size := s.f.Split
	if size == 0 {
		size = max(1, s.f.Rate/100) // each 10 ms, or a byte
	}
	for at := 0; at < len(s.buf) && s.c.err == nil; at += size {
		to := min(at+size, len(s.buf))
		if !s.wait(to - at) {
			return
		}
		s.c.log.sent(s.buf[at:to], within(s.spans, at, to))
		s.c.send(s.buf[at:to])
		s.c.cutSegment()
	}
}

// wait waits until the next n bytes are due, and reports whether the server
// still runs.
func (s *shaper) wait(n int) bool {
	if s.f.Rate == 0 {
		return true
	}
	if s.start.IsZero() {
		s.start = time.Now()
	}
	s.sent += n
	due := time.Duration(s.sent) * time.Second / time.Duration(s.f.Rate)
	s.c.delay(time.Until(s.start.Add(due)))
	if s.c.ending() {
		s.c.fail(ErrServerClosed)
		return false
	}
	return true
}

// within returns the spans of the piece from at to to.
func within(spans []span, at, to int) []span {
	var list []span
	for _, d := range spans {
		if from, to := max(d.from, at), min(d.to, to); from < to {
			list = append(list, span{from - at, to - at})
		}
	}
	return list
}

// cutSegment makes the client read what was sent apart from what will be. In
// memory that is certain; of TCP it is only asked, by a write of its own.
func (c *Conn) cutSegment() {
	if p, ok := c.raw.(*PipeConn); ok {
		p.cut()
	}
}
