package transport

import (
	"context"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"os"
	"syscall"
	"time"

	"latchkey/internal/clock"
	environment "latchkey/internal/proxy"
)

const (
	maxHeaderBytes  = 64 << 10
	maxConnsPerHost = 16
	minRSABits      = 2048
	// idleTime is short so that a POST seldom meets a connection that the server is about to close.
	idleTime = 20 * time.Second
)

// newWire returns the net/http transport below everything: what the connection is made of.
func newWire(clock clock.Clock, timeout time.Duration, o Options) *http.Transport {
	proxy := o.Proxy
	if proxy == nil {
		proxy = func(r *http.Request) (*url.URL, error) { return environment.FromEnvironment(os.Getenv, r.URL) }
	}
	protocols := new(http.Protocols)
	protocols.SetHTTP1(true) // programs are built without HTTP/2 (Makefile)
	return &http.Transport{
		Proxy:                  neverLoopback(proxy),
		OnProxyConnectResponse: proxyAnswer,
		DialContext:            hereIsHere(o.Dial, timeout),
		TLSClientConfig: &tls.Config{
			MinVersion: tls.VersionTLS12,
			RootCAs:    o.Roots,
			Time:       clock.Now,
			// No ClientSessionCache: a session resumed would skip the check against the roots of today.
			VerifyConnection: strongKeys,
		},
		TLSHandshakeTimeout:    timeout,
		Protocols:              protocols,
		MaxResponseHeaderBytes: maxHeaderBytes, // counts 1xx answers, too
		MaxConnsPerHost:        maxConnsPerHost,
		MaxIdleConnsPerHost:    4,
		IdleConnTimeout:        idleTime,
	}
}

// hereIsHere connects, by dial if there is one. "localhost" must be this computer, whatever the name service says: http is
// allowed there.
func hereIsHere(dial Dial, timeout time.Duration) Dial {
	anywhere := dial
	here := func(ctx context.Context, network, address string) (net.Conn, error) {
		conn, err := dial(ctx, network, address)
		if err == nil && loopbackOnly(network, conn.RemoteAddr().String(), nil) != nil {
			_ = conn.Close()
			return nil, errNotLoopback
		}
		return conn, err
	}
	if dial == nil {
		anywhere = (&net.Dialer{Timeout: timeout}).DialContext
		here = (&net.Dialer{Timeout: timeout, Control: loopbackOnly}).DialContext
	}
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		host, _, err := net.SplitHostPort(address)
		if err == nil && Loopback(host) {
			return here(ctx, network, address)
		}
		if other, ok := ctx.Value(dialKey{}).(Dial); ok {
			return other(ctx, network, address)
		}
		return anywhere(ctx, network, address)
	}
}

// loopbackOnly sees the address that is really connected to.
func loopbackOnly(_, address string, _ syscall.RawConn) error {
	if to, err := netip.ParseAddrPort(address); err != nil || !to.Addr().IsLoopback() {
		return errNotLoopback
	}
	return nil
}

var (
	errNotLoopback  = errors.New("localhost is not this computer")
	errProxyUnclear = errors.New("the proxy setting cannot be read")
)

// neverLoopback keeps what is on this computer on this computer, and notes for the error words that there is a proxy.
func neverLoopback(proxy func(*http.Request) (*url.URL, error)) func(*http.Request) (*url.URL, error) {
	return func(r *http.Request) (*url.URL, error) {
		if host := r.URL.Hostname(); Loopback(host) {
			return nil, nil
		} else if addr, err := netip.ParseAddr(host); err == nil && addr.Unmap().IsLoopback() {
			return nil, nil
		}
		through, err := proxy(r)
		if err != nil {
			return nil, errProxyUnclear // the error behind it quotes the setting, which may hold a password
		}
		stagesOf(r.Context()).through(through)
		return through, nil
	}
}

// proxyStatusError is a proxy's answer to CONNECT other than 200.
type proxyStatusError int

func (e proxyStatusError) Error() string { return fmt.Sprintf("the proxy answers %d", int(e)) }

func proxyAnswer(ctx context.Context, _ *url.URL, _ *http.Request, answer *http.Response) error {
	if answer.StatusCode != http.StatusOK {
		return proxyStatusError(answer.StatusCode)
	}
	stagesOf(ctx).tunnelled()
	return nil
}

// weakKeyError is a certificate chain with a key that can be broken.
type weakKeyError struct{ bits int }

func (e weakKeyError) Error() string {
	return fmt.Sprintf("a certificate has an RSA key of %d bits", e.bits)
}

// strongKeys runs after the chain was verified, and before any byte of a request is sent.
func strongKeys(state tls.ConnectionState) error {
	var weak error
	for _, chain := range state.VerifiedChains {
		if weak = weakKey(chain); weak == nil {
			return nil
		}
	}
	return weak
}

func weakKey(chain []*x509.Certificate) error {
	for _, certificate := range chain {
		if key, ok := certificate.PublicKey.(*rsa.PublicKey); ok && key.N.BitLen() < minRSABits {
			return weakKeyError{key.N.BitLen()}
		}
	}
	return nil
}
