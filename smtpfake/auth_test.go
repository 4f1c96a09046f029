package smtpfake_test

import (
	"crypto/hmac"
	"crypto/md5"
	"crypto/tls"
	"encoding/base64"
	"fmt"
	"strings"
	"testing"

	"github.com/xdg-go/scram"
)

// token gives an account a token.
func (x *script) token(arg string) {
	addr, token, _ := strings.Cut(arg, " ")
	a := x.srv.Store.Account(addr)
	a.Tokens = append(a.Tokens, token)
}

// challenge expects a 334 with this text in base64.
func (x *script) challenge(want string) {
	if got := x.readChallenge(); !fits(got, want) {
		x.fatalf("challenge %q, want %q", got, want)
	}
}

func (x *script) readChallenge() string {
	line := x.readLine()
	encoded, ok := strings.CutPrefix(line, "334 ")
	b, err := base64.StdEncoding.DecodeString(encoded)
	if !ok || err != nil {
		x.fatalf("server said %q, want a challenge (%v)", line, err)
	}
	return string(b)
}

// cram answers the challenge of CRAM-MD5 (RFC 2195).
func (x *script) cram(arg string) {
	user, password, _ := strings.Cut(arg, " ")
	x.send("AUTH CRAM-MD5\r\n")
	challenge := x.readChallenge()
	if !strings.HasPrefix(challenge, "<") || !strings.HasSuffix(challenge, "@mail.example.com>") {
		x.fatalf("challenge %q is no msg-id of the server", challenge)
	}
	mac := hmac.New(md5.New, []byte(password))
	mac.Write([]byte(challenge))
	x.send(base64.StdEncoding.EncodeToString(fmt.Appendf(nil, "%s %x", user, mac.Sum(nil))) + "\r\n")
}

// scramLogin does a whole SCRAM exchange, with the server's signature checked,
// and returns the last reply.
func (x *script) scramLogin(mechanism string, conv *scram.ClientConversation) string {
	answer, err := conv.Step("")
	if err != nil {
		x.fatalf("%v", err)
	}
	x.send("AUTH " + mechanism + " " + base64.StdEncoding.EncodeToString([]byte(answer)) + "\r\n")
	for !conv.Done() {
		line := x.readLine()
		encoded, ok := strings.CutPrefix(line, "334 ")
		if !ok {
			return line
		}
		b, err := base64.StdEncoding.DecodeString(encoded)
		if err != nil {
			x.fatalf("%v", err)
		}
		if answer, err = conv.Step(string(b)); err != nil {
			x.fatalf("the server's %q: %v", b, err)
		}
		x.send(base64.StdEncoding.EncodeToString([]byte(answer)) + "\r\n")
	}
	if !conv.Valid() {
		x.fatalf("the server's signature is wrong")
	}
	return x.readLine()
}

func scramRow(t *testing.T) {
	for _, tt := range []struct {
		mechanism, password, mode, want string
	}{
		{"SCRAM-SHA-256", "secret", "", "235 2.7.0 Authentication successful"},
		{"SCRAM-SHA-256", "wrong", "", "535 5.7.8 Authentication credentials invalid"},
		{"SCRAM-SHA-1", "secret", "", "235 2.7.0 Authentication successful"},
		{"SCRAM-SHA-256-PLUS", "secret", "tls", "235 2.7.0 Authentication successful"},
		{"SCRAM-SHA-256-PLUS", "wrong", "tls", "535 5.7.8 Authentication credentials invalid"},
	} {
		x := newScript(t)
		x.srv.Mechanisms = []string{"SCRAM-SHA-1", "SCRAM-SHA-256", "SCRAM-SHA-256-PLUS"}
		x.srv.Store.Account("alice@example.com")
		x.connect(tt.mode)
		if tt.mode == "" {
			x.expect("220 ...")
		}
		x.hello("")
		hash := scram.SHA256
		if tt.mechanism == "SCRAM-SHA-1" {
			hash = scram.SHA1
		}
		client, err := hash.NewClient("alice@example.com", tt.password, "")
		if err != nil {
			t.Fatal(err)
		}
		conv := client.NewConversation()
		if nc, ok := x.c.(*tls.Conn); ok {
			state := nc.ConnectionState()
			binding, err := scram.NewTLSExporterBinding(&state)
			if err != nil {
				t.Fatal(err)
			}
			conv = client.NewConversationWithChannelBinding(binding)
		}
		if got := x.scramLogin(tt.mechanism, conv); got != tt.want {
			t.Errorf("%s with %q: %q, want %q", tt.mechanism, tt.password, got, tt.want)
		}
		x.c.Close()
	}
}
