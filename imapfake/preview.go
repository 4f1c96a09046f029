package imapfake

import (
	"strings"
	"unicode/utf8"

	"github.com/emersion/go-imap/v2"
	"golang.org/x/net/html"

	"github.com/mailfakes/mailfakes/mailtest/mailstore"
	"github.com/mailfakes/mailfakes/mailtest/message"
)

// previewLength is how many characters a preview has at most (RFC 8970 section
// 3.1).
const previewLength = 200

// previewExtension is PREVIEW (RFC 8970): the beginning of a message's text.
var previewExtension = extension{
	caps: []imap.Cap{imap.CapPreview},
	fetchItems: []fetchItem{
		{name: "PREVIEW", cap: imap.CapPreview, parse: fetchPreview},
	},
}

// fetchPreview takes PREVIEW or PREVIEW (LAZY). The preview is always at hand,
// so that LAZY makes no difference.
func fetchPreview(p *parser, f *fetch) {
	if p.peek() == ' ' && p.peekAt(1) == '(' {
		p.sp()
		p.list1(func() {
			start := p.pos
			if p.keyword("LAZY") != "LAZY" {
				p.failAt(start, "LAZY")
			}
		})
	}
	f.add("PREVIEW", func(e *encoder, m *mailstore.Entry) {
		k := &message.Kept[kept](m.Msg).preview
		k.once.Do(func() { k.text = []byte(preview(m.Msg)) })
		e.string(string(k.text))
	})
}

// preview returns the beginning of a message's text, as one line. It is "" if
// there is no text.
func preview(m *message.Message) string {
	m.Decode()
	text := m.Text
	if strings.TrimSpace(text) == "" {
		text = htmlText(m.HTML)
	}
	text = strings.Join(strings.Fields(text), " ")
	if utf8.RuneCountInString(text) <= previewLength {
		return text
	}
	return strings.TrimSpace(string([]rune(text)[:previewLength]))
}

// htmlText returns the text that HTML shows.
func htmlText(s string) string {
	var b strings.Builder
	hidden := 0
	for z := html.NewTokenizer(strings.NewReader(s)); ; {
		switch z.Next() {
		case html.ErrorToken:
			return b.String()
		case html.TextToken:
			if hidden == 0 {
				b.Write(z.Text())
			}
		case html.StartTagToken:
			if name, _ := z.TagName(); isHidden(string(name)) {
				hidden++
			}
			b.WriteByte(' ')
		case html.EndTagToken:
			if name, _ := z.TagName(); isHidden(string(name)) {
				hidden = max(hidden-1, 0)
			}
			b.WriteByte(' ')
		}
	}
}

func isHidden(tag string) bool { return tag == "style" || tag == "script" || tag == "title" }
