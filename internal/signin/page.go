package signin

import (
	"context"
	"sync"
	"time"

	"latchkey/internal/clock"
	"latchkey/internal/oauth"
)

// page is the sign-in page that the browser goes to. A request that was pushed to the server (RFC 9126) is good for a short
// while and for one visit: it is pushed anew when the browser comes after that, so that the link which the agent
// has stays good for as long as the attempt.
type page struct {
	clock clock.Clock
	fresh func(context.Context) (oauth.Authorization, error)

	mu      sync.Mutex // guards the following, also while fresh is at work: two visits at once are two requests
	current oauth.Authorization
	visited bool
}

// signInPage prepares the page: the one that continues a challenge, or one of its own.
func (a *Attempt) signInPage(ctx context.Context, from passage, flow oauth.Flow, redirectURI string) (*page, error) {
	options := oauth.AuthorizeOptions{LoginHint: a.username, Prompt: a.opts.Prompt, Company: from.next == WithCompany}
	p := &page{clock: a.deps.Clock, fresh: func(ctx context.Context) (oauth.Authorization, error) {
		return a.client.Authorize(ctx, flow, redirectURI, options)
	}}
	if from.resume == nil {
		return p, p.renew(ctx)
	}
	address, err := a.client.ContinueURL(flow, redirectURI, from.resume.requestURI)
	p.current = oauth.Authorization{URL: address, Until: from.resume.until}
	return p, err
}

// visit returns where to send a browser that has just come.
func (p *page) visit(ctx context.Context) (string, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	until := p.current.Until
	if p.visited && p.current.Once || !until.IsZero() && !p.clock.Now().Before(until) {
		if err := p.make(ctx); err != nil {
			return "", err
		}
	}
	p.visited = true
	return p.current.URL, nil
}

// renew makes the page anew, used or not.
func (p *page) renew(ctx context.Context) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.make(ctx)
}

// make asks for a page of its own. The caller holds mu.
func (p *page) make(ctx context.Context) error {
	next, err := p.fresh(ctx)
	if err == nil {
		p.current, p.visited = next, false
	}
	return err
}

// address returns the page's own address.
func (p *page) address() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.current.URL
}

// until returns when the page can no longer be opened; the zero time: it always can.
func (p *page) until() time.Time {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.current.Until
}

// pushes reports whether the server was told the request before the browser comes.
func (p *page) pushes() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.current.Once
}
