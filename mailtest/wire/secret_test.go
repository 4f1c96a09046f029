package wire

import (
	"encoding/base64"
	"slices"
	"strings"
	"testing"
)

func TestLeaks(t *testing.T) {
	b64 := func(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) }
	secrets := []string{"secret", "two words", "token-of-alice"}
	tests := []struct {
		line string
		want bool
	}{
		{"PASS secret\r\n", true},
		{`a LOGIN "alice" "secret"` + "\r\n", true},
		{"secret", true},
		{"PASS two words\r\n", true},
		{"AUTH PLAIN " + b64("\x00alice\x00secret"), true},
		{"AUTH PLAIN " + b64("\x00alice\x00two words"), true},
		{b64("secret") + "\r\n", true},
		{b64("user=alice\x01auth=Bearer token-of-alice\x01\x01"), true},
		{strings.TrimRight(b64("secret"), "="), true},

		{"RCPT TO:<secret@example.com>\r\n", false},
		{"MAIL FROM:<secretary@example.com>\r\n", false},
		{"PASS Secret\r\n", false},
		{"AUTH PLAIN " + b64("\x00alice\x00secrets"), false},
		{b64("words two"), false},
		{"", false},
	}
	for _, tt := range tests {
		if got := leaks([]byte(tt.line), secrets); got != tt.want {
			t.Errorf("leaks(%q) = %v", tt.line, got)
		}
	}
}

// However many octets stand before it, a secret is found in base64.
func TestLeaksText(t *testing.T) {
	secrets := []string{"short", "correct horse"}
	for n := range 7 {
		text := base64.StdEncoding.EncodeToString([]byte(strings.Repeat("x", n) + "correct horse" + strings.Repeat("y", 6-n)))
		if !leaksText([]byte("Subject: a\r\n\r\n"+text[:10]+"\r\n"+text[10:]+"\r\n"), secrets) {
			t.Errorf("not found behind %d octets", n)
		}
	}
	for _, text := range []string{"", "short", "correct\r\nhorse", base64.StdEncoding.EncodeToString([]byte("short"))} {
		if leaksText([]byte(text), secrets) {
			t.Errorf("found in %q", text)
		}
	}
}

// A secret is told of where TLS was to be had, or needed, and of the users
// that the client has named.
func TestSecretInTheClear(t *testing.T) {
	tests := []struct {
		name    string
		mode    Mode
		tlsOnly bool
		say     string
		want    []string
	}{
		{"TLS offered", StartTLS, false, "LOGIN alice secret", []string{"connection 1: secret in the clear (here): LOGIN"}},
		{"TLS needed", Plain, true, "LOGIN alice secret", []string{"connection 1: secret in the clear (here): LOGIN"}},
		{"no TLS", Plain, false, "LOGIN alice secret", nil},
		{"inside TLS", ImplicitTLS, true, "LOGIN alice secret", nil},
		{"another user's", StartTLS, false, "LOGIN bob secret", nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			h := newToy(t)
			h.TLSOnly = tt.tlsOnly
			h.Rules = map[string]string{RuleSecret: "here"}
			h.Secrets = func(named func(string) bool) []string {
				if !named("Alice") {
					return nil
				}
				return []string{"secret"}
			}
			c := dial(t, h, tt.mode)
			if tt.mode == ImplicitTLS {
				c.startTLS()
			}
			c.want("+OK toy")
			c.send(tt.say)
			c.want("+OK")
			h.Close()
			var got []string
			for _, v := range h.Violations() {
				got = append(got, v.String())
			}
			if !slices.Equal(got, tt.want) {
				t.Errorf("violations %q, want %q", got, tt.want)
			}
		})
	}
}
