package wire

import (
	"bytes"
	"errors"
	"io"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"
)

// What servers do to clients on the wire, each said in a line. The client
// sends all at once, and reads until the end or for an hour.
var hostile = []struct {
	id    string
	fault Fault
	send  string
	want  string
	end   error         // nil is the end of the stream
	after time.Duration // when the last byte was read
}{
	{id: "accept-silent", fault: Fault{On: "CONNECT", Stall: true}, end: os.ErrDeadlineExceeded},
	{id: "close-before-greeting", fault: Fault{On: "CONNECT", Hangup: true}},
	{id: "rst-on-accept", fault: Fault{On: "CONNECT", Reset: true}, end: syscall.ECONNRESET},
	{id: "greeting-then-close", fault: Fault{On: "CONNECT", Answered: true, Hangup: true}, want: "+OK toy\r\n"},
	{id: "greeting-delayed", fault: Fault{On: "CONNECT", Delay: 5 * time.Minute}, send: "QUIT\r\n",
		want: "+OK toy\r\n+OK bye\r\n", after: 5 * time.Minute},
	{id: "slow-drip-greeting", fault: Fault{On: "CONNECT", Rate: 5, Cut: 8, Stall: true},
		want: "+OK toy\r", end: os.ErrDeadlineExceeded, after: 1600 * time.Millisecond},
	{id: "slow-drip-body", fault: Fault{On: "GET", Rate: 1}, send: "GET 5\r\nQUIT\r\n",
		want: "+OK toy\r\n+OK\r\n01234\r\n.\r\n+OK bye\r\n", after: 15 * time.Second},
	{id: "stall-mid-reply", fault: Fault{On: "NOOP", Cut: 2, Stall: true}, send: "NOOP\r\n",
		want: "+OK toy\r\n+O", end: os.ErrDeadlineExceeded},
	{id: "stall-after-command", fault: Fault{Nth: 3, Stall: true}, send: "NOOP\r\nNOOP\r\nNOOP\r\nNOOP\r\n",
		want: "+OK toy\r\n+OK\r\n+OK\r\n", end: os.ErrDeadlineExceeded},
	{id: "black-hole", fault: Fault{On: "TEXT", Mid: 3, Stall: true}, send: "TEXT\r\nhello\r\n.\r\n",
		want: "+OK toy\r\n+ go\r\n", end: os.ErrDeadlineExceeded},
	{id: "half-close", fault: Fault{On: "NOOP", Drain: true}, send: "NOOP\r\nNOOP\r\n", want: "+OK toy\r\n"},
	{id: "rst-mid-reply", fault: Fault{On: "NOOP", Cut: 2, Reset: true}, send: "NOOP\r\n",
		want: "+OK toy\r\n+O", end: syscall.ECONNRESET},
	{id: "rst-mid-upload", fault: Fault{On: "LITERAL", Mid: 2, Reset: true}, send: "LIT 5\r\nhello",
		want: "+OK toy\r\n+ go\r\n", end: syscall.ECONNRESET},
	{id: "reply-before-command", fault: Fault{On: "CONNECT", RawAfter: []byte("+OK\r\n+OK\r\n")},
		send: "NOOP\r\nQUIT\r\n", want: "+OK toy\r\n+OK\r\n+OK\r\n+OK\r\n+OK bye\r\n"},
	{id: "extra-reply", fault: Fault{On: "NOOP", Reply: "+OK\n+OK"}, send: "NOOP\r\nQUIT\r\n",
		want: "+OK toy\r\n+OK\r\n+OK\r\n+OK bye\r\n"},
	{id: "endless-line", fault: Fault{On: "CONNECT", Raw: []byte("+OK "), Repeat: 1000, Stall: true},
		want: strings.Repeat("+OK ", 1000), end: os.ErrDeadlineExceeded},
	{id: "nul-bytes", fault: Fault{On: "NOOP", Raw: []byte("\x00\x00")}, send: "NOOP\r\nQUIT\r\n",
		want: "+OK toy\r\n\x00\x00+OK\r\n+OK bye\r\n"},
	{id: "bare-lf", fault: Fault{On: "GET", Edit: swap("\r\n", "\n")}, send: "GET 1\r\nQUIT\r\n",
		want: "+OK toy\r\n+OK\n0\n.\n+OK bye\r\n"},
	{id: "bare-cr", fault: Fault{On: "NOOP", Edit: swap("\r\n", "\r")}, send: "NOOP\r\nQUIT\r\n",
		want: "+OK toy\r\n+OK\r+OK bye\r\n"},
	{id: "8bit-text", fault: Fault{On: "NOOP", Reply: "-ERR caf\xe9"}, send: "NOOP\r\nQUIT\r\n",
		want: "+OK toy\r\n-ERR caf\xe9\r\n+OK bye\r\n"},
	{id: "terminal-escape", fault: Fault{On: "NOOP", Reply: "-ERR \x1b[31m\a\b"}, send: "NOOP\r\nQUIT\r\n",
		want: "+OK toy\r\n-ERR \x1b[31m\a\b\r\n+OK bye\r\n"},
	{id: "wrong-protocol", fault: Fault{On: "CONNECT", Raw: []byte("SSH-2.0-x\r\n"), Drain: true}, want: "SSH-2.0-x\r\n"},
	{id: "no-final-dot", fault: Fault{On: "GET", Cut: -3, Hangup: true}, send: "GET 5\r\n",
		want: "+OK toy\r\n+OK\r\n01234\r\n"},
	{id: "end-of-text-close", fault: Fault{On: ".", After: true, Hangup: true}, send: "TEXT\r\nhi\r\n.\r\n",
		want: "+OK toy\r\n+ go\r\n"},
	{id: "early-reject", fault: Fault{On: "TEXT", Mid: 1, Reply: "-ERR too big", Drain: true}, send: "TEXT\r\nhi\r\n.\r\n",
		want: "+OK toy\r\n+ go\r\n-ERR too big\r\n"},
	{id: "early-reject-drain", fault: Fault{On: "TEXT", Mid: 1, Reply: "-ERR too big"}, send: "TEXT\r\nhi\r\n.\r\nQUIT\r\n",
		want: "+OK toy\r\n+ go\r\n-ERR too big\r\n+OK bye\r\n"},
	{id: "bye-endless", fault: Fault{On: "NOOP", Raw: []byte("* BYE idle\r\n"), Repeat: 60, Rate: 12, Silent: true, Stall: true},
		send: "NOOP\r\n", want: "+OK toy\r\n" + strings.Repeat("* BYE idle\r\n", 60),
		end: os.ErrDeadlineExceeded, after: time.Minute},
	{id: "tls-refused", fault: Fault{On: "STLS", Reply: "-ERR no"}, send: "STLS\r\nQUIT\r\n",
		want: "+OK toy\r\n-ERR no\r\n+OK bye\r\n"},
	{id: "tls-ok-no-tls", fault: Fault{On: "STLS", Reply: "+OK go"}, send: "STLS\r\nQUIT\r\n",
		want: "+OK toy\r\n+OK go\r\n+OK bye\r\n"},
	{id: "tls-ok-then-silent", fault: Fault{On: "TLS", Stall: true}, send: "STLS\r\n",
		want: "+OK toy\r\n+OK go\r\n", end: os.ErrDeadlineExceeded},
	{id: "tls-injected-reply", fault: Fault{On: "STLS", RawAfter: []byte("+OK evil\r\n"), Answered: true, Drain: true}, send: "STLS\r\n",
		want: "+OK toy\r\n+OK go\r\n+OK evil\r\n"},
	{id: "tls-pipelined-forgery", fault: Fault{On: "STLS", Reply: "-ERR no\n+OK\n+OK"}, send: "STLS\r\nQUIT\r\n",
		want: "+OK toy\r\n-ERR no\r\n+OK\r\n+OK\r\n+OK bye\r\n"},
}

func swap(old, with string) func(*Exchange, []byte) []byte {
	return func(_ *Exchange, reply []byte) []byte {
		return bytes.ReplaceAll(reply, []byte(old), []byte(with))
	}
}

func TestHostile(t *testing.T) {
	for _, tt := range hostile {
		t.Run(tt.id, func(t *testing.T) {
			inBubble(t, func(t *testing.T) {
				h := newToy(t)
				h.Inject(tt.fault)
				start := time.Now()
				c := dial(t, h, StartTLS)
				c.SetDeadline(start.Add(time.Hour))
				io.WriteString(c, tt.send)
				got, last, err := readAll(c)
				if err == io.EOF {
					err = nil
				}
				if got != tt.want || !errors.Is(err, tt.end) {
					t.Errorf("read %q, %v; want %q, %v", got, err, tt.want, tt.end)
				}
				if d := last.Sub(start); d != tt.after {
					t.Errorf("the last byte came after %v, want %v", d, tt.after)
				}
				h.Close()
				h.Check(t)
			})
		})
	}
}

// readAll reads to the end of the stream, and says when the last bytes came.
func readAll(c *client) (got string, last time.Time, err error) {
	last = time.Now()
	buf := make([]byte, 1<<10)
	for {
		n, err := c.Read(buf)
		if err != nil {
			return got, last, err
		}
		got += string(buf[:n])
		last = time.Now()
	}
}
