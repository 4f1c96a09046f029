package smtpfake_test

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/smtp"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-sasl"
	gosmtp "github.com/emersion/go-smtp"
	"github.com/google/go-cmp/cmp"
	"github.com/mailfakes/mailfakes/mailtest/message"
	"github.com/mailfakes/mailfakes/mailtest/wire"
	"github.com/mailfakes/mailfakes/smtpfake"
	"github.com/wneessen/go-mail"
)

// Real clients, each in the clear, with STARTTLS and with TLS from the start,
// in memory and on loopback, with a login.

// A route is a way to the server.
type route struct {
	name string
	mode wire.Mode
	addr func(s *smtpfake.Server) string // nil in memory
	port int                             // in memory
}

var routes = []route{
	{"memory", wire.Plain, nil, 0},
	{"memory STARTTLS", wire.StartTLS, nil, 587},
	{"memory TLS", wire.ImplicitTLS, nil, 465},
	{"loopback", wire.Plain, (*smtpfake.Server).Addr, 0},
	{"loopback STARTTLS", wire.StartTLS, (*smtpfake.Server).StartTLSAddr, 0},
	{"loopback TLS", wire.ImplicitTLS, (*smtpfake.Server).TLSAddr, 0},
}

func (r route) dial(ctx context.Context, s *smtpfake.Server) (net.Conn, error) {
	switch {
	case r.addr != nil:
		return new(net.Dialer).DialContext(ctx, "tcp", r.addr(s))
	case r.mode == wire.Plain:
		return s.Dial(ctx)
	}
	return s.DialContext(ctx, "tcp", net.JoinHostPort("mail.example.com", strconv.Itoa(r.port)))
}

func clientTLS() *tls.Config {
	cfg := wire.ClientTLS()
	cfg.ServerName = "mail.example.com"
	return cfg
}

const clientText = "Subject: hi\r\n\r\nhello\r\n.\r\n..\r\n\r\n.hidden\r\n"

// testRoutes sends a mail by each route and looks at what arrived.
func testRoutes(t *testing.T, send func(t *testing.T, r route, s *smtpfake.Server)) {
	for _, r := range routes {
		t.Run(r.name, func(t *testing.T) {
			srv := smtpfake.NewServer(t)
			srv.Store.Account("alice@example.com").Password = `a "b" \c ü`
			srv.RequireAuth = true
			send(t, r, srv)
			if t.Failed() {
				t.Fatalf("transcript:\n%s", srv.Transcript())
			}
			for _, to := range []string{"bob@example.com", "carol@example.com"} {
				m := srv.Store.Account(to).Next(t)
				checkVia(t, m, r.mode)
			}
		})
	}
}

func checkVia(t *testing.T, m *message.Message, mode wire.Mode) {
	t.Helper()
	if m.MailFrom != "alice@example.com" {
		t.Errorf("MailFrom = %q", m.MailFrom)
	}
	if got := strings.Join(m.RcptTo, " "); got != "bob@example.com carol@example.com" {
		t.Errorf("RcptTo = %q", got)
	}
	if m.Via.User != "alice@example.com" || m.Via.Helo == "" || m.Via.Conn != 1 || m.Via.RemoteAddr == nil {
		t.Errorf("Via = %+v", m.Via)
	}
	if got, want := m.Via.TLS != nil, mode != wire.Plain; got != want {
		t.Errorf("over TLS: %v, want %v", got, want)
	}
}

func TestNetSMTP(t *testing.T) {
	t.Attr("client", "net/smtp: PLAIN, CRAM-MD5, RSET; in memory and on loopback, in the clear, STARTTLS and TLS")
	testRoutes(t, func(t *testing.T, r route, s *smtpfake.Server) {
		nc, err := r.dial(t.Context(), s)
		if err != nil {
			t.Fatal(err)
		}
		if r.mode == wire.ImplicitTLS {
			nc = tls.Client(nc, clientTLS())
		}
		// PlainAuth sends a password in the clear to localhost only.
		host := map[bool]string{false: "mail.example.com", true: "localhost"}[r.mode == wire.Plain]
		c, err := smtp.NewClient(nc, host)
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		if err := c.Hello("client.example.com"); err != nil {
			t.Fatal(err)
		}
		if r.mode == wire.StartTLS {
			if err := c.StartTLS(clientTLS()); err != nil {
				t.Fatal(err)
			}
		}
		auth := smtp.PlainAuth("", "alice@example.com", `a "b" \c ü`, host)
		if r.addr == nil {
			auth = smtp.CRAMMD5Auth("alice@example.com", `a "b" \c ü`)
		}
		if err := c.Auth(auth); err != nil {
			t.Fatal(err)
		}
		if err := errors.Join(c.Noop(), c.Mail("bob@example.com"), c.Reset()); err != nil {
			t.Error(err)
		}
		if err := deliver(c, clientText); err != nil {
			t.Fatal(err)
		}
		if err := c.Quit(); err != nil {
			t.Error(err)
		}
		checkText(t, s, clientText)
	})
}

// deliver sends text from alice to bob and carol.
func deliver(c *smtp.Client, text string) error {
	if err := c.Mail("alice@example.com"); err != nil {
		return err
	}
	for _, to := range []string{"bob@example.com", "carol@example.com"} {
		if err := c.Rcpt(to); err != nil {
			return err
		}
	}
	w, err := c.Data()
	if err != nil {
		return err
	}
	if _, err := w.Write([]byte(text)); err != nil {
		return err
	}
	return w.Close()
}

func checkText(t *testing.T, s *smtpfake.Server, want string) {
	t.Helper()
	box := s.Store.Account("bob@example.com").Mailbox("INBOX").Snapshot()
	if box.Len() != 1 {
		t.Fatalf("bob has %d messages, want 1", box.Len())
	}
	if got := string(box.At(0).Msg.Raw); got != want {
		t.Errorf("stored %q, want %q", got, want)
	}
}

func TestGoSMTP(t *testing.T) {
	t.Attr("client", "go-smtp: PLAIN; in memory and on loopback, in the clear, STARTTLS and TLS")
	testRoutes(t, func(t *testing.T, r route, s *smtpfake.Server) {
		nc, err := r.dial(t.Context(), s)
		if err != nil {
			t.Fatal(err)
		}
		var c *gosmtp.Client
		switch r.mode {
		case wire.Plain:
			c = gosmtp.NewClient(nc)
		case wire.StartTLS:
			if c, err = gosmtp.NewClientStartTLS(nc, clientTLS()); err != nil {
				t.Fatal(err)
			}
		case wire.ImplicitTLS:
			c = gosmtp.NewClient(tls.Client(nc, clientTLS()))
		}
		defer c.Close()
		if err := c.Auth(sasl.NewPlainClient("", "alice@example.com", `a "b" \c ü`)); err != nil {
			t.Fatal(err)
		}
		to := []string{"bob@example.com", "carol@example.com"}
		if err := c.SendMail("alice@example.com", to, strings.NewReader(clientText)); err != nil {
			t.Fatal(err)
		}
		if err := c.Quit(); err != nil {
			t.Error(err)
		}
		checkText(t, s, clientText)
	})
}

func TestGoMail(t *testing.T) {
	t.Attr("client", "go-mail: text and attachment; in memory and on loopback, in the clear, STARTTLS and TLS")
	testRoutes(t, func(t *testing.T, r route, s *smtpfake.Server) {
		opts := []mail.Option{
			mail.WithDialContextFunc(func(ctx context.Context, _, _ string) (net.Conn, error) {
				nc, err := r.dial(ctx, s)
				if err == nil && r.mode == wire.ImplicitTLS {
					nc = tls.Client(nc, clientTLS())
				}
				return nc, err
			}),
			mail.WithTLSConfig(clientTLS()),
			mail.WithUsername("alice@example.com"),
			mail.WithPassword(`a "b" \c ü`),
		}
		switch r.mode {
		case wire.Plain:
			opts = append(opts, mail.WithTLSPolicy(mail.NoTLS), mail.WithSMTPAuth(mail.SMTPAuthPlainNoEnc))
		case wire.StartTLS:
			opts = append(opts, mail.WithTLSPolicy(mail.TLSMandatory), mail.WithSMTPAuth(mail.SMTPAuthPlain))
		case wire.ImplicitTLS:
			opts = append(opts, mail.WithSSL(), mail.WithSMTPAuth(mail.SMTPAuthPlain))
		}
		c, err := mail.NewClient("mail.example.com", opts...)
		if err != nil {
			t.Fatal(err)
		}
		if err := c.DialAndSendWithContext(t.Context(), goMailMessage(t)); err != nil {
			t.Fatal(err)
		}
	})
}

func goMailMessage(t *testing.T) *mail.Msg {
	t.Helper()
	m := mail.NewMsg()
	if err := m.From("alice@example.com"); err != nil {
		t.Fatal(err)
	}
	if err := m.To("bob@example.com"); err != nil {
		t.Fatal(err)
	}
	if err := m.Bcc("carol@example.com"); err != nil {
		t.Fatal(err)
	}
	m.Subject("Grüße")
	m.SetBodyString(mail.TypeTextPlain, "hello\n.\n")
	m.AttachReader("a.bin", bytes.NewReader([]byte{0, 1, 2, 255}))
	return m
}

// caFile writes the test CA for clients that want a file.
func caFile(t *testing.T) string {
	file := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(file, wire.CAPEM(), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// program skips the test if a program isn't installed. Only curl is quick
// enough to run each time.
func program(t *testing.T, name string) {
	t.Helper()
	if name != "curl" && os.Getenv("MAILTEST_PROGRAMS") == "" {
		t.Skipf("%s runs only where MAILTEST_PROGRAMS is set, as .ci/run interop does", name)
	}
	if _, err := exec.LookPath(name); err != nil {
		t.Skipf("%s is not installed", name)
	}
}

// bareCurl are arguments for curl that keep a ~/.curlrc and a proxy in the
// environment out.
var bareCurl = []string{"-q", "--noproxy", "*"}

func runClient(t *testing.T, name string, args ...string) {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), name, args...).CombinedOutput()
	if err != nil {
		t.Fatalf("%s: %v\n%s", name, err, out)
	}
}

func TestSmtplib(t *testing.T) {
	t.Attr("client", "smtplib: AUTH, STARTTLS and TLS, SMTPUTF8, DSN")
	program(t, "python3")
	srv := smtpfake.NewServer(t)
	srv.Store.Account("alice@example.com")
	runClient(t, "python3", "testdata/smtplib_session.py",
		srv.Addr(), srv.StartTLSAddr(), srv.TLSAddr(), caFile(t))
	for range 3 {
		checkFrom(t, srv.Store.Account("bob@example.com").Next(t))
	}
	m := srv.Store.Account("böb@example.com").Next(t)
	if m.MailFrom != "älice@example.com" || m.Subject != "Grüße" {
		t.Errorf("from %q: %q", m.MailFrom, m.Subject)
	}
	m = srv.Store.Account("dsn@example.com").Next(t)
	got := fmt.Sprint(m.Via.MailParams["RET"], m.Via.MailParams["ENVID"], m.Via.RcptParams)
	if want := "HDRSx+1[map[NOTIFY:SUCCESS,DELAY ORCPT:rfc822;d+n@example.com]]"; got != want {
		t.Errorf("parameters %s, want %s", got, want)
	}
}

func TestSmtplibLMTP(t *testing.T) {
	t.Attr("client", "smtplib: LMTP")
	program(t, "python3")
	srv := smtpfake.NewServer(t)
	srv.LMTP = true
	srv.Rules = []smtpfake.Rule{{RcptTo: "full@example.com", Reply: "452 4.2.2 Mailbox full"}}
	runClient(t, "python3", "testdata/lmtplib_session.py", srv.Addr())
	m := srv.Store.Account("bob@example.com").Next(t)
	if got := strings.Join(m.RcptTo, " "); got != "bob@example.com carol@example.com" {
		t.Errorf("RcptTo %s", got)
	}
}

// TestGoSMTPLMTP has a status for each recipient.
func TestGoSMTPLMTP(t *testing.T) {
	t.Attr("client", "go-smtp: LMTP")
	srv := smtpfake.NewServer(t)
	srv.LMTP = true
	srv.Rules = []smtpfake.Rule{{RcptTo: "full@example.com", AfterText: true, Reply: "452 4.2.2 Mailbox full"}}
	nc, err := srv.Dial(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	c := gosmtp.NewClientLMTP(nc)
	defer c.Close()
	if err := c.Mail("alice@example.com", nil); err != nil {
		t.Fatal(err)
	}
	for _, to := range []string{"bob@example.com", "full@example.com"} {
		if err := c.Rcpt(to, nil); err != nil {
			t.Fatal(err)
		}
	}
	w, err := c.Data()
	if err != nil {
		t.Fatal(err)
	}
	w.Write([]byte(clientText))
	var refused gosmtp.LMTPDataError
	resp, err := w.CloseWithLMTPResponse()
	if !errors.As(err, &refused) || refused["full@example.com"].Code != 452 || resp["bob@example.com"] == nil {
		t.Errorf("%v, %v", resp, err)
	}
	checkText(t, srv, clientText)
}

// TestGoSMTPOptions sends every parameter that go-smtp's client knows.
func TestGoSMTPOptions(t *testing.T) {
	t.Attr("client", "go-smtp: each parameter of MAIL and RCPT")
	srv := smtpfake.NewServer(t)
	srv.Enable = []string{"RRVS"}
	nc, err := srv.DialContext(t.Context(), "tcp", "mail.example.com:465")
	if err != nil {
		t.Fatal(err)
	}
	c := gosmtp.NewClient(tls.Client(nc, clientTLS()))
	defer c.Close()
	other := "carol+x@example.com"
	err = c.Mail("älice@example.com", &gosmtp.MailOptions{
		Body: gosmtp.Body8BitMIME, Size: 100, RequireTLS: true, UTF8: true,
		Return: gosmtp.DSNReturnFull, EnvelopeID: "a b=c", Auth: &other,
	})
	if err != nil {
		t.Fatal(err)
	}
	since := time.Date(2014, 4, 3, 23, 1, 0, 0, time.UTC)
	err = c.Rcpt("bob@example.com", &gosmtp.RcptOptions{
		Notify:                []gosmtp.DSNNotify{gosmtp.DSNNotifyDelayed, gosmtp.DSNNotifyFailure},
		OriginalRecipientType: gosmtp.DSNAddressTypeUTF8, OriginalRecipient: "böb@example.com",
		RequireRecipientValidSince: since,
	})
	if err != nil {
		t.Fatal(err)
	}
	w, err := c.Data()
	if err != nil {
		t.Fatal(err)
	}
	w.Write([]byte(clientText))
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	via := srv.Store.Account("bob@example.com").Next(t).Via
	want := map[string]string{
		"BODY": "8BITMIME", "SIZE": "100", "REQUIRETLS": "", "SMTPUTF8": "",
		"RET": "FULL", "ENVID": "a b=c", "AUTH": other,
	}
	if diff := cmp.Diff(want, via.MailParams); diff != "" {
		t.Errorf("MAIL (-want +got):\n%s", diff)
	}
	want = map[string]string{
		"NOTIFY": "DELAY,FAILURE", "ORCPT": "utf-8;böb@example.com", "RRVS": "2014-04-03T23:01:00Z",
	}
	if diff := cmp.Diff(want, via.RcptParams[0]); diff != "" {
		t.Errorf("RCPT (-want +got):\n%s", diff)
	}
}

func checkFrom(t *testing.T, m *message.Message) {
	t.Helper()
	if m.MailFrom != "alice@example.com" || m.Via.User != "alice@example.com" {
		t.Errorf("from %q by %q", m.MailFrom, m.Via.User)
	}
}

func TestCurl(t *testing.T) {
	t.Attr("client", "curl: SMTP in the clear, STARTTLS and TLS, with PLAIN, LOGIN, CRAM-MD5, XOAUTH2, OAUTHBEARER")
	program(t, "curl")
	srv := smtpfake.NewServer(t)
	srv.Store.Account("alice@example.com").Tokens = []string{"ya29.good"}
	file := filepath.Join(t.TempDir(), "mail.txt")
	if err := os.WriteFile(file, []byte(clientText), 0o600); err != nil {
		t.Fatal(err)
	}
	common := []string{
		"--silent", "--show-error", "--cacert", caFile(t), "--upload-file", file,
		"--mail-from", "alice@example.com", "--mail-rcpt", "bob@example.com", "--mail-rcpt", "carol@example.com",
	}
	secret := []string{"--user", "alice@example.com:secret"}
	token := []string{"--user", "alice@example.com:", "--oauth2-bearer", "ya29.good"}
	plain, starttls, implicit := "smtp://"+srv.Addr(), "smtp://"+srv.StartTLSAddr(), "smtps://"+srv.TLSAddr()
	for _, tt := range []struct {
		login []string
		args  []string
	}{
		{secret, []string{plain}},
		{secret, []string{"--ssl-reqd", starttls}},
		{secret, []string{implicit}},
		{secret, []string{"--login-options", "AUTH=LOGIN", plain}},
		{secret, []string{"--login-options", "AUTH=CRAM-MD5", plain}},
		{secret, []string{"--sasl-ir", "--login-options", "AUTH=PLAIN", plain}},
		{token, []string{"--login-options", "AUTH=XOAUTH2", implicit}},
		{token, []string{"--sasl-ir", "--login-options", "AUTH=OAUTHBEARER", implicit}},
		{secret, []string{"--mail-auth", "alice@example.com", plain}},
	} {
		runClient(t, "curl", slices.Concat(bareCurl, common, tt.login, tt.args)...)
		m := srv.Store.Account("bob@example.com").Next(t)
		checkFrom(t, m)
		if got := string(m.Raw); got != clientText {
			t.Errorf("%s: stored %q", tt.args, got)
		}
		if got := m.Via.MailParams["AUTH"]; tt.args[0] == "--mail-auth" && got != tt.args[1] {
			t.Errorf("AUTH=%s, want %s", got, tt.args[1])
		}
		if got := m.Via.TLS != nil; got != (tt.args[len(tt.args)-1] != plain) {
			t.Errorf("%s: over TLS: %v", tt.args, got)
		}
	}
}

// TestCurlErrors looks at the exit status of a client that was refused.
func TestCurlErrors(t *testing.T) {
	t.Attr("client", "curl: SMTP that refuses")
	program(t, "curl")
	srv := smtpfake.NewServer(t)
	srv.Store.Account("alice@example.com")
	srv.RejectUnknown = true
	for _, tt := range []struct {
		args []string
		want int
	}{
		{[]string{"--ssl-reqd", "smtp://" + srv.Addr()}, 64}, // no STARTTLS
		{[]string{"--user", "alice@example.com:wrong", "smtp://" + srv.Addr()}, 67},
		{[]string{"--mail-from", "a@b.example", "--mail-rcpt", "bob@example.com", "--upload-file", os.DevNull, "smtp://" + srv.Addr()}, 55},
		{[]string{"smtps://" + srv.TLSAddr()}, 60}, // the CA isn't known
	} {
		out, err := exec.CommandContext(t.Context(), "curl", slices.Concat(bareCurl, []string{"--silent", "--show-error"}, tt.args)...).CombinedOutput()
		var exit *exec.ExitError
		if !errors.As(err, &exit) || exit.ExitCode() != tt.want {
			t.Errorf("curl %s: %v, want %d\n%s", tt.args, err, tt.want, out)
		}
	}
}
