// Package federation asks a company's identity provider who somebody is: OpenID Connect with authorization code and
// PKCE, as the sign-in servers of the demo world do behind "Login with Company".
package federation

import (
	"context"
	"crypto/subtle"
	"errors"
	"io"
	"net/http"
	"net/url"
	"sync"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"latchkey/internal/demo/fresh"
)

// Company is the identity provider of a company, to which a server is an ordinary client.
type Company struct {
	Name     string // on the button
	Issuer   string
	ClientID string
	Secret   string
	Redirect string // where its answers come in
	HTTP     *http.Client
	Now      func() time.Time
	Rand     io.Reader

	mu       sync.Mutex // guards the following field
	provider *oidc.Provider
}

// Asked is what one visitor's question is bound to. The zero value is no question.
type Asked struct{ state, nonce, verifier string }

// The ways an answer is no use.
var (
	ErrRefused = errors.New("the company did not sign them in")
	ErrForeign = errors.New("the answer belongs to another question")
)

// Ask returns the address of the company's sign-in page. The state begins with the visitor's identifier and a dot, so
// that the answer finds them again.
func (c *Company) Ask(ctx context.Context, visitor, hint string, force bool) (Asked, string, error) {
	p, err := c.discover(ctx)
	if err != nil {
		return Asked{}, "", err
	}
	asked := Asked{state: visitor + "." + fresh.Token(c.Rand), nonce: fresh.Token(c.Rand), verifier: oauth2.GenerateVerifier()}
	more := []oauth2.AuthCodeOption{oidc.Nonce(asked.nonce), oauth2.S256ChallengeOption(asked.verifier)}
	if hint != "" {
		more = append(more, oauth2.SetAuthURLParam("login_hint", hint))
	}
	if force {
		more = append(more, oauth2.SetAuthURLParam("prompt", "login"))
	}
	return asked, c.config(p).AuthCodeURL(asked.state, more...), nil
}

// Answer takes what came back to the redirect address and returns the verified e-mail address of who signed in.
func (c *Company) Answer(ctx context.Context, asked Asked, q url.Values) (string, error) {
	if asked.state == "" || !same(asked.state, q.Get("state")) || q.Get("iss") != c.Issuer {
		return "", ErrForeign
	}
	if q.Get("error") != "" {
		return "", ErrRefused
	}
	p, err := c.discover(ctx)
	if err != nil {
		return "", err
	}
	ctx = oidc.ClientContext(ctx, c.HTTP)
	token, err := c.config(p).Exchange(ctx, q.Get("code"), oauth2.VerifierOption(asked.verifier))
	if err != nil {
		return "", err
	}
	raw, _ := token.Extra("id_token").(string)
	id, err := p.Verifier(&oidc.Config{ClientID: c.ClientID, Now: c.Now}).Verify(ctx, raw)
	if err != nil {
		return "", err
	}
	var claims struct {
		Email    string `json:"email"`
		Verified bool   `json:"email_verified"`
	}
	if err := id.Claims(&claims); err != nil {
		return "", err
	}
	if !same(id.Nonce, asked.nonce) || !claims.Verified {
		return "", ErrForeign
	}
	return claims.Email, id.VerifyAccessToken(token.AccessToken)
}

// discover reads the company's metadata when it is first needed, and again when that failed.
func (c *Company) discover(ctx context.Context) (*oidc.Provider, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.provider == nil {
		// The provider keeps its context for the keys it fetches later: that one must not end with this request.
		p, err := oidc.NewProvider(oidc.ClientContext(context.WithoutCancel(ctx), c.HTTP), c.Issuer)
		if err != nil {
			return nil, err
		}
		c.provider = p
	}
	return c.provider, nil
}

func (c *Company) config(p *oidc.Provider) *oauth2.Config {
	endpoint := p.Endpoint()
	endpoint.AuthStyle = oauth2.AuthStyleInHeader
	return &oauth2.Config{
		ClientID: c.ClientID, ClientSecret: c.Secret, Endpoint: endpoint, RedirectURL: c.Redirect,
		Scopes: []string{oidc.ScopeOpenID, "profile", "email"},
	}
}

func same(a, b string) bool { return subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1 }
