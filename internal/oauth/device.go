package oauth

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"time"

	"latchkey/internal/clock"
	"latchkey/internal/problem"
	"latchkey/internal/secret"
	"latchkey/internal/transport"
)

// DeviceCode is what a device authorization grants (RFC 8628, section 3.2). The texts are cleaned.
type DeviceCode struct {
	UserCode                string
	VerificationURI         string
	VerificationURIComplete string // may be empty
	Expires                 time.Time
	interval                time.Duration
	code                    secret.Text
}

const (
	deviceGrant = "urn:ietf:params:oauth:grant-type:device_code"
	maxUserCode = 40 // characters: more cannot be typed
)

// DeviceAuthorize asks for a device code.
func (c *Client) DeviceAuthorize(ctx context.Context) (*DeviceCode, error) {
	if c.Server.DeviceAuthorizationEndpoint == "" {
		return nil, problem.New(problem.MethodNotAvailable)
	}
	form := url.Values{}
	form.Set("client_id", c.Org.ClientID)
	if len(c.Server.Scopes) > 0 {
		form.Set("scope", strings.Join(c.Server.Scopes, " "))
	}
	if c.Org.ACRValues != "" {
		form.Set("acr_values", c.Org.ACRValues)
	}
	asked := c.Clock.Now().Round(0)                                                    // the wall clock: the other one stands still while a computer sleeps
	r, err := c.HTTP.Do(ctx, c.identified(c.Server.DeviceAuthorizationEndpoint, form)) // the poll binds the tokens
	if err != nil {
		return nil, err
	}
	if r.Status != http.StatusOK {
		refused, err := c.refused(r, form)
		if err != nil {
			return nil, err
		}
		return nil, refused.general()
	}
	var answer struct {
		DeviceCode              string   `json:"device_code"`
		UserCode                string   `json:"user_code"`
		VerificationURI         string   `json:"verification_uri"`
		VerificationURIComplete text     `json:"verification_uri_complete"`
		ExpiresIn               lifetime `json:"expires_in"`
		Interval                member   `json:"interval"`
	}
	if err := r.DecodeJSON(&answer); err != nil {
		return nil, asMalformed(err)
	}
	uri, err := transport.CheckURL(answer.VerificationURI)
	if err != nil {
		return nil, err
	}
	d := &DeviceCode{
		UserCode:        transport.Clean(answer.UserCode, maxUserCode+1),
		VerificationURI: uri.String(),
		Expires:         answer.ExpiresIn.from(asked),
		interval:        interval(answer.Interval, defaultInterval),
		code:            secret.New(answer.DeviceCode),
	}
	if n := len([]rune(d.UserCode)); d.code.Empty() || n == 0 || n > maxUserCode {
		d.code.Wipe()
		return nil, problem.New(problem.TokenMalformed)
	}
	if complete, err := transport.CheckURL(string(answer.VerificationURIComplete)); err == nil {
		d.VerificationURIComplete = complete.String()
	}
	return d, nil
}

// DeviceWait polls until the other device is done, the code expires (problem device-expired), the sign-in is denied,
// or ctx ends; tokens that were granted in that very moment are returned, to be revoked. It waits the server's interval
// (5 s when there is none, at least 1 s, at most 60 s) before each poll; how that grows, and until when it goes on when
// nobody answers, poll says. However it ends, the code is wiped.
func (c *Client) DeviceWait(ctx context.Context, d *DeviceCode, f Flow) (*Tokens, error) {
	defer d.code.Wipe()
	var tokens *Tokens
	decided, err := c.poll(ctx, d.interval, d.Expires, func(ctx context.Context) (*pace, error) {
		granted, refused, err := c.devicePoll(ctx, d)
		if err != nil {
			return nil, err
		}
		if refused != nil {
			return pollAgain(refused)
		}
		tokens = granted
		return nil, nil
	})
	switch {
	case err != nil:
		return nil, err
	case !decided:
		return nil, problem.New(problem.DeviceExpired)
	}
	return tokens, nil
}

// devicePoll asks once. A cancel does not tear an answer apart that is on its way.
func (c *Client) devicePoll(ctx context.Context, d *DeviceCode) (*Tokens, *refusal, error) {
	ctx, cut := clock.Linger(ctx, Grace)
	defer cut()
	tokens, idToken, refused, err := c.grant(ctx, url.Values{"grant_type": {deviceGrant}, "device_code": {d.code.Reveal()}})
	if err != nil || refused != nil {
		return nil, refused, err
	}
	if err := c.acceptIDToken(ctx, tokens, idToken, expectation{nonceOptional: true, acr: c.acr()}); err != nil {
		c.discard(ctx, tokens)
		ended := *problem.From(err)
		ended.Again = false // the code is used up: another poll brings nothing
		return nil, nil, &ended
	}
	return tokens, nil, nil
}

// pollAgain returns how to poll next, or the end.
func pollAgain(r *refusal) (*pace, error) {
	switch {
	case r.Code == "authorization_pending", r.Code == "slow_down":
		return r.pace(), nil
	case r.Code == "expired_token", r.Code == "invalid_grant" && r.entra() == nil:
		return nil, r.problem(problem.DeviceExpired, plain)
	}
	return nil, r.general()
}

// pace reads how a server wants to be polled that has not decided yet.
func (r *refusal) pace() *pace {
	next := &pace{slower: r.Code == "slow_down", retryAt: r.RetryAt}
	var said members
	if next.slower && r.response.DecodeJSON(&said) == nil {
		next.every = interval(said["interval"], 0)
	}
	return next
}
