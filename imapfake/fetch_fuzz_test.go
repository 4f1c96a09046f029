package imapfake

import (
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"testing"

	"github.com/emersion/go-imap/v2"

	"github.com/mailfakes/mailfakes/mailtest/message"
)

// A grammar reads what the server writes, by RFC 3501 section 9, and panics
// where that isn't it.
type grammar struct{ b string }

// checkGrammar returns what is wrong with b, "" if rule fits all of it.
func checkGrammar(b []byte, rule func(*grammar)) (wrong string) {
	defer func() {
		if e := recover(); e != nil {
			wrong = fmt.Sprint(e)
		}
	}()
	g := &grammar{string(b)}
	if rule(g); g.b != "" {
		panic(fmt.Sprintf("%.60q is left over", g.b))
	}
	return ""
}

func (g *grammar) try(s string) bool {
	rest, ok := strings.CutPrefix(g.b, s)
	g.b = rest
	return ok
}

func (g *grammar) expect(s string) {
	if !g.try(s) {
		panic(fmt.Sprintf("want %q at %.60q", s, g.b))
	}
}

func (g *grammar) number() int {
	n := len(g.b) - len(strings.TrimLeft(g.b, "0123456789"))
	v, err := strconv.ParseUint(g.b[:n], 10, 32)
	if err != nil {
		panic(err)
	}
	g.b = g.b[n:]
	return int(v)
}

// string reads a quoted string or a literal.
func (g *grammar) string() string {
	if g.try("{") {
		n := g.number()
		g.expect("}\r\n")
		s := g.b[:n]
		g.b = g.b[n:]
		if strings.Contains(s, "\x00") {
			panic("NUL in a literal")
		}
		return s
	}
	g.expect(`"`)
	var s strings.Builder
	for !g.try(`"`) {
		if g.try(`\`) && g.b[0] != '"' && g.b[0] != '\\' {
			panic("backslash before an ordinary character")
		}
		if c := g.b[0]; c == 0 || c == '\r' || c == '\n' || c >= 0x80 {
			panic(fmt.Sprintf("%q in a quoted string", c))
		}
		s.WriteByte(g.b[0])
		g.b = g.b[1:]
	}
	return s.String()
}

func (g *grammar) nstring() {
	if !g.try("NIL") {
		g.string()
	}
}

// seq reads rules with spaces between them.
func (g *grammar) seq(rules ...func()) {
	for i, rule := range rules {
		if i > 0 {
			g.expect(" ")
		}
		rule()
	}
}

// list reads (rule sep rule ...), at least one, or NIL.
func (g *grammar) nlist(sep string, rule func()) {
	if g.try("NIL") {
		return
	}
	g.expect("(")
	for rule(); !g.try(")"); rule() {
		g.expect(sep)
	}
}

func (g *grammar) envelope() {
	addresses := func() {
		g.nlist("", func() {
			g.expect("(")
			g.seq(g.nstring, g.nstring, g.nstring, g.nstring)
			g.expect(")")
		})
	}
	g.expect("(")
	g.seq(g.nstring, g.nstring, addresses, addresses, addresses, addresses, addresses, addresses,
		g.nstring, g.nstring)
	g.expect(")")
}

func (g *grammar) params() {
	g.nlist(" ", func() { g.seq(func() { g.string() }, func() { g.string() }) })
}

func (g *grammar) extension() {
	disposition := func() {
		if !g.try("NIL") {
			g.expect("(")
			g.seq(func() { g.string() }, g.params)
			g.expect(")")
		}
	}
	language := func() {
		if strings.HasPrefix(g.b, "(") {
			g.nlist(" ", func() { g.string() })
		} else {
			g.nstring()
		}
	}
	g.seq(disposition, language, g.nstring)
}

// body reads body, or with extended the form of BODYSTRUCTURE.
func (g *grammar) body(extended bool) {
	g.expect("(")
	if strings.HasPrefix(g.b, "(") {
		for strings.HasPrefix(g.b, "(") {
			g.body(extended)
		}
		g.expect(" ")
		g.string()
		if extended {
			g.expect(" ")
			g.seq(g.params, g.extension)
		}
		g.expect(")")
		return
	}
	typ := strings.ToLower(g.string())
	g.expect(" ")
	typ += "/" + strings.ToLower(g.string())
	g.expect(" ")
	g.seq(g.params, g.nstring, g.nstring, func() { g.string() }, func() { g.number() })
	switch {
	case typ == "message/rfc822" || typ == "message/global":
		g.expect(" ")
		g.seq(g.envelope, func() { g.body(extended) }, func() { g.number() })
	case strings.HasPrefix(typ, "text/"):
		g.expect(" ")
		g.number()
	}
	if extended {
		g.expect(" ")
		g.seq(g.nstring, g.extension)
	}
	g.expect(")")
}

// FuzzStructure writes ENVELOPE, BODY and BODYSTRUCTURE of any bytes.
func FuzzStructure(f *testing.F) {
	for _, m := range oddMails {
		f.Add([]byte(m))
	}
	f.Add([]byte("Subject: a\x00b\r\nContent-Type: text/\x00; a=\x00\r\n\r\n"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		tree := message.New("", nil, raw).Tree()
		var e encoder
		e.envelope(tree)
		if wrong := checkGrammar(e.buf, (*grammar).envelope); wrong != "" {
			t.Errorf("ENVELOPE %q: %s", e.buf, wrong)
		}
		for _, extended := range []bool{false, true} {
			e.buf = nil
			e.structure(tree, extended)
			if wrong := checkGrammar(e.buf, func(g *grammar) { g.body(extended) }); wrong != "" {
				t.Errorf("structure %q: %s", e.buf, wrong)
			}
		}
	})
}

// FuzzSection reads sections, writes them, reads them again, and takes them
// of a message.
func FuzzSection(f *testing.F) {
	for _, s := range []string{
		"[]", "[]<0.1>", "[1]", "[1.2.MIME]<10.20>", "[HEADER]", "[2.HEADER.FIELDS (To \"x y\" cc)]",
		"[HEADER.FIELDS.NOT (a)]<9223372036854775807.9223372036854775807>", "[TEXT]", "[4294967295.TEXT]",
		"[1.]", "[MIME]", "[0]", "[1TEXT]", "[HEADER.FIELDS ()]", "[]<1>",
	} {
		f.Add(s)
	}
	odd := make([]*message.Message, len(oddMails))
	for i, m := range oddMails {
		odd[i] = message.New("", nil, []byte(m))
	}
	f.Fuzz(func(t *testing.T, text string) {
		p := newParser(text)
		s := p.section()
		if p.end() != nil {
			return
		}
		var e encoder
		e.section(s)
		if s.Partial != nil { // a response has the offset only
			e.buf = append(e.buf[:len(e.buf)-1], fmt.Sprintf(".%d>", s.Partial.Size)...)
		}
		p = newParser(string(e.buf))
		if again := p.section(); p.end() != nil || !reflect.DeepEqual(again, s) {
			t.Errorf("%q is %+v, written %q, which is %+v, %v", text, s, e.buf, again, p.err)
		}
		checkSection(t, odd, s)
	})
}

// checkSection takes a section of all messages. With a partial range it must
// be what the range cuts of the whole.
func checkSection(t *testing.T, messages []*message.Message, s *imap.FetchItemBodySection) {
	t.Helper()
	whole := *s
	whole.Partial = nil
	for i, m := range messages {
		var buf1, buf2 []byte
		all, ok1 := sectionData(m, &whole, &buf1)
		part, ok2 := sectionData(m, s, &buf2)
		if ok1 != ok2 || string(cutPartial(all, s.Partial)) != string(part) || len(part) > len(all) {
			t.Errorf("message %d: %+v = %q, %t, of %q, %t", i, s, part, ok2, all, ok1)
		}
		if string(m.Raw) != oddMails[i] {
			t.Fatalf("message %d was changed by %+v", i, s)
		}
	}
}
