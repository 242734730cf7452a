package oauth

import (
	"context"
	"io"
	"time"

	"latchkey/internal/clock"
	"latchkey/internal/config"
	"latchkey/internal/problem"
	"latchkey/internal/secret"
	"latchkey/internal/transport"
)

type keySet struct{}
type expectation struct {
	nonce         secret.Text
	nonceOptional bool
	noNonce       bool
	signedInSince time.Time
	subject       string
}

func (c *Client) verifyIDToken(ctx context.Context, raw string, access secret.Text, e expectation) (*Claims, error) {
	panic("to do")
}
func stepUp(*transport.Response) *StepUp { panic("to do") }

type profile struct{ challenge bool }

func (c *Client) profile() profile             { panic("to do") }
func genesysLoginHint(hint, org string) string { panic("to do") }

// Discover finds the organisation's server: a region's own endpoints, or the issuer's metadata (OpenID Connect
// Discovery and RFC 8414), with what the settings name laid over either. Every endpoint is checked: https (http on
// loopback), no userinfo or fragment, the challenge and token endpoint on one origin.
func Discover(ctx context.Context, http *transport.Client, clk clock.Clock, rand io.Reader, org config.Organization) (*Client, error) {
	panic("to do")
}

// Identity is who signed in. Issuer and Subject together are the account; the rest is for showing, already cleaned.
type Identity struct {
	Issuer       string // of the ID token; the login host's origin for Genesys Cloud
	Subject      string
	Username     string // what they type to sign in: e-mail or user name
	Name         string
	Organization string // as the server names it; may be empty
}

// Identify asks the server whose tokens these are: the ID token and userinfo (which must name the same subject), or
// users/me with the organisation for Genesys Cloud.
func (c *Client) Identify(ctx context.Context, t *Tokens) (Identity, error) { panic("to do") }

// Revoke ends the tokens at the server (RFC 7009; DELETE tokens/me for Genesys Cloud). told is false when the
// server has no way to do that.
func (c *Client) Revoke(ctx context.Context, refresh, access secret.Text) (told bool, err error) {
	panic("to do")
}

// Challenge is one conversation with the authorization challenge endpoint. Not safe for concurrent use.
type Challenge struct{}

// NewChallenge starts a conversation; nothing is sent yet. The code challenge goes out with the first request, so
// that the browser can take over with the same verifier.
func (c *Client) NewChallenge(f Flow) *Challenge { panic("to do") }

// Field is what the server can ask for.
type Field string

// The fields a challenge can ask for. Any other goes on in the browser.
const (
	FieldUsername Field = "username"
	FieldPassword Field = "password"
	FieldOTP      Field = "otp" // a code from an authenticator app
)

// ChallengeAnswer is what the server said to one request.
type ChallengeAnswer struct {
	Code         secret.Text      // set: done, redeem it
	Need         []Field          // set: ask for these
	Refused      *problem.Problem // with Need: what was wrong with what was sent; nil when nothing was
	Web          bool             // continue in the browser
	RequestURI   string           // with Web: continue this very sign-in (RFC 9126); empty: start a new flow
	RequestUntil time.Time        // with RequestURI
	Digits       int              // of the code that is asked for; 0 when the server does not say
	AttemptsLeft int              // -1 when the server does not say
	Unlocked     time.Time        // with an account-locked problem: until when; zero when not known
}

// Send sends these fields with the newest auth_session and never repeats them. The secrets are wiped afterwards.
func (ch *Challenge) Send(ctx context.Context, fields map[Field]secret.Text) (*ChallengeAnswer, error) {
	panic("to do")
}

// Close wipes the conversation's auth_session.
func (ch *Challenge) Close() { panic("to do") }

// DeviceCode is what a device authorization grants (RFC 8628, section 3.2). The texts are cleaned.
type DeviceCode struct {
	UserCode                string
	VerificationURI         string
	VerificationURIComplete string // may be empty
	Expires                 time.Time
	interval                time.Duration
	code                    secret.Text
}

// DeviceAuthorize asks for a device code.
func (c *Client) DeviceAuthorize(ctx context.Context) (*DeviceCode, error) { panic("to do") }

// DeviceWait polls until the other device is done, the code expires (problem device-expired), the sign-in is denied,
// or ctx ends. It waits the server's interval (5 s when there is none, at least 1 s, at most 60 s) before each poll, 5 s more for
// good after each slow_down, and twice as long after each time-out (RFC 8628, section 3.5).
func (c *Client) DeviceWait(ctx context.Context, d *DeviceCode, f Flow) (*Tokens, error) {
	panic("to do")
}
