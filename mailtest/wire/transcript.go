package wire

import (
	"bytes"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
	"unicode/utf8"
)

// A Line is one line of a session.
type Line struct {
	Conn int           // the connection, numbered from 1
	From byte          // 'C' for the client, 'S' for the server, '*' for a note such as "TLS"
	Text string        // without its CRLF: see Transcript
	At   time.Duration // since the server's first connection
	TLS  bool          // inside TLS
}

// A Transcript is what was said on a server's connections, in the order of
// reading and sending, as it was on the wire after faults. The zero value is
// empty. It may be used by several goroutines.
//
// Message data is cut short ("... 2048 bytes"), secrets are masked, and what
// can't be printed is escaped as in Go.
//
// It is bounded: a line is cut after 1000 bytes, and of all lines at least the
// last 8192 or 512 KiB are kept, whichever are fewer.
type Transcript struct {
	mu       sync.Mutex
	start    time.Time // guarded by mu; of the first connection
	old, cur block     // guarded by mu
	dropped  int       // guarded by mu; lines
	off      bool      // for benchmarks: nothing is kept
}

// A block is a piece of a transcript. When one is full it becomes the old one,
// and what was old is dropped.
type block struct {
	text  []byte
	recs  []record
	count int // lines
}

const (
	maxLine    = 1000
	blockLines = 8192
	blockBytes = 512 << 10
)

// A record is a Line before it is asked for. Its text is the next n bytes of
// the block. Lines that came together may share a record, and then have their
// line ends on them: to note each of thousands takes longer than to send it.
type record struct {
	at    time.Duration
	data  int64 // bytes of message data; then there is no text
	cut   int32 // bytes of the line that are not in text
	n     int32
	conn  int32
	from  byte
	tls   bool
	lines uint16 // if there are several
}

// add appends a line, its CRLF still on it.
func (t *Transcript) add(r record, text []byte, now time.Time) {
	if t.off {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	r.at = now.Sub(t.start)
	t.addLocked(r, text)
}

func (t *Transcript) addLocked(r record, text []byte) {
	text = bytes.TrimSuffix(text, []byte("\r\n"))
	if len(text) > maxLine {
		r.cut += int32(len(text) - maxLine)
		text = text[:maxLine]
	}
	t.keepLocked(r, text, 1)
}

// keepLocked keeps a record of so many lines.
func (t *Transcript) keepLocked(r record, text []byte, lines int) {
	if t.cur.count >= blockLines || len(t.cur.text)+len(text) > blockBytes {
		t.dropped += t.old.count
		t.old, t.cur = t.cur, block{text: t.old.text[:0], recs: t.old.recs[:0]}
	}
	if t.cur.recs == nil {
		t.cur = block{text: make([]byte, 0, 1<<10), recs: make([]record, 0, 32)}
	}
	r.n = int32(len(text))
	t.cur.text = append(t.cur.text, text...)
	t.cur.recs = append(t.cur.recs, r)
	t.cur.count += lines
}

// addData adds message data, to the line before if that is of the same data.
func (t *Transcript) addData(r record, now time.Time) {
	if t.off {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if k := len(t.cur.recs); k > 0 {
		last := &t.cur.recs[k-1]
		if last.data > 0 && last.conn == r.conn && last.from == r.from {
			last.data += r.data
			return
		}
	}
	r.at = now.Sub(t.start)
	t.addLocked(r, nil)
}

// Lines returns a copy of what was said so far.
func (t *Transcript) Lines() []Line {
	t.mu.Lock()
	defer t.mu.Unlock()
	var lines []Line
	if t.dropped > 0 {
		note := strconv.Itoa(t.dropped) + " earlier lines were dropped"
		lines = append(lines, Line{From: '*', Text: note})
	}
	return t.cur.lines(t.old.lines(lines))
}

func (b *block) lines(to []Line) []Line {
	text := b.text
	for _, r := range b.recs {
		line := Line{Conn: int(r.conn), From: r.from, At: r.at, TLS: r.tls}
		if r.lines == 0 {
			line.Text = r.show(text[:r.n])
			to = append(to, line)
		} else {
			for p := range bytes.Lines(text[:r.n]) {
				line.Text = r.show(bytes.TrimSuffix(p, []byte("\r\n")))
				to = append(to, line)
			}
		}
		text = text[r.n:]
	}
	return to
}

func (r *record) show(text []byte) string {
	switch {
	case r.data > 0:
		return fmt.Sprintf("... %d bytes", r.data)
	case r.cut > 0:
		return fmt.Sprintf("%s... %d bytes more", escape(text), r.cut)
	}
	return escape(text)
}

// escape shows what can't be printed as a Go string does. A backslash stays
// one, since IMAP's flags begin with it.
func escape(p []byte) string {
	clean := true
	for _, c := range p {
		clean = clean && c >= ' ' && c < 0x7f
	}
	if clean {
		return string(p)
	}
	var b strings.Builder
	for len(p) > 0 {
		r, n := utf8.DecodeRune(p)
		switch {
		case r == utf8.RuneError && n == 1:
			fmt.Fprintf(&b, `\x%02x`, p[0])
		case strconv.IsPrint(r):
			b.WriteRune(r)
		default:
			q := strconv.QuoteRune(r)
			b.WriteString(q[1 : len(q)-1])
		}
		p = p[n:]
	}
	return b.String()
}

// String returns one line per Line: "C: EHLO localhost". If there was more
// than one connection, its number is put before: "2 C: EHLO localhost".
func (t *Transcript) String() string {
	lines := t.Lines()
	many := false
	for _, l := range lines {
		many = many || l.Conn > 1
	}
	return format(lines, many)
}

// Mentioning returns, as String does, what was said on the connections on which
// text occurs, in any case.
func (t *Transcript) Mentioning(text string) string {
	lines := t.Lines()
	text = strings.ToLower(text)
	many := false
	conns := make(map[int]bool)
	for _, l := range lines {
		many = many || l.Conn > 1
		if strings.Contains(strings.ToLower(l.Text), text) {
			conns[l.Conn] = true
		}
	}
	lines = slices.DeleteFunc(lines, func(l Line) bool { return !conns[l.Conn] })
	return format(lines, many)
}

func format(lines []Line, number bool) string {
	var b strings.Builder
	for _, l := range lines {
		if number && l.Conn > 0 {
			fmt.Fprintf(&b, "%d ", l.Conn)
		}
		fmt.Fprintf(&b, "%c: %s\n", l.From, l.Text)
	}
	return b.String()
}

// Conn returns what was said so far on the connection with that number, as a
// transcript of its own.
func (t *Transcript) Conn(id int) *Transcript {
	t.mu.Lock()
	defer t.mu.Unlock()
	one := &Transcript{start: t.start}
	for _, b := range []*block{&t.old, &t.cur} {
		text := b.text
		for _, r := range b.recs {
			if int(r.conn) == id {
				one.cur.recs = append(one.cur.recs, r)
				one.cur.text = append(one.cur.text, text[:r.n]...)
			}
			text = text[r.n:]
		}
	}
	return one
}

// begin sets the time from which lines count.
func (t *Transcript) begin() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.start = time.Now()
}
