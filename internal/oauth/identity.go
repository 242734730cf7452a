package oauth

import (
	"cmp"
	"context"
	"errors"
	"mime"
	"net/http"

	"latchkey/internal/problem"
	"latchkey/internal/transport"
)

// Identity is who signed in. Issuer and Subject together are the account; the rest is for showing, already cleaned.
type Identity struct {
	Issuer       string // of the ID token; the login host's origin for Genesys Cloud
	Subject      string
	Username     string // what they type to sign in: e-mail or user name
	Email        string // only when the server has verified it; at some servers another thing than Username
	Name         string
	Organization string // as the server names it; may be empty
	// Nonce is that of the sign-in's ID token ([Claims].Nonce), for Refresh to compare with: empty when it is not
	// known. Identify leaves it empty.
	Nonce string

	// How they signed in now: "password", "browser", "company" or "device". Identify leaves it empty.
	How string

	Last LastSignIn
	// OneStep: known to have signed in with the password alone, and to have no second step.
	OneStep bool
}

// Identify asks the server whose tokens these are: the ID token and userinfo (which must name the same subject), or
// users/me with the organisation for Genesys Cloud. userinfo is not asked when the ID token says enough.
func (c *Client) Identify(ctx context.Context, t *Tokens) (Identity, error) {
	if c.Server.Genesys {
		return c.usersMe(ctx, t)
	}
	var known Claims
	if t.claims != nil {
		known = *t.claims
	}
	enough := known.Subject != "" && known.Name != "" && (known.PreferredUsername != "" || known.Email != "")
	if c.Server.UserInfoEndpoint != "" && !enough {
		if err := c.userInfo(ctx, t, &known); err != nil {
			return Identity{}, err
		}
	}
	if known.Subject == "" {
		return Identity{}, problem.New(problem.WhoAmIFailed)
	}
	verified := known.Email
	if !known.EmailVerified {
		verified = ""
	}
	return Identity{
		// Without an issuer the account is keyed by where people signed in.
		Issuer:   cmp.Or(known.Issuer, c.Server.Issuer, origin(c.Server.AuthorizationEndpoint)),
		Subject:  known.Subject,
		Username: cmp.Or(known.PreferredUsername, known.Email, transport.Clean(known.Subject, maxShown)),
		Email:    verified,
		Name:     known.Name,
		Last:     known.Last,
		OneStep:  oneStep(known.Methods),
	}, nil
}

// userInfo fills in what the ID token left out (OpenID Connect Core, section 5.3).
func (c *Client) userInfo(ctx context.Context, t *Tokens, known *Claims) error {
	var info struct {
		Subject           string `json:"sub"`
		Name              text   `json:"name"`
		Email             text   `json:"email"`
		EmailVerified     flag   `json:"email_verified"`
		PreferredUsername text   `json:"preferred_username"`
		signInClaims
	}
	if err := c.who(ctx, c.Server.UserInfoEndpoint, t, &info); err != nil {
		return err
	}
	switch {
	case !subjectOK(info.Subject):
		return problem.New(problem.WhoAmIFailed)
	case known.Subject != "" && known.Subject != info.Subject:
		return problem.New(problem.AccountMismatch)
	}
	known.Subject = info.Subject
	known.Name = cmp.Or(known.Name, transport.Clean(string(info.Name), maxShown))
	if known.Email == "" {
		known.Email, known.EmailVerified = transport.Clean(string(info.Email), maxShown), bool(info.EmailVerified)
	}
	known.learn(&info.signInClaims, c.ServerTime(c.Clock.Now()))
	known.PreferredUsername = cmp.Or(known.PreferredUsername, transport.Clean(string(info.PreferredUsername), maxShown))
	return nil
}

// who asks with the access token, in the header only. Signed answers were not asked for and are refused.
func (c *Client) who(ctx context.Context, address string, t *Tokens, v any) error {
	r, err := c.resource(ctx, transport.Request{URL: address, Bearer: t.Access})
	if err != nil {
		return c.elsewhere(address, err)
	}
	if r.Status != http.StatusOK {
		return c.answered(r, problem.WhoAmIFailed)
	}
	if kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type")); kind == "application/jwt" {
		return problem.New(problem.WhoAmIFailed, problem.Because("The answer is in a form that was not asked for."))
	}
	if err := r.DecodeJSON(v); err != nil {
		if problem.Has(err, problem.ServerAnswer) {
			return problem.New(problem.WhoAmIFailed, problem.Caused(err))
		}
		return err
	}
	return nil
}

// elsewhere names the host that is not reached where it is not the sign-in server's, which has done its part by then.
func (c *Client) elsewhere(address string, err error) error {
	p, ok := errors.AsType[*problem.Problem](err)
	if !ok || p.Kind != problem.Unreachable || p.Code == problem.NetworkPage || origin(address) == origin(c.Server.TokenEndpoint) {
		return err
	}
	return problem.New(problem.APIUnreachable, problem.Because("It is %s, and tells who signed in.", host(address)), problem.Caused(err))
}

// answered returns the problem for an answer of an API that is not a success: code, unless the server is busy, out
// of order, or not the server.
func (c *Client) answered(r *transport.Response, code problem.Code) error {
	behind := &ServerError{Status: r.Status, RetryAt: c.retryAt(r)}
	switch {
	case r.Status >= 500 && r.Status != http.StatusNetworkAuthenticationRequired:
		return problem.New(problem.ServerUnavailable, problem.Caused(behind))
	case r.Status == http.StatusTooManyRequests:
		return problem.New(problem.TooManyTries, problem.Caused(behind))
	}
	var ignored struct{}
	if err := r.DecodeJSON(&ignored); problem.Has(err, problem.NetworkPage) {
		return err
	}
	return problem.New(code, problem.Because("It answered with status %d.", r.Status), problem.Caused(behind))
}
