package imapfake

import (
	"bytes"
	"strings"

	"github.com/emersion/go-imap/v2"
)

// catenateExtension is CATENATE (RFC 4469): APPEND of a message that is put
// together from literals and from parts of messages that the server has.
var catenateExtension = extension{
	caps: []imap.Cap{imap.CapCatenate, imap.CapURLPartial},
}

// A catPart is text, or a URL.
type catPart struct {
	text []byte
	url  string
}

// parseCatenate takes the parts behind CATENATE.
func parseCatenate(p *parser) (parts []catPart) {
	p.sp()
	p.list1(func() { parts = append(parts, parseCatPart(p)) })
	return parts
}

func parseCatPart(p *parser) (part catPart) {
	start := p.pos
	switch p.keyword("TEXT or URL") {
	case "TEXT":
		p.sp()
		part.text, _ = p.anyLiteral()
	case "URL":
		p.sp()
		part.url = p.astring()
	default:
		p.failAt(start, "TEXT or URL")
	}
	return part
}

// catenatedUpTo takes parts up to the mark of a literal to come, and returns
// how large they are, and whether the list ends before it.
func catenatedUpTo(p *parser, m mark) (bytes int64, whole bool) {
	p.sp()
	p.open()
	for !p.failed() {
		if p.lit >= len(p.lits) && p.tryKeyword("TEXT") {
			p.sp()
			if p.try('~'); p.pos == m.start {
				return bytes, false
			}
			p.fail("a literal")
		}
		bytes += int64(len(parseCatPart(p).text))
		if p.try(')') {
			p.depth--
			return bytes, true
		}
		p.sp()
	}
	return bytes, false
}

func (s *session) catenate(parts []catPart) ([]byte, error) {
	var b bytes.Buffer
	for _, part := range parts {
		text := part.text
		if part.url != "" {
			var err error
			if text, err = s.fetchURL(part.url); err != nil {
				return nil, err
			}
		}
		if int64(b.Len()+len(text)) > s.cfg.maxMessage() {
			return nil, no(imap.ResponseCodeTooBig, "Message is over %d bytes", s.cfg.maxMessage())
		}
		b.Write(text)
	}
	return b.Bytes(), nil
}

// fetchURL returns what a URL stands for, or the error that names it.
func (s *session) fetchURL(text string) ([]byte, error) {
	if u, ok := parseMessageURL(text); ok && (u.section.Partial == nil || s.has(imap.CapURLPartial)) {
		if data, ok := s.resolve(u); ok {
			return data, nil
		}
	}
	shown := strings.Map(func(r rune) rune {
		if r < ' ' || r > '~' || r == ']' {
			return '?'
		}
		return r
	}, text)
	return nil, no(imap.ResponseCode("BADURL "+shown), "Nothing that can be read is there")
}
