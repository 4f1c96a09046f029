package wire

import (
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// A Fault makes a server misbehave. The zero Fault does nothing.
type Fault struct {
	// When: the conditions all hold.

	On  string // command or pseudo step; "" is any command
	Arg string // text that its argument contains, such as "bob@"
	Nth int    // only the nth time that On and Arg fit, from 1; 0 is every time

	// What: in this order.

	Delay  time.Duration // wait before the command is run
	Reply  string        // send this instead of running the command: "451 4.3.0 Later", "NO busy", "-ERR"
	Hangup bool          // close the connection after the reply, or instead of one if Reply is ""
}

// An Injection is a fault that a server has been given. Its methods may be
// called by several goroutines.
type Injection struct {
	fault  Fault
	faults *faults

	// guarded by faults.mu
	seen, hits int
}

// Hits returns how many times the fault has struck.
func (i *Injection) Hits() int {
	i.faults.mu.Lock()
	defer i.faults.mu.Unlock()
	return i.hits
}

// Remove ends the fault. It is a no-op the second time.
func (i *Injection) Remove() {
	i.faults.mu.Lock()
	defer i.faults.mu.Unlock()
	for k, x := range i.faults.list {
		if x == i {
			i.faults.list = append(i.faults.list[:k:k], i.faults.list[k+1:]...)
			i.faults.n.Store(int32(len(i.faults.list)))
			return
		}
	}
}

// faults is what has been injected into one server.
type faults struct {
	n atomic.Int32 // length of list: most servers have none, and don't lock

	mu   sync.Mutex
	list []*Injection // guarded by mu
}

func (f *faults) add(x Fault) *Injection {
	i := &Injection{fault: x, faults: f}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.list = append(f.list, i)
	f.n.Store(int32(len(f.list)))
	return i
}

// ask returns the fault that strikes at s: the first that fits.
func (f *faults) ask(c *Conn, s Step) *Injection {
	if f.n.Load() == 0 {
		return nil
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, i := range f.list {
		if i.fits(s) {
			return i
		}
	}
	return nil
}

func (i *Injection) fits(s Step) bool {
	if i.fault == (Fault{}) {
		return false
	}
	if i.fault.On != "" && i.fault.On != s.Name || !strings.Contains(s.Arg, i.fault.Arg) {
		return false
	}
	i.seen++
	if i.fault.Nth != 0 && i.fault.Nth != i.seen {
		return false
	}
	i.hits++
	return true
}
