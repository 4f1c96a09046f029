package wire

import (
	"testing"
	"time"
)

func TestFaultBasics(t *testing.T) {
	for _, w := range ways() {
		t.Run(w.name, func(t *testing.T) {
			h := newToy(t)
			once := h.Inject(Fault{On: "NOOP", Nth: 2, Reply: "-ERR later"})
			h.Inject(Fault{On: "GET", Arg: "13", Reply: "-ERR two\n-ERR lines", Hangup: true})
			c := w.dial(t, h)
			c.want("+OK toy")
			c.send("NOOP", "NOOP", "NOOP", "GET 1")
			c.want("+OK", "-ERR later", "+OK", "+OK", "0", ".")
			if n := once.Hits(); n != 1 {
				t.Errorf("Hits = %d, want 1", n)
			}
			c.send("GET 13", "NOOP")
			c.want("-ERR two", "-ERR lines")
			c.wantEnd("")
		})
	}
}

func TestFaultRemove(t *testing.T) {
	h := newToy(t)
	i := h.Inject(Fault{On: "NOOP", Reply: "-ERR"})
	c := dial(t, h, Plain)
	c.want("+OK toy")
	c.send("NOOP")
	c.want("-ERR")
	i.Remove()
	i.Remove()
	c.send("NOOP")
	c.want("+OK")
}

func TestFaultDelayIsVirtual(t *testing.T) {
	for _, w := range ways()[:3] {
		inBubble(t, func(t *testing.T) {
			h := newToy(t)
			h.Inject(Fault{On: "NOOP", Delay: time.Hour})
			c := w.dial(t, h)
			c.want("+OK toy")
			start := time.Now()
			c.send("GET 1", "NOOP")
			c.want("+OK", "0", ".")
			if d := time.Since(start); d != 0 {
				t.Errorf("%s: the reply before the delayed one took %v", w.name, d)
			}
			c.want("+OK")
			if d := time.Since(start); d != time.Hour {
				t.Errorf("%s: the delayed reply took %v", w.name, d)
			}
		})
	}
}
