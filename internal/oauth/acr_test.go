package oauth_test

import (
	"testing"

	"latchkey/internal/config"
	"latchkey/internal/oauth"
	"latchkey/internal/oauth/oauthtest"
	"latchkey/internal/problem"
)

func wantsStrong(o *config.Organization) { o.ACRValues = "mfa phishing-resistant" }

// acr_values is a wish that servers may ignore: what counts is the ID token.
func TestID31WeakerThanAsked(t *testing.T) {
	for name, c := range map[string]struct {
		acr  any
		want problem.Code
	}{
		"the first":  {"mfa", ""},
		"the second": {"phishing-resistant", ""},
		"weaker":     {"pwd", problem.IDTokenInvalid},
		"both":       {"mfa phishing-resistant", problem.IDTokenInvalid},
		"absent":     {nil, problem.IDTokenInvalid},
		"a list":     {[]string{"mfa"}, problem.IDTokenInvalid},
	} {
		t.Run(name, func(t *testing.T) {
			w := connect(t, wantsStrong)
			w.SpoilClaims = func(claims claims) {
				if c.acr != nil {
					claims["acr"] = c.acr
				}
			}
			f := newFlow(t)
			o := oauth.AuthorizeOptions{}
			if q := authorizationQuery(t, w, f, o); q.Get("acr_values") != "mfa phishing-resistant" {
				t.Errorf("asked with %v", q)
			}
			_, err := w.client.Exchange(t.Context(), f, w.code(t, f, o), redirectURI)
			wants(t, err, c.want)
		})
	}
}

// In the challenge this program led the sign-in itself: acr may be absent, never another.
func TestID31InTheChallenge(t *testing.T) {
	for acr, want := range map[string]problem.Code{"mfa": "", "": "", "pwd": problem.IDTokenInvalid} {
		w := connect(t, wantsStrong)
		w.SpoilClaims = func(claims claims) {
			if acr != "" {
				claims["acr"] = acr
			}
		}
		f := newFlow(t)
		ch := w.client.NewChallenge(f)
		defer ch.Close()
		if _, err := ch.Send(t.Context(), typed(w.Users[0].Username, w.Users[0].Password)); err != nil {
			t.Fatal(err)
		}
		answer, err := ch.Send(t.Context(), otp(w.Users[0].OTP))
		if err != nil {
			t.Fatal(err)
		}
		_, err = w.client.Exchange(t.Context(), f, answer.Code, "")
		wants(t, err, want)
	}
}

func TestID31OnAnotherDevice(t *testing.T) {
	w := deviceServer(t)
	w.client.Org.ACRValues = "mfa phishing-resistant"
	w.SpoilClaims = func(claims claims) { claims["acr"] = "pwd" }
	d, err := w.client.DeviceAuthorize(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if got := w.Requests(oauthtest.DevicePath)[0].Form.Get("acr_values"); got != "mfa phishing-resistant" {
		t.Errorf("asked with %q", got)
	}
	w.clock.wake = func(int) { w.DecideDevice(true) }
	_, err = w.client.DeviceWait(t.Context(), d, newFlow(t))
	wants(t, err, problem.IDTokenInvalid)
	if n := w.Count(oauthtest.RevokePath); n != 1 {
		t.Errorf("the tokens were revoked %d times", n)
	}
}

// Tokens that nobody will use do not live on at the server.
func TestTokensWithARefusedIDTokenAreRevoked(t *testing.T) {
	w := connect(t)
	var refresh string
	w.SpoilTokens = func(answer map[string]any) { refresh, _ = answer["refresh_token"].(string) }
	w.SpoilClaims = func(claims claims) { claims["aud"] = "someone-else" }
	refusesIDToken(t, w)
	revoked := w.Requests(oauthtest.RevokePath)
	if len(revoked) != 1 || refresh == "" || revoked[0].Form.Get("token") != refresh {
		t.Errorf("revoked: %d requests", len(revoked))
	}
}

// A server that does not tell when people signed in is asked all the same, and not taken for one that did not ask.
func TestPromptLoginAtAServerWithoutAuthTime(t *testing.T) {
	for name, c := range map[string]struct {
		told any
		want problem.Code
	}{"absent": {nil, ""}, "early": {1, problem.IDTokenInvalid}} {
		t.Run(name, func(t *testing.T) {
			s := oauthtest.New(t)
			s.SpoilMetadata = func(m map[string]any) { delete(m, "claims_supported") }
			w := discover(t, s)
			w.SpoilClaims = func(claims claims) {
				if delete(claims, "auth_time"); c.told != nil {
					claims["auth_time"] = c.told
				}
			}
			f := newFlow(t)
			f.SignedInSince = w.clock.Now()
			o := oauth.AuthorizeOptions{Prompt: "login"}
			if q := authorizationQuery(t, w, f, o); q.Get("prompt") != "login" || q.Has("max_age") {
				t.Errorf("asked with %v", q)
			}
			_, err := w.client.Exchange(t.Context(), f, w.code(t, f, o), redirectURI)
			wants(t, err, c.want)
		})
	}
}
