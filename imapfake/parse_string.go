package imapfake

import (
	"bytes"
	"unicode/utf8"
)

// astring takes an astring: an atom, a quoted string or a literal.
func (p *parser) astring() string {
	switch p.peek() {
	case '"', '{':
		return p.string()
	}
	if p.utf8 || p.lenient {
		return p.utf8Astring()
	}
	return p.take(astringChars, "a string")
}

// utf8Astring takes an atom in which 8-bit text is let through.
func (p *parser) utf8Astring() string {
	start := p.pos
	for b := p.peek(); astringChars.has(b) || b >= utf8.RuneSelf; b = p.peek() {
		p.pos++
	}
	if p.pos == start {
		p.fail("a string")
		return ""
	}
	return string(p.line[start:p.pos])
}

// string takes a quoted string or a literal.
func (p *parser) string() string {
	switch p.peek() {
	case '"':
		return p.quoted()
	case '{':
		return string(p.literal())
	}
	p.fail("a quoted string or a literal")
	return ""
}

// nstring takes a string or NIL, for which ok is false.
func (p *parser) nstring() (s string, ok bool) {
	if p.tryKeyword("NIL") {
		return "", false
	}
	return p.string(), p.err == nil
}

// quoted takes a quoted string.
func (p *parser) quoted() string {
	p.expect('"')
	start := p.pos
	var b []byte // only if there is a backslash
	for {
		switch c := p.peek(); {
		case p.err != nil:
			return ""
		case c == '"':
			s := append(b, p.line[start:p.pos]...)
			p.pos++
			return string(s)
		case c == '\\':
			b = append(b, p.line[start:p.pos]...)
			p.pos++
			start = p.pos
			if c := p.peek(); c != '"' && c != '\\' {
				p.fail(`" or \ after a backslash`)
			}
		case c == 0 || c == '\r' || c == '\n':
			p.fail("a closing quote")
		case c >= utf8.RuneSelf && !p.takeUTF8():
			p.fail("an ASCII character")
		case c >= utf8.RuneSelf:
			continue
		}
		p.pos++
	}
}

// takeUTF8 takes one character of 8-bit text where that is allowed.
func (p *parser) takeUTF8() bool {
	if !p.utf8 && !p.lenient {
		return false
	}
	r, n := utf8.DecodeRune(p.line[p.pos:])
	if r == utf8.RuneError && n <= 1 && !p.lenient {
		return false
	}
	p.pos += n
	return true
}

// literal takes a literal. The bytes are the command's own: they may be kept.
func (p *parser) literal() []byte {
	b, binary := p.anyLiteral()
	if !binary && !p.lenient && bytes.IndexByte(b, 0) >= 0 {
		p.fail("a literal8 for text with NUL")
	}
	return b
}

// anyLiteral takes a literal or a literal8, the ~{n} of RFC 3516.
func (p *parser) anyLiteral() (b []byte, binary bool) {
	start := p.pos
	binary = p.try('~')
	rest := p.line[min(p.pos, len(p.line)):]
	eol := bytes.IndexByte(rest, '\n')
	if p.peek() != '{' || eol < 0 || p.lit >= len(p.lits) {
		p.pos = min(start, len(p.line))
		p.fail("a literal")
		return nil, false
	}
	m, ok := literalMark(rest[:eol+1])
	if !ok || m.start != 0 {
		p.fail("a literal")
		return nil, false
	}
	b = p.lits[p.lit]
	p.lit++
	p.pos += eol + 1
	return b, binary
}
