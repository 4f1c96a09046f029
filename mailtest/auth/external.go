package auth

import (
	"strings"
	"unicode/utf8"

	"github.com/mailfakes/mailfakes/mailtest/mailstore"
)

// external is EXTERNAL (RFC 4422 appendix A): the client's certificate says
// who it is, by an e-mail address or the common name, and the response whom it
// wants to act as, "" for the same.
func external(x *Exchange, response []byte) ([]byte, bool, error) {
	if response == nil {
		return []byte{}, false, nil
	}
	if !utf8.Valid(response) || strings.Contains(string(response), "\x00") {
		return nil, false, ErrMalformed
	}
	a := x.certificateOwner(string(response))
	if a == nil {
		return nil, false, ErrCredentials
	}
	x.user = a.Addr
	return x.finish(string(response), a, trusted(a))
}

// certificateOwner returns the account that the client's certificate names: if
// it names several, the one that is asked for.
func (x *Exchange) certificateOwner(want string) *mailstore.Account {
	cert := x.tls.PeerCertificates[0]
	var first *mailstore.Account
	for _, name := range append(cert.EmailAddresses, cert.Subject.CommonName) {
		a := x.config.Store.Lookup(name)
		if a != nil && strings.EqualFold(name, want) {
			return a
		}
		if first == nil {
			first = a
		}
	}
	return first
}

// anonymous is ANONYMOUS (RFC 4505): the response is a trace of up to 255
// characters, which nobody checks. The user is the account "anonymous".
func anonymous(x *Exchange, response []byte) ([]byte, bool, error) {
	if response == nil {
		return []byte{}, false, nil
	}
	trace := string(response)
	long := utf8.RuneCountInString(trace) > 255
	if long || !utf8.ValidString(trace) || strings.Contains(trace, "\x00") {
		return nil, false, ErrMalformed
	}
	a := x.config.Store.Account("anonymous")
	return x.finish("", a, trusted(a))
}
