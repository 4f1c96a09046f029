package message

import (
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/encoding/ianaindex"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/korean"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
	"golang.org/x/text/encoding/unicode"
)

// DecodeCharset returns b, which is in charset, in UTF-8, and false if the
// charset is unknown (b is then returned as it is). Bytes that the charset
// doesn't have become U+FFFD. US-ASCII is taken for UTF-8, and ISO-8859-1 for
// windows-1252, as browsers do.
func DecodeCharset(charset string, b []byte) (string, bool) {
	charset = strings.ToLower(strings.TrimSpace(charset))
	switch charset {
	case "utf-8", "utf8", "us-ascii", "ascii":
		return strings.ToValidUTF8(string(b), "\uFFFD"), true
	case "utf-7", "unicode-1-1-utf-7":
		return decodeUTF7(b), true
	}
	e := lookupCharset(charset)
	if e == nil {
		return string(b), false
	}
	s, err := e.NewDecoder().Bytes(b)
	if err != nil {
		return string(b), false
	}
	return string(s), true
}

// knownCharset reports whether DecodeCharset knows a charset.
func knownCharset(name string) bool {
	_, ok := DecodeCharset(name, nil)
	return ok
}

// lookupCharset returns nil for a charset that is unknown. The HTML index is
// asked first, since its tables are those of mail programs too.
func lookupCharset(name string) encoding.Encoding {
	if e := charsetByAlias(name); e != nil {
		return e
	}
	e, err := htmlindex.Get(name)
	if err == nil && e != encoding.Replacement {
		return e
	}
	if e, err := ianaindex.MIME.Encoding(name); err == nil {
		return e
	}
	return nil
}

// charsetByAlias knows names that the indexes lack, or have for something
// that is not what mails mean by them.
func charsetByAlias(name string) encoding.Encoding {
	switch name {
	case "utf8mb4", "ansi_x3.4-1968":
		return unicode.UTF8
	case "utf-16": // big-endian without a mark (RFC 2781 section 4.3)
		return unicode.UTF16(unicode.BigEndian, unicode.UseBOM)
	case "latin-1", "iso-latin-1", "8859_1", "iso8859_1":
		return charmap.Windows1252
	case "iso-8859-15", "latin-9":
		return charmap.ISO8859_15
	case "cp437":
		return charmap.CodePage437
	case "cp850":
		return charmap.CodePage850
	case "cp852":
		return charmap.CodePage852
	case "cp932":
		return japanese.ShiftJIS
	case "cp936", "hz", "hz-gb-2312":
		return chinese(name)
	case "cp949":
		return korean.EUCKR
	case "cp950":
		return traditionalchinese.Big5
	}
	return nil
}

func chinese(name string) encoding.Encoding {
	if name == "cp936" {
		return simplifiedchinese.GBK
	}
	return simplifiedchinese.HZGB2312
}

// decodeUTF7 decodes RFC 2152: base64 of UTF-16 between "+" and "-", or any
// byte that isn't of the alphabet.
func decodeUTF7(b []byte) string {
	var s strings.Builder
	for len(b) > 0 {
		c := b[0]
		b = b[1:]
		switch {
		case c != '+':
			s.WriteRune(asciiRune(c))
		case len(b) > 0 && b[0] == '-':
			s.WriteByte('+')
			b = b[1:]
		default:
			n := 0
			for n < len(b) && base64Value(b[n]) >= 0 {
				n++
			}
			utf16 := unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM)
			u, _ := utf16.NewDecoder().Bytes(decodeBase64(b[:n]))
			s.Write(u)
			if b = b[n:]; len(b) > 0 && b[0] == '-' {
				b = b[1:]
			}
		}
	}
	return s.String()
}

func asciiRune(c byte) rune {
	if c >= 0x80 {
		return utf8.RuneError
	}
	return rune(c)
}
