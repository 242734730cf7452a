package transport_test

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"latchkey/internal/clock/clocktest"
	"latchkey/internal/problem"
	"latchkey/internal/secret"
	"latchkey/internal/transport"
	"latchkey/internal/transport/transporttest"
)

const okAnswer = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"

func rsaKey(t *testing.T, bits int) crypto.Signer {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, bits)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func TestTK21EveryBadServerHasItsDiagnosis(t *testing.T) {
	ca := transporttest.NewAuthority(t, "Test CA")
	stranger := transporttest.NewAuthority(t, "Acme\x1b[31m Inspection \u202eCA")
	narrow := transporttest.NewAuthority(t, "Narrow CA", func(c *x509.Certificate) { c.PermittedDNSDomains = []string{"acme.example"} })
	roots := x509.NewCertPool()
	for _, a := range []*transporttest.Authority{ca, narrow} {
		roots.AddCert(a.Certificate)
	}
	old := transporttest.NewAuthorityFor(t, "Old CA", rsaKey(t, 2048))
	roots.AddCert(old.Certificate)

	with := func(certificate tls.Certificate) *tls.Config {
		return &tls.Config{Certificates: []tls.Certificate{certificate}}
	}
	for _, c := range []struct {
		name   string
		server *tls.Config
		code   problem.Code
		why    string
	}{
		{"expired", with(ca.Issue(t, func(c *x509.Certificate) { c.NotAfter = time.Date(2021, 3, 4, 0, 0, 0, 0, time.UTC) })), problem.TLSExpired, "It was valid until 4 March 2021"},
		{"future", with(ca.Issue(t, func(c *x509.Certificate) { c.NotBefore = time.Date(2098, 3, 4, 0, 0, 0, 0, time.UTC) })), problem.TLSNotYetValid, "It is valid from 4 March 2098"},
		{"self-signed", with(transporttest.SelfSigned(t)), problem.TLSUntrusted, "signed it itself"},
		{"unknown CA", with(stranger.Issue(t)), problem.TLSUntrusted, "“Acme[31m Inspection CA”"},
		{"unknown CA, chain not sent", with(leafOnly(stranger.Issue(t))), problem.TLSUntrusted, "“Acme[31m Inspection CA”"},
		{"wrong host", with(ca.Issue(t, names("login.acme.example"))), problem.TLSWrongName, "It is for login.acme.example, not for localhost."},
		{"wrong address", with(ca.Issue(t, func(c *x509.Certificate) { c.DNSNames, c.IPAddresses = nil, []net.IP{net.IPv4(10, 0, 0, 1)} })), problem.TLSWrongName, "It is for 10.0.0.1, not for localhost."},
		{"CN only", with(ca.Issue(t, names())), problem.TLSWrongName, "It names no address"},
		{"wrong EKU", with(ca.Issue(t, func(c *x509.Certificate) { c.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth} })), problem.TLSUntrusted, "not made for a server"},
		{"name constraints", with(narrow.Issue(t)), problem.TLSUntrusted, "not allowed to issue it for this address"},
		{"SHA-1", with(old.Issue(t, func(c *x509.Certificate) { c.SignatureAlgorithm = x509.SHA1WithRSA })), problem.TLSUntrusted, "outdated way (SHA1-RSA)"},
		{"RSA-1024", with(ca.IssueFor(t, rsaKey(t, 1024))), problem.TLSUntrusted, "too short to be safe (RSA with 1024 bits)"},
		{"TLS 1.1", &tls.Config{Certificates: []tls.Certificate{ca.Issue(t)}, MinVersion: tls.VersionTLS10, MaxVersion: tls.VersionTLS11}, problem.TLSFailed, "outdated kind of secure connection"},
		{"wants a client certificate", &tls.Config{Certificates: []tls.Certificate{ca.Issue(t)}, MaxVersion: tls.VersionTLS12, ClientAuth: tls.RequireAnyClientCert}, problem.TLSFailed, ""},
		{"not a CA", with(notCA(t, ca)), problem.TLSUntrusted, "Its issuer is not allowed to issue certificates"},
	} {
		t.Run(c.name, func(t *testing.T) {
			address, bytes := transporttest.TLS(t, c.server, okAnswer)
			_, port, _ := net.SplitHostPort(address)
			client := newClient(t, transport.Options{Roots: roots})
			_, err := client.Do(t.Context(), transport.Request{URL: "https://localhost:" + port + "/token", Method: "POST", Bearer: secret.New("canary")})
			p := want(t, err, c.code)
			if !strings.Contains(p.Why, c.why) || strings.ContainsAny(p.Why, "\x1b\u202e") || utf8.RuneCountInString(p.Why) > 250 {
				t.Errorf("why: %q, want %q", p.Why, c.why)
			}
			if _, err := client.HTTP().Get("https://localhost:" + port); !problem.Has(err, c.code) {
				t.Errorf("the library's client: %v", err)
			}
			if n := bytes.Load(); n != 0 {
				t.Errorf("the server got %d bytes", n)
			}
		})
	}
}

func names(names ...string) func(*x509.Certificate) {
	return func(c *x509.Certificate) { c.DNSNames, c.IPAddresses = names, nil }
}

func leafOnly(c tls.Certificate) tls.Certificate {
	c.Certificate = c.Certificate[:1]
	return c
}

// notCA is issued by a certificate that may not issue any.
func notCA(t *testing.T, ca *transporttest.Authority) tls.Certificate {
	t.Helper()
	middle := ca.Issue(t, func(c *x509.Certificate) {
		c.Subject = pkix.Name{CommonName: "Not a CA"}
		c.BasicConstraintsValid = true
	})
	fake := &transporttest.Authority{Certificate: middle.Leaf, Key: middle.PrivateKey.(crypto.Signer)}
	return fake.Issue(t)
}

func TestGoodServer(t *testing.T) {
	ca := transporttest.NewAuthority(t, "Test CA")
	for name, config := range map[string]*tls.Config{
		"TLS 1.2": {Certificates: []tls.Certificate{ca.Issue(t)}, MaxVersion: tls.VersionTLS12},
		"TLS 1.3": {Certificates: []tls.Certificate{ca.Issue(t)}},
		"RSA":     {Certificates: []tls.Certificate{ca.IssueFor(t, rsaKey(t, 2048))}},
	} {
		address, bytes := transporttest.TLS(t, config, okAnswer)
		_, port, _ := net.SplitHostPort(address)
		for _, host := range []string{"localhost", "127.0.0.1"} {
			got, err := newClient(t, transport.Options{Roots: ca.Pool}).Do(t.Context(), transport.Request{URL: "https://" + host + ":" + port})
			if err != nil || string(got.Body) != "{}" || bytes.Load() == 0 {
				t.Errorf("%s at %s: got %v, %v", name, host, got, err)
			}
		}
	}
}

func TestTK22WrongClockHereIsNamed(t *testing.T) {
	ca := transporttest.NewAuthority(t, "Test CA", func(c *x509.Certificate) { c.NotBefore = time.Unix(0, 0) })
	here := time.Date(2019, 12, 22, 0, 0, 0, 0, time.UTC)
	address, bytes := transporttest.TLS(t, &tls.Config{Certificates: []tls.Certificate{ca.Issue(t)}}, okAnswer) // from 1 January 2020
	client := newClient(t, transport.Options{Roots: ca.Pool, Clock: clocktest.At(here)})
	_, err := client.Do(t.Context(), transport.Request{URL: "https://" + address})
	p := want(t, err, problem.TLSNotYetValid)
	if p.Why != "It is valid from 1 January 2020, 10 days after what this computer's clock shows." {
		t.Errorf("got %q", p.Why)
	}

	// A server that can be trusted has shown the time.
	honest := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Date", here.Add(12*24*time.Hour).Format(http.TimeFormat))
	}))
	defer honest.Close()
	if _, err := client.Do(t.Context(), transport.Request{URL: honest.URL}); err != nil {
		t.Fatal(err)
	}
	_, err = client.Do(t.Context(), transport.Request{URL: "https://" + address})
	p = want(t, err, problem.TLSNotYetValid)
	if !strings.HasSuffix(p.Why, "Another server shows that this clock is 12 days slow.") || !strings.Contains(p.Fix, "date and time") {
		t.Errorf("got %q, %q", p.Why, p.Fix)
	}
	if bytes.Load() != 0 {
		t.Error("it went on")
	}
}

// TestDG10 asks for the time of a server whose certificate is refused: it has none to tell.
func TestDG10RefusedServersTimeIsNotBelieved(t *testing.T) {
	address, _ := transporttest.TLS(t, &tls.Config{Certificates: []tls.Certificate{transporttest.SelfSigned(t)}},
		"HTTP/1.1 200 OK\r\nDate: Thu, 01 Jan 2099 00:00:00 GMT\r\nContent-Length: 0\r\n\r\n")
	client := newClient(t, transport.Options{})
	_, err := client.Do(t.Context(), transport.Request{URL: "https://" + address})
	want(t, err, problem.TLSUntrusted)
	if seen := client.Observed(address); seen != (transport.Observation{}) {
		t.Errorf("got %+v", seen)
	}
}

func TestTK25NoSessionIsResumed(t *testing.T) {
	ca := transporttest.NewAuthority(t, "Test CA")
	resumed := make(chan bool, 8)
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { resumed <- r.TLS.DidResume }))
	for _, version := range []uint16{tls.VersionTLS12, tls.VersionTLS13} {
		server = httptest.NewUnstartedServer(server.Config.Handler)
		server.TLS = &tls.Config{Certificates: []tls.Certificate{ca.Issue(t)}, MaxVersion: version}
		server.StartTLS()
		client := newClient(t, transport.Options{Roots: ca.Pool})
		for range 3 {
			if _, err := client.Do(t.Context(), transport.Request{URL: server.URL}); err != nil {
				t.Fatal(err)
			}
			if <-resumed {
				t.Error("a session was resumed")
			}
			client.Close() // the next request makes a new connection
		}
		server.Close()
	}
}

func TestTK26CertificateWithManyNames(t *testing.T) {
	ca := transporttest.NewAuthority(t, "Test CA")
	var many []string
	for i := range 5_000 {
		many = append(many, fmt.Sprintf("a-rather-long-name-of-a-host-%d.acme.example", i))
	}
	for name, change := range map[string]func(*x509.Certificate){
		"many":      names(many...),
		"one, long": names(strings.Repeat("a.", 20_000) + "example"),
	} {
		address, bytes := transporttest.TLS(t, &tls.Config{Certificates: []tls.Certificate{ca.Issue(t, change)}}, okAnswer)
		_, err := newClient(t, transport.Options{Roots: ca.Pool}).Do(t.Context(), transport.Request{URL: "https://" + address})
		p := problem.From(err)
		if p == nil || utf8.RuneCountInString(p.Why) > 400 || bytes.Load() != 0 {
			t.Errorf("%s: got %v", name, err)
		}
		if name == "many" && (p.Code != problem.TLSWrongName || !strings.Contains(p.Why, "and 4997 more")) {
			t.Errorf("got %v", p)
		}
	}
}

func TestServerWithoutEncryption(t *testing.T) {
	address := transporttest.Raw(t, func(c net.Conn) {
		_, _ = c.Read(make([]byte, 1))
		_, _ = c.Write([]byte("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n"))
	})
	_, err := get(t, "https://"+address)
	if p := want(t, err, problem.TLSFailed); !strings.Contains(p.Why, "without encryption") {
		t.Errorf("got %q", p.Why)
	}
	address = transporttest.Raw(t, func(c net.Conn) {
		_, _ = c.Read(make([]byte, 1))
		_, _ = c.Write([]byte("SSH-2.0-OpenSSH_9.2\r\n"))
	})
	_, err = get(t, "https://"+address)
	want(t, err, problem.TLSFailed)
}
