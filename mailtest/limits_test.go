package mailtest_test

import (
	"bufio"
	"fmt"
	"io"
	"runtime"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/mailfakes/mailfakes/imapfake"
	"github.com/mailfakes/mailfakes/mailtest"
	"github.com/mailfakes/mailfakes/mailtest/mailstore"
)

// An endless client says something, and then again and again.
type endless struct {
	port, name string
	setup      func(srv *mailtest.Server)
	begin      string
	again      func(i int) string
	times      int
	after      string
	want       string // that the server says at last
}

// most is how much memory a client may take whatever it does, besides what it
// has stored: the buffers, the transcript and what one command holds.
const most = 6 << 20

const (
	smtpMail  = "EHLO c\r\nMAIL FROM:<>\r\nRCPT TO:<alice@example.com>\r\n"
	imapInbox = "a LOGIN alice@example.com secret\r\na SELECT INBOX\r\n"
	pop3Login = "USER alice@example.com\r\nPASS secret\r\n"
)

func always(s string) func(int) string { return func(int) string { return s } }
func counting(format string) func(int) string {
	return func(i int) string { return fmt.Sprintf(format, i) }
}

func endlessClients() []endless {
	xs := always(strings.Repeat("x", 32<<10))
	long := strings.Repeat("x", 1000)
	small := func(srv *mailtest.Server) { srv.SMTP.MaxMessageBytes, srv.SMTP.MaxRecipients = 1<<20, 100 }
	return []endless{
		{"25", "line", nil, "", xs, 500, "\r\n", "500 5.5.2 Line too long"},
		{"25", "text", small, smtpMail + "DATA\r\n", xs, 500, "\r\n.\r\n", "552 5.3.4 "},
		{"25", "lines of a text", small, smtpMail + "DATA\r\n", always(strings.Repeat("..\r\n", 8000)), 300, ".\r\n", "552 5.3.4 "},
		{"25", "chunk", small, smtpMail + "BDAT 16384000 LAST\r\n", xs, 500, "", "552 5.3.4 "},
		{"25", "chunks", small, smtpMail, always("BDAT 32768\r\n" + xs(0)), 1000, "", "552 5.3.4 "},
		{"25", "SASL response", nil, "EHLO c\r\nAUTH PLAIN\r\n", xs, 500, "\r\n", "500 5.5.6 "},
		{"25", "errors in a row", nil, "EHLO c\r\n", always(strings.Repeat("FOO\r\n", 100)), 101, "", "421 4.7.0 Too many errors"},
		{"25", "recipients", small, smtpMail, counting("RCPT TO:<user%d@example.com>\r\n"), 2000, "", "452 4.5.3 Too many recipients"},
		{"25", "errors now and then", nil, "", counting("X%d" + strings.Repeat(long, 11) + "\r\nNOOP\r\n"), 700, "QUIT\r\n", "221 "},

		{"143", "line", nil, "", xs, 500, "\r\n", "* BYE line or literal is too long"},
		{"143", "literal", nil, imapInbox + "a SEARCH TEXT {16384000+}\r\n", xs, 500, "\r\n", "a NO [TOOBIG]"},
		{"143", "literals", nil, imapInbox + "a SEARCH ", always("OR TEXT {1000000+}\r\n" + strings.Repeat(long, 1000) + " "), 40, "ALL\r\n", "a NO [TOOBIG]"},
		{"143", "message", func(srv *mailtest.Server) { srv.IMAP.MaxMessageBytes = 1 << 20 },
			imapInbox + "a APPEND INBOX {16384000+}\r\n", xs, 500, "\r\n", "a NO [TOOBIG]"},
		{"143", "nesting", nil, imapInbox + "a SEARCH ", always("(((((((((("), 100, "\r\n", "a BAD "},
		{"143", "depth of keys", nil, imapInbox, always("a SEARCH " + strings.Repeat("NOT ", 15000) + "ALL\r\n"), 10, "b NOOP\r\n", "b OK"},
		{"143", "sequence set", nil, imapInbox + "a FETCH 1", always(strings.Repeat(",1", 1000)), 100, " FLAGS\r\n", "a BAD "},
		{"143", "mailboxes", func(srv *mailtest.Server) {
			for i := range 9_950 {
				srv.Account("alice@example.com").Mailbox(fmt.Sprint("box", i))
			}
		}, imapInbox, counting("a CREATE y%d/b\r\n"), 100, "", "a NO [LIMIT] There are too many mailboxes"},
		{"143", "levels", nil, imapInbox, counting("a CREATE %d" + strings.Repeat("/x", 1000) + "\r\n"), 50, "", "a NO [LIMIT] Names"},
		{"143", "subscriptions", func(srv *mailtest.Server) {
			for i := range 9_990 {
				srv.Account("alice@example.com").Subscribe(fmt.Sprint("box", i), true)
			}
		}, imapInbox, counting("a SUBSCRIBE y%d\r\n"), 30, "", "a NO [LIMIT] There are too many subscriptions"},
		{"143", "keywords", func(srv *mailtest.Server) {
			for i := range 950 {
				toggle(srv, fmt.Sprint("keyword", i))
			}
		}, imapInbox, counting("a STORE 1 +FLAGS.SILENT (k%d)\r\n"), 60, "", "a NO [LIMIT] There are too many keywords"},
		{"143", "long keywords", nil, imapInbox, counting("a STORE 1 +FLAGS (k%d" + long + ")\r\n"), 100, "", "a NO [LIMIT] Keywords"},
		{"143", "ACL", nil, imapInbox, counting("a SETACL INBOX u%d l\r\n"), 1100, "", "a NO [LIMIT] There are too many identifiers"},
		{"143", "annotations", nil, imapInbox, counting("a SETMETADATA INBOX (/private/x%d \"x\")\r\n"), 1100, "", "a NO [METADATA TOOMANY]"},
		{"143", "ENABLE", nil, "a LOGIN alice@example.com secret\r\n", counting("a ENABLE X%d" + strings.Repeat(" X"+long, 50) + "\r\n"), 150, "b NOOP\r\n", "b OK"},
		{"143", "NOTIFY", nil, imapInbox, counting("a NOTIFY SET (MAILBOXES (x%d" + strings.Repeat(" "+long, 50) + ") (MessageNew MessageExpunge))\r\n"), 150, "b NOOP\r\n", "b OK"},
		{"143", "errors", nil, "", counting("a X%d" + strings.Repeat(long, 30) + "\r\n"), 260, "b NOOP\r\n", "b OK"},
		{"143", "errors in IDLE", nil, imapInbox, always("a IDLE\r\n" + strings.Repeat(xs(0), 16) + "\r\n"), 14, "b NOOP\r\n", "b OK"},

		{"110", "line", nil, "", xs, 500, "\r\n", "-ERR line too long"},
		{"110", "SASL response", nil, "AUTH PLAIN\r\n", xs, 500, "\r\n", "-ERR "},
		{"110", "errors", nil, "", counting("X%d" + long[:200] + "\r\n"), 5000, "QUIT\r\n", "+OK"},
		{"110", "retrievals", nil, pop3Login, always("RETR 1\r\nDELE 1\r\nRSET\r\n"), 2000, "QUIT\r\n", "+OK"},
	}
}

// What a client can make the server keep has a limit, and it is told of it. All
// of them take seconds: .ci/run matrix tries those that are left out here.
func TestEndlessClients(t *testing.T) {
	if racing {
		t.Skip("one client at a time, and tens of megabytes: it takes ten times as long and finds no races")
	}
	for i, e := range endlessClients() {
		if !everything && i%3 != 0 {
			continue
		}
		t.Run(e.port+"/"+e.name, func(t *testing.T) {
			srv := newLimited(t)
			if e.setup != nil {
				e.setup(srv)
			}
			nc, err := srv.DialContext(t.Context(), "tcp", "mail.example.com:"+e.port)
			check(t, err)
			defer nc.Close()
			before := heap()
			said := make(chan string)
			go func() { said <- lastSaid(nc, e.want) }()
			_, err = io.WriteString(nc, e.begin)
			for i := 0; i < e.times && err == nil; i++ {
				_, err = io.WriteString(nc, e.again(i))
			}
			if err == nil {
				io.WriteString(nc, e.after)
			}
			nc.(interface{ CloseWrite() error }).CloseWrite()
			if got := <-said; !strings.HasPrefix(got, e.want) {
				t.Errorf("the server said at last %.200q, want %q", got, e.want)
			}
			if n := heap() - before; n > most {
				t.Errorf("%d MiB are in use, want at most %d", n>>20, most>>20)
			}
			srv.Close()
		})
	}
}

// newLimited returns a server on which alice has a message.
func newLimited(t *testing.T) *mailtest.Server {
	srv := mailtest.NewServer(t)
	srv.IMAP.Caps = imapfake.Everything
	srv.Account("alice@example.com").Mailbox("INBOX").Add("Subject: hi\n\n" + strings.Repeat("hello\n", 1000))
	return srv
}

func heap() int64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

// lastSaid reads to the end, and returns the first line that begins with want,
// or else the last one.
func lastSaid(nc io.Reader, want string) string {
	r := bufio.NewReaderSize(nc, 64<<10)
	found := ""
	for {
		line, err := r.ReadString('\n')
		if !strings.HasPrefix(found, want) && line != "" {
			found = line
		}
		if err != nil {
			return found
		}
	}
}

// Clients that never read stop the server, not the test: what they are sent
// waits in buffers that have a limit, and Close doesn't wait for them.
func TestDeafClients(t *testing.T) {
	for _, e := range []endless{
		{port: "25", name: "EHLO", again: always("EHLO c\r\n")},
		{port: "25", name: "HELP", again: always("HELP\r\n")},
		{port: "143", name: "FETCH", begin: imapInbox, again: always("a FETCH 1 (" + strings.Repeat("BODY[] ", 9000) + "UID)\r\n")},
		{port: "143", name: "CAPABILITY", again: always("a CAPABILITY\r\n")},
		{port: "143", name: "IDLE", begin: imapInbox + "a IDLE\r\n", again: always("")},
		{port: "143", name: "NOTIFY", begin: imapInbox + "a NOTIFY SET (SELECTED (MessageNew MessageExpunge FlagChange))\r\n", again: always("")},
		{port: "110", name: "RETR", begin: pop3Login, again: always("RETR 1\r\n")},
		{port: "110", name: "NOOP", begin: pop3Login, again: always("NOOP\r\n")},
	} {
		t.Run(e.port+"/"+e.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				srv := newLimited(t)
				nc, err := srv.DialContext(t.Context(), "tcp", "mail.example.com:"+e.port)
				check(t, err)
				defer nc.Close()
				before := heap()
				nc.SetWriteDeadline(time.Now().Add(time.Minute))
				_, err = io.WriteString(nc, e.begin)
				for i := 0; i < 20_000 && err == nil; i++ {
					_, err = io.WriteString(nc, e.again(i))
					if e.again(i) == "" {
						toggle(srv, []string{`\Flagged`, `\Answered`}[i%2])
					}
				}
				synctest.Wait()
				if n := heap() - before; n > most {
					t.Errorf("%d MiB are in use, want at most %d", n>>20, most>>20)
				}
				start := time.Now()
				srv.Close()
				if d := time.Since(start); d > time.Second {
					t.Errorf("Close took %v", d)
				}
			})
		})
	}
}

// toggle changes something that sessions are told of.
func toggle(srv *mailtest.Server, flag string) {
	srv.Account("alice@example.com").Mailbox("INBOX").SetFlags([]uint32{1}, mailstore.ReplaceFlags, flag)
}

// Clients that send a byte now and then can do so for ever where that is
// allowed, or are sent away, and take no more memory than others.
func TestSlowClients(t *testing.T) {
	for _, e := range []endless{
		{port: "25", name: "line", want: "421 4.4.2 "},
		{port: "25", name: "text", begin: smtpMail + "DATA\r\n", want: "354 "},
		{port: "25", name: "chunk", begin: smtpMail + "BDAT 100000\r\n", want: "250 2.1.5 "},
		{port: "25", name: "SASL response", begin: "EHLO c\r\nAUTH PLAIN\r\n", want: "421 4.4.2 "},
		{port: "143", name: "line", want: "* BYE Autologout"},
		{port: "143", name: "literal", begin: imapInbox + "a SEARCH TEXT {100000}\r\n", want: "* BYE Autologout"},
		{port: "143", name: "IDLE", begin: imapInbox + "a IDLE\r\n", want: "+ idling"},
		{port: "110", name: "line", want: "+OK "},
	} {
		t.Run(e.port+"/"+e.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				srv := newLimited(t)
				nc, err := srv.DialContext(t.Context(), "tcp", "mail.example.com:"+e.port)
				check(t, err)
				defer nc.Close()
				before := heap()
				said := make(chan string)
				go func() { said <- lastSaid(nc, e.want) }()
				_, err = io.WriteString(nc, e.begin)
				for i := 0; i < 3000 && err == nil; i++ {
					_, err = io.WriteString(nc, "x")
					time.Sleep(time.Minute)
				}
				nc.(interface{ CloseWrite() error }).CloseWrite()
				if got := <-said; !strings.HasPrefix(got, e.want) {
					t.Errorf("the server said at last %q, want %q", got, e.want)
				}
				if n := heap() - before; n > most {
					t.Errorf("%d MiB are in use, want at most %d", n>>20, most>>20)
				}
				start := time.Now()
				srv.Close()
				if d := time.Since(start); d > time.Second {
					t.Errorf("Close took %v", d)
				}
			})
		})
	}
}
