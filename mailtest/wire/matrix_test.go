package wire

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"
)

// A point is a step of the toy protocol, with what is said round it.
type point struct {
	on   string
	send string // brings the session there, and further
	pre  string // what is replied before the step
	own  string // the step's own reply
	ran  string // what is replied after it, if it has run
	not  string // what is replied after it, if it has not
}

const what = "-ERR what?\r\n"

var points = []point{
	{on: "CONNECT", own: "+OK toy\r\n"},
	{on: "NOOP", send: "NOOP\r\n", pre: "+OK toy\r\n", own: "+OK\r\n"},
	{on: "GET", send: "GET 5\r\n", pre: "+OK toy\r\n", own: "+OK\r\n01234\r\n.\r\n"},
	{on: "TEXT", send: "TEXT\r\nhello\r\n.\r\n", pre: "+OK toy\r\n", own: "+ go\r\n",
		ran: "+OK 10 bytes\r\n", not: what + what},
	{on: ".", send: "TEXT\r\nhello\r\n.\r\n", pre: "+OK toy\r\n+ go\r\n", own: "+OK 10 bytes\r\n"},
	{on: "+", send: "AUTH\r\nabc\r\n", pre: "+OK toy\r\n+ go\r\n", own: "+OK\r\n"},
	{on: "LITERAL", send: "LIT 3\r\nabc\r\n", pre: "+OK toy\r\n", own: "+ go\r\n",
		ran: "+OK 3 bytes\r\n" + what, not: what},
}

// An outcome is what the client reads at a step at which a fault strikes.
type outcome struct {
	got  string
	run  bool  // what follows is as if the command has run
	end  bool  // nothing follows
	err  error // how the stream ends, if not by io.EOF
	lost bool  // some or all of got may be lost: by a reset
}

// An action is what a fault does, and what the client reads for it where the
// step's own reply is own.
type action struct {
	name  string
	fault Fault
	want  func(own string, tls bool) outcome
	holds bool // the connection is held until the server closes
}

func sent(format string, run, end bool) func(string, bool) outcome {
	return func(own string, _ bool) outcome {
		return outcome{got: strings.ReplaceAll(format, "OWN", own), run: run, end: end}
	}
}

var actions = []action{
	{"Delay", Fault{Delay: time.Microsecond}, sent("OWN", true, false), false},
	{"Delay after", Fault{Delay: time.Microsecond, After: true}, sent("OWN", true, false), false},
	{"Reply", Fault{Reply: "-ERR no"}, sent("-ERR no\r\n", false, false), false},
	{"Reply after", Fault{Reply: "-ERR no", After: true}, sent("-ERR no\r\n", true, false), false},
	{"two replies", Fault{Reply: "-ERR no\n+OK yes\n"}, sent("-ERR no\r\n+OK yes\r\n", false, false), false},
	{"Silent", Fault{Silent: true}, sent("", false, false), false},
	{"Silent after", Fault{Silent: true, After: true}, sent("", true, false), false},
	{"Raw", Fault{Raw: []byte("x\n\x00")}, sent("x\n\x00OWN", true, false), false},
	{"Raw in place", Fault{Raw: []byte("x"), Silent: true}, sent("x", false, false), false},
	{"RawAfter", Fault{RawAfter: []byte("x\r\n")}, sent("OWNx\r\n", true, false), false},
	{"Repeat", Fault{Raw: []byte("y\r\n"), Repeat: 3}, sent("y\r\ny\r\ny\r\nOWN", true, false), false},
	{"Edit", Fault{Edit: appendZ}, sent("OWNz\r\n", true, false), false},
	{"Split", Fault{Split: 2}, sent("OWN", true, false), false},
	{"Rate", Fault{Rate: 1e6}, sent("OWN", true, false), false},
	{"Cut", Fault{Cut: 2}, cutTo(2, false), false},
	{"Cut from the end", Fault{Cut: -2}, cutTo(-2, false), false},
	{"Cut and Hangup", Fault{Cut: 3, Hangup: true}, cutTo(3, true), false},
	{"Cut and Stall", Fault{Cut: 3, Stall: true}, cutTo(3, true), true},
	{"Cut and Split and Hangup", Fault{Cut: 3, Split: 1, Hangup: true}, cutTo(3, true), false},
	{"Hangup", Fault{Hangup: true}, sent("", false, true), false},
	{"Hangup after", Fault{Hangup: true, After: true}, sent("", true, true), false},
	{"Hangup answered", Fault{Hangup: true, Answered: true}, sent("OWN", true, true), false},
	{"Reply and Hangup", Fault{Reply: "-ERR no", Hangup: true}, sent("-ERR no\r\n", false, true), false},
	{"Raw and Hangup", Fault{Raw: []byte("HTTP/1.1 400\r\n"), Hangup: true}, sent("HTTP/1.1 400\r\n", false, true), false},
	{"Reset", Fault{Reset: true}, isReset, false},
	{"Drain", Fault{Drain: true}, sent("", false, true), false},
	{"Reply and Drain", Fault{Reply: "-ERR no", Drain: true}, sent("-ERR no\r\n", false, true), false},
	{"Stall", Fault{Stall: true}, sent("", false, true), true},
	{"Stall answered", Fault{Stall: true, Answered: true}, sent("OWN", true, true), true},
	{"StopReading", Fault{StopReading: true}, sent("", false, true), true},
	{"StopReading answered", Fault{StopReading: true, Answered: true}, sent("OWN", true, true), true},
	{"NoCloseNotify", Fault{NoCloseNotify: true, Answered: true}, sent("OWN", true, true), false},
	{"Torn", Fault{Torn: true, Answered: true}, isTorn, false},
	{"TLSAlert", Fault{TLSAlert: true}, isAlert, false},
	{"Clear", Fault{Clear: []byte("220 in the clear\r\n")}, isClear, false},
}

func appendZ(_ *Exchange, reply []byte) []byte { return append(reply, "z\r\n"...) }

func cutTo(n int, end bool) func(string, bool) outcome {
	return func(own string, _ bool) outcome {
		k := n
		if k < 0 {
			k += len(own)
		}
		return outcome{got: own[:k], run: true, end: end}
	}
}

func isReset(string, bool) outcome {
	return outcome{end: true, err: syscall.ECONNRESET, lost: true}
}

func isTorn(own string, tls bool) outcome {
	if !tls {
		return outcome{got: own, end: true}
	}
	return outcome{end: true, err: io.ErrUnexpectedEOF}
}

var (
	errAlert = errors.New("remote error: tls: bad record MAC")
	errClear = errors.New("tls: received record with version 3230")
)

func isAlert(_ string, tls bool) outcome {
	if !tls {
		return outcome{got: string(clearAlert), end: true}
	}
	return outcome{end: true, err: errAlert}
}

func isClear(own string, tls bool) outcome {
	if !tls {
		return outcome{got: "220 in the clear\r\n" + own, run: true}
	}
	return outcome{end: true, err: errClear}
}

// Every action at every step, in every mode of TLS, in memory and on loopback:
// the client reads what it should, nothing hangs, nothing is left behind, and
// the transcript says what was sent.
func TestFaultMatrix(t *testing.T) {
	everything := os.Getenv("MAILTEST_MATRIX") != ""
	for k, w := range ways() {
		t.Run(w.name, func(t *testing.T) {
			t.Parallel()
			for i, a := range actions {
				for j, p := range points {
					// Handshakes cost most: without .ci/run matrix each of the ways
					// with TLS tries another third.
					if everything || strings.HasSuffix(w.name, "plain") || (i+j+k/2)%3 == 0 {
						checkFault(t, w, a, p)
					}
				}
			}
		})
	}
}

func checkFault(t *testing.T, w way, a action, p point) {
	t.Helper()
	upgraded := strings.Contains(w.name, "starttls")
	if p.on == StepConnect && upgraded {
		return // the greeting was sent before TLS
	}
	if p.on == StepConnect && a.fault.Reset && w.name == "loopback/plain" {
		return // see TestResetOnAccept
	}
	h := &Host{Name: "toy", Serve: serveToy}
	defer h.Close()
	struck := make(chan struct{})
	f := a.fault
	f.On, f.Do = p.on, func(*Exchange) { close(struck) }
	h.Inject(f)
	c := w.dial(t, h)
	_, wrote := io.WriteString(c, p.send+"QUIT\r\n")
	if a.holds {
		<-struck
		go h.Close()
	}
	got, err := io.ReadAll(c.br)
	if errors.Is(wrote, syscall.ECONNRESET) {
		err = wrote // a socket tells of a reset once
	}
	secure := !strings.Contains(w.name, "plain")
	o := a.want(p.own, secure)
	where := fmt.Sprintf("%s at %s, %s", a.name, p.on, w.name)
	if problem := o.compare(p, string(got), err); problem != "" {
		t.Errorf("%s: %s", where, problem)
	}
	h.Close()
	if o.err != nil {
		return
	}
	if upgraded {
		got = bytes.TrimPrefix(got, []byte("+OK toy\r\n")) // from before
	}
	if diff := unlike(h.Transcript().Lines(), string(got), secure); diff != "" {
		t.Errorf("%s: transcript and bytes differ: %s\nbytes: %q\n%s", where, diff, got, h.Transcript())
	}
}

// A connection may be reset before the client's dial returns.
func TestResetOnAccept(t *testing.T) {
	h := newToy(t)
	h.Inject(Fault{On: StepConnect, Reset: true})
	c, err := net.Dial("tcp", h.Addr(Plain))
	if err == nil {
		defer c.Close()
		_, err = c.Read(make([]byte, 1))
	}
	if !errors.Is(err, syscall.ECONNRESET) {
		t.Errorf("dial and read: %v, want ECONNRESET", err)
	}
}

// compare returns how what was read differs from the outcome at p.
func (o outcome) compare(p point, got string, err error) string {
	want := p.pre + o.got
	switch {
	case o.end:
	case o.run:
		want += p.ran + "+OK bye\r\n"
	default:
		want += p.not + "+OK bye\r\n"
	}
	switch {
	case o.err == nil && err != nil,
		o.err != nil && (err == nil || !errors.Is(err, o.err) && !strings.Contains(err.Error(), o.err.Error())):
		return fmt.Sprintf("the stream ends with %v, want %v", err, o.err)
	case o.lost && strings.HasPrefix(want, got):
	case got != want:
		return fmt.Sprintf("read %q, want %q", got, want)
	}
	return ""
}

// unlike walks through the server's lines of a transcript and what a client
// has read, and says where they differ.
func unlike(lines []Line, got string, secure bool) string {
	for _, l := range lines {
		var n int
		switch {
		case l.From != 'S' || l.TLS != secure:
			continue
		case fmt.Sprintf("... %d bytes", scan(l.Text)) == l.Text:
			n = scan(l.Text)
		default:
			for n < len(got) && escape([]byte(got[:n])) != l.Text {
				n++
			}
			if escape([]byte(got[:n])) != l.Text {
				return fmt.Sprintf("line %q isn't in %q", l.Text, got)
			}
			if strings.HasPrefix(got[n:], "\r\n") { // else a piece of a line
				n += 2
			}
		}
		if n > len(got) {
			return fmt.Sprintf("line %q: %d bytes are missing", l.Text, n-len(got))
		}
		got = got[n:]
	}
	if got != "" {
		return fmt.Sprintf("%q isn't in the transcript", got)
	}
	return ""
}

func scan(text string) (n int) {
	fmt.Sscanf(text, "... %d bytes", &n)
	return n
}
