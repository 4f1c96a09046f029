package mailtest_test

import (
	"context"
	"crypto/x509"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/emersion/go-imap/v2/imapclient"

	"github.com/mailfakes/mailfakes/mailtest"
)

const hello = "From: Shop <no-reply@shop.example>\r\n" +
	"To: alice@example.com\r\n" +
	"Subject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=\r\n" +
	"\r\n" +
	"Hello.\r\n.\r\n..dots\r\nno end of line and 8 bit: \xe4\r\n"

// One message goes in by SMTP and comes out by IMAP and POP3, over loopback,
// in each mode of TLS.
func TestLoopback(t *testing.T) {
	for _, mode := range []string{"plain", "starttls", "tls"} {
		t.Run(mode, func(t *testing.T) {
			srv := mailtest.NewServer(t)
			conf := srv.ClientTLS()
			conf.ServerName = "mail.example.com"
			dial := func(addr func() string, tlsAddr func() string) net.Conn {
				a := addr()
				if mode == "tls" {
					a = tlsAddr()
				}
				nc, err := net.Dial("tcp", a)
				check(t, err)
				return nc
			}
			nc := dial(srv.SMTP.StartTLSAddr, srv.SMTP.TLSAddr)
			switch mode {
			case "plain":
				sendOn(t, nc, nil, "app@shop.example", []string{"alice@example.com"}, hello)
			case "starttls":
				sendOn(t, nc, conf, "app@shop.example", []string{"alice@example.com"}, hello)
			case "tls":
				sendOn(t, client(nc, conf), nil, "app@shop.example", []string{"alice@example.com"}, hello)
			}
			alice := srv.Account("Alice@Example.com")
			checkHello(t, alice.Next(t))

			nc = dial(srv.IMAP.StartTLSAddr, srv.IMAP.TLSAddr)
			var c *imapclient.Client
			switch mode {
			case "plain":
				c = imapclient.New(nc, nil)
			case "starttls":
				var err error
				c, err = imapclient.NewStartTLS(nc, &imapclient.Options{TLSConfig: conf})
				check(t, err)
			case "tls":
				c = imapclient.New(client(nc, conf), nil)
			}
			same(t, "IMAP", byIMAP(t, c, alice))

			same(t, "POP3", byPOP3(t, func() (net.Conn, error) {
				if mode == "tls" {
					return client(dial(srv.POP3.Addr, srv.POP3.TLSAddr), conf), nil
				}
				return net.Dial("tcp", srv.POP3.Addr())
			}, alice))
		})
	}
}

func checkHello(t *testing.T, m *mailtest.Message) {
	t.Helper()
	m.Check(t, mailtest.Want{
		MailFrom: "app@shop.example",
		RcptTo:   []string{"alice@example.com"},
		Subject:  "Grüße",
	})
	same(t, "the store", m.Raw)
}

func same(t *testing.T, where string, raw []byte) {
	t.Helper()
	if string(raw) != hello {
		t.Errorf("%s has %q, want %q", where, raw, hello)
	}
}

// The same in memory, by production host names and ports, in a bubble.
func TestDialContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := mailtest.NewServer(t)
		conf := srv.ClientTLS()
		conf.ServerName = "mail.shop.example"
		dial := func(port string) net.Conn {
			t.Helper()
			nc, err := srv.DialContext(t.Context(), "tcp", "mail.shop.example:"+port)
			check(t, err)
			return nc
		}
		alice := srv.Account("alice@example.com")
		to := []string{alice.Addr}
		sendOn(t, dial("587"), conf, "app@shop.example", to, hello)
		checkHello(t, alice.Next(t))
		sendOn(t, client(dial("465"), conf), nil, "app@shop.example", to, hello)
		checkHello(t, alice.Next(t))
		sendOn(t, dial("25"), nil, "app@shop.example", to, hello)
		checkHello(t, srv.Next(t))

		c, err := imapclient.NewStartTLS(dial("143"), &imapclient.Options{TLSConfig: conf})
		check(t, err)
		same(t, "IMAP", byIMAP(t, c, alice))
		same(t, "IMAP in TLS", byIMAP(t, imapclient.New(client(dial("993"), conf), nil), alice))
		same(t, "POP3", byPOP3(t, func() (net.Conn, error) { return dial("110"), nil }, alice))
		same(t, "POP3 in TLS", byPOP3(t, func() (net.Conn, error) { return client(dial("995"), conf), nil }, alice))
	})
}

func TestDialContextErrors(t *testing.T) {
	srv := mailtest.NewServer(t)
	tests := []struct{ addr, want string }{
		{"mail.example.com:80", "SMTP is at 25, 587, 2525 and 465"},
		{"mail.example.com", "missing port"},
	}
	for _, tt := range tests {
		_, err := srv.DialContext(t.Context(), "tcp", tt.addr)
		if err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("DialContext(%q) = %v, want an error with %q", tt.addr, err, tt.want)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := srv.DialContext(ctx, "tcp", "mail.example.com:25"); err == nil {
		t.Error("DialContext with an ended context gives no error")
	}
}

// A background sender after an hour of backoff: Next waits for the event, on
// the clock of the bubble.
func TestNextInBubble(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := mailtest.NewServer(t)
		start := time.Now()
		var sender sync.WaitGroup
		defer sender.Wait()
		sender.Go(func() {
			time.Sleep(time.Hour)
			nc, err := srv.SMTP.Dial(t.Context())
			check(t, err)
			sendOn(t, nc, nil, "", []string{"alice@example.com"}, hello)
		})
		m := srv.Account("alice@example.com").Next(t)
		if got := time.Since(start); got != time.Hour {
			t.Errorf("Next returned after %v, want 1h", got)
		}
		if m.MailFrom != "" {
			t.Errorf("MailFrom = %q, want the null reverse-path", m.MailFrom)
		}
	})
}

// Two senders at once: the mail of one connection is told by Via.Conn, and what
// the other has sent stays unread.
func TestNextOfConnection(t *testing.T) {
	srv := mailtest.NewServer(t)
	sendPlain(t, srv, "of the first", "alice@example.com")
	sendPlain(t, srv, "of the second", "alice@example.com")
	second := func(m *mailtest.Message) bool { return m.Via.Conn == 2 }
	srv.Store.NextFunc(t, second).Check(t, mailtest.Want{Subject: "of the second"})
	srv.Next(t).Check(t, mailtest.Want{Subject: "of the first"})
	srv.NoMore(t)
}

func TestNewAccount(t *testing.T) {
	srv := mailtest.NewServer(t)
	srv.Account("testnewaccount-two@example.com")
	addrs := make(map[string]string)
	add := func(name, want string) {
		t.Run(name, func(t *testing.T) {
			addrs[name] = srv.NewAccount(t).Addr
			if addrs[name] != want {
				t.Errorf("address = %q, want %q", addrs[name], want)
			}
		})
	}
	add("one", "testnewaccount-one@example.com")
	add("ONE", "testnewaccount-one-2@example.com")
	add("two", "testnewaccount-two-2@example.com")
	add("a b/ü.c", "testnewaccount-a-b-c@example.com")
	long := strings.Repeat("long ", 20)
	add(long, "testnewaccount-long-long-long-long-long-long-long-long-l@example.com")
	add(long+"x", "testnewaccount-long-long-long-long-long-long-long-long-l-2@example.com")
	if a := srv.NewAccount(t); a.Password != "secret" {
		t.Errorf("password = %q", a.Password)
	}
}

func TestNewAccountParallel(t *testing.T) {
	srv := mailtest.NewServer(t)
	var wg sync.WaitGroup
	addrs := make([]string, 50)
	for i := range addrs {
		wg.Go(func() { addrs[i] = srv.NewAccount(t).Addr })
	}
	wg.Wait()
	seen := make(map[string]bool)
	for _, a := range addrs {
		if seen[a] {
			t.Errorf("%s was given twice", a)
		}
		seen[a] = true
	}
}

func TestCAPEM(t *testing.T) {
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(mailtest.New().CAPEM()) {
		t.Error("CAPEM is no certificate")
	}
}

func TestCloseTwice(t *testing.T) {
	srv := mailtest.New()
	srv.Close()
	srv.Close()
}

// What a test does wrong panics with a sentence.
func TestMisuse(t *testing.T) {
	closed := mailtest.New()
	closed.Close()
	srv := mailtest.NewServer(t)
	box := srv.Account("alice@example.com").Mailbox("INBOX")
	box.Add("Subject: x\n\n")
	tests := []struct {
		name string
		do   func()
		want string
	}{
		{"SMTP address after Close", func() { closed.SMTP.Addr() }, "smtpfake: "},
		{"IMAP address after Close", func() { closed.IMAP.TLSAddr() }, "imapfake: "},
		{"POP3 address after Close", func() { closed.POP3.StartTLSAddr() }, "pop3fake: "},
		{"bad mailbox name", func() { srv.Account("a@example.com").Mailbox("a//b") }, "mailstore: "},
		{"UIDVALIDITY 0", func() { box.SetUIDValidity(0) }, "mailstore: "},
		{"UIDNEXT lowered", func() { box.SetUIDNext(1) }, "mailstore: "},
		{"add to a deleted mailbox", func() {
			gone := box.Account().Mailbox("x")
			box.Account().Delete("x")
			gone.Add("Subject: x\n\n")
		}, "mailstore: "},
		{"copy to another store", func() {
			box.CopyTo(mailtest.New().Account("alice@example.com").Mailbox("INBOX"), nil)
		}, "mailstore: "},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			defer func() {
				if s, _ := recover().(string); !strings.HasPrefix(s, tt.want) {
					t.Errorf("panic(%q), want one that begins with %q", s, tt.want)
				}
			}()
			tt.do()
		})
	}
	if _, err := closed.DialContext(t.Context(), "tcp", "x:25"); err == nil {
		t.Error("DialContext after Close gives no error")
	}
}

// BenchmarkUnused is what a test pays for a server that it doesn't use. The
// floor is three of net/http's.
func BenchmarkUnused(b *testing.B) {
	b.Run("fake", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			mailtest.New().Close()
		}
	})
	b.Run("floor", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			for range 3 {
				new(http.Server).Close()
			}
		}
	})
}
