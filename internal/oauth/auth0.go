package oauth

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"strconv"

	"latchkey/internal/problem"
	"latchkey/internal/transport"
)

// auth0 is the MFA API of Auth0: it lists what the person has, and takes JSON.
type auth0 struct{}

func (auth0) scopeAgain() bool        { return false }
func (auth0) deniesUnsupported() bool { return false }

// factors asks for the list. An empty one means that something is to be set up, which the browser does; so does one that is
// refused. A server that is out of order, or busy, says nothing about the person.
func (auth0) factors(ctx context.Context, g *passwordGrant, _ *refusal) ([]Factor, bool, error) {
	c := g.client
	r, err := c.HTTP.Do(ctx, transport.Request{URL: origin(c.Server.TokenEndpoint) + "/mfa/authenticators", Bearer: g.mfaToken})
	switch {
	case err != nil:
		return nil, false, err
	case r.Status == http.StatusTooManyRequests, r.Status >= 500:
		_, err := c.refused(r, url.Values{"mfa_token": {g.mfaToken.Reveal()}})
		return nil, false, err
	case r.Status != http.StatusOK:
		return nil, false, nil
	}
	list, ok := auth0Factors(r)
	return list, ok, nil
}

// auth0Factors reads the list. Of what is sent somewhere there can be several: a first phone may be lost.
func auth0Factors(r *transport.Response) (out []Factor, ok bool) {
	list, ok := decodeList(r)
	for _, one := range list[:min(len(list), maxFactors)] {
		if !one["active"].isTrue() {
			continue
		}
		f := Factor{id: one.string("id"), SentTo: transport.Clean(one.string("name"), maxShown)}
		switch one.string("authenticator_type") {
		case "otp":
			f.Method, f.SentTo = "totp", ""
		case "recovery-code":
			f.Method, f.SentTo = methodRecovery, ""
		case "oob":
			switch channel := one.string("oob_channel"); channel {
			case "auth0":
				f.Method = methodPush
			case "sms", "email", "voice":
				f.Method = channel
			}
		}
		if f.Method == "" || !printable(f.id) {
			continue
		}
		if n := countKind(out, f.Method); n > 0 {
			if f.Method == "totp" || f.Method == methodRecovery {
				continue // a code of any of them does
			}
			f.Method += "-" + strconv.Itoa(n+1)
		}
		out = append(out, f)
	}
	return out, ok
}

// countKind counts the factors of a kind.
func countKind(factors []Factor, kind string) (n int) {
	for _, f := range factors {
		if Kind(f.Method) == kind {
			n++
		}
	}
	return n
}

// challenge asks without a proof: no token comes of it, and mfa_token is not bound to a key (RFC 9449, section 5). The token that it
// leads to is.
func (auth0) challenge(ctx context.Context, g *passwordGrant, f Factor) (*transport.Response, error) {
	c := g.client
	body := map[string]string{
		"client_id": c.Org.ClientID, "mfa_token": g.mfaToken.Reveal(), "challenge_type": "oob",
	}
	if f.id != "" {
		body["authenticator_id"] = f.id
	}
	if c.Org.ClientSecret != "" {
		body["client_secret"] = c.Org.ClientSecret
	}
	raw, err := json.Marshal(body)
	if err != nil {
		return nil, problem.New(problem.UnexpectedError, problem.Caused(err))
	}
	defer clear(raw)
	return c.HTTP.Do(ctx, transport.Request{URL: origin(c.Server.TokenEndpoint) + "/mfa/challenge", JSON: raw})
}
