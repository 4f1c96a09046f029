// Package auth is the server side of logging in, for all three protocols in
// one place: SASL mechanisms (RFC 4422) and passwords against a store's
// accounts.
//
// A server fills in a [Config] and calls its Authenticate for AUTH and
// AUTHENTICATE, Password for LOGIN, USER and PASS, APOP, and Offered for what
// it announces. Errors come by kind; each server words them in its own
// protocol. Users of the fakes need this package for the names of mechanisms
// only: see the table at [Config].
//
// # Not supported
//
// GSSAPI and Kerberos, DIGEST-MD5 and SCRAM-SHA-512 are missing, and NTLM has
// no version 1. A bearer token is compared with the account's, not verified.
package auth

import (
	"crypto/tls"
	"errors"
	"slices"
	"strings"
	"sync/atomic"

	"github.com/mailfakes/mailfakes/mailtest/mailstore"
)

// Errors of a login, with the replies that SMTP, IMAP and POP3 have for them.
// They are returned as they are.
var (
	// ErrCredentials: 535 5.7.8, NO [AUTHENTICATIONFAILED], -ERR [AUTH]. It
	// doesn't tell an unknown user from a wrong password.
	ErrCredentials = errors.New("wrong user name or password")
	// ErrAuthorization: the password is right, but the user may not act as
	// the one asked for. 535 5.7.8, NO [AUTHORIZATIONFAILED], -ERR [AUTH].
	ErrAuthorization = errors.New("not allowed to act as that user")
	// ErrExpired: the token was valid once. 535 5.7.8, NO [EXPIRED], -ERR
	// [AUTH].
	ErrExpired = errors.New("token has expired")
	// ErrPasswordChange: the account's MustChangePassword. 432 4.7.12, NO
	// [EXPIRED], -ERR [AUTH].
	ErrPasswordChange = errors.New("password must be changed first")
	// ErrTooWeak: the account's RefusePassword. 534 5.7.9, NO [ALERT], -ERR
	// [AUTH].
	ErrTooWeak = errors.New("passwords are not accepted for this account")
	// ErrDisabled: the account's Disabled. 525 5.7.13, NO [CONTACTADMIN],
	// -ERR [SYS/PERM].
	ErrDisabled = errors.New("account is disabled")
	// ErrUnavailable: the account's Unavailable. 454 4.7.0, NO
	// [UNAVAILABLE], -ERR [SYS/TEMP].
	ErrUnavailable = errors.New("temporary authentication failure")
	// ErrEncryption: TLS is needed first. 538 5.7.11, NO [PRIVACYREQUIRED],
	// -ERR [AUTH].
	ErrEncryption = errors.New("encryption is required for this mechanism")
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

// A Config says who can log in and how. Set its fields before its first use;
// its methods may be called by several goroutines. It must not be copied.
//
// These mechanisms are served. The default ones are offered if Mechanisms is
// nil. With TLSOnly, those that send the password or token as it is are left
// out outside TLS.
//
//	mechanism             RFC                 default  sends secret
//	PLAIN                 4616                yes      as it is
//	LOGIN                 draft-murchison     yes      as it is
//	CRAM-MD5              2195                yes      no
//	SCRAM-SHA-1           5802                yes      no
//	SCRAM-SHA-256         7677                yes      no
//	SCRAM-SHA-1-PLUS      5802, 9266          no       no; only inside TLS
//	SCRAM-SHA-256-PLUS    7677, 9266          no       no; only inside TLS
//	XOAUTH2               Google, Microsoft   yes      as it is
//	OAUTHBEARER           7628                yes      as it is
//	EXTERNAL              4422 appendix A     no       no; only with a client certificate
//	ANONYMOUS             4505                no       has none
//	NTLM                  [MS-NLMP], v2       no       no
//
// The -PLUS variants must be asked for, because clients that prefer them
// without being able to bind to the channel give up.
type Config struct {
	Store    *mailstore.Store
	Service  string // "smtp", "imap" or "pop"
	Hostname string // the server's name
	// Mechanisms are what is offered, in this order, as far as they can be
	// used. nil is the default set. Names that are not in the table are
	// offered too, and refused when they are tried.
	Mechanisms []string
	// TLSOnly offers mechanisms that send the secret as it is only inside
	// TLS.
	TLSOnly bool

	stamps atomic.Int64 // how many timestamps were made
	fixed  string       // timestamp or nonce instead of one made, for tests
	salt   string       // of SCRAM instead of one made, for tests
}

// A mechanism is a row of the table of mechanisms.
type mechanism struct {
	first stepFunc // does the first step
	clear bool     // sends the secret as it is
	bound bool     // bound to the TLS channel
	cert  bool     // uses the client's certificate
}

// mechanisms are the mechanisms that are served.
var mechanisms = map[string]*mechanism{
	"PLAIN":              {first: plain, clear: true},
	"LOGIN":              {first: login, clear: true},
	"CRAM-MD5":           {first: cramMD5},
	"SCRAM-SHA-1":        {first: scramFirst},
	"SCRAM-SHA-256":      {first: scramFirst},
	"SCRAM-SHA-1-PLUS":   {first: scramFirst, bound: true},
	"SCRAM-SHA-256-PLUS": {first: scramFirst, bound: true},
	"XOAUTH2":            {first: xoauth2, clear: true},
	"OAUTHBEARER":        {first: oauthBearer, clear: true},
	"EXTERNAL":           {first: external, cert: true},
	"ANONYMOUS":          {first: anonymous},
	"NTLM":               {first: ntlm},
}

var defaultMechanisms = []string{
	"PLAIN", "LOGIN", "CRAM-MD5", "SCRAM-SHA-1", "SCRAM-SHA-256", "XOAUTH2", "OAUTHBEARER",
}

// listed returns the mechanisms that are offered to somebody.
func (c *Config) listed() []string {
	if c.Mechanisms == nil {
		return defaultMechanisms
	}
	return c.Mechanisms
}

// Offered returns the mechanisms that can be used now: state is nil in the
// clear.
func (c *Config) Offered(state *tls.ConnectionState) []string {
	listed := c.listed()
	list := make([]string, 0, len(listed))
	for _, name := range listed {
		if name = strings.ToUpper(name); c.usable(name, state) == nil {
			list = append(list, name)
		}
	}
	return list
}

// usable returns an error if the connection isn't fit for a mechanism.
func (c *Config) usable(name string, state *tls.ConnectionState) error {
	m := mechanisms[name]
	switch {
	case m == nil:
		return nil
	case state == nil && m.clear && c.TLSOnly:
		return ErrEncryption
	case state == nil && m.bound:
		return ErrEncryption
	case m.cert && (state == nil || len(state.PeerCertificates) == 0):
		return ErrMechanism
	}
	return nil
}

// Start begins an exchange by a mechanism, named in any case. It returns
// ErrMechanism if that isn't offered, and ErrEncryption if it were inside TLS.
func (c *Config) Start(name string, state *tls.ConnectionState) (*Exchange, error) {
	name = strings.ToUpper(name)
	same := func(s string) bool { return strings.EqualFold(s, name) }
	if !slices.ContainsFunc(c.listed(), same) || mechanisms[name] == nil {
		return nil, ErrMechanism
	}
	if err := c.usable(name, state); err != nil {
		return nil, err
	}
	return &Exchange{
		config: c, tls: state, name: name, step: mechanisms[name].first,
		canBind: slices.Contains(c.Offered(state), name+"-PLUS"),
	}, nil
}

// refused reports whether err is the answer to somebody who has said who they
// are, rather than one about how they said it.
func refused(err error) bool {
	switch err {
	case ErrCredentials, ErrAuthorization, ErrExpired, ErrPasswordChange, ErrTooWeak, ErrDisabled:
		return true
	}
	return false
}
