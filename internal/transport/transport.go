// Package transport is the one HTTP client: sign-in, refresh, API calls and diagnostics all go through it, so that
// what one sees the others get.
//
// It follows no redirect, keeps no cookie, speaks https only (http on loopback aside), caps every answer, and repeats
// a request only when that is harmless. It speaks HTTP/1.1: a sign-in is a handful of requests, and what HTTP/2
// would add (frames, replays after GOAWAY) is only more to go wrong. Errors are problems (package problem); none of
// them quotes an address's query, a body or a header.
package transport

import (
	"context"
	"crypto/x509"
	"log/slog"
	"net/http"
	"net/url"
	"time"

	"latchkey/internal/clock"
	"latchkey/internal/secret"
)

const (
	defaultTimeout = 16 * time.Second
	defaultLimit   = 1 << 20
	defaultAgent   = "Latchkey"
)

// Options are what a Client needs from outside. The zero value works.
type Options struct {
	Clock     clock.Clock                           // nil: the system's
	Proxy     func(*http.Request) (*url.URL, error) // nil: from the environment; loopback is never proxied
	Roots     *x509.CertPool                        // nil: the system's
	Dial      Dial                                  // nil: the system's; looks up names, too
	UserAgent string                                // empty: "Latchkey"
	Log       *slog.Logger                          // nil: none; only method, host, path, status and time are logged
	Timeout   time.Duration                         // for one whole request; 0: 16 s
}

// Client sends requests. It is safe for concurrent use.
type Client struct {
	clock   clock.Clock
	agent   string
	log     *slog.Logger
	timeout time.Duration
	wire    *http.Transport
	seen    observations
}

// New returns a client.
func New(o Options) *Client {
	c := &Client{clock: o.Clock, agent: o.UserAgent, log: o.Log, timeout: o.Timeout}
	if c.clock == nil {
		c.clock = clock.System{}
	}
	if c.agent == "" {
		c.agent = defaultAgent
	}
	if c.log == nil {
		c.log = slog.New(slog.DiscardHandler)
	}
	if c.timeout <= 0 {
		c.timeout = defaultTimeout
	}
	c.wire = newWire(c.clock, c.timeout, o)
	return c
}

// Request is one request.
type Request struct {
	Method string     // GET, POST, HEAD or DELETE; empty: GET, or POST when there is a Form or JSON
	URL    string     // https, or http on loopback
	Form   url.Values // sent as application/x-www-form-urlencoded
	JSON   []byte     // sent as application/json, when there is no Form
	Bearer secret.Text
	Scheme string // of Bearer; empty: "Bearer"
	// BasicUser and BasicPassword authenticate the client at the server (RFC 6749, section 2.3.1) when BasicUser is set.
	BasicUser     string
	BasicPassword string
	Header        http.Header // more headers; never credentials
	Accept        string      // empty: application/json
	Limit         int64       // most bytes of the decoded body; 0: 1 MiB. More is the problem answer-too-large
	Once          bool        // never repeated: what counts is how the server is right now
	// Upgrade asks to go on in another protocol, for instance "websocket". The answer 101 is returned like any other, and
	// the connection is closed: this only finds out whether it would work.
	Upgrade string
}

// Response is a whole answer, read to its end within the limit.
type Response struct {
	Status  int
	Header  http.Header
	Body    []byte
	Took    time.Duration
	Request *url.URL // what was asked, without query
}

// Do sends a request and reads the whole answer. Any answer, whatever its status, is returned without an error; a
// redirect is the problem redirect-refused. A GET that meets 500, 502, 503, 504 or a broken connection is repeated at most twice with a
// jittered pause (Retry-After is obeyed up to the request's time limit); a POST is never repeated.
func (c *Client) Do(ctx context.Context, r Request) (*Response, error) {
	request, err := r.build(ctx)
	if err != nil {
		return nil, err
	}
	started := time.Now()
	answer, err := c.exchange(request, r.Limit, r.Once)
	if err != nil {
		return nil, err
	}
	asked := *request.URL
	asked.RawQuery = ""
	return &Response{
		Status: answer.head.StatusCode, Header: answer.head.Header, Body: answer.body,
		Took: time.Since(started), Request: &asked,
	}, nil
}

// Close drops idle connections, and with them the buffers that still hold what was sent and received last. It can be used again.
func (c *Client) Close() { c.wire.CloseIdleConnections() }
