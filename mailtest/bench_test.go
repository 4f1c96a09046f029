package mailtest_test

import (
	"context"
	"io"
	"net"
	"net/smtp"
	"testing"
	"time"

	gosmtp "github.com/emersion/go-smtp"

	"github.com/mailfakes/mailfakes/mailtest"
	"github.com/mailfakes/mailfakes/mailtest/wire"
)

// The benchmarks have their floor beside them, as .../fake and .../floor: compare
// the ratios of one run, not times, as .ci/run bench does.

// BenchmarkListen is a fixture that listens for all three protocols, beside
// three bare listeners.
func BenchmarkListen(b *testing.B) {
	b.Run("loopback/fake", func(b *testing.B) {
		for b.Loop() {
			srv := mailtest.New()
			srv.SMTP.Addr()
			srv.IMAP.Addr()
			srv.POP3.Addr()
			srv.Close()
		}
	})
	b.Run("loopback/floor", func(b *testing.B) {
		for b.Loop() {
			var ls [3]net.Listener
			for i := range ls {
				ls[i] = listenTCP(b)
			}
			for _, l := range ls {
				l.Close()
			}
		}
	})
}

func listenTCP(b *testing.B) net.Listener {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	return l
}

const benchMail = "From: Shop <no-reply@shop.example>\r\nSubject: Welcome\r\n\r\nHello, Alice!\r\n"

// sendBench sends one mail by net/smtp on a connection.
func sendBench(b testing.TB, nc net.Conn, err error) {
	if err != nil {
		b.Fatal(err)
	}
	c, err := smtp.NewClient(nc, "mail.example.com")
	if err == nil {
		err = c.Mail("no-reply@shop.example")
	}
	if err == nil {
		err = c.Rcpt("alice@example.com")
	}
	if err != nil {
		b.Fatal(err)
	}
	w, err := c.Data()
	if err == nil {
		io.WriteString(w, benchMail)
		err = w.Close()
	}
	if err == nil {
		err = c.Quit()
	}
	if err != nil {
		b.Fatal(err)
	}
}

// BenchmarkFirstMail is a whole test: start, one mail by net/smtp, Next, Close.
// The floor is bare go-smtp, which reads the mail and forgets it.
func BenchmarkFirstMail(b *testing.B) {
	b.Run("memory/fake", func(b *testing.B) {
		for b.Loop() {
			srv := mailtest.New()
			nc, err := srv.SMTP.Dial(context.Background())
			sendBench(b, nc, err)
			srv.Account("alice@example.com").Next(b)
			srv.Close()
		}
	})
	b.Run("memory/floor", func(b *testing.B) {
		for b.Loop() {
			l := wire.NewListener()
			stop := serveBare(l)
			nc, err := l.Dial(context.Background())
			sendBench(b, nc, err)
			stop()
		}
	})
	b.Run("loopback/fake", func(b *testing.B) {
		for b.Loop() {
			srv := mailtest.New()
			nc, err := net.Dial("tcp", srv.SMTP.Addr())
			sendBench(b, nc, err)
			srv.Account("alice@example.com").Next(b)
			srv.Close()
		}
	})
	b.Run("loopback/floor", func(b *testing.B) {
		for b.Loop() {
			l := listenTCP(b)
			stop := serveBare(l)
			nc, err := net.Dial("tcp", l.Addr().String())
			sendBench(b, nc, err)
			stop()
		}
	})
}

// serveBare runs go-smtp on a listener.
func serveBare(l net.Listener) (stop func()) {
	srv := gosmtp.NewServer(gosmtp.BackendFunc(func(*gosmtp.Conn) (gosmtp.Session, error) {
		return bareSession{}, nil
	}))
	done := make(chan struct{})
	go func() {
		srv.Serve(l)
		close(done)
	}()
	return func() {
		srv.Close()
		<-done
	}
}

type bareSession struct{}

func (bareSession) Reset()                                 {}
func (bareSession) Logout() error                          { return nil }
func (bareSession) Mail(string, *gosmtp.MailOptions) error { return nil }
func (bareSession) Rcpt(string, *gosmtp.RcptOptions) error { return nil }
func (bareSession) Data(r io.Reader) error {
	_, err := io.Copy(io.Discard, r)
	return err
}

// BenchmarkNext tells how long after the client's 250 a Next that waits for
// the mail returns: ns/op is the whole transaction, lag-ns what is asked for.
// It is negative where Next is first.
func BenchmarkNext(b *testing.B) {
	srv := mailtest.New()
	defer srv.Close()
	alice := srv.Account("alice@example.com")
	var lag time.Duration
	for b.Loop() {
		got := make(chan time.Time)
		go func() {
			alice.Next(b)
			got <- time.Now()
		}()
		nc, err := srv.SMTP.Dial(context.Background())
		sendBench(b, nc, err)
		sent := time.Now()
		lag += (<-got).Sub(sent)
	}
	b.ReportMetric(float64(lag.Nanoseconds())/float64(b.N), "lag-ns")
}

// BenchmarkSequence makes fixtures on loopback one after the other, each with
// one mail. growth is the time of the last twentieth over that of the first: the
// ports that earlier ones leave behind must not slow later ones down. Run it
// with -benchtime=20000x.
func BenchmarkSequence(b *testing.B) {
	part := max(b.N/20, 1)
	var first, last time.Duration
	for i := range b.N {
		start := time.Now()
		srv := mailtest.New()
		nc, err := net.Dial("tcp", srv.SMTP.Addr())
		sendBench(b, nc, err)
		srv.Close()
		switch took := time.Since(start); {
		case i < part:
			first += took
		case i >= b.N-part:
			last += took
		}
	}
	if last > 0 {
		b.ReportMetric(float64(last)/float64(first), "growth")
	}
}
