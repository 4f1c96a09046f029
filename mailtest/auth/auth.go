// Package auth is the server side of logging in, for all three protocols in
// one place: SASL mechanisms and passwords against a store's accounts.
//
// It returns errors by kind; each server words them in its own protocol.
package auth

import (
	"crypto/tls"
	"errors"
	"slices"
	"strings"

	"github.com/mailfakes/mailfakes/mailtest/mailstore"
)

// Errors of a login. Each server answers them with its own codes.
var (
	ErrCredentials = errors.New("wrong user name or password") // 535 5.7.8, [AUTHENTICATIONFAILED], [AUTH]
	ErrMechanism   = errors.New("mechanism is not supported")  // 504 5.5.4
	ErrMalformed   = errors.New("malformed SASL response")     // 501 5.5.2
)

// A Config says who can log in and how.
type Config struct {
	Store      *mailstore.Store
	Service    string   // "smtp", "imap" or "pop"
	Hostname   string   // the server's name
	Mechanisms []string // offered, in this order; nil is the default set
}

// Offered returns the mechanisms that can be used now: state is nil in the
// clear.
func (c *Config) Offered(state *tls.ConnectionState) []string {
	if c.Mechanisms == nil {
		return []string{"PLAIN"}
	}
	return c.Mechanisms
}

// Password logs in with a user name and a password, as IMAP's LOGIN and POP3's
// USER and PASS do.
func (c *Config) Password(user, password string) (*mailstore.Account, error) {
	a := c.Store.Lookup(user)
	if a == nil || a.Password != password {
		return nil, ErrCredentials
	}
	return a, nil
}

// Start begins an exchange by a mechanism, named in any case. It returns
// ErrMechanism if that isn't offered.
func (c *Config) Start(mechanism string, state *tls.ConnectionState) (*Exchange, error) {
	mechanism = strings.ToUpper(mechanism)
	if !slices.Contains(c.Offered(state), mechanism) {
		return nil, ErrMechanism
	}
	return &Exchange{config: c}, nil
}

// An Exchange is one SASL exchange (RFC 4422). One goroutine uses it.
type Exchange struct {
	config  *Config
	account *mailstore.Account
}

// Next takes the client's response, decoded: nil before the first, if the
// client has sent no initial response. It returns the next challenge, or done.
// A challenge that comes with done is the mechanism's last word, to be sent
// with or before the success reply.
func (x *Exchange) Next(response []byte) (challenge []byte, done bool, err error) {
	if response == nil {
		return []byte{}, false, nil
	}
	part := strings.Split(string(response), "\x00")
	if len(part) != 3 {
		return nil, false, ErrMalformed
	}
	x.account, err = x.config.Password(part[1], part[2])
	return nil, err == nil, err
}

// Account returns whom the exchange has authenticated, nil before it is done.
func (x *Exchange) Account() *mailstore.Account { return x.account }
