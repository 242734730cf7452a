package oauth_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"latchkey/internal/config"
	"latchkey/internal/oauth"
	"latchkey/internal/oauth/oauthtest"
)

func TestS23LastSignIn(t *testing.T) {
	before := time.Now().Add(-20 * time.Hour).UTC().Truncate(time.Second)
	at := before.Format(time.RFC3339)
	for name, c := range map[string]struct {
		claims claims
		want   oauth.LastSignIn
	}{
		"nothing":       {claims{}, oauth.LastSignIn{}},
		"all":           {claims{"last_login": at, "last_login_method": "browser", "last_login_ip": "203.0.113.9"}, oauth.LastSignIn{At: before, How: "browser", From: "203.0.113.9"}},
		"only when":     {claims{"last_login": at}, oauth.LastSignIn{At: before}},
		"no time":       {claims{"last_login_method": "browser"}, oauth.LastSignIn{}},
		"to be":         {claims{"last_login": "2999-01-01T00:00:00Z"}, oauth.LastSignIn{}},
		"long ago":      {claims{"last_login": "0001-01-01T00:00:00Z"}, oauth.LastSignIn{}},
		"another shape": {claims{"last_login": 7, "last_login_method": []string{"x"}, "last_login_ip": true}, oauth.LastSignIn{}},
		"hostile": {claims{"last_login": at, "last_login_method": "pass\u202eword\n", "last_login_ip": "call 0900 at once"},
			oauth.LastSignIn{At: before, How: "password"}},
	} {
		for _, from := range []string{"ID token", "userinfo"} {
			t.Run(name+", by "+from, func(t *testing.T) {
				w := connect(t)
				w.SpoilClaims = func(m claims) {
					if from == "ID token" {
						for claim, value := range c.claims {
							m[claim] = value
						}
						return
					}
					delete(m, "name") // so that userinfo is asked
				}
				w.SpoilUserInfo = func(m map[string]any) {
					for claim, value := range c.claims {
						m[claim] = value
					}
				}
				who, err := w.client.Identify(t.Context(), w.mustSignIn(t))
				if err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(c.want, who.Last); diff != "" {
					t.Error(diff)
				}
			})
		}
	}
}

// What was and what is to be, the server's clock decides: this computer's may be hours off.
func TestS23LastSignInByTheServersClock(t *testing.T) {
	for name, c := range map[string]struct {
		off, ago time.Duration // of the server's clock, and by that
		want     bool
	}{
		"this computer is behind": {2 * time.Hour, time.Hour, true},
		"this computer is ahead":  {-2 * time.Hour, -time.Hour, false},
	} {
		t.Run(name, func(t *testing.T) {
			w := discover(t, oauthtest.NewGenesys(t))
			w.DateNow = func() time.Time { return w.clock.Now().Add(c.off) }
			at := w.DateNow().Add(-c.ago).UTC()
			w.SpoilUserInfo = func(me map[string]any) { me["dateLastLogin"] = at.Format("2006-01-02T15:04:05.000Z") }
			who, err := w.client.Identify(t.Context(), w.mustSignIn(t))
			if err != nil || who.Last.At.IsZero() == c.want {
				t.Errorf("the last sign-in reads %v, %v", who.Last.At, err)
			}
		})
	}
}

func TestS20OneStep(t *testing.T) {
	for name, c := range map[string]struct {
		amr  any
		want bool
	}{
		"password alone": {[]string{"pwd"}, true}, "two steps": {[]string{"pwd", "otp"}, false}, "not said": {nil, false}, "none": {[]string{}, false},
		"a text": {"pwd", false}, "something else": {[]string{"hwk"}, false}, "numbers": {[]int{1}, false},
	} {
		w := connect(t)
		w.SpoilClaims = func(m claims) {
			if c.amr != nil {
				m["amr"] = c.amr
			}
		}
		who, err := w.client.Identify(t.Context(), w.mustSignIn(t))
		if err != nil || who.OneStep != c.want {
			t.Errorf("%s: got %v, %v", name, who.OneStep, err)
		}
	}
}

func TestS20S23GenesysCloud(t *testing.T) {
	before := time.Now().Add(-20 * time.Hour).UTC().Truncate(time.Second)
	for name, c := range map[string]struct {
		verifiers oauthtest.Answer
		noPlace   bool
		want      bool
		asked     int
	}{
		"none set up":          {oauthtest.Answer{Body: m{"entities": []m{}}}, false, true, 1},
		"one set up":           {oauthtest.Answer{Body: m{"entities": []m{{"id": "1", "type": "totp"}}}}, false, false, 1},
		"not said":             {oauthtest.Answer{Body: m{"total": 0}}, false, false, 1},
		"another shape":        {oauthtest.Answer{Body: m{"entities": "none"}}, false, false, 1},
		"out of order":         {oauthtest.Answer{Status: 503, Body: ""}, false, false, 1},
		"forbidden":            {oauthtest.Answer{Status: 403, Body: m{}}, false, false, 1},
		"a page":               {oauthtest.Answer{Body: "<html>"}, false, false, 1},
		"nowhere to set it up": {oauthtest.Answer{Body: m{"entities": []m{}}}, true, false, 0},
	} {
		t.Run(name, func(t *testing.T) {
			w := discover(t, oauthtest.NewGenesys(t), func(o *config.Organization) {
				if !c.noPlace {
					o.TwoStepURL = "https://apps.example/two-step"
				}
			})
			w.SpoilUserInfo = func(me map[string]any) { me["dateLastLogin"] = before.Format("2006-01-02T15:04:05.000Z") }
			w.Next(oauthtest.VerifiersPath, c.verifiers)
			who, err := w.client.Identify(t.Context(), w.mustSignIn(t))
			if err != nil || who.OneStep != c.want || !cmp.Equal(who.Last, oauth.LastSignIn{At: before, How: "password"}) {
				t.Errorf("got %+v, %v", who, err)
			}
			if n := w.Count(oauthtest.VerifiersPath); n != c.asked {
				t.Errorf("%d requests", n)
			}
		})
	}
	t.Run("who it is cannot be told", func(t *testing.T) {
		w := discover(t, oauthtest.NewGenesys(t), func(o *config.Organization) { o.TwoStepURL = "https://apps.example/two-step" })
		tokens := w.mustSignIn(t)
		w.Handle(oauthtest.VerifiersPath, func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }) // never answers
		w.Next(oauthtest.UsersMePath, oauthtest.Answer{Status: 403, Body: m{}})
		if _, err := w.client.Identify(t.Context(), tokens); err == nil {
			t.Error("no problem")
		}
	})
}
