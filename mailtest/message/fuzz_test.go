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

// FuzzFieldValue takes a value for addresses and for a date: what is parsed and
// written is the same when it is parsed again.
func FuzzFieldValue(f *testing.F) {
	f.Add("Mon (x), 5 Jan 26 10:00:60 EST")
	f.Add(`"Doe, Jane" <jane@example.com>, Team: =?utf-8?q?J=C3=B6?= <"a b"@[192.0.2.1]>;, x@y (Z)`)
	f.Fuzz(func(t *testing.T, value string) {
		checkAddresses(t, value)
		checkDate(t, value)
	})
}

func checkAddresses(t *testing.T, value string) {
	t.Helper()
	list, bad := ParseAddresses(value)
	for i, d := range parseAddressList(value).display {
		a := list[i]
		if a.IsGroup || a.EndGroup || !isASCII([]byte(value)) || strings.ContainsAny(value, "\r\n\x00") {
			continue
		}
		written := encodeName(d) + " <" + a.Addr() + ">"
		again := parseAddressList(written)
		if len(again.list) != 1 || again.list[0].Addr() != a.Addr() ||
			strings.Join(strings.Fields(again.display[0]), " ") != strings.Join(strings.Fields(d), " ") {
			t.Errorf("%q has %q %q, written as %q it has %q %q, bad %q", value, d, a.Addr(), written, again.list, again.display, bad)
		}
	}
}

func checkDate(t *testing.T, value string) {
	t.Helper()
	date, err := ParseDate(value)
	if err != nil {
		return
	}
	written := date.Format("Mon, 02 Jan 2006 15:04:05 -0700")
	if again, err := ParseDate(written); err != nil || !again.Equal(date) {
		t.Errorf("%q is %v, written as %q it is %v, %v", value, date, written, again, err)
	}
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
