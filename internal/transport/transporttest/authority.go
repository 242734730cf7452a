// Package transporttest is what tests of HTTP clients need from the other side: certificates, good and bad, and
// servers that do not speak HTTP as they should.
package transporttest

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"math/big"
	"net"
	"testing"
	"time"
)

// Authority issues certificates.
type Authority struct {
	Certificate *x509.Certificate
	Key         crypto.Signer
	Pool        *x509.CertPool // holds Certificate only
}

// NewAuthority makes a certificate authority with this common name. changes are made before it is signed.
func NewAuthority(t testing.TB, name string, changes ...func(*x509.Certificate)) *Authority {
	t.Helper()
	return NewAuthorityFor(t, name, newKey(t), changes...)
}

// NewAuthorityFor is NewAuthority for a key of the caller's.
func NewAuthorityFor(t testing.TB, name string, key crypto.Signer, changes ...func(*x509.Certificate)) *Authority {
	t.Helper()
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: name},
		NotBefore: time.Unix(0, 0), NotAfter: time.Date(2100, 1, 1, 0, 0, 0, 0, time.UTC),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
	}
	for _, change := range changes {
		change(template)
	}
	a := &Authority{Key: key, Pool: x509.NewCertPool()}
	a.Certificate = sign(t, template, template, a.Key.Public(), a.Key)
	a.Pool.AddCert(a.Certificate)
	return a
}

// Issue makes a server certificate for localhost, 127.0.0.1 and ::1. changes are made before it is signed.
func (a *Authority) Issue(t testing.TB, changes ...func(*x509.Certificate)) tls.Certificate {
	t.Helper()
	return a.IssueFor(t, newKey(t), changes...)
}

// IssueFor is Issue for a key of the caller's.
func (a *Authority) IssueFor(t testing.TB, key crypto.Signer, changes ...func(*x509.Certificate)) tls.Certificate {
	t.Helper()
	template := serverTemplate()
	for _, change := range changes {
		change(template)
	}
	leaf := sign(t, template, a.Certificate, key.Public(), a.Key)
	return tls.Certificate{Certificate: [][]byte{leaf.Raw, a.Certificate.Raw}, PrivateKey: key, Leaf: leaf}
}

// SelfSigned makes a server certificate that nobody vouches for.
func SelfSigned(t testing.TB) tls.Certificate {
	t.Helper()
	key, template := newKey(t), serverTemplate()
	leaf := sign(t, template, template, key.Public(), key)
	return tls.Certificate{Certificate: [][]byte{leaf.Raw}, PrivateKey: key, Leaf: leaf}
}

func serverTemplate() *x509.Certificate {
	return &x509.Certificate{
		SerialNumber: big.NewInt(2), Subject: pkix.Name{CommonName: "localhost"},
		NotBefore: time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC), NotAfter: time.Date(2099, 1, 1, 0, 0, 0, 0, time.UTC),
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
		DNSNames: []string{"localhost"}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1), net.IPv6loopback},
	}
}

func newKey(t testing.TB) crypto.Signer {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func sign(t testing.TB, template, parent *x509.Certificate, key crypto.PublicKey, by crypto.Signer) *x509.Certificate {
	t.Helper()
	raw, err := x509.CreateCertificate(rand.Reader, template, parent, key, by)
	if err != nil {
		t.Fatal(err)
	}
	certificate, err := x509.ParseCertificate(raw)
	if err != nil {
		t.Fatal(err)
	}
	return certificate
}
