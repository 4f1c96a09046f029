package wire

import (
	"bytes"
	"sync"
	"time"
)

// A connLog writes one connection into the transcript. It holds back what
// isn't to be seen yet: a line that was read, since a secret in it may be
// masked, and the begin of a line that was sent.
type connLog struct {
	t   *Transcript
	rec record // of a line of this connection

	mu      sync.Mutex
	pending []byte // guarded by mu; the line that was read
	cut     int    // guarded by mu; bytes of it that aren't in pending
	has     bool   // guarded by mu; there is a line
	data    int    // guarded by mu; message data that was read after it
	tail    []byte // guarded by mu; the begin of a line that was sent
	tailCut int    // guarded by mu; bytes of it that aren't in tail
}

func (l *connLog) init(h *Host, id int) {
	l.t = &h.transcript
	l.rec.conn = int32(id)
}

// secure marks the lines that follow as being inside TLS.
func (l *connLog) secure() { l.rec.tls = true }

func (l *connLog) line(from byte) record {
	r := l.rec
	r.from = from
	return r
}

// read holds a line of which over more bytes have been dropped.
func (l *connLog) read(line []byte, over int) {
	if len(line) == 0 || l.t.off {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	keep := line[:min(len(line), maxLine+2)]
	l.pending = append(l.pending[:0], keep...)
	l.cut = len(line) - len(keep) + over
	l.has = true
}

// show replaces the line that was read.
func (l *connLog) show(text string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.pending = append(l.pending[:0], text...)
	l.cut = 0
	l.has = true
}

// readData counts message data.
func (l *connLog) readData(n int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.data += n
}

// note puts what was read into the transcript.
func (l *connLog) note() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.noteLocked()
}

func (l *connLog) noteLocked() {
	if !l.has && l.data == 0 {
		return
	}
	now := time.Now()
	l.tailLocked(now)
	if l.has {
		r := l.line('C')
		r.cut = int32(l.cut)
		l.t.add(r, l.pending, now)
		l.has = false
	}
	if l.data > 0 {
		r := l.line('C')
		r.data = int64(l.data)
		l.t.addData(r, now)
		l.data = 0
	}
}

// sent records a reply that is about to be sent.
func (l *connLog) sent(p []byte, spans []span) {
	if l.t.off {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.noteLocked()
	now := time.Now()
	at := 0
	for _, s := range spans {
		l.textLocked(p[at:s.from], now)
		l.dataLocked(s.to-s.from, now)
		at = s.to
	}
	l.textLocked(p[at:], now)
}

// sentData records message data that is about to be sent.
func (l *connLog) sentData(n int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.noteLocked()
	l.dataLocked(n, time.Now())
}

// sentClear records what is about to be sent below TLS.
func (l *connLog) sentClear(p []byte) {
	l.flush()
	r := l.line('S')
	r.tls = false
	now := time.Now()
	whole := bytes.LastIndexByte(p, '\n') + 1
	l.t.addLines(r, p[:whole], now)
	if whole < len(p) {
		l.t.add(r, p[whole:], now)
	}
}

func (l *connLog) dataLocked(n int, now time.Time) {
	l.tailLocked(now)
	r := l.line('S')
	r.data = int64(n)
	l.t.addData(r, now)
}

// textLocked records whole lines, and keeps what begins one.
func (l *connLog) textLocked(p []byte, now time.Time) {
	if len(l.tail) > 0 {
		i := bytes.IndexByte(p, '\n') + 1
		if i == 0 {
			l.keepLocked(p)
			return
		}
		l.keepLocked(p[:i])
		l.tailLocked(now)
		p = p[i:]
	}
	whole := bytes.LastIndexByte(p, '\n') + 1
	l.t.addLines(l.line('S'), p[:whole], now)
	l.keepLocked(p[whole:])
}

func (l *connLog) keepLocked(p []byte) {
	k := min(len(p), max(0, maxLine+2-len(l.tail)))
	l.tail = append(l.tail, p[:k]...)
	l.tailCut += len(p) - k
}

// tailLocked records the begin of a line, since no more of it comes now.
func (l *connLog) tailLocked(now time.Time) {
	if len(l.tail) == 0 {
		return
	}
	r := l.line('S')
	r.cut = int32(l.tailCut)
	l.t.add(r, l.tail, now)
	l.tail, l.tailCut = l.tail[:0], 0
}

// flush records all that was held back.
func (l *connLog) flush() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.noteLocked()
	l.tailLocked(time.Now())
}

// mark adds a note.
func (l *connLog) mark(text string) {
	l.flush()
	l.t.add(l.line('*'), []byte(text), time.Now())
}

// addLines adds the lines of p, all of which are whole.
func (t *Transcript) addLines(r record, p []byte, now time.Time) {
	if len(p) == 0 {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	r.at = now.Sub(t.start)
	for len(p) > 0 {
		// As many lines as there are in what none of them need be cut for.
		some := p[:min(len(p), maxLine)]
		if i := bytes.LastIndexByte(some, '\n') + 1; i > 0 {
			some = some[:i]
			n := bytes.Count(some, []byte{'\n'})
			r.lines = uint16(n)
			t.keepLocked(r, some, n)
		} else {
			some = p[:bytes.IndexByte(p, '\n')+1]
			r.lines = 0
			t.addLocked(r, some)
		}
		p = p[len(some):]
	}
}
