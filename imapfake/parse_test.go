package imapfake

import (
	"fmt"
	"testing"

	"github.com/emersion/go-imap/v2"
)

// newParser returns a parser of one line.
func newParser(line string) *parser { return &parser{line: []byte(line + "\r\n")} }

func TestParserStrings(t *testing.T) {
	tests := []struct {
		in   string
		want string
		err  string
	}{
		{in: `abc`, want: "abc"},
		{in: `a]b`, want: "a]b"},
		{in: `"a b"`, want: "a b"},
		{in: `"a\"b\\"`, want: `a"b\`},
		{in: `""`, want: ""},
		{in: `"a\b"`, err: `expected " or \ after a backslash at byte 3 near "b\""`},
		{in: `"abc`, err: `expected a closing quote at byte 4`},
		{in: `"é"`, err: `expected an ASCII character at byte 1 near "\u00e9\""`},
		{in: `é`, err: `expected a string at byte 0 near "\u00e9"`},
		{in: ``, err: `expected a string at byte 0`},
		{in: `a%`, err: `expected the end of the line at byte 1 near "%"`},
	}
	for _, tt := range tests {
		p := newParser(tt.in)
		got := p.astring()
		err := p.end()
		if errText(err) != tt.err || err == nil && got != tt.want {
			t.Errorf("astring of %q = %q, %v, want %q, %v", tt.in, got, err, tt.want, tt.err)
		}
	}
}

func TestParserSets(t *testing.T) {
	tests := []struct{ in, want, err string }{
		{in: "1", want: "1"},
		{in: "1:3,5", want: "1:3,5"},
		{in: "*", want: "*"},
		{in: "4:*", want: "4:*"},
		{in: "0", err: `expected a number above 0 at byte 0 near "0"`},
		{in: "1,", err: `expected a number up to 4294967295 at byte 2`},
		{in: "4294967296", err: `expected a number up to 4294967295 at byte 0 near "4294967296"`},
		{in: "1:2:3", err: `expected the end of the line at byte 3 near ":3"`},
	}
	for _, tt := range tests {
		p := newParser(tt.in)
		set := p.numSet(true)
		err := p.end()
		if errText(err) != tt.err || err == nil && set.String() != tt.want {
			t.Errorf("numSet of %q = %v, %v, want %v, %v", tt.in, set, err, tt.want, tt.err)
		}
	}
}

func TestParserLiteral(t *testing.T) {
	p := &parser{line: []byte("{3} {2}x\r\n\r\n"), lits: [][]byte{[]byte("abc")}}
	if p.literal(); p.err == nil {
		t.Error("literal mark that isn't at the end of a line: no error")
	}
	p = &parser{line: []byte("{3}\r\n (\r\n"), lits: [][]byte{[]byte("abc")}}
	if got := p.string(); got != "abc" || p.err != nil {
		t.Errorf("string = %q, %v", got, p.err)
	}
	p.sp()
	p.flagList()
	if got, want := errText(p.end()), `expected a flag at byte 10`; got != want {
		t.Errorf("after a literal: %s, want %s", got, want)
	}
}

func TestParserDepth(t *testing.T) {
	var nested func(p *parser) func()
	nested = func(p *parser) func() {
		return func() { p.list(nested(p)) }
	}
	line := make([]byte, 200)
	for i := range line {
		line[i] = '('
	}
	p := newParser(string(line))
	p.list(nested(p))
	if p.err == nil || p.pos != maxDepth+1 {
		t.Errorf("200 lists nested: stopped at %d with %v", p.pos, p.err)
	}
}

func TestParserFlags(t *testing.T) {
	p := newParser(`(\Seen $Junk x) ()`)
	got := p.flagList()
	p.sp()
	none := p.flagList()
	if err := p.end(); err != nil || len(got) != 3 || got[0] != imap.FlagSeen || none != nil {
		t.Errorf("flags = %v, %v, %v", got, none, err)
	}
}

func errText(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

// A client that makes up names of mailboxes doesn't fill the memory of what
// was told.
func TestValiditiesBounded(t *testing.T) {
	var v validities
	for i := range uint32(2*maxMailboxes + 1) {
		if _, known := v.swap(fmt.Sprint("box", i), i); known {
			t.Fatalf("box%d is known", i)
		}
	}
	if before, known := v.swap(fmt.Sprint("box", 2*maxMailboxes), 1); !known || before != 2*maxMailboxes {
		t.Errorf("the last one is %d, %t", before, known)
	}
	if len(v.told) > maxMailboxes {
		t.Errorf("%d are kept", len(v.told))
	}
}
