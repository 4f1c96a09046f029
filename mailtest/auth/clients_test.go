package auth_test

import (
	"bufio"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"net"
	"strings"
	"testing"

	"github.com/emersion/go-imap/v2/imapclient"
	"github.com/emersion/go-sasl"
	gosmtp "github.com/emersion/go-smtp"
	"github.com/mailfakes/mailfakes/imapfake"
	"github.com/mailfakes/mailfakes/mailtest/mailstore"
	"github.com/mailfakes/mailfakes/mailtest/wire"
	"github.com/mailfakes/mailfakes/pop3fake"
	"github.com/mailfakes/mailfakes/smtpfake"
	"github.com/wneessen/go-mail"
)

// A protocol logs in with a go-sasl client over a connection.
type protocol struct {
	name  string
	dial  func(t *testing.T, st *mailstore.Store, mechs []string) net.Conn
	login func(nc net.Conn, c sasl.Client) error
}

var protocols = []protocol{
	{"SMTP", func(t *testing.T, st *mailstore.Store, mechs []string) net.Conn {
		s := smtpfake.New(st)
		s.Mechanisms = mechs
		t.Cleanup(s.Close)
		return dial(t, s.Dial)
	}, smtpLogin},
	{"IMAP", func(t *testing.T, st *mailstore.Store, mechs []string) net.Conn {
		s := imapfake.New(st)
		s.Mechanisms = mechs
		t.Cleanup(s.Close)
		return dial(t, s.Dial)
	}, imapLogin},
	{"POP3", func(t *testing.T, st *mailstore.Store, mechs []string) net.Conn {
		s := pop3fake.New(st)
		s.Mechanisms = mechs
		t.Cleanup(s.Close)
		return dial(t, s.Dial)
	}, pop3Login},
}

func dial(t *testing.T, f func(context.Context) (net.Conn, error)) net.Conn {
	nc, err := f(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { nc.Close() })
	return nc
}

func smtpLogin(nc net.Conn, c sasl.Client) error {
	return gosmtp.NewClient(nc).Auth(c)
}

func imapLogin(nc net.Conn, c sasl.Client) error {
	client := imapclient.New(nc, nil)
	defer client.Close()
	return client.Authenticate(c)
}

// pop3Login is a client of RFC 5034, without an initial response.
func pop3Login(nc net.Conn, c sasl.Client) error {
	r := bufio.NewReader(nc)
	if _, err := r.ReadString('\n'); err != nil {
		return err
	}
	mech, response, err := c.Start()
	if err != nil {
		return err
	}
	fmt.Fprintf(nc, "AUTH %s\r\n", mech)
	first := response != nil
	for {
		line, err := r.ReadString('\n')
		if err != nil {
			return err
		}
		challenge, ok := strings.CutPrefix(strings.TrimSuffix(line, "\r\n"), "+ ")
		switch {
		case strings.HasPrefix(line, "+OK"):
			return nil
		case !ok:
			return errors.New(line)
		}
		b, err := base64.StdEncoding.DecodeString(challenge)
		if err != nil {
			return err
		}
		if !first {
			if response, err = c.Next(b); err != nil {
				fmt.Fprint(nc, "*\r\n")
				continue
			}
		}
		first = false
		fmt.Fprintf(nc, "%s\r\n", base64.StdEncoding.EncodeToString(response))
	}
}

// TestGoSASL logs in with the clients of go-sasl, on all protocols.
func TestGoSASL(t *testing.T) {
	t.Attr("client", "go-smtp: PLAIN, LOGIN, OAUTHBEARER, ANONYMOUS")
	t.Attr("client", "imapclient v2: PLAIN, LOGIN, OAUTHBEARER, ANONYMOUS")
	oauth := func(token string) sasl.Client {
		return sasl.NewOAuthBearerClient(&sasl.OAuthBearerOptions{
			Username: "alice@example.com", Token: token, Host: "mail.example.com", Port: 25,
		})
	}
	tests := []struct {
		name string
		mech string
		c    func() sasl.Client
		ok   bool
	}{
		{"PLAIN", "PLAIN", func() sasl.Client { return sasl.NewPlainClient("", "alice@example.com", "secret") }, true},
		{"PLAIN with authzid", "PLAIN", func() sasl.Client {
			return sasl.NewPlainClient("alice@example.com", "alice@example.com", "secret")
		}, true},
		{"PLAIN, wrong password", "PLAIN", func() sasl.Client { return sasl.NewPlainClient("", "alice@example.com", "x") }, false},
		{"PLAIN, as another", "PLAIN", func() sasl.Client {
			return sasl.NewPlainClient("bob@example.com", "alice@example.com", "secret")
		}, false},
		{"LOGIN", "LOGIN", func() sasl.Client { return sasl.NewLoginClient("alice@example.com", "secret") }, true},
		{"LOGIN, wrong password", "LOGIN", func() sasl.Client { return sasl.NewLoginClient("alice@example.com", "x") }, false},
		{"OAUTHBEARER", "OAUTHBEARER", func() sasl.Client { return oauth("good") }, true},
		{"OAUTHBEARER, wrong token", "OAUTHBEARER", func() sasl.Client { return oauth("bad") }, false},
		{"ANONYMOUS", "ANONYMOUS", func() sasl.Client { return sasl.NewAnonymousClient("me") }, true},
		{"not offered", "LOGIN", func() sasl.Client { return sasl.NewAnonymousClient("me") }, false},
	}
	for _, p := range protocols {
		for _, tt := range tests {
			t.Run(p.name+"/"+tt.name, func(t *testing.T) {
				st := new(mailstore.Store)
				st.Account("alice@example.com").Tokens = []string{"good"}
				err := p.login(p.dial(t, st, []string{tt.mech}), tt.c())
				if (err == nil) != tt.ok {
					t.Errorf("login: %v", err)
				}
			})
		}
	}
}

// TestGoMail logs in with every type that go-mail has.
func TestGoMail(t *testing.T) {
	t.Attr("client", "go-mail: each mechanism")
	for _, typ := range []mail.SMTPAuthType{
		mail.SMTPAuthPlain, mail.SMTPAuthPlainNoEnc, mail.SMTPAuthLogin, mail.SMTPAuthLoginNoEnc,
		mail.SMTPAuthCramMD5, mail.SMTPAuthXOAUTH2, mail.SMTPAuthSCRAMSHA1, mail.SMTPAuthSCRAMSHA256,
		mail.SMTPAuthSCRAMSHA1PLUS, mail.SMTPAuthSCRAMSHA256PLUS, mail.SMTPAuthNTLM, mail.SMTPAuthAutoDiscover,
	} {
		for _, good := range []bool{true, false} {
			t.Run(fmt.Sprint(typ, "/", good), func(t *testing.T) {
				t.Parallel()
				s := smtpfake.NewServer(t)
				s.RequireAuth = true
				s.Mechanisms = []string{
					"PLAIN", "LOGIN", "CRAM-MD5", "XOAUTH2", "SCRAM-SHA-1", "SCRAM-SHA-1-PLUS",
					"SCRAM-SHA-256", "SCRAM-SHA-256-PLUS", "NTLM",
				}
				alice := s.Store.Account("alice@example.com")
				alice.Password = "pass \"word\""
				alice.Tokens = []string{"token"}
				secret := alice.Password
				switch {
				case !good:
					secret = "wrong"
				case typ == mail.SMTPAuthXOAUTH2:
					secret = "token"
				}
				err := sendGoMail(t, s, typ, secret)
				if (err == nil) != good {
					t.Fatalf("DialAndSend = %v\n%s", err, s.Transcript())
				}
				if good {
					if user := alice.Next(t).Via.User; user != alice.Addr {
						t.Errorf("user %q", user)
					}
				}
			})
		}
	}
}

func sendGoMail(t *testing.T, s *smtpfake.Server, typ mail.SMTPAuthType, secret string) error {
	conf := wire.ClientTLS()
	conf.ServerName = "mail.example.com"
	c, err := mail.NewClient("mail.example.com",
		mail.WithPort(587), mail.WithDialContextFunc(s.DialContext), mail.WithTLSConfig(conf),
		mail.WithTLSPolicy(mail.TLSMandatory), mail.WithHELO("client.example.com"),
		mail.WithSMTPAuth(typ), mail.WithUsername("alice@example.com"), mail.WithPassword(secret))
	if err != nil {
		t.Fatal(err)
	}
	m := mail.NewMsg()
	if err := errors.Join(m.From("alice@example.com"), m.To("alice@example.com")); err != nil {
		t.Fatal(err)
	}
	m.SetBodyString(mail.TypeTextPlain, "hello")
	return c.DialAndSendWithContext(t.Context(), m)
}
