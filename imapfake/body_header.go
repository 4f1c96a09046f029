package imapfake

import "bytes"

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

func isBlankLine(b []byte) bool {
	return len(b) > 0 && b[0] == '\n' || len(b) > 1 && b[0] == '\r' && b[1] == '\n'
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
