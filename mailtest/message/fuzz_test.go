package message

import (
	"bytes"
	"strings"
	"testing"
)

func FuzzParse(f *testing.F) {
	f.Add([]byte(welcome))
	for _, m := range malformed {
		if len(m.raw) < 4096 { // big ones only make it slow
			f.Add([]byte(m.raw))
		}
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		before := bytes.Clone(raw)
		m := Parse(raw)
		root := m.Tree()
		checkTree(t, root, 0, len(raw))
		if got := reassemble(root); !bytes.Equal(got, raw) {
			t.Fatalf("the tree's ranges are %q, want %q", got, raw)
		}
		use(m)
		if !bytes.Equal(raw, before) {
			t.Fatal("the bytes have changed")
		}
		if a, b := dump(root), dump(parseTree(raw)); a != b {
			t.Fatalf("not the same tree twice:\n%s\n%s", a, b)
		}
	})
}

// use calls what works on any message.
func use(m *Message) {
	m.Problems()
	m.Links()
	m.Bcc()
	m.Date()
	m.Report()
	m.Events()
	m.Unsubscribe()
	m.Lint(Lint{Bulk: true})
	m.normalised(strings.NewReplacer())
	m.Diff(Want{Subject: "x", Text: "a\nb", HTML: "c", Has: []string{"d"}, To: []string{"e"}, Attachments: []Attachment{{Data: []byte("f")}}})
	_ = m.String()
	usePart(m.Tree())
}

func usePart(p *Part) {
	if len(p.Parts) == 0 {
		p.Text()
		p.Lines()
	}
	p.Fields()
	p.Get("Subject")
	for i, c := range p.Parts {
		if p.IsMultipart() && p.Find(i+1) != c {
			panic("Find doesn't find a part")
		}
		usePart(c)
	}
}

// reassemble puts the ranges of a tree together again: header, what is before
// and between the parts, the parts, and what is after them.
func reassemble(p *Part) []byte {
	b := bytes.Clone(p.HeaderBytes())
	at := p.Body
	for _, c := range p.Parts {
		b = append(b, p.raw[at:c.Start]...)
		b = append(b, reassemble(c)...)
		at = c.End
	}
	return append(b, p.raw[at:p.End]...)
}
