package demo_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"golang.org/x/oauth2"

	"latchkey/internal/demo"
	"latchkey/internal/demo/walker"
)

const localhost = "http://localhost:1/"

func (a *app) globexURL(w *demo.World, changes map[string]string) string {
	v := url.Values{
		"client_id": {demo.GlobexClientID}, "response_type": {"code"}, "redirect_uri": {localhost}, "state": {"the-state"},
		"code_challenge": {oauth2.S256ChallengeFromVerifier(a.verifier)}, "code_challenge_method": {"S256"},
	}
	for name, value := range changes {
		if v.Del(name); value != "" {
			v.Set(name, value)
		}
	}
	return w.Globex + "/oauth/authorize?" + v.Encode()
}

func (a *app) globexExchange(w *demo.World, client, code string) form {
	a.t.Helper()
	return a.post(w.Globex+"/oauth/token", "grant_type", "authorization_code", "client_id", client, "code", code,
		"code_verifier", a.verifier, "redirect_uri", localhost)
}

func walkGlobex(t *testing.T, who walker.Agent, address string) url.Values {
	t.Helper()
	b := walker.New(localhost)
	if err := b.Open(t.Context(), address); err != nil {
		t.Fatal(err)
	}
	if err := who.SignIn(t.Context(), b); err != nil {
		t.Fatalf("%v\n%s", err, strings.Join(b.Trail, "\n"))
	}
	if b.Answer == nil {
		t.Fatalf("no answer to the app; ended at %q: %s", b.Title(), b.Text())
	}
	return b.Answer.Query()
}

func TestGlobexSignIn(t *testing.T) {
	w, _ := start(t)
	for name, changes := range map[string]map[string]string{
		"gina@globex.example":     {"login_hint": "gina@globex.example:globex"},
		"glen@globex.example":     nil,
		"gwen@globexcorp.example": {"org": "globex", "provider": "okta", "login_hint": "gwen@globexcorp.example:globex"},
	} {
		t.Run(name, func(t *testing.T) {
			a := newApp(t)
			q := walkGlobex(t, agent(w, "globex", name), a.globexURL(w, changes))
			if q.Get("state") != "the-state" || q.Has("iss") {
				t.Fatalf("%v", q)
			}
			f := a.globexExchange(w, demo.GlobexClientID, q.Get("code"))
			if f.status != http.StatusOK || f.text("token_type") != "bearer" || f.number("expires_in") != 86399 || f.text("refresh_token") == "" || f.body["id_token"] != nil {
				t.Fatalf("%d %v", f.status, f.body)
			}
			wantError(t, a.globexExchange(w, demo.GlobexClientID, q.Get("code")), http.StatusBadRequest, "invalid_grant")
			me := a.get(w.GlobexAPI+"/api/v2/users/me?expand=organization", f.text("access_token"))
			org, _ := me.body["organization"].(map[string]any)
			if me.text("email") != name || org["thirdPartyOrgName"] != "globex" || me.header.Get("ININ-Correlation-Id") == "" || me.header.Get("inin-ratelimit-allowed") != "300" {
				t.Errorf("%v %v", me.body, me.header)
			}
			if plain := a.get(w.GlobexAPI+"/api/v2/users/me", f.text("access_token")); plain.body["organization"] != nil {
				t.Error("the organisation comes without being asked for")
			}
		})
	}
}

func TestGlobexDeadPages(t *testing.T) {
	w, _ := start(t)
	for name, changes := range map[string]map[string]string{
		"wrong client":       {"client_id": "3f0a6c1e-0000-0000-0000-000000000000"},
		"registered path":    {"redirect_uri": "http://localhost:1/callback"},
		"literal address":    {"redirect_uri": "http://127.0.0.1:1/"},
		"query":              {"redirect_uri": "http://localhost:1/?x=1"},
		"https":              {"redirect_uri": "https://localhost:1/"},
		"look-alike":         {"redirect_uri": "http://localhost.evil.example:1/"},
		"wrong organisation": {"org": "Globex", "provider": "okta"},
	} {
		t.Run(name, func(t *testing.T) {
			b := walker.New("http://l")
			if err := b.Open(t.Context(), newApp(t).globexURL(w, changes)); err != nil {
				t.Fatal(err)
			}
			if b.Answer != nil || b.Status != http.StatusBadRequest || b.Has("password") {
				t.Errorf("answer %v, %d %q", b.Answer, b.Status, b.Text())
			}
			if changes["org"] == "" && !strings.Contains(b.Text(), "OAuth client ID or redirect URI is invalid") {
				t.Errorf("%q", b.Text())
			}
		})
	}
	t.Run("not approved", func(t *testing.T) {
		b := walker.New(localhost)
		if err := b.Open(t.Context(), newApp(t).globexURL(w, map[string]string{"client_id": demo.GlobexClientUnapproved})); err != nil {
			t.Fatal(err)
		}
		if err := agent(w, "globex", "gina@globex.example").SignIn(t.Context(), b); err == nil || b.Answer != nil || !strings.Contains(b.Text(), "administrator") {
			t.Errorf("%v %q", err, b.Text())
		}
	})
}

func TestGlobexErrorsThatComeBack(t *testing.T) {
	w, _ := start(t)
	for name, changes := range map[string]map[string]string{
		"no PKCE":        {"code_challenge": "", "code_challenge_method": ""},
		"plain":          {"code_challenge_method": "plain"},
		"org alone":      {"org": "globex"},
		"no path at all": {"redirect_uri": "http://localhost:1", "code_challenge": ""},
	} {
		b := walker.New("http://localhost:1")
		if err := b.Open(t.Context(), newApp(t).globexURL(w, changes)); err != nil {
			t.Fatal(err)
		}
		if b.Answer == nil || b.Answer.Query().Get("error") != "invalid_request" {
			t.Errorf("%s: %v %q", name, b.Answer, b.Text())
		}
	}
	who := agent(w, "globex", "gina@globex.example")
	who.Refuse = true
	if q := walkGlobex(t, who, newApp(t).globexURL(w, nil)); q.Get("error") != "access_denied" || q.Get("state") != "the-state" {
		t.Errorf("%v", q)
	}
	f := newApp(t).post(w.Globex+"/oauth/token", "grant_type", "password", "client_id", demo.GlobexClientID)
	if wantError(t, f, http.StatusBadRequest, "unsupported_grant_type"); f.text("description") == "" || f.text("error_description") == "" {
		t.Errorf("%v", f.body)
	}
	if f := newApp(t).get(w.Globex+"/.well-known/openid-configuration", ""); f.status != http.StatusNotFound {
		t.Errorf("discovery: %d", f.status)
	}
}

func TestGlobexRemembersAndMoreOptions(t *testing.T) {
	w, _ := start(t)
	a := newApp(t)
	b := walker.New(localhost)
	if err := b.Open(t.Context(), a.globexURL(w, map[string]string{"login_hint": "globex"})); err != nil {
		t.Fatal(err)
	}
	for _, step := range []struct {
		button string
		fields map[string]string
	}{{"more", nil}, {"continue", map[string]string{"org": "GLOBEX"}}} {
		if err := b.Submit(t.Context(), step.button, step.fields); err != nil {
			t.Fatal(err)
		}
	}
	if b.Status != http.StatusUnprocessableEntity || b.Has("company") {
		t.Errorf("the wrong name shows the company: %q", b.Text())
	}
	if err := b.Submit(t.Context(), "continue", map[string]string{"org": "globex"}); err != nil {
		t.Fatal(err)
	}
	if err := b.Submit(t.Context(), "company", nil); err != nil {
		t.Fatal(err)
	}
	if err := agent(w, "globex", "gwen@globexcorp.example").SignIn(t.Context(), b); err != nil || b.Answer == nil {
		t.Fatalf("%v %q", err, b.Text())
	}
	// The browser is signed in: nothing is asked again, unless prompt=login says so.
	again := b.Another(localhost)
	if err := again.Open(t.Context(), a.globexURL(w, nil)); err != nil || again.Answer == nil {
		t.Errorf("asked again: %v %q", err, again.Text())
	}
	if err := again.Open(t.Context(), a.globexURL(w, map[string]string{"prompt": "login"})); err != nil || !again.Has("password") {
		t.Errorf("prompt=login: %v %q", err, again.Text())
	}
	f := a.globexExchange(w, demo.GlobexClientID, b.Answer.Query().Get("code"))
	if err := again.Open(t.Context(), w.Globex+"/logout?client_id="+demo.GlobexClientID); err != nil {
		t.Fatal(err)
	}
	if f := a.get(w.GlobexAPI+"/api/v2/users/me", f.text("access_token")); f.status != http.StatusUnauthorized {
		t.Errorf("logged out in the browser, and the token still works: %d", f.status)
	}
	if err := again.Open(t.Context(), a.globexURL(w, nil)); err != nil || !again.Has("password") {
		t.Errorf("after logout: %v %q", err, again.Text())
	}
}

func TestGlobexRefresh(t *testing.T) {
	w, clk := start(t)
	a := newApp(t)
	gina := agent(w, "globex", "gina@globex.example")
	first := a.globexExchange(w, demo.GlobexClientID, walkGlobex(t, gina, a.globexURL(w, nil)).Get("code"))
	refresh := func(token, client string) form {
		return a.post(w.Globex+"/oauth/token", "grant_type", "refresh_token", "client_id", client, "refresh_token", token)
	}
	clk.Advance(24 * time.Hour)
	if f := a.get(w.GlobexAPI+"/api/v2/users/me", first.text("access_token")); f.status != http.StatusUnauthorized || f.text("code") != "bad.credentials" {
		t.Errorf("%d %v", f.status, f.body)
	}
	wantError(t, refresh(first.text("refresh_token"), demo.GlobexClientWithoutRefresh), http.StatusBadRequest, "invalid_grant")
	second := refresh(first.text("refresh_token"), demo.GlobexClientID)
	if second.status != http.StatusOK || second.text("refresh_token") == first.text("refresh_token") {
		t.Fatalf("%v", second.body)
	}
	wantError(t, refresh(first.text("refresh_token"), demo.GlobexClientID), http.StatusBadRequest, "invalid_grant")

	r, err := http.NewRequestWithContext(t.Context(), http.MethodDelete, w.GlobexAPI+"/api/v2/tokens/me", nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+second.text("access_token"))
	if f := a.do(r); f.status != http.StatusNoContent {
		t.Errorf("DELETE tokens/me: %d", f.status)
	}
	wantError(t, refresh(second.text("refresh_token"), demo.GlobexClientID), http.StatusBadRequest, "invalid_grant")

	b := newApp(t)
	without := b.globexExchange(w, demo.GlobexClientWithoutRefresh,
		walkGlobex(t, gina, b.globexURL(w, map[string]string{"client_id": demo.GlobexClientWithoutRefresh})).Get("code"))
	if without.status != http.StatusOK || without.body["refresh_token"] != nil {
		t.Errorf("%v", without.body)
	}
}

func TestGlobexAPI(t *testing.T) {
	w, clk := start(t)
	a := newApp(t)
	token := a.globexExchange(w, demo.GlobexClientID, walkGlobex(t, agent(w, "globex", "gina@globex.example"), a.globexURL(w, nil)).Get("code")).text("access_token")
	if f := a.get(w.GlobexAPI+"/api/v2/date", ""); f.text("currentDate") != "2026-11-23T09:30:00.000Z" {
		t.Errorf("date: %v", f.body)
	}
	if f := a.get(w.GlobexAPI+"/api/v2/organizations/me", token); f.text("thirdPartyOrgName") != "globex" {
		t.Errorf("organization: %v", f.body)
	}
	if f := a.get(w.GlobexAPI+"/api/v2/tokens/timeout", token); f.number("idleTokenTimeoutSeconds") != 28800 {
		t.Errorf("timeout: %v", f.body)
	}
	idles := func(query string) string {
		return a.get(w.GlobexAPI+"/api/v2/tokens/me"+query, token).text("dateTokenIdles")
	}
	before := idles("")
	clk.Advance(time.Minute)
	if after := idles("?preserveIdleTTL=true"); after != before {
		t.Errorf("preserveIdleTTL put the time-out off from %s to %s", before, after)
	}
	if after := idles(""); after == before {
		t.Error("a call did not put the time-out off")
	}
	for range 301 {
		a.get(w.GlobexAPI+"/api/v2/tokens/me?preserveIdleTTL=true", token)
	}
	if f := a.get(w.GlobexAPI+"/api/v2/users/me", token); f.status != http.StatusTooManyRequests || f.header.Get("Retry-After") != "60" {
		t.Errorf("over the limit: %d, Retry-After %q", f.status, f.header.Get("Retry-After"))
	}
	clk.Advance(9 * time.Hour)
	if f := a.get(w.GlobexAPI+"/api/v2/users/me", token); f.status != http.StatusUnauthorized {
		t.Errorf("idle for nine hours: %d", f.status)
	}
}
