package wire

import (
	"bufio"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"testing"
	"time"
)

// What crypto/tls says of each case; "" if it goes well.
var tlsErrors = map[TLSCase]string{
	Valid:               "",
	Expired:             "expired or is not yet valid",
	NotYetValid:         "expired or is not yet valid",
	WrongHost:           "is valid for wrong-host.example, not mail.example.com",
	CommonNameOnly:      "relies on legacy Common Name",
	SelfSigned:          "unknown authority",
	UnknownCA:           "unknown authority",
	MissingIntermediate: "unknown authority",
	OldTLS:              "protocol version",
	NoCommonCipher:      "handshake failure",
	ClientCertRequired:  "certificate required",
	ClientCertOptional:  "",
	HandshakeStalls:     "i/o timeout",
	PlaintextInstead:    "does not look like a TLS handshake",
}

func TestTLSCases(t *testing.T) {
	for tc := range tlsCases {
		want, ok := tlsErrors[tc]
		if !ok {
			t.Errorf("case %q isn't tested", tc)
		}
		for _, m := range []Mode{StartTLS, ImplicitTLS} {
			name := fmt.Sprintf("%s/mode%d", tc, m)
			t.Run(name+"/memory", func(t *testing.T) {
				checkTLSCase(t, dial, tc, m, want)
			})
			t.Run(name+"/loopback", func(t *testing.T) {
				checkTLSCase(t, dialTCP, tc, m, want)
			})
			t.Run(name+"/bubble", func(t *testing.T) {
				inBubble(t, func(t *testing.T) {
					checkTLSCase(t, dial, tc, m, want)
				})
			})
		}
	}
}

func checkTLSCase(t *testing.T, dial func(testing.TB, *Host, Mode) *client, tc TLSCase, m Mode, want string) {
	h := newToy(t)
	h.TLS = tc
	c := dial(t, h, m)
	if m == StartTLS {
		c.want("+OK toy")
		c.send("STLS")
		c.want("+OK go")
	}
	if tc == HandshakeStalls {
		c.SetDeadline(time.Now().Add(20 * time.Millisecond))
	}
	err := useTLS(c, m, clientTLS())
	if want == "" && err != nil || want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
		t.Errorf("client's error = %v, want %q", err, want)
	}
	h.Close()
	if got := h.Transcript().String(); want != "" && strings.Contains(got, "NOOP") {
		t.Errorf("a command was served:\n%s", got)
	}
}

// useTLS does the handshake and a command inside, since with TLS 1.3 the
// client learns only then that its certificate is missing.
func useTLS(c *client, m Mode, conf *tls.Config) error {
	if err := c.tryTLS(conf); err != nil {
		return err
	}
	r := bufio.NewReader(c.Conn)
	if m == ImplicitTLS {
		if l, err := r.ReadString('\n'); err != nil {
			return fmt.Errorf("greeting %q: %w", l, err)
		}
	}
	io.WriteString(c, "NOOP\r\n")
	if l, err := r.ReadString('\n'); err != nil {
		return fmt.Errorf("reply %q: %w", l, err)
	}
	return nil
}

func TestClientCert(t *testing.T) {
	for _, tc := range []TLSCase{ClientCertRequired, ClientCertOptional, Valid} {
		for _, user := range []string{"alice@example.com", "Zo\u00eb", "zo\u00eb@example.com", ""} {
			var got string
			h := &Host{Name: "toy", TLS: tc, Serve: func(c *Conn) {
				state, _ := c.TLS()
				got = CertUser(&state)
				serveToy(c)
			}}
			c := dial(t, h, ImplicitTLS)
			conf := clientTLS()
			want := user
			if user != "" {
				conf.Certificates = []tls.Certificate{ClientCert(user)}
			}
			if tc == Valid {
				want = ""
			}
			err := useTLS(c, ImplicitTLS, conf)
			h.Close()
			if fails := tc == ClientCertRequired && user == ""; fails != (err != nil) {
				t.Errorf("%q, user %q: %v", tc, user, err)
			} else if got != want {
				t.Errorf("%q: CertUser = %q, want %q", tc, got, want)
			}
		}
	}
}

// A client certificate that somebody else signed is refused.
func TestClientCertUnknownCA(t *testing.T) {
	h := newToy(t)
	h.TLS = ClientCertRequired
	conf := clientTLS()
	other, _ := theUnknownCA().leaf("alice.example")
	conf.GetClientCertificate = func(*tls.CertificateRequestInfo) (*tls.Certificate, error) { return other, nil }
	if err := useTLS(dial(t, h, ImplicitTLS), ImplicitTLS, conf); err == nil {
		t.Error("a certificate of an unknown CA was accepted")
	}
}

// With the intermediate at hand, the chain of MissingIntermediate is good.
func TestMissingIntermediateIsAllThatIsMissing(t *testing.T) {
	h := newToy(t)
	h.TLS = MissingIntermediate
	conf := clientTLS()
	conf.RootCAs.AddCert(theIntermediate().cert)
	if err := useTLS(dial(t, h, ImplicitTLS), ImplicitTLS, conf); err != nil {
		t.Error(err)
	}
}

func TestOldTLSIsServed(t *testing.T) {
	for _, v := range []uint16{tls.VersionTLS10, tls.VersionTLS11} {
		h := newToy(t)
		h.TLS = OldTLS
		conf := clientTLS()
		conf.MinVersion, conf.MaxVersion = v, v
		if err := useTLS(dial(t, h, ImplicitTLS), ImplicitTLS, conf); err != nil {
			t.Errorf("version %x: %v", v, err)
		}
	}
}

// A stalled handshake ends when the client's patience does, an hour or not.
func TestHandshakeStallsInBubble(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		h := newToy(t)
		h.TLS = HandshakeStalls
		c := dial(t, h, ImplicitTLS)
		start := time.Now()
		c.SetDeadline(start.Add(time.Hour))
		if err := c.tryTLS(clientTLS()); !errors.Is(err, os.ErrDeadlineExceeded) {
			t.Errorf("handshake: %v", err)
		}
		if d := time.Since(start); d != time.Hour {
			t.Errorf("it took %v", d)
		}
	})
}

func TestUnknownTLSCase(t *testing.T) {
	h := &Host{Name: "toy", Serve: serveToy, TLS: "odd"}
	defer func() {
		got := fmt.Sprint(recover())
		if !strings.HasPrefix(got, `toy: no TLS case "odd"; there are [""`) {
			t.Errorf("panic: %s", got)
		}
	}()
	h.Dial(t.Context(), Plain)
}

// Two hosts share the CA, and a client that is set up from the PEM trusts it.
func TestCAPEM(t *testing.T) {
	conf := clientTLS()
	pool := conf.RootCAs.Clone()
	conf.RootCAs = pool
	if !pool.AppendCertsFromPEM(CAPEM()) {
		t.Fatal("CAPEM has no certificate")
	}
	if !pool.Equal(ClientTLS().RootCAs) {
		t.Error("the CA's certificate in CAPEM isn't that of ClientTLS")
	}
}

// What the menu lacks is a configuration.
func TestFaultConf(t *testing.T) {
	cert := []tls.Certificate{ServerCert("*.example.com", "192.0.2.2")}
	tests := []struct {
		name   string
		conf   *tls.Config
		server string
		want   string
	}{
		{"wildcard", &tls.Config{Certificates: cert}, "mail.example.com", ""},
		{"wildcard, two labels", &tls.Config{Certificates: cert}, "a.b.example.com", "not a.b.example.com"},
		{"address", &tls.Config{Certificates: cert}, "192.0.2.2", ""},
		{"another address", &tls.Config{Certificates: cert}, "192.0.2.9", "not 192.0.2.9"},
		{"ALPN", &tls.Config{Certificates: cert, NextProtos: []string{"h2"}}, "mail.example.com", "no application protocol"},
		{"TLS 1.1", &tls.Config{Certificates: cert, MinVersion: tls.VersionTLS11, MaxVersion: tls.VersionTLS11},
			"mail.example.com", "protocol version"},
	}
	for _, tt := range tests {
		h := newToy(t)
		h.Inject(Fault{On: StepTLS, Conf: tt.conf})
		conf := clientTLS()
		conf.ServerName = tt.server
		conf.NextProtos = []string{"imap"}
		err := useTLS(dial(t, h, ImplicitTLS), ImplicitTLS, conf)
		if (err != nil) != (tt.want != "") || err != nil && !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: %v, want %q", tt.name, err, tt.want)
		}
	}
}

// An upgrade ends the read that Wait has left behind.
func TestStartTLSAfterWait(t *testing.T) {
	wake := make(chan struct{})
	h := &Host{Name: "wire", Serve: func(c *Conn) {
		c.Wait(wake)
		c.WriteString("+OK go\r\n")
		if c.StartTLS() == nil {
			serveToy(c)
		}
	}}
	defer h.Close()
	c := dial(t, h, StartTLS)
	wake <- struct{}{}
	c.want("+OK go")
	c.startTLS()
	c.want("+OK toy")
}
