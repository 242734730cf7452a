// Package loopback receives the browser's redirect on this computer (RFC 8252, section 7.3).
//
// One rule decides everything here: only a request that carries the right state may change the sign-in. Every other
// request gets a fixed page and leaves the sign-in alive.
package loopback

import (
	"context"
	"time"

	"latchkey/internal/clock"
	"latchkey/internal/secret"
)

// Options are what a receiver is bound to.
type Options struct {
	Host  string      // "127.0.0.1" (falls back to "::1" where there is no IPv4 loopback), "::1", or "localhost" (serves both addresses on one port)
	Port  int         // 0: any free port
	Path  string      // of the redirect URI, for instance "/callback"; "/" for Genesys Cloud
	State secret.Text // the only state that counts
	// Issuer is compared with the answer's iss parameter (RFC 9207) by simple string comparison; IssRequired makes
	// an answer without one an error. With an empty Issuer an iss parameter is ignored.
	Issuer      string
	IssRequired bool
	Clock       clock.Clock
	Until       time.Time // later answers get the page "expired" and count for nothing
}

// Receiver listens on the loopback interface from Listen to Close. The socket that chose the port serves it.
type Receiver struct{}

// Listen binds the socket and starts to serve. The error is the problem port-unavailable.
func Listen(ctx context.Context, o Options) (*Receiver, error) { panic("to do") }

// RedirectURI returns the address to send as redirect_uri, for instance "http://127.0.0.1:49152/callback".
func (r *Receiver) RedirectURI() string { panic("to do") }

// StartURL sets where the browser is to go and returns the short address to open, "http://127.0.0.1:PORT/go/NONCE".
// A hit on it proves that the browser opened on this computer; it is redirected to authorizationURL. Only GET with
// the right nonce and a loopback Host is.
func (r *Receiver) StartURL(authorizationURL string) string { panic("to do") }

// Reached is closed at the first genuine hit on the start address.
func (r *Receiver) Reached() <-chan struct{} { panic("to do") }

// Callback is the one answer that carried the right state.
type Callback struct {
	Code             secret.Text
	Error            string // error parameter (RFC 6749, section 4.1.2.1); then Code is empty
	ErrorDescription string // cleaned, for the why of a problem
}

// Wait returns the genuine answer, once, or ctx's error, or the problem that the answer itself is (callback
// malformed, issuer missing or wrong).
func (r *Receiver) Wait(ctx context.Context) (Callback, error) { panic("to do") }

// Submit takes an address that was pasted back. It must be the redirect URI with the right state; then it counts
// like the browser's own request. Otherwise the error is the problem address-not-ours and nothing changes.
func (r *Receiver) Submit(address string) error { panic("to do") }

// Strangers returns how many requests did not belong to this sign-in, for the report.
func (r *Receiver) Strangers() int { panic("to do") }

// Close stops listening at once and returns when the port is free and every goroutine is gone, within a second. A page
// that is being sent is finished.
func (r *Receiver) Close() { panic("to do") }
