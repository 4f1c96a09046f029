package message

import (
	"maps"
	"slices"
	"strings"
	"testing"
)

// A Want describes a message in part: nil and zero fields are not compared. An
// empty, non-nil slice means that there must be none. Where a literal won't
// do, a string may be a matcher: [Any], [None], [Regexp], [Prefix],
// [Contains], [Near], [Not].
//
// An address without a name, "no-reply@shop.example", matches whatever name
// stands with it in the message; "Shop <no-reply@shop.example>" wants that
// name, and "<no-reply@shop.example>" wants none. Domains are compared in any
// case.
//
// Line ends at the end of Text and HTML are not compared: SMTP adds one if
// there is none.
type Want struct {
	MailFrom    string   // "<>" is the null reverse-path
	RcptTo      []string // in any order
	Bcc         []string // recipients that To and Cc don't name, in any order
	From        string   // the only address there, or several with ", " between
	To, Cc      []string
	Subject     string
	Text, HTML  string
	Has         []string          // each must be in Text, HTML or what can be read of HTML
	Links       []string          // all of them, in any order
	Header      map[string]string // decoded, of one field of that name; "" wants none
	Attachments []Attachment      // zero fields of each are not compared
	Inline      []Attachment      // likewise
}

// Diff says how m differs from w, "" if it is as wanted. It names the message,
// and shows only what was asked for and differs. The text may change between
// versions: only whether it is empty is for programs.
func (m *Message) Diff(w Want) string {
	m.Decode()
	var d differ
	d.value("MailFrom", w.MailFrom, reversePath(w.MailFrom, m.MailFrom), sameAddress)
	d.anyOrder("RcptTo", w.RcptTo, m.RcptTo, sameAddress)
	if w.Bcc != nil {
		d.anyOrder("Bcc", w.Bcc, m.Bcc(), sameAddress)
	}
	d.value("From", w.From, strings.Join(m.From, ", "), sameAddress)
	d.inOrder("To", w.To, m.To, sameAddress)
	d.inOrder("Cc", w.Cc, m.Cc, sameAddress)
	d.value("Subject", w.Subject, m.Subject, sameText)
	d.body("Text", w.Text, m.Text)
	d.body("HTML", w.HTML, m.HTML)
	d.has(w.Has, m)
	if w.Links != nil {
		d.anyOrder("Links", w.Links, m.Links(), sameText)
	}
	d.header(w.Header, m)
	d.attachments("Attachments", w.Attachments, m.Attachments)
	d.attachments("Inline", w.Inline, m.Inline)
	if d.out.Len() == 0 {
		return ""
	}
	return m.String() + ": unexpected content (-want +got):\n" +
		strings.TrimSuffix(d.out.String(), "\n")
}

// Check reports with t.Errorf how m differs from w.
func (m *Message) Check(t testing.TB, w Want) {
	needTest(t, "Check", "use Diff outside tests")
	t.Helper()
	if diff := m.Diff(w); diff != "" {
		t.Errorf("%s", diff)
	}
}

// needTest panics if there is no test to fail.
func needTest(t testing.TB, method, instead string) {
	if t == nil {
		panic("message: " + method + " needs a testing.TB: " + instead)
	}
}

func sameText(want, got string) bool { return match(want, got) }

// reversePath shows the null reverse-path as it is written, if it is compared.
func reversePath(want, got string) string {
	if got == "" && !isMatcher(want) {
		return "<>"
	}
	return got
}

// sameAddress compares as Want says. A matcher may match the address alone.
func sameAddress(want, got string) bool {
	name, addr := splitShown(got)
	if isMatcher(want) {
		return match(want, got, addr)
	}
	if want == got {
		return true
	}
	wantName, wantAddr := splitShown(want)
	if !equalAddr(wantAddr, addr) {
		return false
	}
	bare := !strings.HasSuffix(want, ">")
	return bare || wantName == name
}

// splitShown splits "Alice <alice@example.com>". The name may be quoted or
// encoded, as in a header.
func splitShown(s string) (name, addr string) {
	i := strings.LastIndexByte(s, '<')
	if i < 0 || !strings.HasSuffix(s, ">") {
		return "", s
	}
	name = strings.TrimSpace(s[:i])
	if n := len(name); n >= 2 && name[0] == '"' && name[n-1] == '"' {
		name = unquotePairs(name[1 : n-1])
	} else {
		name = DecodeHeader(name)
	}
	return name, s[i+1 : len(s)-1]
}

func equalAddr(a, b string) bool {
	i, j := strings.LastIndexByte(a, '@'), strings.LastIndexByte(b, '@')
	if i < 0 || j < 0 {
		return a == b
	}
	return a[:i] == b[:j] && strings.EqualFold(a[i:], b[j:])
}

// has looks for each text in what the message shows.
func (d *differ) has(want []string, m *Message) {
	visible := readPage(m.HTML).text
	var missing []bool
	for _, w := range want {
		missing = append(missing, !hasText(w, m.Text, m.HTML, visible))
	}
	if !slices.Contains(missing, true) {
		return
	}
	d.title("Has")
	d.bracket("[]string{")
	for i, w := range want {
		if missing[i] {
			d.element('-', show(w), almost(w, m.Text, visible))
		} else {
			d.element(' ', show(w), "")
		}
	}
	d.bracket("}")
	d.shown(m, visible)
}

func hasText(want string, shown ...string) bool {
	if isMatcher(want) {
		return match(want, shown...)
	}
	return match(Contains(want), shown...)
}

// almost says why a text isn't found that seems to be there.
func almost(want string, shown ...string) string {
	squeeze := func(s string) string { return strings.Join(strings.Fields(s), " ") }
	for _, s := range shown {
		switch {
		case isMatcher(want):
		case strings.Contains(squeeze(s), squeeze(want)):
			return "there with other white space"
		case strings.Contains(strings.ToLower(s), strings.ToLower(want)):
			return "there in another case"
		}
	}
	return ""
}

// header compares with the fields of each name; one must match.
func (d *differ) header(want map[string]string, m *Message) {
	for _, name := range slices.Sorted(maps.Keys(want)) {
		var got []string
		for _, f := range m.Tree().Fields() {
			if strings.EqualFold(f.Name, name) {
				got = append(got, DecodeHeader(f.Value))
			}
		}
		w := want[name]
		if w == "" || w == None {
			d.absent(name, got)
			continue
		}
		if !slices.ContainsFunc(got, func(g string) bool { return match(w, g) }) {
			d.title("Header[" + quote(name) + "]")
			d.pair(w, got...)
		}
	}
}

func (d *differ) absent(name string, got []string) {
	if len(got) == 0 {
		return
	}
	d.title("Header[" + quote(name) + "]")
	d.row('-', "(absent)")
	for _, g := range got {
		d.row('+', quoteCut(g))
	}
}
