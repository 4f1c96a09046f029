package auth_test

import (
	"bufio"
	"crypto/tls"
	"encoding/base64"
	"fmt"
	"net"
	"strings"
	"testing"

	"github.com/mailfakes/mailfakes/mailtest/auth"
	"github.com/mailfakes/mailfakes/mailtest/wire"
	"github.com/xdg-go/scram"
)

// scramLogin logs in over a connection with the client of the SCRAM library.
// It returns the server's last line, and an error if the client doesn't trust
// the server.
func scramLogin(t *testing.T, nc net.Conn, mechanism string, conv *scram.ClientConversation) (string, error) {
	t.Helper()
	r := bufio.NewReader(nc)
	first, err := conv.Step("")
	if err != nil {
		t.Fatal(err)
	}
	say := "AUTH " + mechanism + " " + base64.StdEncoding.EncodeToString([]byte(first))
	for {
		fmt.Fprintf(nc, "%s\r\n", say)
		line, err := r.ReadString('\n')
		if err != nil {
			t.Fatal(err)
		}
		line = strings.TrimSuffix(line, "\r\n")
		challenge, ok := strings.CutPrefix(line, "+ ")
		if !ok {
			return line, nil
		}
		b, err := base64.StdEncoding.DecodeString(challenge)
		if err != nil {
			t.Fatal(err)
		}
		answer, err := conv.Step(string(b))
		if err != nil {
			return "", err
		}
		say = base64.StdEncoding.EncodeToString([]byte(answer))
	}
}

func TestScram(t *testing.T) {
	tests := []struct {
		name, user, password, authzid string
		want                          string
	}{
		{"good", "alice@example.com", "secret", "", "OK"},
		{"own authzid", "alice@example.com", "secret", "alice@example.com", "OK"},
		{"foreign authzid", "alice@example.com", "secret", "bob@example.com", auth.ErrAuthorization.Error()},
		{"wrong password", "alice@example.com", "Secret", "", auth.ErrCredentials.Error()},
		{"unknown user", "nobody@example.com", "secret", "", auth.ErrCredentials.Error()},
		{"name with comma and equals sign", "a,b=c", "sécret \"x\"", "", "OK"},
		{"disabled", "dis@example.com", "secret", "", auth.ErrDisabled.Error()},
	}
	for mechanism, hash := range map[string]scram.HashGeneratorFcn{"SCRAM-SHA-1": scram.SHA1, "SCRAM-SHA-256": scram.SHA256} {
		for _, tt := range tests {
			t.Run(mechanism+"/"+tt.name, func(t *testing.T) {
				c := newConfig()
				c.Store.Account("a,b=c").Password = "sécret \"x\""
				c.Store.Account("dis@example.com").Disabled = true
				nc, _ := serveAuth(t, c)
				client, err := hash.NewClient(tt.user, tt.password, tt.authzid)
				if err != nil {
					t.Fatal(err)
				}
				got, err := scramLogin(t, nc, mechanism, client.NewConversation())
				if got != tt.want || err != nil {
					t.Errorf("%q, %v; want %q", got, err, tt.want)
				}
			})
		}
	}
}

// TestScramPlus binds to the TLS channel, or not.
func TestScramPlus(t *testing.T) {
	exporter := func(t *testing.T, s tls.ConnectionState) scram.ChannelBinding {
		b, err := scram.NewTLSExporterBinding(&s)
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	unique := func(t *testing.T, s tls.ConnectionState) scram.ChannelBinding {
		return scram.NewTLSUniqueBinding(s.TLSUnique)
	}
	wrong := func(t *testing.T, s tls.ConnectionState) scram.ChannelBinding {
		return scram.ChannelBinding{Type: scram.ChannelBindingTLSExporter, Data: make([]byte, 32)}
	}
	endpoint := func(t *testing.T, s tls.ConnectionState) scram.ChannelBinding {
		b, err := scram.NewTLSServerEndpointBinding(&s)
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	tests := []struct {
		name, mechanism string
		version         uint16
		bind            func(t *testing.T, s tls.ConnectionState) scram.ChannelBinding // nil is none
		want            string
	}{
		{"tls-exporter", "SCRAM-SHA-256-PLUS", tls.VersionTLS13, exporter, "OK"},
		{"tls-exporter in 1.2", "SCRAM-SHA-256-PLUS", tls.VersionTLS12, exporter, "OK"},
		{"tls-unique", "SCRAM-SHA-256-PLUS", tls.VersionTLS12, unique, "OK"},
		{"SHA-1", "SCRAM-SHA-1-PLUS", tls.VersionTLS13, exporter, "OK"},
		{"another channel", "SCRAM-SHA-256-PLUS", tls.VersionTLS13, wrong, auth.ErrCredentials.Error()},
		{"no such type", "SCRAM-SHA-256-PLUS", tls.VersionTLS13, endpoint, auth.ErrCredentials.Error()},
		{"binding without -PLUS", "SCRAM-SHA-256", tls.VersionTLS13, exporter, auth.ErrMalformed.Error()},
		{"-PLUS without binding", "SCRAM-SHA-256-PLUS", tls.VersionTLS13, nil, auth.ErrMalformed.Error()},
		{"neither", "SCRAM-SHA-256", tls.VersionTLS13, nil, "OK"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := newConfig()
			c.Mechanisms = []string{"SCRAM-SHA-1-PLUS", "SCRAM-SHA-256-PLUS", "SCRAM-SHA-256"}
			nc, state := dialTLS(t, authHost(t, c), tt.version)
			hash := scram.SHA256
			if strings.HasPrefix(tt.mechanism, "SCRAM-SHA-1") {
				hash = scram.SHA1
			}
			client, err := hash.NewClient("alice@example.com", "secret", "")
			if err != nil {
				t.Fatal(err)
			}
			conv := client.NewConversation()
			if tt.bind != nil {
				conv = client.NewConversationWithChannelBinding(tt.bind(t, state))
			}
			if got, err := scramLogin(t, nc, tt.mechanism, conv); got != tt.want || err != nil {
				t.Errorf("%q, %v; want %q", got, err, tt.want)
			}
		})
	}
}

// TestScramDowngrade: a client that could bind and wasn't offered -PLUS says so
// by "y". If -PLUS was offered, somebody took it away.
func TestScramDowngrade(t *testing.T) {
	for _, tt := range []struct {
		offered []string
		want    string
	}{
		{[]string{"SCRAM-SHA-256"}, "OK"},
		{[]string{"SCRAM-SHA-256", "SCRAM-SHA-256-PLUS"}, auth.ErrCredentials.Error()},
	} {
		c := newConfig()
		c.Mechanisms = tt.offered
		nc, _ := dialTLS(t, authHost(t, c), tls.VersionTLS13)
		client, err := scram.SHA256.NewClient("alice@example.com", "secret", "")
		if err != nil {
			t.Fatal(err)
		}
		got, err := scramLogin(t, nc, "SCRAM-SHA-256", client.NewConversationAdvertisingChannelBinding())
		if got != tt.want || err != nil {
			t.Errorf("offered %q: %q, %v; want %q", tt.offered, got, err, tt.want)
		}
	}
}

// TestScramSyntax sends messages that are none.
func TestScramSyntax(t *testing.T) {
	for _, first := range []string{"", "n", "n,,", "n,,n=alice@example.com", "z,,n=alice@example.com,r=x", "n,,m=x,n=alice@example.com,r=x"} {
		talk(t, start(t, newConfig(), "SCRAM-SHA-256", nil), []string{first}, auth.ErrMalformed)
	}
	for _, final := range []string{"", "c=biws", "c=biws,r=x,p=", "c=biws,r=x,p=!"} {
		x := start(t, newConfig(), "SCRAM-SHA-256", nil)
		if _, _, err := x.Next([]byte("n,,n=alice@example.com,r=x")); err != nil {
			t.Fatal(err)
		}
		if _, done, err := x.Next([]byte(final)); done || err != auth.ErrMalformed && err != auth.ErrCredentials {
			t.Errorf("%q: %v, %v", final, done, err)
		}
	}
}

// dialTLS connects to a host with TLS of one version.
func dialTLS(t *testing.T, h *wire.Host, version uint16) (net.Conn, tls.ConnectionState) {
	t.Helper()
	nc, err := h.Dial(t.Context(), wire.ImplicitTLS)
	if err != nil {
		t.Fatal(err)
	}
	conf := wire.ClientTLS()
	conf.ServerName = "mail.example.com"
	conf.MinVersion, conf.MaxVersion = version, version
	tc := tls.Client(nc, conf)
	t.Cleanup(func() { tc.Close() })
	if err := tc.HandshakeContext(t.Context()); err != nil {
		t.Fatal(err)
	}
	return tc, tc.ConnectionState()
}

// TestScramHostile: faults make a server that a client must not trust.
func TestScramHostile(t *testing.T) {
	edit := func(f func(msg string) string) func(*wire.Exchange, []byte) []byte {
		return func(_ *wire.Exchange, reply []byte) []byte {
			msg, err := base64.StdEncoding.DecodeString(strings.TrimSpace(strings.TrimPrefix(string(reply), "+ ")))
			if err != nil {
				return reply
			}
			return []byte("+ " + base64.StdEncoding.EncodeToString([]byte(f(string(msg)))) + "\r\n")
		}
	}
	replace := func(old, new string) func(string) string {
		return func(s string) string { return strings.Replace(s, old, new, 1) }
	}
	tests := []struct {
		name  string
		fault wire.Fault
	}{
		{"bad signature", wire.Fault{On: "+", Edit: edit(replace("v=", "v=AAAA"))}},
		{"no signature", wire.Fault{On: "+", Edit: edit(func(string) string { return "" })}},
		{"server error", wire.Fault{On: "+", Edit: edit(func(string) string { return "e=other-error" })}},
		{"bad nonce", wire.Fault{On: "AUTH", Edit: edit(replace("r=", "r=x"))}},
		{"one iteration", wire.Fault{On: "AUTH", Edit: edit(replace("i=4096", "i=1"))}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			nc, h := serveAuth(t, newConfig())
			i := h.Inject(tt.fault)
			client, err := scram.SHA256.NewClient("alice@example.com", "secret", "")
			if err != nil {
				t.Fatal(err)
			}
			conv := client.WithMinIterations(4096).NewConversation()
			if got, err := scramLogin(t, nc, "SCRAM-SHA-256", conv); err == nil || conv.Valid() {
				t.Errorf("the client trusts the server: %q", got)
			}
			if i.Hits() != 1 {
				t.Errorf("%d hits", i.Hits())
			}
		})
	}
}
