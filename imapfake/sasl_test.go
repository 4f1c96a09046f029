package imapfake

import (
	"encoding/base64"
	"fmt"
	"strings"
	"testing"

	"github.com/xdg-go/scram"
)

func encode64(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) }

// testOAuth logs in with tokens. A token that is refused is answered with what
// is wrong, to which the client has to say something before the NO (RFC 7628
// section 3.2.3).
func testOAuth(t *testing.T) {
	const user = "alice@example.com"
	bearer := "n,a=" + user + ",\x01host=mail.example.com\x01port=143\x01auth=Bearer %s\x01\x01"
	xoauth2 := "user=" + user + "\x01auth=Bearer %s\x01\x01"
	srv := NewServer(t)
	srv.Store.Account(user).Tokens = []string{"good"}
	for _, tt := range []struct{ mechanism, response, end string }{
		{"XOAUTH2", xoauth2, ""},
		{"OAUTHBEARER", bearer, encode64("\x01")},
	} {
		good, wrong := encode64(fmt.Sprintf(tt.response, "good")), encode64(fmt.Sprintf(tt.response, "wrong"))
		runScript(t, srv, "greeting", strings.NewReplacer(
			"MECH", tt.mechanism, "GOOD", good, "WRONG", wrong, "END", tt.end).Replace(`
			C: a CAPABILITY
			S: * CAPABILITY ...AUTH=MECH...
			S: a OK ...
			C: b AUTHENTICATE MECH WRONG
			S: + eyJ...
			C: END
			S: b NO [AUTHENTICATIONFAILED] ...
			C: c AUTHENTICATE MECH
			S| + 
			C: WRONG
			S: + eyJ...
			C: END
			S: c NO [AUTHENTICATIONFAILED] ...
			C: d AUTHENTICATE MECH GOOD
			S: d OK ...
			C2: a AUTHENTICATE MECH
			S2| + 
			C2: GOOD
			S2: a OK ...`))
	}
}

// testSCRAM does whole exchanges with a client that checks the server's
// signature.
func testSCRAM(t *testing.T) {
	srv := NewServer(t)
	srv.Store.Account("alice@example.com")
	for _, tt := range []struct{ password, reply string }{
		{"secret", "a OK ..."}, {"wrong", "a NO [AUTHENTICATIONFAILED] ..."},
	} {
		client, err := scram.SHA256.NewClient("alice@example.com", tt.password, "")
		if err != nil {
			t.Fatal(err)
		}
		conv := client.NewConversation()
		c := dialRaw(t, srv, "")
		c.bring("greeting")
		c.send("a AUTHENTICATE SCRAM-SHA-256\r\n")
		reply := c.scram(conv)
		if !fits(tt.reply, reply) || tt.password == "secret" && !conv.Valid() {
			t.Errorf("with %q: %s, valid is %v", tt.password, reply, conv.Valid())
		}
	}
}

// scram answers challenges until there is a tagged reply, which it returns.
func (c *rawClient) scram(conv *scram.ClientConversation) string {
	for {
		line, err := c.r.ReadString('\n')
		if err != nil {
			c.t.Fatal(err)
		}
		line = strings.TrimSuffix(line, "\r\n")
		challenge, ok := strings.CutPrefix(line, "+ ")
		if !ok {
			return line
		}
		text, err := base64.StdEncoding.DecodeString(challenge)
		if err != nil {
			c.t.Fatal(err)
		}
		answer, err := conv.Step(string(text))
		if err != nil {
			c.t.Fatalf("challenge %q: %v", text, err)
		}
		c.send(encode64(answer) + "\r\n")
	}
}
