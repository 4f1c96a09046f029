package message

import (
	"bytes"
	"iter"
	"strings"
)

// lineEnd returns the offset after the line end of the line at pos.
func lineEnd(b []byte, pos int) int {
	i := bytes.IndexByte(b[pos:], '\n')
	if i < 0 {
		return len(b)
	}
	return pos + i + 1
}

func isBlank(line []byte) bool {
	return len(line) == 1 && line[0] == '\n' ||
		len(line) == 2 && line[0] == '\r' && line[1] == '\n'
}

func isFolded(line []byte) bool { return line[0] == ' ' || line[0] == '\t' }

// fieldColon returns the offset of the colon of a header field's first line,
// -1 if the line isn't one. White space before the colon is obsolete, but
// allowed (RFC 5322 section 4.5); within the name it isn't, which also keeps
// mbox "From " lines out.
func fieldColon(line []byte) int {
	i := 0
	for i < len(line) && line[i] > ' ' && line[i] < 0x7f && line[i] != ':' {
		i++
	}
	if i == 0 {
		return -1
	}
	for i < len(line) && (line[i] == ' ' || line[i] == '\t') {
		i++
	}
	if i == len(line) || line[i] != ':' {
		return -1
	}
	return i
}

// isFieldLike reports whether a line that is no field has a name and a colon,
// only that the name has bytes that names don't have.
func isFieldLike(line []byte) bool {
	name, _, ok := bytes.Cut(line, []byte(":"))
	return ok && len(name) > 0 && bytes.IndexByte(name, ' ') < 0 && bytes.IndexByte(name, '\t') < 0
}

// unfold removes the line ends of folded lines and the white space around the
// value (RFC 5322 section 2.2.3).
func unfold(value []byte) string {
	value = bytes.TrimLeft(value, " \t\r\n")
	value = bytes.TrimRight(value, " \t\r\n")
	if bytes.IndexByte(value, '\n') < 0 {
		return string(value)
	}
	var s strings.Builder
	s.Grow(len(value))
	for len(value) > 0 {
		end := lineEnd(value, 0)
		line, ended := bytes.CutSuffix(value[:end], []byte("\n"))
		if ended {
			line = bytes.TrimSuffix(line, []byte("\r"))
		}
		s.Write(line)
		value = value[end:]
	}
	return s.String()
}

func equalFold(b []byte, s string) bool {
	if len(b) != len(s) {
		return false
	}
	for i := range b {
		if lower(b[i]) != lower(s[i]) {
			return false
		}
	}
	return true
}

func lower(c byte) byte {
	if 'A' <= c && c <= 'Z' {
		return c + 'a' - 'A'
	}
	return c
}

// A rawField is a header field, or lines that are none, by its lines.
type rawField struct {
	lines []byte
	colon int // -1 if the lines are no field
}

func (f rawField) name() []byte { return bytes.TrimRight(f.lines[:f.colon], " \t") }

func (f rawField) value() string { return unfold(f.lines[f.colon+1:]) }

// nextField cuts the first field, or the first lines that are none, from a
// header. At the blank line, or the end, it returns no lines.
func nextField(header []byte) (f rawField, rest []byte) {
	if len(header) == 0 || isBlank(header[:lineEnd(header, 0)]) {
		return rawField{}, nil
	}
	end := lineEnd(header, 0)
	for end < len(header) && isFolded(header[end:]) {
		end = lineEnd(header, end)
	}
	f.lines = header[:end]
	f.colon = -1
	if !isFolded(f.lines) {
		f.colon = fieldColon(f.lines)
	}
	return f, header[end:]
}

// RawFields yields the fields of the header without copying them: the name as
// written, and the bytes with folded lines and line end. Lines that are no
// field come with an empty name; the blank line doesn't come.
func (p *Part) RawFields() iter.Seq2[[]byte, []byte] {
	return func(yield func(name, field []byte) bool) {
		for f, rest := nextField(p.HeaderBytes()); f.lines != nil; f, rest = nextField(rest) {
			var name []byte
			if f.colon >= 0 {
				name = f.name()
			}
			if !yield(name, f.lines) {
				return
			}
		}
	}
}

// FieldValue returns the unfolded value of a field's bytes, name and colon
// included.
func FieldValue(field []byte) string {
	return unfold(field[bytes.IndexByte(field, ':')+1:])
}

// Fields returns the header's well-formed fields in order. It parses the
// header on each call.
func (p *Part) Fields() []Field {
	var list []Field
	for f, rest := nextField(p.HeaderBytes()); f.lines != nil; f, rest = nextField(rest) {
		if f.colon >= 0 {
			list = append(list, Field{Name: string(f.name()), Value: f.value(), Raw: f.lines})
		}
	}
	return list
}

// Get returns the unfolded value of the first field of that name in any case,
// "" if there is none: not decoded.
func (p *Part) Get(name string) string {
	for f, rest := nextField(p.HeaderBytes()); f.lines != nil; f, rest = nextField(rest) {
		if f.colon >= 0 && equalFold(f.name(), name) {
			return f.value()
		}
	}
	return ""
}
