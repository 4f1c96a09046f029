package pop3fake_test

import (
	"strings"
	"testing"

	"github.com/mailfakes/mailfakes/pop3fake"
)

// converse plays a conversation with s: "C: text" says a line, "S: text" must
// be the next line, or begin it if text ends with "*". "S: EOF" is the end of
// the connection, "C: EOF" ends the client's side. A digit, as in "C2:", is the
// number of the connection; its greeting is passed over.
func converse(t *testing.T, s *pop3fake.Server, script string) {
	t.Helper()
	conns := map[string]*client{}
	for line := range strings.Lines(script) {
		line = strings.Trim(line, "\t\n")
		if line == "" {
			continue
		}
		id, text, ok := strings.Cut(line[1:], ": ")
		if !ok {
			t.Fatalf("%q is no line of a conversation", line)
		}
		if conns[id] == nil {
			conns[id] = dial(t, s)
		}
		converseLine(conns[id], line[0], text)
	}
}

func converseLine(c *client, from byte, text string) {
	c.t.Helper()
	prefix, open := strings.CutSuffix(text, "*")
	switch {
	case from == 'C' && text == "EOF":
		c.nc.(interface{ CloseWrite() error }).CloseWrite()
	case from == 'C':
		c.say(text + "\r\n")
	case text == "EOF":
		c.ends()
	case open:
		c.reads(prefix)
	default:
		if got := c.line(); got != text {
			c.t.Errorf("read %q, want %q", got, text)
		}
	}
}
