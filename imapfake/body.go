package imapfake

import (
	"slices"
	"strconv"

	"github.com/emersion/go-imap/v2"

	"github.com/mailfakes/mailfakes/mailtest/message"
)

// section takes a section and a partial range: [1.2.HEADER]<0.100> (RFC 3501
// section 6.4.5).
func (p *parser) section() *imap.FetchItemBodySection {
	s := new(imap.FetchItemBodySection)
	p.expect('[')
	if s.Part = p.partNumber(); p.peek() != ']' {
		p.sectionText(s)
	}
	p.expect(']')
	s.Partial = p.partial()
	return s
}

// partNumber takes the numbers of a part. If text is to follow them, so has
// the point between.
func (p *parser) partNumber() (number []int) {
	for isDigit(p.peek()) {
		number = append(number, int(p.nzNumber()))
		if !p.try('.') {
			return number
		}
		if p.peek() == ']' {
			p.fail("a part number")
		}
	}
	return number
}

func isDigit(b byte) bool { return '0' <= b && b <= '9' }

func (p *parser) sectionText(s *imap.FetchItemBodySection) {
	start := p.pos
	if n := len(s.Part); n > 0 && p.line[p.pos-1] != '.' {
		p.fail(`"." or "]"`)
	}
	switch name := p.keyword("a section"); name {
	case "HEADER", "TEXT":
		s.Specifier = imap.PartSpecifier(name)
	case "HEADER.FIELDS":
		s.Specifier = imap.PartSpecifierHeader
		s.HeaderFields = p.fieldNames()
	case "HEADER.FIELDS.NOT":
		s.Specifier = imap.PartSpecifierHeader
		s.HeaderFieldsNot = p.fieldNames()
	case "MIME":
		if s.Specifier = imap.PartSpecifierMIME; len(s.Part) > 0 {
			break
		}
		fallthrough
	default:
		p.failAt(start, "a section such as HEADER, TEXT or 1.MIME")
	}
}

func (p *parser) fieldNames() (list []string) {
	p.sp()
	p.list1(func() { list = append(list, p.astring()) })
	return list
}

// partial takes <o.n>, and returns nil if there is none.
func (p *parser) partial() *imap.SectionPartial {
	if !p.try('<') {
		return nil
	}
	r := &imap.SectionPartial{Offset: int64(p.number64())}
	p.expect('.')
	start := p.pos
	if r.Size = int64(p.number64()); r.Size == 0 {
		p.failAt(start, "a number above 0")
	}
	p.expect('>')
	return r
}

// section writes a section as a response names it: with the offset of the
// partial range, and without its length.
func (e *encoder) section(s *imap.FetchItemBodySection) {
	e.byte('[')
	e.partNumber(s.Part)
	if len(s.Part) > 0 && s.Specifier != imap.PartSpecifierNone {
		e.byte('.')
	}
	e.raw(string(s.Specifier))
	switch {
	case s.HeaderFields != nil:
		e.raw(".FIELDS ")
		e.astrings(s.HeaderFields)
	case s.HeaderFieldsNot != nil:
		e.raw(".FIELDS.NOT ")
		e.astrings(s.HeaderFieldsNot)
	}
	e.byte(']')
	e.partialOffset(s.Partial)
}

func (e *encoder) partNumber(number []int) {
	for i, n := range number {
		if i > 0 {
			e.byte('.')
		}
		e.num(uint64(n))
	}
}

func (e *encoder) partialOffset(r *imap.SectionPartial) {
	if r != nil {
		e.buf = append(e.buf, '<')
		e.buf = strconv.AppendInt(e.buf, r.Offset, 10)
		e.buf = append(e.buf, '>')
	}
}

func (e *encoder) astrings(list []string) {
	e.byte('(')
	for i, s := range list {
		if i > 0 {
			e.sp()
		}
		e.astring(s)
	}
	e.byte(')')
}

// sectionData returns the bytes of a section of a message, and false if the
// message has no such part. They are the stored ones, but for chosen header
// fields, which are put together in buf.
func sectionData(m *message.Message, s *imap.FetchItemBodySection, buf *[]byte) ([]byte, bool) {
	if len(s.Part) == 0 && s.Specifier == imap.PartSpecifierNone {
		return cutPartial(m.Raw, s.Partial), true
	}
	p := findPart(m.Tree(), s.Part)
	if p != nil && s.Specifier != imap.PartSpecifierMIME && s.Specifier != imap.PartSpecifierNone {
		p = messageOf(p, s.Part)
	}
	if p == nil {
		return nil, false
	}
	var data []byte
	switch s.Specifier {
	case imap.PartSpecifierNone, imap.PartSpecifierText:
		data = p.BodyBytes()
	case imap.PartSpecifierMIME:
		data = mimeHeader(m.Tree(), p, s.Part, buf)
	case imap.PartSpecifierHeader:
		data = headerData(p, s, buf)
	}
	return cutPartial(data, s.Partial), true
}

// findPart is Part.Find, and finds in a multipart without parts the one that
// its BODYSTRUCTURE shows.
func findPart(root *message.Part, number []int) *message.Part {
	p := root.Find(number...)
	if last := len(number) - 1; p == nil && last >= 0 && number[last] == 1 {
		p = root.Find(number[:last]...)
		if p != nil && (!isMultipartType(p) || len(p.Parts) > 0) {
			return nil
		}
	}
	return p
}

// messageOf returns the message of which HEADER and TEXT speak: the whole one,
// or that in a message/rfc822.
func messageOf(p *message.Part, number []int) *message.Part {
	switch {
	case len(number) == 0:
		return p
	case p.IsMessage():
		return p.Parts[0]
	}
	return nil
}

// mimeHeader returns the MIME header of a part. If the part is the only one of
// its message, that is what the message's header has of it.
func mimeHeader(root, p *message.Part, number []int, buf *[]byte) []byte {
	up := number[:len(number)-1]
	if holder := messageOf(findPart(root, up), up); holder != p {
		return p.HeaderBytes()
	}
	return filterHeader(p, buf, func(name []byte) bool {
		return equalFoldASCII(name, "MIME-Version") ||
			len(name) > len("Content-") && equalFoldASCII(name[:len("Content-")], "Content-")
	})
}

func headerData(p *message.Part, s *imap.FetchItemBodySection, buf *[]byte) []byte {
	named := func(list []string, name []byte) bool {
		return slices.ContainsFunc(list, func(s string) bool { return equalFoldASCII(name, s) })
	}
	switch {
	case s.HeaderFields != nil:
		return filterHeader(p, buf, func(name []byte) bool { return named(s.HeaderFields, name) })
	case s.HeaderFieldsNot != nil:
		return filterHeader(p, buf, func(name []byte) bool { return !named(s.HeaderFieldsNot, name) })
	}
	return p.HeaderBytes()
}

// filterHeader puts some fields of a header together in buf, as they are. The
// blank line follows, which only a header without any body may lack.
func filterHeader(p *message.Part, buf *[]byte, keep func(name []byte) bool) []byte {
	b := (*buf)[:0]
	header := p.HeaderBytes()
	for name, field := range p.RawFields() {
		if keep(name) {
			b = append(b, field...)
		}
	}
	blank := blankLine(header)
	if blank == nil && len(p.BodyBytes()) > 0 {
		blank = []byte("\r\n")
	}
	*buf = append(b, blank...)
	return *buf
}

// cutPartial returns the part of data that <o.n> asks for.
func cutPartial(data []byte, r *imap.SectionPartial) []byte {
	if r == nil {
		return data
	}
	if r.Offset >= int64(len(data)) {
		return nil
	}
	data = data[r.Offset:]
	if r.Size < int64(len(data)) {
		data = data[:r.Size]
	}
	return slices.Clip(data)
}
