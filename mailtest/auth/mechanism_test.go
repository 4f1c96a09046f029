package auth_test

import (
	"crypto/hmac"
	"crypto/md5"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/hex"
	"slices"
	"strings"
	"testing"

	"github.com/mailfakes/mailfakes/mailtest/auth"
	"github.com/mailfakes/mailfakes/mailtest/mailstore"
)

// start begins an exchange; all mechanisms are offered.
func start(t *testing.T, c *auth.Config, mechanism string, state *tls.ConnectionState) *auth.Exchange {
	t.Helper()
	c.Mechanisms = []string{mechanism}
	x, err := c.Start(mechanism, state)
	if err != nil {
		t.Fatal(err)
	}
	return x
}

// certificate is the state of a connection whose client has a certificate.
func certificate(name string, addrs ...string) *tls.ConnectionState {
	return &tls.ConnectionState{PeerCertificates: []*x509.Certificate{{
		Subject: pkix.Name{CommonName: name}, EmailAddresses: addrs,
	}}}
}

const (
	xoauth2Error = `{"status":"401","schemes":"bearer","scope":"https://mail.example.com/"}`
	bearerError  = `{"status":"invalid_token","schemes":"bearer","scope":"mail",` +
		`"openid-configuration":"https://mail.example.com/.well-known/openid-configuration"}`
	bearerInvalid = `{"status":"invalid_request"}`
)

// TestExchange has whole exchanges: what the client says, in turn with what it
// is asked, and how it ends. "-" is no initial response.
func TestExchange(t *testing.T) {
	tests := []struct {
		mechanism, name string
		state           *tls.ConnectionState
		talk            []string // response, challenge, response ...
		want            error
	}{
		{"LOGIN", "prompts", nil, []string{"-", "Username:", "alice@example.com", "Password:", "secret"}, nil},
		{"LOGIN", "initial response", nil, []string{"alice@example.com", "Password:", "secret"}, nil},
		{"LOGIN", "wrong password", nil, []string{"alice@example.com", "Password:", "x"}, auth.ErrCredentials},
		{"LOGIN", "nothing", nil, []string{"", "Password:", ""}, auth.ErrCredentials},

		{"CRAM-MD5", "good", nil, []string{"-", "<1.946684800@mail.example.com>", cram("<1.946684800@mail.example.com>", "secret")}, nil},
		{"CRAM-MD5", "wrong password", nil, []string{"-", "<1.946684800@mail.example.com>", cram("<1.946684800@mail.example.com>", "x")}, auth.ErrCredentials},
		{"CRAM-MD5", "replayed", nil, []string{"-", "<1.946684800@mail.example.com>", cram("<0.946684800@mail.example.com>", "secret")}, auth.ErrCredentials},
		{"CRAM-MD5", "initial response", nil, []string{""}, auth.ErrMalformed},
		{"CRAM-MD5", "no digest", nil, []string{"-", "<1.946684800@mail.example.com>", "alice@example.com"}, auth.ErrMalformed},
		{"CRAM-MD5", "no user", nil, []string{"-", "<1.946684800@mail.example.com>", " " + strings.Repeat("0", 32)}, auth.ErrMalformed},

		{"XOAUTH2", "good", nil, []string{"user=alice@example.com\x01auth=Bearer good\x01\x01"}, nil},
		{"XOAUTH2", "empty challenge", nil, []string{"-", "", "user=alice@example.com\x01auth=bearer good\x01\x01"}, nil},
		{"XOAUTH2", "unknown token", nil, []string{"user=alice@example.com\x01auth=Bearer bad\x01\x01", xoauth2Error, ""}, auth.ErrCredentials},
		{"XOAUTH2", "expired token", nil, []string{"user=alice@example.com\x01auth=Bearer old\x01\x01", xoauth2Error, ""}, auth.ErrExpired},
		{"XOAUTH2", "another's token", nil, []string{"user=bob@example.com\x01auth=Bearer good\x01\x01", xoauth2Error, "\x01"}, auth.ErrCredentials},
		{"XOAUTH2", "password as token", nil, []string{"user=alice@example.com\x01auth=Bearer secret\x01\x01", xoauth2Error, ""}, auth.ErrCredentials},
		{"XOAUTH2", "error answered by more", nil, []string{"user=alice@example.com\x01auth=Bearer bad\x01\x01", xoauth2Error, "x"}, auth.ErrMalformed},
		{"XOAUTH2", "not ended", nil, []string{"user=alice@example.com\x01auth=Bearer good\x01"}, auth.ErrMalformed},
		{"XOAUTH2", "basic", nil, []string{"user=alice@example.com\x01auth=Basic good\x01\x01"}, auth.ErrMalformed},
		{"XOAUTH2", "no user", nil, []string{"auth=Bearer good\x01\x01"}, auth.ErrMalformed},
		{"XOAUTH2", "two users", nil, []string{"user=alice@example.com\x01user=bob@example.com\x01auth=Bearer good\x01\x01"}, auth.ErrMalformed},
		{"XOAUTH2", "empty", nil, []string{""}, auth.ErrMalformed},

		{"OAUTHBEARER", "good", nil, []string{"n,a=alice@example.com,\x01host=mail.example.com\x01port=143\x01auth=Bearer good\x01\x01"}, nil},
		{"OAUTHBEARER", "empty challenge", nil, []string{"-", "", "n,a=alice@example.com,\x01auth=Bearer good\x01\x01"}, nil},
		{"OAUTHBEARER", "no authzid", nil, []string{"n,,\x01auth=Bearer good\x01\x01"}, nil},
		{"OAUTHBEARER", "client could bind", nil, []string{"y,,\x01auth=Bearer good\x01\x01"}, nil},
		{"OAUTHBEARER", "unknown token", nil, []string{"n,,\x01auth=Bearer bad\x01\x01", bearerError, "\x01"}, auth.ErrCredentials},
		{"OAUTHBEARER", "expired token", nil, []string{"n,,\x01auth=Bearer old\x01\x01", bearerError, ""}, auth.ErrExpired},
		{"OAUTHBEARER", "another's token", nil, []string{"n,a=bob@example.com,\x01auth=Bearer good\x01\x01", bearerError, "\x01"}, auth.ErrCredentials},
		{"OAUTHBEARER", "error answered by more", nil, []string{"n,,\x01auth=Bearer bad\x01\x01", bearerError, "x"}, auth.ErrMalformed},
		{"OAUTHBEARER", "binding", nil, []string{"p=tls-unique,,\x01auth=Bearer good\x01\x01", bearerInvalid, "\x01"}, auth.ErrMalformed},
		{"OAUTHBEARER", "no header", nil, []string{"auth=Bearer good\x01\x01", bearerInvalid, "\x01"}, auth.ErrMalformed},
		{"OAUTHBEARER", "no token", nil, []string{"n,,\x01auth=\x01\x01", bearerInvalid, ""}, auth.ErrMalformed},
		{"OAUTHBEARER", "empty", nil, []string{"", bearerInvalid, ""}, auth.ErrMalformed},

		{"EXTERNAL", "address", certificate("x", "alice@example.com"), []string{""}, nil},
		{"EXTERNAL", "common name", certificate("Alice@example.com"), []string{"-", "", ""}, nil},
		{"EXTERNAL", "one of two", certificate("x", "bob@example.com", "alice@example.com"), []string{"alice@example.com"}, nil},
		{"EXTERNAL", "another", certificate("x", "alice@example.com"), []string{"bob@example.com"}, auth.ErrAuthorization},
		{"EXTERNAL", "nobody", certificate("x", "nobody@example.com"), []string{""}, auth.ErrCredentials},
		{"EXTERNAL", "NUL", certificate("alice@example.com"), []string{"\x00"}, auth.ErrMalformed},
	}
	for _, tt := range tests {
		t.Run(tt.mechanism+"/"+tt.name, func(t *testing.T) {
			c := newConfig()
			alice := c.Store.Account("alice@example.com")
			alice.Tokens, alice.ExpiredTokens = []string{"good"}, []string{"old"}
			c.Store.Account("bob@example.com")
			x := start(t, c, tt.mechanism, tt.state)
			talk(t, x, tt.talk, tt.want)
			if ok := tt.want == nil; ok != (x.Account() == alice) {
				t.Errorf("logged in as %v", x.Account())
			}
			if _, _, err := x.Next([]byte{}); err != auth.ErrMalformed {
				t.Errorf("after the end: %v", err)
			}
		})
	}
}

// talk says the even strings of an exchange and compares the odd ones.
func talk(t *testing.T, x *auth.Exchange, say []string, want error) {
	t.Helper()
	for i := 0; i < len(say); i += 2 {
		response := []byte(say[i])
		if say[i] == "-" {
			response = nil
		}
		challenge, done, err := x.Next(response)
		if i == len(say)-1 {
			if err != want || done != (want == nil) {
				t.Errorf("Next(%q) = %q, %v, %v; want the end with %v", say[i], challenge, done, err, want)
			}
			return
		}
		if string(challenge) != say[i+1] || done || err != nil {
			t.Fatalf("Next(%q) = %q, %v, %v; want %q", say[i], challenge, done, err, say[i+1])
		}
	}
}

// cram is alice's answer to a challenge.
func cram(challenge, password string) string {
	mac := hmac.New(md5.New, []byte(password))
	mac.Write([]byte(challenge))
	return "alice@example.com " + hex.EncodeToString(mac.Sum(nil))
}

func TestAnonymous(t *testing.T) {
	c := newConfig()
	x := start(t, c, "ANONYMOUS", nil)
	talk(t, x, []string{"-", "", "sirhc"}, nil)
	if x.Account() != c.Store.Lookup("anonymous") {
		t.Errorf("logged in as %v", x.Account())
	}
	talk(t, start(t, c, "ANONYMOUS", nil), []string{strings.Repeat("é", 255)}, nil)
	talk(t, start(t, c, "ANONYMOUS", nil), []string{strings.Repeat("é", 256)}, auth.ErrMalformed)
	talk(t, start(t, c, "ANONYMOUS", nil), []string{"\xff"}, auth.ErrMalformed)
}

// TestAccountStates has what an account says about logins, with the right
// secret and with a wrong one: who doesn't know it learns nothing but that the
// server is not available.
func TestAccountStates(t *testing.T) {
	states := []struct {
		name             string
		set              func(a *mailstore.Account)
		password, token  error
		wrong, wrongUser error
	}{
		{"normal", func(a *mailstore.Account) {}, nil, nil, auth.ErrCredentials, auth.ErrCredentials},
		{"Disabled", func(a *mailstore.Account) { a.Disabled = true }, auth.ErrDisabled, auth.ErrDisabled, auth.ErrCredentials, auth.ErrCredentials},
		{"MustChangePassword", func(a *mailstore.Account) { a.MustChangePassword = true }, auth.ErrPasswordChange, nil, auth.ErrCredentials, auth.ErrCredentials},
		{"RefusePassword", func(a *mailstore.Account) { a.RefusePassword = true }, auth.ErrTooWeak, nil, auth.ErrCredentials, auth.ErrCredentials},
		{"Unavailable", func(a *mailstore.Account) { a.Unavailable = true }, auth.ErrUnavailable, auth.ErrUnavailable, auth.ErrUnavailable, auth.ErrCredentials},
	}
	for _, tt := range states {
		t.Run(tt.name, func(t *testing.T) {
			c := newConfig()
			alice := c.Store.Account("alice@example.com")
			alice.Tokens = []string{"good"}
			tt.set(alice)
			const stamp = "<1.2@mail.example.com>"
			sum := md5.Sum([]byte(stamp + "secret"))
			checks := []struct {
				what string
				err  error
				want error
			}{
				{"password", second(c.Password(nil, "alice@example.com", "secret")), tt.password},
				{"wrong password", second(c.Password(nil, "alice@example.com", "x")), tt.wrong},
				{"unknown user", second(c.Password(nil, "nobody@example.com", "secret")), tt.wrongUser},
				{"APOP", second(c.APOP(nil, "alice@example.com", stamp, hex.EncodeToString(sum[:]))), tt.password},
				{"wrong APOP", second(c.APOP(nil, "alice@example.com", stamp, "x")), tt.wrong},
			}
			for _, ch := range checks {
				if ch.err != ch.want {
					t.Errorf("%s: %v, want %v", ch.what, ch.err, ch.want)
				}
			}
			token := []string{"user=alice@example.com\x01auth=Bearer good\x01\x01"}
			if tt.token != nil {
				token = append(token, xoauth2Error, "")
			}
			talk(t, start(t, c, "XOAUTH2", nil), token, tt.token)
			talk(t, start(t, c, "EXTERNAL", certificate("alice@example.com")), []string{""}, tt.token)
		})
	}
}

func second[T any](_ T, err error) error { return err }

// TestPasswordPreparation: RFC 4616 section 2 has both sides in the normal
// form of SASLprep.
func TestPasswordPreparation(t *testing.T) {
	c := newConfig()
	alice := c.Store.Account("alice@example.com")
	for _, tt := range []struct {
		stored, given string
		want          error
	}{
		{"IX", "I\u00adX", nil},                       // a soft hyphen is nothing
		{"a\u00a0b", "a b", nil},                      // other spaces are spaces
		{"\u2168", "IX", nil},                         // compatibility forms
		{"pass  \"word\" ", "pass  \"word\" ", nil},   // spaces and quotes stay
		{"user", "USER", auth.ErrCredentials},         // case stays
		{"a\u0007", "a\u0007", nil},                   // not allowed, but the same
		{"a\u0007", "a\u0008", auth.ErrCredentials},   // not allowed
		{"\U0001F600", "\U0001F600", nil},             // not in Unicode 3.2
		{"secret", "secret\x00", auth.ErrCredentials}, // nothing is cut off
	} {
		alice.Password = tt.stored
		if _, err := c.Password(nil, "alice@example.com", tt.given); err != tt.want {
			t.Errorf("stored %q, given %q: %v, want %v", tt.stored, tt.given, err, tt.want)
		}
	}
}

func TestOffered(t *testing.T) {
	tlsState := &tls.ConnectionState{}
	cert := certificate("alice@example.com")
	all := []string{"PLAIN", "SCRAM-SHA-256-PLUS", "external", "XOAUTH2", "CRAM-MD5", "GSSAPI"}
	tests := []struct {
		name    string
		mechs   []string
		tlsOnly bool
		state   *tls.ConnectionState
		want    string
	}{
		{"default", nil, false, nil, "PLAIN LOGIN CRAM-MD5 SCRAM-SHA-1 SCRAM-SHA-256 XOAUTH2 OAUTHBEARER"},
		{"default in TLS", nil, true, tlsState, "PLAIN LOGIN CRAM-MD5 SCRAM-SHA-1 SCRAM-SHA-256 XOAUTH2 OAUTHBEARER"},
		{"default in the clear", nil, true, nil, "CRAM-MD5 SCRAM-SHA-1 SCRAM-SHA-256"},
		{"none", []string{}, false, nil, ""},
		{"all in the clear", all, false, nil, "PLAIN XOAUTH2 CRAM-MD5 GSSAPI"},
		{"all in TLS", all, false, tlsState, "PLAIN SCRAM-SHA-256-PLUS XOAUTH2 CRAM-MD5 GSSAPI"},
		{"all with a certificate", all, true, cert, "PLAIN SCRAM-SHA-256-PLUS EXTERNAL XOAUTH2 CRAM-MD5 GSSAPI"},
		{"all in the clear, TLSOnly", all, true, nil, "CRAM-MD5 GSSAPI"},
	}
	for _, tt := range tests {
		c := newConfig()
		c.Mechanisms, c.TLSOnly = tt.mechs, tt.tlsOnly
		got := c.Offered(tt.state)
		if strings.Join(got, " ") != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
		for _, m := range slices.DeleteFunc(got, func(m string) bool { return m == "GSSAPI" }) {
			if _, err := c.Start(strings.ToLower(m), tt.state); err != nil {
				t.Errorf("%s: %s is offered, but %v", tt.name, m, err)
			}
		}
	}
}

// TestStartErrors: a mechanism that TLS would make usable says so.
func TestStartErrors(t *testing.T) {
	c := newConfig()
	c.Mechanisms = []string{"PLAIN", "EXTERNAL", "SCRAM-SHA-1-PLUS", "GSSAPI"}
	c.TLSOnly = true
	for m, want := range map[string]error{
		"PLAIN": auth.ErrEncryption, "SCRAM-SHA-1-PLUS": auth.ErrEncryption,
		"EXTERNAL": auth.ErrMechanism, "GSSAPI": auth.ErrMechanism, "LOGIN": auth.ErrMechanism,
	} {
		if _, err := c.Start(m, nil); err != want {
			t.Errorf("%s: %v, want %v", m, err, want)
		}
	}
}

func TestTimestamp(t *testing.T) {
	c := newConfig()
	if a, b := c.Timestamp(), c.Timestamp(); a != "<1.946684800@mail.example.com>" || a == b {
		t.Errorf("timestamps %s, %s", a, b)
	}
}
