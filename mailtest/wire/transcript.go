package wire

import (
	"fmt"
	"strings"
	"sync"
	"time"
)

// A Line is one line of a session.
type Line struct {
	Conn int           // the connection, numbered from 1
	From byte          // 'C' for the client, 'S' for the server, '*' for a note such as "TLS" or "closed"
	Text string        // without its line end; message data is cut short, secrets are masked
	At   time.Duration // since the server's first connection
	TLS  bool          // inside TLS
}

// A Transcript is what was said on a server's connections, in order. The zero
// value is empty. It may be used by several goroutines.
type Transcript struct {
	mu    sync.Mutex
	lines []Line // guarded by mu
}

// Lines returns a copy of what was said so far.
func (t *Transcript) Lines() []Line {
	t.mu.Lock()
	defer t.mu.Unlock()
	return append([]Line(nil), t.lines...)
}

// String returns one line per Line: "C: EHLO localhost".
func (t *Transcript) String() string {
	var b strings.Builder
	for _, l := range t.Lines() {
		fmt.Fprintf(&b, "%c: %s\n", l.From, l.Text)
	}
	return b.String()
}

func (t *Transcript) add(l Line) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.lines = append(t.lines, l)
}
