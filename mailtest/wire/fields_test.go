package wire

import (
	"slices"
	"testing"
)

func TestFieldsSetLate(t *testing.T) {
	type server struct {
		Name   string
		Strict bool
		List   []string
		Funcs  map[string]func()
		Func   func()
		Inner  struct{ F func() }
		Next   *server
		inner  int
	}
	s := &server{List: []string{"a"}, Funcs: map[string]func(){"a": func() {}}, Func: func() {}}
	s.Inner.F = s.Func
	h := &Host{Name: "toy"}
	h.WatchFields(s)
	s.inner++
	s.List = []string{"a"}
	check := func() []string {
		r := &recorder{TB: t}
		h.Check(r)
		return r.errors
	}
	if got := check(); got != nil {
		t.Errorf("nothing was set, but Check says %q", got)
	}
	s.Name, s.Strict, s.List, s.Next = "x", true, nil, s
	s.Funcs = map[string]func(){"a": s.Func}
	var want []string
	for _, name := range []string{"Name", "Strict", "List", "Funcs", "Next"} {
		want = append(want, "toy: "+name+" was set after the server was first used, which has no effect: "+
			"set it before Addr, Dial, Inject and the like")
	}
	if got := check(); !slices.Equal(got, want) {
		t.Errorf("Check says %q\nwant %q", got, want)
	}
}
