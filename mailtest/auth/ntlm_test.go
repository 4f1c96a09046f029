package auth

import (
	"encoding/binary"
	"encoding/hex"
	"slices"
	"testing"

	"github.com/mailfakes/mailfakes/mailtest/mailstore"
)

// ntlmLogin is an authenticate message with a proof, in UTF-16.
func ntlmLogin(user, domain string, response []byte) []byte {
	le := binary.LittleEndian
	m := le.AppendUint32([]byte(ntlmMagic), 3)
	var payload []byte
	for _, f := range [][]byte{nil, response, utf16le(domain), utf16le(user), nil, nil} {
		m = le.AppendUint16(le.AppendUint16(m, uint16(len(f))), uint16(len(f)))
		m = le.AppendUint32(m, uint32(64+len(payload)))
		payload = append(payload, f...)
	}
	return append(le.AppendUint32(m, ntlmFlags), payload...)
}

// TestNTLMVector is the example of [MS-NLMP] section 4.2.4.
func TestNTLMVector(t *testing.T) {
	challenge, _ := hex.DecodeString("0123456789abcdef")
	chosen, _ := hex.DecodeString("01010000000000000000000000000000aaaaaaaaaaaaaaaa00000000" +
		"02000c0044006f006d00610069006e0001000c0053006500720076006500720000000000" + "00000000")
	const want = "68cd0ab851e51c96aabc927bebef6a1c"
	if got := hex.EncodeToString(ntlmProof("User", "Domain", "Password", challenge, chosen)); got != want {
		t.Errorf("proof %s, want %s", got, want)
	}
}

func TestNTLM(t *testing.T) {
	chosen := make([]byte, 44)
	good := func(user, domain, password string) func(challenge []byte) []byte {
		return func(challenge []byte) []byte {
			return ntlmLogin(user, domain, append(ntlmProof(user, domain, password, challenge, chosen), chosen...))
		}
	}
	fixed := func(m []byte) func([]byte) []byte { return func([]byte) []byte { return m } }
	outside := ntlmLogin("alice@example.com", "", nil)
	binary.LittleEndian.PutUint32(outside[40:], 1<<31)
	tests := []struct {
		name   string
		answer func(challenge []byte) []byte
		want   error
	}{
		{"address", good("Alice@example.com", "", "secret"), nil},
		{"address and domain", good("alice@example.com", "CORP", "secret"), nil},
		{"user and domain", good("alice", "example.com", "secret"), nil},
		{"wrong password", good("alice@example.com", "", "x"), ErrCredentials},
		{"unknown user", good("nobody@example.com", "", "secret"), ErrCredentials},
		{"NTLMv1", fixed(ntlmLogin("alice@example.com", "", make([]byte, 24))), ErrCredentials},
		{"no proof", fixed(ntlmLogin("alice@example.com", "", nil)), ErrCredentials},
		{"empty", fixed([]byte{}), ErrMalformed},
		{"short", fixed(outside[:63]), ErrMalformed},
		{"field outside", fixed(outside), ErrMalformed},
		{"negotiate again", fixed(slices.Concat([]byte(ntlmMagic), []byte{1}, make([]byte, 60))), ErrMalformed},
	}
	negotiate := slices.Concat([]byte(ntlmMagic), []byte{1, 0, 0, 0, 1, 0, 0, 0})
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := &Config{Store: new(mailstore.Store), Hostname: "mail.example.com", Mechanisms: []string{"NTLM"}}
			alice := c.Store.Account("alice@example.com")
			x, err := c.Start("ntlm", nil)
			if err != nil {
				t.Fatal(err)
			}
			m, _, err := x.Next(negotiate)
			if err != nil || !ntlmMessage(m, 2, 48) {
				t.Fatalf("challenge %q, %v", m, err)
			}
			_, done, err := x.Next(tt.answer(m[24:32]))
			if err != tt.want || done != (tt.want == nil) || (x.Account() == alice) != done {
				t.Errorf("%v, %v; want %v", done, err, tt.want)
			}
		})
	}
}

func TestNTLMNegotiate(t *testing.T) {
	for _, m := range []string{"", "NTLMSSP", "NTLMSSP\x00\x02\x00\x00\x00\x00\x00\x00\x00", "NTLMSSP\x00\x01\x00\x00\x00"} {
		c := &Config{Store: new(mailstore.Store), Mechanisms: []string{"NTLM"}}
		x, err := c.Start("NTLM", nil)
		if err != nil {
			t.Fatal(err)
		}
		if _, _, err := x.Next([]byte(m)); err != ErrMalformed {
			t.Errorf("%q: %v", m, err)
		}
	}
}
