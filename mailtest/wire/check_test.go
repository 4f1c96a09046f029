package wire

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// A recorder is a testing.TB that keeps what it is told.
type recorder struct {
	testing.TB
	errors []string
	fatal  bool
}

func (r *recorder) Helper()           {}
func (r *recorder) Name() string      { return r.TB.Name() }
func (r *recorder) Cleanup(f func())  { r.TB.Cleanup(f) }
func (r *recorder) Log(args ...any)   {}
func (r *recorder) Failed() bool      { return len(r.errors) > 0 }
func (r *recorder) Error(args ...any) { r.errors = append(r.errors, fmt.Sprint(args...)) }
func (r *recorder) Errorf(format string, args ...any) {
	r.errors = append(r.errors, fmt.Sprintf(format, args...))
}
func (r *recorder) Fatalf(format string, args ...any) {
	r.Errorf(format, args...)
	r.fatal = true
}

func TestCheckNeverStruck(t *testing.T) {
	h := newToy(t)
	h.Inject(Fault{})
	h.Inject(Fault{On: "NOOP", Nth: 7, Reply: "-ERR", Split: 3}) // 7 isn't reached
	h.Inject(Fault{On: "GET", Raw: []byte("x"), Do: func(*Exchange) {}})
	h.Inject(Fault{On: "GET", Hangup: true, Optional: true})
	h.Inject(Fault{On: "NOOP"})
	h.Inject(Fault{On: "GET", Hangup: true}).Remove()
	h.Hold(Fault{On: "TEXT", After: true})
	c := dial(t, h, Plain)
	c.want("+OK toy")
	c.do("NOOP", "NOOP")
	h.Close()
	rec := &recorder{TB: t}
	h.Check(rec)
	want := []string{
		`check_test.go:37: fault never struck: Fault{On: "NOOP", Nth: 7, Reply: "-ERR", Split: 3}; its other conditions were met 2 times`,
		`check_test.go:38: fault never struck: Fault{On: "GET", Do: func, Raw: "x"}`,
		`check_test.go:42: fault never struck: Fault{On: "TEXT", After: true}`,
	}
	if !slices.Equal(rec.errors, want) {
		t.Errorf("Check says\n%s\nwant\n%s", strings.Join(rec.errors, "\n"), strings.Join(want, "\n"))
	}
}

func TestMisuse(t *testing.T) {
	h := newToy(t)
	h.Steps = []string{"NOOP", "TEXT", "."}
	h.States = []string{"in", "out"}
	h.CheckReply = func(step, reply string) error {
		if !strings.HasPrefix(reply, "-") && !strings.HasPrefix(reply, "+") {
			return fmt.Errorf("reply %q begins neither with + nor with -", reply)
		}
		return nil
	}
	tests := []struct {
		fault Fault
		want  string
	}{
		{Fault{On: "NOPE"}, `no command or step "NOPE"; there are CONNECT TLS NOOP TEXT .`},
		{Fault{State: "selected"}, `no state "selected"; there are in, out`},
		{Fault{Nth: -1}, "a negative number"},
		{Fault{Reply: "451 later"}, `reply "451 later" begins neither with + nor with -: use Raw if it is to be malformed`},
		{Fault{Reply: "-ERR a\rb"}, "a CR in Reply: use Raw"},
		{Fault{Reply: "-ERR", Silent: true}, "Silent and Reply"},
		{Fault{Reply: "-ERR", Answered: true, Hangup: true}, "Answered and Reply"},
		{Fault{Answered: true}, "Answered without an ending such as Hangup"},
		{Fault{Stall: true, Reset: true}, "Stall and Reset exclude each other"},
		{Fault{Stall: true, Hangup: true}, "Stall and Hangup exclude each other"},
		{Fault{TLS: Expired}, `TLS and Conf need On: "TLS"`},
		{Fault{On: "TLS", TLS: "odd"}, `no TLS case "odd"`},
		{Fault{Mid: 3, Hangup: true}, "Mid needs On"},
		{Fault{On: "TEXT", Mid: 3, After: true}, "Mid doesn't go with After"},
		{Fault{Repeat: 3}, "Repeat without Raw"},
		{Fault{Raw: []byte("x"), Repeat: -1, Reply: "-ERR"}, "Repeat without end, and something that comes after it"},
	}
	for _, tt := range tests {
		got := panicOf(func() { h.Inject(tt.fault) })
		if !strings.HasPrefix(got, "toy: ") || !strings.Contains(got, tt.want) {
			t.Errorf("%s:\n got %s\nwant %s", describe(tt.fault), got, tt.want)
		}
	}
	if got, want := panicOf(func() { h.Hold(Fault{On: "NOPE"}) }), "toy: Hold: "; !strings.HasPrefix(got, want) {
		t.Errorf("Hold: %s", got)
	}
	for _, f := range []Fault{
		{On: "noop"}, {On: "CONNECT"}, {On: "TLS"}, {On: "."}, {}, {State: "IN"},
		{Reset: true, Hangup: true}, {NoCloseNotify: true, Hangup: true}, {Reply: "-ERR a\r\n+OK b\r\n"},
	} {
		f.Optional = true
		if got := panicOf(func() { h.Inject(f) }); got != "" {
			t.Errorf("%s: %s", describe(f), got)
		}
	}
}

func panicOf(f func()) (s string) {
	defer func() {
		if r := recover(); r != nil {
			s = fmt.Sprint(r)
		}
	}()
	f()
	return ""
}

// Held before a command, the command has had no effect; held after it, it has,
// and the client doesn't know.
func TestHold(t *testing.T) {
	for _, w := range ways() {
		t.Run(w.name, func(t *testing.T) {
			h := newToy(t)
			before := h.Hold(Fault{On: "NOOP"})
			after := h.Hold(Fault{On: "GET", After: true, Hangup: true})
			a, b := w.dial(t, h), w.dial(t, h)
			for _, c := range []*client{a, b} {
				c.want("+OK toy")
				c.send("NOOP")
				before.Reached(t)
			}
			before.Release()
			before.Release()
			a.want("+OK")
			b.want("+OK")
			a.send("NOOP", "GET 5")
			a.want("+OK")
			after.Reached(t)
			after.Release()
			a.wantEnd("")
			h.Close()
			h.Check(t)
		})
	}
}

func TestHoldEndsWithServer(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		h := newToy(t)
		o := h.Hold(Fault{On: "NOOP"})
		c := dial(t, h, Plain)
		c.want("+OK toy")
		c.send("NOOP")
		o.Reached(t)
		h.Close()
		c.wantEnd("+OK\r\n-BYE\r\n")
	})
}

// Whoever waits for a hold in vain is told so, after a year of virtual time.
func TestHoldNotReached(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		h := newToy(t)
		o := h.Hold(Fault{On: "NOOP", Optional: true})
		dial(t, h, Plain).want("+OK toy")
		start := time.Now()
		rec := &recorder{TB: t}
		o.Reached(rec)
		if d := time.Since(start); d != 365*24*time.Hour {
			t.Errorf("it took %v", d)
		}
		const want = `toy: no connection came to Fault{On: "NOOP", Optional: true} (check_test.go:`
		if !rec.fatal || !strings.HasPrefix(rec.errors[0], want) || !strings.HasSuffix(rec.errors[0], "transcript:\nS: +OK toy\n") {
			t.Errorf("Reached says %q", rec.errors)
		}
	})
}

func TestViolations(t *testing.T) {
	h := newToy(t)
	h.Strict = true
	h.Rules = map[string]string{
		RuleBareLF: "RFC 5321 section 2.3.8", RuleLongLine: "RFC 5321 section 4.5.3.1.4",
		RulePipelined: "RFC 3207 section 4.2", RuleEarly: "RFC 5321 section 3.1",
	}
	o := h.Hold(Fault{On: StepConnect})
	early := []*client{dial(t, h, StartTLS), dialTCP(t, h, StartTLS)}
	for _, c := range early {
		io.WriteString(c, "NOOP\r\n")
		o.Reached(t)
	}
	o.Release()
	for _, c := range early {
		c.want("+OK toy", "+OK")
	}
	c := dial(t, h, StartTLS)
	c.want("+OK toy")
	io.WriteString(c, "NOOP a\nLOGIN alice hunter2\n")
	c.want("+OK", "+OK")
	c.do("NOOP "+strings.Repeat("x", 600), "NOOP")
	c.send("STLS", "NOOP")
	c.want("+OK go")
	h.Close()
	var got []string
	for _, v := range h.Violations() {
		got = append(got, v.String())
	}
	slices.Sort(got) // the first two connections are held at the same time
	want := []string{
		"connection 1: talks before the greeting (RFC 5321 section 3.1): 6 bytes",
		"connection 2: talks before the greeting (RFC 5321 section 3.1): 6 bytes",
		"connection 3: bare LF (RFC 5321 section 2.3.8): LOGIN alice ***",
		"connection 3: bare LF (RFC 5321 section 2.3.8): NOOP a",
		"connection 3: line too long (RFC 5321 section 4.5.3.1.4): NOOP " + strings.Repeat("x", 75),
		"connection 3: pipelines after TLS was asked (RFC 3207 section 4.2): 6 bytes",
	}
	if !slices.Equal(got, want) {
		t.Errorf("violations:\n%s\nwant:\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	rec := &recorder{TB: t}
	h.Check(rec)
	if len(rec.errors) != len(want) || !strings.HasPrefix(rec.errors[0], "toy: client's fault: connection ") {
		t.Errorf("Check says %q", rec.errors)
	}
	h.Strict = false
	h.Check(t)
}

func TestViolationsBounded(t *testing.T) {
	h := &Host{Name: "wire", Serve: func(c *Conn) {
		for range 2 * maxViolations {
			c.Violation("rule", "", "")
		}
	}}
	dial(t, h, Plain).wantEnd("")
	h.Close()
	if n := len(h.Violations()); n != maxViolations {
		t.Errorf("%d violations are kept", n)
	}
	if got := h.Violations()[0].String(); got != "connection 1: rule" {
		t.Errorf("String = %q", got)
	}
}

// Each way of cutting a session gives the same bytes, in pieces that are the
// same each time.
func TestPieces(t *testing.T) {
	const session = "+OK toy\r\n+OK\r\n01234\r\n.\r\n+OK bye\r\n"
	for _, w := range ways() {
		if strings.Contains(w.name, "starttls") {
			continue
		}
		t.Run(w.name, func(t *testing.T) {
			for _, p := range []struct {
				size, most int
				seed       uint64
			}{{1, 1, 0}, {7, 7, 0}, {0, 64, 3}, {3, 3, 9}, {5, 5, 9}} {
				var runs [][]int
				for range 2 {
					h := newToy(t)
					h.PieceSize, h.PieceSeed = p.size, p.seed
					got, sizes := readPieces(w.dial(t, h))
					if got != session {
						t.Errorf("%+v: read %q, want %q", p, got, session)
					}
					if strings.HasPrefix(w.name, "memory") && slices.Max(sizes) > p.most {
						t.Errorf("%+v: pieces of %d bytes", p, sizes)
					}
					runs = append(runs, sizes)
				}
				if strings.HasPrefix(w.name, "memory") && !slices.Equal(runs[0], runs[1]) {
					t.Errorf("%+v: pieces of %d and then %d bytes", p, runs[0], runs[1])
				}
			}
		})
	}
}

func readPieces(c *client) (all string, sizes []int) {
	io.WriteString(c, "GET 5\r\nQUIT\r\n")
	buf := make([]byte, 1000)
	for {
		n, err := c.Read(buf)
		if err != nil {
			return all, sizes
		}
		all += string(buf[:n])
		sizes = append(sizes, n)
	}
}

// A hold can wait with nothing but virtual time passing.
func TestHoldInBubble(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		h := newToy(t)
		o := h.Hold(Fault{On: ".", After: true, Hangup: true})
		c := dial(t, h, Plain)
		c.want("+OK toy")
		c.send("TEXT", "hello", ".")
		c.want("+ go")
		o.Reached(t)
		time.Sleep(24 * time.Hour)
		synctest.Wait()
		o.Release()
		c.wantEnd("")
	})
}
