package transport

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"errors"
	"net"
	"net/http"
	"net/url"
	"slices"
	"time"

	"latchkey/internal/problem"
)

// Dial connects to "host:port".
type Dial func(ctx context.Context, network, address string) (net.Conn, error)

type dialKey struct{}

// WithDial returns a context whose requests connect by dial, names and all, but for those to this computer: a diagnosis asks
// the name service once, not for every request.
func WithDial(ctx context.Context, dial Dial) context.Context {
	return context.WithValue(ctx, dialKey{}, dial)
}

// Sight is what a server shows before anything is asked of it.
type Sight struct {
	Proxy   *url.URL            // the proxy in between, without its credentials; nil: none
	Passed  bool                // the proxy let the connection through
	Chain   []*x509.Certificate // as the server sent it, its own first; also one that is not trusted. Empty: none seen
	Trusted []*x509.Certificate // the chain that convinced, up to the root; empty: none did
	Logged  bool                // the certificate comes with the receipt of a public log (RFC 6962): its issuer is a public one
	Version uint16              // for instance tls.VersionTLS13; 0: not agreed on
	Reached bool                // the connection came about, so that it could be made secure
	Secured time.Duration       // how long the handshake took; 0: not finished
}

// Look makes a connection of its own, the way a request does, looks at the certificate and hangs up: nothing is asked.
// dial replaces the client's way to connect when it is not nil. The error is the problem that a request would meet.
//
// An address with http is only connected to.
func (c *Client) Look(ctx context.Context, address string, dial Dial) (Sight, error) {
	var sight Sight
	asked, err := Request{Method: http.MethodHead, URL: address}.build(ctx)
	if err != nil {
		return sight, err
	}
	if dial == nil {
		dial = c.wire.DialContext
	}
	dial = noLonger(ctx, dial)
	stages := &stages{}
	asked = asked.WithContext(stages.watch(ctx, c.clock))
	if asked.URL.Scheme == "http" {
		err = hangUp(asked.Context(), dial, asked.URL)
	} else {
		err = c.handshake(asked, dial, stages, &sight)
	}
	sight.Proxy, sight.Passed = stages.proxied()
	sight.Reached = err == nil || errors.Is(err, errSeen) || stages.reached() >= stageSecure
	if err == nil || errors.Is(err, errSeen) {
		return sight, nil
	}
	return sight, c.trouble(ctx, asked, stages, err)
}

// errSeen ends a handshake that succeeded: all there is to see was seen.
var errSeen = errors.New("the server was looked at")

// handshake goes as far as a request would before it is sent. It never returns nil.
func (c *Client) handshake(asked *http.Request, dial Dial, s *stages, sight *Sight) error {
	wire := c.wire.Clone()
	wire.DialContext = dial
	wire.DisableKeepAlives = true
	seen := make(chan tls.ConnectionState, 1)
	verify := wire.TLSClientConfig.VerifyConnection
	wire.TLSClientConfig.VerifyConnection = func(state tls.ConnectionState) error {
		if _, stopped := s.atProxy(); stopped {
			return verify(state) // an https proxy's own handshake
		}
		seen <- state
		if err := verify(state); err != nil {
			return err
		}
		return errSeen
	}
	answer, err := wire.RoundTrip(asked)
	if err == nil { // never: the handshake ends in an error
		_ = answer.Body.Close()
		return problem.New(problem.UnexpectedError)
	}
	if refused, ok := errors.AsType[*tls.CertificateVerificationError](err); ok {
		sight.Chain = refused.UnverifiedCertificates
		sight.Logged = logged(nil, sight.Chain)
	}
	select {
	case state := <-seen:
		sight.Chain, sight.Version = state.PeerCertificates, state.Version
		sight.Logged = logged(state.SignedCertificateTimestamps, sight.Chain)
		sight.Secured = s.securing()
		if len(state.VerifiedChains) > 0 {
			sight.Trusted = state.VerifiedChains[0]
		}
	default:
	}
	return err
}

// logged reports whether the server proves that its certificate was published, as browsers ask of public issuers.
func logged(receipts [][]byte, chain []*x509.Certificate) bool {
	embedded := asn1.ObjectIdentifier{1, 3, 6, 1, 4, 1, 11129, 2, 4, 2}
	return len(receipts) > 0 || len(chain) > 0 &&
		slices.ContainsFunc(chain[0].Extensions, func(e pkix.Extension) bool { return e.Id.Equal(embedded) })
}

// hangUp connects, and no more.
func hangUp(ctx context.Context, dial Dial, to *url.URL) error {
	port := to.Port()
	if port == "" {
		port = "80"
	}
	conn, err := dial(ctx, "tcp", net.JoinHostPort(to.Hostname(), port))
	if err != nil {
		return err
	}
	return errors.Join(conn.Close(), errSeen)
}

// ProxyFor returns the proxy that a request to this address goes through, without its credentials; nil: none. The
// error is the problem proxy-failed: the setting cannot be read.
func (c *Client) ProxyFor(address string) (*url.URL, error) {
	request, err := http.NewRequest(http.MethodGet, address, nil)
	if err != nil {
		return nil, unsafeAddress("it cannot be read")
	}
	through, err := c.wire.Proxy(request)
	if err != nil {
		return nil, c.trouble(context.Background(), request, &stages{}, err)
	}
	return withoutUser(through), nil
}

func withoutUser(u *url.URL) *url.URL {
	if u == nil {
		return nil
	}
	plain := *u
	plain.User = nil
	return &plain
}

// noLonger ends connecting with whole: net/http goes on connecting when the request that wanted it is over.
func noLonger(whole context.Context, dial Dial) Dial {
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		ctx, cancel := context.WithCancel(ctx)
		defer cancel()
		defer context.AfterFunc(whole, cancel)()
		return dial(ctx, network, address)
	}
}
