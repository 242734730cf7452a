package oauth

import (
	"context"
	"errors"
	"math"
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
	deviceGrant     = "urn:ietf:params:oauth:grant-type:device_code"
	defaultInterval = 5 * time.Second
	shortInterval   = time.Second
	longInterval    = time.Minute
	maxUserCode     = 40 // characters: more cannot be typed
	maxFailures     = 5  // polls in a row that reach nobody
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
	asked := c.Clock.Now()
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
		return nil, problem.New(problem.TokenMalformed)
	}
	if complete, err := transport.CheckURL(string(answer.VerificationURIComplete)); err == nil {
		d.VerificationURIComplete = complete.String()
	}
	return d, nil
}

// interval reads the seconds between polls, within bounds.
func interval(m member, missing time.Duration) time.Duration {
	seconds, ok := m.number()
	if !ok {
		return missing
	}
	seconds = math.Ceil(min(max(seconds, shortInterval.Seconds()), longInterval.Seconds()))
	return time.Duration(seconds) * time.Second
}

// DeviceWait polls until the other device is done, the code expires (problem device-expired), the sign-in is denied,
// or ctx ends; tokens that were granted in that very moment are returned, to be revoked. It waits the server's interval
// (5 s when there is none, at least 1 s, at most 60 s) before each poll, 5 s more for good after each slow_down, and
// twice as long after each poll that reached nobody (RFC 8628, section 3.5).
func (c *Client) DeviceWait(ctx context.Context, d *DeviceCode, f Flow) (*Tokens, error) {
	every, failures := d.interval, 0
	for {
		pause := min(every<<failures, max(every, 2*longInterval))
		// The wall clock decides: a computer that slept does not catch up on polls.
		if left := d.Expires.Sub(c.Clock.Now()); left <= pause {
			if err := c.Clock.Sleep(ctx, max(left, 0)); err != nil {
				return nil, err
			}
			return nil, problem.New(problem.DeviceExpired)
		}
		if err := c.Clock.Sleep(ctx, pause); err != nil {
			return nil, err
		}
		if !c.Clock.Now().Before(d.Expires) {
			return nil, problem.New(problem.DeviceExpired)
		}
		tokens, refused, err := c.devicePoll(ctx, d)
		switch {
		case tokens != nil:
			d.code.Wipe()
			return tokens, nil
		case refused != nil:
			failures = 0
			if every, err = pollAgain(refused, every); err != nil {
				return nil, err
			}
		default:
			if failures++; ctx.Err() != nil || failures > maxFailures || !passing(err) {
				return nil, err
			}
		}
	}
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

// passing reports whether a failed poll may be followed by another: the network or the server is away for a moment.
func passing(err error) bool {
	p, ok := errors.AsType[*problem.Problem](err)
	return ok && p.Again && (p.Kind == problem.Unreachable || p.Code == problem.TooManyTries)
}

// pollAgain returns the time to the next poll, or the end.
func pollAgain(r *refusal, every time.Duration) (time.Duration, error) {
	switch r.Code {
	case "authorization_pending":
		return every, nil
	case "slow_down":
		var said members
		if r.response.DecodeJSON(&said) != nil {
			said = nil
		}
		return max(every+defaultInterval, interval(said["interval"], 0)), nil
	case "expired_token", "invalid_grant":
		return 0, r.problem(problem.DeviceExpired, plain)
	}
	return 0, r.general()
}
