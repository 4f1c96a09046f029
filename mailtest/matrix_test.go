package mailtest_test

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strings"
	"syscall"
	"testing"

	"github.com/mailfakes/mailfakes/mailtest"
	"github.com/mailfakes/mailfakes/mailtest/wire"
)

// A protocol is one of the three servers with a session that has each of its
// commands. The client writes it without waiting for replies, so that it goes
// on whatever a fault makes of them.
type protocol struct {
	name    string
	upgrade string // command that asks for TLS
	goAhead string // its reply begins so
	points  []string
	session string
	server  func(*mailtest.Server) faulty
}

// faulty is what the three servers have in common.
type faulty interface {
	Inject(wire.Fault) *wire.Injection
	Transcript() *wire.Transcript
	Addr() string
	StartTLSAddr() string
	TLSAddr() string
	DialContext(ctx context.Context, network, addr string) (net.Conn, error)
}

var protocols = []protocol{{
	name: "SMTP", upgrade: "EHLO c.example.com\r\nSTARTTLS\r\n", goAhead: "220 2.0.0 ",
	server: func(s *mailtest.Server) faulty { return s.SMTP },
	points: []string{"CONNECT", "EHLO", "NOOP", "VRFY", "EXPN", "HELP", "AUTH", "+", "RSET", "MAIL", "RCPT", "DATA", ".", "BDAT", "QUIT"},
	session: "EHLO c.example.com\nNOOP\nVRFY bob@example.com\nEXPN list\nHELP\n" +
		"AUTH LOGIN\nYWxpY2VAZXhhbXBsZS5jb20=\nc2VjcmV0\n" +
		"MAIL FROM:<a@shop.example>\nRSET\nMAIL FROM:<a@shop.example>\nRCPT TO:<bob@example.com>\n" +
		"DATA\nSubject: hi\n\nhello\n.\n" +
		"MAIL FROM:<a@shop.example>\nRCPT TO:<bob@example.com>\nBDAT 5 LAST\nhello" + "QUIT\n",
}, {
	name: "IMAP", upgrade: "s STARTTLS\r\n", goAhead: "s OK",
	server: func(s *mailtest.Server) faulty { return s.IMAP },
	points: []string{"CONNECT", "CAPABILITY", "ID", "NOOP", "AUTHENTICATE", "+", "ENABLE", "NAMESPACE", "LIST", "LSUB", "STATUS", "CREATE",
		"RENAME", "SUBSCRIBE", "UNSUBSCRIBE", "DELETE", "APPEND", "LITERAL", "SELECT", "FETCH", "UID FETCH", "STORE", "UID STORE",
		"SEARCH", "UID SEARCH", "COPY", "UID COPY", "MOVE", "UID MOVE", "IDLE", "EXPUNGE", "UID EXPUNGE", "CHECK", "UNSELECT",
		"EXAMINE", "CLOSE", "LOGOUT"},
	session: "1 CAPABILITY\n2 ID NIL\n3 NOOP\n4 AUTHENTICATE PLAIN\nAGFsaWNlQGV4YW1wbGUuY29tAHNlY3JldA==\n" +
		"5 ENABLE CONDSTORE\n6 NAMESPACE\n7 LIST \"\" *\n8 LSUB \"\" *\n9 STATUS INBOX (MESSAGES)\n" +
		"10 CREATE a\n11 RENAME a b\n12 SUBSCRIBE b\n13 UNSUBSCRIBE b\n14 DELETE b\n" +
		"15 APPEND INBOX {20+}\nSubject: hi\n\nhello\n\n16 SELECT INBOX\n17 FETCH 1 (FLAGS BODY[])\n18 UID FETCH 1 FLAGS\n" +
		"19 STORE 2 +FLAGS ($A)\n20 UID STORE 2 -FLAGS ($A)\n21 SEARCH ALL\n22 UID SEARCH ALL\n23 COPY 1 Other\n24 UID COPY 1 Other\n" +
		"25 MOVE 2 Other\n26 UID MOVE 99 Other\n27 IDLE\nDONE\n28 EXPUNGE\n29 UID EXPUNGE 1\n30 CHECK\n31 UNSELECT\n" +
		"32 EXAMINE INBOX\n33 CLOSE\n34 LOGOUT\n",
}, {
	name: "POP3", upgrade: "STLS\r\n", goAhead: "+OK begin",
	server: func(s *mailtest.Server) faulty { return s.POP3 },
	points: []string{"CONNECT", "CAPA", "USER", "PASS", "STAT", "LIST", "UIDL", "RETR", "TOP", "NOOP", "DELE", "RSET", "QUIT"},
	session: "CAPA\nUSER alice@example.com\nPASS secret\nSTAT\nLIST\nUIDL\nRETR 1\nTOP 1 0\nNOOP\n" +
		"DELE 2\nRSET\nQUIT\n",
}}

// faultKinds are what faults do, with an end for each kind of ending.
var faultKinds = []struct {
	name  string
	fault mailtest.Fault
	holds bool // until the server closes
	loses bool // some of what was sent may not arrive
}{
	{name: "Delay", fault: mailtest.Fault{Delay: 1}},
	{name: "Reply", fault: mailtest.Fault{Reply: "REFUSED"}},
	{name: "Reply after", fault: mailtest.Fault{Reply: "REFUSED", After: true}},
	{name: "Silent", fault: mailtest.Fault{Silent: true}},
	{name: "Silent after", fault: mailtest.Fault{Silent: true, After: true}},
	{name: "Raw", fault: mailtest.Fault{Raw: []byte("garbage\r\n")}},
	{name: "RawAfter", fault: mailtest.Fault{RawAfter: []byte("garbage\r\n")}},
	{name: "Repeat", fault: mailtest.Fault{Raw: []byte("x\r\n"), Repeat: 3}},
	{name: "Edit", fault: mailtest.Fault{Edit: func(_ *wire.Exchange, p []byte) []byte { return bytes.ToUpper(p) }}},
	{name: "Tag", fault: mailtest.Fault{Tag: "zz9"}},
	{name: "Split", fault: mailtest.Fault{Split: 3}},
	{name: "Rate", fault: mailtest.Fault{Rate: 1e9}},
	{name: "Cut", fault: mailtest.Fault{Cut: 4, Hangup: true}},
	{name: "Cut the end", fault: mailtest.Fault{Cut: -2}},
	{name: "Hangup", fault: mailtest.Fault{Hangup: true}},
	{name: "Hangup after", fault: mailtest.Fault{Hangup: true, After: true}},
	{name: "Hangup answered", fault: mailtest.Fault{Hangup: true, Answered: true}},
	{name: "Reset", fault: mailtest.Fault{Reset: true}, loses: true},
	{name: "Drain", fault: mailtest.Fault{Reply: "REFUSED", Drain: true}},
	{name: "Stall", fault: mailtest.Fault{Stall: true}, holds: true, loses: true},
	{name: "StopReading", fault: mailtest.Fault{StopReading: true}, holds: true, loses: true},
	{name: "NoCloseNotify", fault: mailtest.Fault{NoCloseNotify: true, Answered: true}},
	{name: "Torn", fault: mailtest.Fault{Torn: true, Answered: true}, loses: true},
	{name: "TLSAlert", fault: mailtest.Fault{TLSAlert: true}, loses: true},
	{name: "Clear", fault: mailtest.Fault{Clear: []byte("in the clear\r\n")}, loses: true},
}

// refusal is a reply that fits each protocol.
var refusal = map[string]string{"SMTP": "451 4.3.0 Later", "IMAP": "NO Later", "POP3": "-ERR later"}

// Every action at every command of the three servers, in each mode of TLS, in
// memory and on loopback: nothing hangs, what the client has read is what the
// transcript says, and the mail that was there still is.
func TestFaultMatrix(t *testing.T) {
	for _, p := range protocols {
		for _, mode := range []string{"plain", "starttls", "implicit"} {
			for _, network := range []string{"memory", "loopback"} {
				t.Run(p.name+"/"+mode+"/"+network, func(t *testing.T) {
					t.Parallel()
					for i := range faultKinds {
						for j, point := range p.points {
							if everything || (i+j)%thin[mode] == 0 {
								checkFaultAt(t, p, mode, network, point, i)
							}
						}
					}
				})
			}
		}
	}
}

// everything is set by .ci/run matrix. Without it one cell of thin is tried:
// all of them take longer than a developer waits for.
var (
	everything = os.Getenv("MAILTEST_MATRIX") != ""
	thin       = map[string]int{"plain": 11, "starttls": 29, "implicit": 29}
)

func checkFaultAt(t *testing.T, p protocol, mode, network, point string, kind int) {
	t.Helper()
	k := faultKinds[kind]
	where := fmt.Sprintf("%s at %s", k.name, point)
	srv := mailtest.New()
	defer srv.Close()
	inbox := srv.Account("alice@example.com").Mailbox("INBOX")
	kept := inbox.Add("Subject: kept\n\nhello\n")
	inbox.Add("Subject: spare\n\nhello\n")
	srv.Account("alice@example.com").Mailbox("Other")

	struck := make(chan struct{}, 100)
	f := k.fault
	f.On, f.Times = point, 1
	f.Do = func(*wire.Exchange) { struck <- struct{}{} }
	if f.Reply != "" {
		f.Reply = refusal[p.name]
		if p.name == "IMAP" && point == "CONNECT" {
			f.Reply = "BYE Later"
		}
	}
	s := p.server(srv)
	nc, early, err := p.connect(s, mode, network, func() { s.Inject(f) })
	if f.Reset && point == "CONNECT" && errors.Is(err, syscall.ECONNRESET) {
		return // so early that the dial tells
	}
	if err != nil {
		t.Errorf("%s: %v", where, err)
		return
	}
	defer nc.Close()
	if mode == "starttls" && point == "CONNECT" {
		return // it was over before TLS
	}
	got, hit := pipeline(nc, srv, p.session, struck, k.holds)
	if !hit {
		t.Errorf("%s: never struck:\n%s", where, s.Transcript())
	}
	if !k.loses {
		if diff := unlike(s.Transcript().Lines(), mode != "plain", early+got); diff != "" {
			t.Errorf("%s: %s\n%s", where, diff, s.Transcript())
		}
	}
	if m := inbox.Messages(); len(m) == 0 || !bytes.Equal(m[0].Raw, kept.Raw) {
		t.Errorf("%s: the message that was there is gone:\n%s", where, s.Transcript())
	}
}

// pipeline writes the session, half-closes, and reads to the end. If the fault
// holds the connection, the server is closed once it has struck.
func pipeline(nc net.Conn, srv *mailtest.Server, session string, struck <-chan struct{}, holds bool) (got string, hit bool) {
	written := make(chan struct{})
	go func() {
		defer close(written)
		io.WriteString(nc, strings.ReplaceAll(session, "\n", "\r\n"))
		if c, ok := nc.(interface{ CloseWrite() error }); ok {
			c.CloseWrite()
		}
	}()
	if holds {
		<-struck
		go srv.Close()
		hit = true
	}
	data, _ := io.ReadAll(nc)
	<-written
	srv.Close()
	return string(data), hit || len(struck) > 0
}

// connect connects and, before the greeting or after an upgrade, calls ready.
func (p protocol) connect(s faulty, mode, network string, ready func()) (nc net.Conn, early string, err error) {
	if mode != "starttls" {
		ready()
	}
	if network == "memory" {
		ports := map[string]string{"SMTP": "25 25 465", "IMAP": "143 143 993", "POP3": "110 110 995"}
		port := strings.Fields(ports[p.name])[map[string]int{"plain": 0, "starttls": 1, "implicit": 2}[mode]]
		nc, err = s.DialContext(context.Background(), "tcp", "mail.example.com:"+port)
	} else {
		addr := map[string]func() string{"plain": s.Addr, "starttls": s.StartTLSAddr, "implicit": s.TLSAddr}[mode]
		nc, err = net.Dial("tcp", addr())
	}
	if err != nil || mode == "plain" {
		return nc, "", err
	}
	conf := wire.ClientTLS()
	conf.ServerName = "mail.example.com"
	if mode == "starttls" {
		if err := p.askForTLS(nc); err != nil {
			return nc, "", err
		}
		ready()
	}
	return tls.Client(nc, conf), "", nil
}

// askForTLS reads up to the reply that lets TLS begin.
func (p protocol) askForTLS(nc net.Conn) error {
	if _, err := io.WriteString(nc, p.upgrade); err != nil {
		return err
	}
	var line []byte
	for b := make([]byte, 1); ; {
		if _, err := nc.Read(b); err != nil {
			return err
		}
		if line = append(line, b[0]); b[0] != '\n' {
			continue
		}
		if strings.HasPrefix(strings.ToLower(string(line)), strings.ToLower(p.goAhead)) {
			return nil
		}
		line = line[:0]
	}
}

// unlike walks through the server's lines of a transcript, in TLS or in the
// clear, and what a client has read, and says where they differ.
func unlike(lines []wire.Line, secure bool, got string) string {
	for _, l := range lines {
		if l.From != 'S' || l.TLS != secure {
			continue
		}
		var n int
		if _, err := fmt.Sscanf(l.Text, "... %d bytes", &n); err == nil {
			if n > len(got) {
				return fmt.Sprintf("%q: %d bytes are missing", l.Text, n-len(got))
			}
			got = got[n:]
			continue
		}
		rest, ok := strings.CutPrefix(got, l.Text)
		if !ok {
			return fmt.Sprintf("the transcript has %q, the client read %q", l.Text, got)
		}
		got = strings.TrimPrefix(rest, "\r\n") // a piece of a line has none
	}
	if got != "" {
		return fmt.Sprintf("%q isn't in the transcript", got)
	}
	return ""
}
