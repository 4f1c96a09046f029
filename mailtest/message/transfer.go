package message

import (
	"bytes"
	"encoding/base64"
	"strings"
)

// isIdentity reports whether a transfer encoding leaves the bytes as they are
// (RFC 2045 section 6.2).
func isIdentity(encoding string) bool {
	switch strings.ToLower(encoding) {
	case "", "7bit", "8bit", "binary":
		return true
	}
	return false
}

// decodeTransfer undoes a transfer encoding as far as it can be, and returns
// false for one that isn't known: the bytes are then opaque (RFC 2045 section
// 6.4).
func decodeTransfer(encoding string, b []byte) ([]byte, bool) {
	switch strings.ToLower(encoding) {
	case "base64":
		return decodeBase64(b), true
	case "quoted-printable":
		return decodeQuotedPrintable(b), true
	}
	return b, isIdentity(encoding)
}

// decodeBase64 skips what isn't of the alphabet (RFC 2045 section 6.8), does
// without padding, and goes on after it.
func decodeBase64(b []byte) []byte {
	to := make([]byte, base64.StdEncoding.DecodedLen(len(b)))
	if n, err := base64.StdEncoding.Decode(to, b); err == nil {
		return to[:n]
	}
	to = to[:0]
	var quantum uint
	n := 0
	for _, c := range b {
		v := base64Value(c)
		if v >= 0 {
			quantum = quantum<<6 | uint(v)
			n++
		}
		if n == 4 || c == '=' {
			to = appendQuantum(to, quantum, n)
			quantum, n = 0, 0
		}
	}
	return appendQuantum(to, quantum, n)
}

// appendQuantum appends the bytes of n base64 characters.
func appendQuantum(b []byte, quantum uint, n int) []byte {
	quantum <<= 6 * (4 - n)
	for i := range n * 6 / 8 {
		b = append(b, byte(quantum>>(16-8*i)))
	}
	return b
}

func base64Value(c byte) int {
	switch {
	case 'A' <= c && c <= 'Z':
		return int(c - 'A')
	case 'a' <= c && c <= 'z':
		return int(c-'a') + 26
	case '0' <= c && c <= '9':
		return int(c-'0') + 52
	case c == '+':
		return 62
	case c == '/':
		return 63
	}
	return -1
}

// decodeQuotedPrintable leaves what isn't well-formed as it is (RFC 2045
// section 6.7).
func decodeQuotedPrintable(b []byte) []byte {
	to := make([]byte, 0, len(b))
	for len(b) > 0 {
		end := lineEnd(b, 0)
		eol := lineBreak(b[:end])
		line := bytes.TrimRight(b[:end-len(eol)], " \t")
		b = b[end:]
		line, soft := bytes.CutSuffix(line, []byte("="))
		to = appendUnquoted(to, line)
		if !soft {
			to = append(to, eol...)
		}
	}
	return to
}

// lineBreak returns the line end of a line: CRLF, LF or none.
func lineBreak(line []byte) []byte {
	switch n := len(line); {
	case bytes.HasSuffix(line, []byte("\r\n")):
		return line[n-2:]
	case bytes.HasSuffix(line, []byte("\n")):
		return line[n-1:]
	}
	return nil
}

func appendUnquoted(to, line []byte) []byte {
	for {
		i := bytes.IndexByte(line, '=')
		if i < 0 {
			return append(to, line...)
		}
		to = append(to, line[:i]...)
		line = line[i:]
		if len(line) >= 3 {
			if c, ok := hexByte(line[1], line[2]); ok {
				to = append(to, c)
				line = line[3:]
				continue
			}
		}
		to = append(to, '=')
		line = line[1:]
	}
}
