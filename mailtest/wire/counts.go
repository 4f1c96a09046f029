package wire

import (
	"strings"
	"sync"
)

// Counts is how much a server has been used so far.
type Counts struct {
	Connections   int
	Commands      map[string]int // by name in upper case, such as "UID FETCH", also if a fault replied; after 256 names "others"
	Transactions  int            // mail transactions: each MAIL that the server has accepted
	LoginsRefused int            // for wrong credentials; a fault's reply doesn't count
	BytesIn       int64          // from clients, without TLS's own
	BytesOut      int64          // to clients, likewise
}

// counter holds the Counts of a host. It has a lock of its own, which is held
// for no longer than an addition takes.
type counter struct {
	mu       sync.Mutex
	n        Counts  // guarded by mu; without Commands
	commands []tally // guarded by mu; few, so that a map would cost more
}

// What is counted is bounded, since a client may say what it likes: so many
// names, of each the first so many bytes.
const (
	maxCommands    = 256
	maxCommandName = 100
)

// A tally is how often a command was said.
type tally struct {
	name string
	n    int
}

func (k *counter) add(f func(n *Counts)) {
	k.mu.Lock()
	defer k.mu.Unlock()
	f(&k.n)
}

func (k *counter) bytes(in, out int) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.n.BytesIn += int64(in)
	k.n.BytesOut += int64(out)
}

func (k *counter) step(name string) {
	switch name {
	case StepConnect, StepTLS, StepContinue, StepText, StepLiteral, StepPush:
		return
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	name = name[:min(len(name), maxCommandName)]
	for i := range k.commands {
		if k.commands[i].name == name {
			k.commands[i].n++
			return
		}
	}
	if len(k.commands) == maxCommands {
		k.commands[maxCommands-1].name = "others"
		k.commands[maxCommands-1].n++
		return
	}
	if k.commands == nil {
		k.commands = make([]tally, 0, 8)
	}
	k.commands = append(k.commands, tally{strings.Clone(name), 1})
}

// Counts returns how much the server has been used so far.
func (h *Host) Counts() Counts {
	h.counter.mu.Lock()
	defer h.counter.mu.Unlock()
	n := h.counter.n
	for _, c := range h.counter.commands {
		if n.Commands == nil {
			n.Commands = make(map[string]int)
		}
		n.Commands[c.name] = c.n
	}
	return n
}

// CountTransaction adds a mail transaction to the server's Counts.
func (c *Conn) CountTransaction() { c.host.counter.add(func(n *Counts) { n.Transactions++ }) }

// LoginRefused adds a login to the server's Counts that failed for wrong
// credentials, and a note to the transcript that says what was wrong: the
// client isn't told, but the test's author wants to know.
func (c *Conn) LoginRefused(why string) {
	c.host.counter.add(func(n *Counts) { n.LoginsRefused++ })
	c.log.mark("login refused: " + why)
}
