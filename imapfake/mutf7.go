package imapfake

import (
	"encoding/base64"
	"errors"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// Mailbox names travel in modified UTF-7 (RFC 3501 section 5.1.3): printable
// ASCII is itself, "&" is "&-", and everything else is UTF-16 in a base64 with
// "," for "/" and without padding, between "&" and "-".

var mutf7Base64 = base64.NewEncoding(
	"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+,").
	WithPadding(base64.NoPadding).Strict()

// Errors of decodeMailbox: they end up in the text of a BAD.
var (
	errMUTF7Char  = errors.New("mailbox name has a character that modified UTF-7 must encode")
	errMUTF7Shift = errors.New("mailbox name has an \"&\" without its \"-\"")
	errMUTF7Code  = errors.New("mailbox name has a malformed \"&...-\"")
	errMUTF7Plain = errors.New("mailbox name encodes printable ASCII, which must stand for itself")
	errMUTF7Null  = errors.New("mailbox name shifts out of and at once back into base64")
)

// decodeMailbox returns the name that s is in modified UTF-7. There is one
// form for each name: any other is an error.
func decodeMailbox(s string) (string, error) {
	if i := strings.IndexFunc(s, notSelf); i < 0 {
		return s, nil
	}
	var b strings.Builder
	shifted := false // the last thing was a base64 run
	for s != "" {
		if s[0] != '&' {
			if notSelf(rune(s[0])) {
				return "", errMUTF7Char
			}
			b.WriteByte(s[0])
			s, shifted = s[1:], false
			continue
		}
		code, rest, ok := strings.Cut(s[1:], "-")
		if !ok {
			return "", errMUTF7Shift
		}
		if s = rest; code == "" {
			b.WriteByte('&')
			shifted = false
			continue
		}
		if shifted {
			return "", errMUTF7Null
		}
		if err := decodeMUTF7Run(&b, code); err != nil {
			return "", err
		}
		shifted = true
	}
	return b.String(), nil
}

// notSelf reports whether a character doesn't stand for itself.
func notSelf(r rune) bool { return r < ' ' || r > '~' || r == '&' }

func decodeMUTF7Run(b *strings.Builder, code string) error {
	if strings.ContainsAny(code, "\r\n") { // which package base64 ignores
		return errMUTF7Code
	}
	u, err := mutf7Base64.DecodeString(code)
	if err != nil || len(u)%2 != 0 {
		return errMUTF7Code
	}
	for i := 0; i < len(u); i += 2 {
		r := rune(u[i])<<8 | rune(u[i+1])
		if ' ' <= r && r <= '~' {
			return errMUTF7Plain
		}
		if utf16.IsSurrogate(r) {
			if i += 2; i >= len(u) {
				return errMUTF7Code
			}
			r = utf16.DecodeRune(r, rune(u[i])<<8|rune(u[i+1]))
			if r == utf8.RuneError {
				return errMUTF7Code
			}
		}
		b.WriteRune(r)
	}
	return nil
}

// encodeMailbox returns a name in modified UTF-7.
func encodeMailbox(name string) string {
	if strings.IndexFunc(name, notSelf) < 0 {
		return name
	}
	var b strings.Builder
	for name != "" {
		n := strings.IndexFunc(name, isPlain)
		if n < 0 {
			n = len(name)
		}
		encodeMUTF7Run(&b, name[:n])
		if name = name[n:]; name == "" {
			break
		}
		b.WriteByte(name[0])
		if name[0] == '&' {
			b.WriteByte('-')
		}
		name = name[1:]
	}
	return b.String()
}

func isPlain(r rune) bool { return ' ' <= r && r <= '~' }

func encodeMUTF7Run(b *strings.Builder, s string) {
	if s == "" {
		return
	}
	u := make([]byte, 0, 2*len(s))
	for _, c := range utf16.Encode([]rune(s)) {
		u = append(u, byte(c>>8), byte(c))
	}
	b.WriteByte('&')
	b.WriteString(mutf7Base64.EncodeToString(u))
	b.WriteByte('-')
}
