package imapfake

import (
	"encoding/base64"
	"strings"
	"testing"

	"github.com/xdg-go/scram"
)

// saslRows are the rows about mechanisms other than PLAIN.
var saslRows = []row{
	{id: "imap-oauth", run: oauthRow},
	{id: "imap-scram", run: scramRow},
}

const (
	xoauth2     = "user=alice@example.com\x01auth=Bearer TOKEN\x01\x01"
	oauthBearer = "n,a=alice@example.com,\x01auth=Bearer TOKEN\x01\x01"
)

// oauthRow logs in by both mechanisms, with an initial response and without,
// and looks at the error challenge that comes before a failure: it is answered
// by an empty line or by AQ==, and only then the command fails.
func oauthRow(t *testing.T) {
	for _, tt := range []struct{ mechanism, response, error, answer string }{
		{"XOAUTH2", xoauth2, `{"status":"401"`, ""},
		{"OAUTHBEARER", oauthBearer, `{"status":"invalid_token"`, "AQ=="},
	} {
		srv := NewServer(t)
		srv.Store.Account("alice@example.com").Tokens = []string{"good"}
		for _, initial := range []bool{true, false} {
			c := dialRaw(t, srv, "")
			c.where = tt.mechanism
			c.bring("greeting")
			c.authenticate("a", tt.mechanism, b64(strings.Replace(tt.response, "TOKEN", "bad", 1)), initial)
			if got := c.challenge(); !strings.HasPrefix(got, tt.error) {
				t.Errorf("%s: error challenge %q", tt.mechanism, got)
			}
			c.send(tt.answer + "\r\n")
			c.expect("a NO [AUTHENTICATIONFAILED] ...")
			c.authenticate("b", tt.mechanism, b64(strings.Replace(tt.response, "TOKEN", "good", 1)), initial)
			c.expect("b OK ...")
		}
	}
}

// scramRow goes through the whole exchange: the client checks the server's
// signature.
func scramRow(t *testing.T) {
	for _, tt := range []struct{ password, want string }{
		{"secret", "a OK ..."}, {"wrong", "a NO [AUTHENTICATIONFAILED] ..."},
	} {
		srv := NewServer(t)
		srv.Store.Account("alice@example.com")
		c := dialRaw(t, srv, "")
		c.where = "password " + tt.password
		c.bring("greeting")
		client, err := scram.SHA256.NewClient("alice@example.com", tt.password, "")
		if err != nil {
			t.Fatal(err)
		}
		conv := client.NewConversation()
		first := step(t, conv, "")
		c.authenticate("a", "SCRAM-SHA-256", b64(first), true)
		c.send(b64(step(t, conv, c.challenge())) + "\r\n")
		if tt.password == "secret" {
			c.send(b64(step(t, conv, c.challenge())) + "\r\n")
			if !conv.Valid() {
				t.Error("the server's signature is wrong")
			}
		}
		c.expect(tt.want)
	}
}

func step(t *testing.T, conv *scram.ClientConversation, challenge string) string {
	t.Helper()
	response, err := conv.Step(challenge)
	if err != nil {
		t.Fatal(err)
	}
	return response
}

func b64(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) }

// authenticate sends the first response, with the command or after the empty
// challenge.
func (c *rawClient) authenticate(tag, mechanism, response string, initial bool) {
	c.t.Helper()
	if initial {
		c.send(tag + " AUTHENTICATE " + mechanism + " " + response + "\r\n")
		return
	}
	c.send(tag + " AUTHENTICATE " + mechanism + "\r\n")
	c.expect("+ ")
	c.send(response + "\r\n")
}

// challenge reads a continuation request and decodes it.
func (c *rawClient) challenge() string {
	c.t.Helper()
	line, err := c.r.ReadString('\n')
	if err != nil {
		c.t.Fatalf("%s: %v", c.where, err)
	}
	text, ok := strings.CutPrefix(strings.TrimSuffix(line, "\r\n"), "+ ")
	data, err := base64.StdEncoding.DecodeString(text)
	if !ok || err != nil {
		c.t.Fatalf("%s: %q is no challenge: %v", c.where, line, err)
	}
	return string(data)
}
