package wire

import (
	"maps"
	"sync"
)

// Counts is how much a server has been used so far.
type Counts struct {
	Connections   int
	Commands      map[string]int // by name in upper case, such as "UID FETCH", also if a fault replied
	Transactions  int            // mail transactions: each MAIL that the server has accepted
	LoginsRefused int            // for wrong credentials; a fault's reply doesn't count
	BytesIn       int64          // from clients, without TLS's own
	BytesOut      int64          // to clients, likewise
}

// counter holds the Counts of a host. It has a lock of its own, which is held
// for no longer than an addition takes.
type counter struct {
	mu sync.Mutex
	n  Counts // guarded by mu
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
	if k.n.Commands == nil {
		k.n.Commands = make(map[string]int)
	}
	k.n.Commands[name]++
}

// Counts returns how much the server has been used so far.
func (h *Host) Counts() Counts {
	h.counter.mu.Lock()
	defer h.counter.mu.Unlock()
	n := h.counter.n
	n.Commands = maps.Clone(n.Commands)
	return n
}

// CountTransaction adds a mail transaction to the server's Counts.
func (c *Conn) CountTransaction() { c.host.counter.add(func(n *Counts) { n.Transactions++ }) }

// CountLoginRefused adds a login to the server's Counts that failed for wrong
// credentials.
func (c *Conn) CountLoginRefused() { c.host.counter.add(func(n *Counts) { n.LoginsRefused++ }) }
