package mailtest_test

import (
	"bufio"
	"context"
	"crypto/tls"
	"fmt"
	"net"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/mailfakes/mailfakes/mailtest"
	"github.com/mailfakes/mailfakes/mailtest/wire"
)

// tlsMenu is what crypto/tls says of each case; "" if it goes well.
var tlsMenu = map[wire.TLSCase]string{
	wire.Valid:               "",
	wire.Expired:             "expired or is not yet valid",
	wire.NotYetValid:         "expired or is not yet valid",
	wire.WrongHost:           "is valid for wrong-host.example, not mail.example.com",
	wire.CommonNameOnly:      "relies on legacy Common Name",
	wire.SelfSigned:          "unknown authority",
	wire.UnknownCA:           "unknown authority",
	wire.MissingIntermediate: "unknown authority",
	wire.OldTLS:              "protocol version",
	wire.NoCommonCipher:      "handshake failure",
	wire.ClientCertRequired:  "certificate required",
	wire.ClientCertOptional:  "",
	wire.HandshakeStalls:     "i/o timeout",
	wire.PlaintextInstead:    "does not look like a TLS handshake",
}

// A tlsWay is a way to TLS: the ports and what is said in the clear.
type tlsWay struct {
	name               string
	upgrade, implicit  string // ports
	say                []string
	upgradeAt, tlsAddr func(*mailtest.Server) string
}

var tlsWays = []tlsWay{
	{"SMTP", "587", "465", []string{"", "EHLO c", "STARTTLS"},
		func(s *mailtest.Server) string { return s.SMTP.StartTLSAddr() },
		func(s *mailtest.Server) string { return s.SMTP.TLSAddr() }},
	{"IMAP", "143", "993", []string{"", "a STARTTLS"},
		func(s *mailtest.Server) string { return s.IMAP.StartTLSAddr() },
		func(s *mailtest.Server) string { return s.IMAP.TLSAddr() }},
	{"POP3", "110", "995", []string{"", "STLS"},
		func(s *mailtest.Server) string { return s.POP3.StartTLSAddr() },
		func(s *mailtest.Server) string { return s.POP3.TLSAddr() }},
}

// TestTLSMenu: each case of TLS is the same on all protocols, by upgrade and
// from the start, on loopback, in memory and in a bubble.
func TestTLSMenu(t *testing.T) {
	for tc, want := range tlsMenu {
		for _, w := range tlsWays {
			for _, implicit := range []bool{false, true} {
				name := fmt.Sprintf("%s/%s/implicit=%t", tc, w.name, implicit)
				t.Run(name, func(t *testing.T) {
					t.Parallel()
					const patience = 20 * time.Millisecond
					checkTLS(t, tc, want, patience, w.loopback(implicit), w.say, implicit)
					checkTLS(t, tc, want, patience, w.memory(implicit), w.say, implicit)
					synctest.Test(t, func(t *testing.T) {
						checkTLS(t, tc, want, time.Hour, w.memory(implicit), w.say, implicit)
					})
				})
			}
		}
	}
}

type tlsDial func(context.Context, *mailtest.Server) (net.Conn, error)

func (w tlsWay) loopback(implicit bool) tlsDial {
	return func(ctx context.Context, s *mailtest.Server) (net.Conn, error) {
		addr := w.upgradeAt
		if implicit {
			addr = w.tlsAddr
		}
		return new(net.Dialer).DialContext(ctx, "tcp", addr(s))
	}
}

func (w tlsWay) memory(implicit bool) tlsDial {
	return func(ctx context.Context, s *mailtest.Server) (net.Conn, error) {
		port := w.upgrade
		if implicit {
			port = w.implicit
		}
		return s.DialContext(ctx, "tcp", "mail.example.com:"+port)
	}
}

// checkTLS connects to a new server and compares the error of the handshake, or
// of the first line after it: with TLS 1.3 the client learns only then that its
// certificate is missing. patience is for a handshake that stalls.
func checkTLS(t *testing.T, tc wire.TLSCase, want string, patience time.Duration,
	dial tlsDial, say []string, implicit bool,
) {
	t.Helper()
	srv := mailtest.NewServer(t)
	srv.SMTP.TLS, srv.IMAP.TLS, srv.POP3.TLS = tc, tc, tc
	nc, err := dial(t.Context(), srv)
	check(t, err)
	defer nc.Close()
	if !implicit {
		upgrade(t, nc, say)
	}
	start := time.Now()
	if tc == wire.HandshakeStalls {
		nc.SetDeadline(start.Add(patience))
	}
	err = firstLine(nc, implicit)
	if want == "" && err != nil || want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
		t.Errorf("client's error = %v, want %q", err, want)
	}
	if took := time.Since(start); tc == wire.HandshakeStalls && took < patience {
		t.Errorf("it took %v, want %v", took, patience)
	}
}

// upgrade says lines and reads their replies, the last of which accepts the
// upgrade.
func upgrade(t *testing.T, nc net.Conn, say []string) {
	t.Helper()
	r := bufio.NewReader(nc)
	for _, l := range say {
		if l != "" {
			fmt.Fprintf(nc, "%s\r\n", l)
		}
		reply, err := r.ReadString('\n')
		for strings.HasPrefix(reply, "250-") {
			reply, err = r.ReadString('\n')
		}
		check(t, err)
		reply = strings.TrimPrefix(strings.TrimPrefix(reply, "a "), "* ")
		if !strings.HasPrefix(reply, "2") && !strings.HasPrefix(reply, "OK ") && !strings.HasPrefix(reply, "+OK ") {
			t.Fatalf("%q: %q", l, reply)
		}
	}
}

// firstLine does the handshake and reads a line inside: the greeting, or the
// reply to a command that all protocols refuse.
func firstLine(nc net.Conn, implicit bool) error {
	conf := wire.ClientTLS()
	conf.ServerName = "mail.example.com"
	c := tls.Client(nc, conf)
	if err := c.Handshake(); err != nil {
		return err
	}
	if !implicit {
		fmt.Fprint(c, "XYZZY\r\n")
	}
	_, err := bufio.NewReader(c).ReadString('\n')
	return err
}
