package mailtest_test

import (
	"bufio"
	"context"
	"crypto/tls"
	"io"
	"net"
	"net/smtp"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/emersion/go-imap/v2/imapclient"
	"github.com/knadh/go-pop3"

	"github.com/mailfakes/mailfakes/mailtest"
	"github.com/mailfakes/mailfakes/mailtest/wire"
	"github.com/mailfakes/mailfakes/smtpfake"
)

// All three protocols at once in virtual time, in TLS: a 40-minute IDLE, a
// greylisted sender that comes back after an hour, and a download of 10 bytes a
// second. It takes milliseconds.
func TestVirtualTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := mailtest.NewServer(t)
		srv.SMTP.Rules = []smtpfake.Rule{{Greylist: 50 * time.Minute}}
		srv.POP3.Inject(mailtest.Fault{On: "RETR", Rate: 10})
		alice := srv.Account("alice@example.com")
		alice.Mailbox("INBOX").Add("Subject: slow\n\n" + strings.Repeat("0123456789abcde\n", 600))
		start := time.Now()

		var wg sync.WaitGroup
		wg.Go(func() {
			idleUntilNew(t, srv, 40*time.Minute)
			if got := time.Since(start); got != time.Hour {
				t.Errorf("IDLE ended after %v, want when the mail comes", got)
			}
		})
		wg.Go(func() { sendGreylisted(t, srv) })
		wg.Go(func() {
			raw := byPOP3(t, func() (net.Conn, error) { return dialTLS(srv, "995") }, alice)
			if took := time.Since(start); took < 16*time.Minute || took > 18*time.Minute {
				t.Errorf("%d bytes at 10 a second took %v", len(raw), took)
			}
		})
		wg.Wait()
		alice.Next(t).Check(t, mailtest.Want{Subject: "at last"})
	})
}

func dialTLS(srv *mailtest.Server, port string) (net.Conn, error) {
	nc, err := srv.DialContext(context.Background(), "tcp", "mail.example.com:"+port)
	if err != nil {
		return nil, err
	}
	return tls.Client(nc, srv.ClientTLS()), nil
}

// idleUntilNew idles, in pieces of at most so long, until mail comes.
func idleUntilNew(t *testing.T, srv *mailtest.Server, most time.Duration) {
	news := make(chan struct{}, 10)
	nc, err := dialTLS(srv, "993")
	check(t, err)
	c := imapclient.New(nc, &imapclient.Options{UnilateralDataHandler: &imapclient.UnilateralDataHandler{
		Mailbox: func(*imapclient.UnilateralDataMailbox) { news <- struct{}{} },
	}})
	defer c.Close()
	check(t, c.Login("alice@example.com", "secret").Wait())
	_, err = c.Select("INBOX", nil).Wait()
	check(t, err)
	for came := false; !came; {
		idle, err := c.Idle()
		check(t, err)
		select {
		case <-news:
			came = true
		case <-time.After(most):
		}
		check(t, idle.Close())
		check(t, idle.Wait())
	}
	check(t, c.Logout().Wait())
}

// sendGreylisted tries, waits an hour, and tries again.
func sendGreylisted(t *testing.T, srv *mailtest.Server) {
	for try := range 2 {
		nc, err := srv.DialContext(t.Context(), "tcp", "mail.example.com:587")
		check(t, err)
		c, err := smtp.NewClient(nc, "mail.example.com")
		check(t, err)
		check(t, c.StartTLS(srv.ClientTLS()))
		check(t, c.Mail("shop@shop.example"))
		if err := c.Rcpt("alice@example.com"); (err != nil) != (try == 0) {
			t.Errorf("try %d: RCPT = %v", try+1, err)
		}
		if try == 0 {
			check(t, c.Quit())
			time.Sleep(time.Hour)
			continue
		}
		w, err := c.Data()
		check(t, err)
		_, err = io.WriteString(w, "Subject: at last\r\n\r\nhello\r\n")
		check(t, err)
		check(t, w.Close())
		check(t, c.Quit())
	}
}

// An idle client is logged out when the RFCs say, and told so.
func TestIdleTimeouts(t *testing.T) {
	for _, tt := range []struct {
		port, bye string
		after     time.Duration
	}{
		{"25", "421 4.4.2 ", 5 * time.Minute},
		{"143", "* BYE ", 30 * time.Minute},
		{"110", "", 10 * time.Minute},
	} {
		synctest.Test(t, func(t *testing.T) {
			srv := mailtest.NewServer(t)
			nc, err := srv.DialContext(t.Context(), "tcp", "mail.example.com:"+tt.port)
			check(t, err)
			r := bufio.NewReader(nc)
			_, err = r.ReadString('\n')
			check(t, err)
			start := time.Now()
			rest, err := io.ReadAll(r)
			check(t, err)
			if got := time.Since(start); got != tt.after || !strings.HasPrefix(string(rest), tt.bye) {
				t.Errorf("port %s: %q after %v, want %q after %v", tt.port, rest, got, tt.bye, tt.after)
			}
		})
	}
}

// Every session is the same byte by byte, and in odd pieces.
func TestPieces(t *testing.T) {
	for _, seed := range []uint64{0, 1, 2} {
		srv := mailtest.NewServer(t)
		srv.SMTP.PieceSize, srv.IMAP.PieceSize, srv.POP3.PieceSize = 1, 1, 1
		if seed > 0 {
			srv.SMTP.PieceSize, srv.IMAP.PieceSize, srv.POP3.PieceSize = 0, 7, 7
			srv.SMTP.PieceSeed, srv.IMAP.PieceSeed, srv.POP3.PieceSeed = seed, seed, seed
		}
		nc, err := srv.DialContext(t.Context(), "tcp", "mail.example.com:587")
		check(t, err)
		sendOn(t, nc, srv.ClientTLS(), "app@shop.example", []string{"alice@example.com"}, hello)
		alice := srv.Account("alice@example.com")
		checkHello(t, alice.Next(t))
		nc, err = dialTLS(srv, "993")
		check(t, err)
		same(t, "by IMAP", byIMAP(t, imapclient.New(nc, nil), alice))
		same(t, "by POP3", byPOP3(t, func() (net.Conn, error) { return dialTLS(srv, "995") }, alice))
	}
}

// Commands that come in one segment are answered in one.
func TestCoalesced(t *testing.T) {
	for port, session := range map[string]string{
		"25":  "EHLO c\r\nNOOP\r\nNOOP\r\nQUIT\r\n",
		"143": "1 NOOP\r\n2 CAPABILITY\r\n3 LOGOUT\r\n",
		"110": "CAPA\r\nUSER alice@example.com\r\nPASS secret\r\nSTAT\r\nQUIT\r\n",
	} {
		srv := mailtest.NewServer(t)
		srv.Account("alice@example.com")
		nc, err := srv.DialContext(t.Context(), "tcp", "mail.example.com:"+port)
		check(t, err)
		buf := make([]byte, 8192)
		_, err = nc.Read(buf) // the greeting
		check(t, err)
		_, err = io.WriteString(nc, session)
		check(t, err)
		n, err := nc.Read(buf)
		check(t, err)
		rest, err := io.ReadAll(nc)
		check(t, err)
		if len(rest) > 0 {
			t.Errorf("port %s: the replies came in pieces: %q, %q", port, buf[:n], rest)
		}
	}
}

// A written conversation is played to a client of each protocol.
func TestPlay(t *testing.T) {
	h := wire.Play(t, "S: 220-hello\nS: 220 there\nC: EHLO {}\nS: 250 odd.example\nC: MAIL FROM:<{who}>\nS: 250 {who} is fine\nC: RCPT TO:<{}>\nS: 599 never heard of\n")
	c, err := smtp.Dial(h.Addr(wire.Plain))
	check(t, err)
	check(t, c.Hello("c.example.com"))
	err = c.Mail("a@shop.example")
	if err == nil {
		err = c.Rcpt("bob@example.com")
	}
	if err == nil || !strings.Contains(err.Error(), "never heard of") {
		t.Errorf("SMTP: %v", err)
	}
	c.Close()

	h = wire.Play(t, "S: * OK hi\nC: {tag} LOGIN {} {}\nS: * NO [WEBALERT https://mail.example.com] log in there\nS: {tag} NO [ALERT] Log in by web\n")
	nc, err := h.Dial(t.Context(), wire.Plain)
	check(t, err)
	ic := imapclient.New(nc, nil)
	if err := ic.Login("alice", "secret").Wait(); err == nil || !strings.Contains(err.Error(), "Log in by web") {
		t.Errorf("IMAP: %v", err)
	}
	ic.Close()

	h = wire.Play(t, "S: +OK\nC: USER alice\nS: +OK\nC: PASS secret\nS: -ERR [IN-USE] locked\n")
	pc, err := pop3.New(pop3.Opt{Dialer: dialFunc(func() (net.Conn, error) { return h.Dial(context.Background(), wire.Plain) })}).NewConn()
	check(t, err)
	if err := pc.Auth("alice", "secret"); err == nil || !strings.Contains(err.Error(), "IN-USE") {
		t.Errorf("POP3: %v", err)
	}
}

// A server may lie about all it says, and to one connection only.
func TestLies(t *testing.T) {
	srv := mailtest.NewServer(t)
	srv.Account("alice@example.com").Mailbox("INBOX").Add("Subject: x\n\nhello\n")
	srv.POP3.Inject(mailtest.Fault{On: "LIST", Edit: wire.Replace("1 21", "1 9999")})
	srv.POP3.Inject(mailtest.Fault{On: "UIDL", Edit: wire.Replace("00000001", "..")})
	srv.IMAP.Inject(mailtest.Fault{On: "CONNECT", Conn: 1, Edit: wire.Replace(" IDLE", "")})
	srv.IMAP.Inject(mailtest.Fault{On: "STATUS", Edit: wire.Replace("MESSAGES 1", "MESSAGES 0")})
	for _, tt := range []struct{ port, script string }{
		{"110", "S:+OK|USER alice@example.com|S:+OK|PASS secret|S:+OK|LIST|S:1 9999|S:.|UIDL|S:1 ..|S:.|QUIT|S:+OK"},
		{"143", "S:* OK|1 LOGIN alice@example.com secret|S:1 OK|2 STATUS INBOX (MESSAGES)|S:* STATUS INBOX (MESSAGES 0)|S:2 OK"},
	} {
		nc, err := srv.DialContext(t.Context(), "tcp", "mail.example.com:"+tt.port)
		check(t, err)
		nc.SetDeadline(time.Now().Add(10 * time.Second))
		if err := converse(nc, tt.script); err != nil {
			t.Errorf("port %s: %v", tt.port, err)
		}
		nc.Close()
	}
}
