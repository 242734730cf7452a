package demo_test

import (
	"net/http"
	"net/url"
	"testing"
	"time"

	"latchkey/internal/demo"
)

func TestCodeIsGoodOnce(t *testing.T) {
	w, clk := start(t)
	a := newApp(t)
	q := walk(t, agent(w, "acme", "ben@acme.example"), a.authorizeURL(w, nil))
	first := a.exchange(w, q.Get("code"), callback)
	if first.status != http.StatusOK {
		t.Fatalf("%d %v", first.status, first.body)
	}
	wantError(t, a.exchange(w, q.Get("code"), callback), http.StatusBadRequest, "invalid_grant")
	// What the first exchange got is over too: one of the two was not the app.
	wantError(t, a.refresh(w, first.text("refresh_token")), http.StatusBadRequest, "invalid_grant")
	if f := a.get(w.Acme+"/userinfo", first.text("access_token")); f.status != http.StatusUnauthorized {
		t.Errorf("the access token still works: %d", f.status)
	}

	q = walk(t, agent(w, "acme", "ben@acme.example"), a.authorizeURL(w, nil))
	clk.Advance(2 * time.Minute)
	wantError(t, a.exchange(w, q.Get("code"), callback), http.StatusBadRequest, "invalid_grant")
}

func TestCodeBelongsToItsRedirect(t *testing.T) {
	w, _ := start(t)
	a := newApp(t)
	q := walk(t, agent(w, "acme", "ben@acme.example"), a.authorizeURL(w, nil))
	wantError(t, a.exchange(w, q.Get("code"), "http://127.0.0.1:2/callback"), http.StatusBadRequest, "invalid_grant")
}

func TestRefreshRotates(t *testing.T) {
	w, clk := start(t)
	a := newApp(t)
	first := a.signIn(w)
	second := a.refresh(w, first.text("refresh_token"))
	if second.status != http.StatusOK || second.text("refresh_token") == first.text("refresh_token") {
		t.Fatalf("%d %v", second.status, second.body)
	}
	clk.Advance(time.Hour)
	if f := a.get(w.Acme+"/userinfo", second.text("access_token")); f.status != http.StatusUnauthorized {
		t.Errorf("an access token works for ever: %d", f.status)
	}
	third := a.refresh(w, second.text("refresh_token"))
	if third.status != http.StatusOK {
		t.Fatalf("%d %v", third.status, third.body)
	}
	// A used one comes back: the newest one is over as well.
	wantError(t, a.refresh(w, first.text("refresh_token")), http.StatusBadRequest, "invalid_grant")
	wantError(t, a.refresh(w, third.text("refresh_token")), http.StatusBadRequest, "invalid_grant")
	if f := a.get(w.Acme+"/userinfo", third.text("access_token")); f.status != http.StatusUnauthorized {
		t.Errorf("the family's access token still works: %d", f.status)
	}
	if n := w.Count("acme", "refresh token reused"); n != 1 {
		t.Errorf("reuse seen %d times", n)
	}
}

func TestRefreshRace(t *testing.T) {
	w, _ := start(t)
	a := newApp(t)
	token := a.signIn(w).text("refresh_token")
	const racers = 8
	results := make(chan int, racers)
	for range racers {
		go func() { results <- a.refresh(w, token).status }()
	}
	fine := 0
	for range racers {
		if <-results == http.StatusOK {
			fine++
		}
	}
	if fine > 1 {
		t.Errorf("%d of %d refreshes with one token succeeded", fine, racers)
	}
}

func TestRevocation(t *testing.T) {
	w, _ := start(t)
	a := newApp(t)
	tokens := a.signIn(w)
	access, refresh := tokens.text("access_token"), tokens.text("refresh_token")

	if f := a.post(w.Acme+"/revoke", "client_id", demo.ClientID, "token", "never-was-one"); f.status != http.StatusOK {
		t.Errorf("unknown token: %d", f.status)
	}
	if f := a.post(w.Acme+"/revoke", "client_id", demo.ClientID, "token", access, "token_type_hint", "access_token"); f.status != http.StatusOK {
		t.Errorf("access token: %d %v", f.status, f.body)
	}
	if f := a.get(w.Acme+"/userinfo", access); f.status != http.StatusUnauthorized {
		t.Errorf("revoked access token works: %d", f.status)
	}
	next := a.refresh(w, refresh)
	if next.status != http.StatusOK {
		t.Fatalf("revoking an access token ended the session: %v", next.body)
	}
	for _, hint := range []string{"refresh_token", "access_token", ""} {
		tokens := a.signIn(w)
		if f := a.post(w.Acme+"/revoke", "client_id", demo.ClientID, "token", tokens.text("refresh_token"), "token_type_hint", hint); f.status != http.StatusOK {
			t.Errorf("refresh token with hint %q: %d %v", hint, f.status, f.body)
		}
		wantError(t, a.refresh(w, tokens.text("refresh_token")), http.StatusBadRequest, "invalid_grant")
		if f := a.get(w.Acme+"/userinfo", tokens.text("access_token")); f.status != http.StatusUnauthorized {
			t.Errorf("the access token outlives the session: %d", f.status)
		}
	}
	wantError(t, a.post(w.Acme+"/revoke", "client_id", "nobody", "token", refresh), http.StatusUnauthorized, "invalid_client")
}

func TestTokenEndpointIsStrict(t *testing.T) {
	w, _ := start(t)
	a := newApp(t)
	token := a.signIn(w).text("refresh_token")
	wantError(t, a.post(w.Acme+"/oauth/token?client_id="+demo.ClientID, "grant_type", "refresh_token", "refresh_token", token), http.StatusBadRequest, "invalid_request")
	wantError(t, a.post(w.Acme+"/oauth/token", "grant_type", "refresh_token", "client_id", demo.ClientID, "client_id", demo.ClientID, "refresh_token", token), http.StatusBadRequest, "invalid_request")
	wantError(t, a.post(w.Acme+"/oauth/token", "grant_type", "password", "client_id", demo.ClientID, "username", "x", "password", "y"), http.StatusBadRequest, "unsupported_grant_type")
	wantError(t, a.post(w.Acme+"/oauth/token", "grant_type", "urn:ietf:params:oauth:grant-type:token-exchange", "client_id", demo.ClientID), http.StatusBadRequest, "unsupported_grant_type")
	if f := a.get(w.Acme+"/oauth/token?"+url.Values{"grant_type": {"refresh_token"}, "client_id": {demo.ClientID}, "refresh_token": {token}}.Encode(), ""); f.status != http.StatusMethodNotAllowed {
		t.Errorf("GET: %d", f.status)
	}
	for _, path := range []string{"/authorize/callback?id=x", "/oauth/introspect", "/end_session", "/healthz"} {
		if f := a.get(w.Acme+path, ""); f.status != http.StatusNotFound {
			t.Errorf("%s: %d", path, f.status)
		}
	}
}

// Whatever a refresh token happens to look like, revoking it ends it.
func TestRevocationOfManyTokens(t *testing.T) {
	w, _ := start(t)
	a := newApp(t)
	for range 60 {
		token := a.signIn(w).text("refresh_token")
		if f := a.post(w.Acme+"/revoke", "client_id", demo.ClientID, "token", token); f.status != http.StatusOK {
			t.Fatalf("%d %v", f.status, f.body)
		}
		if f := a.refresh(w, token); f.status != http.StatusBadRequest {
			t.Fatalf("a revoked token still works: %v", f.body)
		}
	}
}
