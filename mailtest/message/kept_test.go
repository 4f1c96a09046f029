package message

import "testing"

func TestKept(t *testing.T) {
	type one struct{ n int }
	type other struct{ n int }
	m, m2 := Parse(nil), Parse(nil)
	Kept[one](m).n = 1
	Kept[other](m).n = 2
	if a, b, c := Kept[one](m).n, Kept[other](m).n, Kept[one](m2).n; a != 1 || b != 2 || c != 0 {
		t.Errorf("kept %d, %d, %d, want 1, 2, 0", a, b, c)
	}
}
