package oauth

import (
	"context"
	"errors"
	"maps"
	"net/http"
	"net/url"
	"time"

	"latchkey/internal/problem"
)

// Authorization is an authorization request to open in the browser.
type Authorization struct {
	URL   string
	Until time.Time // when it can no longer be opened; zero: always can
	Once  bool      // it can be opened once only
}

// Authorize prepares the request of a flow for the browser. Where the server takes it directly (RFC 9126), it is sent there, and the
// browser gets nothing but a reference to it. A server that insists on that is never asked another way.
func (c *Client) Authorize(ctx context.Context, f Flow, redirectURI string, o AuthorizeOptions) (Authorization, error) {
	form, err := c.request(f, redirectURI, o)
	if err != nil {
		return Authorization{}, err
	}
	if c.Server.PushedRequestEndpoint != "" {
		pushed, err := c.push(ctx, maps.Clone(form))
		if err == nil || c.Server.RequirePushed || !outOfOrder(err) {
			return pushed, err
		}
		// The server takes the same request in the address, too: an endpoint that is out of order keeps nobody out. What is lost
		// is only that the browser's history does not see the request. What the server refuses, or answers wrongly, is not tried
		// another way.
	}
	address, err := c.atAuthorizationEndpoint(form)
	return Authorization{URL: address}, err
}

// push sends the request to the server, and returns the reference to it.
func (c *Client) push(ctx context.Context, form url.Values) (Authorization, error) {
	asked := c.Clock.Now().Round(0) // the wall clock: the other one stands still while a computer sleeps
	r, err := c.post(ctx, c.Server.PushedRequestEndpoint, form)
	if err != nil {
		return Authorization{}, err
	}
	if r.Status != http.StatusCreated && r.Status != http.StatusOK {
		refused, err := c.refused(r, form)
		if err != nil {
			return Authorization{}, err
		}
		return Authorization{}, refused.general()
	}
	var answer struct {
		RequestURI string   `json:"request_uri"`
		ExpiresIn  lifetime `json:"expires_in"`
	}
	if err := r.DecodeJSON(&answer); err != nil {
		return Authorization{}, asMalformed(err)
	}
	until := answer.ExpiresIn.from(asked)
	if !until.After(c.Clock.Now()) {
		return Authorization{}, problem.New(problem.TokenMalformed, problem.Because("What it prepared has expired already."))
	}
	address, err := c.RequestURI(answer.RequestURI)
	return Authorization{URL: address, Until: until, Once: true}, err
}

// outOfOrder reports whether an endpoint does not work, rather than refuses.
func outOfOrder(err error) bool {
	p, ok := errors.AsType[*problem.Problem](err)
	if !ok {
		return false
	}
	behind, answered := errors.AsType[*ServerError](err)
	missing := answered && (behind.Status == http.StatusNotFound || behind.Status == http.StatusMethodNotAllowed)
	return p.Kind == problem.Unreachable || p.Code == problem.ServerUnavailable || missing
}
