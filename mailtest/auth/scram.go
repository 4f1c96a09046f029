package auth

import (
	"crypto/sha256"
	"crypto/tls"
	"encoding/base64"
	"strings"

	"github.com/mailfakes/mailfakes/mailtest/mailstore"
	"github.com/xdg-go/scram"
)

// SCRAM: RFC 5802, RFC 7677. -PLUS binds to the TLS channel by tls-exporter
// (RFC 9266) or tls-unique (RFC 5929), whichever the client asks for and the
// TLS version has.

// scramIterations is the least that RFC 7677 section 4 allows.
const scramIterations = 4096

// scramFirst takes the client's first message.
func scramFirst(x *Exchange, response []byte) ([]byte, bool, error) {
	if response == nil {
		return []byte{}, false, nil
	}
	name, plus := strings.CutSuffix(x.name, "-PLUS")
	flag, _, _ := strings.Cut(string(response), ",")
	kind, bound := strings.CutPrefix(flag, "p=")
	if bound != plus {
		return nil, false, ErrMalformed
	}
	server, err := x.scramServer(name)
	if err != nil {
		return nil, false, err
	}
	conv := server.NewConversation()
	switch {
	case plus:
		conv = server.NewConversationWithChannelBindingRequired(channelBinding(x.tls, kind))
	case x.canBind:
		// A client that could bind and was told that we can't was lied to.
		conv = server.NewConversationWithChannelBinding(channelBinding(x.tls, ""))
	}
	return x.scramStep(conv, response)
}

func (x *Exchange) scramServer(name string) (*scram.Server, error) {
	hash := scram.SHA256
	if name == "SCRAM-SHA-1" {
		hash = scram.SHA1
	}
	server, err := hash.NewServer(func(user string) (scram.StoredCredentials, error) {
		return x.credentials(hash, user)
	})
	if err != nil {
		return nil, err
	}
	return server.WithNonceGenerator(x.config.nonce), nil
}

// scramStep takes a message of the client. An error of the conversation that
// has something to tell the client (RFC 5802 section 7) is a failed login,
// another one is of syntax.
func (x *Exchange) scramStep(
	conv *scram.ServerConversation, response []byte,
) ([]byte, bool, error) {
	answer, err := conv.Step(string(response))
	switch {
	case err != nil && answer == "":
		return nil, false, ErrMalformed
	case err != nil:
		x.user = conv.Username()
		return nil, false, ErrCredentials
	case !conv.Done():
		x.step = func(x *Exchange, response []byte) ([]byte, bool, error) {
			return x.scramStep(conv, response)
		}
		return []byte(answer), false, nil
	}
	always := func(*mailstore.Account) bool { return true }
	a, err := x.check(conv.Username(), always)
	_, done, err := x.finish(conv.AuthzID(), a, err)
	return []byte(answer), done, err
}

// credentials makes the credentials of a user. One who doesn't exist gets some
// that no password fits, so that the exchange tells nobody.
func (x *Exchange) credentials(
	hash scram.HashGeneratorFcn, user string,
) (scram.StoredCredentials, error) {
	password := "\x00"
	if a := x.config.Store.Lookup(user); a != nil {
		password = a.Password
	}
	client, err := hash.NewClient("", password, "")
	if err != nil { // the password is nothing that SASLprep allows
		client, err = hash.NewClientUnprepped("", password, "")
	}
	if err != nil {
		return scram.StoredCredentials{}, err
	}
	return client.GetStoredCredentialsWithError(scram.KeyFactors{
		Salt: x.config.saltOf(user), Iters: scramIterations,
	})
}

// saltOf returns a user's salt, the same each time.
func (c *Config) saltOf(user string) string {
	if c.salt != "" {
		return c.salt
	}
	sum := sha256.Sum256([]byte("salt of " + strings.ToLower(user)))
	return string(sum[:16])
}

// nonce returns the server's part of a nonce. It is new in each exchange, and
// the same in each run of a test.
func (c *Config) nonce() string {
	if c.fixed != "" {
		return c.fixed
	}
	sum := sha256.Sum256([]byte(c.Timestamp()))
	return base64.RawStdEncoding.EncodeToString(sum[:18])
}

// channelBinding returns the binding of a kind, without data if the connection
// has none.
func channelBinding(state *tls.ConnectionState, kind string) scram.ChannelBinding {
	if kind == string(scram.ChannelBindingTLSUnique) && state.Version < tls.VersionTLS13 {
		return scram.NewTLSUniqueBinding(state.TLSUnique)
	}
	b, err := scram.NewTLSExporterBinding(state)
	if err != nil {
		return scram.NewTLSUniqueBinding(state.TLSUnique)
	}
	return b
}
