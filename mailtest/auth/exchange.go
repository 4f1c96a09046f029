package auth

import (
	"crypto/tls"
	"strings"

	"github.com/mailfakes/mailfakes/mailtest/mailstore"
)

// An Exchange is one SASL exchange (RFC 4422). One goroutine uses it.
// [Config.Authenticate] does all of it on a connection.
type Exchange struct {
	config  *Config
	tls     *tls.ConnectionState // nil in the clear
	name    string               // of the mechanism
	canBind bool                 // its -PLUS variant is offered as well
	step    stepFunc             // takes the next response; nil once it is over
	failed  error                // how the exchange will end, whatever is said
	user    string               // whose credentials were checked last, "" if nobody has them
	account *mailstore.Account
}

func (x *Exchange) check(
	user string, right func(a *mailstore.Account) bool,
) (*mailstore.Account, error) {
	x.user = user
	return x.config.check(user, right)
}

func (x *Exchange) token(user, token string) (*mailstore.Account, error) {
	x.user = user
	if a := x.config.owner(token); user == "" && a != nil {
		x.user = a.Addr
	}
	return x.config.token(user, token)
}

// A stepFunc takes one response of an exchange: nil is no initial response.
// It sets x.step if another function is to take the next one.
type stepFunc func(x *Exchange, response []byte) (challenge []byte, done bool, err error)

// Next takes the client's response, decoded: nil before the first, if the
// client has sent no initial response. It returns the next challenge, done, or
// one of this package's errors, after which the exchange is over. A challenge
// that comes with done is the mechanism's last word: since none of the three
// protocols has room for it in the reply, it is sent as a challenge that the
// client answers with an empty line.
func (x *Exchange) Next(response []byte) (challenge []byte, done bool, err error) {
	if x.step == nil {
		return nil, false, ErrMalformed
	}
	challenge, done, err = x.step(x, response)
	if done || err != nil {
		x.step = nil
	}
	return challenge, done, err
}

// Account returns whom the exchange has authenticated, nil before it is done.
func (x *Exchange) Account() *mailstore.Account { return x.account }

// finish ends an exchange that has authenticated a, unless err isn't nil.
// authzid is whom the user wants to act as: "" or, as nobody is allowed more,
// the user.
func (x *Exchange) finish(authzid string, a *mailstore.Account, err error) ([]byte, bool, error) {
	switch {
	case err != nil:
		return nil, false, err
	case authzid != "" && !strings.EqualFold(authzid, a.Addr):
		return nil, false, ErrAuthorization
	}
	x.account = a
	return nil, true, nil
}

// fail sends a last challenge, which says why the login failed, and fails once
// the client has answered it.
func (x *Exchange) fail(challenge string, err error) ([]byte, bool, error) {
	x.failed = err
	x.step = func(x *Exchange, response []byte) ([]byte, bool, error) {
		if s := string(response); s != "" && s != "\x01" {
			return nil, false, ErrMalformed
		}
		return nil, false, err
	}
	return []byte(challenge), false, nil
}
