package smtpfake_test

import (
	"bufio"
	"context"
	"io"
	"net"
	"net/smtp"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	gosmtp "github.com/emersion/go-smtp"
	"github.com/mailfakes/mailfakes/mailtest/wire"
	"github.com/mailfakes/mailfakes/smtpfake"
)

// The benchmarks have the floor beside them: bare go-smtp on the same network,
// which reads each message and forgets it. Compare the ratios of one run.

// A dialer connects to a server that is being measured.
type dialer func(ctx context.Context) (net.Conn, error)

func benchServers(b *testing.B, run func(b *testing.B, dial dialer)) {
	b.Run("memory/fake", func(b *testing.B) {
		srv := smtpfake.NewServer(b)
		run(b, srv.Dial)
	})
	b.Run("memory/floor", func(b *testing.B) { run(b, bareMemory(b)) })
	b.Run("loopback/fake", func(b *testing.B) {
		srv := smtpfake.NewServer(b)
		run(b, dialTCP(srv.Addr()))
	})
	b.Run("loopback/floor", func(b *testing.B) {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			b.Fatal(err)
		}
		serveBare(b, l)
		run(b, dialTCP(l.Addr().String()))
	})
}

func dialTCP(addr string) dialer {
	return func(ctx context.Context) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, "tcp", addr)
	}
}

func serveBare(b *testing.B, l net.Listener) {
	srv := gosmtp.NewServer(gosmtp.BackendFunc(func(*gosmtp.Conn) (gosmtp.Session, error) {
		return bareSession{}, nil
	}))
	srv.Domain = "mail.example.com"
	go srv.Serve(l)
	b.Cleanup(func() { srv.Close(); l.Close() })
}

type bareSession struct{}

func (bareSession) Reset()                                 {}
func (bareSession) Logout() error                          { return nil }
func (bareSession) Mail(string, *gosmtp.MailOptions) error { return nil }
func (bareSession) Rcpt(string, *gosmtp.RcptOptions) error { return nil }
func (bareSession) Data(r io.Reader) error                 { _, err := io.ReadAll(r); return err }

// bareMemory serves bare go-smtp over wire's pipes.
func bareMemory(b *testing.B) dialer {
	l := &pipeListener{make(chan net.Conn), make(chan struct{})}
	serveBare(b, l)
	return func(context.Context) (net.Conn, error) {
		client, server := wire.Pipe()
		l.conns <- server
		return client, nil
	}
}

type pipeListener struct {
	conns  chan net.Conn
	closed chan struct{}
}

func (l *pipeListener) Accept() (net.Conn, error) {
	select {
	case c := <-l.conns:
		return c, nil
	case <-l.closed:
		return nil, net.ErrClosed
	}
}

func (l *pipeListener) Close() error {
	select {
	case <-l.closed:
	default:
		close(l.closed)
	}
	return nil
}

func (l *pipeListener) Addr() net.Addr { return &net.TCPAddr{} }

// BenchmarkMail sends mails on one connection, and on several.
func BenchmarkMail(b *testing.B) {
	for _, tt := range []struct {
		name         string
		bytes, conns int
	}{{"2KiB/1", 2 << 10, 1}, {"2KiB/8", 2 << 10, 8}, {"1MiB/1", 1 << 20, 1}} {
		b.Run(tt.name, func(b *testing.B) {
			benchServers(b, func(b *testing.B, dial dialer) { benchMail(b, dial, tt.bytes, tt.conns) })
		})
	}
}

func benchMail(b *testing.B, dial dialer, size, conns int) {
	line := strings.Repeat("x", 62) + "\r\n"
	text := []byte("Subject: hi\r\n\r\n" + strings.Repeat(line, size/len(line)))
	var clients []*smtp.Client
	for range conns {
		nc, err := dial(b.Context())
		if err != nil {
			b.Fatal(err)
		}
		c, err := smtp.NewClient(nc, "mail.example.com")
		if err != nil {
			b.Fatal(err)
		}
		defer c.Close()
		if err := c.Hello("client.example.com"); err != nil {
			b.Fatal(err)
		}
		clients = append(clients, c)
	}
	b.SetBytes(int64(size))
	b.ResetTimer()
	var wg sync.WaitGroup
	var sent atomic.Int64
	for _, c := range clients {
		wg.Go(func() {
			for sent.Add(1) <= int64(b.N) {
				if err := sendMail(c, text); err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	wg.Wait()
	b.StopTimer()
}

// BenchmarkText sends mails of 1 MiB by a client that costs nothing: net/smtp
// takes longer to stuff the dots than the server to take them away.
func BenchmarkText(b *testing.B) {
	benchServers(b, benchText)
}

func benchText(b *testing.B, dial dialer) {
	line := strings.Repeat("x", 62) + "\r\n"
	text := []byte(strings.Repeat(line, 1<<20/len(line)) + ".\r\n")
	nc, err := dial(b.Context())
	if err != nil {
		b.Fatal(err)
	}
	defer nc.Close()
	r := bufio.NewReader(nc)
	say := func(line, want string) {
		io.WriteString(nc, line)
		for {
			reply, err := r.ReadString('\n')
			if err != nil || !strings.HasPrefix(reply, want) {
				b.Fatalf("%q: %q, %v", line, reply, err)
			}
			if reply[3] == ' ' {
				return
			}
		}
	}
	say("", "220")
	say("EHLO client.example.com\r\n", "250")
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		say("MAIL FROM:<alice@example.com>\r\n", "250")
		say("RCPT TO:<bob@example.com>\r\n", "250")
		say("DATA\r\n", "354")
		nc.Write(text)
		say("", "250")
	}
}

func sendMail(c *smtp.Client, text []byte) error {
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
	if _, err := w.Write(text); err != nil {
		return err
	}
	return w.Close()
}

// BenchmarkServer starts a server, sends one mail and closes the server.
func BenchmarkServer(b *testing.B) {
	for b.Loop() {
		srv := smtpfake.New(nil)
		nc, err := srv.Dial(b.Context())
		if err != nil {
			b.Fatal(err)
		}
		c, err := smtp.NewClient(nc, "mail.example.com")
		if err != nil {
			b.Fatal(err)
		}
		if err := sendMail(c, []byte("Subject: hi\r\n\r\nhello\r\n")); err != nil {
			b.Fatal(err)
		}
		if err := c.Quit(); err != nil {
			b.Fatal(err)
		}
		srv.Close()
	}
}
