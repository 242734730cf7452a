package oauth_test

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"latchkey/internal/oauth"
	"latchkey/internal/oauth/oauthtest"
	"latchkey/internal/problem"
	"latchkey/internal/secret"
)

func TestRF01RF03Rotation(t *testing.T) {
	w := connect(t)
	tokens := w.mustSignIn(t)
	who := oauth.Identity{Issuer: w.URL, Subject: "user-1"}
	first, err := w.client.Refresh(t.Context(), tokens.Refresh, who)
	if err != nil {
		t.Fatal(err)
	}
	second, err := w.client.Refresh(t.Context(), first.Refresh, who)
	if err != nil {
		t.Fatal(err)
	}
	if first.Refresh.Equal(tokens.Refresh) || second.Refresh.Equal(first.Refresh) || second.Access.Equal(first.Access) {
		t.Error("a token came twice")
	}
	want := url.Values{"grant_type": {"refresh_token"}, "refresh_token": {first.Refresh.Reveal()}, "client_id": {w.ClientID}}
	requests := w.Requests(oauthtest.TokenPath)
	if diff := cmp.Diff(want, requests[len(requests)-1].Form); diff != "" { // RF-09: never a scope, so never a wider one
		t.Error(diff)
	}
	_, err = w.client.Refresh(t.Context(), tokens.Refresh, who) // reuse
	wants(t, err, problem.SessionEnded)
}

func TestRF02RF04RefreshTokenOfTheAnswer(t *testing.T) {
	for name, c := range map[string]struct{ body, want string }{
		"none":  {`{"access_token":"a","token_type":"Bearer"}`, "old"},
		"empty": {`{"access_token":"a","token_type":"Bearer","refresh_token":""}`, "old"},
		"null":  {`{"access_token":"a","token_type":"Bearer","refresh_token":null}`, "old"},
		"same":  {`{"access_token":"a","token_type":"Bearer","refresh_token":"old"}`, "old"},
		"new":   {`{"access_token":"a","token_type":"Bearer","refresh_token":"new"}`, "new"},
	} {
		w := connect(t)
		w.Next(oauthtest.TokenPath, oauthtest.Answer{Body: c.body})
		old := secret.New("old")
		tokens, err := w.client.Refresh(t.Context(), old, oauth.Identity{Subject: "user-1"}) // RF-08: no ID token is fine
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		old.Wipe() // the caller's copy
		if got := tokens.Refresh.Reveal(); got != c.want {
			t.Errorf("%s: kept %q, want %q", name, got, c.want)
		}
	}
}

func TestRF05RF07NewIDTokenIsOfTheSamePerson(t *testing.T) {
	for name, c := range map[string]struct {
		spoil func(*world, claims)
		want  problem.Code
	}{
		"same": {func(*world, claims) {}, ""},
		"another issuer (oidcc refresh-token-invalid-issuer)": {func(w *world, c claims) { c["iss"] = w.URL + "1" }, problem.IDTokenInvalid},
		"another subject (oidcc refresh-token-invalid-sub)":   {func(_ *world, c claims) { c["sub"] = "user-1x" }, problem.AccountMismatch},
		"another aud": {func(_ *world, c claims) { c["aud"] = "other" }, problem.IDTokenInvalid},
		"another azp": {func(_ *world, c claims) { c["azp"] = "other" }, problem.IDTokenInvalid},
		"expired":     {func(w *world, c claims) { c["exp"] = w.clock.Now().Unix() - 3600 }, problem.IDTokenInvalid},
	} {
		t.Run(name, func(t *testing.T) {
			w := connect(t)
			tokens := w.mustSignIn(t)
			w.SpoilClaims = func(m map[string]any) { c.spoil(w, m) }
			got, err := w.client.Refresh(t.Context(), tokens.Refresh, oauth.Identity{Issuer: w.URL, Subject: "user-1"})
			wants(t, err, c.want)
			if c.want != "" && got != nil {
				t.Error("the answer is handed out all the same")
			}
			if n := w.Count(oauthtest.UserInfoPath); n != 0 {
				t.Errorf("userinfo was asked %d times", n)
			}
		})
	}
}

func TestRF07NonceOfARefresh(t *testing.T) {
	// oidc-provider and dex repeat the first one, others leave it out.
	for name, c := range map[string]struct {
		known string
		sent  any
		want  problem.Code
	}{
		"none": {"first", nil, ""}, "the first": {"first", "first", ""}, "another": {"first", "second", problem.IDTokenInvalid},
		"empty": {"first", "", problem.IDTokenInvalid}, "nothing to compare with": {"", "first", ""},
	} {
		t.Run(name, func(t *testing.T) {
			w := connect(t)
			tokens := w.mustSignIn(t)
			w.SpoilClaims = func(m map[string]any) {
				if c.sent != nil {
					m["nonce"] = c.sent
				}
			}
			_, err := w.client.Refresh(t.Context(), tokens.Refresh, oauth.Identity{Issuer: w.URL, Subject: "user-1", Nonce: c.known})
			wants(t, err, c.want)
		})
	}
}

func TestRF09WiderScopeIsIgnored(t *testing.T) {
	w := plainOAuth(t)
	w.Next(oauthtest.TokenPath, oauthtest.Answer{Body: with("scope", "calls presence admin")})
	tokens, err := w.client.Refresh(t.Context(), secret.New("r"), oauth.Identity{})
	if err != nil || tokens.Scope != "calls presence" || tokens.Limited {
		t.Errorf("got %+v, %v", tokens, err)
	}
}

func TestRF10WhatEndsASession(t *testing.T) {
	for _, c := range []struct {
		answer oauthtest.Answer
		want   problem.Code
	}{
		{oauthtest.Refused(400, "invalid_grant"), problem.SessionEnded},
		{oauthtest.Refused(401, "invalid_grant"), problem.SessionEnded},
		{oauthtest.Refused(400, "interaction_required"), problem.SessionEnded},
		// dex v2.45.1
		{oauthtest.Refused(400, "invalid_request", "error_description", "Refresh token is invalid or has already been claimed by another client."), problem.SessionEnded},
		// None of these says anything about the refresh token.
		{oauthtest.Refused(400, "invalid_request", "error_description", "Missing parameter"), problem.RequestRefused},
		{oauthtest.Refused(401, "invalid_client"), problem.AppUnknown},
		{oauthtest.Refused(400, "unauthorized_client"), problem.AppNotAllowed},
		{oauthtest.Refused(400, "something_new"), problem.SignInRefused},
		{oauthtest.Refused(429, "invalid_grant"), problem.TooManyTries},
		{oauthtest.Refused(500, "invalid_grant"), problem.ServerUnavailable},
		{oauthtest.Refused(400, "temporarily_unavailable"), problem.ServerUnavailable},
		{oauthtest.Answer{Status: 403, Header: map[string]string{"Content-Type": "text/html"}, Body: "<html>"}, problem.NetworkPage},
		{oauthtest.Answer{Status: 401, Body: "{}"}, problem.ServerAnswer},
		{oauthtest.Answer{Status: 200, Body: "{}"}, problem.TokenMalformed},
	} {
		w := connect(t)
		w.Next(oauthtest.TokenPath, c.answer)
		_, err := w.client.Refresh(t.Context(), secret.New("canary-refresh"), oauth.Identity{})
		wants(t, err, c.want)
		hides(t, err, "canary-refresh")
		if n := w.Count(oauthtest.TokenPath); n != 1 {
			t.Errorf("%d requests", n)
		}
		if ended := problem.From(err).Kind == problem.NobodySignedIn; ended != (c.want == problem.SessionEnded) {
			t.Errorf("%v: ended %v", err, ended)
		}
	}
}

func TestTK03RefreshIsNeverSentTwice(t *testing.T) {
	w := connect(t)
	for range 3 {
		w.Next(oauthtest.TokenPath, oauthtest.Answer{Status: 503, Header: map[string]string{"Retry-After": "0"}, Body: "{}"})
	}
	_, err := w.client.Refresh(t.Context(), secret.New("r"), oauth.Identity{})
	wants(t, err, problem.ServerUnavailable)
	if n := w.Count(oauthtest.TokenPath); n != 1 {
		t.Errorf("%d requests", n)
	}
	w.Handle(oauthtest.TokenPath, func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) })
	_, err = w.client.Refresh(t.Context(), secret.New("r"), oauth.Identity{})
	if p := problem.From(err); p.Kind != problem.Unreachable {
		t.Errorf("got %v", err)
	}
}

func TestRF23RefreshNeedsAnotherStep(t *testing.T) {
	w := connect(t)
	w.Next(oauthtest.TokenPath, oauthtest.Answer{Status: 403, Body: map[string]any{
		"error": "insufficient_authorization", "auth_session": "canary-session", "sms_otp_required": true, "otp_digits": 6,
		"factors": []any{map[string]any{"method": "sms", "sent_to": "+49 ••• 42"}, map[string]any{"method": "totp"}},
	}})
	_, err := w.client.Refresh(t.Context(), secret.New("r"), oauth.Identity{})
	wants(t, err, problem.StepWanted)
	hides(t, err, "canary-session")
	step, ok := errors.AsType[*oauth.StepUp](err)
	if !ok || !slices.Equal(step.Asked.Need, []oauth.Field{oauth.FieldOTP}) || step.Asked.Method != "sms" || step.Asked.SentTo != "+49 ••• 42" ||
		step.Asked.Digits != 6 || step.Asked.Refused != nil || len(step.Asked.Methods) != 1 {
		t.Fatalf("behind it: %+v", step)
	}
	// It goes on at the challenge endpoint, with a flow of its own; what was sent then is still good after another way was looked at.
	f := newFlow(t)
	ch := w.client.ResumeChallenge(f, step)
	defer ch.Close()
	w.Next(oauthtest.ChallengePath, say(map[string]any{"error": "otp_required", "auth_session": "newest"}),
		oauthtest.Answer{Body: map[string]any{"authorization_code": "c"}})
	if a, err := ch.Choose(t.Context(), "totp"); err != nil || a.Method != "totp" || len(a.Methods) != 1 {
		t.Fatalf("got %+v, %v", a, err)
	}
	if _, ok := ch.Back("sms"); !ok {
		t.Fatal("the message is forgotten")
	}
	if _, err := ch.Send(t.Context(), otp("123456")); err != nil {
		t.Fatal(err)
	}
	first, second := w.Requests(oauthtest.ChallengePath)[0].Form, w.Requests(oauthtest.ChallengePath)[1].Form
	if first.Get("auth_session") != "canary-session" || first.Get("code_challenge") == "" || first.Get("scope") == "" || first.Has("username") {
		t.Errorf("sent %v", first)
	}
	if second.Get("auth_session") != "newest" || second.Get("sms_otp") != "123456" {
		t.Errorf("sent %v", second)
	}
}

// A wish that nobody here can go on with, because of what is wished or of how, is one for the browser.
func TestRF23StepThatOnlyTheBrowserCanDo(t *testing.T) {
	for name, body := range map[string]map[string]any{
		"security key":  {"error": "insufficient_authorization", "auth_session": "s", "webauthn_required": true},
		"said so":       {"error": "redirect_to_web", "request_uri": "urn:x", "expires_in": 60},
		"no session":    {"error": "insufficient_authorization", "otp_required": true},
		"wrong session": {"error": "insufficient_authorization", "otp_required": true, "auth_session": "a b"},
	} {
		t.Run(name, func(t *testing.T) {
			w := connect(t)
			w.Next(oauthtest.TokenPath, oauthtest.Answer{Status: 400, Body: body})
			_, err := w.client.Refresh(t.Context(), secret.New("r"), oauth.Identity{})
			wants(t, err, problem.StepWanted)
			if step, ok := errors.AsType[*oauth.StepUp](err); !ok || len(step.Asked.Need) > 0 || !step.Asked.Web {
				t.Errorf("behind it: %+v", step)
			}
		})
	}
}
