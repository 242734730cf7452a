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

// AuthorizationURL returns the address to open in the browser: response_type=code, S256 only. For Genesys Cloud it
// adds org and provider (only both together) and login_hint in that server's form, and sends no scope unless set.
func (c *Client) AuthorizationURL(f Flow, redirectURI string, o AuthorizeOptions) (string, error) {
	if _, err := transport.CheckURL(redirectURI); err != nil {
		return "", err
	}
	options := []oauth2.AuthCodeOption{oauth2.S256ChallengeOption(f.Verifier.Reveal())}
	set := func(name, value string) {
		if value != "" {
			options = append(options, oauth2.SetAuthURLParam(name, value))
		}
	}
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
	config := oauth2.Config{
		ClientID:    c.Org.ClientID,
		Endpoint:    oauth2.Endpoint{AuthURL: c.Server.AuthorizationEndpoint},
		RedirectURL: redirectURI,
		Scopes:      c.Server.Scopes,
	}
	return oneOfEach(config.AuthCodeURL(f.State.Reveal(), options...))
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
