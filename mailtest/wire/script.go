package wire

import (
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

// Play returns a server that plays a written conversation to its clients, for
// what no engine says. It is closed when t ends. The first connection gets the
// first script, and so on; connections beyond the last get the last. A script
// has the form of a [Transcript]:
//
//	# a comment, as are empty lines
//	S: * OK hello             is sent, with CRLF
//	C: {tag} LOGIN {user} {}  is what the client's line must look like, in any case
//	S: {tag} OK [ALERT] {user} is logged in
//	C: ... 2048 bytes         is data of any content
//	C: ...                    is lines up to a line "."
//	S: ... 2048 bytes         is data, of the letter x
//	*: TLS                    is the handshake, by upgrade
//	*: wait 5s                is a pause
//	*: raw "22\x00"           is sent as it stands, a Go string
//	*: raw 1000 "22\x00"      likewise, so many times
//	*: hangup                 ends the connection, as do reset, drain, stall,
//	                          stop reading, torn, no close_notify and alert
//
// {name} stands for a word in the client's line and {} for any text; in the
// server's lines {name} is what the last client's line had there. At the end
// of the script the server closes the connection.
//
// A line that doesn't fit fails t, and ends the connection. A client that
// closes early doesn't: what it was told is a matter for the test.
//
// The server speaks in the clear on Plain and StartTLS connections, and in TLS
// on ImplicitTLS ones.
func Play(t testing.TB, scripts ...string) *Host {
	t.Helper()
	if len(scripts) == 0 {
		t.Fatal("wire: Play needs a script")
	}
	var parsed [][]cue
	for i, s := range scripts {
		cues, err := parseScript(s)
		if err != nil {
			t.Fatalf("wire: script %d, %v", i+1, err)
		}
		parsed = append(parsed, cues)
	}
	h := &Host{Name: "wire.Play", Serve: func(c *Conn) {
		p := &player{t: t, c: c, vars: make(map[string]string)}
		p.play(parsed[min(c.id, len(parsed))-1])
	}}
	t.Cleanup(h.Close)
	return h
}

// A cue is one line of a script.
type cue struct {
	line  int
	from  byte           // 'C', 'S' or '*'
	text  string         // as written
	size  int            // of data, or of a repetition
	data  bool           // "..."
	want  *regexp.Regexp // the client's line
	names []string       // of what want captures
	raw   string
	wait  time.Duration
	end   Fault // its ending
}

// endings are the names of endings in scripts.
var endings = map[string]Fault{
	"hangup": {Hangup: true}, "reset": {Reset: true}, "drain": {Drain: true},
	"stall": {Stall: true}, "stop reading": {StopReading: true}, "torn": {Torn: true},
	"no close_notify": {NoCloseNotify: true}, "alert": {TLSAlert: true},
}

func parseScript(text string) ([]cue, error) {
	var cues []cue
	var names []string // that are known by now
	for i, l := range strings.Split(text, "\n") {
		l = strings.TrimSuffix(l, "\r")
		if strings.TrimSpace(l) == "" || l[0] == '#' {
			continue
		}
		q, err := parseCue(l, names)
		if err != nil {
			return nil, fmt.Errorf("line %d: %w: %q", i+1, err, l)
		}
		q.line = i + 1
		names = append(names, q.names...)
		cues = append(cues, q)
	}
	return cues, nil
}

func parseCue(l string, known []string) (cue, error) {
	head, text, ok := strings.Cut(l, ":")
	if !ok || len(head) != 1 || !strings.Contains("CS*", head) {
		return cue{}, errors.New("no C: or S: or *: before it")
	}
	q := cue{from: head[0], text: strings.TrimPrefix(text, " ")}
	switch {
	case q.from == '*':
		return q, q.parseNote()
	case q.text == "..." && q.from == 'C':
		q.data = true
	case strings.HasPrefix(q.text, "... ") && strings.HasSuffix(q.text, " bytes"):
		q.data = true
		var err error
		q.size, err = atoi(strings.TrimSuffix(q.text[len("... "):], " bytes"))
		return q, err
	case q.from == 'C' && !utf8.ValidString(q.text):
		return q, errors.New("not UTF-8")
	case q.from == 'C':
		q.want, q.names = compile(q.text)
	default:
		for _, m := range placeholder.FindAllStringSubmatch(q.text, -1) {
			if !slices.Contains(known, m[1]) {
				return q, fmt.Errorf("no client's line before has %s", m[0])
			}
		}
	}
	return q, nil
}

// parseNote parses what is no line of the session.
func (q *cue) parseNote() (err error) {
	verb, arg, _ := strings.Cut(q.text, " ")
	end, ok := endings[q.text]
	switch {
	case ok:
		q.end = end
	case q.text == "TLS":
	case verb == "wait":
		q.wait, err = time.ParseDuration(arg)
	case verb == "raw":
		q.size = 1
		if n, rest, ok := strings.Cut(arg, " "); ok && arg[0] != '"' {
			if q.size, err = atoi(n); err != nil {
				return err
			}
			arg = rest
		}
		q.raw, err = strconv.Unquote(arg)
	default:
		return errors.New("unknown")
	}
	return err
}

func atoi(s string) (int, error) {
	n, err := strconv.ParseUint(s, 10, 31)
	return int(n), err
}

// A placeholder isn't mistaken for a literal: {5} stands for itself.
var placeholder = regexp.MustCompile(`\{([a-z][a-z0-9]*)?\}`)

// compile makes a pattern of a client's line.
func compile(text string) (*regexp.Regexp, []string) {
	var b strings.Builder
	var names []string
	b.WriteString("(?is)^")
	at := 0
	for _, m := range placeholder.FindAllStringSubmatchIndex(text, -1) {
		b.WriteString(regexp.QuoteMeta(text[at:m[0]]))
		at = m[1]
		if m[2] < 0 {
			b.WriteString(".*")
			continue
		}
		b.WriteString(`(\S+)`)
		names = append(names, text[m[2]:m[3]])
	}
	b.WriteString(regexp.QuoteMeta(text[at:]) + "$")
	return regexp.MustCompile(b.String()), names
}

// A player plays a script on one connection.
type player struct {
	t    testing.TB
	c    *Conn
	vars map[string]string
}

func (p *player) play(cues []cue) {
	for _, q := range cues {
		if p.do(q) != nil {
			return
		}
	}
}

func (p *player) do(q cue) error {
	switch {
	case q.from == 'C' && q.data:
		return p.readData(q.size)
	case q.from == 'C':
		return p.readLine(q)
	case q.data:
		p.c.WriteData([]byte(strings.Repeat("x", q.size)))
	case q.from == 'S':
		p.c.WriteString(p.fill(q.text) + "\r\n")
	case q.raw != "":
		for range q.size {
			p.c.WriteString(q.raw)
		}
	case q.wait > 0:
		p.c.flush()
		p.c.delay(q.wait)
	case q.end.ends():
		p.c.under.setTear(q.end.Torn)
		p.c.flush()
		p.c.end(&q.end)
	default:
		return p.c.StartTLS()
	}
	return p.c.err
}

// fill puts what clients have said into a server's line.
func (p *player) fill(text string) string {
	return placeholder.ReplaceAllStringFunc(text, func(s string) string {
		return p.vars[s[1:len(s)-1]]
	})
}

func (p *player) readLine(q cue) error {
	line, err := p.c.ReadLine(maxOutput)
	if err != nil && (err != io.EOF || len(line) == 0) {
		return err
	}
	got := strings.TrimRight(string(line), "\r\n")
	m := q.want.FindStringSubmatch(got)
	if m == nil {
		p.t.Errorf("wire: connection %d: script line %d: client said %q, want %q",
			p.c.id, q.line, got, q.text)
		return io.EOF
	}
	for i, name := range q.names {
		p.vars[name] = m[i+1]
	}
	return nil
}

// readData reads size bytes, or lines up to a ".".
func (p *player) readData(size int) error {
	if size > 0 {
		return p.c.Discard(int64(size))
	}
	for {
		line, err := p.c.ReadLine(maxOutput)
		if err != nil && err != ErrTooLong {
			return err
		}
		if strings.TrimRight(string(line), "\r\n") == "." {
			return nil
		}
	}
}
