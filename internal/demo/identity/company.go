package identity

import (
	"context"
	"crypto/subtle"
	"net/http"
	"strings"
	"sync"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"latchkey/internal/demo/fresh"
)

// Company is the identity provider of a company, to which this server is an ordinary client.
type Company struct {
	Name     string // on the button
	Issuer   string
	ClientID string
	Secret   string
	HTTP     *http.Client

	mu       sync.Mutex // guards the following field
	provider *oidc.Provider
}

// upstream is what one login asked the company.
type upstream struct{ state, nonce, verifier string }

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

func (c *Company) config(p *oidc.Provider, redirect string) *oauth2.Config {
	endpoint := p.Endpoint()
	endpoint.AuthStyle = oauth2.AuthStyleInHeader
	return &oauth2.Config{ClientID: c.ClientID, ClientSecret: c.Secret, Endpoint: endpoint, RedirectURL: redirect, Scopes: []string{oidc.ScopeOpenID, "profile", "email"}}
}

// toCompany sends the browser to the company's sign-in page.
func (s *Server) toCompany(w http.ResponseWriter, r *http.Request, l *login) {
	p, err := s.Company.discover(r.Context())
	if err != nil {
		s.draw(w, l, s.Company.Name+" cannot be reached right now.")
		return
	}
	// The state finds the login again; its second half is fresh for every try.
	l.upstream = upstream{state: l.id + "." + fresh.Token(s.Rand), nonce: fresh.Token(s.Rand), verifier: oauth2.GenerateVerifier()}
	more := []oauth2.AuthCodeOption{oidc.Nonce(l.upstream.nonce), oauth2.S256ChallengeOption(l.upstream.verifier)}
	if l.hint != "" {
		more = append(more, oauth2.SetAuthURLParam("login_hint", l.hint))
	}
	if l.force {
		more = append(more, oauth2.SetAuthURLParam("prompt", "login"))
	}
	http.Redirect(w, r, s.Company.config(p, s.address("/company/callback")).AuthCodeURL(l.upstream.state, more...), http.StatusSeeOther)
}

// companyCallback takes the company's answer.
func (s *Server) companyCallback(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	id, _, _ := strings.Cut(q.Get("state"), ".")
	r.SetPathValue("id", id)
	l := s.login(w, r)
	if l == nil {
		return
	}
	defer l.mu.Unlock()
	asked := l.upstream
	l.upstream = upstream{}
	if asked.state == "" || subtle.ConstantTimeCompare([]byte(asked.state), []byte(q.Get("state"))) != 1 || q.Get("iss") != s.Company.Issuer {
		s.draw(w, l, "The answer does not belong to this sign-in. Try again.")
		return
	}
	if q.Get("error") != "" {
		s.draw(w, l, s.Company.Name+" did not sign you in.")
		return
	}
	email, err := s.askCompany(r.Context(), asked, q.Get("code"))
	if err != nil {
		s.draw(w, l, s.Company.Name+" gave an answer that cannot be trusted.")
		return
	}
	who, ok := s.People.Find(email)
	if !ok || !who.Company || who.Disabled {
		s.draw(w, l, s.Company.Name+" signed you in, but "+s.Look.Name+" has no account for "+email+".")
		return
	}
	s.finish(w, r, l, who, []string{"fed"})
}

// askCompany redeems the code and returns the verified e-mail address.
func (s *Server) askCompany(ctx context.Context, asked upstream, code string) (string, error) {
	p, err := s.Company.discover(ctx)
	if err != nil {
		return "", err
	}
	ctx = oidc.ClientContext(ctx, s.Company.HTTP)
	token, err := s.Company.config(p, s.address("/company/callback")).Exchange(ctx, code, oauth2.VerifierOption(asked.verifier))
	if err != nil {
		return "", err
	}
	raw, _ := token.Extra("id_token").(string)
	idToken, err := p.Verifier(&oidc.Config{ClientID: s.Company.ClientID, Now: s.Clock.Now}).Verify(ctx, raw)
	if err != nil {
		return "", err
	}
	var claims struct {
		Email    string `json:"email"`
		Verified bool   `json:"email_verified"`
	}
	if err := idToken.Claims(&claims); err != nil {
		return "", err
	}
	if subtle.ConstantTimeCompare([]byte(idToken.Nonce), []byte(asked.nonce)) != 1 || !claims.Verified {
		return "", errUnknown
	}
	return claims.Email, idToken.VerifyAccessToken(token.AccessToken)
}
