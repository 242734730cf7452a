package oauth

import (
	"net/url"
	"strings"

	"golang.org/x/oauth2"

	"latchkey/internal/problem"
	"latchkey/internal/transport"
)

// AuthorizeOptions are the optional parts of an authorization request.
type AuthorizeOptions struct {
	LoginHint string
	Prompt    string // "login" to be asked in any case; empty otherwise
	Company   bool   // go straight to the company's identity provider where the server knows how
}

// AuthorizationURL returns the address that holds the whole request: response_type=code, S256 only. For Genesys Cloud it
// adds org and provider (only both together) and login_hint in that server's form, and sends no scope unless set. Authorize
// is what to open in the browser.
func (c *Client) AuthorizationURL(f Flow, redirectURI string, o AuthorizeOptions) (string, error) {
	v, err := c.request(f, redirectURI, o)
	if err != nil {
		return "", err
	}
	return c.atAuthorizationEndpoint(v)
}

// request returns the parameters of an authorization request.
func (c *Client) request(f Flow, redirectURI string, o AuthorizeOptions) (url.Values, error) {
	if _, err := transport.CheckURL(redirectURI); err != nil {
		return nil, err
	}
	v := url.Values{
		"response_type": {"code"}, "client_id": {c.Org.ClientID}, "redirect_uri": {redirectURI}, "state": {f.State.Reveal()},
		"code_challenge": {oauth2.S256ChallengeFromVerifier(f.Verifier.Reveal())}, "code_challenge_method": {"S256"},
	}
	set := func(name, value string) {
		if value != "" {
			v.Set(name, value)
		}
	}
	set("scope", strings.Join(c.Server.Scopes, " "))
	set("prompt", o.Prompt)
	set("acr_values", c.Org.ACRValues)
	if c.Server.Genesys {
		set("login_hint", genesysLoginHint(o.LoginHint, c.Org.Org))
		if o.Company && c.Org.Org != "" && c.Org.Provider != "" {
			set("org", c.Org.Org)
			set("provider", c.Org.Provider)
		}
	} else {
		set("login_hint", o.LoginHint)
		if o.Company {
			set("idp_hint", "company") // not standardised: a server that does not know it shows its own page
		}
	}
	if c.Server.openID() {
		set("nonce", f.Nonce.Reveal())
		if !f.SignedInSince.IsZero() && c.Server.SignInTimes {
			set("max_age", "0")
		}
	}
	if c.proof != nil {
		set("dpop_jkt", c.proof.thumbprint) // the code is of use to who has the key only (RFC 9449, section 10)
	}
	return v, nil
}

// RequestURI returns the address that continues a challenge in the browser (RFC 9126, section 4): the configured
// authorization endpoint with client_id and request_uri, and nothing a server sent besides.
func (c *Client) RequestURI(requestURI string) (string, error) {
	return c.continueURL(url.Values{"client_id": {c.Org.ClientID}, "request_uri": {requestURI}})
}

// ContinueURL is RequestURI for a loopback redirect: it also tells the server this flow's redirect_uri and state,
// which the challenge endpoint was not told, since the port was not chosen yet. A server that takes its parameters from
// the request_uri alone ignores them.
func (c *Client) ContinueURL(f Flow, redirectURI, requestURI string) (string, error) {
	if _, err := transport.CheckURL(redirectURI); err != nil {
		return "", err
	}
	return c.continueURL(url.Values{
		"client_id": {c.Org.ClientID}, "request_uri": {requestURI},
		"redirect_uri": {redirectURI}, "state": {f.State.Reveal()},
	})
}

func (c *Client) continueURL(v url.Values) (string, error) {
	if !usableRequestURI(v.Get("request_uri")) {
		return "", problem.New(problem.TokenMalformed)
	}
	return c.atAuthorizationEndpoint(v)
}

// atAuthorizationEndpoint returns the endpoint's address with these parameters.
func (c *Client) atAuthorizationEndpoint(v url.Values) (string, error) {
	joint := "?"
	if strings.Contains(c.Server.AuthorizationEndpoint, "?") {
		joint = "&"
	}
	return oneOfEach(c.Server.AuthorizationEndpoint + joint + v.Encode())
}

// usableRequestURI reports whether a request_uri can be sent back: it is only ever a parameter's value, never opened.
func usableRequestURI(s string) bool {
	return s != "" && len(s) <= 4096 && printable(s)
}

// oneOfEach returns the address serialised anew, so that what is opened is what was parsed. An endpoint may have a
// query of its own (RFC 6749, section 3.1), but not one that repeats a parameter of ours.
func oneOfEach(address string) (string, error) {
	u, err := transport.CheckURL(address)
	if err != nil {
		return "", err
	}
	query, err := url.ParseQuery(u.RawQuery)
	if err != nil {
		return "", problem.New(problem.EndpointUnsafe, problem.Caused(err))
	}
	for name, values := range query {
		if len(values) != 1 {
			return "", problem.New(problem.EndpointUnsafe,
				problem.Because("The sign-in page's address already carries %q.", transport.Clean(name, 40)))
		}
	}
	return u.String(), nil
}

// printable reports whether s has printable ASCII characters only, and no space.
func printable(s string) bool {
	for i := range len(s) {
		if s[i] <= ' ' || s[i] > '~' {
			return false
		}
	}
	return true
}
