package auth_test

import (
	"bytes"
	"testing"
)

// FuzzExchange: whatever a client says, an exchange ends without a panic, and
// nobody gets in who doesn't say a secret.
func FuzzExchange(f *testing.F) {
	f.Add(uint8(0), []byte("\x00alice@example.com\x00wrong"), []byte(""))
	f.Add(uint8(1), []byte("alice@example.com"), []byte("wrong"))
	f.Add(uint8(2), []byte(""), []byte("alice@example.com 00000000000000000000000000000000"))
	f.Add(uint8(3), []byte("n,,n=alice@example.com,r=x"), []byte("c=biws,r=x,p=AAAA"))
	f.Add(uint8(4), []byte("p=tls-unique,,n=alice@example.com,r=x"), []byte(""))
	f.Add(uint8(5), []byte("user=alice@example.com\x01auth=Bearer x\x01\x01"), []byte("\x01"))
	f.Add(uint8(6), []byte("n,a=alice@example.com,\x01host=x\x01auth=Bearer x\x01\x01"), []byte(""))
	f.Add(uint8(7), []byte("alice@example.com"), []byte(""))
	f.Add(uint8(8), []byte("NTLMSSP\x00\x01\x00\x00\x00\x01\x00\x00\x00"),
		append([]byte("NTLMSSP\x00\x03\x00\x00\x00"), make([]byte, 60)...))
	names := []string{"PLAIN", "LOGIN", "CRAM-MD5", "SCRAM-SHA-1", "SCRAM-SHA-256", "XOAUTH2", "OAUTHBEARER", "EXTERNAL", "NTLM"}
	f.Fuzz(func(t *testing.T, n uint8, first, second []byte) {
		c := newConfig()
		alice := c.Store.Account("alice@example.com")
		alice.Password = "a secret that nobody guesses"
		alice.Tokens = []string{"a token that nobody guesses"}
		name := names[int(n)%len(names)]
		x := start(t, c, name, certificate("bob@example.com"))
		responses := [][]byte{first, second, {}}
		if name == "CRAM-MD5" {
			responses[0] = nil
		}
		for _, r := range responses {
			if _, done, err := x.Next(r); done || err != nil {
				break
			}
		}
		said := append(bytes.Clone(first), second...)
		if x.Account() != nil && !bytes.Contains(said, []byte("nobody guesses")) {
			t.Errorf("%s: logged in by %q, %q", name, first, second)
		}
	})
}
