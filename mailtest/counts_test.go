package mailtest_test

import (
	"bufio"
	"context"
	"fmt"
	"net"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/mailfakes/mailfakes/mailtest"
	"github.com/mailfakes/mailfakes/mailtest/wire"
)

// say connects, reads the greeting, and then sends each line and reads a line
// of reply. It returns how many bytes went each way.
func say(t *testing.T, dial func(context.Context) (net.Conn, error), lines ...string) (in, out int64) {
	t.Helper()
	nc, err := dial(t.Context())
	check(t, err)
	defer nc.Close()
	r := bufio.NewReader(nc)
	for i := -1; i < len(lines); i++ {
		if i >= 0 {
			fmt.Fprint(nc, lines[i], "\r\n")
			in += int64(len(lines[i]) + 2)
		}
		reply, err := r.ReadString('\n')
		check(t, err)
		out += int64(len(reply))
	}
	return in, out
}

func TestCounts(t *testing.T) {
	srv := mailtest.NewServer(t)
	srv.Account("alice@example.com")

	in, out := say(t, srv.SMTP.Dial, "HELO a", "MAIL FROM:<a@example.com>", "RCPT TO:<alice@example.com>",
		"rset", "MAIL FROM:<>", "QUIT")
	_, greeting := say(t, srv.SMTP.Dial)
	checkCounts(t, "SMTP", srv.SMTP.Counts(), wire.Counts{
		Connections: 2, Transactions: 2, BytesIn: in, BytesOut: out + greeting,
		Commands: map[string]int{"HELO": 1, "MAIL": 2, "RCPT": 1, "RSET": 1, "QUIT": 1},
	})

	in, out = say(t, srv.IMAP.Dial, "a NOOP2", "b LOGIN alice@example.com wrong", "c LOGIN alice@example.com secret", "d UID FETCH 1 FLAGS")
	checkCounts(t, "IMAP", srv.IMAP.Counts(), wire.Counts{
		Connections: 1, LoginsRefused: 1, BytesIn: in, BytesOut: out,
		Commands: map[string]int{"NOOP2": 1, "LOGIN": 2, "UID FETCH": 1},
	})

	in, out = say(t, srv.POP3.Dial, "USER alice@example.com", "PASS wrong", "NOOP", "QUIT")
	checkCounts(t, "POP3", srv.POP3.Counts(), wire.Counts{
		Connections: 1, LoginsRefused: 1, BytesIn: in, BytesOut: out,
		Commands: map[string]int{"USER": 1, "PASS": 1, "NOOP": 1, "QUIT": 1},
	})
}

func checkCounts(t *testing.T, protocol string, got, want wire.Counts) {
	t.Helper()
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("%s counts (-want +got):\n%s", protocol, d)
	}
}
