package imapfake

import (
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/emersion/go-imap/v2"

	"github.com/mailfakes/mailfakes/mailtest/wire"
)

// An encoder writes responses. Its methods append to buf and allocate nothing
// once that has grown; flush hands whole lines to the connection.
type encoder struct {
	buf  []byte
	conn *wire.Conn
	hold bool // line doesn't flush
	utf8 bool // 8-bit text in quoted strings

	names naming
	said  saidFlags
	count counter
}

// A counter knows the last number that it was asked for. When there are
// thousands of responses, most have the next one.
type counter struct {
	n      uint32
	digits []byte
}

// text returns a number in digits. They are good until the next call.
func (c *counter) text(n uint32) []byte {
	last := len(c.digits) - 1
	switch {
	case last >= 0 && n == c.n:
	case last >= 0 && n == c.n+1 && c.digits[last] != '9':
		c.digits[last]++
	default:
		c.digits = strconv.AppendUint(c.digits[:0], uint64(n), 10)
	}
	c.n = n
	return c.digits
}

// saidFlags are the flags that were written last, with their text: when there
// are thousands of responses about flags, most have the same.
type saidFlags struct {
	flags  []string
	recent bool
	line   []byte // of a FETCH response, behind the number
}

// The text around the flags in a line.
const flagsHead, flagsTail = " FETCH (FLAGS ", ")\r\n"

// of returns the line with an entry's flags.
func (k *saidFlags) of(flags []string, recent bool) []byte {
	same := k.line != nil && k.recent == recent && len(k.flags) == len(flags) &&
		(len(flags) == 0 || &k.flags[0] == &flags[0])
	if !same {
		k.flags, k.recent = flags, recent
		k.line = appendFlags(append(k.line[:0], flagsHead...), flags, recent)
		k.line = append(k.line, flagsTail...)
	}
	return k.line
}

// flushSize is how much is collected before it is handed to the connection.
const flushSize = 64 << 10

// raw writes text as it stands.
func (e *encoder) raw(s string) { e.buf = append(e.buf, s...) }

// byte writes one byte.
func (e *encoder) byte(b byte) { e.buf = append(e.buf, b) }

// sp writes a space.
func (e *encoder) sp() { e.byte(' ') }

// num writes a number.
func (e *encoder) num(n uint64) { e.buf = strconv.AppendUint(e.buf, n, 10) }

// line ends a line, with which the response may end.
func (e *encoder) line() { e.end("\r\n") }

// end is line behind some text.
func (e *encoder) end(s string) {
	e.raw(s)
	e.flushIfFull()
}

func (e *encoder) flushIfFull() {
	switch {
	case len(e.buf) >= flushSize && !e.hold:
		e.flush()
	case len(e.buf) >= flushSize/8 && cap(e.buf) < flushSize:
		e.buf = slices.Grow(e.buf, flushSize) // at once
	}
}

// flush hands what was written to the connection. It must be at the end of a
// line.
func (e *encoder) flush() {
	if len(e.buf) > 0 {
		e.conn.Write(e.buf)
		e.buf = e.buf[:0]
	}
}

// untagged writes "* n name", the beginning of a response about a message or a
// number of messages.
func (e *encoder) untagged(n uint32, name string) {
	buf := append(e.buf, "* "...)
	buf = append(buf, e.count.text(n)...)
	buf = append(buf, ' ')
	e.buf = append(buf, name...)
}

// string writes a string: quoted if it can be, else as a literal (RFC 3501
// section 4.3). Neither has a form for NUL.
func (e *encoder) string(s string) {
	if e.quotable(s) {
		e.quoted(s)
		return
	}
	s = strings.ReplaceAll(s, "\x00", "\uFFFD")
	e.raw("{")
	e.num(uint64(len(s)))
	e.raw("}\r\n")
	e.raw(s)
}

// nstring writes a string, or NIL for "".
func (e *encoder) nstring(s string) {
	if s == "" {
		e.raw("NIL")
		return
	}
	e.string(s)
}

// astring writes a string as an atom if it can be one.
func (e *encoder) astring(s string) {
	if s == "" || strings.EqualFold(s, "NIL") {
		e.string(s)
		return
	}
	for i := range len(s) {
		if !atomChars.has(s[i]) {
			e.string(s)
			return
		}
	}
	e.raw(s)
}

// mailbox writes a mailbox name as this session spells it.
func (e *encoder) mailbox(name string) { e.astring(e.names.encode(name)) }

// quotable reports whether s can be a quoted string: 8-bit text only if the
// client has said that it takes it, and CR, LF and NUL never.
func (e *encoder) quotable(s string) bool {
	if len(s) > 1000 || e.utf8 && !utf8.ValidString(s) {
		return false
	}
	for i := range len(s) {
		switch b := s[i]; {
		case b == 0, b == '\r', b == '\n', b >= 0x80 && !e.utf8:
			return false
		}
	}
	return true
}

// quoted writes a quoted string.
func (e *encoder) quoted(s string) {
	e.byte('"')
	for i := range len(s) {
		if s[i] == '"' || s[i] == '\\' {
			e.byte('\\')
		}
		e.byte(s[i])
	}
	e.byte('"')
}

// data writes message data as a literal. It isn't copied into buf.
func (e *encoder) data(p []byte) {
	e.raw("{")
	e.num(uint64(len(p)))
	e.raw("}\r\n")
	if e.hold {
		e.buf = append(e.buf, p...)
		return
	}
	e.flush()
	e.conn.WriteData(p)
}

// flags writes a parenthesised list of an entry's flags, with \Recent if the
// message is.
func (e *encoder) flags(flags []string, recent bool) {
	line := e.said.of(flags, recent)
	e.buf = append(e.buf, line[len(flagsHead):len(line)-len(flagsTail)]...)
}

// fetchFlags writes a FETCH response that has an entry's flags and no more.
func (e *encoder) fetchFlags(seq uint32, flags []string, recent bool) {
	e.buf = append(append(e.buf, "* "...), e.count.text(seq)...)
	e.buf = append(e.buf, e.said.of(flags, recent)...)
	e.flushIfFull()
}

func appendFlags(buf []byte, flags []string, recent bool) []byte {
	buf = append(buf, '(')
	for _, f := range flags {
		buf = append(append(buf, f...), ' ')
	}
	if recent {
		buf = append(buf, `\Recent `...)
	}
	if n := len(buf) - 1; buf[n] == ' ' {
		buf = buf[:n]
	}
	return append(buf, ')')
}

// numSet writes a set of numbers: "1:3,5".
func (e *encoder) numSet(s imap.NumSet) { e.raw(s.String()) }

// flagNames writes a parenthesised list of flags.
func (e *encoder) flagNames(flags []imap.Flag) {
	e.byte('(')
	for i, f := range flags {
		if i > 0 {
			e.sp()
		}
		e.raw(string(f))
	}
	e.byte(')')
}
