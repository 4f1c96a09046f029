package message

import (
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// A page is what a test asks of HTML: what can be read, and where it leads.
type page struct {
	text   string   // visible, white space collapsed, a line for each block
	links  []string // of a and area elements, and in text that is no link
	images []string // addresses of images
}

// readPage reads HTML, however broken it is.
func readPage(source string) page {
	r := pageReader{z: html.NewTokenizer(strings.NewReader(source))}
	for {
		switch r.z.Next() {
		case html.ErrorToken:
			r.page.text = strings.TrimSpace(r.text.String())
			return r.page
		case html.TextToken:
			r.addText(string(r.z.Text()))
		case html.StartTagToken, html.SelfClosingTagToken:
			r.start()
		case html.EndTagToken:
			name, _ := r.z.TagName()
			r.end(atom.Lookup(name))
		}
	}
}

type pageReader struct {
	z      *html.Tokenizer
	page   page
	text   strings.Builder
	hidden atom.Atom // the element whose text isn't shown, 0 if none
	inLink bool
	line   lineState
}

// lineState is what stands before the next text.
type lineState int

const (
	atStart lineState = iota
	afterText
	afterSpace
)

func (r *pageReader) start() {
	name, more := r.z.TagName()
	tag := atom.Lookup(name)
	r.block(tag)
	switch tag {
	case atom.Script, atom.Style, atom.Title, atom.Template:
		r.hidden = tag
	case atom.A:
		r.inLink = true
	}
	for more {
		var key, value []byte
		key, value, more = r.z.TagAttr()
		r.attribute(tag, string(key), strings.TrimSpace(string(value)))
	}
}

func (r *pageReader) attribute(tag atom.Atom, key, value string) {
	switch {
	case value == "":
	case (tag == atom.A || tag == atom.Area) && key == "href":
		if !strings.HasPrefix(value, "#") {
			r.page.links = append(r.page.links, value)
		}
	case tag == atom.Img && key == "src", key == "background":
		r.page.images = append(r.page.images, value)
	}
}

func (r *pageReader) end(tag atom.Atom) {
	r.block(tag)
	if tag == r.hidden {
		r.hidden = 0
	}
	if tag == atom.A {
		r.inLink = false
	}
}

func (r *pageReader) block(tag atom.Atom) {
	switch tag {
	case atom.P, atom.Div, atom.Br, atom.Tr, atom.Table, atom.Li, atom.Ul, atom.Ol, atom.Hr,
		atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6, atom.Blockquote, atom.Pre,
		atom.Head, atom.Body, atom.Section, atom.Article, atom.Header, atom.Footer:
		if r.line != atStart {
			r.text.WriteByte('\n')
		}
		r.line = atStart
	case atom.Td, atom.Th:
		r.space()
	}
}

func (r *pageReader) space() {
	if r.line == afterText {
		r.line = afterSpace
	}
}

func (r *pageReader) addText(s string) {
	if r.hidden != 0 {
		return
	}
	if !r.inLink {
		r.page.links = append(r.page.links, textLinks(s)...)
	}
	for i, w := range strings.FieldsFunc(s, isHTMLSpace) {
		if i > 0 || isHTMLSpace(rune(s[0])) {
			r.space()
		}
		if r.line == afterSpace {
			r.text.WriteByte(' ')
		}
		r.text.WriteString(w)
		r.line = afterText
	}
	if s != "" && isHTMLSpace(rune(s[len(s)-1])) {
		r.space()
	}
}

// isHTMLSpace leaves no-break spaces out.
func isHTMLSpace(c rune) bool {
	return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f'
}
