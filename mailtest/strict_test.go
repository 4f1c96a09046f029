package mailtest_test

import (
	"bufio"
	"context"
	"crypto/tls"
	"io"
	"net"
	"net/smtp"
	"strings"
	"testing"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"
	"github.com/wneessen/go-mail"

	"github.com/mailfakes/mailfakes/mailtest"
	"github.com/mailfakes/mailfakes/mailtest/wire"
)

// TestStrictClients lets clients do what they should, on servers that fail the
// test for anything else.
func TestStrictClients(t *testing.T) {
	srv := mailtest.NewServer(t)
	srv.SMTP.Strict, srv.IMAP.Strict, srv.POP3.Strict = true, true, true
	srv.Account("alice@example.com").Password = "correct horse"
	text := "Subject: gr\xc3\xbcn\r\n\r\n.dot\r\n..\r\n.\r\ngr\xc3\xbcn\r\n"
	check(t, smtp.SendMail(srv.SMTP.Addr(), nil, "bob@example.com", []string{"alice@example.com"}, []byte(text)))

	nc, err := srv.DialContext(t.Context(), "tcp", "mail.example.com:143")
	check(t, err)
	conf := srv.ClientTLS()
	conf.ServerName = "mail.example.com"
	c, err := imapclient.NewStartTLS(nc, &imapclient.Options{TLSConfig: conf})
	check(t, err)
	defer c.Close()
	check(t, c.Login("alice@example.com", "correct horse").Wait())
	_, err = c.Select("INBOX", nil).Wait()
	check(t, err)
	_, err = c.Fetch(imap.SeqSetNum(1), &imap.FetchOptions{UID: true}).Collect()
	check(t, err)
	check(t, c.Store(imap.SeqSetNum(1), &imap.StoreFlags{Op: imap.StoreFlagsAdd, Flags: []imap.Flag{imap.FlagDeleted}}, nil).Close())
	check(t, c.Expunge().Close())
	idle, err := c.Idle()
	check(t, err)
	check(t, idle.Close())
	check(t, idle.Wait())
	check(t, c.Logout().Wait())
	check(t, submit(srv))
}

// submit sends mail by STARTTLS and a login.
func submit(srv *mailtest.Server) error {
	host, _, err := net.SplitHostPort(srv.SMTP.StartTLSAddr())
	if err != nil {
		return err
	}
	c, err := smtp.Dial(srv.SMTP.StartTLSAddr())
	if err != nil {
		return err
	}
	defer c.Close()
	conf := srv.ClientTLS()
	conf.ServerName = host
	if err := c.StartTLS(conf); err != nil {
		return err
	}
	if err := c.Auth(smtp.PlainAuth("", "alice@example.com", "correct horse", host)); err != nil {
		return err
	}
	if err := c.Mail("alice@example.com"); err != nil {
		return err
	}
	if err := c.Rcpt("bob@example.com"); err != nil {
		return err
	}
	w, err := c.Data()
	if err != nil {
		return err
	}
	if _, err := w.Write([]byte("Subject: hi\r\n\r\ncorrect horse\r\n")); err != nil {
		return err
	}
	if err := w.Close(); err != nil {
		return err
	}
	return c.Quit()
}

// go-mail and go-pop3 do their usual work without a violation, too.
func TestStrictGoMailAndGoPOP3(t *testing.T) {
	srv := mailtest.NewServer(t)
	srv.SMTP.Strict, srv.POP3.Strict = true, true
	alice := srv.Account("alice@example.com")
	alice.Password = "correct horse"
	c, err := mail.NewClient("mail.example.com", mail.WithPort(587), mail.WithDialContextFunc(srv.DialContext),
		mail.WithTLSConfig(srv.ClientTLS()), mail.WithSMTPAuth(mail.SMTPAuthPlain),
		mail.WithUsername(alice.Addr), mail.WithPassword(alice.Password))
	check(t, err)
	m := mail.NewMsg()
	check(t, m.From(alice.Addr))
	check(t, m.To(alice.Addr))
	m.Subject("grün")
	m.SetBodyString(mail.TypeTextPlain, "grün\n.\n..\n")
	check(t, c.DialAndSend(m))
	alice.Next(t)
	byPOP3(t, func() (net.Conn, error) { return dialTLS(srv, "995") }, alice)
}

// Whether a client has said goodbye doesn't depend on how fast the server is
// closed after it.
func TestNoGoodbye(t *testing.T) {
	type server interface {
		Dial(context.Context) (net.Conn, error)
		DialContext(ctx context.Context, network, addr string) (net.Conn, error)
		Addr() string
		TLSAddr() string
		Violations() []wire.Violation
	}
	tcp := func(addr string) (net.Conn, error) { return net.Dial("tcp", addr) }
	conf := wire.ClientTLS()
	networks := map[string]func(s server, tls string) (net.Conn, error){
		"memory":   func(s server, _ string) (net.Conn, error) { return s.Dial(t.Context()) },
		"loopback": func(s server, _ string) (net.Conn, error) { return tcp(s.Addr()) },
		"memory, TLS": func(s server, port string) (net.Conn, error) {
			nc, err := s.DialContext(t.Context(), "tcp", "mail.example.com:"+port)
			return tls.Client(nc, conf), err
		},
		"loopback, TLS": func(s server, _ string) (net.Conn, error) {
			nc, err := tcp(s.TLSAddr())
			return tls.Client(nc, conf), err
		},
	}
	for name, dial := range networks {
		for i := range 30 {
			srv := mailtest.New()
			protocol := []struct {
				server
				port, say string
			}{{srv.SMTP, "465", "HELO c\r\n"}, {srv.IMAP, "993", "a NOOP\r\n"}, {srv.POP3, "995", "USER bob\r\n"}}[i%3]
			nc, err := dial(protocol.server, protocol.port)
			check(t, err)
			r := bufio.NewReader(nc)
			_, err = r.ReadString('\n')
			check(t, err)
			io.WriteString(nc, protocol.say)
			_, err = r.ReadString('\n')
			check(t, err)
			nc.Close()
			srv.Close()
			list := protocol.Violations()
			if len(list) != 1 || !strings.HasPrefix(list[0].Rule, "no ") {
				t.Fatalf("%s, after %q: %v, want one of no goodbye", name, protocol.say, list)
			}
		}
	}
}
