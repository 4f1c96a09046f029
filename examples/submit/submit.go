package main

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/smtp"
	"net/textproto"
	"slices"
	"strconv"
	"strings"
	"time"
)

// A Client sends mail through a submission server (RFC 6409).
type Client struct {
	Addr           string // host:port
	User, Password string
	TLS            *tls.Config // nil is the system's
	Tries          int
	Backoff        time.Duration // before the second try; it doubles

	// Dial connects; nil is the system's network.
	Dial func(ctx context.Context, network, addr string) (net.Conn, error)
}

// Errors that trying again doesn't help against.
var (
	ErrNoTLS   = errors.New("server offers no STARTTLS: the password is not sent in the clear")
	ErrUnknown = errors.New("connection lost after the message: it may have been sent")
)

// A RefusedError tells which recipients the server has refused for good. The
// others have got the mail.
type RefusedError struct {
	Rcpt []string
	Err  error // of the first
}

func (e *RefusedError) Error() string {
	return fmt.Sprintf("refused for %s: %v", strings.Join(e.Rcpt, ", "), e.Err)
}

func (e *RefusedError) Unwrap() error { return e.Err }

// Send sends a mail. It tries again, for those who have not got it, when
// things go wrong that may pass. It returns a *RefusedError if only some
// recipients are refused.
func (c *Client) Send(ctx context.Context, from string, to []string, text []byte) error {
	refused := &RefusedError{}
	wait := c.Backoff
	for try := 1; ; try++ {
		later, err := c.try(ctx, from, to, text, refused)
		if err == nil && len(later) == 0 {
			break
		}
		if !temporary(err) {
			return err
		}
		if err == nil {
			to = later
			err = fmt.Errorf("not accepted yet for %s", strings.Join(later, ", "))
		}
		if try >= c.Tries {
			return fmt.Errorf("gave up after %d tries: %w", try, err)
		}
		if err := sleep(ctx, wait); err != nil {
			return err
		}
		wait *= 2
	}
	if len(refused.Rcpt) > 0 {
		return refused
	}
	return nil
}

// temporary reports whether it may help to try again: after a reply of 4xx,
// and when the connection was lost before the message was sent.
func temporary(err error) bool {
	var reply *textproto.Error
	var cert *tls.CertificateVerificationError
	switch {
	case errors.Is(err, ErrNoTLS), errors.Is(err, ErrUnknown), errors.Is(err, context.Canceled):
		return false
	case errors.As(err, &cert):
		return false
	case errors.As(err, &reply):
		return reply.Code/100 == 4
	}
	return true
}

func sleep(ctx context.Context, d time.Duration) error {
	select {
	case <-time.After(d):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// try sends the mail once. later are the recipients to try again; those that
// are refused for good are added to refused.
func (c *Client) try(
	ctx context.Context, from string, to []string, text []byte, refused *RefusedError,
) (later []string, err error) {
	s, err := c.connect(ctx)
	if err != nil {
		return nil, err
	}
	defer s.Close()
	if err := c.login(s); err != nil {
		return nil, fmt.Errorf("log in: %w", err)
	}
	if err := checkSize(s, len(text)); err != nil {
		return nil, err
	}
	if err := s.Mail(from); err != nil {
		return nil, err
	}
	good, later, err := recipients(s, to, refused)
	if err != nil || good == 0 {
		return later, err
	}
	if err := data(s, text); err != nil {
		return nil, err
	}
	// The message is the server's now: how QUIT goes changes nothing.
	_ = s.Quit()
	return later, nil
}

// connect connects, with TLS in either way.
func (c *Client) connect(ctx context.Context) (*smtp.Client, error) {
	host, port, err := net.SplitHostPort(c.Addr)
	if err != nil {
		return nil, err
	}
	dial := c.Dial
	if dial == nil {
		dial = new(net.Dialer).DialContext
	}
	nc, err := dial(ctx, "tcp", c.Addr)
	if err != nil {
		return nil, err
	}
	nc.SetDeadline(time.Now().Add(10 * time.Minute))
	if port == "465" {
		nc = tls.Client(nc, c.tls(host))
	}
	s, err := smtp.NewClient(nc, host)
	if err != nil {
		nc.Close()
		return nil, err
	}
	if port == "465" {
		return s, nil
	}
	if err := c.upgrade(s, host); err != nil {
		s.Close()
		return nil, err
	}
	return s, nil
}

func (c *Client) upgrade(s *smtp.Client, host string) error {
	if ok, _ := s.Extension("STARTTLS"); !ok {
		// An EHLO that failed looks the same. Ask once more for why.
		if err := s.Noop(); err != nil {
			return err
		}
		return ErrNoTLS
	}
	return s.StartTLS(c.tls(host))
}

func (c *Client) tls(host string) *tls.Config {
	cfg := c.TLS.Clone()
	if cfg == nil {
		cfg = new(tls.Config)
	}
	cfg.ServerName = host
	return cfg
}

func (c *Client) login(s *smtp.Client) error {
	host, _, _ := net.SplitHostPort(c.Addr)
	return s.Auth(smtp.PlainAuth("", c.User, c.Password, host))
}

// checkSize asks before the server has to refuse (RFC 1870).
func checkSize(s *smtp.Client, size int) error {
	_, limit := s.Extension("SIZE")
	if n, err := strconv.Atoi(limit); err == nil && n > 0 && size > n {
		msg := fmt.Sprintf("the message has %d bytes, the server takes %d", size, n)
		return &textproto.Error{Code: 552, Msg: msg}
	}
	return nil
}

// recipients names the recipients, and sorts them by what the server says.
func recipients(s *smtp.Client, to []string, refused *RefusedError) (good int, later []string, err error) {
	for _, addr := range to {
		err := s.Rcpt(addr)
		var reply *textproto.Error
		switch {
		case err == nil:
			good++
		case !errors.As(err, &reply) || reply.Code == 421:
			return 0, nil, err
		case reply.Code/100 == 4:
			later = append(later, addr)
		case !slices.Contains(refused.Rcpt, addr):
			refused.Rcpt = append(refused.Rcpt, addr)
			if refused.Err == nil {
				refused.Err = err
			}
		}
	}
	return good, later, nil
}

func data(s *smtp.Client, text []byte) error {
	w, err := s.Data()
	if err != nil {
		return err
	}
	if _, err := w.Write(text); err != nil {
		return err
	}
	err = w.Close()
	var reply *textproto.Error
	if err != nil && !errors.As(err, &reply) {
		return fmt.Errorf("%w (%v)", ErrUnknown, err)
	}
	return err
}
