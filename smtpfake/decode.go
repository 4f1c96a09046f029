package smtpfake

import (
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// How the values of parameters are written, and what they mean. Each function
// returns false for a bad value.

// decodeBody is BODY of RFC 6152 section 3 and RFC 3030 section 3.
func decodeBody(value string) (string, bool) {
	value = strings.ToUpper(value)
	return value, value == "7BIT" || value == "8BITMIME" || value == "BINARYMIME"
}

// decodeRet is RET of RFC 3461 section 4.3.
func decodeRet(value string) (string, bool) {
	value = strings.ToUpper(value)
	return value, value == "FULL" || value == "HDRS"
}

// decodeEnvID is ENVID of RFC 3461 section 4.4.
func decodeEnvID(value string) (string, bool) {
	id, ok := decodeXtext(value)
	return id, ok && id != "" && len(id) <= 100 && isPrintable(id)
}

// decodeAuth is AUTH of RFC 4954 section 5: a mailbox in xtext, or "<>".
func decodeAuth(value string) (string, bool) {
	mailbox, ok := decodeXtext(bare(value))
	return mailbox, ok && (mailbox == "<>" || validMailbox(mailbox, true))
}

// bare takes the angle brackets off an address.
func bare(value string) string {
	if len(value) > 2 && value[0] == '<' && value[len(value)-1] == '>' {
		return value[1 : len(value)-1]
	}
	return value
}

// decodeNotify is NOTIFY of RFC 3461 section 4.1: each word once, NEVER alone.
func decodeNotify(value string) (string, bool) {
	value = strings.ToUpper(value)
	seen := make(map[string]bool)
	for word := range strings.SplitSeq(value, ",") {
		switch word {
		case "SUCCESS", "FAILURE", "DELAY", "NEVER":
		default:
			return "", false
		}
		if seen[word] {
			return "", false
		}
		seen[word] = true
	}
	return value, !seen["NEVER"] || len(seen) == 1
}

// decodeORCPT is ORCPT of RFC 3461 section 4.2 and, with the type utf-8, RFC
// 6533 section 3. The type comes back in lower case.
func decodeORCPT(value string) (string, bool) {
	kind, addr, ok := strings.Cut(value, ";")
	if kind = strings.ToLower(kind); !ok || !validKeyword(strings.ToUpper(kind)) {
		return "", false
	}
	if kind == "utf-8" {
		addr, ok = decodeUTF8Addr(addr)
	} else if addr, ok = decodeXtext(addr); !isPrintable(addr) {
		return "", false
	}
	return kind + ";" + addr, ok && addr != ""
}

// decodeUTF8Addr decodes utf-8-addr-xtext and utf-8-addr-unitext: "\x{" a code
// point in upper-case hexadecimal digits, at least two, without a needless 0,
// "}" stands for a character that can't be there itself (RFC 6533 section 3).
func decodeUTF8Addr(s string) (string, bool) {
	var b strings.Builder
	for {
		plain, rest, escaped := strings.Cut(s, `\`)
		if strings.ContainsAny(plain, "+=") || !utf8.ValidString(plain) {
			return "", false
		}
		b.WriteString(plain)
		if !escaped {
			return b.String(), true
		}
		digits, after, ok := strings.Cut(rest, "}")
		digits, opened := strings.CutPrefix(digits, "x{")
		n, err := strconv.ParseUint(digits, 16, 32)
		if !ok || !opened || err != nil || !validEscape(digits, rune(n)) {
			return "", false
		}
		b.WriteRune(rune(n))
		s = after
	}
}

// validEscape checks a code point in hexadecimal digits. In two digits it is
// one that needs it: not a printable character but "+", "=" and "\", and no end
// of a line.
func validEscape(digits string, r rune) bool {
	switch {
	case strings.ToUpper(digits) != digits || !utf8.ValidRune(r) || r == 0:
		return false
	case len(digits) == 2 && r < ' ':
		return digits[1] <= '9'
	case len(digits) == 2:
		return r >= 127 || strings.ContainsRune(` +=\`, r)
	}
	return len(digits) >= 3 && digits[0] != '0'
}

// decodeRRVS is RRVS of RFC 7293 section 3.1: a date, and C or R for what a
// server does that can't pass it on.
func decodeRRVS(value string) (string, bool) {
	date, action, has := strings.Cut(value, ";")
	_, err := time.Parse(time.RFC3339, date)
	return value, err == nil && (!has || strings.EqualFold(action, "C") || strings.EqualFold(action, "R"))
}

// decodeXtext decodes xtext: "+" and two upper-case hexadecimal digits stand
// for an octet (RFC 3461 section 4).
func decodeXtext(s string) (string, bool) {
	if !strings.Contains(s, "+") {
		return s, true
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] != '+' {
			b.WriteByte(s[i])
			continue
		}
		if i+2 >= len(s) {
			return "", false
		}
		hex := s[i+1 : i+3]
		n, err := strconv.ParseUint(hex, 16, 8)
		if err != nil || strings.ToUpper(hex) != hex {
			return "", false
		}
		b.WriteByte(byte(n))
		i += 2
	}
	return b.String(), true
}

// isPrintable reports whether s is printable ASCII.
func isPrintable(s string) bool {
	for i := range len(s) {
		if s[i] < ' ' || s[i] > '~' {
			return false
		}
	}
	return true
}
