package oauth

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"time"

	"latchkey/internal/config"
	"latchkey/internal/problem"
	"latchkey/internal/secret"
	"latchkey/internal/transport"
)

// secondStep is what differs between the servers that answer a password with mfa_required. Whatever it asks goes to the
// origin of the token endpoint.
type secondStep interface {
	// factors are those that the person has and this program knows; ok false: something else is asked for first.
	factors(ctx context.Context, g *passwordGrant, refused *refusal) (list []Factor, ok bool, err error)
	// challenge has a code, or a question for an approval, sent.
	challenge(ctx context.Context, g *passwordGrant, f Factor) (*transport.Response, error)
	scopeAgain() bool        // the second request names the scope too
	deniesUnsupported() bool // access_denied can mean that the policy asks for more than an app can do
}

// secondStep returns the dialect of the settings; nil: it has none.
func (c *Client) secondStep() secondStep {
	switch c.Org.Credentials {
	case config.CredentialsAuth0:
		return auth0{}
	case config.CredentialsOkta:
		return okta{}
	}
	return nil
}

// resendPause is how long a code is on its way before another one can be asked for, where the server does not say.
const resendPause = 30 * time.Second

// secondStep begins it: with the only method there is, or with the choice.
func (g *passwordGrant) secondStep(ctx context.Context, r *refusal) (*ChallengeAnswer, error) {
	token := r.more.string("mfa_token")
	if token == "" || !printable(token) {
		return nil, problem.New(problem.TokenMalformed)
	}
	g.mfaToken = secret.New(token)
	list, ok, err := g.second.factors(ctx, g, r)
	switch {
	case err != nil:
		return g.tooOften(err)
	case !ok || len(list) == 0:
		return inBrowser(), nil
	}
	g.factors = list
	others := slices.DeleteFunc(slices.Clone(g.factors), func(f Factor) bool { return f.Method == methodRecovery })
	if len(others) == 1 {
		return g.ask(ctx, others[0])
	}
	return g.choice(nil), nil
}

// ask turns to a method: has its code sent where one is sent, and asks for it.
func (g *passwordGrant) ask(ctx context.Context, f Factor) (*ChallengeAnswer, error) {
	if f.Method == "totp" || f.Method == methodRecovery {
		return g.question(f, FieldOTP), nil
	}
	r, err := g.second.challenge(ctx, g, f)
	if err != nil {
		return nil, err
	}
	if r.Status != http.StatusOK {
		refused, err := g.client.refused(r, url.Values{"mfa_token": {g.mfaToken.Reveal()}})
		if err != nil {
			return g.notNow(err)
		}
		return g.notSent(refused)
	}
	var said members
	if err := r.DecodeJSON(&said); err != nil {
		return nil, asMalformed(err)
	}
	return g.sent(f, said)
}

// sent reads what was sent, and what is to be done with it.
func (g *passwordGrant) sent(f Factor, said members) (*ChallengeAnswer, error) {
	switch kind := said.string("challenge_type"); kind {
	case "otp", mfaGrant + "mfa-otp":
		return g.question(Factor{Method: "totp"}, FieldOTP), nil
	case "oob", mfaGrant + "mfa-oob":
	default:
		return inBrowser(), nil
	}
	code := said.string("oob_code")
	if code == "" || !printable(code) {
		return nil, problem.New(problem.TokenMalformed)
	}
	need := FieldApproval
	switch said.string("binding_method") {
	case "prompt":
		need = FieldOTP
	case "transfer", "none", "":
	default:
		return inBrowser(), nil
	}
	g.oobCode.Wipe()
	g.oobCode = secret.New(code)
	a := g.question(f, need)
	now := g.client.Clock.Now()
	a.ResendAt = now.Add(resendPause)
	if seconds, ok := said.count(0, int(longestLifetime.Seconds()), "expires_in"); ok {
		a.Until = now.Add(time.Duration(seconds) * time.Second)
	} else if need == FieldApproval {
		a.Until = now.Add(unsaidLifetime)
	}
	if need == FieldApproval {
		a.every = interval(said["interval"], defaultInterval)
		a.Number = said.shownNumber("binding_code")
	}
	g.sentCodes.add(a, "", g.oobCode)
	return a, nil
}

// question asks for a method's code or approval, and remembers that.
func (g *passwordGrant) question(f Factor, need Field) *ChallengeAnswer {
	a := &ChallengeAnswer{Need: []Field{need}, Method: f.Method, SentTo: f.SentTo, AttemptsLeft: -1}
	for _, other := range g.factors {
		if other.Method != f.Method {
			a.Methods = append(a.Methods, other)
		}
	}
	g.last = a
	return a
}

// notNow reads an answer of 429 to the wish for a code. There is always a time before which it is not to be wished again.
func (g *passwordGrant) notNow(err error) (*ChallengeAnswer, error) {
	if !problem.Has(err, problem.TooManyTries) {
		return nil, err
	}
	if behind, ok := errors.AsType[*ServerError](err); ok && behind.blocks {
		return g.tooOften(err)
	}
	refused := problem.New(problem.ResendTooSoon, problem.Caused(err))
	var a *ChallengeAnswer
	if g.last == nil {
		a = g.choice(refused)
	} else {
		a = g.again(refused, time.Time{})
	}
	for _, at := range []time.Time{retryAt(err), g.client.Clock.Now().Add(resendPause)} {
		if at.After(a.ResendAt) {
			a.ResendAt = at
		}
	}
	return a, nil
}

// notSent words the refusal of the wish for a code.
func (g *passwordGrant) notSent(r *refusal) (*ChallengeAnswer, error) {
	switch {
	case r.says("mfa_token"), r.Code == "expired_token":
		g.forget()
		p := problem.New(problem.SignInTimedOut, problem.Caused(&r.ServerError))
		return &ChallengeAnswer{Refused: p, AttemptsLeft: -1}, p
	case r.end(r.Code) != nil, r.Code == "invalid_client", r.Code == "unauthorized_client":
		return nil, r.general()
	}
	if g.last == nil {
		return g.choice(problem.New(problem.CodeNotSent, problem.Caused(&r.ServerError))), nil
	}
	return g.again(problem.New(problem.CodeNotSent, problem.Caused(&r.ServerError)), time.Time{}), nil
}
