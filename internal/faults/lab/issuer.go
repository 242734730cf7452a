//go:build linux

package lab

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/pem"
	"math/big"
	"time"
)

// Issuer issues certificates.
type Issuer struct {
	Certificate *x509.Certificate
	key         *ecdsa.PrivateKey
}

// newIssuer makes an issuer of this name, which nobody trusts yet.
func newIssuer(name string) (*Issuer, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: name, Organization: []string{name}},
		NotBefore: time.Now().AddDate(-10, 0, 0), NotAfter: time.Now().AddDate(10, 0, 0),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
	}
	certificate, err := signed(template, template, key, key)
	return &Issuer{certificate, key}, err
}

// NewIssuer makes an issuer of this name that nobody trusts: what a security product is to a computer without it.
func NewIssuer(name string) (*Issuer, error) { return newIssuer(name) }

// PEM returns the issuer's certificate as files hold it.
func (i *Issuer) PEM() []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: i.Certificate.Raw})
}

// Issue makes the certificate of a server: valid since last month, for two more. changes are made before it is signed.
func (i *Issuer) Issue(name string, changes ...func(*x509.Certificate)) (tls.Certificate, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return tls.Certificate{}, err
	}
	template := leaf(name, changes)
	certificate, err := signed(template, i.Certificate, key, i.key)
	if err != nil {
		return tls.Certificate{}, err
	}
	return tls.Certificate{Certificate: [][]byte{certificate.Raw, i.Certificate.Raw}, PrivateKey: key, Leaf: certificate}, nil
}

// SelfSigned makes a certificate that only vouches for itself.
func SelfSigned(name string) (tls.Certificate, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return tls.Certificate{}, err
	}
	template := leaf(name, nil)
	certificate, err := signed(template, template, key, key)
	if err != nil {
		return tls.Certificate{}, err
	}
	return tls.Certificate{Certificate: [][]byte{certificate.Raw}, PrivateKey: key, Leaf: certificate}, nil
}

// receipts is the extension by which a certificate says that it was published (RFC 6962). Nothing here reads it.
var receipts = pkix.Extension{Id: asn1.ObjectIdentifier{1, 3, 6, 1, 4, 1, 11129, 2, 4, 2}, Value: []byte{4, 2, 0, 0}}

func leaf(name string, changes []func(*x509.Certificate)) *x509.Certificate {
	template := &x509.Certificate{
		SerialNumber: big.NewInt(2), Subject: pkix.Name{CommonName: name}, DNSNames: []string{name},
		NotBefore: time.Now().AddDate(0, -1, 0), NotAfter: time.Now().AddDate(0, 2, 0),
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
		ExtraExtensions: []pkix.Extension{receipts},
	}
	for _, change := range changes {
		change(template)
	}
	return template
}

func signed(template, parent *x509.Certificate, key, by *ecdsa.PrivateKey) (*x509.Certificate, error) {
	raw, err := x509.CreateCertificate(rand.Reader, template, parent, key.Public(), by)
	if err != nil {
		return nil, err
	}
	return x509.ParseCertificate(raw)
}

// Unpublished takes out of a certificate that it was published: security products do not publish theirs.
func Unpublished(c *x509.Certificate) { c.ExtraExtensions = nil }
