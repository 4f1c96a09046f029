package imapfake

import (
	"strings"
	"testing"

	"github.com/mailfakes/mailfakes/mailtest/mailstore"
	"github.com/mailfakes/mailfakes/mailtest/message"
)

func TestNeedle(t *testing.T) {
	for _, tt := range []struct {
		needle, text string
		want         bool
	}{
		{"", "", true},
		{"", "x", true},
		{"x", "", false},
		{"fox", "The quick brown FOX", true},
		{"FOX", "the quick brown fox", true},
		{"fox", "The quick brown fo", false},
		{"aab", "aaab", true},
		{"zz", "azbzz", true},
		{"12-3", "x12-3", true},
		{"münchen", "MÜNCHEN", true},
		{"Mu\u0308nchen", "München", true},
		{"München", "Mu\u0308nchen", true},
		{"straße", "STRAßE", true},
		{"ΣΊΣΥΦΟΣ", "σίσυφος", true},
		{"kelvin", "\u212aelvin", true},
		{"\u212aelvin", "KELVIN", true},
		{"istanbul", "\u0130STANBUL", true},
		{"sun", "\u017fun", true},
		{"日本", "日本語", true},
		{"日本", "nihon", false},
		{"e", "é", false},
		{"я", "Я", true},
	} {
		var buf []byte
		if got := newNeedle(tt.needle).in([]byte(tt.text), &buf); got != tt.want {
			t.Errorf("%q in %q = %t", tt.needle, tt.text, got)
		}
	}
}

func FuzzNeedle(f *testing.F) {
	f.Add("fox", "the quick brown ", " jumps")
	f.Add("é", "caf", "")
	f.Add("ſ", "\u212a", "\u0130")
	f.Fuzz(func(t *testing.T, needle, before, after string) {
		valid := func(s string) string { return strings.ToValidUTF8(s, "") }
		needle, before, after = valid(needle), valid(before), valid(after)
		var buf []byte
		// Spaces keep what is around it from composing with it.
		text := before + " " + strings.ToUpper(needle) + " " + after
		if strings.EqualFold(needle, strings.ToUpper(needle)) && !newNeedle(needle).in([]byte(text), &buf) {
			t.Errorf("%q isn't found in %q", needle, text)
		}
	})
}

func TestSentDay(t *testing.T) {
	for _, tt := range []struct {
		date string
		want day
	}{
		{"Mon, 2 Feb 2026 23:59:59 -1200", 20260202},
		{"2 Feb 2026 10:00 +0000", 20260202},
		{"02 FEBRUARY 2026", 20260202},
		{"2 Feb 26 10:00 EST", 20260202},
		{"2 Feb 99 10:00 EST", 19990202},
		{"2 Feb 126 10:00 EST", 20260202},
		{"", 0},
		{"2026-02-02", 0},
		{"32 Feb 2026", 0},
		{"2 Fex 2026", 0},
		{"x Feb 2026", 0},
		{"2 Feb -1", 0},
	} {
		m := &mailstore.Entry{Arrival: &mailstore.Arrival{Msg: message.New("", nil, []byte("Date: "+tt.date+"\r\n\r\n"))}}
		if got := sentDay(m); got != tt.want {
			t.Errorf("sentDay of %q = %d, want %d", tt.date, got, tt.want)
		}
	}
}

// TestSearchLenient takes 8-bit text without CHARSET, as servers in the field
// do.
func TestSearchLenient(t *testing.T) {
	row{
		state: "examine", mail: []string{"Subject: =?utf-8?q?=C3=A9?=\n\n"},
		setup: func(srv *Server) { srv.Lenient = true },
		script: `
			C: a SEARCH SUBJECT {2}
			S: + ...
			C! \xc3\x89\r\n
			S: * SEARCH 1
			S: a OK ...`,
	}.converse(t)
}
