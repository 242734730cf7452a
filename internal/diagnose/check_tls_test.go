package diagnose_test

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"net/netip"
	"strings"
	"testing"
	"time"

	"latchkey/internal/diagnose"
	"latchkey/internal/problem"
	"latchkey/internal/transport/transporttest"
)

func named(names ...string) func(*x509.Certificate) {
	return func(c *x509.Certificate) { c.DNSNames, c.IPAddresses = names, nil }
}

// alone is a server whose certificate nobody else vouches for.
func alone(a *transporttest.Authority) tls.Certificate {
	return tls.Certificate{Certificate: [][]byte{a.Certificate.Raw}, PrivateKey: a.Key}
}

func TestTK21Certificates(t *testing.T) {
	weak, err := rsa.GenerateKey(rand.Reader, 1024)
	if err != nil {
		t.Fatal(err)
	}
	until := func(at time.Time) func(*x509.Certificate) { return func(c *x509.Certificate) { c.NotAfter = at } }
	from := func(at time.Time) func(*x509.Certificate) { return func(c *x509.Certificate) { c.NotBefore = at } }
	stranger := transporttest.NewAuthority(t, "Strange CA")
	self := transporttest.NewAuthority(t, serverName, named(serverName))
	for _, c := range []struct {
		name   string
		server func(l *lab) tls.Certificate
		change func(*tls.Config)
		code   problem.Code
		why    string
	}{
		{"expired", func(l *lab) tls.Certificate { return l.certificate(t, until(noon.AddDate(0, 0, -3))) }, nil, problem.TLSExpired, "3 days before"},
		{"not yet valid", func(l *lab) tls.Certificate { return l.certificate(t, from(noon.AddDate(0, 0, 2))) }, nil, problem.TLSNotYetValid, "2 days after"},
		{"wrong name", func(l *lab) tls.Certificate { return l.certificate(t, named("www.acme.example")) }, nil, problem.TLSWrongName, "It is for www.acme.example"},
		{"self-signed", func(*lab) tls.Certificate { return alone(self) }, nil, problem.TLSUntrusted, "signed it itself"},
		{"unknown issuer", func(*lab) tls.Certificate { return stranger.Issue(t, named(serverName)) }, nil, problem.TLSUntrusted, "Strange CA"},
		{"weak", func(l *lab) tls.Certificate { return l.ca.IssueFor(t, weak, named(serverName)) }, nil, problem.TLSUntrusted, "1024 bits"},
		{"old", func(l *lab) tls.Certificate { return l.certificate(t) }, func(c *tls.Config) { c.MinVersion, c.MaxVersion = tls.VersionTLS10, tls.VersionTLS11 }, problem.TLSFailed, "outdated"},
	} {
		t.Run(c.name, func(t *testing.T) {
			l := newLab(t)
			change := func(config *tls.Config) {
				if c.change != nil {
					c.change(config)
				}
			}
			l.at[server4+":443"] = l.secure(c.server(l), change)
			l.wants(t, map[string]want{"tls": problemOf(c.code, c.why)})
			if l.heard.Len() > 0 {
				t.Errorf("the server was told %q", l.heard.String())
			}
		})
	}
}

func TestRD19OnlyIssuerValidityAndFingerprintAreTold(t *testing.T) {
	l := newLab(t)
	l.at[server4+":443"] = l.secure(l.certificate(t, func(c *x509.Certificate) {
		c.Subject = pkix.Name{CommonName: "canary", Organization: []string{"canary"}, Locality: []string{"canary"}}
		c.EmailAddresses = []string{"canary@acme.example"}
	}))
	r := l.wants(t, nil)["tls"]
	for _, f := range r.Facts {
		if text, ok := f.Value.(string); ok && strings.Contains(text, "canary") {
			t.Errorf("%s: %s", f.Name, text)
		}
	}
	if sum, _ := fact(r, "certificate_sha256").(string); len(sum) != 64 {
		t.Errorf("certificate_sha256: %q", sum)
	}
	if fact(r, "issuer") != "Acme Public CA" || fact(r, "not_after") != time.Date(2099, 1, 1, 0, 0, 0, 0, time.UTC) || fact(r, "tls_version") != "TLS 1.3" {
		t.Errorf("%+v", r.Facts)
	}
	if !strings.Contains(r.Line(), "Valid until 1 January 2099, issued by Acme Public CA") {
		t.Errorf("why: %s", r.Line())
	}
}

func TestDG03InterceptedByANamedProduct(t *testing.T) {
	product := transporttest.NewAuthority(t, "Zscaler Intermediate Root CA (zscalertwo.net)", func(c *x509.Certificate) { c.Subject.Organization = []string{"Zscaler Inc."} })
	l := newLab(t)
	l.at[server4+":443"] = l.secure(product.Issue(t, named(serverName)))
	by := l.wants(t, map[string]want{"tls": problemOf(problem.TLSIntercepted, "Zscaler reads the connection to the server. This computer does not trust it")})
	if fact(by["tls"], "product") != "Zscaler" || !strings.Contains(by["tls"].Fix, "Do not enter your password") {
		t.Errorf("%s %+v", by["tls"].Fix, by["tls"].Facts)
	}

	l = newLab(t)
	l.ca.Pool.AddCert(product.Certificate)
	l.at[server4+":443"] = l.secure(product.Issue(t, named(serverName)))
	l.wants(t, map[string]want{"tls": warningOf(problem.TLSIntercepted, "This computer trusts it, but it is not the usual issuer")})

	// The issuer is trusted, and only known by its root, which no server sends.
	l = newLab(t)
	l.ca.Pool.AddCert(product.Certificate)
	leaf := product.Issue(t, named(serverName))
	leaf.Certificate = leaf.Certificate[:1]
	l.at[server4+":443"] = l.secure(leaf)
	l.wants(t, map[string]want{"tls": warningOf(problem.TLSIntercepted, "")})
}

// The server of a company that makes such a product is not intercepted.
func TestOnlyIssuersIntercept(t *testing.T) {
	l := newLab(t)
	l.at[server4+":443"] = l.secure(l.certificate(t, func(c *x509.Certificate) { c.Subject.Organization = []string{"Barracuda Networks"} }))
	l.wants(t, nil)
}

var receipts = pkix.Extension{Id: asn1.ObjectIdentifier{1, 3, 6, 1, 4, 1, 11129, 2, 4, 2}, Value: []byte{4, 0}}

func TestDG03UnusualIssuerOfAPublicServer(t *testing.T) {
	region := func(changes ...func(*x509.Certificate)) *lab {
		l := newLab(t)
		l.org.Issuer, l.org.Region = "", "euw1"
		l.names = map[string][]netip.Addr{"login.mypurecloud.ie": {netip.MustParseAddr(server4)}}
		l.at[server4+":443"] = l.secure(l.ca.Issue(t, append(changes, named("login.mypurecloud.ie"))...))
		return l
	}
	region().wants(t, map[string]want{"tls": warningOf(problem.TLSUnusual, "issued by Acme Public CA")})
	region(func(c *x509.Certificate) { c.ExtraExtensions = []pkix.Extension{receipts} }).wants(t, nil)
}

func TestDG10OnlyAnotherSourceBlamesTheClock(t *testing.T) {
	clock := func(state diagnose.State) diagnose.Check {
		return diagnose.Check{ID: "clock", Blocks: true, After: []string{"tls", "connect"}, Run: says(state)}
	}
	expired := func() *lab {
		l := newLab(t)
		l.at[server4+":443"] = l.secure(l.certificate(t, func(c *x509.Certificate) { c.NotAfter = noon.AddDate(0, 0, -3) }))
		return l
	}
	expired().wants(t, map[string]want{"clock": problemOf(problem.TimedOut, ""), "tls": folded("clock")}, clock(diagnose.Problem))
	expired().wants(t, map[string]want{"tls": problemOf(problem.TLSExpired, "")}, clock(diagnose.OK))
	expired().wants(t, map[string]want{"tls": problemOf(problem.TLSExpired, ""), "clock": folded("tls")}, clock(diagnose.Unknown))

	// A clock that is off does not explain who else answers.
	l := newLab(t)
	l.at[server4+":443"] = l.secure(transporttest.SelfSigned(t))
	l.wants(t, map[string]want{"tls": problemOf(problem.TLSWrongName, ""), "clock": folded("tls")}, clock(diagnose.Problem))
}
