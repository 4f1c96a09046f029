package imapfake

import (
	"bytes"
	"iter"
)

// headerFields returns the fields of a header by their names, each with its
// folded lines and line end. Lines that are no field come with an empty name,
// and the blank line not at all.
func headerFields(header []byte) iter.Seq2[[]byte, []byte] {
	return func(yield func(name, field []byte) bool) {
		for len(header) > 0 && !isBlankLine(header) {
			n := lineLen(header)
			for n < len(header) && (header[n] == ' ' || header[n] == '\t') {
				n += lineLen(header[n:])
			}
			if !yield(fieldName(header[:n]), header[:n]) {
				return
			}
			header = header[n:]
		}
	}
}

// blankLine returns the blank line that ends a header, "" if there is none.
func blankLine(header []byte) []byte {
	for _, end := range []string{"\n\r\n", "\n\n"} {
		if bytes.HasSuffix(header, []byte(end)) {
			return header[len(header)-len(end)+1:]
		}
	}
	if isBlankLine(header) {
		return header
	}
	return nil
}

// fieldName returns the name of a field, "" if the line is none (RFC 5322
// section 2.2, and with section 4.5 white space before the colon).
func fieldName(line []byte) []byte {
	i := 0
	for i < len(line) && line[i] > ' ' && line[i] < 0x7f && line[i] != ':' {
		i++
	}
	end := i
	for i < len(line) && (line[i] == ' ' || line[i] == '\t') {
		i++
	}
	if i == len(line) || line[i] != ':' {
		return nil
	}
	return line[:end]
}

// lineLen returns the length of b's first line with its line end.
func lineLen(b []byte) int {
	if i := bytes.IndexByte(b, '\n'); i >= 0 {
		return i + 1
	}
	return len(b)
}

func isBlankLine(b []byte) bool {
	return b[0] == '\n' || len(b) > 1 && b[0] == '\r' && b[1] == '\n'
}

// equalFoldASCII compares a name in any case, without allocating.
func equalFoldASCII[T string | []byte](b []byte, s T) bool {
	if len(b) != len(s) {
		return false
	}
	for i := range b {
		if lowerASCII(b[i]) != lowerASCII(s[i]) {
			return false
		}
	}
	return true
}

func lowerASCII(c byte) byte {
	if 'A' <= c && c <= 'Z' {
		return c + 'a' - 'A'
	}
	return c
}
