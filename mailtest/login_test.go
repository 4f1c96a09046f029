package mailtest_test

import (
	"context"
	"crypto/tls"
	"encoding/base64"
	"io"
	"net"
	"strings"
	"testing"

	"github.com/mailfakes/mailfakes/mailtest"
	"github.com/mailfakes/mailfakes/mailtest/wire"
)

// The transcript says why a login was refused, of which the client is told
// nothing.
func TestWhyLoginWasRefused(t *testing.T) {
	const (
		nobody   = "there is no account bob@example.com: Account makes one, and so does mail to it"
		wrong    = "what was sent isn't the password or token of alice@example.com"
		disabled = "off@example.com: account is disabled"
	)
	b64 := func(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) }
	for _, tt := range []struct {
		protocol, send, want string
	}{
		{"SMTP", "EHLO c\r\nAUTH PLAIN " + b64("\x00bob@example.com\x00secret") + "\r\nQUIT\r\n", nobody},
		{"SMTP", "EHLO c\r\nAUTH LOGIN " + b64("alice@example.com") + "\r\n" + b64("x") + "\r\nQUIT\r\n", wrong},
		{"SMTP", "EHLO c\r\nAUTH CRAM-MD5\r\n" + b64("bob@example.com "+strings.Repeat("0", 32)) + "\r\nQUIT\r\n", nobody},
		{"SMTP", "EHLO c\r\nAUTH XOAUTH2 " + b64("user=alice@example.com\x01auth=Bearer x\x01\x01") + "\r\n\r\nQUIT\r\n", wrong},
		{"SMTP", "EHLO c\r\nAUTH OAUTHBEARER " + b64("n,,\x01auth=Bearer x\x01\x01") + "\r\n\r\nQUIT\r\n",
			"no account has the token or the certificate"},
		{"SMTP", "EHLO c\r\nAUTH OAUTHBEARER " + b64("n,,\x01auth=Bearer old\x01\x01") + "\r\n\r\nQUIT\r\n",
			"alice@example.com: token has expired"},
		{"SMTP", "EHLO c\r\nAUTH SCRAM-SHA-1 " + b64("n,,n=bob@example.com,r=x") + "\r\n" +
			b64("c=biws,r=x,p=AAAA") + "\r\nQUIT\r\n", nobody},
		{"SMTP", "EHLO c\r\nAUTH PLAIN " + b64("\x00off@example.com\x00secret") + "\r\nQUIT\r\n", disabled},
		{"IMAP", "a LOGIN bob@example.com secret\r\nb LOGOUT\r\n", nobody},
		{"IMAP", "a LOGIN alice@example.com x\r\nb LOGOUT\r\n", wrong},
		{"IMAP", "a AUTHENTICATE PLAIN " + b64("\x00alice@example.com\x00x") + "\r\nb LOGOUT\r\n", wrong},
		{"IMAP", "a LOGIN off@example.com secret\r\nb LOGOUT\r\n", disabled},
		{"IMAP", "a LOGIN alice@example.com secret\r\nb LOGOUT\r\n", ""},
		{"POP3", "USER bob@example.com\r\nPASS secret\r\nQUIT\r\n", nobody},
		{"POP3", "AUTH PLAIN " + b64("\x00alice@example.com\x00x") + "\r\nQUIT\r\n", wrong},
		{"POP3", "USER off@example.com\r\nPASS secret\r\nQUIT\r\n", disabled},
	} {
		srv := mailtest.NewServer(t)
		srv.Account("alice@example.com").ExpiredTokens = []string{"old"}
		srv.Account("off@example.com").Disabled = true
		server := map[string]interface {
			Dial(context.Context) (net.Conn, error)
			Transcript() *wire.Transcript
		}{"SMTP": srv.SMTP, "IMAP": srv.IMAP, "POP3": srv.POP3}[tt.protocol]
		nc, err := server.Dial(t.Context())
		check(t, err)
		go io.WriteString(nc, tt.send)
		if _, err := io.ReadAll(nc); err != nil {
			t.Errorf("%s %q: %v", tt.protocol, tt.send, err)
		}
		nc.Close()
		var notes []string
		for _, l := range server.Transcript().Lines() {
			if note, ok := strings.CutPrefix(l.Text, "login refused: "); ok && l.From == '*' {
				notes = append(notes, note)
			}
		}
		if got := strings.Join(notes, "\n"); got != tt.want {
			t.Errorf("%s %q: noted %q, want %q", tt.protocol, tt.send, got, tt.want)
		}
	}
}

// The transcript names whom a certificate is for, also if the client doesn't.
func TestWhyCertificateWasRefused(t *testing.T) {
	for user, want := range map[string]string{
		"nobody@example.com": "no account has the token or the certificate",
		"off@example.com":    "off@example.com: account is disabled",
	} {
		srv := mailtest.NewServer(t)
		srv.Account("off@example.com").Disabled = true
		srv.SMTP.TLS = wire.ClientCertRequired
		srv.SMTP.Mechanisms = []string{"EXTERNAL"}
		nc, err := srv.SMTP.DialContext(t.Context(), "tcp", "mail.example.com:465")
		check(t, err)
		conf := srv.ClientTLS()
		conf.ServerName = "mail.example.com"
		conf.Certificates = []tls.Certificate{wire.ClientCert(user)}
		tc := tls.Client(nc, conf)
		go io.WriteString(tc, "EHLO c\r\nAUTH EXTERNAL =\r\nQUIT\r\n")
		if _, err := io.ReadAll(tc); err != nil {
			t.Errorf("%s: %v", user, err)
		}
		tc.Close()
		if text := srv.SMTP.Transcript().String(); !strings.Contains(text, "*: login refused: "+want+"\n") {
			t.Errorf("%s: there is no note %q in\n%s", user, want, text)
		}
	}
}
