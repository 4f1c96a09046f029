package message

import (
	"bytes"
	"strings"
)

// The tree is bounded, so that no message can take much time or memory: deeper
// parts are leaves, and after so many parts the rest is the body of what is
// open.
const (
	maxDepth = 100
	maxParts = 10_000
)

// treeParser makes a part tree in one pass. The delimiters of all open
// multiparts are looked for at once, since an outer one ends the inner ones
// (RFC 2046 section 5.1.2), which also keeps deep nesting linear.
type treeParser struct {
	raw   []byte
	open  []string // boundaries, outermost first
	parts int

	// The delimiter that scan found.
	hit      int  // index in open, -1 at the end of the message
	closing  bool // with the two hyphens at its end
	at, next int  // its line is raw[at:next]
}

func parseTree(raw []byte) *Part {
	t := &treeParser{raw: raw}
	root := t.newPart(0, false)
	t.part(root, 0)
	return root
}

func (t *treeParser) newPart(start int, inDigest bool) *Part {
	t.parts++
	p := &Part{Start: start, raw: t.raw}
	p.Type, p.Subtype = "text", "plain"
	if inDigest {
		p.Type, p.Subtype = "message", "rfc822"
	}
	return p
}

// part parses the part that starts at p.Start, up to a delimiter of an open
// multipart.
func (t *treeParser) part(p *Part, depth int) {
	t.header(p)
	deeper := depth < maxDepth && t.parts < maxParts
	switch boundary := p.boundary(); {
	case deeper && boundary != "":
		t.multipart(p, boundary, depth)
	case deeper && p.holdsMessage():
		child := t.newPart(p.Body, false)
		t.part(child, depth+1)
		p.Parts = []*Part{child}
	default:
		t.scan(p.Body)
	}
	p.End = max(p.Body, t.contentEnd())
	if n := len(p.Parts); n > 0 {
		p.End = max(p.End, p.Parts[n-1].End)
	}
}

func (t *treeParser) multipart(p *Part, boundary string, depth int) {
	level := len(t.open)
	inDigest := strings.EqualFold(p.Subtype, "digest")
	t.open = append(t.open, boundary)
	t.scan(p.Body)
	for t.hit == level && !t.closing && t.parts < maxParts {
		child := t.newPart(t.next, inDigest)
		t.part(child, depth+1)
		p.Parts = append(p.Parts, child)
	}
	if t.parts >= maxParts {
		t.open, level = nil, 0
	} else {
		t.open = t.open[:level]
	}
	if t.hit >= level { // only the epilogue is left
		t.scan(t.next)
	}
}

// scan looks for the next delimiter from pos on, which is the start of a line.
func (t *treeParser) scan(pos int) {
	for len(t.open) > 0 {
		if t.delimiter(pos) {
			return
		}
		i := bytes.Index(t.raw[pos:], []byte("\n--"))
		if i < 0 {
			break
		}
		pos += i + 1
	}
	t.hit, t.closing = -1, false
	t.at, t.next = len(t.raw), len(t.raw)
}

// delimiter reports whether the line at pos is a delimiter of an open
// multipart, the innermost first, and notes it.
func (t *treeParser) delimiter(pos int) bool {
	if !bytes.HasPrefix(t.raw[pos:], []byte("--")) {
		return false
	}
	next := lineEnd(t.raw, pos)
	line := t.raw[pos+2 : next]
	for i := len(t.open) - 1; i >= 0; i-- {
		closing, ok := matchBoundary(line, t.open[i])
		if !ok {
			continue
		}
		// A part can't begin after a line that the end has cut.
		closing = closing || t.raw[next-1] != '\n'
		t.hit, t.closing, t.at, t.next = i, closing, pos, next
		return true
	}
	return false
}

// matchBoundary compares what follows the two hyphens. White space may follow
// the boundary, as transport padding, but nothing else (RFC 2046 section
// 5.1.1): "--ab" is no delimiter for "a".
func matchBoundary(line []byte, boundary string) (closing, ok bool) {
	if len(line) < len(boundary) || string(line[:len(boundary)]) != boundary {
		return false, false
	}
	rest := line[len(boundary):]
	if isPadding(rest) {
		return false, true
	}
	rest, closing = bytes.CutPrefix(rest, []byte("--"))
	return closing, closing && isPadding(rest)
}

func isPadding(b []byte) bool { return len(bytes.Trim(b, " \t\r\n")) == 0 }

// contentEnd is where the content before the delimiter ends: the line end
// before a delimiter belongs to it (RFC 2046 section 5.1.1).
func (t *treeParser) contentEnd() int {
	end := t.at
	if t.hit < 0 {
		return end
	}
	if end > 0 && t.raw[end-1] == '\n' {
		end--
		if end > 0 && t.raw[end-1] == '\r' {
			end--
		}
	}
	return end
}

// header finds the end of p's header and what it says about the body. The
// header ends after a blank line, and before a delimiter or the message's end
// if there is none. Lines that are no field are skipped, but after the last
// field they are text whose blank line was forgotten: the body begins there.
func (t *treeParser) header(p *Part) {
	var (
		values mimeValues
		value  *[]byte // of the field that folded lines go on
		start  int     // of that value
		text   = -1    // of lines that are no field, after the last field
		pos    = p.Start
	)
	for pos < len(t.raw) && !t.delimiter(pos) {
		end := lineEnd(t.raw, pos)
		line := t.raw[pos:end]
		colon := fieldColon(line)
		if isBlank(line) {
			pos = end
			break
		}
		switch {
		case isFolded(line) && pos > p.Start:
			if value != nil {
				*value = t.raw[start:end]
			}
		case colon >= 0:
			text = -1
			start = pos + colon + 1
			if value = values.of(line[:colon]); value != nil {
				*value = t.raw[start:end]
			}
		case isFieldLike(line):
			text, value = -1, nil
		default:
			value = nil
			if text < 0 {
				text = pos
			}
		}
		pos = end
	}
	p.Body = pos
	if text >= 0 {
		p.Body = text
	}
	values.apply(p)
}

// mimeValues are the raw values of the fields that the tree is made by; of
// several fields with one name the first counts.
type mimeValues struct{ contentType, disposition, encoding []byte }

// of returns where the value of the field goes, nil if nobody needs it.
func (v *mimeValues) of(name []byte) *[]byte {
	if len(name) < len("Content-Type") || name[0]|0x20 != 'c' {
		return nil
	}
	var to *[]byte
	switch name = bytes.TrimRight(name, " \t"); {
	case equalFold(name, "Content-Type"):
		to = &v.contentType
	case equalFold(name, "Content-Disposition"):
		to = &v.disposition
	case equalFold(name, "Content-Transfer-Encoding"):
		to = &v.encoding
	}
	if to == nil || *to != nil {
		return nil
	}
	return to
}

func (v *mimeValues) apply(p *Part) {
	if v.contentType != nil {
		s, params := parseParams(unfold(v.contentType))
		p.Params = params
		if typ, sub, ok := strings.Cut(s, "/"); ok && isToken(typ) && isToken(sub) {
			p.Type, p.Subtype = typ, sub
		}
	}
	if v.disposition != nil {
		p.Disposition, p.DispositionParams = parseParams(unfold(v.disposition))
	}
	if v.encoding != nil {
		p.Encoding, _ = parseParams(unfold(v.encoding))
	}
}

// boundary returns the boundary of a multipart, "" if p is none or has none.
func (p *Part) boundary() string {
	if !strings.EqualFold(p.Type, "multipart") {
		return ""
	}
	return strings.TrimRight(p.Param("boundary"), " \t")
}

// holdsMessage reports whether the body is a message. One that is encoded,
// which RFC 2046 section 5.2.1 forbids, has no offsets: it is a leaf.
func (p *Part) holdsMessage() bool {
	if !strings.EqualFold(p.Type, "message") {
		return false
	}
	switch strings.ToLower(p.Subtype) {
	case "rfc822", "global":
		return isIdentity(p.Encoding)
	}
	return false
}
