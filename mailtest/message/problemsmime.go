package message

import (
	"bytes"
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// part checks a part of the tree and those below it; where names it in
// sentences.
func (c *checker) part(p *Part, where string) {
	where = cutShort(where, 60) // deep ones have long names
	c.header(p, where)
	c.single(p, where)
	c.contentType(p, where)
	c.fileName(p, where)
	switch {
	case strings.EqualFold(p.Type, "multipart"):
		c.multipart(p, where)
	case p.IsMessage():
		c.composite(p, where)
		c.part(p.Parts[0], "the message in "+where)
	default:
		c.leaf(p, where)
	}
}

func (c *checker) contentType(p *Part, where string) {
	value := p.Get("Content-Type")
	if value == "" {
		return
	}
	if where == "the message" && !hasField(p, "MIME-Version") {
		c.add("mime-version", "there is a Content-Type but no MIME-Version")
	}
	mediaType, _ := parseParams(value)
	if typ, sub, ok := strings.Cut(mediaType, "/"); !ok || !isToken(typ) || !isToken(sub) {
		c.add("content-type", "Content-Type of %s is malformed: %s", where, quoteShort(value))
	}
	c.params(value, "Content-Type of "+where)
	c.params(p.Get("Content-Disposition"), "Content-Disposition of "+where)
}

// params checks the parameters as they are written.
func (c *checker) params(value, where string) {
	_, params := parseRawParams(value)
	seen := map[string]bool{}
	sections := map[string][]section{}
	for _, p := range params {
		name := strings.ToLower(p.Name)
		if seen[name] {
			c.add("parameter", "%s has the parameter %s twice", where, quoteShort(p.Name))
		}
		seen[name] = true
		if !strings.Contains(name, "*") {
			continue
		}
		base, s, ok := splitSection(p)
		if !ok {
			c.add("parameter", "%s has a parameter that can't be decoded: %s", where, quoteShort(p.Name))
			continue
		}
		sections[base] = append(sections[base], s)
	}
	for _, base := range slices.Sorted(maps.Keys(sections)) {
		if missing(sections[base]) {
			c.add("parameter", "%s lacks a section of the parameter %s", where, quoteShort(base))
		}
	}
}

// missing reports whether a section is not there.
func missing(list []section) bool {
	numbers := map[int]bool{}
	for _, s := range list {
		numbers[s.number] = true
	}
	for i := range len(numbers) {
		if !numbers[i] {
			return true
		}
	}
	return false
}

// fileName checks for names that are dangerous to save under, or look like
// what they aren't.
func (c *checker) fileName(p *Part, where string) {
	name := p.fileName()
	switch {
	case strings.ContainsAny(name, `/\`) || name == "..":
		c.add("file-name", "the file name of %s is a path: %s", where, quoteShort(name))
	case strings.ContainsFunc(name, isInvisible):
		c.add("file-name", "the file name of %s has invisible characters: %s", where, quoteShort(name))
	case isDevice(name):
		c.add("file-name", "the file name of %s is a device on Windows: %s", where, quoteShort(name))
	case len(name) > 255:
		c.add("file-name", "the file name of %s is %d bytes long", where, len(name))
	}
}

func isInvisible(r rune) bool {
	return unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r)
}

// isDevice reports whether Windows takes a name for a device, whatever its
// extension.
func isDevice(name string) bool {
	name, _, _ = strings.Cut(strings.ToLower(name), ".")
	switch name {
	case "con", "prn", "aux", "nul":
		return true
	}
	n := strings.TrimPrefix(strings.TrimPrefix(name, "com"), "lpt")
	return len(name) == 4 && len(n) == 1 && '1' <= n[0] && n[0] <= '9'
}

func (c *checker) multipart(p *Part, where string) {
	c.composite(p, where)
	boundary := p.boundary()
	switch {
	case boundary == "":
		c.add("boundary", "%s is a multipart without a boundary", where)
		return
	case len(p.Parts) == 0 && bytes.Contains(p.BodyBytes(), []byte("--"+boundary)):
		c.add("nesting", "%s is nested deeper than %d levels, or beyond %d parts: it is not taken apart",
			where, maxDepth, maxParts)
		return
	case len(p.Parts) == 0:
		c.add("boundary", "%s is a multipart without parts", where)
		return
	}
	if len(boundary) > 70 {
		c.add("boundary", "the boundary of %s has %d characters, more than 70", where, len(boundary))
	}
	if !p.isClosed(boundary) {
		c.add("boundary", "%s is a multipart without its closing delimiter", where)
	}
	for i, child := range p.Parts {
		c.part(child, partName(where, i+1))
	}
}

// partName names the nth part within a part: "part 1.2".
func partName(where string, n int) string {
	switch {
	case strings.HasPrefix(where, "part "):
		return fmt.Sprintf("%s.%d", where, n)
	case where == "the message":
		return fmt.Sprintf("part %d", n)
	}
	return fmt.Sprintf("part %d of %s", n, where)
}

// isClosed reports whether the closing delimiter follows the last part.
func (p *Part) isClosed(boundary string) bool {
	rest := bytes.TrimLeft(p.raw[p.Parts[len(p.Parts)-1].End:p.End], "\r\n")
	return bytes.HasPrefix(rest, []byte("--"+boundary+"--"))
}

// composite checks the encoding of what has parts: it may have none but its
// parts' (RFC 2045 section 6.4).
func (c *checker) composite(p *Part, where string) {
	if !isIdentity(p.Encoding) {
		c.add("composite-encoding", "%s is a %s with the encoding %s",
			where, p.MediaType(), quoteShort(p.Encoding))
	}
}

func (c *checker) leaf(p *Part, where string) {
	if strings.EqualFold(p.Type, "message") && strings.EqualFold(p.Subtype, "rfc822") {
		c.unopened(p, where)
	}
	b := p.BodyBytes()
	switch strings.ToLower(p.Encoding) {
	case "base64":
		if reason := base64Problem(b); reason != "" {
			c.add("base64", "the base64 of %s %s", where, reason)
		}
	case "quoted-printable":
		if i := quotedPrintableProblem(b); i >= 0 {
			c.add("quoted-printable", "the quoted-printable of %s is malformed: %s", where,
				quoteShort(string(b[i:min(i+10, len(b))])))
		}
	case "", "7bit":
		if i := bytes.IndexFunc(b, func(r rune) bool { return r >= 0x80 }); i >= 0 {
			c.add("8bit", "%s has 8-bit bytes, but is declared 7-bit", where)
		}
	case "8bit", "binary":
	default:
		c.add("encoding", "%s has an encoding that is unknown: %s", where, quoteShort(p.Encoding))
	}
	if strings.EqualFold(p.Type, "text") {
		c.charset(p, where)
	}
}

// unopened reports why a message is a leaf.
func (c *checker) unopened(p *Part, where string) {
	if isIdentity(p.Encoding) {
		c.add("nesting", "%s is nested deeper than %d levels, or beyond %d parts: it is not taken apart",
			where, maxDepth, maxParts)
		return
	}
	c.composite(p, where)
}

// base64Problem looks for what decoding skips.
func base64Problem(b []byte) string {
	n, padding := 0, 0
	for _, c := range b {
		switch {
		case c == '\r' || c == '\n':
		case c == '=':
			padding++
		case base64Value(c) < 0:
			return "has characters that are not of the alphabet: " + quote(string([]byte{c}))
		case padding > 0:
			return "goes on after its end"
		default:
			n++
		}
	}
	if (n+padding)%4 != 0 || padding > 2 {
		return "ends within a group of four characters"
	}
	return ""
}

// quotedPrintableProblem returns where a "=" is followed by neither two
// hexadecimal digits nor a line end, or an 8-bit byte stands; -1 if nowhere.
func quotedPrintableProblem(b []byte) int {
	for i := 0; i < len(b); i++ {
		switch {
		case b[i] >= 0x80:
			return i
		case b[i] != '=':
			continue
		}
		after := b[i+1:]
		if len(after) >= 2 {
			if _, ok := hexByte(after[0], after[1]); ok {
				i += 2
				continue
			}
		}
		rest := bytes.TrimLeft(after[:lineEnd(after, 0)], " \t")
		if len(lineBreak(rest)) != len(rest) {
			return i
		}
	}
	return -1
}

func (c *checker) charset(p *Part, where string) {
	name := p.charset()
	if !knownCharset(name) {
		c.add("charset", "the charset of %s is unknown: %s", where, quoteShort(name))
		return
	}
	b, ok := p.Decoded()
	if !ok {
		return
	}
	lower := strings.ToLower(name)
	ascii := lower == "us-ascii" || lower == "ascii"
	switch {
	case ascii && bytes.IndexFunc(b, func(r rune) bool { return r >= 0x80 }) >= 0:
		c.add("charset", "%s is declared or taken as US-ASCII, but has other bytes", where)
	case ascii:
	case strings.Contains(p.Text(), string(utf8.RuneError)) && !bytes.Contains(b, []byte("\uFFFD")):
		c.add("charset", "%s has bytes that are not in its charset %s", where, name)
	}
}
