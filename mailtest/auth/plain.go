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
	a, err := x.check(part[1], hasPassword(part[2]))
	return x.finish(part[0], a, err)
}

// login is LOGIN, which no RFC defines (draft-murchison-sasl-login). Clients
// look at the prompts, so these are the ones that all know. An initial response
// is the user name.
func login(x *Exchange, response []byte) ([]byte, bool, error) {
	if response == nil {
		return []byte("Username:"), false, nil
	}
	user := string(response)
	x.step = func(x *Exchange, response []byte) ([]byte, bool, error) {
		a, err := x.check(user, hasPassword(string(response)))
		return x.finish("", a, err)
	}
	return []byte("Password:"), false, nil
}
