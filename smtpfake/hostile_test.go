package smtpfake_test

import (
	"bytes"
	"fmt"
	"io"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/mailfakes/mailfakes/mailtest/message"
	"github.com/mailfakes/mailfakes/mailtest/wire"
	"github.com/mailfakes/mailfakes/smtpfake"
)

// steps is a session, step by step, with a login of alice.
var steps = []struct {
	name, send, want string
}{
	{"CONNECT", "", "220 "},
	{"EHLO", "EHLO c\r\n", "250 "},
	{"AUTH", "AUTH PLAIN\r\n", "334 "},
	{"+", "AGFsaWNlQGV4YW1wbGUuY29tAHNlY3JldA==\r\n", "235 2.7.0 "},
	{"NOOP", "NOOP\r\n", "250 2.0.0 "},
	{"MAIL", "MAIL FROM:<alice@example.com>\r\n", "250 2.1.0 "},
	{"RCPT", "RCPT TO:<bob@example.com>\r\n", "250 2.1.5 "},
	{"VRFY", "VRFY bob@example.com\r\n", "252 "},
	{"DATA", "DATA\r\n", "354 "},
	{".", "hi\r\n.\r\n", "250 2.0.0 "},
	{"RSET", "RSET\r\n", "250 2.0.0 "},
	{"QUIT", "QUIT\r\n", "221 2.0.0 "},
}

// lastLine reads a reply and returns its last line.
func (x *script) lastLine() string {
	for {
		if line := x.readLine(); len(line) < 4 || line[3] != '-' {
			return line
		}
	}
}

// rawScript connects without reading the greeting.
func rawScript(t *testing.T) *script {
	x := newScript(t)
	x.connectRaw()
	return x
}

func (x *script) connectRaw() {
	x.srv.Store.Account("alice@example.com")
	x.connect("")
}

// TestFaults injects each kind of fault at each step.
func TestFaults(t *testing.T) {
	kinds := []struct {
		name  string
		fault wire.Fault
		check func(x *script, want string)
	}{
		{"Reply", wire.Fault{Reply: "451 4.3.0 Fault"}, func(x *script, _ string) {
			x.expect("451 4.3.0 Fault")
			x.send("FOO\r\n")
			x.expect("500 5.5.2 ...")
		}},
		{"lines", wire.Fault{Reply: "451-4.3.0 Fault\n451 4.3.0 of two lines"}, func(x *script, _ string) {
			x.expect("451-4.3.0 Fault")
			x.expect("451 4.3.0 of two lines")
		}},
		{"Reply and Hangup", wire.Fault{Reply: "421 4.3.2 Fault", Hangup: true}, func(x *script, _ string) {
			x.expect("421 4.3.2 Fault")
			x.end("")
		}},
		{"Hangup", wire.Fault{Hangup: true}, func(x *script, _ string) { x.end("") }},
		{"Delay", wire.Fault{Delay: 59 * time.Second}, func(x *script, want string) {
			start := time.Now()
			if line := x.lastLine(); !strings.HasPrefix(line, want) {
				x.t.Errorf("server said %q, want %q", line, want)
			}
			if d := time.Since(start); d != 59*time.Second {
				x.t.Errorf("after %v", d)
			}
		}},
	}
	for i, step := range steps {
		for _, kind := range kinds {
			t.Run(step.name+"/"+kind.name, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					fault := kind.fault
					fault.On = step.name
					testFault(t, i, fault, kind.check)
				})
			})
		}
	}
}

// testFault goes to step n of a session, where the fault strikes.
func testFault(t *testing.T, n int, fault wire.Fault, check func(x *script, want string)) {
	srv := smtpfake.NewServer(t)
	x := &script{t: t, srv: srv}
	srv.Store.Account("alice@example.com")
	injection := srv.Inject(fault)
	x.connect("")
	for _, s := range steps[:n] {
		x.send(s.send)
		if line := x.lastLine(); !strings.HasPrefix(line, s.want) {
			t.Fatalf("%s: server said %q", s.name, line)
		}
	}
	x.send(steps[n].send)
	check(x, steps[n].want)
	x.c.Close()
	synctest.Wait()
	if injection.Hits() != 1 {
		t.Errorf("the fault struck %d times", injection.Hits())
	}
	// A message is there if it was accepted, and only then.
	want := ""
	if steps[n].name == "RSET" || steps[n].name == "QUIT" || steps[n].name == "." && fault.Delay > 0 {
		want = ` "hi\r\n"`
	}
	x.stored("bob@example.com" + want)
	injection.Remove()
	x.connect("")
	x.expect("220 ...")
	x.hello("")
	x.sendMail(`"later\r\n"`)
	x.stored("bob@example.com" + want + ` "later\r\n"`)
	x.c.Close()
}

// TestFaultsOfTLS hangs up instead of the handshake.
func TestFaultsOfTLS(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		x := newScript(t)
		x.srv.Inject(wire.Fault{On: "TLS", Hangup: true})
		x.connect("starttls")
		x.hello("")
		x.send("STARTTLS\r\n")
		x.expect("220 ...")
		x.end("")
		x.c.Close()

		nc, err := x.srv.DialContext(t.Context(), "tcp", "mail.example.com:465")
		if err != nil {
			t.Fatal(err)
		}
		if b, err := io.ReadAll(nc); len(b) > 0 || err != nil {
			t.Errorf("read %q, %v; want the end", b, err)
		}
		nc.Close()
	})
}

// TestDrop breaks a session off after each byte, in three ways. The server
// must end the connection, and have the mail if and only if its end was sent.
func TestDrop(t *testing.T) {
	var session strings.Builder
	for _, s := range steps {
		session.WriteString(s.send)
	}
	all := session.String()
	dot := strings.Index(all, "\r\n.\r\n") + len("\r\n.\r\n")
	ways := map[string]func(c *wire.PipeConn){
		"close":       func(c *wire.PipeConn) { c.Close() },
		"write-close": func(c *wire.PipeConn) { c.CloseWrite(); io.Copy(io.Discard, c); c.Close() },
	}
	for name, leave := range ways {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				for n := range len(all) + 1 {
					x := rawScript(t)
					x.write(all[:n])
					leave(x.raw.(*wire.PipeConn))
					want := ""
					if n >= dot {
						want = ` "hi\r\n"`
					}
					x.stored("bob@example.com" + want)
					x.srv.Close()
				}
			})
		})
	}
	t.Run("reset", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			for n := range len(all) + 1 {
				x := rawScript(t)
				x.write(all[:n])
				synctest.Wait()
				x.raw.(*wire.PipeConn).Abort()
				x.srv.Close()
			}
		})
	})
}

// TestGarbage sends what is no SMTP, and then a mail.
func TestGarbage(t *testing.T) {
	rnd := rand.New(rand.NewPCG(1, 2))
	binary := make([]byte, 100_000)
	for i := range binary {
		binary[i] = byte(rnd.Uint32())
	}
	for name, input := range map[string][]byte{
		"binary":     append(binary, "\r\n"...),
		"one line":   append(bytes.Repeat([]byte("x"), 20<<20), "\r\n"...),
		"NULs":       append(make([]byte, 100_000), "\r\n"...),
		"LFs":        append(bytes.Repeat([]byte("\n"), 1000), "\r\n"...),
		"CRs":        append(bytes.Repeat([]byte("\r"), 100_000), "\r\n"...),
		"CRLFs":      bytes.Repeat([]byte("\r\n"), 1000),
		"HTTP":       []byte("GET / HTTP/1.1\r\nHost: mail.example.com\r\n\r\n"),
		"TLS":        []byte("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n"),
		"parameters": []byte("EHLO c\r\nMAIL FROM:<a@b.example>" + strings.Repeat(" A=b", 500) + "\r\n"),
		"path":       []byte("EHLO c\r\nMAIL FROM:<" + strings.Repeat("@a,", 600) + "\r\n"),
		"quotes":     []byte("EHLO c\r\nMAIL FROM:<" + strings.Repeat(`"\`, 900) + "\r\n"),
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) { testGarbage(t, input) })
		})
	}
}

func testGarbage(t *testing.T, input []byte) {
	x := rawScript(t)
	done := make(chan string)
	go func() {
		replies, _ := io.ReadAll(x.r)
		done <- string(replies)
	}()
	x.write(string(input) + "EHLO c\r\nMAIL FROM:<alice@example.com>\r\nRCPT TO:<bob@example.com>\r\nDATA\r\nhi\r\n.\r\nQUIT\r\n")
	x.raw.(*wire.PipeConn).CloseWrite()
	lines := strings.Split(<-done, "\r\n")
	for _, l := range lines[:len(lines)-1] {
		if len(l) < 4 || l[0] < '2' || l[0] > '5' {
			t.Fatalf("reply %q", l)
		}
	}
	x.stored(`bob@example.com "hi\r\n"`)
	x.c.Close()
}

// FuzzSplit sends any bytes at once, and in pieces: replies and stored
// messages must be the same, whatever the server takes for the end of a line.
func FuzzSplit(f *testing.F) {
	var session strings.Builder
	for _, s := range steps {
		session.WriteString(s.send)
	}
	f.Add([]byte(session.String()), uint64(1))
	for _, s := range []string{
		"EHLO c\r\nMAIL FROM:<a@b.example>\r\nRCPT TO:<bob@example.com>\r\nDATA\r\n.a\r\n..\r\n\r\r\n.\r\n\r\n.\r\nRSET\r\n",
		"EHLO c\nMAIL FROM:<>\nEHLO d\r\nMAIL FROM:<>\r\nRCPT TO:<bob@example.com>\r\nDATA\r\n.\r\n.\r\nDATA\r\n",
		"EHLO c\r\nAUTH PLAIN\r\n*\r\nAUTH PLAIN\r\n====\r\nSTARTTLS\r\nQUIT\r\nNOOP\r\n",
		"HELO c\r\nMAIL FROM:<a@b.example> SIZE=1\r\nMAIL FROM:<\"a b\"@[127.0.0.1]>\r\nRCPT TO:<Postmaster>\r\nDATA\r\n\xff\r\n.\r\n",
		"EHLO c\r\nMAIL FROM:<> BODY=BINARYMIME\r\nRCPT TO:<bob@example.com>\r\nBDAT 9\r\n\r\n.\r\nBDATBDAT 0\r\nBDAT 3 LAST\r\n\r\n.NOOP\r\n",
		"EHLO c\r\nBDAT 3\r\nxxxMAIL FROM:<>\r\nBDAT 5 LAST\r\nNOOP\nRCPT TO:<a@b>\r\nBDAT 99999\r\nhalf",
		"NOOP " + strings.Repeat("x", 3000) + "\r\nNOOP\r\n\r\n\n\r\x00",
	} {
		f.Add([]byte(s), uint64(len(s)))
	}
	f.Fuzz(func(t *testing.T, stream []byte, seed uint64) {
		if len(stream) > 32<<10 {
			return
		}
		synctest.Test(t, func(t *testing.T) {
			rnd := rand.New(rand.NewPCG(seed, 0))
			whole := converse(t, seed, stream, func() int { return len(stream) })
			split := converse(t, seed, stream, func() int { return 1 + rnd.IntN(8) })
			if whole != split {
				t.Errorf("at once:\n%s\nin pieces:\n%s", whole, split)
			}
		})
	})
}

// converse sends a stream in pieces of the sizes that next returns, and
// returns the replies and what was stored.
func converse(t *testing.T, mode uint64, stream []byte, next func() int) string {
	x := newScript(t)
	x.srv.LaxText, x.srv.Lenient, x.srv.LMTP = mode%2 == 1, mode%4 > 1, mode%8 == 7
	x.connectRaw()
	done := make(chan []byte)
	go func() {
		replies, _ := io.ReadAll(x.r)
		done <- replies
	}()
	for len(stream) > 0 {
		n := min(next(), len(stream))
		if _, err := x.c.Write(stream[:n]); err != nil {
			break // after QUIT
		}
		stream = stream[n:]
		synctest.Wait()
	}
	x.raw.(*wire.PipeConn).CloseWrite()
	out := bytes.NewBuffer(<-done)
	queued := strings.Count(out.String(), "queued as") + strings.Count(out.String(), "delivered as")
	list := messages(x.srv)
	if len(list) != queued {
		t.Errorf("%d messages are stored, %d were acknowledged", len(list), queued)
	}
	for _, m := range list {
		fmt.Fprintf(out, "%q %q %q\n", m.MailFrom, m.RcptTo, m.Raw)
	}
	x.c.Close()
	x.srv.Close()
	return out.String()
}

// messages returns each message of a server once.
func messages(srv *smtpfake.Server) []*message.Message {
	var list []*message.Message
	for _, a := range srv.Store.Accounts() {
		box := a.Mailbox("INBOX").Snapshot()
		for i := range box.Len() {
			if m := box.At(i).Msg; !slices.Contains(list, m) {
				list = append(list, m)
			}
		}
	}
	return list
}

// TestDropBDAT breaks off after each byte of a mail in chunks.
func TestDropBDAT(t *testing.T) {
	const all = "EHLO c\r\nMAIL FROM:<>\r\nRCPT TO:<bob@example.com>\r\nBDAT 2\r\nhiBDAT 2 LAST\r\n\r\n"
	synctest.Test(t, func(t *testing.T) {
		for n := range len(all) + 1 {
			x := rawScript(t)
			x.write(all[:n])
			x.raw.Close()
			want := ""
			if n == len(all) {
				want = ` "hi\r\n"`
			}
			x.stored("bob@example.com" + want)
			x.srv.Close()
		}
	})
}

// TestGoroutines counts what a connection costs.
func TestGoroutines(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := smtpfake.NewServer(t)
		open := func() {
			nc, err := srv.Dial(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { nc.Close() })
			io.WriteString(nc, "EHLO c\r\n")
			synctest.Wait()
		}
		open()
		before := runtime.NumGoroutine()
		const conns = 20
		for range conns {
			open()
		}
		if n := runtime.NumGoroutine() - before; n > conns {
			t.Errorf("%d connections have %d goroutines, want one each", conns, n)
		}
	})
}
