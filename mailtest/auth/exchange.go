package auth

import (
	"github.com/mailfakes/mailfakes/mailtest/mailstore"
)

// An Exchange is one SASL exchange (RFC 4422). One goroutine uses it.
// [Config.Authenticate] does all of it on a connection.
type Exchange struct {
	config  *Config
	step    stepFunc // takes the next response
	account *mailstore.Account
}

// A stepFunc takes one response of an exchange: nil is no initial response.
// It sets x.step if another function is to take the next one.
type stepFunc func(x *Exchange, response []byte) (challenge []byte, done bool, err error)

// Next takes the client's response, decoded: nil before the first, if the
// client has sent no initial response. It returns the next challenge, or done.
// A challenge that comes with done is the mechanism's last word: since none of
// the three protocols has room for it in the reply, it is sent as a challenge
// that the client answers with an empty line.
func (x *Exchange) Next(response []byte) (challenge []byte, done bool, err error) {
	return x.step(x, response)
}

// Account returns whom the exchange has authenticated, nil before it is done.
func (x *Exchange) Account() *mailstore.Account { return x.account }
