package smtpfake

import "bytes"

// An unstuffer takes a message text off the wire: it finds its end and takes
// away the dots that the client has put before dots (RFC 5321 section 4.5.2).
// Every other byte stays. Only CRLF "." CRLF ends the text: a server that takes
// less lets messages be smuggled.
type unstuffer struct {
	text []byte
	max  int64 // octets of text
	lax  bool  // bare CRs and LFs end lines, too
	over bool  // the text is longer, and text is the begin of it
	at   place
	bare int // the first line whose dot the client hasn't doubled, or 0
}

// A place is where an unstuffer stands: what it has just passed.
type place uint8

const (
	lineStart place = iota // CRLF, or nothing yet
	inLine
	afterCR
	afterDot   // a dot at the start of a line, held back
	afterDotCR // and a CR, held back
)

// maxReserve bounds the memory that is taken because of SIZE alone.
const maxReserve = 16 << 20

func newUnstuffer(size, limit int64) *unstuffer {
	return &unstuffer{max: limit, text: make([]byte, 0, min(size, maxReserve))}
}

// feed takes the next bytes. It returns how many of them belong to the text
// and its end, and whether the end is there.
func (u *unstuffer) feed(p []byte) (n int, done bool) {
	for n < len(p) && !done {
		var k int
		switch {
		case u.lax:
			k, done = u.careless(p[n])
		case u.at == inLine:
			k = u.line(p[n:])
		default:
			k, done = u.edge(p[n])
		}
		n += k
	}
	return n, done
}

// line takes text up to the next dot at the start of a line.
func (u *unstuffer) line(p []byte) int {
	if i := bytes.Index(p, []byte("\r\n.")); i >= 0 {
		u.keep(p[:i+2])
		u.at = afterDot
		return i + 3
	}
	u.keep(p)
	switch {
	case bytes.HasSuffix(p, []byte("\r\n")):
		u.at = lineStart
	case p[len(p)-1] == '\r':
		u.at = afterCR
	}
	return len(p)
}

// edge takes the byte that says what the last ones were. It takes none if that
// byte is ordinary text.
func (u *unstuffer) edge(b byte) (n int, done bool) {
	switch {
	case u.at == lineStart && b == '.':
		u.at = afterDot
		return 1, false
	case u.at == afterCR && b == '\n':
		u.keep([]byte{b})
		u.at = lineStart
		return 1, false
	case u.at == afterDot && b == '\r':
		u.at = afterDotCR
		return 1, false
	case u.at == afterDotCR && b == '\n':
		return 1, true
	case u.at == afterDotCR:
		u.noteBare()
		u.keep([]byte{'\r'})
	case u.at == afterDot && b != '.':
		u.noteBare()
	}
	u.at = inLine
	return 0, false
}

// noteBare notes the line of a dot that the client hasn't doubled.
func (u *unstuffer) noteBare() {
	if u.bare == 0 && !u.over {
		u.bare = 1 + bytes.Count(u.text, []byte("\n"))
	}
}

// careless is edge for Server.LaxText: every CR and every LF ends a line.
func (u *unstuffer) careless(b byte) (n int, done bool) {
	switch {
	case u.at == lineStart && b == '.':
		u.at = afterDot
		return 1, false
	case u.at == afterDot && b == '\r':
		u.at = afterDotCR
		return 1, false
	case u.at == afterDot && b == '\n', u.at == afterDotCR && b == '\n':
		return 1, true
	case u.at == afterDotCR:
		return 0, true
	}
	u.keep([]byte{b})
	u.at = inLine
	if b == '\r' || b == '\n' {
		u.at = lineStart
	}
	return 1, false
}

// keep adds to the text, as long as it is not too long. Of one that is, the
// whole lines stay that it began with.
func (u *unstuffer) keep(p []byte) {
	switch {
	case u.over:
	case int64(len(u.text)+len(p)) > u.max:
		u.over = true
		u.text = u.text[:bytes.LastIndexByte(u.text, '\n')+1]
	default:
		u.text = append(u.text, p...)
	}
}
