// Quickstart starts the servers, sends a real message through SMTP, reads it
// back through IMAP and POP3, and shows what a test would see of it.
//
// It is what a test does, without a test: the servers run in this process, on
// ports of 127.0.0.1 that are free, until the program ends.
package main

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/smtp"
	"os"
	"strings"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"
	"github.com/knadh/go-pop3"

	"github.com/mailfakes/mailfakes/mailtest"
)

const (
	sender = "zoe@shop.example"
	hidden = "audit@example.com" // the recipient that only the envelope names
)

var visible = []string{"alice@example.com", "bob@example.com"}

func main() {
	if err := run(os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "quickstart:", err)
		os.Exit(1)
	}
}

func run(w io.Writer) error {
	srv := mailtest.New()
	defer srv.Close()
	user := srv.Account(visible[0])
	showAddresses(w, srv, user)

	sent, err := newOrder()
	if err != nil {
		return fmt.Errorf("composing: %w", err)
	}
	rcpt := append(append([]string(nil), visible...), hidden)
	if err := send(srv, rcpt, sent); err != nil {
		return fmt.Errorf("sending: %w", err)
	}

	// The mail was stored before the client got its 250: no wait is needed.
	msg, err := user.Wait(context.Background(), nil)
	if err != nil {
		return err
	}
	showMessage(w, msg)

	byIMAP, err := fetchIMAP(srv, user)
	if err != nil {
		return fmt.Errorf("reading by IMAP: %w", err)
	}
	byPOP3, err := fetchPOP3(srv, user)
	if err != nil {
		return fmt.Errorf("reading by POP3: %w", err)
	}
	fmt.Fprintf(w, "\nTranscript\n%s", transcript(srv))
	return compare(w, sent, msg, byIMAP, byPOP3)
}

// send hands the message to the server as an application does: STARTTLS, a
// login, one transaction.
func send(srv *mailtest.Server, rcpt []string, raw []byte) error {
	c, err := smtp.Dial(srv.SMTP.StartTLSAddr())
	if err != nil {
		return err
	}
	defer c.Close()
	if err := c.StartTLS(srv.ClientTLS()); err != nil {
		return err
	}
	srv.Account(sender)
	if err := c.Auth(smtp.PlainAuth("", sender, "secret", "127.0.0.1")); err != nil {
		return err
	}
	if err := c.Mail(sender); err != nil {
		return err
	}
	for _, r := range rcpt {
		if err := c.Rcpt(r); err != nil {
			return err
		}
	}
	text, err := c.Data()
	if err != nil {
		return err
	}
	if _, err := text.Write(raw); err != nil {
		return err
	}
	if err := text.Close(); err != nil {
		return err
	}
	return c.Quit()
}

func fetchIMAP(srv *mailtest.Server, user *mailtest.Account) ([]byte, error) {
	opt := &imapclient.Options{TLSConfig: srv.ClientTLS()}
	c, err := imapclient.DialTLS(srv.IMAP.TLSAddr(), opt)
	if err != nil {
		return nil, err
	}
	defer c.Close()
	if err := c.Login(user.Addr, user.Password).Wait(); err != nil {
		return nil, err
	}
	if _, err := c.Select("INBOX", nil).Wait(); err != nil {
		return nil, err
	}
	body := &imap.FetchItemBodySection{Peek: true}
	list, err := c.Fetch(imap.SeqSetNum(1), &imap.FetchOptions{
		BodySection: []*imap.FetchItemBodySection{body},
	}).Collect()
	if err != nil {
		return nil, err
	}
	if len(list) != 1 {
		return nil, fmt.Errorf("%d messages fetched, want 1", len(list))
	}
	return list[0].FindBodySection(body), c.Logout().Wait()
}

// tlsDialer gives go-pop3 connections that trust the test CA.
type tlsDialer struct{ conf *tls.Config }

func (d tlsDialer) Dial(network, addr string) (net.Conn, error) {
	return tls.Dial(network, addr, d.conf)
}

func fetchPOP3(srv *mailtest.Server, user *mailtest.Account) ([]byte, error) {
	addr, err := net.ResolveTCPAddr("tcp", srv.POP3.TLSAddr())
	if err != nil {
		return nil, err
	}
	c, err := pop3.New(pop3.Opt{
		Host: addr.IP.String(), Port: addr.Port,
		Dialer: tlsDialer{srv.ClientTLS()},
	}).NewConn()
	if err != nil {
		return nil, err
	}
	if err := c.Auth(user.Addr, user.Password); err != nil {
		return nil, err
	}
	text, err := c.RetrRaw(1)
	if err != nil {
		return nil, err
	}
	return text.Bytes(), c.Quit()
}

// compare checks that all saw the same bytes.
func compare(w io.Writer, sent []byte, msg *mailtest.Message, byIMAP, byPOP3 []byte) error {
	var errs []error
	for _, got := range []struct {
		how string
		raw []byte
	}{{"in the store", msg.Raw}, {"by IMAP", byIMAP}, {"by POP3", byPOP3}} {
		if !bytes.Equal(got.raw, sent) {
			errs = append(errs, fmt.Errorf(
				"the message read %s differs from the one sent (%d bytes, want %d)",
				got.how, len(got.raw), len(sent)))
		}
	}
	if bcc := strings.Join(msg.Bcc(), ", "); bcc != hidden {
		errs = append(errs, fmt.Errorf("blind copy to %q, want %q", bcc, hidden))
	}
	if errs == nil {
		fmt.Fprintf(w, "\nSent by SMTP, read by IMAP and POP3: the same %d bytes.\n", len(sent))
	}
	return errors.Join(errs...)
}
