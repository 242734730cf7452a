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
		"error": "insufficient_authorization", "auth_session": "canary-session", "otp_required": true,
	}})
	_, err := w.client.Refresh(t.Context(), secret.New("r"), oauth.Identity{})
	wants(t, err, problem.SessionEnded)
	hides(t, err, "canary-session")
	step, ok := errors.AsType[*oauth.StepUp](err)
	if !ok || step.AuthSession.Reveal() != "canary-session" || !slices.Equal(step.Need, []oauth.Field{oauth.FieldOTP}) {
		t.Fatalf("behind it: %+v", step)
	}
	// It goes on at the challenge endpoint, with a flow of its own.
	f := newFlow(t)
	ch := w.client.ResumeChallenge(f, step.AuthSession)
	w.Next(oauthtest.ChallengePath, oauthtest.Answer{Body: map[string]any{"authorization_code": "c"}})
	if _, err := ch.Send(t.Context(), map[oauth.Field]secret.Text{oauth.FieldOTP: secret.New("123456")}); err != nil {
		t.Fatal(err)
	}
	form := w.Requests(oauthtest.ChallengePath)[0].Form
	if form.Get("auth_session") != "canary-session" || form.Get("otp") != "123456" || form.Get("code_challenge") == "" {
		t.Errorf("sent %v", form)
	}
}

func TestMF23AuthSessionOfATokenAnswer(t *testing.T) {
	w := connect(t)
	w.SpoilTokens = func(m map[string]any) { m["auth_session"] = "newest" }
	if got := w.mustSignIn(t).AuthSession().Reveal(); got != "newest" {
		t.Errorf("got %q", got)
	}
}
