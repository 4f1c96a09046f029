package auth

import (
	"bytes"
	"crypto/tls"
	"encoding/base64"
	"errors"

	"github.com/mailfakes/mailfakes/mailtest/mailstore"
	"github.com/mailfakes/mailfakes/mailtest/wire"
)

// MaxLine is how many octets a base64 line of an exchange may have, without
// its CRLF (RFC 4954 section 4).
const MaxLine = 12288

// Hidden stands for a secret in a transcript.
const Hidden = "***"

// Authenticate does a whole exchange on a connection, for a command AUTH or
// AUTHENTICATE (RFC 4954 section 4, RFC 3501 section 6.2.2, RFC 5034 section
// 4). prompt is what a challenge begins with: "334 " or "+ "; tag is what a
// fault's reply does: "a1 " in IMAP, else "". initial is the command's initial
// response as it was sent, in base64 or "="; "" is none.
//
// It is called within the command's step, and each answer to a challenge is a
// step [wire.StepContinue]. The caller replies within the last one, and ends it.
func (c *Config) Authenticate(
	conn *wire.Conn, prompt, tag, mechanism, initial string,
) (*mailstore.Account, error) {
	x, err := c.Start(mechanism, tlsState(conn))
	if err != nil {
		return nil, err
	}
	var response []byte
	switch initial {
	case "":
	case "=":
		response = []byte{}
	default:
		if response, err = decode([]byte(initial)); err != nil {
			return nil, err
		}
	}
	if err := x.run(conn, prompt, tag, response); err != nil {
		c.tell(conn, x.user, err)
		return nil, err
	}
	return x.account, nil
}

func (x *Exchange) run(conn *wire.Conn, prompt, tag string, response []byte) error {
	for {
		challenge, done, err := x.Next(response)
		if err != nil || done && challenge == nil {
			return err
		}
		response, err = ask(conn, prompt, tag, challenge)
		switch {
		case err == ErrCanceled && x.failed != nil:
			return x.failed // RFC 7628 section 3.2.3: cancelling will do
		case err != nil:
			return err
		}
		if done {
			return lastAnswer(response)
		}
	}
}

// lastAnswer checks the answer to a mechanism's last word, which has nothing
// to say.
func lastAnswer(response []byte) error {
	if len(response) > 0 {
		return ErrMalformed
	}
	return nil
}

// ask sends a challenge and reads the client's response to it.
func ask(conn *wire.Conn, prompt, tag string, challenge []byte) ([]byte, error) {
	conn.CheckUnasked("AUTH")
	conn.WriteString(prompt + base64.StdEncoding.EncodeToString(challenge) + "\r\n")
	if conn.End() != nil {
		return nil, ErrNoReply
	}
	line, err := conn.ReadLine(MaxLine + len("\r\n"))
	if err != nil && !errors.Is(err, wire.ErrTooLong) {
		return nil, ErrNoReply
	}
	line = bytes.TrimSuffix(line, []byte("\r\n"))
	step := wire.Step{Name: wire.StepContinue, Arg: string(line), Prefix: tag}
	if len(line) > 0 && step.Arg != "*" {
		step.Show = Hidden
	}
	if !conn.Begin(step) {
		return nil, ErrNoReply
	}
	switch {
	case err != nil:
		return nil, ErrTooLong
	case step.Arg == "*":
		return nil, ErrCanceled
	}
	return decode(line)
}

// decode decodes a line. Unlike encoding/base64 it doesn't pass over CR and
// LF within it.
func decode(line []byte) ([]byte, error) {
	if bytes.ContainsAny(line, "\r\n") {
		return nil, ErrMalformed
	}
	b := make([]byte, base64.StdEncoding.DecodedLen(len(line)))
	n, err := base64.StdEncoding.Strict().Decode(b, line)
	if err != nil {
		return nil, ErrMalformed
	}
	return b[:n], nil
}

func tlsState(conn *wire.Conn) *tls.ConnectionState {
	state, ok := conn.TLS()
	if !ok {
		return nil
	}
	return &state
}
