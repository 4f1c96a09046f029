package mailtest_test

import (
	"bufio"
	"crypto/tls"
	"net"
	"net/smtp"
	"strings"
	"testing"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"
	"github.com/knadh/go-pop3"

	"github.com/mailfakes/mailfakes/mailtest"
)

// sendOn sends a message by net/smtp on a connection, which it closes.
func sendOn(t *testing.T, nc net.Conn, upgrade *tls.Config, from string, to []string, msg string) {
	t.Helper()
	c, err := smtp.NewClient(nc, "mail.example.com")
	check(t, err)
	defer c.Close()
	if upgrade != nil {
		check(t, c.StartTLS(upgrade))
	}
	check(t, c.Mail(from))
	for _, r := range to {
		check(t, c.Rcpt(r))
	}
	w, err := c.Data()
	check(t, err)
	_, err = w.Write([]byte(msg))
	check(t, err)
	check(t, w.Close())
	check(t, c.Quit())
}

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// client does TLS on nc.
func client(nc net.Conn, conf *tls.Config) net.Conn { return tls.Client(nc, conf) }

// byIMAP reads the first message of the INBOX with imapclient.
func byIMAP(t *testing.T, c *imapclient.Client, a *mailtest.Account) []byte {
	t.Helper()
	defer c.Close()
	check(t, c.Login(a.Addr, a.Password).Wait())
	_, err := c.Select("INBOX", nil).Wait()
	check(t, err)
	body := &imap.FetchItemBodySection{Peek: true}
	msgs, err := c.Fetch(imap.SeqSetNum(1), &imap.FetchOptions{
		BodySection: []*imap.FetchItemBodySection{body},
	}).Collect()
	check(t, err)
	if len(msgs) != 1 {
		t.Fatalf("FETCH 1 returned %d messages", len(msgs))
	}
	check(t, c.Logout().Wait())
	return msgs[0].FindBodySection(body)
}

// byPOP3 reads the first message of the maildrop with go-pop3.
func byPOP3(t *testing.T, dial func() (net.Conn, error), a *mailtest.Account) []byte {
	t.Helper()
	c, err := pop3.New(pop3.Opt{Dialer: dialFunc(dial)}).NewConn()
	check(t, err)
	check(t, c.Auth(a.Addr, a.Password))
	raw, err := c.RetrRaw(1)
	check(t, err)
	check(t, c.Quit())
	return raw.Bytes()
}

// A dialFunc is go-pop3's Dialer.
type dialFunc func() (net.Conn, error)

func (f dialFunc) Dial(network, addr string) (net.Conn, error) { return f() }

// sendPlain sends a mail with a subject, in memory, with as few commands as it
// takes.
func sendPlain(t *testing.T, srv *mailtest.Server, subject string, to ...string) {
	t.Helper()
	lines := []string{"220", "HELO client.example", "250", "MAIL FROM:<app@shop.example>", "250"}
	for _, r := range to {
		lines = append(lines, "RCPT TO:<"+r+">", "250")
	}
	text := "Subject: " + subject + "\r\n\r\nHello.\r\n."
	talk(t, srv, append(lines, "DATA", "354", text, "250", "QUIT", "221")...).Close()
}

// talk connects in memory, reads a reply that begins with the first of lines,
// sends the second, and so on.
func talk(t *testing.T, srv *mailtest.Server, lines ...string) net.Conn {
	t.Helper()
	nc, err := srv.SMTP.Dial(t.Context())
	check(t, err)
	r := bufio.NewReader(nc)
	for i, l := range lines {
		if i%2 == 1 {
			_, err := nc.Write([]byte(l + "\r\n"))
			check(t, err)
			continue
		}
		line, err := r.ReadString('\n')
		check(t, err)
		if !strings.HasPrefix(line, l) {
			t.Fatalf("reply = %q, want %q", line, l)
		}
	}
	return nc
}
