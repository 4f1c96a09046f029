package message

import (
	"strings"
	"unicode/utf8"
)

// A draftWriter writes header fields, folded.
type draftWriter struct{ strings.Builder }

// field writes a field unless its value is "". It is folded at spaces after
// column 76.
func (w *draftWriter) field(name, value string) {
	if value == "" {
		return
	}
	w.WriteString(name + ":")
	column := len(name) + 1
	for word := range strings.SplitSeq(value, " ") {
		if column > len(name)+1 && column+1+len(word) > 76 {
			w.WriteString("\r\n")
			column = 0
		}
		w.WriteString(" " + word)
		column += 1 + len(word)
	}
	w.WriteString("\r\n")
}

// addresses writes an address field; what is no address is written as it is.
func (w *draftWriter) addresses(name string, values ...string) {
	var list []string
	for _, v := range values {
		list = append(list, encodeAddresses(v)...)
	}
	w.field(name, strings.Join(list, ", "))
}

func encodeAddresses(value string) []string {
	shown, addr := splitShown(value)
	if shown != "" && !strings.Contains(addr, ",") && !strings.Contains(shown, ">") {
		return []string{encodeName(shown) + " <" + addr + ">"} // one, whose name may have commas
	}
	p := parseAddressList(value)
	if len(p.bad) > 0 {
		return []string{value}
	}
	var list []string
	for i, a := range p.list {
		switch {
		case a.IsGroup, a.EndGroup:
			return []string{value}
		case a.Name == "":
			list = append(list, a.Addr())
		default:
			list = append(list, encodeName(p.display[i])+" <"+a.Addr()+">")
		}
	}
	return list
}

// encodeName writes a display name as atoms, a quoted string, or encoded
// words.
func encodeName(name string) string {
	switch {
	case !isASCII([]byte(name)) || strings.ContainsAny(name, "\r\n\x00"):
		return encodeWords(name)
	case strings.ContainsAny(name, "()<>[]:;@\\,.\"") || strings.Contains(name, "=?"):
		return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(name) + `"`
	}
	return name
}

// encodeText writes unstructured text.
func encodeText(s string) string {
	plain := isASCII([]byte(s)) && !strings.ContainsAny(s, "\r\n\x00")
	if plain && !strings.Contains(s, "=?") && len(s) < 900 {
		return s
	}
	return encodeWords(s)
}

// encodeWords encodes all of s, in words that aren't too long, whether it needs
// it or not.
func encodeWords(s string) string {
	var words []string
	for s != "" {
		n := wordLen(s)
		words = append(words, encodeWord(s[:n]))
		s = s[n:]
	}
	return strings.Join(words, " ")
}

// wordLen returns how much of s fits in one encoded word.
func wordLen(s string) int {
	n := 0
	for n < len(s) {
		_, size := utf8.DecodeRuneInString(s[n:])
		if 3*(n+size) > 60 {
			break
		}
		n += size
	}
	return n
}

func encodeWord(s string) string {
	const digits = "0123456789ABCDEF"
	var b strings.Builder
	b.WriteString("=?utf-8?q?")
	for i := range len(s) {
		switch c := s[i]; {
		case c == ' ':
			b.WriteByte('_')
		case 'a' <= c|0x20 && c|0x20 <= 'z' || '0' <= c && c <= '9':
			b.WriteByte(c)
		default:
			b.Write([]byte{'=', digits[c>>4], digits[c&15]})
		}
	}
	b.WriteString("?=")
	return b.String()
}
