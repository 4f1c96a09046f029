package imapfake

import (
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// testURLAuth has alice authorize URLs, and bob fetch what they stand for.
func testURLAuth(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := NewServer(t)
		shared(srv)
		srv.Timeout = -1
		addMail(srv.Store.Account("alice@example.com").Mailbox("INBOX"), draft)
		alice := dialRaw(t, srv, "")
		alice.bring("login")
		bob := dialRaw(t, srv, "")
		bob.bring("greeting")
		bob.send("x LOGIN bob@example.com secret\r\n")
		bob.expect("x OK ...")
		for _, c := range []*rawClient{alice, bob} {
			c.conn.SetDeadline(time.Now().Add(2 * time.Hour))
		}

		const box = "imap://alice%40example.com@mail.example.com/INBOX/;uid=1"
		expire := time.Now().Add(time.Hour).UTC().Format(time.RFC3339)
		submit := generate(t, alice, box+"/;section=2;urlauth=submit+alice%40example.com")
		forBob := generate(t, alice, box+"/;section=2;urlauth=user+bob%40example.com")
		forAlice := generate(t, alice, box+"/;section=2;URLAUTH=user+alice%40example.com")
		short := generate(t, alice, box+"/;section=2;expire="+expire+";urlauth=anonymous")

		const data = "{4}\r\nQUJD"
		checkFetched(t, bob, submit, data)
		checkFetched(t, bob, forBob, data)
		checkFetched(t, bob, forAlice, "NIL")
		checkFetched(t, alice, forAlice, data)
		checkFetched(t, bob, short, data)
		// The token is for this URL and no other.
		checkFetched(t, bob, strings.Replace(submit, "section=2", "section=1", 1), "NIL")
		checkFetched(t, bob, strings.Replace(submit, "INBOX", "inbox", 1), "NIL")
		checkFetched(t, bob, strings.Replace(forAlice, "+alice", "+bob", 1), "NIL")

		time.Sleep(time.Hour)
		checkFetched(t, bob, short, "NIL")
		checkFetched(t, bob, submit, data)
		alice.send("r RESETKEY INBOX\r\n")
		alice.expect("r OK [URLMECH INTERNAL] ...")
		checkFetched(t, bob, submit, "NIL")
		again := generate(t, alice, box+"/;section=2;urlauth=authuser")
		checkFetched(t, bob, again, data)
		alice.send("r RESETKEY\r\n")
		alice.expect("r OK RESETKEY completed")
		checkFetched(t, bob, again, "NIL")
		// A URL gives what its owner may read.
		again = generate(t, alice, box+"/;section=2;urlauth=authuser")
		srv.Store.Account("alice@example.com").Mailbox("INBOX").SetRights("alice@example.com", "la")
		checkFetched(t, bob, again, "NIL")
	})
}

// generate has a client authorize a URL, and returns that.
func generate(t *testing.T, c *rawClient, rump string) string {
	t.Helper()
	c.send(fmt.Sprintf("g GENURLAUTH %q INTERNAL\r\n", rump))
	line, err := c.r.ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	c.expect("g OK ...")
	full, ok := strings.CutPrefix(strings.TrimSpace(line), `* GENURLAUTH "`)
	if full = strings.TrimSuffix(full, `"`); !ok || len(full) != len(rump+":internal:")+32 {
		t.Fatalf("GENURLAUTH told %q", line)
	}
	return full
}

func checkFetched(t *testing.T, c *rawClient, full, want string) {
	t.Helper()
	c.send(fmt.Sprintf("f URLFETCH %q\r\n", full))
	c.expectBytes(fmt.Sprintf("* URLFETCH %q %s\r\n", full, want))
	c.expect("f OK URLFETCH completed")
}
