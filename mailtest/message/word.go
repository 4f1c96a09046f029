package message

import "strings"

// DecodeHeader decodes the encoded words of a header value (RFC 2047) in any
// charset that golang.org/x/text knows. White space between two of them goes,
// and characters that are split between two are put together. What can't be
// decoded stays as it is.
func DecodeHeader(value string) string {
	if !strings.Contains(value, "=?") {
		return value
	}
	var d wordDecoder
	for value != "" {
		i := strings.Index(value, "=?")
		if i < 0 {
			break
		}
		w, rest, ok := cutWord(value[i:])
		if ok {
			d.word(value[:i], w)
			value = rest
			continue
		}
		d.flush()
		d.out.WriteString(value[:i+2])
		value = value[i+2:]
	}
	d.flush()
	d.out.WriteString(value)
	return d.out.String()
}

// A word is an encoded word without its transfer encoding.
type word struct {
	charset string // in lower case
	bytes   []byte
}

// A wordDecoder collects adjacent words of one charset, to decode them at
// once.
type wordDecoder struct {
	out     strings.Builder
	pending word
	any     bool // pending, or the last output, is an encoded word
}

func (d *wordDecoder) word(gap string, w word) {
	if !d.any || strings.Trim(gap, " \t\r\n") != "" {
		d.flush()
		d.out.WriteString(gap)
	}
	if d.any && d.pending.charset == w.charset {
		d.pending.bytes = append(d.pending.bytes, w.bytes...)
		return
	}
	d.flush()
	d.pending, d.any = w, true
}

func (d *wordDecoder) flush() {
	if d.any {
		s, _ := DecodeCharset(d.pending.charset, d.pending.bytes)
		d.out.WriteString(s)
	}
	d.pending, d.any = word{}, false
}

// cutWord cuts the encoded word that s starts with: "=?charset?B?text?=", a
// language may follow the charset (RFC 2231 section 5). Spaces in the text,
// which aren't allowed, are tolerated.
func cutWord(s string) (w word, rest string, ok bool) {
	charset, s, ok1 := strings.Cut(s[2:], "?")
	encoding, s, ok2 := strings.Cut(s, "?")
	text, rest, ok3 := strings.Cut(s, "?")
	if !ok1 || !ok2 || !ok3 || len(encoding) != 1 || !strings.HasPrefix(rest, "=") {
		return w, "", false
	}
	charset, _, _ = strings.Cut(charset, "*")
	w.charset = strings.ToLower(charset)
	if !isToken(charset) || !knownCharset(w.charset) {
		return w, "", false
	}
	switch encoding {
	case "b", "B":
		w.bytes, ok = decodeB(text)
	case "q", "Q":
		w.bytes, ok = decodeQ(text)
	default:
		ok = false
	}
	return w, rest[1:], ok
}

func decodeB(text string) ([]byte, bool) {
	for i := range len(text) {
		if base64Value(text[i]) < 0 && text[i] != '=' {
			return nil, false
		}
	}
	return decodeBase64([]byte(text)), true
}

func decodeQ(text string) ([]byte, bool) {
	b := make([]byte, 0, len(text))
	for i := 0; i < len(text); i++ {
		switch {
		case text[i] == '_':
			b = append(b, ' ')
		case text[i] != '=':
			b = append(b, text[i])
		case i+2 >= len(text):
			return nil, false
		default:
			c, ok := hexByte(text[i+1], text[i+2])
			if !ok {
				return nil, false
			}
			b = append(b, c)
			i += 2
		}
	}
	return b, true
}
