// Package oauth speaks the protocols on the wire: metadata discovery, authorization code with PKCE, the authorization
// challenge endpoint, device authorization, refresh, revocation, and who signed in.
//
// It asks nobody anything and keeps nothing; package signin decides what to ask, package session what to keep. All
// errors are problems (package problem), none of which quotes a secret or a server's body.
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

// Server is what is known of one authorization server. An attempt keeps the Server it started with, whatever the
// server's metadata say later.
type Server struct {
	Issuer                         string // empty for Genesys Cloud and servers without discovery
	AuthorizationEndpoint          string
	TokenEndpoint                  string
	AuthorizationChallengeEndpoint string // empty: no credentials door
	DeviceAuthorizationEndpoint    string // empty: no device door
	RevocationEndpoint             string
	UserInfoEndpoint               string
	JWKSURI                        string
	ForgotPasswordURL              string // from the settings; empty when not known
	WorkspaceURL                   string // what "Open workspace" opens; empty when there is none
	APIURL                         string // Genesys Cloud API base address
	Genesys                        bool
	ResponseIss                    bool     // authorization_response_iss_parameter_supported (RFC 9207)
	SigningAlgs                    []string // asymmetric ID token algorithms both sides allow
	Scopes                         []string // asked for
}

// Host returns the host (and port) people sign in at, as shown to them: the authorization endpoint's.
func (s *Server) Host() string { panic("to do") }

// Client speaks to one server for one organisation. Discover makes one.
type Client struct {
	HTTP   *transport.Client
	Clock  clock.Clock
	Rand   io.Reader
	Org    config.Organization
	Server *Server
	keys   *keySet // of the server's JWKS; shared by copies of the client
}

type keySet struct{}

// Discover finds the organisation's server: a region's own endpoints, or the issuer's metadata (OpenID Connect
// Discovery and RFC 8414), with what the settings name laid over either. Every endpoint is checked: https (http on
// loopback), no userinfo or fragment, the challenge and token endpoint on one origin.
func Discover(ctx context.Context, http *transport.Client, clk clock.Clock, rand io.Reader, org config.Organization) (*Client, error) {
	panic("to do")
}

// Flow is what one authorization request is bound to. Each attempt makes its own and never uses it twice.
type Flow struct {
	Verifier secret.Text // code_verifier (RFC 7636)
	State    secret.Text
	Nonce    secret.Text
}

// NewFlow draws fresh values of 256 bits each.
func NewFlow(rand io.Reader) (Flow, error) { panic("to do") }

// AuthorizeOptions are the optional parts of an authorization request.
type AuthorizeOptions struct {
	LoginHint string
	Prompt    string // "login" to be asked in any case; empty otherwise
	Company   bool   // go straight to the company's identity provider where the server knows how
}

// AuthorizationURL returns the address to open in the browser: response_type=code, S256 only. For Genesys Cloud it
// adds org and provider (only both together) and login_hint in that server's form, and sends no scope unless set.
func (c *Client) AuthorizationURL(f Flow, redirectURI string, o AuthorizeOptions) (string, error) {
	panic("to do")
}

// RequestURI returns the address that continues a challenge in the browser (RFC 9126, section 4): the configured
// authorization endpoint with client_id and request_uri, and nothing a server sent besides.
func (c *Client) RequestURI(requestURI string) (string, error) { panic("to do") }

// Tokens are what a token endpoint grants.
type Tokens struct {
	Access  secret.Text
	Refresh secret.Text // empty: the server gave none
	Expires time.Time   // of the access token, on our clock; never zero
	Scope   string      // granted; the asked one when the server does not say
	Limited bool        // less was granted than asked for

	claims      *Claims     // of the verified ID token; nil when there was none
	authSession secret.Text // auth_session of the challenge endpoint, when the answer carried one
}

// Claims are the claims of a verified ID token that Latchkey uses.
type Claims struct {
	Issuer, Subject, AuthorizedParty, Nonce, AccessTokenHash string
	Name, Email, PreferredUsername                           string
	IssuedAt, Expires, AuthTime                              time.Time
}

// Identity is who signed in. Issuer and Subject together are the account; the rest is for showing, already cleaned.
type Identity struct {
	Issuer       string // of the ID token; the login host's origin for Genesys Cloud
	Subject      string
	Username     string // what they type to sign in: e-mail or user name
	Name         string
	Organization string // as the server names it; may be empty
}

// Exchange redeems an authorization code, exactly once, and verifies the ID token that comes with it. redirectURI is
// empty for a code from the challenge endpoint, which was asked for without one.
func (c *Client) Exchange(ctx context.Context, f Flow, code secret.Text, redirectURI string) (*Tokens, error) {
	panic("to do")
}

// Refresh redeems a refresh token, exactly once. Tokens.Refresh of the answer is the one to keep: the new one, or
// the old one when the server sent none. A new ID token must name the same issuer and subject. A refusal that is
// final is the problem session-ended.
func (c *Client) Refresh(ctx context.Context, refresh secret.Text, who Identity) (*Tokens, error) {
	panic("to do")
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

// CallbackProblem returns the problem for an error that came back to the redirect URI (RFC 6749, section 4.1.2.1;
// OpenID Connect Core, section 3.1.2.6).
func CallbackProblem(code, description string) error { panic("to do") }
