package oauth_test

import (
	"net/url"
	"testing"

	"github.com/google/go-cmp/cmp"

	"latchkey/internal/oauth"
	"latchkey/internal/oauth/oauthtest"
	"latchkey/internal/problem"
	"latchkey/internal/secret"
)

func TestRF29RevokeEndsTheSession(t *testing.T) {
	w := connect(t)
	tokens := w.mustSignIn(t)
	told, err := w.client.Revoke(t.Context(), tokens.Refresh, tokens.Access)
	if err != nil || !told {
		t.Fatalf("told %v, %v", told, err)
	}
	requests := w.Requests(oauthtest.RevokePath)
	want := url.Values{"token": {tokens.Refresh.Reveal()}, "token_type_hint": {"refresh_token"}, "client_id": {w.ClientID}}
	if diff := cmp.Diff(want, requests[0].Form); diff != "" || len(requests) != 1 {
		t.Errorf("%d requests: %s", len(requests), diff)
	}
	_, err = w.client.Refresh(t.Context(), tokens.Refresh, oauth.Identity{})
	wants(t, err, problem.SessionEnded)
}

func TestRF31RevocationAnswers(t *testing.T) {
	unsupported := oauthtest.Refused(400, "unsupported_token_type")
	for name, c := range map[string]struct {
		answers  []oauthtest.Answer
		told     bool
		want     problem.Code
		requests int
	}{
		"unknown token":    {[]oauthtest.Answer{{Status: 200, Body: ""}}, true, "", 1},
		"other type":       {[]oauthtest.Answer{unsupported, {Status: 200, Body: ""}}, true, "", 2},
		"no type":          {[]oauthtest.Answer{unsupported, unsupported}, false, "", 2},
		"out of order":     {[]oauthtest.Answer{{Status: 503, Body: ""}}, false, problem.ServerUnavailable, 1},
		"unknown client":   {[]oauthtest.Answer{oauthtest.Refused(401, "invalid_client")}, false, problem.SignInRefused, 1},
		"redirect (TK-15)": {[]oauthtest.Answer{{Status: 307, Header: map[string]string{"Location": "https://evil.example/"}, Body: ""}}, false, problem.RedirectRefused, 1},
		"a page":           {[]oauthtest.Answer{{Status: 404, Header: map[string]string{"Content-Type": "text/html"}, Body: "<html>"}}, false, problem.NetworkPage, 1},
	} {
		t.Run(name, func(t *testing.T) {
			w := connect(t)
			w.Next(oauthtest.RevokePath, c.answers...)
			told, err := w.client.Revoke(t.Context(), secret.New("canary-r"), secret.New("canary-a"))
			wants(t, err, c.want)
			hides(t, err, "canary-r", "canary-a")
			if told != c.told || w.Count(oauthtest.RevokePath) != c.requests {
				t.Errorf("told %v after %d requests", told, w.Count(oauthtest.RevokePath))
			}
		})
	}
}

func TestRevokeWithoutAnEndpointOrAToken(t *testing.T) {
	w := connect(t)
	if told, err := w.client.Revoke(t.Context(), secret.Text{}, secret.Text{}); told || err != nil {
		t.Errorf("no token: told %v, %v", told, err)
	}
	if told, err := w.client.Revoke(t.Context(), secret.Text{}, secret.New("a")); !told || err != nil {
		t.Errorf("access token only: told %v, %v", told, err)
	}
	w.client.Server.RevocationEndpoint = ""
	if told, err := w.client.Revoke(t.Context(), secret.New("r"), secret.New("a")); told || err != nil {
		t.Errorf("no endpoint: told %v, %v", told, err)
	}
}
