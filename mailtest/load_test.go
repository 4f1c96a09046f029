package mailtest_test

import (
	"bufio"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"os"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/mailfakes/mailfakes/mailtest"
)

// A thousand fixtures at once, each with all three protocols in use.
func TestThousandFixtures(t *testing.T) {
	before, running := goleak.IgnoreCurrent(), runtime.NumGoroutine()
	const n = 1000
	servers := make([]*mailtest.Server, n)
	var wg sync.WaitGroup
	for i := range servers {
		servers[i] = mailtest.New()
		wg.Go(func() { useAll(t, servers[i], fmt.Sprintf("user%d@example.com", i)) })
	}
	wg.Wait()
	// Each has three connections open, whose clients are goroutines of
	// nobody.
	if per := float64(runtime.NumGoroutine()-running) / (3 * n); per > 4 {
		t.Errorf("%.1f goroutines per open connection", per)
	}
	for _, srv := range servers {
		wg.Go(srv.Close)
	}
	wg.Wait()
	checkGoroutines(t, before)
}

// useAll sends one mail, reads it by IMAP and POP3, and leaves the three
// connections open.
func useAll(t *testing.T, srv *mailtest.Server, addr string) {
	srv.Account(addr)
	for _, s := range []struct{ port, script string }{
		{"25", "S:220|EHLO c.example.com|S:250 |MAIL FROM:<a@shop.example>|S:250|RCPT TO:<" + addr + ">|S:250|DATA|S:354|Subject: hi||hello|.|S:250"},
		{"143", "S:* OK|1 LOGIN " + addr + " secret|S:1 OK|2 SELECT INBOX|S:2 OK|3 FETCH 1 BODY[]|S:3 OK"},
		{"110", "S:+OK|USER " + addr + "|S:+OK|PASS secret|S:+OK|RETR 1|S:."},
	} {
		nc, err := srv.DialContext(t.Context(), "tcp", "mail.example.com:"+s.port)
		if err != nil {
			t.Error(err)
			return
		}
		if err := converse(nc, s.script); err != nil {
			t.Errorf("port %s: %v", s.port, err)
		}
	}
}

// converse plays a script: steps separated by "|", of which "S:x" reads up to a
// line that begins with x.
func converse(nc net.Conn, script string) error {
	r := bufio.NewReader(nc)
	for step := range strings.SplitSeq(script, "|") {
		want, read := strings.CutPrefix(step, "S:")
		if !read {
			if _, err := io.WriteString(nc, step+"\r\n"); err != nil {
				return err
			}
			continue
		}
		for {
			line, err := r.ReadString('\n')
			if err != nil {
				return fmt.Errorf("waiting for %q: %w", want, err)
			}
			if strings.HasPrefix(line, want) {
				break
			}
		}
	}
	return nil
}

// checkGoroutines waits until there are no goroutines but those of before.
func checkGoroutines(t *testing.T, before goleak.Option) {
	t.Helper()
	if err := goleak.Find(before); err != nil {
		t.Error(err)
	}
}

// Close at a random moment, with clients that are in the middle of a command,
// of a message or of a handshake, that read slowly or don't read at all.
// -count=20 makes it a thousand times.
func TestCloseUnderLoad(t *testing.T) {
	files, goroutines := len(openFiles()), goleak.IgnoreCurrent()
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	rnd := rand.New(rand.NewPCG(seed, 0))
	for range 50 {
		srv := mailtest.New()
		srv.Account("alice@example.com").Mailbox("INBOX").Add("Subject: big\n\n" + strings.Repeat("0123456789\n", 20000))
		var wg sync.WaitGroup
		for range 1 + rnd.IntN(3) {
			nc := dialAny(t, srv, rnd)
			half := halves[rnd.IntN(len(halves))]
			wg.Go(func() {
				defer nc.Close()
				io.WriteString(nc, half.say)
				io.CopyN(io.Discard, nc, half.read)
			})
		}
		for range rnd.IntN(200) {
			runtime.Gosched()
		}
		closed := make(chan struct{})
		go func() {
			srv.Close()
			close(closed)
		}()
		select {
		case <-closed:
		case <-time.After(20 * time.Second):
			t.Fatal("Close did not return")
		}
		wg.Wait()
	}
	checkGoroutines(t, goroutines)
	if n := len(openFiles()); n > files {
		t.Errorf("%d open files, %d before", n, files)
	}
}

// halves are what clients say before the server closes, and how much they read
// of the answer.
var halves = []struct {
	say  string
	read int64
}{
	{"", 0},
	{"", 1 << 20},
	{"EHLO c", 1 << 20},
	{"\x16\x03\x01\x02\x00\x01\x00", 1 << 20}, // half a hello
	{"EHLO c\r\nMAIL FROM:<a@b.example>\r\nRCPT TO:<alice@example.com>\r\nDATA\r\nSubject: half", 1 << 20},
	{"STARTTLS\r\n", 1 << 20},
	{"a LOGIN alice@example.com secret\r\nb SELECT INBOX\r\nc FETCH 1 BODY[]\r\nd FETCH 1 BODY[]\r\n", 100},
	{"a LOGIN alice@example.com secret\r\nb SELECT INBOX\r\nc IDLE\r\n", 1 << 20},
	{"a LOGIN alice@example.com secret\r\nb APPEND INBOX {1000}\r\nSubject", 1 << 20},
	{"USER alice@example.com\r\nPASS secret\r\nRETR 1\r\nRETR 1\r\n", 100},
	{"AUTH PLAIN\r\n", 1 << 20},
}

// dialAny connects to any protocol, in memory or on loopback.
func dialAny(t *testing.T, srv *mailtest.Server, rnd *rand.Rand) net.Conn {
	t.Helper()
	if rnd.IntN(4) > 0 {
		ports := []string{"25", "465", "143", "993", "110", "995"}
		nc, err := srv.DialContext(t.Context(), "tcp", "mail.example.com:"+ports[rnd.IntN(len(ports))])
		check(t, err)
		return nc
	}
	addrs := []func() string{srv.SMTP.Addr, srv.SMTP.TLSAddr, srv.IMAP.Addr, srv.IMAP.StartTLSAddr, srv.POP3.Addr, srv.POP3.TLSAddr}
	nc, err := net.Dial("tcp", addrs[rnd.IntN(len(addrs))]())
	check(t, err)
	return nc
}

// Every listening socket of this process is bound to loopback.
func TestOnlyLoopback(t *testing.T) {
	srv := mailtest.NewServer(t)
	want := make(map[int]string)
	for _, addr := range []string{
		srv.SMTP.Addr(), srv.SMTP.StartTLSAddr(), srv.SMTP.TLSAddr(),
		srv.IMAP.Addr(), srv.IMAP.StartTLSAddr(), srv.IMAP.TLSAddr(),
		srv.POP3.Addr(), srv.POP3.StartTLSAddr(), srv.POP3.TLSAddr(),
	} {
		n, err := strconv.Atoi(port(addr))
		check(t, err)
		want[n] = addr
	}
	for _, file := range []string{"/proc/self/net/tcp", "/proc/self/net/tcp6"} {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Skipf("the system doesn't tell its sockets: %v", err)
		}
		for _, s := range sockets(string(data), "0A") {
			if addr := want[s.port]; addr != "" && s.ip != "0100007F" {
				t.Errorf("%s is bound to %s", addr, s.ip)
			}
			delete(want, s.port)
		}
	}
	if len(want) > 0 {
		t.Errorf("not among the listening sockets: %v", want)
	}
}

// A server lets its client close first after the goodbye, so that its port, of
// which each fixture needs a new one, isn't kept in TIME_WAIT. Now and then a
// client is too slow.
func TestPortsAreFreed(t *testing.T) {
	srv := mailtest.NewServer(t)
	const conns = 30
	for range conns {
		nc, err := net.Dial("tcp", srv.SMTP.Addr())
		sendBench(t, nc, err)
	}
	own, err := strconv.Atoi(port(srv.SMTP.Addr()))
	check(t, err)
	srv.Close()
	data, err := os.ReadFile("/proc/self/net/tcp")
	if err != nil {
		t.Skipf("the system doesn't tell its sockets: %v", err)
	}
	n := 0
	for _, s := range sockets(string(data), "06") {
		if s.port == own {
			n++
		}
	}
	if n > conns/2 {
		t.Errorf("%d of %d connections keep the server's port", n, conns)
	}
}

type socket struct {
	ip   string // in hex, as the kernel has it
	port int
}

// sockets returns the local ends of a /proc/net/tcp in a state: 0A is LISTEN, 06
// is TIME_WAIT.
func sockets(table, state string) (list []socket) {
	for line := range strings.Lines(table) {
		f := strings.Fields(line)
		if len(f) < 4 || f[3] != state {
			continue
		}
		ip, hex, _ := strings.Cut(f[1], ":")
		n, err := strconv.ParseInt(hex, 16, 32)
		if err == nil {
			list = append(list, socket{ip, int(n)})
		}
	}
	return list
}
