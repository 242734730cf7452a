package oauth

import (
	"context"
	"net/url"
	"strings"

	"latchkey/internal/problem"
	"latchkey/internal/transport"
)

// okta is Direct Authentication of Okta: it tells kinds of challenges, not what the person has, and takes forms.
type okta struct{}

func (okta) scopeAgain() bool        { return true }
func (okta) deniesUnsupported() bool { return true }

// factors reads supported_challenge_types. Without it everything is possible; only the attempt shows.
func (okta) factors(_ context.Context, _ *passwordGrant, refused *refusal) (out []Factor, ok bool, err error) {
	types, said := refused.more["supported_challenge_types"].strings()
	if !said {
		types = []string{mfaGrant + "mfa-otp", mfaGrant + "mfa-oob"}
	}
	for _, t := range types[:min(len(types), maxFactors)] {
		switch {
		case t == mfaGrant+"mfa-otp" && !hasMethod(out, "totp"):
			out = append(out, Factor{Method: "totp"})
		case t == mfaGrant+"mfa-oob" && !hasMethod(out, methodPush):
			out = append(out, Factor{Method: methodPush}, Factor{Method: "sms"}, Factor{Method: "voice"})
		}
	}
	return out, true, nil
}

// challenge asks beside the token endpoint: the last part of its path is another one. As with Auth0, without a proof.
func (okta) challenge(ctx context.Context, g *passwordGrant, f Factor) (*transport.Response, error) {
	c := g.client
	before, ok := strings.CutSuffix(c.Server.TokenEndpoint, "/token")
	if !ok {
		return nil, problem.New(problem.MethodNotAvailable)
	}
	return c.HTTP.Do(ctx, c.identified(before+"/challenge", url.Values{
		"mfa_token": {g.mfaToken.Reveal()}, "channel_hint": {f.Method},
		"challenge_types_supported": {mfaGrant + "mfa-oob"},
	}))
}
