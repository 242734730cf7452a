package identity

import (
	"net/url"
	"slices"
	"time"

	"github.com/zitadel/oidc/v3/pkg/oidc"
	"github.com/zitadel/oidc/v3/pkg/op"
)

// Client is an app that may ask this server to sign people in.
type Client struct {
	ID       string
	Name     string   // as people see it
	Secret   string   // empty: a public client, which must use a loopback redirect
	Redirect []string // a public client's differ from these in their port only (RFC 8252, section 7.3)
	Device   bool     // may use the device grant
}

// allows reports whether the app may be answered at this address.
func (c Client) allows(redirect string) bool {
	if slices.Contains(c.Redirect, redirect) {
		return true
	}
	u, err := url.Parse(redirect)
	if err != nil || c.Secret != "" || u.Scheme != "http" || u.User != nil || u.RawQuery != "" || u.Fragment != "" || u.Port() == "" {
		return false
	}
	return slices.ContainsFunc(c.Redirect, func(registered string) bool {
		reg, err := url.Parse(registered)
		return err == nil && reg.Scheme == u.Scheme && reg.Hostname() == u.Hostname() && reg.EscapedPath() == u.EscapedPath()
	})
}

// client is a Client as the library wants to see it.
type client struct {
	Client
	shift time.Duration // of the server's clock against this computer's
}

var _ op.Client = (*client)(nil)

func (c *client) GetID() string                    { return c.ID }
func (c *client) RedirectURIs() []string           { return c.Redirect }
func (c *client) PostLogoutRedirectURIs() []string { return nil }
func (c *client) ResponseTypes() []oidc.ResponseType {
	return []oidc.ResponseType{oidc.ResponseTypeCode}
}
func (c *client) LoginURL(id string) string            { return "/login/" + id }
func (c *client) AccessTokenType() op.AccessTokenType  { return op.AccessTokenTypeBearer }
func (c *client) DevMode() bool                        { return false }
func (c *client) IsScopeAllowed(string) bool           { return false }
func (c *client) IDTokenUserinfoClaimsAssertion() bool { return true }
func (c *client) RestrictAdditionalIdTokenScopes() func([]string) []string {
	return func(scopes []string) []string { return scopes }
}
func (c *client) RestrictAdditionalAccessTokenScopes() func([]string) []string {
	return func(scopes []string) []string { return scopes }
}

// IDTokenLifetime and ClockSkew turn the library's clock, which cannot be handed in: it subtracts the skew from when
// a token was issued and adds it to when it ends.
func (c *client) IDTokenLifetime() time.Duration { return accessTokenLife + 2*c.shift }

// ClockSkew is negative when the server's clock is ahead.
func (c *client) ClockSkew() time.Duration { return -c.shift }

func (c *client) ApplicationType() op.ApplicationType {
	if c.Secret == "" {
		return op.ApplicationTypeNative
	}
	return op.ApplicationTypeWeb
}

func (c *client) AuthMethod() oidc.AuthMethod {
	if c.Secret == "" {
		return oidc.AuthMethodNone
	}
	return oidc.AuthMethodBasic
}

func (c *client) GrantTypes() []oidc.GrantType {
	grants := []oidc.GrantType{oidc.GrantTypeCode, oidc.GrantTypeRefreshToken}
	if c.Device {
		grants = append(grants, oidc.GrantTypeDeviceCode)
	}
	return grants
}
