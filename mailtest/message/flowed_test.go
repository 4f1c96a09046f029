package message

import "testing"

func TestUnflow(t *testing.T) {
	tests := []struct {
		in    string
		delSp bool
		want  string
	}{
		{"", false, ""},
		{"one \ntwo\n", false, "one two\n"},
		{"one \ntwo\n", true, "onetwo\n"},
		{"one  \ntwo", true, "one two"},
		{"one \n\ntwo\n", false, "one \ntwo\n"},
		{" From x\n > no quote\n", false, "From x\n> no quote\n"},
		{">one \n>two \nthree\n", false, "> one two \nthree\n"},
		{">> a \n> b\n", false, ">> a \n> b\n"},
		{"text \n-- \nAlice \nSmith\n", false, "text \n-- \nAlice Smith\n"},
		{"open ", false, "open "},
	}
	for _, tt := range tests {
		if got := unflow(tt.in, tt.delSp); got != tt.want {
			t.Errorf("unflow(%q, %v) = %q, want %q", tt.in, tt.delSp, got, tt.want)
		}
	}
}
