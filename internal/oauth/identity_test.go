package oauth_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"latchkey/internal/config"
	"latchkey/internal/oauth"
	"latchkey/internal/oauth/oauthtest"
	"latchkey/internal/problem"
)

var amy = oauth.Identity{Subject: "user-1", Username: "amy@acme.example", Name: "Amy Agent"}

func TestIdentityOfTheIDTokenNeedsNoRequest(t *testing.T) {
	w := connect(t)
	tokens := w.mustSignIn(t)
	who, err := w.client.Identify(t.Context(), tokens)
	if err != nil {
		t.Fatal(err)
	}
	want := amy
	want.Issuer = w.URL
	if diff := cmp.Diff(want, who); diff != "" {
		t.Error(diff)
	}
	if n := w.Count(oauthtest.UserInfoPath); n != 0 {
		t.Errorf("userinfo was asked %d times", n)
	}
	if c := tokens.Claims(); c == nil || c.Issuer != w.URL || c.AuthTime.IsZero() {
		t.Errorf("claims %+v", c)
	}
}

// bare is a server whose ID tokens hold the subject only, as most do.
func bare(t *testing.T) (*world, *oauth.Tokens) {
	w := connect(t)
	w.SpoilClaims = func(c map[string]any) {
		for _, name := range []string{"name", "email", "preferred_username"} {
			delete(c, name)
		}
	}
	return w, w.mustSignIn(t)
}

func TestTK53UserInfoGetsTheTokenInTheHeader(t *testing.T) {
	w, tokens := bare(t)
	who, err := w.client.Identify(t.Context(), tokens)
	if err != nil {
		t.Fatal(err)
	}
	want := amy
	want.Issuer = w.URL
	if diff := cmp.Diff(want, who); diff != "" {
		t.Error(diff)
	}
	r := w.Requests(oauthtest.UserInfoPath)[0]
	if r.Method != "GET" || r.Header.Get("Authorization") != "Bearer "+tokens.Access.Reveal() || len(r.Query) != 0 || len(r.Form) != 0 {
		t.Errorf("asked with %+v", r)
	}
	for _, r := range w.Requests("") { // nobody else saw it
		if r.Path != oauthtest.UserInfoPath && r.Header.Get("Authorization") != "" {
			t.Errorf("%s got a token", r.Path)
		}
	}
}

func TestID45ID46UserInfoAnswers(t *testing.T) {
	jwt := map[string]string{"Content-Type": "application/jwt"}
	for name, c := range map[string]struct {
		answer oauthtest.Answer
		want   problem.Code
	}{
		"another subject (oidcc userinfo-invalid-sub)": {oauthtest.Answer{Body: map[string]any{"sub": "user-1invalid", "name": "x"}}, problem.AccountMismatch},
		"no subject":                     {oauthtest.Answer{Body: map[string]any{"name": "x"}}, problem.WhoAmIFailed},
		"subject of two":                 {oauthtest.Answer{Body: `{"sub":"user-1","sub":"user-1"}`}, problem.WhoAmIFailed},
		"Sub beside sub":                 {oauthtest.Answer{Body: `{"sub":"user-1","Sub":"user-2"}`}, problem.WhoAmIFailed},
		"signed (oidcc userinfo-signed)": {oauthtest.Answer{Header: jwt, Body: "a.b.c"}, problem.WhoAmIFailed},
		"signed, called so":              {oauthtest.Answer{Header: jwt, Body: `{"sub":"user-1"}`}, problem.WhoAmIFailed},
		"refused":                        {oauthtest.Answer{Status: 401, Body: `{"error":"invalid_token"}`}, problem.WhoAmIFailed},
		"out of order":                   {oauthtest.Answer{Status: 503, Body: ""}, problem.ServerUnavailable},
		"busy":                           {oauthtest.Answer{Status: 429, Body: ""}, problem.TooManyTries},
		"a page":                         {oauthtest.Answer{Header: map[string]string{"Content-Type": "text/html"}, Body: "<html>"}, problem.NetworkPage},
		"redirect":                       {oauthtest.Answer{Status: 302, Header: map[string]string{"Location": "/x"}, Body: ""}, problem.RedirectRefused},
		"name of another type":           {oauthtest.Answer{Body: `{"sub":"user-1","name":7}`}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			w, tokens := bare(t)
			w.Next(oauthtest.UserInfoPath, c.answer, c.answer, c.answer)
			who, err := w.client.Identify(t.Context(), tokens)
			wants(t, err, c.want)
			hides(t, err, tokens.Access.Reveal())
			if c.want != "" && who != (oauth.Identity{}) {
				t.Errorf("still says %+v", who)
			}
		})
	}
}

func TestID47AccountIsIssuerAndSubject(t *testing.T) {
	w := connect(t)
	before, err := w.client.Identify(t.Context(), w.mustSignIn(t))
	if err != nil {
		t.Fatal(err)
	}
	w.SpoilClaims = func(c map[string]any) {
		c["email"], c["preferred_username"] = "other@acme.example", "other@acme.example"
	}
	after, err := w.client.Identify(t.Context(), w.mustSignIn(t))
	if err != nil {
		t.Fatal(err)
	}
	if before.Issuer != after.Issuer || before.Subject != after.Subject || before.Username == after.Username {
		t.Errorf("before %+v, after %+v", before, after)
	}
}

func TestIdentityWithoutAnIDToken(t *testing.T) {
	w := plainOAuth(t)
	who, err := w.client.Identify(t.Context(), w.mustSignIn(t))
	if err != nil || who.Subject != "user-1" || who.Issuer != w.URL {
		t.Errorf("got %+v, %v", who, err)
	}
	nobody := discover(t, oauthtest.New(t), func(o *config.Organization) { o.Scopes = []string{"calls"} })
	nobody.client.Server.UserInfoEndpoint = ""
	_, err = nobody.client.Identify(t.Context(), nobody.mustSignIn(t))
	wants(t, err, problem.WhoAmIFailed)
}

// Anybody can claim to have an address: it stands for somebody only when the server says that it looked.
func TestEmailCountsOnlyWhenVerified(t *testing.T) {
	for _, c := range []struct {
		verified any
		want     string
	}{{true, "amy@acme.example"}, {"true", "amy@acme.example"}, {false, ""}, {"false", ""}, {nil, ""}, {1, ""}} {
		w := connect(t)
		w.SpoilClaims = func(claims map[string]any) {
			claims["preferred_username"], claims["email"], claims["email_verified"] = "amy", "amy@acme.example", c.verified
		}
		who, err := w.client.Identify(t.Context(), w.mustSignIn(t))
		if err != nil {
			t.Fatal(err)
		}
		if who.Email != c.want || who.Username != "amy" {
			t.Errorf("verified %v: got %q of %q, want %q", c.verified, who.Email, who.Username, c.want)
		}
	}
}
