package wire

import (
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestPlay(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		h := Play(t, `
# A server that is too polite.
S: * OK hello
C: {tag} starttls
S: {tag} OK go
*: TLS
C: {tag} LOGIN {user} {}
S: * {user} is welcome
S: {tag} OK {5}
*: wait 1h
C: {tag} APPEND INBOX {5}
S: + go
C: ... 5 bytes
C:
S: {tag} OK
C: DATA
C: ...
S: ... 3 bytes
S: .
*: raw 2 "x\x00\r\n"
*: drain
`)
		start := time.Now()
		c := dial(t, h, Plain)
		c.want("* OK hello")
		c.send("a1 STARTTLS")
		c.want("a1 OK go")
		c.startTLS()
		c.send("a2 LOGIN alice open sesame")
		c.want("* alice is welcome", "a2 OK {5}")
		c.send("a3 append inbox {5}")
		c.want("+ go")
		if d := time.Since(start); d != time.Hour {
			t.Errorf("it took %v", d)
		}
		c.send("12345", "DATA", "", "line", ".")
		c.want("a3 OK", "xxx.", "x\x00", "x\x00")
		c.wantEnd("")
	})
}

func TestPlayScriptPerConnection(t *testing.T) {
	h := Play(t, "S: one", "S: two\n*: raw \"half\"\n*: reset")
	dial(t, h, Plain).wantEnd("one\r\n")
	for range 2 {
		c := dial(t, h, Plain)
		got, err := io.ReadAll(c)
		if string(got) != "two\r\nhalf" || err == nil {
			t.Errorf("read %q, %v; want a reset", got, err)
		}
	}
	inTLS(dial(t, h, ImplicitTLS))
}

func TestPlayEndings(t *testing.T) {
	for name := range endings {
		inBubble(t, func(t *testing.T) {
			h := Play(t, "S: hello\n*: "+name)
			c := inTLS(dial(t, h, ImplicitTLS))
			if name != "torn" {
				c.want("hello")
			}
			c.SetDeadline(time.Now().Add(time.Hour))
			_, err := c.br.ReadByte()
			waits := name == "stall" || name == "stop reading"
			if err == nil || strings.Contains(err.Error(), "timeout") != waits {
				t.Errorf("%s: %v", name, err)
			}
		})
	}
}

func TestPlayMismatch(t *testing.T) {
	rec := &recorder{TB: t}
	h := Play(rec, "S: hi\nC: NOOP\nS: ok\nC: QUIT")
	c := dial(t, h, Plain)
	c.want("hi")
	c.send("NOOP x")
	c.wantEnd("")
	c = dial(t, h, Plain)
	c.want("hi")
	c.Close() // is its own business
	h.Close()
	want := `wire: connection 1: script line 2: client said "NOOP x", want "NOOP"`
	if len(rec.errors) != 1 || rec.errors[0] != want {
		t.Errorf("errors = %q, want %q", rec.errors, want)
	}
}

func TestPlayBadScripts(t *testing.T) {
	for script, want := range map[string]string{
		"S: x\nhello":     `line 2: no C: or S: or *: before it: "hello"`,
		"C: \xe8":         `line 1: not UTF-8: "C: \xe8"`,
		"S: ... -1 bytes": "line 1: strconv.ParseUint",
		"*: explode":      `line 1: unknown: "*: explode"`,
		"*: wait long":    "line 1: time: invalid duration",
		"*: raw x":        "line 1: invalid syntax",
		"*: raw x \"y\"":  "line 1: strconv.ParseUint",
		"S: {tag} OK":     "line 1: no client's line before has {tag}",
		"C: ... x bytes":  "line 1: strconv.ParseUint",
		"C: {a}\nS: {b}x": "line 2: no client's line before has {b}",
	} {
		if _, err := parseScript(script); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%q: %v, want %s", script, err, want)
		}
	}
}

// What was recorded can be played, and gives the same.
func TestGoldenCanBePlayed(t *testing.T) {
	session := func(h *Host) {
		c := dial(t, h, StartTLS)
		c.want("+OK toy")
		c.send("STLS")
		c.want("+OK go")
		c.startTLS()
		c.send("GET 5", "NOOP {x}", "TEXT", "hello", ".", "QUIT")
		io.ReadAll(c)
		h.Close()
	}
	file := filepath.Join(t.TempDir(), "testdata", "session.txt")
	h := newToy(t)
	session(h)
	t.Setenv("MAILTEST_UPDATE", "1")
	h.Transcript().Golden(t, file)
	t.Setenv("MAILTEST_UPDATE", "")
	h.Transcript().Golden(t, file)
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	h = Play(t, string(text))
	session(h)
	h.Transcript().Golden(t, file)
}

func TestGoldenDiffers(t *testing.T) {
	h := newToy(t)
	c := dial(t, h, Plain)
	c.want("+OK toy")
	c.do("NOOP", "NOPE")
	h.Close()
	file := filepath.Join(t.TempDir(), "x.txt")
	const text = "S: +OK toy\r\nC: NOOP\r\nS: +OK\r\nC: QUIT\r\n"
	if err := os.WriteFile(file, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
	rec := &recorder{TB: t}
	h.Transcript().Golden(rec, file)
	want := "transcript differs from " + file + " (set MAILTEST_UPDATE=1 to write it anew):\n" +
		"  S: +OK toy\n  C: NOOP\n  S: +OK\n- C: QUIT\n+ C: NOPE\n(-want +got, line 4)"
	if len(rec.errors) != 1 || rec.errors[0] != want {
		t.Errorf("Golden says %q, want %q", rec.errors, want)
	}
	rec = &recorder{TB: t}
	h.Transcript().Golden(rec, file+".missing")
	if len(rec.errors) == 0 || !strings.Contains(rec.errors[0], "set MAILTEST_UPDATE=1") {
		t.Errorf("Golden without a file says %q", rec.errors)
	}
}

func FuzzParseScript(f *testing.F) {
	f.Add("S: x\nC: {tag} {}\n*: raw 3 \"x\"\nC: ... 5 bytes\n*: TLS")
	f.Add("C: {tag} {5}\r\nS: {tag}\n\n# x\n*: wait 1s\n*: stop reading")
	f.Fuzz(func(t *testing.T, text string) {
		cues, err := parseScript(text)
		for _, q := range cues {
			if err == nil && q.from == 'C' && !q.data && q.want == nil {
				t.Errorf("%q: no pattern", q.text)
			}
		}
	})
}
