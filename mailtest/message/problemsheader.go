package message

import (
	"bytes"
	"strings"
	"unicode/utf8"
)

// lines checks what holds for all bytes of a message.
func (c *checker) lines() {
	var bareLF, bareCR, nul, long lineCount
	rest := c.m.Raw
	for n := 1; len(rest) > 0; n++ {
		line := rest[:lineEnd(rest, 0)]
		rest = rest[len(line):]
		eol := lineBreak(line)
		text := line[:len(line)-len(eol)]
		bareLF.count(len(eol) == 1, n)
		bareCR.count(bytes.IndexByte(text, '\r') >= 0, n)
		nul.count(bytes.IndexByte(text, 0) >= 0, n)
		long.count(len(text) > 998, n)
	}
	bareLF.report(c, "bare-line-end", "an LF without CR")
	bareCR.report(c, "bare-line-end", "a CR without LF")
	nul.report(c, "nul", "a NUL")
	long.report(c, "line-length", "more than 998 octets")
}

// A lineCount counts lines of a kind.
type lineCount struct{ n, first int }

func (l *lineCount) count(is bool, line int) {
	if !is {
		return
	}
	if l.n == 0 {
		l.first = line
	}
	l.n++
}

func (l *lineCount) report(c *checker, name, what string) {
	switch {
	case l.n == 1:
		c.add(name, "line %d has %s", l.first, what)
	case l.n > 1:
		c.add(name, "line %d and %d more have %s", l.first, l.n-1, what)
	}
}

// header checks the lines of a header, and what holds for all fields.
func (c *checker) header(p *Part, where string) {
	if b := p.BodyBytes(); len(b) > 0 && !endsBlank(p.HeaderBytes()) {
		c.add("blank-line", "the body of %s begins without a blank line before it: %s",
			where, quoteShort(string(bytes.TrimRight(b[:lineEnd(b, 0)], "\r\n"))))
	}
	for f, rest := nextField(p.HeaderBytes()); f.lines != nil; f, rest = nextField(rest) {
		switch first, _, _ := bytes.Cut(f.lines, []byte("\n")); {
		case f.colon < 0:
			c.add("header-line", "the header of %s has a line that is no field: %s",
				where, quoteShort(string(bytes.TrimSuffix(first, []byte("\r")))))
		case !utf8.Valid(f.lines):
			c.add("header-charset", "%s of %s has bytes that are not UTF-8: %s",
				f.name(), where, quoteShort(f.value()))
		}
		if f.colon > 0 {
			c.words(string(f.name()), f.value(), where)
		}
	}
}

// endsBlank reports whether a header has its blank line.
func endsBlank(header []byte) bool {
	return isBlank(header) || bytes.HasSuffix(header, []byte("\n\n")) ||
		bytes.HasSuffix(header, []byte("\n\r\n"))
}

// quoteShort quotes a piece of a message for a sentence.
func quoteShort(s string) string { return quote(cutShort(s, 60)) }

// words checks the encoded words of a value.
func (c *checker) words(name, value, where string) {
	if !strings.Contains(value, "=?") {
		return
	}
	decoded := DecodeHeader(value)
	if strings.ContainsAny(decoded, "\r\n") {
		c.add("encoded-line-end", "%s of %s has a line end in an encoded word: %s",
			name, where, quoteShort(decoded))
	}
	for s := value; ; {
		i := strings.Index(s, "=?")
		if i < 0 {
			return
		}
		s = s[i:]
		_, rest, ok := cutWord(s)
		if !ok {
			c.badWord(name, s, where)
			s = s[2:]
			continue
		}
		w := s[:len(s)-len(rest)]
		if len(w) > 75 {
			c.add("encoded-word", "%s of %s has an encoded word of %d characters, more than 75: %s",
				name, where, len(w), quoteShort(w))
		}
		if strings.ContainsAny(w, " \t") {
			c.add("encoded-word", "%s of %s has an encoded word with a space: %s",
				name, where, quoteShort(w))
		}
		s = rest
	}
}

// badWord reports what looks like an encoded word and is none; a "=?" alone
// may be text.
func (c *checker) badWord(name, s, where string) {
	end := strings.IndexAny(s, " \t")
	if end < 0 {
		end = len(s)
	}
	if strings.Count(s[:end], "?") >= 2 {
		c.add("encoded-word", "%s of %s has an encoded word that can't be decoded: %s",
			name, where, quoteShort(s[:end]))
	}
}

// singleFields may be there once (RFC 5322 section 3.6). The first one counts
// for Get, but addresses of all are decoded.
var singleFields = []string{
	"Date", "From", "Sender", "Reply-To", "To", "Cc", "Bcc", "Message-ID",
	"In-Reply-To", "References", "Subject", "MIME-Version", "Content-Type",
	"Content-Transfer-Encoding", "Content-Disposition", "Content-ID",
}

func (c *checker) single(p *Part, where string) {
	n := make([]int, len(singleFields))
	for field := range p.RawFields() {
		for i, name := range singleFields {
			if equalFold(field, name) {
				n[i]++
			}
		}
	}
	for i, name := range singleFields {
		if n[i] > 1 {
			c.add("duplicate-field", "%s has %d fields %s, at most one is allowed", where, n[i], name)
		}
	}
}

// messageHeader checks the fields that a message has and other parts don't.
func (c *checker) messageHeader(p *Part) {
	authors := 0
	for name, field := range p.RawFields() {
		authors += c.structured(string(name), field)
	}
	for _, name := range []string{"From", "Date"} {
		if !hasField(p, name) {
			c.add("required-field", "%s is missing", name)
		}
	}
	if authors > 1 && p.Get("Sender") == "" {
		c.add("sender", "From has %d addresses, but there is no Sender", authors)
	}
}

// structured checks a field whose value has a syntax, and returns the number
// of authors in it.
func (c *checker) structured(name string, field []byte) (authors int) {
	switch strings.ToLower(name) {
	case "from":
		if FieldValue(field) == "" {
			c.add("address", "From is empty")
		}
		return c.addresses(name, FieldValue(field), "the message")
	case "sender", "reply-to", "to", "cc", "bcc":
		c.addresses(name, FieldValue(field), "the message")
	case "date":
		if _, err := ParseDate(FieldValue(field)); err != nil {
			c.add("date", "Date is malformed: %s", quoteShort(FieldValue(field)))
		}
	case "message-id", "in-reply-to", "references":
		ids, bad := parseIDs(FieldValue(field))
		if bad || len(ids) == 0 || len(ids) > 1 && strings.EqualFold(name, "Message-ID") {
			c.add("id-syntax", "%s is malformed: %s", name, quoteShort(FieldValue(field)))
		}
	}
	return 0
}

func hasField(p *Part, name string) bool {
	for field := range p.RawFields() {
		if equalFold(field, name) {
			return true
		}
	}
	return false
}

// addresses checks an address field and returns the number of its addresses.
func (c *checker) addresses(name, value, where string) int {
	list, bad := ParseAddresses(value)
	for _, b := range bad {
		c.add("address", "%s of %s has something that is no address: %s", name, where, quoteShort(b))
	}
	n := 0
	for _, a := range list {
		if a.IsGroup || a.EndGroup {
			continue
		}
		n++
		if a.Domain == "" {
			c.add("address", "%s of %s has an address without a domain: %s",
				name, where, quoteShort(a.Local))
		}
		if strings.Contains(a.Name, "=?") && strings.Contains(value, `"=?`) {
			c.add("quoted-encoded-word", "%s of %s has an encoded word in a quoted string, "+
				"where it is none: %s", name, where, quoteShort(a.Name))
		}
	}
	return n
}

// parseIDs splits "<a@b> <c@d>"; comments may stand anywhere.
func parseIDs(value string) (ids []string, bad bool) {
	for s := skipCFWS(value); s != ""; s = skipCFWS(s) {
		end := strings.IndexByte(s, '>')
		if s[0] != '<' || end < 0 {
			return ids, true
		}
		left, right, ok := strings.Cut(s[1:end], "@")
		if !ok || left == "" || right == "" || strings.ContainsAny(s[1:end], " \t<") {
			bad = true
		}
		ids = append(ids, s[1:end])
		s = s[end+1:]
	}
	return ids, bad
}
