package imapfake

import (
	"bytes"

	"github.com/emersion/go-imap/v2"

	"github.com/mailfakes/mailfakes/mailtest/mailstore"
	"github.com/mailfakes/mailfakes/mailtest/message"
)

const codeUnknownCTE imap.ResponseCode = "UNKNOWN-CTE"

// binaryExtension is FETCH's side of BINARY (RFC 3516), which IMAP4rev2 has
// too: parts with their transfer encoding undone.
var binaryExtension = extension{
	caps: []imap.Cap{imap.CapBinary},
	fetchItems: []fetchItem{
		{name: "BINARY", cap: imap.CapBinary, parse: fetchBinary},
		{name: "BINARY.PEEK", cap: imap.CapBinary, parse: fetchBinaryPeek},
		{name: "BINARY.SIZE", cap: imap.CapBinary, parse: fetchBinarySize},
		{name: "BINARY", cap: imap.CapIMAP4rev2, parse: fetchBinary},
		{name: "BINARY.PEEK", cap: imap.CapIMAP4rev2, parse: fetchBinaryPeek},
		{name: "BINARY.SIZE", cap: imap.CapIMAP4rev2, parse: fetchBinarySize},
	},
}

func fetchBinary(p *parser, f *fetch) {
	f.seen = true
	fetchBinaryPeek(p, f)
}

func fetchBinaryPeek(p *parser, f *fetch) {
	s := p.binarySection()
	s.Partial = p.partial()
	f.checks = append(f.checks, func(m *mailstore.Entry) error { return checkBinary(m.Msg, s.Part) })
	f.add(f.sectionName("BINARY", s), func(e *encoder, m *mailstore.Entry) {
		if data, ok, _ := binaryData(m.Msg, s.Part); ok {
			e.data8(cutPartial(data, s.Partial))
		} else {
			e.raw("NIL")
		}
	})
}

func fetchBinarySize(p *parser, f *fetch) {
	s := p.binarySection()
	f.checks = append(f.checks, func(m *mailstore.Entry) error { return checkBinary(m.Msg, s.Part) })
	f.add(f.sectionName("BINARY.SIZE", s), func(e *encoder, m *mailstore.Entry) {
		data, _, _ := binaryData(m.Msg, s.Part)
		e.num(uint64(len(data)))
	})
}

// binarySection takes a section that has nothing but a part number.
func (p *parser) binarySection() *imap.FetchItemBodySection {
	p.expect('[')
	s := &imap.FetchItemBodySection{Part: p.partNumber()}
	p.expect(']')
	return s
}

// checkBinary returns the error for a part whose encoding isn't known: it ends
// the whole command (RFC 3516 section 4.3).
func checkBinary(m *message.Message, number []int) error {
	if _, _, known := binaryData(m, number); !known {
		return no(codeUnknownCTE, "The transfer encoding of part %s isn't known", partText(number))
	}
	return nil
}

func partText(number []int) string {
	var e encoder
	e.partNumber(number)
	return string(e.buf)
}

// binaryData returns a part without its transfer encoding. ok is whether there
// is such a part, known whether its encoding is.
func binaryData(m *message.Message, number []int) (data []byte, ok, known bool) {
	if len(number) == 0 {
		return m.Raw, true, true
	}
	p := findPart(m.Tree(), number)
	if p == nil {
		return nil, false, true
	}
	data, known = p.Decoded()
	return data, true, known
}

// data8 writes message data as a literal, or as a literal8 if it has NULs (RFC
// 3516 section 4.1).
func (e *encoder) data8(p []byte) {
	if bytes.IndexByte(p, 0) >= 0 {
		e.byte('~')
	}
	e.data(p)
}
