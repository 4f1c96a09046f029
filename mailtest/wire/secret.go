package wire

import (
	"bytes"
	"encoding/base64"
	"strings"
)

// Secrets in the clear: what a client sends outside TLS though it could, or
// must, use TLS.

// exposed reports whether a secret must not be sent now.
func (c *Conn) exposed() bool {
	return c.host.Secrets != nil && c.nc == c.raw && (c.mode == StartTLS || c.host.TLSOnly)
}

// maxSaid bounds what is kept to find the users in.
const maxSaid = 64 << 10

// hear keeps a line in which users may be named, as it stands and decoded.
func (c *Conn) hear(line []byte) {
	if len(c.said) > maxSaid {
		return
	}
	c.said = append(c.said, bytes.ToLower(line)...)
	for _, word := range bytes.FieldsFunc(line, delimits) {
		if plain := decoded(word); plain != nil {
			c.said = append(append(c.said, bytes.ToLower(plain)...), '\n')
		}
	}
}

// secrets returns those of the users that the client has named.
func (c *Conn) secrets() []string {
	return c.host.Secrets(func(user string) bool {
		return bytes.Contains(c.said, []byte(strings.ToLower(user)))
	})
}

// decoded returns what a word is in base64, or nil.
func decoded(word []byte) []byte {
	plain, err := base64.RawStdEncoding.DecodeString(strings.TrimRight(string(word), "="))
	if err != nil {
		return nil
	}
	return plain
}

// CheckSecret records RuleSecret if an argument that didn't come in a line,
// such as a literal, has one of the host's Secrets in it. text says where.
func (c *Conn) CheckSecret(arg []byte, text string) {
	if !c.exposed() {
		return
	}
	if c.hear(arg); leaks(arg, c.secrets()) {
		c.violate(RuleSecret, text)
	}
}

// CheckSecretText is CheckSecret for a message text: Secrets of less than 8
// octets are passed over, since they may be ordinary words, and base64 is looked
// into wherever it stands.
func (c *Conn) CheckSecretText(message []byte, text string) {
	if c.exposed() && leaksText(message, c.secrets()) {
		c.violate(RuleSecret, text)
	}
}

// leaks reports whether one of the secrets stands in a line as a word, or
// within a word in base64, as the mechanisms of SASL have it.
func leaks(line []byte, secrets []string) bool {
	for _, word := range bytes.FieldsFunc(line, delimits) {
		if hasWord(decoded(word), secrets) {
			return true
		}
	}
	return hasWord(line, secrets)
}

// hasWord reports whether a secret is one of the words of a line, or some.
func hasWord(line []byte, secrets []string) bool {
	for _, word := range bytes.FieldsFunc(line, delimits) {
		if isSecret(word, secrets) {
			return true
		}
	}
	return isSecret(line, secrets) || hasWords(line, secrets)
}

// delimits reports whether r stands between the arguments of a command, or
// between the parts of a SASL response.
func delimits(r rune) bool { return strings.ContainsRune(" \t\r\n\"\x00\x01", r) }

func isSecret(word []byte, secrets []string) bool {
	for _, s := range secrets {
		if s != "" && string(word) == s {
			return true
		}
	}
	return false
}

// hasWords reports whether a secret that consists of several words is in a
// line.
func hasWords(line []byte, secrets []string) bool {
	for _, s := range secrets {
		if strings.ContainsFunc(s, delimits) && bytes.Contains(line, []byte(s)) {
			return true
		}
	}
	return false
}

const minSecretInText = 8

func leaksText(text []byte, secrets []string) bool {
	joined := bytes.ReplaceAll(text, []byte("\r\n"), nil)
	for _, s := range secrets {
		if len(s) < minSecretInText {
			continue
		}
		if bytes.Contains(text, []byte(s)) {
			return true
		}
		for shift := range 3 {
			if bytes.Contains(joined, encoded(s, shift)) {
				return true
			}
		}
	}
	return false
}

// encoded returns the characters that s alone decides on in the base64 of a
// text, in which shift octets (modulo 3) stand before s.
func encoded(s string, shift int) []byte {
	b := base64.RawStdEncoding.AppendEncode(nil, append(make([]byte, shift), s...))
	from := (8*shift + 5) / 6
	to := 8 * (shift + len(s)) / 6
	return b[from:to]
}
