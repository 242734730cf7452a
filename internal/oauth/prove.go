package oauth

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"time"

	"latchkey/internal/problem"
	"latchkey/internal/transport"
)

// post sends a form with the client's identification, and with a proof where the session has a key. It is sent once; only a
// server that wants its nonce in the proof gets it again with that, for it says that it has processed nothing (RFC 9449,
// section 8).
//
// What the agent typed is never sent twice, not even then: a nonce is fetched first, by the same request without it.
func (c *Client) post(ctx context.Context, endpoint string, form url.Values) (*transport.Response, error) {
	request := c.identified(endpoint, form)
	if c.proof == nil {
		return c.HTTP.Do(ctx, request)
	}
	again := repeatable(form)
	if !again && c.proof.nonces.stale(origin(endpoint), c.Clock.Now()) {
		// Whatever it answers, its nonce is known then.
		if _, err := c.proveOnce(ctx, c.identified(endpoint, bare(form))); err != nil {
			return nil, err
		}
	}
	return c.prove(ctx, request, again)
}

// resource sends a request with an access token: with a proof when it is bound (RFC 9449, section 7).
func (c *Client) resource(ctx context.Context, r transport.Request) (*transport.Response, error) {
	if c.proof == nil {
		return c.HTTP.Do(ctx, r)
	}
	r.Scheme = "DPoP"
	return c.prove(ctx, r, true)
}

// prove sends a request with a proof, and once more when the server asks for its nonce and again allows it.
func (c *Client) prove(ctx context.Context, r transport.Request, again bool) (*transport.Response, error) {
	for {
		told := c.proof.nonces.of(origin(r.URL))
		answer, err := c.proveOnce(ctx, r)
		if err != nil {
			return nil, err
		}
		switch refusal := proofRefusal(answer); {
		case refusal == "":
			return answer, nil
		case refusal == wantsNonce && again && c.proof.nonces.of(origin(r.URL)) != told:
			again = false
		default:
			return nil, c.proofRefused(answer, refusal)
		}
	}
}

// proveOnce sends a request with a proof. The transport does not repeat it: servers take a proof once.
func (c *Client) proveOnce(ctx context.Context, r transport.Request) (*transport.Response, error) {
	address, err := transport.CheckURL(r.URL)
	if err != nil {
		return nil, err
	}
	method := r.Method
	if method == "" {
		method = http.MethodGet
	}
	proof, err := c.proof.proof(method, address, r.Bearer, c.serverTime(address.Host))
	if err != nil {
		return nil, err
	}
	r.Header = http.Header{"DPoP": {proof}}
	r.Once = true
	answer, err := c.HTTP.Do(ctx, r)
	if err == nil {
		c.proof.nonces.remember(origin(r.URL), answer.Header, c.Clock.Now())
	}
	return answer, err
}

// noticeable is how far a clock may be off without anybody minding.
const noticeable = 5 * time.Second

// serverTime returns the time on the server's clock, as far as its answers have shown it: proofs are compared with that.
func (c *Client) serverTime(host string) time.Time {
	now := c.Clock.Now()
	if seen := c.HTTP.Observed(host); seen.Uncertainty > 0 && seen.Offset.Abs() > noticeable+seen.Uncertainty {
		return now.Add(seen.Offset)
	}
	return now
}

// ServerTime returns the earliest time that the sign-in server's clock can have shown when this computer's showed at, in
// whole seconds, as servers tell them. Without an answer that showed the server's clock, the two are taken to agree.
func (c *Client) ServerTime(at time.Time) time.Time {
	seen := c.HTTP.Observed(host(c.Server.TokenEndpoint))
	return at.Add(seen.Offset - seen.Uncertainty).Truncate(time.Second)
}

const wantsNonce = "use_dpop_nonce"

// proofRefusal returns how an answer refuses the proof; empty when it does not. Authorization servers say it in the body
// (RFC 9449, section 8), resource servers in WWW-Authenticate (section 9).
func proofRefusal(r *transport.Response) string {
	if r.Status != http.StatusBadRequest && r.Status != http.StatusUnauthorized {
		return ""
	}
	code := challengeParameter(r.Header.Values("WWW-Authenticate"), "DPoP", "error")
	var said errorAnswer
	if code == "" && r.DecodeJSON(&said) == nil {
		code = string(said.Error)
	}
	if code == wantsNonce || code == "invalid_dpop_proof" {
		return code
	}
	return ""
}

// proofRefused words it. A clock that is off is the usual cause.
func (c *Client) proofRefused(r *transport.Response, code string) error {
	p := problem.New(problem.KeyRefused, problem.Caused(&ServerError{Status: r.Status, Code: code}))
	if why, fix := c.clockOff(r.Request.Host); why != "" {
		p.Why, p.Fix = why, fix
	}
	return p
}

// keyUseless reports whether a refused proof means that the session's key is of no use, and not that the clock is wrong.
func (c *Client) keyUseless(err error, host string) bool {
	why, _ := c.clockOff(host)
	refused, ok := errors.AsType[*ServerError](err)
	return problem.Has(err, problem.KeyRefused) && ok && refused.Code != wantsNonce && why == ""
}

// harmless are the fields that say nothing an agent typed. Whatever else a form holds, it is sent only once.
var harmless = map[string]bool{
	"client_id": true, "client_secret": true, "response_type": true, "scope": true, "grant_type": true, "redirect_uri": true,
	"state": true, "nonce": true, "code_challenge": true, "code_challenge_method": true, "code_verifier": true, "code": true,
	"refresh_token": true, "device_code": true, "auth_session": true, "use_auth_session": true, "acr_values": true,
	"dpop_jkt": true, "prompt": true, "max_age": true, "login_hint": true, "idp_hint": true, "factor": true, "resend": true,
	"audience": true, "realm": true, "mfa_token": true, "oob_code": true, "challenge_type": true, "channel_hint": true,
}

func repeatable(form url.Values) bool {
	for name := range form {
		if !harmless[name] {
			return false
		}
	}
	return true
}

// bare returns the form without what the agent typed, and without the conversation that it belongs to.
func bare(form url.Values) url.Values {
	out := url.Values{}
	for name, values := range form {
		if harmless[name] && name != "auth_session" && name != "mfa_token" && name != "oob_code" {
			out[name] = values
		}
	}
	return out
}
