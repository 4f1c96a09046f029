package mailtest_test

import (
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/mailfakes/mailfakes/imapfake"
	"github.com/mailfakes/mailfakes/mailtest"
)

// pieces are what a client out of its mind says, in any order. The first is a
// good beginning.
var pieces = map[string][]string{
	"SMTP": {
		"EHLO c\r\nMAIL FROM:<>\r\nRCPT TO:<bob@example.com>\r\nDATA\r\nhi\r\n.\r\n", "EHLO c\r\n", "HELO c\r\n", "MAIL FROM:<alice@example.com>\r\n", "MAIL FROM:<> SIZE=99 BODY=BINARYMIME\r\n",
		"RCPT TO:<bob@example.com>\r\n", "RCPT TO:<carol@example.com> NOTIFY=NEVER\r\n", "DATA\r\n", "hello\r\n",
		"\r\n.\r\n", "\n.\n", "BDAT 10\r\n", "BDAT 10 LAST\r\n", "0123456789", "BDAT -1\r\n",
		"AUTH PLAIN\r\n", "AUTH PLAIN AGFsaWNlQGV4YW1wbGUuY29tAHNlY3JldA==\r\n", "AUTH SCRAM-SHA-256\r\n", "*\r\n",
		"STARTTLS\r\n", "RSET\r\n", "NOOP\r\n", "VRFY bob\r\n", "HELP\r\n", "QUIT\r\n",
	},
	"IMAP": {
		"a LOGIN alice@example.com secret\r\na SELECT INBOX\r\n", "a LOGIN {17}\r\nalice@example.com {6}\r\nsecret\r\n",
		"a AUTHENTICATE PLAIN\r\n", "AGFsaWNlQGV4YW1wbGUuY29tAHNlY3JldA==\r\n", "a SELECT INBOX\r\n",
		"a EXAMINE Box (CONDSTORE)\r\n", "a FETCH 1:* (FLAGS BODY[])\r\n", "a UID FETCH 1:* ALL\r\n",
		"a FETCH 1 BODY[1.2.MIME]<5.10>\r\n", "a APPEND Box {10}\r\n", "a APPEND Box {10+}\r\n0123456789\r\n",
		"a STORE 1:* +FLAGS (\\Deleted)\r\n", "a EXPUNGE\r\n", "a SEARCH OR SEEN NOT TEXT {3+}\r\nabc 1:*\r\n",
		"a SEARCH " + strings.Repeat("(", 300) + "\r\n", "a SORT (DATE) UTF-8 ALL\r\n", "a LIST \"\" *\r\n",
		"a THREAD REFERENCES UTF-8 ALL\r\n", "a COPY 1:* Box\r\n", "a MOVE 1 Box\r\n", "a CREATE x/y\r\n",
		"a DELETE x/y\r\n", "a RENAME x z\r\n", "a IDLE\r\n", "DONE\r\n", "a ENABLE QRESYNC UTF8=ACCEPT\r\n",
		"a COMPRESS DEFLATE\r\n", "a STARTTLS\r\n", "a UNAUTHENTICATE\r\n", "a FROB {9999999+}\r\n", "a LOGOUT\r\n",
	},
	"POP3": {
		"USER alice@example.com\r\nPASS secret\r\n", "USER alice@example.com\r\n", "PASS secret\r\n", "STAT\r\n", "LIST\r\n", "UIDL 1\r\n", "RETR 1\r\n",
		"TOP 1 3\r\n", "TOP 1 99999999999999999999\r\n", "DELE 1\r\n", "RSET\r\n", "NOOP\r\n", "CAPA\r\n",
		"AUTH PLAIN\r\n", "AUTH PLAIN AGFsaWNlQGV4YW1wbGUuY29tAHNlY3JldA==\r\n", "*\r\n", "STLS\r\n", "QUIT\r\n",
	},
}

// TestChaos lets clients out of their minds loose on the servers, 50 at once:
// they say anything, leave at any time, and read or don't. The servers go on,
// end with Close, and keep what nobody touched.
func TestChaos(t *testing.T) {
	for _, memory := range []bool{true, false} {
		for name, say := range pieces {
			t.Run(fmt.Sprintf("%s/memory=%v", name, memory), func(t *testing.T) {
				t.Parallel()
				srv := mailtest.NewServer(t)
				srv.IMAP.Caps = imapfake.Everything
				srv.Account("alice@example.com").Mailbox("Box").Add(strings.Repeat("text\n", 1000))
				kept := srv.Account("kept@example.com").Mailbox("INBOX").Add("Subject: kept\n\nkept\n")
				raw := string(kept.Raw)

				var clients sync.WaitGroup
				var acknowledged atomic.Int64
				for seed := range uint64(50) {
					clients.Go(func() {
						mad := &madClient{rnd: rand.New(rand.NewPCG(seed, 0)), say: say}
						heard := mad.visit(t, dialStartTLS(t, srv, name, memory))
						acknowledged.Add(int64(strings.Count(heard, "queued as")))
					})
				}
				clients.Wait()

				checkGreets(t, dialStartTLS(t, srv, name, memory))
				list := srv.Account("kept@example.com").Mailbox("INBOX").Messages()
				if len(list) != 1 || string(list[0].Raw) != raw {
					t.Errorf("the mail that nobody touched has become %q", list)
				}
				if name == "SMTP" && acknowledged.Load() == 0 {
					t.Error("no client got so far as to send a mail")
				}
				if n := len(srv.Store.Pending()); int64(n) < acknowledged.Load() {
					t.Errorf("%d messages are stored, %d were acknowledged", n, acknowledged.Load())
				}
				start := time.Now()
				srv.Close()
				if d := time.Since(start); d > 4*time.Second {
					t.Errorf("Close took %v", d)
				}
			})
		}
	}
}

func dialStartTLS(t *testing.T, srv *mailtest.Server, name string, memory bool) net.Conn {
	t.Helper()
	dial := func(addr func() string, port string) (net.Conn, error) {
		if memory {
			return srv.DialContext(t.Context(), "tcp", "mail.example.com:"+port)
		}
		return net.Dial("tcp", addr())
	}
	var nc net.Conn
	var err error
	switch name {
	case "SMTP":
		nc, err = dial(srv.SMTP.StartTLSAddr, "25")
	case "IMAP":
		nc, err = dial(srv.IMAP.StartTLSAddr, "143")
	case "POP3":
		nc, err = dial(srv.POP3.StartTLSAddr, "110")
	}
	if err != nil {
		t.Fatal(err)
	}
	nc.SetDeadline(time.Now().Add(20 * time.Second))
	return nc
}

// checkGreets looks whether the server has a greeting for the next one.
func checkGreets(t *testing.T, nc net.Conn) {
	t.Helper()
	defer nc.Close()
	buf := make([]byte, 4)
	if _, err := io.ReadFull(nc, buf); err != nil {
		t.Errorf("no greeting: %v", err)
	}
}

// A madClient draws what it does.
type madClient struct {
	rnd *rand.Rand
	say []string
}

// visit says what it has to say, and returns what it has heard.
func (m *madClient) visit(t *testing.T, nc net.Conn) string {
	defer nc.Close()
	text, leaves := m.text(), m.rnd.IntN(4)
	var writer sync.WaitGroup
	writer.Go(func() {
		io.WriteString(nc, text) // the server may end the connection before
		if leaves > 0 {
			nc.(interface{ CloseWrite() error }).CloseWrite()
		}
	})
	defer writer.Wait()
	if leaves == 0 { // hears little, and is gone
		heard := make([]byte, 1+m.rnd.IntN(500))
		n, _ := nc.Read(heard)
		nc.Close()
		return string(heard[:n])
	}
	heard, err := io.ReadAll(nc)
	if ne, ok := err.(net.Error); ok && ne.Timeout() {
		t.Errorf("no end of the connection after %.2000q", text)
	}
	return string(heard)
}

// text is what it says: now and then garbage.
func (m *madClient) text() string {
	var b strings.Builder
	if m.rnd.IntN(2) == 0 {
		b.WriteString(m.say[0])
	}
	for range 1 + m.rnd.IntN(60) {
		p := []byte(m.say[m.rnd.IntN(len(m.say))])
		switch m.rnd.IntN(40) {
		case 0:
			p[m.rnd.IntN(len(p))] = byte(m.rnd.IntN(256))
		case 1:
			p = p[:m.rnd.IntN(len(p))]
		case 2:
			p = []byte(strings.Repeat("x", m.rnd.IntN(100_000)))
		}
		b.Write(p)
	}
	return b.String()
}
