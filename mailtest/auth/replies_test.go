package auth_test

import (
	"bufio"
	"context"
	"crypto/md5"
	"crypto/tls"
	"encoding/base64"
	"fmt"
	"io"
	"net"
	"strings"
	"testing"

	"github.com/mailfakes/mailfakes/imapfake"
	"github.com/mailfakes/mailfakes/mailtest/auth"
	"github.com/mailfakes/mailfakes/mailtest/mailstore"
	"github.com/mailfakes/mailfakes/mailtest/wire"
	"github.com/mailfakes/mailfakes/pop3fake"
	"github.com/mailfakes/mailfakes/smtpfake"
)

func b64(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) }

// finalReplies says the arguments of AUTH, and the lines that follow, to a
// server of each protocol. It returns the last replies.
func finalReplies(t *testing.T, st *mailstore.Store, tlsOnly bool, say string) [3]string {
	t.Helper()
	s, i, p := smtpfake.New(st), imapfake.New(st), pop3fake.New(st)
	defer s.Close()
	defer i.Close()
	defer p.Close()
	mechs := []string{"PLAIN", "XOAUTH2"}
	s.Mechanisms, i.Mechanisms, p.Mechanisms = mechs, mechs, mechs
	s.AuthTLSOnly, i.AuthTLSOnly, p.AuthTLSOnly = tlsOnly, tlsOnly, tlsOnly
	return [3]string{
		finalReply(t, dial(t, s.Dial), "EHLO client.example.com\r\nAUTH "+say+"\r\n"),
		finalReply(t, dial(t, i.Dial), "a1 AUTHENTICATE "+say+"\r\n"),
		finalReply(t, dial(t, p.Dial), "AUTH "+say+"\r\n"),
	}
}

func finalReply(t *testing.T, nc net.Conn, text string) string {
	t.Helper()
	lines := finalLines(t, nc, text)
	return lines[len(lines)-1]
}

// finalLines returns all that a server says to text.
func finalLines(t *testing.T, nc net.Conn, text string) []string {
	t.Helper()
	fmt.Fprint(nc, text)
	nc.(interface{ CloseWrite() error }).CloseWrite()
	b, err := io.ReadAll(bufio.NewReader(nc))
	if err != nil {
		t.Fatal(err)
	}
	return strings.Split(strings.TrimSuffix(string(b), "\r\n"), "\r\n")
}

// TestReplies: every kind of failed login has the codes of each protocol.
func TestReplies(t *testing.T) {
	good := "PLAIN " + b64("\x00alice@example.com\x00secret")
	bearer := func(token string) string {
		return "XOAUTH2 " + b64("user=alice@example.com\x01auth=Bearer "+token+"\x01\x01") + "\r\n"
	}
	tests := []struct {
		name             string
		set              func(a *mailstore.Account)
		say              string
		smtp, imap, pop3 string
	}{
		{"good", nil, good, "235 2.7.0 ", "a1 OK [CAPABILITY ", "+OK "},
		{"wrong password", nil, "PLAIN " + b64("\x00alice@example.com\x00x"),
			"535 5.7.8 ", "a1 NO [AUTHENTICATIONFAILED] ", "-ERR [AUTH] "},
		{"unknown user", nil, "PLAIN " + b64("\x00nobody@example.com\x00secret"),
			"535 5.7.8 ", "a1 NO [AUTHENTICATIONFAILED] ", "-ERR [AUTH] "},
		{"as another", nil, "PLAIN " + b64("bob@example.com\x00alice@example.com\x00secret"),
			"535 5.7.8 ", "a1 NO [AUTHORIZATIONFAILED] ", "-ERR [AUTH] "},
		{"disabled", func(a *mailstore.Account) { a.Disabled = true }, good,
			"525 5.7.13 ", "a1 NO [CONTACTADMIN] ", "-ERR [SYS/PERM] "},
		{"must change password", func(a *mailstore.Account) { a.MustChangePassword = true }, good,
			"432 4.7.12 ", "a1 NO [EXPIRED] ", "-ERR [AUTH] "},
		{"refuses passwords", func(a *mailstore.Account) { a.RefusePassword = true }, good,
			"534 5.7.9 ", "a1 NO [ALERT] ", "-ERR [AUTH] "},
		{"unavailable", func(a *mailstore.Account) { a.Unavailable = true }, good,
			"454 4.7.0 ", "a1 NO [UNAVAILABLE] ", "-ERR [SYS/TEMP] "},
		{"expired token", func(a *mailstore.Account) { a.ExpiredTokens = []string{"old"} }, bearer("old"),
			"535 5.7.8 ", "a1 NO [EXPIRED] ", "-ERR [AUTH] "},
		{"failed and cancelled", nil, bearer("x") + "*", "535 5.7.8 ", "a1 NO [AUTHENTICATIONFAILED] ", "-ERR [AUTH] "},
		{"not offered", nil, "LOGIN", "504 5.5.4 ", "a1 NO ", "-ERR mechanism"},
		{"empty", nil, "PLAIN =", "501 5.5.2 ", "a1 BAD ", "-ERR malformed"},
		{"bad base64", nil, "PLAIN\r\n!!!", "501 5.5.2 ", "a1 BAD ", "-ERR malformed"},
		{"bad initial response", nil, "PLAIN AAA", "501 5.5.2 ", "a1 BAD ", "-ERR malformed"},
		{"cancelled", nil, "PLAIN\r\n*", "501 5.7.0 ", "a1 BAD ", "-ERR authentication cancelled"},
		{"longest line", nil, "PLAIN\r\n" + strings.Repeat("A", auth.MaxLine), "501 5.5.2 ", "a1 BAD ", "-ERR malformed"},
		{"line too long", nil, "PLAIN\r\n" + strings.Repeat("A", auth.MaxLine+1), "500 5.5.6 ", "a1 BAD ", "-ERR SASL response line is too long"},
		{"by challenge", nil, strings.Replace(good, " ", "\r\n", 1), "235 2.7.0 ", "a1 OK ", "+OK "},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			st := new(mailstore.Store)
			alice := st.Account("alice@example.com")
			if tt.set != nil {
				tt.set(alice)
			}
			got := finalReplies(t, st, false, tt.say)
			for i, want := range []string{tt.smtp, tt.imap, tt.pop3} {
				if !strings.HasPrefix(got[i], want) {
					t.Errorf("%s: %q, want %q", protocols[i].name, got[i], want)
				}
			}
		})
	}
	got := finalReplies(t, new(mailstore.Store), true, good)
	for i, want := range []string{"538 5.7.11 ", "a1 NO [PRIVACYREQUIRED] ", "-ERR [AUTH] "} {
		if !strings.HasPrefix(got[i], want) {
			t.Errorf("outside TLS, %s: %q, want %q", protocols[i].name, got[i], want)
		}
	}
}

// TestPasswordReplies: the same for logins without SASL, by IMAP's LOGIN, USER
// and PASS, and APOP.
func TestPasswordReplies(t *testing.T) {
	tests := []struct {
		name       string
		set        func(a *mailstore.Account)
		imap, pop3 string
	}{
		{"good", nil, "a1 OK [CAPABILITY ", "+OK "},
		{"wrong password", func(a *mailstore.Account) { a.Password = "x" }, "a1 NO [AUTHENTICATIONFAILED] ", "-ERR [AUTH] "},
		{"disabled", func(a *mailstore.Account) { a.Disabled = true }, "a1 NO [CONTACTADMIN] ", "-ERR [SYS/PERM] "},
		{"must change password", func(a *mailstore.Account) { a.MustChangePassword = true }, "a1 NO [EXPIRED] ", "-ERR [AUTH] "},
		{"refuses passwords", func(a *mailstore.Account) { a.RefusePassword = true }, "a1 NO [ALERT] ", "-ERR [AUTH] "},
		{"unavailable", func(a *mailstore.Account) { a.Unavailable = true }, "a1 NO [UNAVAILABLE] ", "-ERR [SYS/TEMP] "},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			st := new(mailstore.Store)
			alice := st.Account("alice@example.com")
			if tt.set != nil {
				tt.set(alice)
			}
			i, p := imapfake.New(st), pop3fake.New(st)
			defer i.Close()
			defer p.Close()
			p.Caps = pop3fake.Everything
			check := func(way, got, want string) {
				if !strings.HasPrefix(got, want) {
					t.Errorf("%s: %q, want %q", way, got, want)
				}
			}
			check("LOGIN", finalReply(t, dial(t, i.Dial), "a1 LOGIN alice@example.com secret\r\n"), tt.imap)
			check("PASS", finalReply(t, dial(t, p.Dial), "USER alice@example.com\r\nPASS secret\r\n"), tt.pop3)
			check("APOP", apopReply(t, dial(t, p.Dial)), tt.pop3)
		})
	}
	for _, tt := range []struct {
		way  string
		host interface {
			Dial(context.Context) (net.Conn, error)
			Close()
		}
		say, want string
	}{
		{"LOGIN", &imapfake.Server{Store: new(mailstore.Store), AuthTLSOnly: true},
			"a1 LOGIN alice@example.com secret\r\n", "a1 NO [PRIVACYREQUIRED] "},
		{"USER", &pop3fake.Server{Store: new(mailstore.Store), AuthTLSOnly: true},
			"USER alice@example.com\r\n", "-ERR [AUTH] "},
	} {
		if got := finalReply(t, dial(t, tt.host.Dial), tt.say); !strings.HasPrefix(got, tt.want) {
			t.Errorf("outside TLS, %s: %q, want %q", tt.way, got, tt.want)
		}
		tt.host.Close()
	}
}

// apopReply logs in by APOP with "secret".
func apopReply(t *testing.T, nc net.Conn) string {
	r := bufio.NewReader(nc)
	greeting, err := r.ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	_, stamp, _ := strings.Cut(strings.TrimSuffix(greeting, "\r\n"), "<")
	sum := md5.Sum([]byte("<" + stamp + "secret"))
	return finalReply(t, nc, fmt.Sprintf("APOP alice@example.com %x\r\n", sum))
}

// TestExternal: on all protocols a client's certificate logs in, and EXTERNAL
// is offered to those who have shown one.
func TestExternal(t *testing.T) {
	tests := []struct {
		user string // whom the certificate names; "" is none
		as   string // whom to act as
		want [3]string
	}{
		{"alice@example.com", "=", [3]string{"235 2.7.0 ", "a1 OK ", "+OK "}},
		{"alice@example.com", b64("alice@example.com"), [3]string{"235 2.7.0 ", "a1 OK ", "+OK "}},
		{"alice@example.com", b64("bob@example.com"), [3]string{"535 5.7.8 ", "a1 NO [AUTHORIZATIONFAILED] ", "-ERR [AUTH] "}},
		{"mallory@example.com", "=", [3]string{"535 5.7.8 ", "a1 NO [AUTHENTICATIONFAILED] ", "-ERR [AUTH] "}},
		{"", "=", [3]string{"504 5.5.4 ", "a1 NO ", "-ERR mechanism "}},
	}
	for _, tt := range tests {
		st := new(mailstore.Store)
		st.Account("alice@example.com")
		st.Account("bob@example.com")
		s, i, p := smtpfake.New(st), imapfake.New(st), pop3fake.New(st)
		s.TLS, i.TLS, p.TLS = wire.ClientCertOptional, wire.ClientCertOptional, wire.ClientCertOptional
		mechs := []string{"PLAIN", "EXTERNAL"}
		s.Mechanisms, i.Mechanisms, p.Mechanisms = mechs, mechs, mechs
		for n, say := range []struct {
			addr, offers, auth, mech string
			dial                     func(context.Context, string, string) (net.Conn, error)
		}{
			{"mail.example.com:465", "EHLO c", "AUTH", "AUTH PLAIN EXTERNAL", s.DialContext},
			{"mail.example.com:993", "a0 CAPABILITY", "a1 AUTHENTICATE", "AUTH=EXTERNAL", i.DialContext},
			{"mail.example.com:995", "CAPA", "AUTH", "SASL PLAIN EXTERNAL", p.DialContext},
		} {
			nc, err := say.dial(t.Context(), "tcp", say.addr)
			if err != nil {
				t.Fatal(err)
			}
			conf := wire.ClientTLS()
			conf.ServerName = "mail.example.com"
			if tt.user != "" {
				conf.Certificates = []tls.Certificate{wire.ClientCert(tt.user)}
			}
			text := say.offers + "\r\n" + say.auth + " EXTERNAL " + tt.as + "\r\n"
			all := finalLines(t, tls.Client(nc, conf), text)
			if got := all[len(all)-1]; !strings.HasPrefix(got, tt.want[n]) {
				t.Errorf("%q as %s: %q, want %q", tt.user, tt.as, got, tt.want[n])
			}
			offered := strings.Contains(strings.Join(all, "\n"), say.mech)
			if offered != (tt.user != "") {
				t.Errorf("%q, %s: EXTERNAL is offered: %v", tt.user, say.addr, offered)
			}
		}
		s.Close()
		i.Close()
		p.Close()
	}
}
