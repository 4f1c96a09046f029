// Package auth is the server side of logging in, for all three protocols in
// one place: SASL mechanisms (RFC 4422) and passwords against a store's
// accounts.
//
// A server fills in a [Config] and calls its Authenticate for AUTH and
// AUTHENTICATE, Password for LOGIN, USER and PASS, and Offered for what it
// announces. Errors come by kind; each server words them in its own protocol.
package auth

import (
	"crypto/tls"
	"errors"
	"slices"
	"strings"

	"github.com/mailfakes/mailfakes/mailtest/mailstore"
)

// Errors of a login, with the replies that SMTP, IMAP and POP3 have for them.
var (
	// ErrCredentials: 535 5.7.8, NO [AUTHENTICATIONFAILED], -ERR [AUTH]. It
	// doesn't tell an unknown user from a wrong password.
	ErrCredentials = errors.New("wrong user name or password")
	// ErrAuthorization: the password is right, but the user may not act as
	// the one asked for. 535 5.7.8, NO [AUTHORIZATIONFAILED], -ERR [AUTH].
	ErrAuthorization = errors.New("not allowed to act as that user")
	// ErrMechanism: 504 5.5.4, NO, -ERR.
	ErrMechanism = errors.New("mechanism is not supported")
	// ErrMalformed: bad base64, or a response that the mechanism's grammar
	// doesn't allow. 501 5.5.2, BAD, -ERR.
	ErrMalformed = errors.New("malformed SASL response")
	// ErrTooLong: a response line over MaxLine. 500 5.5.6, BAD, -ERR.
	ErrTooLong = errors.New("SASL response line is too long")
	// ErrCanceled: the client has sent "*". 501 5.7.0, BAD, -ERR.
	ErrCanceled = errors.New("authentication cancelled")
	// ErrNoReply: nothing is to be replied. The connection has ended, or a
	// fault has answered.
	ErrNoReply = errors.New("no reply is due")
)

// A Config says who can log in and how. It isn't changed by its methods, which
// may be called by several goroutines.
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
// USER and PASS do. A user name is a whole address, in any case.
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
	step := steps[mechanism]
	if step == nil {
		return nil, ErrMechanism
	}
	return &Exchange{config: c, step: step}, nil
}

// steps has the function that does each mechanism's first step.
var steps = map[string]stepFunc{
	"PLAIN": plain,
}
