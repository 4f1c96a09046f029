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

// An authority is a certificate authority.
type authority struct {
	cert  *x509.Certificate
	key   *ecdsa.PrivateKey
	chain [][]byte          // what follows a leaf in the handshake
	leafs *ecdsa.PrivateKey // the key of all leaves

	mu     sync.Mutex
	serial int64                       // guarded by mu
	leaves map[string]*tls.Certificate // guarded by mu
}

// theCA makes the process's CA on first use. All servers share it, so that a
// client set up once trusts each of them.
var theCA = sync.OnceValue(func() *authority { return newAuthority("mailfakes test CA", nil) })

// Certificates are valid from 1970 to 2100: the clock of a testing/synctest
// bubble starts in the year 2000.
var (
	notBefore = time.Date(1970, 1, 1, 0, 0, 0, 0, time.UTC)
	notAfter  = time.Date(2100, 1, 1, 0, 0, 0, 0, time.UTC)
)

// newAuthority makes a root, or an intermediate that parent has signed.
func newAuthority(name string, parent *authority) *authority {
	a := &authority{
		key: newKey(), leafs: newKey(), serial: 1,
		leaves: make(map[string]*tls.Certificate),
	}
	tmpl := &x509.Certificate{
		SerialNumber:          big.NewInt(1),
		Subject:               pkix.Name{CommonName: name},
		NotBefore:             notBefore,
		NotAfter:              notAfter,
		IsCA:                  true,
		BasicConstraintsValid: true,
		KeyUsage:              x509.KeyUsageCertSign | x509.KeyUsageDigitalSignature,
	}
	signer, key := tmpl, a.key
	if parent != nil {
		tmpl.SerialNumber = parent.nextSerial()
		signer, key = parent.cert, parent.key
	}
	der := must(x509.CreateCertificate(rand.Reader, tmpl, signer, &a.key.PublicKey, key))
	a.cert = must(x509.ParseCertificate(der))
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

func (a *authority) nextSerial() *big.Int {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.serial++
	return big.NewInt(a.serial)
}

// maxLeaves bounds the cache: names come from clients.
const maxLeaves = 1000

// leaf returns a server certificate for name, or for the loopback addresses
// and the default host names if name is "".
func (a *authority) leaf(name string) (*tls.Certificate, error) {
	a.mu.Lock()
	c := a.leaves[name]
	a.mu.Unlock()
	if c != nil {
		return c, nil
	}
	c, err := a.issue(serverLeaf(name))
	if err != nil {
		return nil, err
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if len(a.leaves) >= maxLeaves {
		clear(a.leaves)
	}
	a.leaves[name] = c
	return c, nil
}

// issue signs a certificate. It fails if a name in tmpl is none.
func (a *authority) issue(tmpl *x509.Certificate) (*tls.Certificate, error) {
	tmpl.SerialNumber = a.nextSerial()
	der, err := x509.CreateCertificate(rand.Reader, tmpl, a.cert, &a.leafs.PublicKey, a.key)
	if err != nil {
		return nil, err
	}
	c := &tls.Certificate{Certificate: append([][]byte{der}, a.chain...), PrivateKey: a.leafs}
	c.Leaf, err = x509.ParseCertificate(der)
	return c, err
}

func serverLeaf(name string) *x509.Certificate {
	tmpl := &x509.Certificate{
		NotBefore:   notBefore,
		NotAfter:    notAfter,
		KeyUsage:    x509.KeyUsageDigitalSignature,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
		DNSNames:    []string{name},
	}
	// GnuTLS asks for an address by name too, against RFC 6066 section 3, and
	// then wants it among the addresses.
	if ip := net.ParseIP(name); name == "" || ip != nil {
		tmpl.DNSNames = []string{"localhost", "mail.example.com", "example.com", "*.example.com"}
		tmpl.IPAddresses = []net.IP{net.IPv4(127, 0, 0, 1), net.IPv6loopback, serverAddr.IP}
		if ip != nil {
			tmpl.IPAddresses = append(tmpl.IPAddresses, ip)
		}
	}
	tmpl.Subject.CommonName = tmpl.DNSNames[0]
	return tmpl
}

// ServerCert returns a certificate of the test CA for the names and addresses,
// for a server that a fault's Conf describes. It panics if one is none.
func ServerCert(names ...string) tls.Certificate {
	tmpl := serverLeaf("")
	tmpl.DNSNames, tmpl.IPAddresses = nil, nil
	for _, n := range names {
		if ip := net.ParseIP(n); ip != nil {
			tmpl.IPAddresses = append(tmpl.IPAddresses, ip)
		} else {
			tmpl.DNSNames = append(tmpl.DNSNames, n)
		}
	}
	return *must(theCA().issue(tmpl))
}

// ClientTLS returns a configuration that trusts the test CA, which has signed
// the certificate of every server of this process. Its ServerName is the
// servers' default host name, so that it fits clients that connect by address,
// and those that leave the name to their caller. Set it to "" to see whether a
// client sets it to the host that it was given, as it should.
func ClientTLS() *tls.Config {
	pool := x509.NewCertPool()
	pool.AddCert(theCA().cert)
	return &tls.Config{RootCAs: pool, ServerName: "mail.example.com"}
}

// CAPEM returns the test CA's certificate in PEM, for clients that want a
// file.
func CAPEM() []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: theCA().cert.Raw})
}
