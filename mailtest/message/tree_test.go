package message

import (
	"fmt"
	"strings"
	"testing"
)

// dump shows a tree: a line for each part, with the body of leaves.
func dump(p *Part) string {
	var s strings.Builder
	dumpPart(&s, p, 0)
	return s.String()
}

func dumpPart(s *strings.Builder, p *Part, depth int) {
	fmt.Fprintf(s, "%s%s header %q", strings.Repeat("  ", depth), p.MediaType(), p.HeaderBytes())
	if len(p.Parts) == 0 {
		fmt.Fprintf(s, " body %q", p.BodyBytes())
	}
	s.WriteByte('\n')
	for _, c := range p.Parts {
		dumpPart(s, c, depth+1)
	}
}

func TestTree(t *testing.T) {
	const mixed = "Content-Type: multipart/mixed; boundary=b\r\n\r\n"
	const mixedHeader = `multipart/mixed header "Content-Type: multipart/mixed; boundary=b\r\n\r\n"`
	tests := []struct{ name, raw, want string }{
		{"empty", "", `text/plain header "" body ""`},
		{"only a blank line", "\r\n", `text/plain header "\r\n" body ""`},
		{"starts with the blank line", "\r\nhi\r\n", `text/plain header "\r\n" body "hi\r\n"`},
		{"only a header", "Subject: x\r\n", `text/plain header "Subject: x\r\n" body ""`},
		{"header cut", "Subject: x", `text/plain header "Subject: x" body ""`},
		{"no header", "Hello there\r\n\r\nbye", `text/plain header "" body "Hello there\r\n\r\nbye"`},
		{"plain", "A: b\r\n\r\nhi", `text/plain header "A: b\r\n\r\n" body "hi"`},
		{"LF", "A: b\n\nhi\n", `text/plain header "A: b\n\n" body "hi\n"`},
		{"mixed line ends", "A: b\nC: d\r\n\nhi\r\n", `text/plain header "A: b\nC: d\r\n\n" body "hi\r\n"`},
		{"bad lines", "From a@b Mon Jan 1 00:00:00 2024\r\njunk\r\n more\r\n8\xe9: x\r\nContent-Type: text/html\r\n\r\nhi",
			`text/html header "From a@b Mon Jan 1 00:00:00 2024\r\njunk\r\n more\r\n8\xe9: x\r\nContent-Type: text/html\r\n\r\n" body "hi"`},
		{"blank line forgotten", "Subject: x\r\nHello Bob,\r\n\r\nbye\r\n", `text/plain header "Subject: x\r\n" body "Hello Bob,\r\n\r\nbye\r\n"`},
		{"blank line forgotten, no other", "A: b\r\n c\r\nHello Bob,\r\n c\r\nbye", `text/plain header "A: b\r\n c\r\n" body "Hello Bob,\r\n c\r\nbye"`},
		{"last field with a bad name", "A: b\r\n8\xe9: x\r\n\r\nhi", `text/plain header "A: b\r\n8\xe9: x\r\n\r\n" body "hi"`},
		{"only folded lines", " Hello\r\n\tBob\r\n", `text/plain header "" body " Hello\r\n\tBob\r\n"`},
		{"folded first line", " A: b\r\nContent-Type: text/html\r\n\r\nhi",
			`text/html header " A: b\r\nContent-Type: text/html\r\n\r\n" body "hi"`},
		{"folded type", "Content-Type:\r\n multipart/mixed;\r\n\tboundary=\"b\"\r\n\r\n--b\r\n\r\nhi\r\n--b--",
			`multipart/mixed header "Content-Type:\r\n multipart/mixed;\r\n\tboundary=\"b\"\r\n\r\n"
  text/plain header "\r\n" body "hi"`},
		{"first type counts", "Content-Type: text/html\r\nContent-Type: text/css\r\n\r\n",
			`text/html header "Content-Type: text/html\r\nContent-Type: text/css\r\n\r\n" body ""`},
		{"bad type", "Content-Type: text\r\n\r\nhi", `text/plain header "Content-Type: text\r\n\r\n" body "hi"`},
		{"preamble and epilogue", mixed + "pre\r\n--b\r\n\r\none\r\n--b\r\nX: y\r\n\r\ntwo\r\n\r\n--b--\r\nepi\r\n--b\r\n", mixedHeader + `
  text/plain header "\r\n" body "one"
  text/plain header "X: y\r\n\r\n" body "two\r\n"`},
		{"prefix of another", mixed + "--b\r\n\r\none\r\n--bc\r\n--b-\r\n--b--x\r\n--b--", mixedHeader + `
  text/plain header "\r\n" body "one\r\n--bc\r\n--b-\r\n--b--x"`},
		{"padding", mixed + "--b \t\r\n\r\none\r\n--b-- \r\n", mixedHeader + `
  text/plain header "\r\n" body "one"`},
		{"not at the start of a line", mixed + "--b\r\n\r\none --b\r\n --b\r\n--b--", mixedHeader + `
  text/plain header "\r\n" body "one --b\r\n --b"`},
		{"no closing delimiter", mixed + "--b\r\n\r\none\r\n", mixedHeader + `
  text/plain header "\r\n" body "one\r\n"`},
		{"cut in a delimiter", mixed + "--b\r\n\r\none\r\n--b", mixedHeader + `
  text/plain header "\r\n" body "one"`},
		{"LF delimiters", "Content-Type: multipart/mixed; boundary=b\n\n--b\n\none\n--b\n\ntwo\r\n--b--\n",
			`multipart/mixed header "Content-Type: multipart/mixed; boundary=b\n\n"
  text/plain header "\n" body "one"
  text/plain header "\n" body "two"`},
		{"no parts", mixed + "nothing\r\n", mixedHeader + ` body "nothing\r\n"`},
		{"no boundary", "Content-Type: multipart/mixed\r\n\r\n--b\r\n\r\none\r\n--b--",
			`multipart/mixed header "Content-Type: multipart/mixed\r\n\r\n" body "--b\r\n\r\none\r\n--b--"`},
		{"empty parts", mixed + "--b\r\n--b\r\n\r\n--b\r\nX: y\r\n--b\r\nX: y\r\n\r\n--b--", mixedHeader + `
  text/plain header "" body ""
  text/plain header "\r\n" body ""
  text/plain header "X: y\r\n" body ""
  text/plain header "X: y\r\n\r\n" body ""`},
		{"part without blank line", mixed + "--b\r\ntext at once\r\n--b--", mixedHeader + `
  text/plain header "" body "text at once"`},
		{"nested", mixed + "--b\r\nContent-Type: multipart/alternative; boundary=c\r\n\r\n--c\r\n\r\none\r\n--c--\r\nepi\r\n--b\r\n\r\ntwo\r\n--b--", mixedHeader + `
  multipart/alternative header "Content-Type: multipart/alternative; boundary=c\r\n\r\n"
    text/plain header "\r\n" body "one"
  text/plain header "\r\n" body "two"`},
		{"outer ends inner", mixed + "--b\r\nContent-Type: multipart/alternative; boundary=c\r\n\r\n--c\r\n\r\none\r\n--b\r\n\r\ntwo\r\n--b--", mixedHeader + `
  multipart/alternative header "Content-Type: multipart/alternative; boundary=c\r\n\r\n"
    text/plain header "\r\n" body "one"
  text/plain header "\r\n" body "two"`},
		{"same boundary", mixed + "--b\r\nContent-Type: multipart/alternative; boundary=b\r\n\r\n--b\r\n\r\none\r\n--b--\r\n--b\r\n\r\ntwo\r\n--b--", mixedHeader + `
  multipart/alternative header "Content-Type: multipart/alternative; boundary=b\r\n\r\n"
    text/plain header "\r\n" body "one"
  text/plain header "\r\n" body "two"`},
		{"digest", "Content-Type: multipart/digest; boundary=b\r\n\r\n--b\r\n\r\nA: b\r\n\r\none\r\n--b\r\nContent-Type: text/plain\r\n\r\ntwo\r\n--b--",
			`multipart/digest header "Content-Type: multipart/digest; boundary=b\r\n\r\n"
  message/rfc822 header "\r\n"
    text/plain header "A: b\r\n\r\n" body "one"
  text/plain header "Content-Type: text/plain\r\n\r\n" body "two"`},
		{"message", "Content-Type: message/rfc822\r\n\r\n" + mixed + "--b\r\n\r\none\r\n--b--\r\n",
			`message/rfc822 header "Content-Type: message/rfc822\r\n\r\n"
  ` + mixedHeader + `
    text/plain header "\r\n" body "one"`},
		{"encoded message", "Content-Type: message/rfc822\r\nContent-Transfer-Encoding: base64\r\n\r\nQTogYg==\r\n",
			`message/rfc822 header "Content-Type: message/rfc822\r\nContent-Transfer-Encoding: base64\r\n\r\n" body "QTogYg==\r\n"`},
		{"message that only has its blank line", mixed + "--b\r\nContent-Type: message/rfc822\r\n\r\nA: b\r\n\r\n--b--", mixedHeader + `
  message/rfc822 header "Content-Type: message/rfc822\r\n\r\n"
    text/plain header "A: b\r\n\r\n" body ""`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			root := parseTree([]byte(tt.raw))
			if got := strings.TrimSuffix(dump(root), "\n"); got != tt.want {
				t.Errorf("tree of %q:\n%s\nwant\n%s", tt.raw, got, tt.want)
			}
			checkTree(t, root, 0, len(tt.raw))
		})
	}
}

// checkTree checks that the parts' ranges lie in order within lo and hi.
func checkTree(t testing.TB, p *Part, lo, hi int) {
	t.Helper()
	if lo > p.Start || p.Start > p.Body || p.Body > p.End || p.End > hi {
		t.Fatalf("part %d..%d..%d is not within %d..%d", p.Start, p.Body, p.End, lo, hi)
	}
	if p.IsMessage() && (p.Parts[0].Start != p.Body || p.Parts[0].End != p.End) {
		t.Fatalf("message %d..%d is not its part's body %d..%d", p.Parts[0].Start, p.Parts[0].End, p.Body, p.End)
	}
	lo = p.Body
	for _, c := range p.Parts {
		checkTree(t, c, lo, p.End)
		lo = c.End
	}
}

func TestTreeBounds(t *testing.T) {
	deep := parseTree([]byte(nestedMultiparts(3000)))
	depth := 0
	for p := deep; len(p.Parts) > 0; p = p.Parts[0] {
		depth++
	}
	if depth != maxDepth {
		t.Errorf("depth is %d, want %d", depth, maxDepth)
	}
	wide := "Content-Type: multipart/mixed; boundary=b\r\n\r\n" + strings.Repeat("--b\r\n", 2*maxParts)
	if got, want := len(parseTree([]byte(wide)).Parts), maxParts-1; got != want {
		t.Errorf("%d parts, want %d", got, want)
	}
	messages := strings.Repeat("Content-Type: message/rfc822\r\n\r\n", 3000)
	checkTree(t, parseTree([]byte(messages)), 0, len(messages))
	checkTree(t, deep, 0, len(nestedMultiparts(3000)))
}

// manyParts is the message of RFC 3501 section 6.4.5, with part 4.2 expanded.
const manyParts = `Content-Type: multipart/mixed; boundary=a

--a

1
--a
Content-Type: application/octet-stream

2
--a
Content-Type: message/rfc822

Content-Type: multipart/mixed; boundary=b

--b

3.1
--b

3.2
--b--
--a
Content-Type: multipart/mixed; boundary=c

--c
Content-Type: image/gif

4.1
--c
Content-Type: message/rfc822

Content-Type: multipart/mixed; boundary=d

--d

4.2.1
--d
Content-Type: multipart/alternative; boundary=e

--e

4.2.2.1
--e

4.2.2.2
--e--
--d--
--c--
--a
Content-Type: message/rfc822

Subject: single

5.1
--a--
`

func TestPartFind(t *testing.T) {
	root := parseTree([]byte(manyParts))
	for _, number := range []string{"1", "2", "3.1", "3.2", "4.1", "4.2.1", "4.2.2.1", "4.2.2.2", "5.1"} {
		p := root.Find(parseNumber(number)...)
		if p == nil || string(p.BodyBytes()) != number {
			t.Errorf("Find(%s) = %v", number, p)
		}
	}
	for _, number := range []string{"6", "1.1", "5.2", "5.1.1", "3.3", "0"} {
		if p := root.Find(parseNumber(number)...); p != nil {
			t.Errorf("Find(%s) = %q, want nil", number, p.BodyBytes())
		}
	}
	if p := root.Find(3); !p.IsMessage() {
		t.Errorf("Find(3) is %s", p.MediaType())
	}
	if root.Find() != root {
		t.Error("Find() is not the root")
	}
	single := parseTree([]byte("A: b\r\n\r\nhi"))
	if single.Find(1) != single || single.Find(1, 1) != nil || single.Find(2) != nil {
		t.Error("Find(1) of a part that is no multipart must be itself, and the only one")
	}
}

func parseNumber(s string) []int {
	var list []int
	for _, f := range strings.Split(s, ".") {
		list = append(list, int(f[0]-'0'))
	}
	return list
}

func TestPartLines(t *testing.T) {
	for raw, want := range map[string]int{"\n": 0, "\na": 0, "\na\r\n": 1, "\na\nb": 1, "\n\n\n": 2} {
		if got := parseTree([]byte(raw)).Lines(); got != want {
			t.Errorf("Lines of %q = %d, want %d", raw, got, want)
		}
	}
}

func TestPartFields(t *testing.T) {
	root := parseTree([]byte("subject: a\r\n  b\r\njunk\r\n x\r\nX-Odd : c\nSubject: d\r\nEmpty:\r\n\r\nbody"))
	got := fmt.Sprintf("%q", root.Fields())
	want := `[{"subject" "a  b" "subject: a\r\n  b\r\n"} {"X-Odd" "c" "X-Odd : c\n"}` +
		` {"Subject" "d" "Subject: d\r\n"} {"Empty" "" "Empty:\r\n"}]`
	if got != want {
		t.Errorf("Fields = %s\nwant %s", got, want)
	}
	for name, want := range map[string]string{"SUBJECT": "a  b", "x-odd": "c", "junk": "", "missing": ""} {
		if got := root.Get(name); got != want {
			t.Errorf("Get(%q) = %q, want %q", name, got, want)
		}
	}
}
