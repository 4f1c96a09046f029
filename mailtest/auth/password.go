package auth

import (
	"slices"

	"github.com/mailfakes/mailfakes/mailtest/mailstore"
	"github.com/mailfakes/mailfakes/mailtest/wire"
	"github.com/xdg-go/stringprep"
)

// Password logs in on a connection with a user name and a password, as IMAP's
// LOGIN and POP3's USER and PASS do. A user name is a whole address, in any
// case. The connection is told of a refusal; it may be nil.
func (c *Config) Password(conn *wire.Conn, user, password string) (*mailstore.Account, error) {
	a, err := c.check(user, hasPassword(password))
	c.tell(conn, user, err)
	return a, err
}

// tell notes on a connection why a user was refused, if that is what err says.
func (c *Config) tell(conn *wire.Conn, user string, err error) {
	switch {
	case conn == nil || !refused(err):
	case err == ErrCredentials && user == "":
		conn.LoginRefused("no account has the token or the certificate")
	case err == ErrCredentials && c.Store.Lookup(user) == nil:
		conn.LoginRefused("there is no account " + user + ": Account makes one, and so does mail to it")
	case err == ErrCredentials:
		conn.LoginRefused("what was sent isn't the password or token of " + user)
	default:
		conn.LoginRefused(user + ": " + err.Error())
	}
}

func hasPassword(password string) func(*mailstore.Account) bool {
	return func(a *mailstore.Account) bool { return samePassword(a.Password, password) }
}

// check logs in by what is made of a password: right says whether it is.
func (c *Config) check(
	user string, right func(a *mailstore.Account) bool,
) (*mailstore.Account, error) {
	a := c.Store.Lookup(user)
	switch {
	case a == nil:
		return nil, ErrCredentials
	case a.Unavailable:
		return nil, ErrUnavailable
	case !right(a):
		return nil, ErrCredentials
	case a.Disabled:
		return nil, ErrDisabled
	case a.RefusePassword:
		return nil, ErrTooWeak
	case a.MustChangePassword:
		return nil, ErrPasswordChange
	}
	return a, nil
}

// samePassword reports whether a client's password is the account's, as it
// stands or in the normal form of RFC 4616 section 2.
func samePassword(want, got string) bool {
	if want == got {
		return true
	}
	w, err1 := stringprep.SASLprep.Prepare(want)
	g, err2 := stringprep.SASLprep.Prepare(got)
	return err1 == nil && err2 == nil && w == g
}

// token logs in with a bearer token. A user name of "" is whoever has it.
func (c *Config) token(user, token string) (*mailstore.Account, error) {
	a := c.Store.Lookup(user)
	if user == "" {
		a = c.owner(token)
	}
	switch {
	case a == nil:
		return nil, ErrCredentials
	case a.Unavailable:
		return nil, ErrUnavailable
	case slices.Contains(a.ExpiredTokens, token):
		return nil, ErrExpired
	case !slices.Contains(a.Tokens, token):
		return nil, ErrCredentials
	case a.Disabled:
		return nil, ErrDisabled
	}
	return a, nil
}

// owner returns the account that has or had a token.
func (c *Config) owner(token string) *mailstore.Account {
	for _, a := range c.Store.Accounts() {
		if slices.Contains(a.Tokens, token) || slices.Contains(a.ExpiredTokens, token) {
			return a
		}
	}
	return nil
}

// trusted logs in a user whose identity is beyond doubt.
func trusted(a *mailstore.Account) error {
	switch {
	case a.Unavailable:
		return ErrUnavailable
	case a.Disabled:
		return ErrDisabled
	}
	return nil
}

// Secrets returns the passwords and tokens of the accounts whose addresses
// named says it knows: what a client that uses these must not send in the
// clear. The fields of others aren't looked at, since a test may be setting
// them.
func (c *Config) Secrets(named func(addr string) bool) (list []string) {
	for _, a := range c.Store.Accounts() {
		if named(a.Addr) {
			list = append(append(list, a.Password), a.Tokens...)
		}
	}
	return list
}
