package message

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// Links returns the links in Text, then in HTML, in order, each once: http and
// https addresses in text, and whatever a and area elements lead to, but for
// anchors within the mail.
func (m *Message) Links() []string {
	m.Decode()
	return unique(append(textLinks(m.Text), readPage(m.HTML).links...))
}

// Link returns the one link that contains sub. Otherwise it ends the test and
// says which links there are.
func (m *Message) Link(t testing.TB, sub string) string {
	needTest(t, "Link", "use Links outside tests")
	t.Helper()
	all := m.Links()
	var found []string
	for _, l := range all {
		if strings.Contains(l, sub) {
			found = append(found, l)
		}
	}
	switch {
	case len(all) == 0:
		t.Fatalf("%v: no link contains %q: there are no links\n%s", m, sub, m.excerpt())
	case len(found) == 0:
		t.Fatalf("%v: no link contains %q; the links are:%s", m, sub, lines(all))
	case len(found) > 1:
		t.Fatalf("%v: %d links contain %q, want one:%s", m, len(found), sub, lines(found))
	}
	return found[0]
}

// Find returns the one match of a regular expression in Text, or if there is
// none in the visible text of HTML: a code, a token. If the expression has a
// group, it returns what the first one matched. The same match found again is
// no second one. Otherwise it ends the test and says what there is.
func (m *Message) Find(t testing.TB, re string) string {
	needTest(t, "Find", "use package regexp on Text outside tests")
	t.Helper()
	x, err := regexp.Compile(re)
	if err != nil {
		t.Fatalf("Find: %v", err)
	}
	m.Decode()
	found := findAll(x, m.Text)
	if len(found) == 0 {
		found = findAll(x, readPage(m.HTML).text)
	}
	switch {
	case len(found) == 0:
		t.Fatalf("%v: nothing matches %s in\n%s", m, quoteExpr(re), m.excerpt())
	case len(found) > 1:
		t.Fatalf("%v: %d different matches of %s, want one:%s",
			m, len(found), quoteExpr(re), lines(found))
	}
	return found[0]
}

func findAll(re *regexp.Regexp, s string) []string {
	var list []string
	for _, match := range re.FindAllStringSubmatch(s, -1) {
		list = append(list, match[min(1, len(match)-1)])
	}
	return unique(list)
}

// unique drops what was there before, and keeps the order.
func unique(list []string) []string {
	seen := make(map[string]bool, len(list))
	return slices.DeleteFunc(list, func(s string) bool {
		was := seen[s]
		seen[s] = true
		return was
	})
}

// lines shows a list below a message, a line for each.
func lines(list []string) string {
	var s strings.Builder
	for i, l := range list {
		if i == 20 {
			fmt.Fprintf(&s, "\n\t(%d more)", len(list)-i)
			break
		}
		fmt.Fprintf(&s, "\n\t%s", quote(l))
	}
	return s.String()
}

// excerpt shows the start of the readable body.
func (m *Message) excerpt() string {
	s, name := m.Text, "Text"
	if s == "" {
		s, name = readPage(m.HTML).text, "HTML"
	}
	if s == "" {
		return "\t(no text)"
	}
	list := strings.Split(strings.TrimRight(s, "\n"), "\n")
	return name + ":" + lines(list)
}

var textLink = regexp.MustCompile(`(?i)\bhttps?://[^\s<>"{}|\\^` + "`" + `\x00-\x1f\x7f]+`)

// textLinks finds addresses in plain text, without the punctuation that
// follows them there.
func textLinks(s string) []string {
	list := textLink.FindAllString(s, -1)
	for i, l := range list {
		list[i] = trimPunctuation(l)
	}
	return list
}

// trimPunctuation keeps a closing bracket that was opened in the link.
func trimPunctuation(link string) string {
	round := strings.Count(link, ")") - strings.Count(link, "(")
	square := strings.Count(link, "]") - strings.Count(link, "[")
	for n := len(link); n > 0; n-- {
		switch c := link[n-1]; {
		case strings.IndexByte(".,;:!?'", c) >= 0:
		case c == ')' && round > 0:
			round--
		case c == ']' && square > 0:
			square--
		default:
			return link[:n]
		}
	}
	return ""
}

// Bcc returns the recipients of the envelope that neither To nor Cc names, nor
// their Resent forms.
func (m *Message) Bcc() []string {
	named := map[string]bool{}
	for _, f := range m.Tree().Fields() {
		switch strings.ToLower(f.Name) {
		case "to", "cc", "resent-to", "resent-cc":
			list, _ := ParseAddresses(f.Value)
			for _, a := range list {
				named[strings.ToLower(a.Addr())] = true
			}
		}
	}
	var bcc []string
	for _, r := range m.RcptTo {
		if !named[strings.ToLower(r)] {
			bcc = append(bcc, r)
		}
	}
	return bcc
}
