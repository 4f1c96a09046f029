package message

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Long values are shown by a window of so many bytes, with so many of them
// before the first difference.
const (
	maxShown = 160
	lead     = 60
)

// quote makes invisible characters visible: control characters, bytes that
// aren't UTF-8, spaces other than " ", and what has no width.
func quote(s string) string { return strconv.Quote(s) }

// quoteExpr quotes a regular expression as one writes it.
func quoteExpr(re string) string {
	if strconv.CanBackquote(re) {
		return "`" + re + "`"
	}
	return quote(re)
}

// quoteCut shows a long value by its start.
func quoteCut(s string) string { return window(s, 0, strconv.Quote) }

// quotePair shows two values that differ, long ones by where they begin to. If
// they would look alike they are shown in ASCII.
func quotePair(want, got string) (w, g string) {
	from := commonPrefix(want, got)
	start := 0
	if max(len(want), len(got)) > maxShown && from > lead {
		start = runeStart(want, from-lead)
	}
	q := strconv.Quote
	if lookAlike(want, got, from) {
		q = strconv.QuoteToASCII
	}
	return window(want, start, q), window(got, start, q)
}

// lookAlike reports whether people may see no difference: the same characters
// in another form, or at the first difference a letter of another script.
func lookAlike(want, got string, from int) bool {
	if norm.NFKC.String(want) == norm.NFKC.String(got) {
		return true
	}
	w, _ := utf8.DecodeRuneInString(want[from:])
	g, _ := utf8.DecodeRuneInString(got[from:])
	foreign := func(r rune) bool { return unicode.In(r, unicode.Cyrillic, unicode.Greek) }
	return foreign(w) && unicode.Is(unicode.Latin, g) || foreign(g) && unicode.Is(unicode.Latin, w)
}

// window quotes s from an offset on, and tells what it left out.
func window(s string, start int, q func(string) string) string {
	end := min(len(s), start+maxShown)
	if end < len(s) {
		end = runeStart(s, end)
	}
	start = min(start, end)
	text := q(s[start:end])
	if start > 0 {
		text = "…" + text
	}
	if end < len(s) {
		text += "… (" + strconv.Itoa(len(s)) + " bytes)"
	}
	return text
}

// commonPrefix returns where two texts begin to differ, at the start of a
// character.
func commonPrefix(a, b string) int {
	i := 0
	for i < len(a) && i < len(b) && a[i] == b[i] {
		i++
	}
	if i < len(a) {
		return runeStart(a, i)
	}
	return i
}

// plural counts things.
func plural(n int, thing string) string {
	if n != 1 {
		thing += "s"
	}
	return strconv.Itoa(n) + " " + thing
}

// runeStart goes back to the start of the character at i.
func runeStart(s string, i int) int {
	for back := 0; i < len(s) && back < utf8.UTFMax && i > back; back++ {
		if utf8.RuneStart(s[i-back]) {
			return i - back
		}
	}
	return i
}

// body compares a readable body by lines, unless want is "". A want that is
// all line ends still asks for an empty body.
func (d *differ) body(name, want, got string) {
	if want == "" {
		return
	}
	if isMatcher(want) {
		if !match(want, got) {
			d.title(name)
			d.row('-', showMatcher(want))
			d.excerpt('+', got)
		}
		return
	}
	want, got = strings.TrimRight(want, "\r\n"), strings.TrimRight(got, "\r\n")
	switch {
	case want == got:
	case got == "":
		d.title(name)
		d.excerpt('-', want)
		d.row('+', "(none)")
	default:
		d.lines(name, strings.Split(want, "\n"), strings.Split(got, "\n"))
	}
}

// lines shows where bodies differ, with two lines around it.
func (d *differ) lines(name string, want, got []string) {
	list := edits(len(want), len(got), func(i, j int) bool { return want[i] == got[j] })
	first := 0
	for list[first].sign == ' ' {
		first++
	}
	d.title(name + ", line " + strconv.Itoa(first+1))
	rows, hidden := 0, 0
	for i := 0; i < len(list); {
		n := run(list[i:])
		switch {
		case rows >= maxRows:
			d.note("%s", plural(len(list)-i, "more line"))
			return
		case n > 0:
			rows += d.changed(list[i:i+n], want, got)
			i += n
			continue
		case isFar(list, i):
			hidden++
		default:
			d.row(' ', quoteCut(got[list[i].got]))
			rows++
		}
		i++
		if hidden > 0 && i < len(list) && !isFar(list, i) {
			d.note("%s left out", plural(hidden, "equal line"))
			hidden = 0
		}
	}
}

// run returns how many steps from the first on are differences.
func run(list []edit) int {
	n := 0
	for n < len(list) && list[n].sign != ' ' {
		n++
	}
	return n
}

// changed shows lines that differ, wanted ones first. Those that stand for
// each other are shown where they differ.
func (d *differ) changed(list []edit, want, got []string) (rows int) {
	var w, g []string
	for _, e := range list {
		if e.sign == '-' {
			w = append(w, want[e.want])
		} else {
			g = append(g, got[e.got])
		}
	}
	total := len(w) + len(g)
	const most = maxRows / 2
	left := max(0, len(w)-most) + max(0, len(g)-most)
	w, g = w[:min(len(w), most)], g[:min(len(g), most)]
	for i := range w {
		w[i], g = quoteLine(w[i], g, i)
		d.row('-', w[i])
	}
	for i := range g {
		if i >= len(w) {
			g[i] = quoteCut(g[i])
		}
		d.row('+', g[i])
	}
	if left > 0 {
		d.note("%s here", plural(left, "more line"))
	}
	return total
}

// quoteLine quotes a line together with the one that stands for it.
func quoteLine(line string, others []string, i int) (string, []string) {
	if i >= len(others) {
		return quoteCut(line), others
	}
	line, others[i] = quotePair(line, others[i])
	return line, others
}

// shown shows what could be read, where something was missing in it.
func (d *differ) shown(m *Message, visible string) {
	switch {
	case m.Text != "":
		d.bracket("in Text:")
		d.excerpt(' ', m.Text)
	case visible != "":
		d.bracket("in HTML:")
		d.excerpt(' ', visible)
	default:
		d.note("the message has no readable text")
	}
}

// excerpt shows the first lines of a text.
func (d *differ) excerpt(sign byte, s string) {
	if s == "" {
		d.row(sign, "(none)")
		return
	}
	list := strings.Split(strings.TrimRight(s, "\n"), "\n")
	for i, l := range list {
		if i == 12 {
			d.note("%s", plural(len(list)-i, "more line"))
			return
		}
		d.row(sign, quoteCut(l))
	}
}
