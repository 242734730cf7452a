// Package transport is the one HTTP client: sign-in, refresh, API calls and diagnostics all go through it, so that
// what one sees the others get.
//
// It follows no redirect, keeps no cookie, speaks https only (http on loopback aside), caps every answer, and repeats
// a request only when that is harmless. Errors are problems (package problem); none of them quotes an address's
// query, a body or a header.
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

// Options are what a Client needs from outside. The zero value works.
type Options struct {
	Clock     clock.Clock                           // nil: the system's
	Proxy     func(*http.Request) (*url.URL, error) // nil: from the environment; loopback is never proxied
	Roots     *x509.CertPool                        // nil: the system's
	UserAgent string                                // empty: "Latchkey"
	Log       *slog.Logger                          // nil: none; only method, host, path, status and time are logged
	Timeout   time.Duration                         // for one whole request; 0: 16 s
}

// Client sends requests. It is safe for concurrent use.
type Client struct{}

// New returns a client.
func New(o Options) *Client { panic("to do") }

// Request is one request.
type Request struct {
	Method string     // GET or POST; empty: GET, or POST when there is a Form
	URL    string     // https, or http on loopback
	Form   url.Values // sent as application/x-www-form-urlencoded
	Bearer secret.Text
	// BasicUser and BasicPassword authenticate the client at the server (RFC 6749, section 2.3.1) when BasicUser is set.
	BasicUser     string
	BasicPassword string
	Header        http.Header // more headers; never credentials
	Accept        string      // empty: application/json
	Limit         int64       // most bytes of the decoded body; 0: 1 MiB. More is the problem answer-too-large
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
func (c *Client) Do(ctx context.Context, r Request) (*Response, error) { panic("to do") }

// Observation is what the last answers of a host showed.
type Observation struct {
	RoundTrip   time.Duration // the last one
	Offset      time.Duration // the server's clock minus ours, from the Date header, corrected for half the round trip
	Uncertainty time.Duration // Offset is right within this: half the round trip plus half the header's one-second step
	At          time.Time     // zero: nothing seen yet
}

// Observed returns what the last answers of this host ("login.acme.example" or "127.0.0.1:4001") showed.
func (c *Client) Observed(host string) Observation { panic("to do") }

// HTTP returns a net/http client with the same rules, for libraries that want one.
func (c *Client) HTTP() *http.Client { panic("to do") }

// Close drops idle connections.
func (c *Client) Close() { panic("to do") }

// CheckURL returns the parsed address when it can be sent credentials: absolute, https or http on loopback, with a
// host, without userinfo, fragment, control characters or a NUL, its host in ASCII (punycode). The error is the
// problem endpoint-unsafe.
func CheckURL(raw string) (*url.URL, error) { panic("to do") }

// DecodeJSON decodes an answer's body strictly into v: one JSON object, UTF-8, no duplicate or case-variant member
// names, bounded depth, nothing after it; unknown members are ignored. HTML is the problem network-page, anything else that is
// wrong the problem server-answer; neither quotes the body.
func (r *Response) DecodeJSON(v any) error { panic("to do") }
