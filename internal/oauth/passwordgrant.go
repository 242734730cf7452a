package oauth

import (
	"context"
	"errors"
	"net/url"
	"strings"
	"time"

	"latchkey/internal/clock"
	"latchkey/internal/problem"
	"latchkey/internal/secret"
)

// passwordGrant is a conversation with a token endpoint that takes passwords (RFC 6749, section 4.3), and asks for a second
// step in the way of Auth0 and Okta: with mfa_required and an mfa_token that stands for the first. The other dialect, that
// of Keycloak, has one step only.
//
// OAuth 2.1 has this grant no more. It is for servers that have nothing else for an app of their own, and only where the
// settings say so.
type passwordGrant struct {
	client *Client
	flow   Flow
	second secondStep // nil: there is none

	mfaToken  secret.Text
	oobCode   secret.Text // of the code, or the question, that was sent last
	sentCodes sentCodes
	factors   []Factor         // that the person has
	last      *ChallengeAnswer // the last question
	rounds    int
}

const mfaGrant = "http://auth0.com/oauth/grant-type/" // Okta has the same names

// Send implements [Interview].
func (g *passwordGrant) Send(ctx context.Context, fields map[Field]secret.Text) (*ChallengeAnswer, error) {
	defer secret.WipeAll(fields)
	_, first := fields[FieldPassword]
	if method, ok := fields[FieldMethod]; ok && !first { // beside the password it is a preference that these servers have no word for
		return g.Choose(ctx, method.Reveal())
	}
	if g.rounds++; g.rounds > maxRounds {
		return inBrowser(), nil
	}
	if first {
		return g.first(ctx, fields)
	}
	if code, ok := fields[FieldOTP]; ok && g.last.asks(FieldOTP) {
		return g.enter(ctx, code)
	}
	return nil, problem.New(problem.MethodNotAvailable)
}

// Choose implements [Interview].
func (g *passwordGrant) Choose(ctx context.Context, method string) (*ChallengeAnswer, error) {
	for _, f := range g.factors {
		if f.Method == method {
			return g.ask(ctx, f)
		}
	}
	return nil, problem.New(problem.MethodNotAvailable)
}

// Resend implements [Interview].
func (g *passwordGrant) Resend(ctx context.Context) (*ChallengeAnswer, error) {
	if g.last == nil {
		return nil, problem.New(problem.MethodNotAvailable)
	}
	return g.Choose(ctx, g.last.Method)
}

// Wait implements [Interview].
func (g *passwordGrant) Wait(ctx context.Context) (*ChallengeAnswer, error) {
	a, err := g.client.awaitApproval(ctx, g.last, g.factors, func(ctx context.Context) (*ChallengeAnswer, error) {
		return g.redeem(ctx, "mfa-oob", url.Values{"oob_code": {g.oobCode.Reveal()}})
	})
	if err == nil && a.asks(FieldMethod) {
		g.last = a
	}
	return a, err
}

// Close implements [Interview].
func (g *passwordGrant) Close() {
	g.mfaToken.Wipe()
	g.oobCode.Wipe()
	g.sentCodes.wipe()
}

// first sends user name and password, and for Keycloak the code beside them.
func (g *passwordGrant) first(ctx context.Context, fields map[Field]secret.Text) (*ChallengeAnswer, error) {
	c := g.client
	g.forget()
	form := url.Values{"grant_type": {"password"}, "username": {fields[FieldUsername].Reveal()}, "password": {fields[FieldPassword].Reveal()}}
	for name, value := range map[string]string{
		"scope": strings.Join(c.Server.Scopes, " "), "audience": c.Org.Audience, "acr_values": c.Org.ACRValues,
	} {
		if value != "" {
			form.Set(name, value)
		}
	}
	if c.Org.Realm != "" {
		form.Set("grant_type", mfaGrant+"password-realm")
		form.Set("realm", c.Org.Realm)
	}
	if code := fields[FieldOTP]; !code.Empty() && c.CodeWithPassword() {
		form.Set("otp", code.Reveal())
	}
	tokens, refused, err := g.grant(ctx, form)
	switch {
	case err != nil:
		return g.tooOften(err)
	case refused == nil:
		return signedIn(tokens), nil
	case refused.Code == "mfa_required" && g.second != nil:
		return g.secondStep(ctx, refused)
	}
	return g.firstRefused(refused)
}

// enter sends a code in the way of the method that asked for it.
func (g *passwordGrant) enter(ctx context.Context, code secret.Text) (*ChallengeAnswer, error) {
	switch g.last.Method {
	case "totp":
		return g.redeem(ctx, "mfa-otp", url.Values{"otp": {code.Reveal()}})
	case methodRecovery:
		return g.redeem(ctx, "mfa-recovery-code", url.Values{"recovery_code": {code.Reveal()}})
	}
	return g.redeem(ctx, "mfa-oob", url.Values{"oob_code": {g.oobCode.Reveal()}, "binding_code": {code.Reveal()}})
}

// redeem finishes the second step, or asks whether it is finished.
func (g *passwordGrant) redeem(ctx context.Context, grant string, form url.Values) (*ChallengeAnswer, error) {
	form.Set("grant_type", mfaGrant+grant)
	form.Set("mfa_token", g.mfaToken.Reveal())
	if g.second.scopeAgain() && len(g.client.Server.Scopes) > 0 {
		form.Set("scope", strings.Join(g.client.Server.Scopes, " "))
	}
	tokens, refused, err := g.grant(ctx, form)
	switch {
	case err != nil && g.last.asks(FieldApproval):
		return nil, err // the poll knows what to do
	case err != nil:
		return g.tooOften(err)
	case refused == nil:
		return signedIn(tokens), nil
	}
	return g.secondRefused(refused)
}

// grant sends one request for tokens and verifies them. No nonce went out that an ID token could repeat: it ties one to
// the browser that asked, and there is none here. Everything else holds.
func (g *passwordGrant) grant(ctx context.Context, form url.Values) (*Tokens, *refusal, error) {
	c := g.client
	ctx, cut := clock.Linger(ctx, Grace)
	defer cut()
	tokens, idToken, refused, err := c.grant(ctx, form)
	if err != nil || refused != nil {
		return nil, refused, err
	}
	expect := expectation{nonceOptional: true, signedInSince: g.flow.SignedInSince, acr: c.acr(), acrOptional: true}
	if err := c.acceptIDToken(ctx, tokens, idToken, expect); err != nil {
		c.discard(ctx, tokens)
		ended := *problem.From(err)
		ended.Again = false // there were tokens: nothing that is sent again makes them better
		return nil, nil, &ended
	}
	return tokens, nil, nil
}

// signedIn is the answer with tokens. The recovery code goes along with it, and is theirs no more.
func signedIn(t *Tokens) *ChallengeAnswer {
	a := &ChallengeAnswer{Tokens: t, RecoveryCode: t.recovery, AttemptsLeft: -1}
	t.recovery = secret.Text{}
	return a
}

// forget drops what an earlier password led to.
func (g *passwordGrant) forget() {
	g.mfaToken.Wipe()
	g.oobCode.Wipe()
	g.sentCodes.wipe()
	g.factors, g.last = nil, nil
}

// again asks the last question once more.
func (g *passwordGrant) again(refused *problem.Problem, until time.Time) *ChallengeAnswer {
	a := &ChallengeAnswer{Need: credentials, AttemptsLeft: -1}
	if g.last != nil {
		asked := *g.last
		a = &asked
	}
	a.Refused, a.Unlocked = refused, until
	return a
}

// tooOften reads an answer of 429: a lock, where it is one, and otherwise a pause.
func (g *passwordGrant) tooOften(err error) (*ChallengeAnswer, error) {
	behind, ok := errors.AsType[*ServerError](err)
	switch {
	case !ok || !problem.Has(err, problem.TooManyTries):
		return nil, err
	case behind.Code == "too_many_attempts": // Auth0 blocks the account
		p := problem.New(problem.AccountLocked, problem.Caused(behind))
		return &ChallengeAnswer{Refused: p, Unlocked: behind.RetryAt, AttemptsLeft: -1}, p
	}
	return g.again(problem.New(problem.TooManyTries, problem.Caused(behind)), behind.RetryAt), nil
}
