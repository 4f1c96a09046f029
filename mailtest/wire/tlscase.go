package wire

import (
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"time"
)

// A TLSCase says what a client meets when it asks for TLS, from the first byte
// or by upgrade. The zero value is a server as it should be. Each case is the
// same in a testing/synctest bubble, whose clock starts in the year 2000.
type TLSCase string

// What a client may meet. Unless it says otherwise the certificate is one of
// the test CA, for the name that the client asks for, and TLS is 1.2 or 1.3.
const (
	Valid          TLSCase = ""                 // nothing wrong
	Expired        TLSCase = "expired"          // valid until the end of 1999
	NotYetValid    TLSCase = "not yet valid"    // valid from the year 2099
	WrongHost      TLSCase = "wrong host"       // for wrong-host.example
	CommonNameOnly TLSCase = "common name only" // no SAN (RFC 9525 section 6.3)
	SelfSigned     TLSCase = "self-signed"      // signed by its own key
	UnknownCA      TLSCase = "unknown CA"       // signed by a CA that nobody trusts

	// MissingIntermediate is a chain that lacks the CA that signed the
	// certificate, which the test CA has signed.
	MissingIntermediate TLSCase = "missing intermediate"
	// OldTLS is a server that has nothing newer (RFC 8996).
	OldTLS TLSCase = "TLS 1.0 and 1.1 only"
	// NoCommonCipher is a server with no cipher suite that fits.
	NoCommonCipher TLSCase = "no common cipher"
	// ClientCertRequired asks for a certificate of the test CA: see
	// ClientCert.
	ClientCertRequired TLSCase = "client certificate required"
	// ClientCertOptional asks for one, and verifies it if there is one.
	ClientCertOptional TLSCase = "client certificate optional"
	// HandshakeStalls never answers the client's hello.
	HandshakeStalls TLSCase = "handshake stalls"
	// PlaintextInstead answers the client's hello by a greeting in the
	// clear.
	PlaintextInstead TLSCase = "plaintext instead of TLS"
)

// tlsCases are the cases that have a handshake, by how they differ from a
// valid one.
var tlsCases = map[TLSCase]func(*tls.Config){
	Valid:               func(*tls.Config) {},
	Expired:             leafCase(func(l *x509.Certificate) { l.NotAfter = expiry }),
	NotYetValid:         leafCase(func(l *x509.Certificate) { l.NotBefore = future }),
	WrongHost:           leafCase(wrongHost),
	CommonNameOnly:      leafCase(func(l *x509.Certificate) { l.DNSNames, l.IPAddresses = nil, nil }),
	SelfSigned:          issuer(selfSigned),
	UnknownCA:           issuer(unknownCA),
	MissingIntermediate: issuer(missingIntermediate),
	OldTLS: func(c *tls.Config) {
		c.MinVersion, c.MaxVersion = tls.VersionTLS10, tls.VersionTLS11
	},
	NoCommonCipher: func(c *tls.Config) {
		c.MaxVersion = tls.VersionTLS12 // and none that goes with the key:
		c.CipherSuites = []uint16{tls.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256}
	},
	ClientCertRequired: clientCert(tls.RequireAndVerifyClientCert),
	ClientCertOptional: clientCert(tls.VerifyClientCertIfGiven),
	HandshakeStalls:    nil,
	PlaintextInstead:   nil,
}

var (
	expiry = time.Date(1999, 12, 31, 23, 59, 59, 0, time.UTC)
	future = time.Date(2099, 1, 1, 0, 0, 0, 0, time.UTC)
)

// checkTLSCase panics if there is no such case.
func (h *Host) checkTLSCase(tc TLSCase) {
	if _, ok := tlsCases[tc]; ok {
		return
	}
	var known []string
	for k := range tlsCases {
		known = append(known, fmt.Sprintf("%q", string(k)))
	}
	slices.Sort(known)
	panic(fmt.Sprintf("%s: no TLS case %q; there are %v", h.Name, string(tc), known))
}

// tlsConfig returns the configuration of a case, the same each time, so that
// clients may resume sessions.
func (h *Host) tlsConfig(tc TLSCase) *tls.Config {
	h.tlsMu.Lock()
	defer h.tlsMu.Unlock()
	if conf := h.tlsConf[tc]; conf != nil {
		return conf
	}
	conf := &tls.Config{
		MinVersion: tls.VersionTLS12,
		GetCertificate: func(hello *tls.ClientHelloInfo) (*tls.Certificate, error) {
			return theCA().leaf(hello.ServerName)
		},
	}
	tlsCases[tc](conf)
	if h.tlsConf == nil {
		h.tlsConf = make(map[TLSCase]*tls.Config)
	}
	h.tlsConf[tc] = conf
	return conf
}

// leafCase makes certificates of the test CA that edit has changed.
func leafCase(edit func(*x509.Certificate)) func(*tls.Config) {
	return issuer(func(name string) (*tls.Certificate, error) {
		l := serverLeaf(name)
		edit(l)
		return theCA().issue(l)
	})
}

func issuer(issue func(name string) (*tls.Certificate, error)) func(*tls.Config) {
	return func(c *tls.Config) {
		c.GetCertificate = func(hello *tls.ClientHelloInfo) (*tls.Certificate, error) {
			return issue(hello.ServerName)
		}
	}
}

func wrongHost(l *x509.Certificate) {
	l.DNSNames, l.IPAddresses = []string{"wrong-host.example"}, nil
	l.Subject = pkix.Name{CommonName: "wrong-host.example"}
}

func selfSigned(name string) (*tls.Certificate, error) {
	l := serverLeaf(name)
	ca := theCA()
	self := &authority{cert: l, key: ca.leafs, leafs: ca.leafs, serial: 1}
	return self.issue(l)
}

// Two more authorities of the process.
var (
	theUnknownCA = sync.OnceValue(func() *authority {
		return newAuthority("unknown test CA", nil)
	})
	theIntermediate = sync.OnceValue(func() *authority {
		return newAuthority("test intermediate", theCA())
	})
)

func unknownCA(name string) (*tls.Certificate, error) { return theUnknownCA().leaf(name) }

func missingIntermediate(name string) (*tls.Certificate, error) {
	return theIntermediate().leaf(name)
}

func clientCert(auth tls.ClientAuthType) func(*tls.Config) {
	return func(c *tls.Config) {
		c.ClientAuth = auth
		c.ClientCAs = x509.NewCertPool()
		c.ClientCAs.AddCert(theCA().cert)
	}
}

// ClientCert returns a certificate of the test CA for a client, with user, such
// as "alice@example.com", as its subject's common name and, if it is an
// address in US-ASCII, as its alternative name. It goes with the cases
// ClientCertRequired and ClientCertOptional, and SASL EXTERNAL (RFC 4422
// appendix A).
func ClientCert(user string) tls.Certificate {
	l := &x509.Certificate{
		Subject:     pkix.Name{CommonName: user},
		NotBefore:   notBefore,
		NotAfter:    notAfter,
		KeyUsage:    x509.KeyUsageDigitalSignature,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth},
	}
	if isASCIIAddress(user) {
		l.EmailAddresses = []string{user}
	}
	return *must(theCA().issue(l))
}

func isASCIIAddress(s string) bool {
	at := false
	for _, r := range s {
		if r <= ' ' || r >= 0x7f {
			return false
		}
		at = at || r == '@'
	}
	return at
}

// CertUser returns the user that a client's certificate names: see
// [ClientCert]. It is "" if there is none, or state is nil.
func CertUser(state *tls.ConnectionState) string {
	if state == nil || len(state.VerifiedChains) == 0 {
		return ""
	}
	leaf := state.PeerCertificates[0]
	if len(leaf.EmailAddresses) > 0 {
		return leaf.EmailAddresses[0]
	}
	return leaf.Subject.CommonName
}

// meet plays a case that has no handshake.
func (c *Conn) meet(tc TLSCase) error {
	c.log.mark(string(tc))
	if tc == PlaintextInstead {
		c.awaitHello()
		c.WriteString(strings.TrimRight(c.host.banner(), "\r\n") + "\r\n")
		c.flush()
		c.halfClose()
	} else {
		c.stall()
	}
	return c.fail(io.EOF)
}

func (h *Host) banner() string {
	if h.Banner != "" {
		return h.Banner
	}
	return "this is not TLS"
}

// awaitHello reads the begin of the client's hello.
func (c *Conn) awaitHello() { c.read(make([]byte, 1)) }
