package smtpfake_test

import (
	"bufio"
	"crypto/tls"
	"fmt"
	"net"
	"strings"
	"testing"

	"github.com/mailfakes/mailfakes/mailtest/wire"
	"github.com/mailfakes/mailfakes/smtpfake"
)

// TestPorts: what each well-known port of DialContext is.
func TestPorts(t *testing.T) {
	srv := smtpfake.NewServer(t)
	for port, mode := range map[string]wire.Mode{
		"25": wire.StartTLS, "587": wire.StartTLS, "2525": wire.StartTLS, "465": wire.ImplicitTLS,
		"smtp": wire.StartTLS, "submission": wire.StartTLS, "smtps": wire.ImplicitTLS, "submissions": wire.ImplicitTLS,
	} {
		nc, err := srv.DialContext(t.Context(), "tcp", "mail.example.com:"+port)
		if err != nil {
			t.Fatal(err)
		}
		if mode == wire.ImplicitTLS {
			nc = tls.Client(nc, clientTLS())
		}
		lines := ask(t, nc, bufio.NewReader(nc), "", "EHLO client.example.com")
		if got := strings.Contains(lines, "STARTTLS"); got != (mode == wire.StartTLS) {
			t.Errorf("port %s: STARTTLS is offered: %v", port, got)
		}
		nc.Close()
	}
	for _, addr := range []string{"mail.example.com:24", "mail.example.com", ":"} {
		if _, err := srv.DialContext(t.Context(), "tcp", addr); err == nil {
			t.Errorf("%q: no error", addr)
		}
	}
}

// ask says lines and returns all that is replied.
func ask(t *testing.T, nc net.Conn, r *bufio.Reader, lines ...string) string {
	t.Helper()
	var all strings.Builder
	for _, l := range lines {
		if l != "" {
			fmt.Fprintf(nc, "%s\r\n", l)
		}
		for more := true; more; {
			line, err := r.ReadString('\n')
			if err != nil || len(line) < 4 {
				t.Fatalf("%q: %q, %v", l, line, err)
			}
			all.WriteString(line)
			more = line[3] == '-'
		}
	}
	return all.String()
}

// TestLMTPRoutes delivers by LMTP on each route.
func TestLMTPRoutes(t *testing.T) {
	for _, rt := range routes {
		t.Run(rt.name, func(t *testing.T) {
			srv := smtpfake.NewServer(t)
			srv.LMTP = true
			nc, err := rt.dial(t.Context(), srv)
			if err != nil {
				t.Fatal(err)
			}
			defer func() { nc.Close() }()
			r := bufio.NewReader(nc)
			switch rt.mode {
			case wire.StartTLS:
				ask(t, nc, r, "", "LHLO client.example.com", "STARTTLS")
				nc = tls.Client(nc, clientTLS())
				r = bufio.NewReader(nc)
			case wire.ImplicitTLS:
				nc = tls.Client(nc, clientTLS())
				r = bufio.NewReader(nc)
				ask(t, nc, r, "")
			default:
				ask(t, nc, r, "")
			}
			ask(t, nc, r, "LHLO client.example.com", "MAIL FROM:<alice@example.com>",
				"RCPT TO:<bob@example.com>", "RCPT TO:<carol@example.com>", "DATA", "Subject: hi\r\n\r\n.")
			if second := ask(t, nc, r, ""); !strings.HasPrefix(second, "250 2.1.5 <carol@example.com> ") {
				t.Errorf("second reply %q", second)
			}
			for _, to := range []string{"bob@example.com", "carol@example.com"} {
				if m := srv.Store.Account(to).Next(t); (m.Via.TLS != nil) != (rt.mode != wire.Plain) {
					t.Errorf("over TLS: %v", m.Via.TLS != nil)
				}
			}
		})
	}
}
