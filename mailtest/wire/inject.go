package wire

import (
	"crypto/tls"
	"fmt"
	"path"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
)

// An Injection is a fault that a server has been given. Its methods may be
// called by several goroutines.
type Injection struct {
	fault  Fault
	faults *faults
	where  string // file:line of the call of Inject
	hold   *Hold  // where connections stop first, or nil
	acts   bool   // else it only counts, and leaves the step to other faults

	// guarded by faults.mu
	seen, hits int
	removed    bool
}

// Hits returns how many times the fault has struck. For a fault that does
// nothing it is how many times its conditions were met.
func (i *Injection) Hits() int {
	i.faults.mu.Lock()
	defer i.faults.mu.Unlock()
	return i.hits
}

// Remove ends the fault. It is a no-op the second time.
func (i *Injection) Remove() {
	i.faults.mu.Lock()
	defer i.faults.mu.Unlock()
	i.removed = true
	i.faults.list = slices.DeleteFunc(i.faults.list, func(x *Injection) bool { return x == i })
	i.faults.n.Store(int32(len(i.faults.list)))
}

// faults is what has been injected into one server.
type faults struct {
	n atomic.Int32 // length of list: most servers have none, and don't lock

	mu   sync.Mutex
	list []*Injection // guarded by mu; in force
	all  []*Injection // guarded by mu; to tell what never struck
}

func (f *faults) add(i *Injection) {
	i.faults = f
	i.acts = i.hold != nil || i.fault.acts()
	f.mu.Lock()
	defer f.mu.Unlock()
	f.list = append(f.list, i)
	f.all = append(f.all, i)
	f.n.Store(int32(len(f.list)))
}

// ask returns the fault that strikes at s, and the one that is to strike in
// the data that follows s: of those that fit the first.
func (f *faults) ask(c *Conn, s Step) (now, mid *strike) {
	if f.n.Load() == 0 {
		return nil, nil
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, i := range f.list {
		switch {
		case !i.fitsLocked(c, s): // counts, so all are asked
		case !i.acts:
			i.hits++
		case i.fault.Mid > 0 && mid == nil:
			mid = &strike{inj: i, Exchange: c.exchange(i, s)}
		case i.fault.Mid == 0 && now == nil:
			now = i.strikeLocked(c, s)
		}
	}
	return now, mid
}

func (i *Injection) fitsLocked(c *Conn, s Step) bool {
	f := &i.fault
	switch {
	case f.Times > 0 && i.hits >= f.Times,
		f.Conn != 0 && f.Conn != c.id,
		f.On != s.Name && (f.On != "" || slices.Contains(pseudoSteps, s.Name)),
		!strings.Contains(s.Arg, f.Arg),
		f.User != "" && !strings.EqualFold(f.User, c.user),
		f.State != "" && !strings.EqualFold(f.State, c.state):
		return false
	}
	i.seen++
	return f.Nth == 0 || f.Nth == i.seen
}

func (i *Injection) strikeLocked(c *Conn, s Step) *strike {
	i.hits++
	x := &strike{inj: i, Exchange: c.exchange(i, s)}
	x.Hit = i.hits
	return x
}

func (c *Conn) exchange(i *Injection, s Step) Exchange {
	return Exchange{
		Step: s, Conn: c.id, User: c.user, State: c.state, TLS: c.nc != c.raw,
		Fault: i.fault, Done: c.done,
	}
}

// hit counts a strike that was decided on before.
func (f *faults) hit(x *strike) {
	f.mu.Lock()
	defer f.mu.Unlock()
	x.inj.hits++
	x.Hit = x.inj.hits
}

// neverStruck returns one line for each fault that should have struck.
func (f *faults) neverStruck() []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	var list []string
	for _, i := range f.all {
		if i.hits > 0 || i.removed || i.fault.Optional || reflect.ValueOf(i.fault).IsZero() {
			continue
		}
		s := fmt.Sprintf("%s: fault never struck: %s", i.where, describe(i.fault))
		if i.seen > 0 {
			s += fmt.Sprintf("; its other conditions were met %d times", i.seen)
		}
		list = append(list, s)
	}
	return list
}

// describe returns a fault as it is written, without what is zero.
func describe(f Fault) string {
	var b strings.Builder
	v := reflect.ValueOf(f)
	for k := range v.NumField() {
		x := v.Field(k)
		if x.IsZero() {
			continue
		}
		if b.Len() > 0 {
			b.WriteString(", ")
		}
		b.WriteString(v.Type().Field(k).Name + ": ")
		switch y := x.Interface().(type) {
		case string:
			fmt.Fprintf(&b, "%q", y)
		case []byte:
			fmt.Fprintf(&b, "%.40q", y)
		case func(*Exchange), func(*Exchange, []byte) []byte:
			b.WriteString("func")
		case *tls.Config:
			b.WriteString("...")
		default:
			fmt.Fprint(&b, y)
		}
	}
	return "Fault{" + b.String() + "}"
}

// caller returns the file and line of the test that has called the library.
func caller() string {
	pc := make([]uintptr, 20)
	frames := runtime.CallersFrames(pc[:runtime.Callers(2, pc)])
	for {
		f, more := frames.Next()
		if !more || !isLibrary(f.Function) || strings.HasSuffix(f.File, "_test.go") {
			return fmt.Sprintf("%s:%d", path.Base(f.File), f.Line)
		}
	}
}

var module = strings.TrimSuffix(reflect.TypeFor[Host]().PkgPath(), "mailtest/wire")

func isLibrary(function string) bool {
	name, ok := strings.CutPrefix(function, module)
	return ok && !strings.HasPrefix(name, "examples/")
}

// Inject gives the server a fault. It may be called at any time. It panics
// with what is wrong if the fault can't be: an unknown command, two endings,
// a malformed reply.
func (h *Host) Inject(f Fault) *Injection {
	i := &Injection{fault: h.checked("Inject", f), where: caller()}
	h.faults.add(i)
	return i
}
