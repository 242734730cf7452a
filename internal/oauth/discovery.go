package oauth

import (
	"context"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"latchkey/internal/clock"
	"latchkey/internal/config"
	"latchkey/internal/problem"
	"latchkey/internal/transport"
)

// Discover finds the organisation's server: a region's own endpoints, or the issuer's metadata (OpenID Connect
// Discovery and RFC 8414), with what the settings name laid over either. Every endpoint is checked: https (http on
// loopback), no userinfo or fragment, the challenge and token endpoint on one origin. Without an issuer the settings
// must name the authorization and the token endpoint; nothing is asked then.
func Discover(
	ctx context.Context, http *transport.Client, clk clock.Clock, rand io.Reader, org config.Organization,
) (*Client, error) {
	c := &Client{HTTP: http, Clock: clk, Rand: rand, Org: org}
	var err error
	switch {
	case org.Genesys():
		c.Server, err = genesysServer(org)
	case org.Issuer == "":
		c.Server = namedServer(org)
	default:
		var m *metadata
		if m, err = c.fetchMetadata(ctx); err == nil {
			c.Server, err = m.server(org)
		}
	}
	if err != nil {
		return nil, err
	}
	layOver(c.Server, org)
	if err := c.Server.check(); err != nil {
		return nil, err
	}
	c.keys = newKeySet(http, clk, c.Server.JWKSURI)
	if c.Server.bindsTokens && org.DPoP != config.DPoPOff {
		if c.proof, err = newProver(rand); err != nil {
			return nil, err
		}
	}
	return c, nil
}

// metadata is what Latchkey reads of a server's description (OpenID Connect Discovery, section 3; RFC 8414, section
// 2). Members of the wrong type make it unreadable; unknown members, and unknown values in lists, are ignored.
type metadata struct {
	Issuer                         string    `json:"issuer"`
	AuthorizationEndpoint          string    `json:"authorization_endpoint"`
	TokenEndpoint                  string    `json:"token_endpoint"`
	AuthorizationChallengeEndpoint string    `json:"authorization_challenge_endpoint"`
	DeviceAuthorizationEndpoint    string    `json:"device_authorization_endpoint"`
	RevocationEndpoint             string    `json:"revocation_endpoint"`
	PushedEndpoint                 string    `json:"pushed_authorization_request_endpoint"`
	RequirePushed                  bool      `json:"require_pushed_authorization_requests"`
	ProofAlgs                      []string  `json:"dpop_signing_alg_values_supported"`
	UserInfoEndpoint               string    `json:"userinfo_endpoint"`
	JWKSURI                        string    `json:"jwks_uri"`
	ResponseTypes                  *[]string `json:"response_types_supported"`
	Scopes                         *[]string `json:"scopes_supported"`
	ChallengeMethods               *[]string `json:"code_challenge_methods_supported"`
	SigningAlgs                    *[]string `json:"id_token_signing_alg_values_supported"`
	TokenAuthMethods               *[]string `json:"token_endpoint_auth_methods_supported"`
	Claims                         []string  `json:"claims_supported"`
	ResponseIss                    bool      `json:"authorization_response_iss_parameter_supported"`

	openID bool // it came from OpenID Connect Discovery
}

// fetchMetadata asks at OpenID Connect's address (appended to the issuer), and at RFC 8414's (inserted before the
// issuer's path) when there is nothing to read at the first. WebFinger is not spoken.
func (c *Client) fetchMetadata(ctx context.Context) (*metadata, error) {
	issuer, err := transport.CheckURL(c.Org.Issuer)
	if err != nil {
		return nil, err
	}
	if issuer.RawQuery != "" || issuer.ForceQuery {
		return nil, problem.New(problem.EndpointUnsafe,
			problem.Because("The server's address has a part after a question mark."))
	}
	appended, inserted := *issuer, *issuer
	path := strings.TrimSuffix(issuer.EscapedPath(), "/")
	setPath(&appended, path+"/.well-known/openid-configuration")
	setPath(&inserted, "/.well-known/oauth-authorization-server"+path)

	m, err := c.readMetadata(ctx, appended.String())
	if err == nil {
		m.openID = true
		return m, nil
	}
	if !problem.Has(err, problem.NotASignInServer) && !problem.Has(err, problem.NetworkPage) {
		return nil, err
	}
	if m, secondErr := c.readMetadata(ctx, inserted.String()); secondErr == nil {
		return m, nil
	} else if !problem.Has(secondErr, problem.NotASignInServer) && !problem.Has(secondErr, problem.NetworkPage) {
		return nil, secondErr
	}
	return nil, err
}

func setPath(u *url.URL, escaped string) {
	u.RawPath = escaped
	u.Path, _ = url.PathUnescape(escaped)
}

// readMetadata reads one document. The issuer in it must be the configured one, character by character (RFC 8414,
// section 3.3).
func (c *Client) readMetadata(ctx context.Context, address string) (*metadata, error) {
	r, err := c.HTTP.Do(ctx, transport.Request{URL: address})
	switch {
	case err != nil:
		return nil, err
	case r.Status == http.StatusNetworkAuthenticationRequired: // RFC 6585, section 6
		return nil, problem.New(problem.NetworkPage)
	case r.Status >= http.StatusInternalServerError:
		return nil, problem.New(problem.ServerUnavailable,
			problem.Caused(&ServerError{Status: r.Status, RetryAt: c.retryAt(r)}))
	case r.Status == http.StatusTooManyRequests:
		return nil, problem.New(problem.TooManyTries,
			problem.Caused(&ServerError{Status: r.Status, RetryAt: c.retryAt(r)}))
	case r.Status != http.StatusOK:
		return nil, problem.New(problem.NotASignInServer, problem.Caused(&ServerError{Status: r.Status}))
	}
	var m metadata
	if err := r.DecodeJSON(&m); err != nil {
		if problem.Has(err, problem.ServerAnswer) {
			return nil, problem.New(problem.NotASignInServer,
				problem.Because("Its description cannot be read."), problem.Caused(err))
		}
		return nil, err
	}
	switch m.Issuer {
	case c.Org.Issuer:
		return &m, nil
	case "":
		return nil, problem.New(problem.NotASignInServer)
	}
	return nil, problem.New(problem.IssuerMismatch, problem.Because("The settings name %s, the server calls itself %s.",
		transport.Clean(c.Org.Issuer, 200), transport.Clean(m.Issuer, 200)))
}

// server takes over what the metadata say.
func (m *metadata) server(org config.Organization) (*Server, error) {
	// PKCE is always sent, with S256. A server that lists its methods without S256 would not check it; one that lists
	// none may well (the list came with RFC 8414, and many leave it out), so that is allowed.
	if m.ChallengeMethods != nil && !slices.Contains(*m.ChallengeMethods, "S256") {
		return nil, problem.New(problem.PKCEUnsupported)
	}
	if m.ResponseTypes != nil && !slices.Contains(*m.ResponseTypes, "code") {
		return nil, problem.New(problem.RequestRefused, problem.Because("The server does not sign in apps the way Latchkey does."))
	}
	s := &Server{
		Issuer:                         m.Issuer,
		AuthorizationEndpoint:          m.AuthorizationEndpoint,
		TokenEndpoint:                  m.TokenEndpoint,
		AuthorizationChallengeEndpoint: m.AuthorizationChallengeEndpoint,
		DeviceAuthorizationEndpoint:    m.DeviceAuthorizationEndpoint,
		RevocationEndpoint:             m.RevocationEndpoint,
		PushedRequestEndpoint:          m.PushedEndpoint,
		RequirePushed:                  m.RequirePushed,
		bindsTokens:                    slices.Contains(m.ProofAlgs, proofAlg),
		UserInfoEndpoint:               m.UserInfoEndpoint,
		JWKSURI:                        m.JWKSURI,
		ResponseIss:                    m.ResponseIss,
		SigningAlgs:                    []string{"RS256"}, // the one every server has to have
		Scopes:                         m.scopes(org),
		SignInTimes:                    slices.Contains(m.Claims, "auth_time"),
	}
	if m.SigningAlgs != nil {
		s.SigningAlgs = slices.DeleteFunc(slices.Clone(signingAlgs), func(alg string) bool {
			return !slices.Contains(*m.SigningAlgs, alg)
		})
	}
	if m.TokenAuthMethods != nil {
		s.secretInForm = slices.Contains(*m.TokenAuthMethods, "client_secret_post") &&
			!slices.Contains(*m.TokenAuthMethods, "client_secret_basic")
	}
	if !local(s.Issuer) && slices.ContainsFunc(s.endpoints(), local) {
		return nil, problem.New(problem.EndpointUnsafe, problem.Because("It is on this computer, the server is not."))
	}
	if m.openID && s.JWKSURI == "" {
		return nil, problem.New(problem.NotASignInServer, problem.Because("Its description names no keys."))
	}
	if s.openID() && len(s.SigningAlgs) == 0 {
		return nil, problem.New(problem.IDTokenInvalid,
			problem.Because("The server signs in a way that Latchkey does not trust."))
	}
	return s, nil
}

// local reports whether an address is on this computer.
func local(address string) bool {
	u, err := url.Parse(address)
	return err == nil && transport.Loopback(u.Hostname())
}

// defaultScopes are asked for when the settings name none.
var defaultScopes = []string{"openid", "profile", "email", "offline_access"}

// scopes returns what is asked for: what the settings say, else the default as far as the server has it. A server
// that does OAuth only and lists nothing is asked for nothing.
func (m *metadata) scopes(org config.Organization) []string {
	switch {
	case len(org.Scopes) > 0:
		return org.Scopes
	case m.Scopes != nil:
		return slices.DeleteFunc(slices.Clone(defaultScopes), func(s string) bool {
			return !slices.Contains(*m.Scopes, s) && !(m.openID && s == "openid")
		})
	case m.openID:
		return slices.Clone(defaultScopes)
	}
	return nil
}

// namedServer is a server without discovery: all the settings say is all there is.
func namedServer(org config.Organization) *Server {
	if len(org.Scopes) > 0 {
		return &Server{Scopes: org.Scopes}
	}
	return &Server{Scopes: slices.Clone(defaultScopes)}
}

// layOver puts what the settings name over what the server said.
func layOver(s *Server, org config.Organization) {
	for _, e := range []struct {
		to   *string
		from string
	}{
		{&s.AuthorizationEndpoint, org.Endpoints.Authorization},
		{&s.TokenEndpoint, org.Endpoints.Token},
		{&s.AuthorizationChallengeEndpoint, org.Endpoints.AuthorizationChallenge},
		{&s.DeviceAuthorizationEndpoint, org.Endpoints.DeviceAuthorization},
		{&s.RevocationEndpoint, org.Endpoints.Revocation},
		{&s.UserInfoEndpoint, org.Endpoints.UserInfo},
		{&s.ForgotPasswordURL, org.ForgotPassword},
		{&s.WorkspaceURL, org.WorkspaceURL},
	} {
		if e.from != "" {
			*e.to = e.from
		}
	}
	switch org.Credentials {
	case config.CredentialsOff:
		s.AuthorizationChallengeEndpoint = ""
	case config.CredentialsAuth0, config.CredentialsOkta, config.CredentialsKeycloak:
		s.passwordGrant = !s.Genesys
	}
}

// check refuses endpoints that are missing or unsafe.
func (s *Server) check() error {
	if s.AuthorizationEndpoint == "" || s.TokenEndpoint == "" {
		return problem.New(problem.NotASignInServer, problem.Because("Its description does not name where to sign in."))
	}
	for _, address := range append(s.endpoints(), s.APIURL) {
		if address == "" {
			continue
		}
		if _, err := transport.CheckURL(address); err != nil {
			return err
		}
	}
	if s.AuthorizationChallengeEndpoint != "" && !sameOrigin(s.AuthorizationChallengeEndpoint, s.TokenEndpoint) {
		return problem.New(problem.EndpointUnsafe,
			problem.Because("The password would go to another server than the one that signs in."))
	}
	return nil
}

// endpoints are the addresses that metadata can name.
func (s *Server) endpoints() []string {
	return []string{
		s.AuthorizationEndpoint, s.TokenEndpoint, s.AuthorizationChallengeEndpoint, s.DeviceAuthorizationEndpoint,
		s.RevocationEndpoint, s.UserInfoEndpoint, s.JWKSURI, s.PushedRequestEndpoint,
	}
}

// sameOrigin compares scheme, host and port (RFC 6454, section 5) of addresses that were checked.
func sameOrigin(a, b string) bool {
	return origin(a) == origin(b)
}

// origin returns scheme, host and port; empty for what is no address.
func origin(address string) string {
	u, err := transport.CheckURL(address)
	if err != nil {
		return ""
	}
	port := u.Port()
	if port == "" || u.Scheme == "https" && port == "443" || u.Scheme == "http" && port == "80" {
		return u.Scheme + "://" + hostOnly(u)
	}
	return u.Scheme + "://" + hostOnly(u) + ":" + port
}

func hostOnly(u *url.URL) string {
	if strings.Contains(u.Hostname(), ":") {
		return "[" + u.Hostname() + "]"
	}
	return u.Hostname()
}
