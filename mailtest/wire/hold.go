package wire

import (
	"sync"
	"testing"
	"time"
)

// A Hold is a point of a session at which connections stop, so that a test can
// act while one stands there. Its methods may be called by several goroutines.
type Hold struct {
	host    *Host
	inj     *Injection
	arrived chan struct{} // one for each connection that has come
	release chan struct{} // closed by Release
	once    sync.Once
}

// Hold makes connections stop where f says, before what f does: at a command
// that has been read, or with After when it has run and its reply is ready. A
// fault that never struck fails the test, and so does a hold that nobody came
// to.
func (h *Host) Hold(f Fault) *Hold {
	o := &Hold{
		host:    h,
		arrived: make(chan struct{}, 1000),
		release: make(chan struct{}),
	}
	o.inj = &Injection{fault: h.checked("Hold", f), where: caller(), hold: o}
	h.faults.add(o.inj)
	return o
}

// Reached waits until a connection stands there. The next call waits for the
// next one. It ends the test if none comes within 10 s; in a testing/synctest
// bubble, whose clock leaps, within a year.
func (o *Hold) Reached(t testing.TB) {
	t.Helper()
	wait := 10 * time.Second
	if time.Now().Year() < 2010 {
		wait = 365 * 24 * time.Hour
	}
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-o.arrived:
	case <-timer.C:
		t.Fatalf("%s: no connection came to %s (%s) within %v; transcript:\n%s",
			o.host.Name, describe(o.inj.fault), o.inj.where, wait, o.host.Transcript())
	}
}

// Release lets go on whoever stands there, or comes later. It is a no-op the
// second time. Closing the server releases, too.
func (o *Hold) Release() { o.once.Do(func() { close(o.release) }) }

// stop holds a connection.
func (o *Hold) stop(c *Conn) {
	select {
	case o.arrived <- struct{}{}:
	default: // nobody asks
	}
	select {
	case <-o.release:
	case <-c.done:
	}
}
