package wire

import (
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"slices"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"
)

// do sends commands, one by one, and returns the first lines of the replies.
func (c *client) do(lines ...string) []string {
	c.t.Helper()
	var got []string
	for _, l := range lines {
		c.send(l)
		reply, err := c.br.ReadString('\n')
		if err != nil {
			return append(got, err.Error())
		}
		got = append(got, strings.TrimSpace(reply))
	}
	return got
}

func TestFaultConditions(t *testing.T) {
	const no, ok = "-ERR no", "+OK"
	tests := []struct {
		name   string
		faults []Fault
		want   []string // of NOOP, NOOP a, LOGIN alice x, NOOP a, NOOP
	}{
		{"On", []Fault{{On: "NOOP"}}, []string{no, no, ok, no, no}},
		{"On in lower case", []Fault{{On: "noop"}}, []string{no, no, ok, no, no}},
		{"any command", []Fault{{}}, []string{no, no, no, no, no}},
		{"another", []Fault{{On: "GET"}}, []string{ok, ok, ok, ok, ok}},
		{"Arg", []Fault{{On: "NOOP", Arg: "a"}}, []string{ok, no, ok, no, ok}},
		{"Arg of any", []Fault{{Arg: "a"}}, []string{ok, no, no, no, ok}},
		{"Nth", []Fault{{On: "NOOP", Nth: 2}}, []string{ok, no, ok, ok, ok}},
		{"Nth of Arg", []Fault{{On: "NOOP", Arg: "a", Nth: 2}}, []string{ok, ok, ok, no, ok}},
		{"Nth of any", []Fault{{Nth: 3}}, []string{ok, ok, no, ok, ok}},
		{"Times", []Fault{{On: "NOOP", Times: 2}}, []string{no, no, ok, ok, ok}},
		{"User", []Fault{{On: "NOOP", User: "Alice"}}, []string{ok, ok, ok, no, no}},
		{"another user", []Fault{{On: "NOOP", User: "bob"}}, []string{ok, ok, ok, ok, ok}},
		{"State", []Fault{{On: "NOOP", State: "in"}}, []string{ok, ok, ok, no, no}},
		{"Conn", []Fault{{On: "NOOP", Conn: 1}}, []string{no, no, ok, no, no}},
		{"another Conn", []Fault{{On: "NOOP", Conn: 2}}, []string{ok, ok, ok, ok, ok}},
		{"two, each of its own", []Fault{{On: "NOOP", Nth: 1}, {On: "NOOP", Nth: 3}}, []string{no, ok, ok, no, ok}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			h := newToy(t)
			for _, f := range tt.faults {
				f.Reply = no
				h.Inject(f)
			}
			c := dial(t, h, Plain)
			c.want("+OK toy")
			got := c.do("NOOP", "NOOP a", "LOGIN alice x", "NOOP a", "NOOP")
			if !slices.Equal(got, tt.want) {
				t.Errorf("replies = %q, want %q", got, tt.want)
			}
		})
	}
}

// The fault that was injected first strikes, and another one when that has
// done its part.
func TestFaultOrder(t *testing.T) {
	h := newToy(t)
	first := h.Inject(Fault{On: "NOOP", Times: 1, Reply: "-ERR first"})
	second := h.Inject(Fault{On: "NOOP", Times: 2, Reply: "-ERR second"})
	third := h.Inject(Fault{On: "NOOP", Reply: "-ERR third"})
	c := dial(t, h, Plain)
	c.want("+OK toy")
	got := c.do("NOOP", "NOOP", "NOOP", "NOOP")
	if want := []string{"-ERR first", "-ERR second", "-ERR second", "-ERR third"}; !slices.Equal(got, want) {
		t.Errorf("replies = %q, want %q", got, want)
	}
	if got := []int{first.Hits(), second.Hits(), third.Hits()}; !slices.Equal(got, []int{1, 2, 1}) {
		t.Errorf("hits = %v", got)
	}
	third.Remove()
	third.Remove()
	if got := c.do("NOOP"); got[0] != "+OK" {
		t.Errorf("after Remove: %q", got)
	}
}

func TestFaultDo(t *testing.T) {
	h := newToy(t)
	var seen []string
	h.Inject(Fault{On: "NOOP", Do: func(x *Exchange) {
		seen = append(seen, fmt.Sprintln(x.Step.Name, x.Step.Arg, x.Conn, x.User, x.State, x.TLS, x.Hit))
		if x.Hit == 2 {
			x.Fault.Reply = "-ERR the second"
		}
	}})
	c := inTLS(dial(t, h, ImplicitTLS))
	c.want("+OK toy")
	got := c.do("NOOP", "LOGIN alice x", "NOOP a b", "NOOP")
	if want := []string{"+OK", "+OK", "-ERR the second", "+OK"}; !slices.Equal(got, want) {
		t.Errorf("replies = %q, want %q", got, want)
	}
	want := []string{"NOOP  1   true 1\n", "NOOP a b 1 alice in true 2\n", "NOOP  1 alice in true 3\n"}
	if !slices.Equal(seen, want) {
		t.Errorf("exchanges = %q, want %q", seen, want)
	}
}

// Do ends with the server if it minds Done.
func TestFaultDoUntilDone(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		h := newToy(t)
		h.Inject(Fault{On: "NOOP", Do: func(x *Exchange) { <-x.Done }})
		c := dial(t, h, Plain)
		c.want("+OK toy")
		c.send("NOOP")
		synctest.Wait()
		h.Close()
		c.wantEnd("+OK\r\n-BYE\r\n")
	})
}

func TestFaultReplyPrefix(t *testing.T) {
	tests := []struct {
		fault Fault
		want  string
	}{
		{Fault{Reply: "NO busy"}, "a1 NO busy\r\n"},
		{Fault{Reply: "* 5 EXISTS\n+ hm\nBAD x\r\n"}, "* 5 EXISTS\r\n+ hm\r\na1 BAD x\r\n"},
		{Fault{Reply: "NO busy", Tag: "zz"}, "zz NO busy\r\n"},
		{Fault{Tag: "zz"}, "* 1 EXISTS\r\nzz OK done\r\n"},
		{Fault{Tag: "A1"}, "* 1 EXISTS\r\nA1 OK done\r\n"},
	}
	for _, tt := range tests {
		h := &Host{Name: "wire", Serve: func(c *Conn) {
			if c.Begin(Step{Name: "NOOP", Prefix: "a1 "}) {
				c.WriteString("* 1 EXISTS\r\na1 OK done\r\n")
			}
			c.End()
		}}
		h.Inject(tt.fault)
		dial(t, h, Plain).wantEnd(tt.want)
		h.Close()
	}
}

func TestFaultMid(t *testing.T) {
	text := "TEXT\r\n" + strings.Repeat("0123456789abcd\r\n", 100) + ".\r\n"
	tests := []struct {
		name, send string
		fault      Fault
		want       string
		data       string // in the transcript
	}{
		{"reply and drain", text, Fault{On: "TEXT", Mid: 500, Reply: "-ERR too big", Drain: true},
			"+ go\r\n-ERR too big\r\n", "... 500 bytes"},
		{"reply, and read the rest", text + "NOOP\r\nQUIT\r\n", Fault{On: "TEXT", Mid: 500, Reply: "-ERR too big"},
			"+ go\r\n-ERR too big\r\n+OK\r\n+OK bye\r\n", "... 1103 bytes"},
		{"hangup", text, Fault{On: "TEXT", Mid: 7, Hangup: true}, "+ go\r\n", "... 7 bytes"},
		{"literal", "LIT 9000\r\n" + strings.Repeat("x", 9000), Fault{On: "LITERAL", Mid: 8999, Hangup: true}, "+ go\r\n", "... 8999 bytes"},
		{"beyond the end", text + "QUIT\r\n", Fault{On: "TEXT", Mid: 5000, Hangup: true}, "+ go\r\n+OK 1603 bytes\r\n+OK bye\r\n", "... 1603 bytes"},
		{"Nth", text + text, Fault{On: "TEXT", Nth: 2, Mid: 1, Hangup: true}, "+ go\r\n+OK 1603 bytes\r\n+ go\r\n", "... 1 bytes"},
	}
	for _, tt := range tests {
		for _, w := range ways() {
			t.Run(tt.name+"/"+w.name, func(t *testing.T) {
				h := newToy(t)
				i := h.Inject(tt.fault)
				c := w.dial(t, h)
				c.want("+OK toy")
				io.WriteString(c, tt.send)
				c.wantEnd(tt.want)
				h.Close()
				if got, want := i.Hits(), 1; got != want && tt.name != "beyond the end" {
					t.Errorf("Hits = %d, want %d", got, want)
				}
				if got := h.Transcript().String(); !strings.Contains(got, "C: "+tt.data+"\n") {
					t.Errorf("transcript lacks %q:\n%s", tt.data, got)
				}
			})
		}
	}
}

// Split makes the same pieces each time, in TLS as well.
func TestFaultSplit(t *testing.T) {
	for _, w := range ways()[:3] {
		t.Run(w.name, func(t *testing.T) {
			h := newToy(t)
			h.Inject(Fault{On: "GET", Split: 4})
			c := w.dial(t, h)
			c.want("+OK toy")
			c.send("GET 5")
			var got []string
			buf := make([]byte, 100)
			for all := 0; all < len("+OK\r\n01234\r\n.\r\n"); {
				n, err := c.Read(buf)
				if err != nil {
					t.Fatal(err)
				}
				got = append(got, string(buf[:n]))
				all += n
			}
			if want := []string{"+OK\r", "\n012", "34\r\n", ".\r\n"}; !slices.Equal(got, want) {
				t.Errorf("reads = %q, want %q", got, want)
			}
		})
	}
}

func TestFaultRateIsVirtual(t *testing.T) {
	for _, w := range ways()[:3] {
		t.Run(w.name, func(t *testing.T) {
			inBubble(t, func(t *testing.T) {
				h := newToy(t)
				h.Inject(Fault{On: "GET", Rate: 10})
				c := w.dial(t, h)
				c.want("+OK toy")
				start := time.Now()
				c.send("GET 3590")
				c.want("+OK")
				io.CopyN(io.Discard, c.br, 3590)
				c.want("", ".")
				if d := time.Since(start); d != 360*time.Second {
					t.Errorf("3600 bytes at 10 B/s took %v", d)
				}
			})
		})
	}
}

func TestFaultDelayIsVirtual(t *testing.T) {
	for _, w := range ways()[:3] {
		for _, after := range []bool{false, true} {
			inBubble(t, func(t *testing.T) {
				h := newToy(t)
				h.Inject(Fault{On: "NOOP", Delay: time.Hour, After: after})
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
}

// A stalled server takes what the client sends, for ever.
func TestFaultStall(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		h := newToy(t)
		h.Inject(Fault{On: "NOOP", Stall: true})
		c := dial(t, h, Plain)
		c.want("+OK toy")
		c.send("NOOP")
		c.SetDeadline(time.Now().Add(24 * time.Hour))
		if n, err := c.Write(make([]byte, 10*pipeSize)); err != nil {
			t.Errorf("Write = %d, %v", n, err)
		}
		c.wantErr("", os.ErrDeadlineExceeded)
	})
}

// A server that has stopped reading lets the client's buffers fill.
func TestFaultStopReading(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		h := newToy(t)
		h.Inject(Fault{On: "TEXT", Answered: true, StopReading: true})
		c := dial(t, h, Plain)
		c.want("+OK toy")
		c.send("TEXT")
		c.want("+ go")
		c.SetDeadline(time.Now().Add(3 * time.Minute))
		if n, err := c.Write(make([]byte, 10*pipeSize)); n != pipeSize || !errors.Is(err, os.ErrDeadlineExceeded) {
			t.Errorf("Write = %d, %v; want %d and a timeout", n, err, pipeSize)
		}
	})
}

func TestFaultStopReadingLoopback(t *testing.T) {
	h := newToy(t)
	h.Inject(Fault{On: "TEXT", Answered: true, StopReading: true})
	c := dialTCP(t, h, Plain)
	c.want("+OK toy")
	c.send("TEXT")
	c.want("+ go")
	c.Conn.(*net.TCPConn).SetWriteBuffer(4 << 10)
	c.SetWriteDeadline(time.Now().Add(100 * time.Millisecond))
	if _, err := c.Write(make([]byte, 64<<20)); !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("Write = %v, want a timeout", err)
	}
}

// An endless reply ends when the client has had enough.
func TestFaultFlood(t *testing.T) {
	for _, w := range ways() {
		t.Run(w.name, func(t *testing.T) {
			h := newToy(t)
			h.Inject(Fault{On: "NOOP", Raw: []byte("+OK no end"), Repeat: -1})
			c := w.dial(t, h)
			c.want("+OK toy")
			c.send("NOOP")
			if n, err := io.CopyN(io.Discard, c.br, 4<<20); err != nil {
				t.Errorf("read %d bytes: %v", n, err)
			}
			c.Close()
			h.Close()
		})
	}
}

// What is sent in place of the handshake is in the clear, and answers the
// client's hello.
func TestFaultAtTLS(t *testing.T) {
	tests := []struct {
		name  string
		fault Fault
		want  string // of the client's error
	}{
		{"none", Fault{}, ""},
		{"Delay", Fault{Delay: time.Millisecond}, ""},
		{"Reply", Fault{Reply: "-ERR no TLS today"}, "does not look like a TLS handshake"},
		{"Raw", Fault{Raw: []byte("SSH-2.0-x\r\n")}, "does not look like a TLS handshake"},
		{"Hangup", Fault{Hangup: true}, "EOF"},
		{"Reset", Fault{Reset: true}, "connection reset by peer"},
		{"Drain", Fault{Drain: true}, "EOF"},
		{"TLSAlert", Fault{TLSAlert: true}, "handshake failure"},
		{"Hangup answered", Fault{Hangup: true, Answered: true}, "EOF"},
		{"TLS", Fault{TLS: Expired}, "expired"},
	}
	for _, tt := range tests {
		for _, m := range []Mode{StartTLS, ImplicitTLS} {
			for where, dial := range map[string]func(testing.TB, *Host, Mode) *client{"memory": dial, "loopback": dialTCP} {
				if tt.fault.Reset && m == ImplicitTLS && where == "loopback" {
					continue // dialing may fail: see TestResetOnAccept
				}
				t.Run(fmt.Sprintf("%s/%d/%s", tt.name, m, where), func(t *testing.T) {
					h := newToy(t)
					f := tt.fault
					f.On = StepTLS
					i := h.Inject(f)
					c := dial(t, h, m)
					if m == StartTLS {
						c.want("+OK toy")
						c.send("STLS")
						c.want("+OK go")
					}
					err := useTLS(c, m, clientTLS())
					if (err != nil) != (tt.want != "") || err != nil && !strings.Contains(err.Error(), tt.want) &&
						!(f.Hangup && errors.Is(err, syscall.ECONNRESET)) {
						t.Errorf("client's error = %v, want %q", err, tt.want)
					}
					h.Close()
					if i.Hits() != 1 {
						t.Errorf("Hits = %d", i.Hits())
					}
				})
			}
		}
	}
}

// The second connection meets another certificate than the first.
func TestFaultCertChanges(t *testing.T) {
	h := newToy(t)
	h.Inject(Fault{On: StepTLS, Conn: 2, TLS: SelfSigned})
	for i, want := range []string{"", "unknown authority", ""} {
		err := useTLS(dial(t, h, ImplicitTLS), ImplicitTLS, clientTLS())
		if (err != nil) != (want != "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("connection %d: %v, want %q", i+1, err, want)
		}
	}
}

// tap keeps what a client reads below TLS.
type tap struct {
	net.Conn
	got []byte
}

func (c *tap) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	c.got = append(c.got, p[:n]...)
	return n, err
}

// alerts returns how many alerts there are among TLS 1.2 records.
func alerts(p []byte) (n int) {
	for len(p) >= 5 {
		if p[0] == 21 {
			n++
		}
		p = p[min(len(p), 5+int(p[3])<<8+int(p[4])):]
	}
	return n
}

func TestFaultNoCloseNotify(t *testing.T) {
	for _, f := range []Fault{{Hangup: true, Answered: true}, {NoCloseNotify: true, Answered: true}} {
		h := newToy(t)
		f.On = "NOOP"
		h.Inject(f)
		nc, err := h.Dial(t.Context(), ImplicitTLS)
		if err != nil {
			t.Fatal(err)
		}
		conf := clientTLS()
		conf.MaxVersion = tls.VersionTLS12
		below := &tap{Conn: nc}
		c := newClient(t, tls.Client(below, conf))
		c.want("+OK toy")
		c.send("NOOP")
		c.wantEnd("+OK\r\n")
		want := 1
		if f.NoCloseNotify {
			want = 0
		}
		if got := alerts(below.got); got != want {
			t.Errorf("%+v: %d alerts, want %d", f, got, want)
		}
	}
}

// Faults strike at pushes, too, while a read of the loop is under way.
func TestFaultAtPush(t *testing.T) {
	tests := []struct {
		fault Fault
		want  string
	}{
		{Fault{Hangup: true}, ""},
		{Fault{TLSAlert: true}, ""},
		{Fault{Reply: "* BYE", Hangup: true}, "* BYE\r\n"},
		{Fault{Stall: true}, ""},
		{Fault{Silent: true}, "-BYE\r\n"},
		{Fault{Cut: 3}, "* 1-BYE\r\n"},
	}
	for _, tt := range tests {
		for _, w := range ways()[:3] {
			t.Run(describe(tt.fault)+"/"+w.name, func(t *testing.T) {
				inBubble(t, func(t *testing.T) {
					wake := make(chan struct{})
					h := &Host{Name: "toy", Serve: func(c *Conn) { (&toy{c: c, wake: wake}).serve() }}
					defer h.Close()
					f := tt.fault
					f.On = StepPush
					h.Inject(f)
					c := w.dial(t, h)
					c.want("+OK toy")
					c.send("IDLE")
					c.want("+ idling")
					time.Sleep(time.Hour)
					wake <- struct{}{}
					synctest.Wait()
					h.Close()
					got, err := io.ReadAll(c.br)
					alert := err != nil && strings.Contains(err.Error(), "bad record MAC")
					if f.TLSAlert && w.name == "memory/plain" {
						got = got[len(clearAlert):]
					} else if alert != f.TLSAlert {
						t.Errorf("the stream ends with %v", err)
					}
					if string(got) != tt.want {
						t.Errorf("read %q, want %q", got, tt.want)
					}
				})
			})
		}
	}
}
