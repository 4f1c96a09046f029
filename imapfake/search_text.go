package imapfake

import (
	"bytes"
	"encoding/binary"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"github.com/mailfakes/mailfakes/mailtest/message"
)

// A needle is text to look for in any case: composed (NFC), and with Unicode's
// simple case folding.
type needle struct {
	folded []byte
	ascii  bool
	rare   int // offset of a byte that text seldom has, if ascii
	text   string
	exact  []byte    // what to look for byte by byte instead, if not nil
	words  []*needle // what to look for instead, in any order, if not nil
}

func newNeedle(s string) *needle {
	n := &needle{folded: appendFolded(nil, []byte(s)), text: s}
	n.ascii = isASCII(n.folded)
	for i, c := range n.folded {
		if rarity(c) > rarity(n.folded[n.rare]) {
			n.rare = i
		}
	}
	return n
}

// rarity ranks bytes by how seldom mails have them.
func rarity(c byte) int {
	if i := strings.IndexByte(" etaoinsrhldcumfpgwybvkxjqz", c); i >= 0 {
		return i
	}
	return 100
}

// in reports whether text, which is UTF-8, has the needle. buf is scratch.
func (n *needle) in(text []byte, buf *[]byte) bool {
	if n.words != nil {
		return n.hasWords(text, buf)
	}
	if n.exact != nil {
		return bytes.Contains(text, n.exact)
	}
	if n.ascii {
		// Folding makes ASCII letters of three others, which are rare.
		if n.inASCII(text) {
			return true
		}
		if isASCII(text) || !hasFoldToASCII(text) {
			return false
		}
	} else if isASCII(text) {
		return false
	}
	*buf = appendFolded((*buf)[:0], text)
	return bytes.Contains(*buf, n.folded)
}

// inASCII looks for the needle's rarest byte, in both cases, and compares
// there.
func (n *needle) inASCII(text []byte) bool {
	if len(n.folded) == 0 {
		return true
	}
	last := len(text) - len(n.folded) + n.rare + 1
	if last <= n.rare {
		return false
	}
	window := text[n.rare:last]
	c := n.folded[n.rare]
	if n.at(text, window, c) {
		return true
	}
	return 'a' <= c && c <= 'z' && n.at(text, window, c-('a'-'A'))
}

// at compares where c is in window, which begins at text[n.rare].
func (n *needle) at(text, window []byte, c byte) bool {
	for pos := 0; ; pos++ {
		i := bytes.IndexByte(window[pos:], c)
		if i < 0 {
			return false
		}
		pos += i
		if equalFoldASCII(text[pos:pos+len(n.folded)], n.folded) {
			return true
		}
	}
}

func hasFoldToASCII(text []byte) bool {
	for _, s := range []string{"\u017f", "\u212a", "\u0130"} { // ſ, Kelvin sign, İ
		if bytes.Contains(text, []byte(s)) {
			return true
		}
	}
	return false
}

// appendFolded appends text, composed and with its case folded.
func appendFolded(b, text []byte) []byte {
	if !isASCII(text) {
		text = norm.NFC.Bytes(text)
	}
	for i := 0; i < len(text); {
		if c := text[i]; c < utf8.RuneSelf {
			b = append(b, lowerASCII(c))
			i++
			continue
		}
		r, n := utf8.DecodeRune(text[i:])
		b = utf8.AppendRune(b, foldRune(r))
		i += n
	}
	return b
}

// foldRune maps all cases of a character to one.
func foldRune(r rune) rune {
	if 0x2e80 <= r && r < 0xa000 { // CJK has no case
		return r
	}
	return unicode.ToLower(unicode.ToUpper(r))
}

func isASCII(s []byte) bool {
	for ; len(s) >= 8; s = s[8:] {
		if binary.NativeEndian.Uint64(s)&0x8080808080808080 != 0 {
			return false
		}
	}
	for _, c := range s {
		if c >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// fieldHas reports whether a field with that name has the needle in its
// decoded value.
func (x *searched) fieldHas(name string, n *needle) bool {
	for fname, field := range x.Msg.Tree().RawFields() {
		if equalFoldASCII(fname, name) && n.in(fieldText(field[len(fname):]), &x.buf) {
			return true
		}
	}
	return false
}

// headerHas reports whether a header has the needle, decoded, field by field.
func (x *searched) headerHas(p *message.Part, n *needle) bool {
	for _, field := range p.RawFields() {
		if n.in(fieldText(field), &x.buf) {
			return true
		}
	}
	return false
}

// fieldText returns the decoded text of a field, or of its end from the colon
// on: the bytes themselves if there is nothing to decode or to unfold.
func fieldText(field []byte) []byte {
	field = bytes.TrimRight(field, "\r\n")
	if bytes.IndexByte(field, '\n') < 0 && !bytes.Contains(field, []byte("=?")) && isASCII(field) {
		return field
	}
	colon := bytes.IndexByte(field, ':') + 1
	return append(bytes.Clone(field[:colon]), message.DecodeHeader(message.FieldValue(field))...)
}

// bodyHas reports whether the texts in a part have the needle, decoded. The
// headers of parts are looked at as well: a file's name is there.
func (x *searched) bodyHas(p *message.Part, n *needle) bool {
	for _, child := range p.Parts {
		if x.headerHas(child, n) || x.bodyHas(child, n) {
			return true
		}
	}
	if len(p.Parts) > 0 || !isTextType(p) && !isMultipartType(p) {
		return false
	}
	return n.in(bodyText(p), &x.buf)
}

// bodyText returns a text in UTF-8: the bytes themselves if they are that.
func bodyText(p *message.Part) []byte {
	switch strings.ToLower(p.Encoding) {
	case "", "7bit", "8bit", "binary":
		switch b := p.BodyBytes(); strings.ToLower(p.Param("charset")) {
		case "utf-8":
			return b
		case "", "us-ascii":
			if isASCII(b) {
				return b
			}
		}
	}
	return []byte(p.Text())
}
