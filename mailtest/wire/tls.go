package wire

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"net"
	"sync"
	"time"
)

// A TLSCase says what a client meets when it asks for TLS. The zero value is a
// server as it should be.
type TLSCase string

// Valid is a certificate of the test CA for the name that the client asks for.
const Valid TLSCase = ""

// authority is the certificate authority of a process: see theCA.
type authority struct {
	cert *x509.Certificate
	key  *ecdsa.PrivateKey
	pem  []byte
	pool *x509.CertPool

	mu     sync.Mutex
	leaves map[string]*tls.Certificate // guarded by mu
}

// theCA makes the process's CA on first use. All servers share it, so that a
// client set up once trusts each of them.
var theCA = sync.OnceValue(newAuthority)

// Certificates are valid from 1970 to 2100: the clock of a testing/synctest
// bubble starts in the year 2000.
var (
	notBefore = time.Date(1970, 1, 1, 0, 0, 0, 0, time.UTC)
	notAfter  = time.Date(2100, 1, 1, 0, 0, 0, 0, time.UTC)
)

func newAuthority() *authority {
	key := newKey()
	tmpl := &x509.Certificate{
		SerialNumber:          big.NewInt(1),
		Subject:               pkix.Name{CommonName: "mailfakes test CA"},
		NotBefore:             notBefore,
		NotAfter:              notAfter,
		IsCA:                  true,
		BasicConstraintsValid: true,
		KeyUsage:              x509.KeyUsageCertSign | x509.KeyUsageDigitalSignature,
	}
	der := must(x509.CreateCertificate(rand.Reader, tmpl, tmpl, &key.PublicKey, key))
	a := &authority{
		cert:   must(x509.ParseCertificate(der)),
		key:    key,
		pem:    pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}),
		pool:   x509.NewCertPool(),
		leaves: make(map[string]*tls.Certificate),
	}
	a.pool.AddCert(a.cert)
	return a
}

func newKey() *ecdsa.PrivateKey {
	return must(ecdsa.GenerateKey(elliptic.P256(), rand.Reader))
}

// must is for calls on our own values, which fail only if crypto/rand does.
func must[T any](v T, err error) T {
	if err != nil {
		panic("wire: making a test certificate: " + err.Error())
	}
	return v
}

// leaf returns a certificate for name, or for the loopback addresses and the
// default host names if name is "".
func (a *authority) leaf(name string) *tls.Certificate {
	a.mu.Lock()
	defer a.mu.Unlock()
	if c := a.leaves[name]; c != nil {
		return c
	}
	key := newKey()
	tmpl := &x509.Certificate{
		SerialNumber: big.NewInt(int64(len(a.leaves) + 2)),
		NotBefore:    notBefore,
		NotAfter:     notAfter,
		KeyUsage:     x509.KeyUsageDigitalSignature,
		ExtKeyUsage:  []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
		DNSNames:     []string{"localhost", "example.com", "mail.example.com"},
		IPAddresses:  []net.IP{net.IPv4(127, 0, 0, 1), net.IPv6loopback},
	}
	if name != "" {
		tmpl.DNSNames = []string{name}
	}
	tmpl.Subject.CommonName = tmpl.DNSNames[0]
	der := must(x509.CreateCertificate(rand.Reader, tmpl, a.cert, &key.PublicKey, a.key))
	c := &tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
	c.Leaf = must(x509.ParseCertificate(der))
	a.leaves[name] = c
	return c
}

func serverTLS() *tls.Config {
	return &tls.Config{
		MinVersion: tls.VersionTLS12,
		GetCertificate: func(hello *tls.ClientHelloInfo) (*tls.Certificate, error) {
			return theCA().leaf(hello.ServerName), nil
		},
	}
}

// ClientTLS returns a configuration that trusts the test CA, which has signed
// the certificate of every server of this process. Set its ServerName if the
// client doesn't.
func ClientTLS() *tls.Config {
	return &tls.Config{RootCAs: theCA().pool}
}

// CAPEM returns the test CA's certificate in PEM, for clients that want a
// file.
func CAPEM() []byte {
	return append([]byte(nil), theCA().pem...)
}
