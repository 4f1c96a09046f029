package message

import (
	"bytes"
	"regexp"
	"strings"
)

func (m *Message) decodeHeader() {
	fields := m.Tree().Fields()
	for i := len(fields) - 1; i >= 0; i-- { // AddRaw puts each before the others
		raw := fields[i].Raw
		if !bytes.HasSuffix(raw, []byte("\n")) {
			raw = append(raw[:len(raw):len(raw)], "\r\n"...)
		}
		m.Header.AddRaw(raw)
	}
	subject := false
	for _, f := range fields {
		switch strings.ToLower(f.Name) {
		case "from":
			m.From = append(m.From, addresses(f.Value)...)
		case "to":
			m.To = append(m.To, addresses(f.Value)...)
		case "cc":
			m.Cc = append(m.Cc, addresses(f.Value)...)
		case "subject":
			if !subject {
				m.Subject = DecodeHeader(f.Value)
			}
			subject = true
		}
	}
}

// addresses returns the addresses of a field as people read them.
func addresses(value string) []string {
	var list []string
	p := parseAddressList(value)
	for i, a := range p.list {
		if !a.IsGroup && !a.EndGroup {
			a.Name = p.display[i]
			list = append(list, a.String())
		}
	}
	return list
}

func (m *Message) decodeBody() {
	var c collector
	b := c.visit(m.Tree(), whole)
	m.Text = joinTexts(b.text)
	m.HTML = joinTexts(b.html)
	shown := contentIDs(m.HTML)
	for _, r := range c.rest {
		a := r.part.attachment()
		if r.related && !r.part.isAttached() || a.ContentID != "" && shown[a.ContentID] {
			m.Inline = append(m.Inline, a)
		} else {
			m.Attachments = append(m.Attachments, a)
		}
	}
}

// A place is where a part stands, by what that says about showing it.
type place int

const (
	whole place = iota // the message itself
	inMixed
	inAlternative
	inRelated // not the root of it
)

// A collector collects the leaves that are not the readable body.
type collector struct {
	rest []restPart
}

type restPart struct {
	part    *Part
	related bool
}

// A body is what a part shows: plain text, HTML, or both as alternatives.
type body struct{ text, html []*Part }

func (c *collector) visit(p *Part, at place) body {
	switch {
	case !p.IsMultipart():
		return c.leaf(p, at)
	case strings.EqualFold(p.Subtype, "alternative"):
		return c.alternative(p, at)
	case strings.EqualFold(p.Subtype, "related"):
		return c.related(p, at)
	}
	if at != inRelated {
		at = inMixed
	}
	var b body
	for _, child := range p.Parts {
		s := c.visit(child, at)
		b.text = append(b.text, s.text...)
		b.html = append(b.html, s.html...)
	}
	return b
}

// alternative takes the last of each kind, which is the best (RFC 2046 section
// 5.1.4).
func (c *collector) alternative(p *Part, at place) body {
	if at != inRelated {
		at = inAlternative
	}
	var b body
	for _, child := range p.Parts {
		s := c.visit(child, at)
		if len(s.text) > 0 {
			b.text = s.text
		}
		if len(s.html) > 0 {
			b.html = s.html
		}
	}
	return b
}

func (c *collector) related(p *Part, at place) body {
	var b body
	root := p.relatedRoot()
	for _, child := range p.Parts {
		if child == root {
			b = c.visit(child, at)
		} else {
			c.visit(child, inRelated)
		}
	}
	return b
}

// relatedRoot returns the part that the others belong to: the first, unless
// the start parameter names another (RFC 2387 section 3.2).
func (p *Part) relatedRoot() *Part {
	if start := p.Param("start"); start != "" {
		for _, child := range p.Parts {
			if strings.Trim(child.Get("Content-ID"), "<> ") == strings.Trim(start, "<> ") {
				return child
			}
		}
	}
	return p.Parts[0]
}

func (c *collector) leaf(p *Part, at place) body {
	switch {
	case p.isShown(at) && p.MediaType() == "text/html":
		return body{html: []*Part{p}}
	case p.isShown(at):
		return body{text: []*Part{p}}
	case at == inAlternative && !p.isAttached():
		return body{} // another form of what is shown
	}
	c.rest = append(c.rest, restPart{p, at == inRelated})
	return body{}
}

// isShown reports whether a leaf is readable body. Text with a file name is
// for saving, unless it is all there is. A multipart without parts is shown as
// text, for want of anything better.
func (p *Part) isShown(at place) bool {
	if p.isAttached() || at == inRelated {
		return false
	}
	alone := at == whole || at == inAlternative
	switch strings.ToLower(p.Type) {
	case "multipart":
		return true
	case "text":
		readable := strings.EqualFold(p.Subtype, "plain") || strings.EqualFold(p.Subtype, "html")
		return at == whole || readable && (alone || p.fileName() == "")
	}
	return false
}

func (p *Part) isAttached() bool { return strings.EqualFold(p.Disposition, "attachment") }

// fileName returns the name in Content-Disposition (RFC 2183 section 2.3), or
// the older one in Content-Type. Encoded words aren't allowed there, but many
// programs write them.
func (p *Part) fileName() string {
	name := param(p.DispositionParams, "filename")
	if name == "" {
		name = p.Param("name")
	}
	return DecodeHeader(name)
}

func (p *Part) attachment() Attachment {
	data, known := p.Decoded()
	if !known || isIdentity(p.Encoding) || len(p.Parts) > 0 {
		data = bytes.Clone(data) // they are the message's own, which must not be changed
	}
	return Attachment{
		Name:      p.fileName(),
		Type:      p.MediaType(),
		ContentID: p.contentID(),
		Data:      data,
	}
}

func (p *Part) contentID() string { return strings.Trim(p.Get("Content-ID"), "<> \t") }

// joinTexts joins what is shown one below the other, with LF line ends.
func joinTexts(parts []*Part) string {
	var s strings.Builder
	for _, p := range parts {
		if s.Len() > 0 && !strings.HasSuffix(s.String(), "\n") {
			s.WriteByte('\n')
		}
		s.WriteString(p.readable())
	}
	return s.String()
}

// readable returns text as people see it, with LF line ends.
func (p *Part) readable() string {
	s := strings.ReplaceAll(p.Text(), "\r\n", "\n")
	if p.MediaType() == "text/plain" && strings.EqualFold(p.Param("format"), "flowed") {
		return unflow(s, strings.EqualFold(p.Param("delsp"), "yes"))
	}
	return s
}

var contentIDLink = regexp.MustCompile(`(?i)\bcid:([^\s"'<>()]+)`)

// contentIDs returns the Content-IDs that HTML refers to (RFC 2392).
func contentIDs(html string) map[string]bool {
	ids := map[string]bool{}
	for _, match := range contentIDLink.FindAllStringSubmatch(html, -1) {
		ids[string(appendPercentDecoded(nil, match[1]))] = true
	}
	return ids
}
