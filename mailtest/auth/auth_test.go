package auth_test

import (
	"bufio"
	"encoding/base64"
	"errors"
	"net"
	"strings"
	"testing"

	"github.com/mailfakes/mailfakes/mailtest/auth"
	"github.com/mailfakes/mailfakes/mailtest/mailstore"
	"github.com/mailfakes/mailfakes/mailtest/wire"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// newConfig has an account alice@example.com with the password "secret".
func newConfig() *auth.Config {
	st := new(mailstore.Store)
	st.Account("alice@example.com")
	return &auth.Config{Store: st, Service: "pop", Hostname: "mail.example.com"}
}

func TestPlain(t *testing.T) {
	tests := []struct {
		name, response string
		want           error
	}{
		{"no authzid", "\x00alice@example.com\x00secret", nil},
		{"own authzid", "alice@example.com\x00alice@example.com\x00secret", nil},
		{"any case", "Alice@Example.com\x00ALICE@example.com\x00secret", nil},
		{"foreign authzid", "bob@example.com\x00alice@example.com\x00secret", auth.ErrAuthorization},
		{"foreign authzid, wrong password", "bob@example.com\x00alice@example.com\x00x", auth.ErrCredentials},
		{"wrong password", "\x00alice@example.com\x00Secret", auth.ErrCredentials},
		{"unknown user", "\x00bob@example.com\x00secret", auth.ErrCredentials},
		{"empty", "", auth.ErrMalformed},
		{"no user", "\x00\x00secret", auth.ErrMalformed},
		{"no password", "\x00alice@example.com\x00", auth.ErrMalformed},
		{"one NUL", "alice@example.com\x00secret", auth.ErrMalformed},
		{"three NULs", "\x00alice@example.com\x00secret\x00", auth.ErrMalformed},
		{"NUL in the password", "\x00alice@example.com\x00sec\x00ret", auth.ErrMalformed},
		{"not UTF-8", "\x00alice@example.com\x00\xff", auth.ErrMalformed},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			x, err := newConfig().Start("plain", nil)
			if err != nil {
				t.Fatal(err)
			}
			_, done, err := x.Next([]byte(tt.response))
			if !errors.Is(err, tt.want) {
				t.Errorf("Next = %v, want %v", err, tt.want)
			}
			if ok := tt.want == nil; done != ok || (x.Account() != nil) != ok {
				t.Errorf("done %v, account %v", done, x.Account())
			}
		})
	}
}

func TestMechanisms(t *testing.T) {
	c := newConfig()
	c.Mechanisms = []string{"X-NONE"}
	for _, m := range []string{"PLAIN", "X-NONE", "", "PLAIN "} {
		if _, err := c.Start(m, nil); err != auth.ErrMechanism {
			t.Errorf("Start(%q) = %v, want %v", m, err, auth.ErrMechanism)
		}
	}
}

// authHost serves AUTH alone: "AUTH mechanism [initial]" is answered by the
// error of Authenticate.
func authHost(t *testing.T, c *auth.Config) *wire.Host {
	h := &wire.Host{Name: "auth_test", Serve: func(conn *wire.Conn) {
		for {
			line, err := conn.ReadLine(auth.MaxLine + 100)
			if err != nil {
				return
			}
			f := strings.Split(strings.TrimSpace(string(line)), " ")
			if conn.Begin(wire.Step{Name: f[0]}) {
				_, err := c.Authenticate(conn, "+ ", "", f[1], strings.Join(f[2:], " "))
				if err != auth.ErrNoReply {
					conn.WriteString(errText(err) + "\r\n")
				}
			}
			if conn.End() != nil {
				return
			}
		}
	}}
	t.Cleanup(h.Close)
	return h
}

func serveAuth(t *testing.T, c *auth.Config) (net.Conn, *wire.Host) {
	h := authHost(t, c)
	nc, err := h.Dial(t.Context(), wire.Plain)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { nc.Close() })
	return nc, h
}

func errText(err error) string {
	if err == nil {
		return "OK"
	}
	return err.Error()
}

func TestAuthenticate(t *testing.T) {
	good := base64.StdEncoding.EncodeToString([]byte("\x00alice@example.com\x00secret"))
	full := base64.StdEncoding.EncodeToString([]byte("\x00alice@example.com\x00" + strings.Repeat("x", auth.MaxLine/4*3-19)))
	if len(full) != auth.MaxLine {
		t.Fatalf("the longest line has %d octets", len(full))
	}
	tests := []struct {
		name string
		say  []string // client's lines
		want []string // and what each is answered with
	}{
		{"initial response", []string{"AUTH PLAIN " + good}, []string{"OK"}},
		{"empty challenge", []string{"AUTH PLAIN", good}, []string{"+ ", "OK"}},
		{"empty initial response", []string{"AUTH PLAIN ="}, []string{"malformed SASL response"}},
		{"empty response", []string{"AUTH PLAIN", ""}, []string{"+ ", "malformed SASL response"}},
		{"equals sign as response", []string{"AUTH PLAIN", "="}, []string{"+ ", "malformed SASL response"}},
		{"cancelled", []string{"AUTH PLAIN", "*"}, []string{"+ ", "authentication cancelled"}},
		{"bad base64", []string{"AUTH PLAIN !!!"}, []string{"malformed SASL response"}},
		{"no padding", []string{"AUTH PLAIN", strings.TrimRight(good, "=") + "A"}, []string{"+ ", "malformed SASL response"}},
		{"longest line", []string{"AUTH PLAIN", full}, []string{"+ ", "wrong user name or password"}},
		{"line too long", []string{"AUTH PLAIN", full + "A"}, []string{"+ ", "SASL response line is too long"}},
		{"unknown", []string{"AUTH X-NONE"}, []string{"mechanism is not supported"}},
		{"failed and cancelled", []string{"AUTH XOAUTH2 dXNlcj14AWF1dGg9QmVhcmVyIGJhZAEB", "*"}, []string{
			"+ " + base64.StdEncoding.EncodeToString([]byte(xoauth2Error)), "wrong user name or password"}},
		{"then again", []string{"AUTH PLAIN !!!", "AUTH PLAIN", good}, []string{"malformed SASL response", "+ ", "OK"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			nc, h := serveAuth(t, newConfig())
			r := bufio.NewReader(nc)
			for i, l := range tt.say {
				nc.Write([]byte(l + "\r\n"))
				got, err := r.ReadString('\n')
				if got != tt.want[i]+"\r\n" || err != nil {
					t.Errorf("%.40s: %q, %v; want %q", l, got, err, tt.want[i])
				}
			}
			nc.Close()
			h.Close()
			if s := h.Transcript().String(); len(tt.say) > 1 && strings.Contains(s, "C: "+good) {
				t.Errorf("the transcript shows the secret:\n%s", s)
			}
		})
	}
}

func TestAuthenticateFault(t *testing.T) {
	nc, h := serveAuth(t, newConfig())
	h.Inject(wire.Fault{On: wire.StepContinue, Reply: "later"})
	r := bufio.NewReader(nc)
	for range 2 {
		nc.Write([]byte("AUTH PLAIN\r\nAAAA\r\n"))
		for _, want := range []string{"+ \r\n", "later\r\n"} {
			if got, err := r.ReadString('\n'); got != want || err != nil {
				t.Errorf("got %q, %v, want %q", got, err, want)
			}
		}
	}
}
