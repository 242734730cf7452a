package transport_test

import (
	"bufio"
	"context"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"latchkey/internal/problem"
	"latchkey/internal/transport"
	"latchkey/internal/transport/transporttest"
)

func TestLookSeesTheCertificateAndAsksNothing(t *testing.T) {
	ca := transporttest.NewAuthority(t, "Test CA")
	receipts := pkix.Extension{Id: asn1.ObjectIdentifier{1, 3, 6, 1, 4, 1, 11129, 2, 4, 2}, Value: []byte{4, 0}}
	for _, c := range []struct {
		name    string
		server  tls.Certificate
		code    problem.Code // empty: none
		trusted bool
		logged  bool
	}{
		{"good", ca.Issue(t), "", true, false},
		{"of a public issuer", ca.Issue(t, func(c *x509.Certificate) { c.ExtraExtensions = []pkix.Extension{receipts} }), "", true, true},
		{"expired", ca.Issue(t, func(c *x509.Certificate) { c.NotAfter = time.Date(2021, 3, 4, 0, 0, 0, 0, time.UTC) }), problem.TLSExpired, false, false},
		{"wrong name", ca.Issue(t, names("login.acme.example")), problem.TLSWrongName, false, false},
		{"self-signed", transporttest.SelfSigned(t), problem.TLSUntrusted, false, false},
		{"weak key", ca.IssueFor(t, rsaKey(t, 1024)), problem.TLSUntrusted, true, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			address, bytes := transporttest.TLS(t, &tls.Config{Certificates: []tls.Certificate{c.server}}, okAnswer)
			client := newClient(t, transport.Options{Roots: ca.Pool})
			sight, err := client.Look(t.Context(), "https://"+address+"/authorize?code=canary", nil)
			if c.code != "" {
				want(t, err, c.code)
			} else if err != nil {
				t.Fatal(err)
			}
			if len(sight.Chain) == 0 || string(sight.Chain[0].Raw) != string(c.server.Certificate[0]) {
				t.Error("the certificate was not seen")
			}
			if got := len(sight.Trusted) > 0; got != c.trusted || sight.Logged != c.logged {
				t.Errorf("trusted %t, logged %t", got, sight.Logged)
			}
			if err == nil && (sight.Version != tls.VersionTLS13 || sight.Secured <= 0 || sight.Proxy != nil) {
				t.Errorf("saw %+v", sight)
			}
			if n := bytes.Load(); n != 0 {
				t.Errorf("the server got %d bytes", n)
			}
		})
	}
}

func TestLookEndsWithItsContext(t *testing.T) {
	silent := transporttest.Raw(t, func(c net.Conn) { _, _ = io.Copy(io.Discard, c) })
	client := newClient(t, transport.Options{})
	hangs(t, problem.TimedOut, "secure connection", func(limit time.Duration) error {
		ctx, cancel := context.WithTimeout(t.Context(), limit)
		defer cancel()
		_, err := client.Look(ctx, "https://"+silent, nil)
		return err
	})
	var dialled atomic.Bool
	ended := make(chan bool, 9)
	dead := func(ctx context.Context, _, _ string) (net.Conn, error) {
		dialled.Store(true)
		<-ctx.Done()
		ended <- true
		return nil, ctx.Err()
	}
	hangs(t, problem.TimedOut, "", func(limit time.Duration) error {
		ctx, cancel := context.WithTimeout(t.Context(), limit)
		defer cancel()
		_, err := client.Look(ctx, "https://login.acme.example", dead)
		if !dialled.Load() {
			return errors.New("nothing was dialled")
		}
		return err
	})
	<-ended
}

func TestLookThroughAProxy(t *testing.T) {
	ca := transporttest.NewAuthority(t, "Test CA")
	server, _ := transporttest.TLS(t, &tls.Config{Certificates: []tls.Certificate{ca.Issue(t, names("login.acme.example"))}}, okAnswer)
	answer := "HTTP/1.1 200 OK\r\n\r\n"
	proxy := transporttest.Raw(t, func(c net.Conn) {
		if _, err := http.ReadRequest(bufio.NewReader(c)); err != nil {
			return
		}
		_, _ = io.WriteString(c, answer)
		if to, err := net.Dial("tcp", server); err == nil {
			go func() {
				_, _ = io.Copy(to, c)
				_ = to.Close()
			}()
			_, _ = io.Copy(c, to)
		}
	})
	client := newClient(t, transport.Options{Roots: ca.Pool, Proxy: through(proxy)})
	sight, err := client.Look(t.Context(), target, nil)
	if err != nil || len(sight.Trusted) == 0 || !sight.Passed || sight.Proxy.String() != "http://"+proxy {
		t.Fatalf("saw %+v, %v", sight, err)
	}
	answer = "HTTP/1.1 407 Proxy Authentication Required\r\n\r\n"
	sight, err = client.Look(t.Context(), target, nil)
	want(t, err, problem.ProxyPassword)
	if sight.Passed || sight.Proxy.String() != "http://"+proxy {
		t.Errorf("saw %+v", sight)
	}
}

func TestLookAtAPlainAddressOnlyConnects(t *testing.T) {
	read := make(chan int64, 1)
	address := transporttest.Raw(t, func(c net.Conn) {
		n, _ := io.Copy(io.Discard, c)
		read <- n
	})
	client := newClient(t, transport.Options{})
	if sight, err := client.Look(t.Context(), "http://"+address, nil); err != nil || len(sight.Chain) > 0 {
		t.Errorf("saw %+v, %v", sight, err)
	}
	if n := <-read; n != 0 {
		t.Errorf("the server got %d bytes", n)
	}
	_, err := client.Look(t.Context(), "http://login.acme.example", nil)
	want(t, err, problem.EndpointUnsafe)
}

func TestProxyForHidesCredentials(t *testing.T) {
	client := newClient(t, transport.Options{Proxy: through("proxy.acme.example:3128")})
	if proxy, err := client.ProxyFor(target); err != nil || proxy.String() != "http://proxy.acme.example:3128" {
		t.Errorf("got %v, %v", proxy, err)
	}
	if proxy, err := client.ProxyFor("http://127.0.0.1:4001"); err != nil || proxy != nil {
		t.Errorf("got %v, %v", proxy, err)
	}
	unclear := newClient(t, transport.Options{Proxy: func(*http.Request) (*url.URL, error) { return nil, errors.New("http://user:canary@[") }})
	_, err := unclear.ProxyFor(target)
	want(t, err, problem.ProxyFailed)
}

// Whoever hands in a way to connect gets every name; "localhost" still has to be this computer.
func TestDialIsHandedIn(t *testing.T) {
	address := transporttest.Raw(t, func(c net.Conn) {
		_, _ = http.ReadRequest(bufio.NewReader(c))
		_, _ = io.WriteString(c, okAnswer)
	})
	var asked []string
	client := newClient(t, transport.Options{Dial: func(ctx context.Context, network, to string) (net.Conn, error) {
		asked = append(asked, to)
		conn, err := new(net.Dialer).DialContext(ctx, network, address)
		if strings.HasSuffix(to, ":4002") {
			conn = elsewhere{conn}
		}
		return conn, err
	}})
	if _, err := client.Do(t.Context(), transport.Request{URL: "http://localhost:4001/"}); err != nil {
		t.Error(err)
	}
	_, err := client.Do(t.Context(), transport.Request{URL: "http://localhost:4002/"})
	want(t, err, problem.ConnectionRefused)
	if strings.Join(asked, " ") != "localhost:4001 localhost:4002" {
		t.Errorf("asked for %q", asked)
	}
}

func TestOneRequestConnectsItsOwnWay(t *testing.T) {
	ca := transporttest.NewAuthority(t, "Test CA")
	server, _ := transporttest.TLS(t, &tls.Config{Certificates: []tls.Certificate{ca.Issue(t, names("login.acme.example"))}}, okAnswer)
	client := newClient(t, transport.Options{Roots: ca.Pool, Dial: func(context.Context, string, string) (net.Conn, error) { return nil, errors.New("not this way") }})
	ctx := transport.WithDial(t.Context(), func(ctx context.Context, network, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, network, server)
	})
	if _, err := client.Do(ctx, transport.Request{URL: target}); err != nil {
		t.Error(err)
	}
	client.Close()
	if _, err := client.Do(ctx, transport.Request{URL: "http://localhost:1"}); err == nil {
		t.Error("this computer was looked for elsewhere")
	}
	if _, err := client.Do(t.Context(), transport.Request{URL: target}); err == nil {
		t.Error("another request went the same way")
	}
}

// elsewhere is a connection to another computer.
type elsewhere struct{ net.Conn }

func (elsewhere) RemoteAddr() net.Addr { return &net.TCPAddr{IP: net.IPv4(192, 0, 2, 1), Port: 80} }
