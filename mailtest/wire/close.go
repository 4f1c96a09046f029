package wire

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"time"
)

// patience is how long Close waits before it says for what.
const patience = 5 * time.Second

// Close stops listening, ends every connection and waits for their loops to
// return: reads give ErrServerClosed, delays of faults end, and a client that
// doesn't read is waited for no longer than a quarter of a second. If it takes
// over 5 s, it tells Logf which connections it waits for. It is idempotent.
func (h *Host) Close() {
	if !h.shutdown() {
		return
	}
	told := make(chan struct{})
	t := time.AfterFunc(patience, func() {
		defer close(told)
		h.explain()
	})
	h.wg.Wait()
	if !t.Stop() {
		<-told // nothing is logged after Close
	}
}

// shutdown ends what runs, and reports whether anything ever has.
func (h *Host) shutdown() bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.closed = true
	used := h.lastID > 0
	for _, l := range h.listeners {
		if l != nil {
			used = true
			l.Close()
		}
	}
	for c := range h.conns {
		c.shutdown()
	}
	return used
}

func (h *Host) isClosed() bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.closed
}

func (h *Host) explain() {
	var b strings.Builder
	fmt.Fprintf(&b, "%s: Close has been waiting for %v", h.Name, patience)
	for _, c := range h.open() {
		fmt.Fprintf(&b, "\n\tconnection %d from %v: %s", c.id, c.RemoteAddr(), c.account())
	}
	if h.Logf == nil {
		fmt.Fprintln(os.Stderr, b.String())
		return
	}
	h.Logf("%s", b.String())
}

// open returns the connections whose loops run, in order.
func (h *Host) open() []*Conn {
	h.mu.Lock()
	defer h.mu.Unlock()
	var list []*Conn
	for c := range h.conns {
		list = append(list, c)
	}
	slices.SortFunc(list, func(a, b *Conn) int { return a.id - b.id })
	return list
}

// account says what the connection does, and what was last said on it.
func (c *Conn) account() string {
	s := activities[c.doing.Load()]
	lines := c.host.transcript.Conn(c.id).Lines()
	if len(lines) == 0 {
		return s + "; nothing was said"
	}
	l := lines[len(lines)-1]
	return fmt.Sprintf("%s; last line: %c: %s", s, l.From, l.Text)
}
