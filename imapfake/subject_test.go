package imapfake

import (
	"strings"
	"testing"
)

func TestBaseSubject(t *testing.T) {
	for _, tt := range []struct {
		subject, base string
		reply         bool
	}{
		{"", "", false},
		{"plain", "plain", false},
		{"Re: plain", "plain", true},
		{"RE :  plain ", "plain", true},
		{"re: Fw: FWD: plain", "plain", true},
		{"Re[2]: plain", "plain", true},
		{"re [x] : plain", "plain", true},
		{"[list] plain", "plain", false},
		{"[list] Re: plain", "plain", true},
		{"Re: [list] plain", "plain", true},
		{"[a][b] Re: [c] plain", "plain", true},
		{"[only]", "[only]", false},
		{"Re: [only]", "[only]", true},
		{"[a] [b]", "[b]", false},
		{"plain (fwd)", "plain", true},
		{"plain (FWD) (fwd) ", "plain", true},
		{"[Fwd: plain]", "plain", true},
		{"[fwd: Re: [list] plain (fwd)]", "plain", true},
		{"Re: [fwd: [fwd: plain]]", "plain", true},
		{"a\tb\r\n c", "a b c", false},
		{"reply", "reply", false},
		{"Re plain", "Re plain", false},
		{"[open plain", "[open plain", false},
		{"[[x] plain", "[[x] plain", false},
		{"Re:", "", true},
		{"(fwd)", "", true},
		{"re: [fwd:]", "", true},
		{"é: plain", "é: plain", false},
	} {
		if base, reply := baseSubject(tt.subject); base != tt.base || reply != tt.reply {
			t.Errorf("baseSubject(%q) = %q, %t, want %q, %t", tt.subject, base, reply, tt.base, tt.reply)
		}
	}
}

// checkBaseSubject: what has a base already is left alone.
func checkBaseSubject(t *testing.T, s string) {
	t.Helper()
	base, _ := baseSubject(s)
	if again, _ := baseSubject(base); again != base && strings.ToValidUTF8(s, "") == s {
		t.Errorf("the base of %q is %q, and of that %q", s, base, again)
	}
}
