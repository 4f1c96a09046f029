package wire

import (
	"strconv"
	"testing"
)

// A client may make names up for ever: they are counted, and soon as one.
func TestCountsBounded(t *testing.T) {
	h := new(Host)
	for i := range 1000 {
		h.counter.step("X" + strconv.Itoa(i))
		h.counter.step("NOOP")
	}
	n := h.Counts().Commands
	if len(n) != maxCommands || n["X0"] != 1 || n["NOOP"] != 1000 || n["others"] != 1001-maxCommands+1 {
		t.Errorf("%d names, X0 %d, NOOP %d, others %d", len(n), n["X0"], n["NOOP"], n["others"])
	}
}
