package oauth_test

import (
	"strings"
	"testing"

	"latchkey/internal/oauth"
	"latchkey/internal/oauth/oauthtest"
)

func TestDV17SchemesOfAChallenge(t *testing.T) {
	for name, c := range map[string]struct {
		headers []string
		want    string
	}{
		"as written":            {[]string{`DPoP error="use_dpop_nonce"`}, "use_dpop_nonce"},
		"small":                 {[]string{`dpop error="use_dpop_nonce"`}, "use_dpop_nonce"},
		"large":                 {[]string{`DPOP ERROR="use_dpop_nonce"`}, "use_dpop_nonce"},
		"a token":               {[]string{`DPoP error=use_dpop_nonce, algs="ES256"`}, "use_dpop_nonce"},
		"white space":           {[]string{"DPoP \t error \t=  \"use_dpop_nonce\" "}, "use_dpop_nonce"},
		"second of two":         {[]string{`Bearer realm="a, DPoP error=\"x\"", error="invalid_token", DPoP algs="ES256 PS256", error="use_dpop_nonce"`}, "use_dpop_nonce"},
		"first of two":          {[]string{`DPoP error="use_dpop_nonce", Bearer error="invalid_token"`}, "use_dpop_nonce"},
		"after one without any": {[]string{`Negotiate, DPoP error="use_dpop_nonce"`}, "use_dpop_nonce"},
		"after token68":         {[]string{`Negotiate YWJj/+==, DPoP error="use_dpop_nonce"`}, "use_dpop_nonce"},
		"second header":         {[]string{`Bearer`, `DPoP error="use_dpop_nonce"`}, "use_dpop_nonce"},
		"empty elements":        {[]string{`, ,DPoP , error="use_dpop_nonce",`}, "use_dpop_nonce"},
		"quoted pair":           {[]string{`DPoP error="use\_dpop_nonce"`}, "use_dpop_nonce"},
		"only of another":       {[]string{`Bearer error="use_dpop_nonce"`}, ""},
		"of another after ours": {[]string{`DPoP algs="ES256", Bearer error="use_dpop_nonce"`}, ""},
		"not closed":            {[]string{`DPoP error="use_dpop_nonce`}, ""},
		"no value":              {[]string{`DPoP error=`}, ""},
		"nothing":               {[]string{``}, ""},
		"no challenge":          {[]string{`"DPoP" error="use_dpop_nonce"`}, ""},
	} {
		if got := oauth.ChallengeParameter(c.headers, "DPoP", "error"); got != c.want {
			t.Errorf("%s: got %q, want %q", name, got, c.want)
		}
	}
}

// A resource server asks for its nonce in whatever case, among other schemes.
func TestDV17ResourceServerWantsItsNonce(t *testing.T) {
	for _, scheme := range []string{"dpop", "DPoP", "DPOP"} {
		w := binding(t)
		w.SpoilClaims = func(claims map[string]any) { delete(claims, "name") }
		tokens := w.mustSignIn(t)
		w.Next(oauthtest.UserInfoPath, oauthtest.Answer{Status: 401, Body: "", Header: map[string]string{
			"WWW-Authenticate": `Bearer realm="x", ` + scheme + ` error="use_dpop_nonce", algs="ES256"`, "DPoP-Nonce": "of-the-resource",
		}})
		if _, err := w.client.Identify(t.Context(), tokens); err != nil {
			t.Errorf("%s: %v", scheme, err)
		}
		if p := w.proofs(t, oauthtest.UserInfoPath); len(p) != 2 || p[1].Nonce != "of-the-resource" {
			t.Errorf("%s: got %+v", scheme, p)
		}
	}
}

func FuzzChallengeParameter(f *testing.F) {
	f.Add(`Bearer realm="a", DPoP error="use_dpop_nonce"`)
	f.Add(`Negotiate YWJj==, x=y`)
	f.Fuzz(func(t *testing.T, header string) {
		got := oauth.ChallengeParameter([]string{header}, "DPoP", "error")
		if got != "" && !strings.Contains(strings.ToLower(header), "dpop") {
			t.Errorf("%q has no such challenge, and %q is its error", header, got)
		}
	})
}
