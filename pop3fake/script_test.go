package pop3fake_test

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"
)

var update = flag.Bool("update", false, "write the server's lines of testdata/*.txt anew")

// TestScript plays the conversations in testdata: txtar archives whose files
// *.eml are alice's messages, with LF for CRLF, and whose last file is the
// conversation. "C:" is said, "S:" must be the answer, a digit as in
// "C2:" is another connection, "C: DROP" ends one, and other lines are comments.
func TestScript(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("no scripts: %v", err)
	}
	for _, f := range files {
		t.Run(strings.TrimSuffix(filepath.Base(f), ".txt"), func(t *testing.T) {
			playFile(t, f)
		})
	}
}

func playFile(t *testing.T, file string) {
	ar, err := txtar.ParseFile(file)
	if err != nil {
		t.Fatal(err)
	}
	s := newServer(t)
	last := len(ar.Files) - 1
	for _, f := range ar.Files[:last] {
		addMail(s, strings.ReplaceAll(string(f.Data), "\n", "\r\n"))
	}
	want := ar.Files[last].Data
	p := &player{t: t, conns: map[string]*client{}, dial: func() *client {
		nc, err := s.Dial(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return newClient(t, nc)
	}}
	for line := range strings.Lines(string(want)) {
		p.play(strings.TrimSuffix(line, "\n"))
	}
	got := p.out.Bytes()
	if bytes.Equal(got, want) {
		return
	}
	if !*update {
		t.Errorf("%s: got\n%s", file, got)
		return
	}
	ar.Files[last].Data = got
	if err := os.WriteFile(file, txtar.Format(ar), 0o644); err != nil {
		t.Fatal(err)
	}
}

// A player plays a script and writes down what was said.
type player struct {
	t     *testing.T
	dial  func() *client
	conns map[string]*client // by the text between "C" and ":"
	out   bytes.Buffer
}

func (p *player) play(line string) {
	switch {
	case strings.HasPrefix(line, "S"):
		return // what is said is written down at C
	case !strings.HasPrefix(line, "C"):
		p.out.WriteString(line + "\n")
		return
	}
	id, text, ok := strings.Cut(line[1:], ":")
	if !ok {
		p.t.Fatalf("line %q is not a script's", line)
	}
	c := p.conns[id]
	if c == nil {
		c = p.dial()
		p.conns[id] = c
		p.hear(id, c, false)
	}
	p.out.WriteString(line + "\n")
	text = strings.TrimPrefix(text, " ")
	if text == "DROP" {
		c.nc.Close()
		delete(p.conns, id)
		return
	}
	c.say(text + "\r\n")
	p.hear(id, c, isMulti(text))
}

// hear writes down a reply.
func (p *player) hear(id string, c *client, multi bool) {
	l := c.line()
	multi = multi && strings.HasPrefix(l, "+OK")
	p.out.WriteString("S" + id + ": " + l + "\n")
	for multi && l != "." {
		l = c.line()
		p.out.WriteString(strings.TrimRight("S"+id+": "+l, " ") + "\n")
	}
}

// isMulti reports whether a command's positive reply has several lines.
func isMulti(line string) bool {
	f := strings.Fields(strings.ToUpper(line))
	switch {
	case len(f) == 0:
		return false
	case len(f) == 1:
		return f[0] == "CAPA" || f[0] == "LIST" || f[0] == "UIDL" || f[0] == "AUTH"
	}
	return f[0] == "RETR" || f[0] == "TOP"
}
