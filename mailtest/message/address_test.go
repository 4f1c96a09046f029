package message

import (
	"fmt"
	"strings"
	"testing"
)

func TestParseAddresses(t *testing.T) {
	tests := []struct{ in, want, bad string }{
		{"", "", ""},
		{"alice@example.com", "alice@example.com", ""},
		{"Alice <alice@example.com>", "Alice <alice@example.com>", ""},
		{`"Doe, Jane" <jane@example.com>, bob@example.com`, "Doe, Jane <jane@example.com>|bob@example.com", ""},
		{`"Joe \"J\" Q. Public" <j@x>`, `Joe "J" Q. Public <j@x>`, ""},
		{"John Q. Public <j@x>", "John Q. Public <j@x>", ""},
		{"=?utf-8?q?J=C3=B6rg?= <j@x>", "Jörg <j@x>", ""},
		{"=?utf-8?q?Doe,_J=C3=B6rg?= <j@x>", "Doe, Jörg <j@x>", ""},
		{`"=?utf-8?q?J=C3=B6rg?=" <j@x>`, "=?utf-8?q?J=C3=B6rg?= <j@x>", ""},
		{"=?utf-8?q?J?= =?utf-8?q?=C3=B6?= <j@x>", "Jö <j@x>", ""},
		{"Jörg <jörg@bücher.example>", "Jörg <jörg@bücher.example>", ""},
		{"j@x (Joe (the) Q)", "Joe (the) Q <j@x>", ""},
		{"Pete(A nice \\) chap) <pete(his account)@silly.test(his host)>", "Pete <pete@silly.test>", ""},
		{"<@a.example,@b.example:c@d.example>", "c@d.example", ""},
		{"Mary <@node.test:mary@example.net>, , jdoe@test  . example",
			"Mary <mary@example.net>|jdoe@test.example", ""},
		{"John Doe <jdoe@machine(comment).  example>", "John Doe <jdoe@machine.example>", ""},
		{`"john doe"@example.com`, `"john doe"@example.com`, ""},
		{`"a\"b"@example.com`, `"a\"b"@example.com`, ""},
		{`"a@b" <c@d>`, "a@b <c@d>", ""},
		{"user@[192.0.2.1], u@[IPv6:::1]", "user@[192.0.2.1]|u@[IPv6:::1]", ""},
		{`a@"b", [c]@d, e@f`, "e@f", `a@"b"|[c]@d`},
		{"postmaster", "postmaster", ""},
		{"a..b@example.com, .c.@example.com", "a..b@example.com|.c.@example.com", ""},
		{"a@x; b@y", "a@x|b@y", ""},
		// Groups.
		{"A Group:Ed Jones <joe@where.test>,joe@where.test,John <jdoe@one.test>;",
			"A Group:|Ed Jones <joe@where.test>|joe@where.test|John <jdoe@one.test>|;", ""},
		{"undisclosed-recipients:;", "undisclosed-recipients:|;", ""},
		{`(Empty)(start)Hidden recipients  :(nobody(that I know))  ;`, "Hidden recipients:|;", ""},
		{"x@x, Team: a@x; y@x", "x@x|Team:|a@x|;|y@x", ""},
		{"open: a@x", "open:|a@x|;", ""},
		{"a:;;;;", "a:|;", ""},
		{"a:b:c@d;", "a:|c@d|;", "b"},
		// Bad ones don't lose the others.
		{"a@b@c, d@e", "d@e", "a@b@c"},
		{"Alice alice@example.com, b@c", "b@c", "Alice alice@example.com"},
		{"<>, a@b", "a@b", "<>"},
		{"a@, @b, c@d", "c@d", "a@|@b"},
		{"<a@b, c@d", "c@d", "<a@b"},
		{"a@b>, c@d", "c@d", "a@b>"},
		{"<a@b> junk, c@d", "c@d", "<a@b> junk"},
		{`"open <a@b>, c@d`, `"open <a@b>|c@d`, ""},
		{"(open a@b, c@d", "c@d", "(open a@b"},
		{"a b c, d@e", "d@e", "a b c"},
	}
	for _, tt := range tests {
		list, bad := ParseAddresses(tt.in)
		got := join(shown(tt.in, list))
		if got != tt.want || join(bad) != tt.bad {
			t.Errorf("ParseAddresses(%s)\n got %s, bad %q\nwant %s, bad %q", tt.in, got, bad, tt.want, tt.bad)
		}
	}
}

func join(list []string) string { return strings.Join(list, "|") }

// shown shows addresses with decoded names.
func shown(in string, list []Address) []string {
	var s []string
	for i, d := range parseAddressList(in).display {
		if !list[i].IsGroup && !list[i].EndGroup {
			list[i].Name = d
		}
		s = append(s, list[i].String())
	}
	return s
}

func TestParseAddressesKeepsEncodedWords(t *testing.T) {
	list, _ := ParseAddresses(`=?utf-8?q?J=C3=B6rg?= "Q." <"a b"@x>`)
	got := fmt.Sprintf("%+v", list)
	if want := `[{Name:=?utf-8?q?J=C3=B6rg?= Q. Local:a b Domain:x Group: IsGroup:false EndGroup:false}]`; len(list) != 1 ||
		list[0] != (Address{Name: "=?utf-8?q?J=C3=B6rg?= Q.", Local: "a b", Domain: "x"}) {
		t.Errorf("got %s\nwant %s", got, want)
	}
}

// Hostile lists must take linear time.
func TestParseAddressesBounded(t *testing.T) {
	for _, s := range []string{
		strings.Repeat("(", 1<<15),
		strings.Repeat(`\"`, 1<<15),
		strings.Repeat("[", 1<<15),
		strings.Repeat("<,", 1<<15),
		strings.Repeat("a:;", 1<<15),
		strings.Repeat("=?a?q?", 1<<15),
		`"` + strings.Repeat("a", 1<<15) + `"@x`,
		strings.Repeat("a@b, ", 10_000),
	} {
		ParseAddresses(s)
	}
	if list, _ := ParseAddresses(strings.Repeat("a@b, ", 10_000)); len(list) != 10_000 {
		t.Errorf("%d addresses, want 10000", len(list))
	}
}

func TestParseDate(t *testing.T) {
	tests := []struct{ in, want string }{
		{"Fri, 21 Nov 1997 09:55:06 -0600", "1997-11-21T15:55:06Z"},
		{"21 Nov 97 09:55:06 GMT", "1997-11-21T09:55:06Z"},
		{"Thu, 13 Feb 1969 23:32:54 -0330", "1969-02-14T03:02:54Z"},
		{"Thu,\r\n      13\r\n        Feb\r\n          1969\r\n      23:32\r\n               -0330 (Newfoundland Time)", "1969-02-14T03:02:00Z"},
		{"Fri, 21 Nov 1997 09(comment):   55  :  06 -0600", "1997-11-21T15:55:06Z"},
		{"Mon, 1 Jan 24 00:00:00 EST", "2024-01-01T05:00:00Z"},
		{"1 Jan 124 00:00 PDT", "2024-01-01T07:00:00Z"},
		{"1 jan 2024 00:00 Z", "2024-01-01T00:00:00Z"},
		{"Sat, 31 Dec 2016 23:59:60 +0000", "2017-01-01T00:00:00Z"},
		{"Mon, 02 Jan 2006 15:04:05 +0530 (IST)", "2006-01-02T09:34:05Z"},
		{"Mon, 32 Foo 20 21", ""},
		{"30 Feb 2024 00:00 +0000", ""},
		{"1 Jan 2024 24:00 +0000", ""},
		{"1 Jan 2024 00:00", ""},
		{"1 Jan 0000 00:00 +0000", ""},
		{"1 Jan 2024 00:00 +00000", ""},
		{"1 Jan 2024 00:00 +0000 more", ""},
		{"", ""},
		{strings.Repeat("(", 5000), ""},
	}
	for _, tt := range tests {
		got := ""
		if d, err := ParseDate(tt.in); err == nil {
			got = d.UTC().Format("2006-01-02T15:04:05Z")
		}
		if got != tt.want {
			t.Errorf("ParseDate(%q) = %q, want %q", tt.in, got, tt.want)
		}
	}
}
