package auth

import (
	"strings"
	"unicode/utf8"
)

// plain is PLAIN (RFC 4616): [authzid] NUL authcid NUL passwd, where the
// latter two must not be empty.
func plain(x *Exchange, response []byte) ([]byte, bool, error) {
	if response == nil {
		return []byte{}, false, nil
	}
	part := strings.Split(string(response), "\x00")
	if len(part) != 3 || part[1] == "" || part[2] == "" || !utf8.Valid(response) {
		return nil, false, ErrMalformed
	}
	return x.login(part[0], part[1], part[2])
}

// login ends an exchange with a user name and a password. authzid is whom the
// user wants to act as: "" or, as nobody is allowed more, the user.
func (x *Exchange) login(authzid, user, password string) ([]byte, bool, error) {
	a, err := x.config.Password(user, password)
	if err != nil {
		return nil, false, err
	}
	if authzid != "" && !strings.EqualFold(authzid, a.Addr) {
		return nil, false, ErrAuthorization
	}
	x.account = a
	return nil, true, nil
}
