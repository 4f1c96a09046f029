package message

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
)

// maxSections bounds the numbers of a parameter's continuations.
const maxSections = 1000

// parseParams parses "value; name=value; ..." as MIME fields have it, as far
// as it can be: comments are skipped, values may have spaces without quotes.
func parseParams(s string) (value string, params []Param) {
	value, params = parseRawParams(s)
	if strings.IndexByte(s, '*') >= 0 {
		params = decodeParams(params)
	}
	return value, params
}

// parseRawParams leaves sections and charsets as they are written.
func parseRawParams(s string) (value string, params []Param) {
	value, s = cutValue(s)
	for s != "" {
		var name, v string
		name, s = cutName(s[1:])
		if strings.HasPrefix(s, "=") {
			v, s = cutValue(s[1:])
		}
		if name != "" {
			params = append(params, Param{name, v})
		}
	}
	return value, params
}

// cutName cuts a parameter's name; the rest starts with "=" or ";", or is "".
func cutName(s string) (name, rest string) {
	s = skipCFWS(s)
	i := strings.IndexAny(s, "=;")
	if i < 0 {
		return "", ""
	}
	name = strings.TrimRight(s[:i], " \t\r\n")
	if j := strings.IndexAny(name, " \t("); j >= 0 {
		name = name[:j]
	}
	if s[i] == ';' {
		return "", s[i:]
	}
	return name, s[i:]
}

// cutValue cuts a value, quoted or not; the rest starts with ";" or is "".
func cutValue(s string) (value, rest string) {
	s = skipCFWS(s)
	if strings.HasPrefix(s, `"`) {
		value, s = cutQuoted(s[1:])
		return value, s[len(s)-len(fromSemicolon(s)):]
	}
	end := len(s) - len(fromSemicolon(s))
	value, rest = s[:end], s[end:]
	// A parenthesis within a word is no comment: "report(1).pdf".
	for _, comment := range []string{" (", "\t("} {
		if i := strings.Index(value, comment); i >= 0 {
			value = value[:i]
		}
	}
	return strings.TrimRight(value, " \t\r\n"), rest
}

func fromSemicolon(s string) string {
	if i := strings.IndexByte(s, ';'); i >= 0 {
		return s[i:]
	}
	return ""
}

// cutQuoted cuts a quoted string whose opening quote is gone. A backslash
// before a letter or digit is kept, since such file names are paths rather
// than quoted pairs.
func cutQuoted(s string) (value, rest string) {
	i := strings.IndexAny(s, `"\`)
	if i < 0 {
		return s, ""
	}
	if s[i] == '"' {
		return s[:i], s[i+1:]
	}
	var b strings.Builder
	for i = 0; i < len(s) && s[i] != '"'; i++ {
		if s[i] == '\\' && i+1 < len(s) && !isTokenByte(s[i+1]) {
			i++
		}
		b.WriteByte(s[i])
	}
	return b.String(), s[min(i+1, len(s)):]
}

// skipCFWS skips white space and comments, which may be nested.
func skipCFWS(s string) string {
	for s != "" {
		switch s[0] {
		case ' ', '\t', '\r', '\n':
			s = s[1:]
		case '(':
			s = s[commentEnd(s):]
		default:
			return s
		}
	}
	return s
}

// commentEnd returns the offset after the comment that s starts with.
func commentEnd(s string) int {
	depth := 0
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '\\':
			i++
		case '(':
			depth++
		case ')':
			depth--
		}
		if depth == 0 {
			return i + 1
		}
	}
	return len(s)
}

func isTokenByte(c byte) bool {
	return c > ' ' && c < 0x7f && strings.IndexByte(`()<>@,;:\"/[]?=`, c) < 0
}

func isToken(s string) bool {
	for i := range len(s) {
		if !isTokenByte(s[i]) {
			return false
		}
	}
	return s != ""
}

// A section is one piece of a parameter that is continued or has a charset.
type section struct {
	number  int
	encoded bool
	value   string
}

// decodeParams puts continued parameters together and undoes their encoding
// (RFC 2231 sections 3 and 4). Such a parameter stands where its first section
// was, and wins over a plain one of the same name, which is there for readers
// that don't know it.
func decodeParams(params []Param) []Param {
	sections := map[string][]section{}
	for _, p := range params {
		if name, s, ok := splitSection(p); ok {
			sections[name] = append(sections[name], s)
		}
	}
	var list []Param
	for _, p := range params {
		name, _, ok := splitSection(p)
		if !ok {
			if _, better := sections[strings.ToLower(p.Name)]; !better {
				list = append(list, p)
			}
			continue
		}
		if s := sections[name]; s != nil {
			base, _, _ := strings.Cut(p.Name, "*")
			list = append(list, Param{base, joinSections(s)})
			sections[name] = nil
		}
	}
	return list
}

// splitSection takes "name*0*" apart; name is in lower case.
func splitSection(p Param) (name string, s section, ok bool) {
	name, number, ok := strings.Cut(p.Name, "*")
	if !ok || name == "" {
		return "", s, false
	}
	number, s.encoded = strings.CutSuffix(number, "*")
	s.value = p.Value
	if number == "" {
		s.encoded = true // name*
	} else {
		n, err := strconv.Atoi(number)
		if err != nil || n < 0 || n >= maxSections {
			return "", s, false
		}
		s.number = n
	}
	return strings.ToLower(name), s, true
}

// joinSections puts sections together up to the first that is missing or there
// twice.
func joinSections(list []section) string {
	slices.SortStableFunc(list, func(a, b section) int { return cmp.Compare(a.number, b.number) })
	var b []byte
	charset, next := "", 0
	for _, s := range list {
		if s.number != next {
			break
		}
		next++
		v := s.value
		if s.number == 0 && s.encoded {
			charset, v = cutCharset(v)
		}
		if s.encoded {
			b = appendPercentDecoded(b, v)
		} else {
			b = append(b, v...)
		}
	}
	if charset == "" {
		return string(b)
	}
	s, _ := DecodeCharset(charset, b)
	return s
}

// cutCharset cuts "charset'language'" from an extended value.
func cutCharset(v string) (charset, rest string) {
	charset, rest, ok := strings.Cut(v, "'")
	if !ok {
		return "", v
	}
	if _, after, ok := strings.Cut(rest, "'"); ok {
		rest = after
	}
	return charset, rest
}

func appendPercentDecoded(b []byte, s string) []byte {
	for i := 0; i < len(s); i++ {
		if s[i] == '%' && i+2 < len(s) {
			if c, ok := hexByte(s[i+1], s[i+2]); ok {
				b = append(b, c)
				i += 2
				continue
			}
		}
		b = append(b, s[i])
	}
	return b
}

func hexByte(hi, lo byte) (byte, bool) {
	h, ok1 := hexDigit(hi)
	l, ok2 := hexDigit(lo)
	return h<<4 | l, ok1 && ok2
}

func hexDigit(c byte) (byte, bool) {
	switch c = lower(c); {
	case '0' <= c && c <= '9':
		return c - '0', true
	case 'a' <= c && c <= 'f':
		return c - 'a' + 10, true
	}
	return 0, false
}
