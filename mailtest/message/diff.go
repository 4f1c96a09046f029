package message

import (
	"fmt"
	"strings"
)

// A differ writes what differs, field by field: a title, then rows with a sign
// in front.
type differ struct{ out strings.Builder }

func (d *differ) title(name string) { fmt.Fprintf(&d.out, "%s:\n", name) }

func (d *differ) row(sign byte, text string) { fmt.Fprintf(&d.out, "%c \t%s\n", sign, text) }

func (d *differ) bracket(text string) { fmt.Fprintf(&d.out, "  %s\n", text) }

func (d *differ) note(format string, args ...any) {
	fmt.Fprintf(&d.out, "  \t(%s)\n", fmt.Sprintf(format, args...))
}

// element writes an element of a list, with a remark if there is one.
func (d *differ) element(sign byte, text, remark string) {
	text += ","
	if remark != "" {
		text += " // " + remark
	}
	d.row(sign, text)
}

// value compares a single value, unless want is "".
func (d *differ) value(name, want, got string, same func(want, got string) bool) {
	if want == "" || same(want, got) {
		return
	}
	d.title(name)
	d.pair(want, got)
}

// pair writes what was wanted above what there is.
func (d *differ) pair(want string, got ...string) {
	switch {
	case len(got) == 0 || len(got) == 1 && got[0] == "":
		d.row('-', show(want))
		d.row('+', "(none)")
	case len(got) == 1 && !isMatcher(want):
		w, g := quotePair(want, got[0])
		d.row('-', w)
		d.row('+', g)
	default:
		d.row('-', show(want))
		for _, g := range got {
			d.row('+', quoteCut(g))
		}
	}
}

// show shows a literal or a matcher.
func show(want string) string {
	if isMatcher(want) {
		return showMatcher(want)
	}
	return quoteCut(want)
}

// A edit is a step of a diff: '-' for one that is wanted only, '+' for one
// that is there only, ' ' for one of both.
type edit struct {
	sign      byte
	want, got int // indexes, -1 if there is none
}

// inOrder compares lists, unless want is nil.
func (d *differ) inOrder(name string, want, got []string, same func(want, got string) bool) {
	if want == nil {
		return
	}
	equal := func(i, j int) bool { return same(want[i], got[j]) }
	d.list(name, want, got, edits(len(want), len(got), equal))
}

// anyOrder compares lists as sets with repetition, unless want is nil.
func (d *differ) anyOrder(name string, want, got []string, same func(want, got string) bool) {
	if want == nil {
		return
	}
	taken := make([]bool, len(got))
	var list []edit
	for i, w := range want {
		list = append(list, edit{'-', i, -1})
		for j, g := range got {
			if !taken[j] && same(w, g) {
				taken[j] = true
				list[i] = edit{' ', i, j}
				break
			}
		}
	}
	for j := range got {
		if !taken[j] {
			list = append(list, edit{'+', -1, j})
		}
	}
	d.list(name, want, got, list)
}

func (d *differ) list(name string, want, got []string, list []edit) {
	if allSame(list) {
		return
	}
	d.title(name)
	d.bracket("[]string{")
	d.edits(list, func(e edit) string {
		if e.sign == '-' {
			return show(want[e.want])
		}
		return quoteCut(got[e.got])
	})
	d.bracket("}")
}

func allSame(list []edit) bool {
	for _, e := range list {
		if e.sign != ' ' {
			return false
		}
	}
	return true
}

// maxRows bounds the rows of one field.
const maxRows = 24

// edits writes the elements of a list; runs of equal ones are cut.
func (d *differ) edits(list []edit, text func(edit) string) {
	rows := 0
	for i, e := range list {
		if rows == maxRows {
			d.note("%d more", len(list)-i)
			return
		}
		if e.sign == ' ' && isFar(list, i) {
			if i+1 == len(list) || !isFar(list, i+1) {
				d.note("equal ones left out")
			}
			continue
		}
		d.element(e.sign, text(e), "")
		rows++
	}
}

// isFar reports whether no difference is within two steps.
func isFar(list []edit, i int) bool {
	return allSame(list[max(0, i-2):min(len(list), i+3)])
}

// maxCells bounds the work of comparing two lists.
const maxCells = 1 << 20

// edits compares lists of n and m elements: the longest common subsequence is
// what they have in common. Lists that are too long for that have only their
// starts and ends in common.
func edits(n, m int, same func(i, j int) bool) []edit {
	var head, tail []edit
	lo := 0
	for lo < n && lo < m && same(lo, lo) {
		head = append(head, edit{' ', lo, lo})
		lo++
	}
	for n > lo && m > lo && same(n-1, m-1) {
		n, m = n-1, m-1
		tail = append(tail, edit{' ', n, m})
	}
	list := append(head, middle(lo, n, m, same)...)
	for i := len(tail) - 1; i >= 0; i-- {
		list = append(list, tail[i])
	}
	return list
}

// middle compares from lo to n and m, where the ends differ.
func middle(lo, n, m int, same func(i, j int) bool) []edit {
	if (n-lo)*(m-lo) > maxCells {
		same = func(int, int) bool { return false }
		return walk(lo, n, m, make([][]int, 0), same)
	}
	// length[i][j] is that of the common subsequence from i and j on.
	length := make([][]int, n-lo+1)
	for i := range length {
		length[i] = make([]int, m-lo+1)
	}
	for i := n - 1; i >= lo; i-- {
		for j := m - 1; j >= lo; j-- {
			a, b := i-lo, j-lo
			length[a][b] = max(length[a+1][b], length[a][b+1])
			if same(i, j) {
				length[a][b] = length[a+1][b+1] + 1
			}
		}
	}
	return walk(lo, n, m, length, same)
}

func walk(lo, n, m int, length [][]int, same func(i, j int) bool) []edit {
	var list []edit
	i, j := lo, lo
	for i < n || j < m {
		switch {
		case i < n && j < m && same(i, j):
			list = append(list, edit{' ', i, j})
			i, j = i+1, j+1
		case i < n && (j == m || len(length) == 0 || length[i-lo+1][j-lo] >= length[i-lo][j-lo+1]):
			list = append(list, edit{'-', i, -1})
			i++
		default:
			list = append(list, edit{'+', -1, j})
			j++
		}
	}
	return list
}
