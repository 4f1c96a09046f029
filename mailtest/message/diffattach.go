package message

import (
	"bytes"
	"fmt"
	"strings"
	"unicode/utf8"
)

// attachments compares in order, unless want is nil.
func (d *differ) attachments(name string, want, got []Attachment) {
	if want == nil {
		return
	}
	list := edits(len(want), len(got), func(i, j int) bool { return sameAttachment(want[i], got[j]) })
	if allSame(list) {
		return
	}
	d.title(name)
	d.bracket("[]Attachment{")
	withData := func(a Attachment) bool { return a.Data != nil }
	d.edits(list, func(e edit) string {
		if e.sign == '-' {
			return showAttachment(want[e.want], withData(want[e.want]))
		}
		return showAttachment(got[e.got], anyOf(want, withData))
	})
	d.bracket("}")
	d.contents(name, list, want, got)
}

func anyOf(list []Attachment, f func(Attachment) bool) bool {
	for _, a := range list {
		if f(a) {
			return true
		}
	}
	return false
}

func sameAttachment(want, got Attachment) bool {
	return sameKind(want, got) && (want.Data == nil || bytes.Equal(want.Data, got.Data))
}

// sameKind compares all but the data.
func sameKind(want, got Attachment) bool {
	return optional(want.Name, got.Name) && optional(strings.ToLower(want.Type), got.Type) &&
		optional(want.ContentID, got.ContentID)
}

func optional(want, got string) bool { return want == "" || match(want, got) }

// showAttachment shows an attachment as it would be written in a Want.
func showAttachment(a Attachment, withData bool) string {
	var fields []string
	add := func(name, value string) {
		if value != "" {
			fields = append(fields, name+": "+show(value))
		}
	}
	add("Name", a.Name)
	add("Type", a.Type)
	add("ContentID", a.ContentID)
	if withData {
		fields = append(fields, fmt.Sprintf("Data: %d bytes", len(a.Data)))
	}
	return "{" + strings.Join(fields, ", ") + "}"
}

// contents shows where the data of attachments differ that are the same
// otherwise: the ones that a difference has put next to each other.
func (d *differ) contents(name string, list []edit, want, got []Attachment) {
	for i, e := range list {
		if e.sign != '-' {
			continue
		}
		for _, f := range list[i:] {
			if f.sign == '+' && sameKind(want[e.want], got[f.got]) {
				d.data(fmt.Sprintf("%s[%d].Data", name, f.got), want[e.want].Data, got[f.got].Data)
				break
			}
		}
	}
}

// data shows text by lines, and anything else by its bytes.
func (d *differ) data(name string, want, got []byte) {
	if isText(want) && isText(got) && bytes.Count(want, []byte("\n")) > 0 {
		d.lines(name, strings.Split(string(want), "\n"), strings.Split(string(got), "\n"))
		return
	}
	i := 0
	for i < len(want) && i < len(got) && want[i] == got[i] {
		i++
	}
	d.title(fmt.Sprintf("%s, from byte %d", name, i))
	d.row('-', hexOrText(want, i))
	d.row('+', hexOrText(got, i))
}

func isText(b []byte) bool { return utf8.Valid(b) && bytes.IndexByte(b, 0) < 0 }

func hexOrText(b []byte, from int) string {
	b = b[from:]
	const most = 24
	s := b[:min(len(b), most)]
	switch {
	case len(s) == 0:
		return "(ends here)"
	case isText(s):
		return quote(string(s)) + rest(len(b)-len(s))
	}
	return fmt.Sprintf("% x", s) + rest(len(b)-len(s))
}

func rest(n int) string {
	if n == 0 {
		return ""
	}
	return fmt.Sprintf(" … (%d more bytes)", n)
}
