package auth

import (
	"crypto/hmac"
	"crypto/md5"
	"crypto/sha256"
	"encoding/binary"
	"slices"
	"strings"
	"unicode/utf16"

	"github.com/mailfakes/mailfakes/mailtest/mailstore"
)

// NTLM: [MS-NLMP], as Exchange has it. Only NTLMv2 logs in. Numbers are
// little-endian, and a field is its length, twice, and its offset.

const (
	ntlmMagic   = "NTLMSSP\x00"
	ntlmUnicode = 1 // of the flags: text is in UTF-16
	// It also sends its name and what it is called, and has NTLMv2.
	ntlmFlags = ntlmUnicode | 0x4 | 0x200 | 0x10000 | 0x80000 | 0x800000
)

// ntlm takes the client's negotiate message.
func ntlm(x *Exchange, response []byte) ([]byte, bool, error) {
	if response == nil {
		return []byte{}, false, nil
	}
	if !ntlmMessage(response, 1, 16) {
		return nil, false, ErrMalformed
	}
	sum := sha256.Sum256([]byte(x.config.Timestamp()))
	challenge := sum[:8]
	x.step = func(x *Exchange, response []byte) ([]byte, bool, error) {
		return x.ntlmAnswer(challenge, response)
	}
	return ntlmChallenge(challenge, x.config.Hostname), false, nil
}

// ntlmMessage checks the begin of a message of a type.
func ntlmMessage(m []byte, kind uint32, least int) bool {
	return len(m) >= least && string(m[:8]) == ntlmMagic && binary.LittleEndian.Uint32(m[8:]) == kind
}

// ntlmChallenge is the challenge message of a server.
func ntlmChallenge(challenge []byte, host string) []byte {
	le := binary.LittleEndian
	name := utf16le(host)
	var info []byte
	for _, id := range []uint16{2, 1, 3} { // domain, computer, its DNS name
		info = le.AppendUint16(le.AppendUint16(info, id), uint16(len(name)))
		info = append(info, name...)
	}
	info = append(info, 0, 0, 0, 0)
	const head = 48
	field := func(m []byte, n, offset int) []byte {
		m = le.AppendUint16(le.AppendUint16(m, uint16(n)), uint16(n))
		return le.AppendUint32(m, uint32(offset))
	}
	m := le.AppendUint32([]byte(ntlmMagic), 2)
	m = field(m, len(name), head)
	m = le.AppendUint32(m, ntlmFlags)
	m = append(append(m, challenge...), make([]byte, 8)...)
	m = field(m, len(info), head+len(name))
	return slices.Concat(m, name, info)
}

// ntlmAnswer takes the client's authenticate message.
func (x *Exchange) ntlmAnswer(challenge, m []byte) ([]byte, bool, error) {
	if !ntlmMessage(m, 3, 64) {
		return nil, false, ErrMalformed
	}
	text := func(at int) (string, bool) {
		b, ok := ntlmField(m, at)
		if binary.LittleEndian.Uint32(m[60:])&ntlmUnicode != 0 {
			return fromUTF16le(b), ok
		}
		return string(b), ok
	}
	proof, ok := ntlmField(m, 20)
	domain, fine := text(28)
	user, good := text(36)
	if !ok || !fine || !good {
		return nil, false, ErrMalformed
	}
	name := user
	if !strings.Contains(user, "@") && domain != "" {
		name = user + "@" + domain
	}
	a, err := x.check(name, func(a *mailstore.Account) bool {
		return len(proof) > 24 &&
			hmac.Equal(proof[:16], ntlmProof(user, domain, a.Password, challenge, proof[16:]))
	})
	return x.finish("", a, err)
}

// ntlmField returns what the field at an offset stands for.
func ntlmField(m []byte, at int) ([]byte, bool) {
	n := int64(binary.LittleEndian.Uint16(m[at:]))
	offset := int64(binary.LittleEndian.Uint32(m[at+4:]))
	if offset+n > int64(len(m)) {
		return nil, false
	}
	return m[offset : offset+n], true
}

// ntlmProof is what a client that knows the password makes of a challenge and
// of what it has chosen itself.
func ntlmProof(user, domain, password string, challenge, chosen []byte) []byte {
	key := hmac.New(md5.New, md4(utf16le(password)))
	key.Write(utf16le(strings.ToUpper(user) + domain))
	mac := hmac.New(md5.New, key.Sum(nil))
	mac.Write(challenge)
	mac.Write(chosen)
	return mac.Sum(nil)
}

func utf16le(s string) []byte {
	var b []byte
	for _, u := range utf16.Encode([]rune(s)) {
		b = binary.LittleEndian.AppendUint16(b, u)
	}
	return b
}

func fromUTF16le(b []byte) string {
	var list []uint16
	for ; len(b) >= 2; b = b[2:] {
		list = append(list, binary.LittleEndian.Uint16(b))
	}
	return string(utf16.Decode(list))
}
