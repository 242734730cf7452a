package demo_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"latchkey/internal/demo"
	"latchkey/internal/demo/walker"
)

// act turns a scenario on.
func act(t *testing.T, w *demo.World, name string) {
	t.Helper()
	if err := w.SetScenario(name, true); err != nil {
		t.Fatal(err)
	}
}

// Accounts that nobody gets in with any more, or not yet, say so after the right password; the page tells the app when
// the person gives up.
func TestAccountsThatEnded(t *testing.T) {
	w, _ := start(t)
	for name, want := range map[string]string{"dee": "account_disabled", "del": "account_deleted", "ina": "account_not_active", "max": "account_elsewhere"} {
		u := w.User("acme", name+"@acme.example")
		a := newApp(t)
		if f := a.challenge(w, "", "username", u.Username, "password", "wrong"); f.text("error") != "insufficient_authorization" {
			t.Errorf("%s, wrong password: %v", name, f.body)
		}
		f := a.challenge(w, "", "username", u.Username, "password", u.Password)
		wantError(t, f, http.StatusBadRequest, want)
		if lives := f.text("issuer"); (name == "max") != (lives == w.Initech+"/") {
			t.Errorf("%s: lives at %q", name, lives)
		}
		b := walker.New(callback)
		if err := b.Open(t.Context(), a.authorizeURL(w, nil)); err != nil {
			t.Fatal(err)
		}
		if err := b.Submit(t.Context(), "sign-in", map[string]string{"username": u.Username, "password": u.Password}); err != nil {
			t.Fatal(err)
		}
		if err := b.Submit(t.Context(), "cancel", nil); err != nil {
			t.Fatal(err)
		}
		if got := b.Answer.Query(); got.Get("error") != want || got.Get("issuer") != f.text("issuer") {
			t.Errorf("%s: the page tells the app %v", name, got)
		}
	}
}

// What the organisation refuses comes at the challenge endpoint, back through the browser, and in each product's words.
func TestOrganizationRefuses(t *testing.T) {
	for scenario, want := range map[string]struct{ acme, globex, words string }{
		"ip-restriction":     {"ip_not_allowed", "ip_not_allowed", "203.0.113.7"},
		"conditional-access": {"conditions_not_met", "conditions_not_met", "not managed"},
	} {
		t.Run(scenario, func(t *testing.T) {
			w, _ := start(t)
			a := newApp(t)
			kept := a.signIn(w).text("refresh_token")
			act(t, w, scenario)
			ben := w.User("acme", "ben@acme.example")
			f := a.challenge(w, "", "username", ben.Username, "password", ben.Password)
			if wantError(t, f, http.StatusBadRequest, want.acme); !strings.Contains(f.text("error_description"), want.words) {
				t.Errorf("%v", f.body)
			}
			if scenario == "ip-restriction" {
				if f.text("client_ip") != "203.0.113.7" {
					t.Errorf("%v", f.body)
				}
				wantError(t, a.refresh(w, kept), http.StatusBadRequest, want.acme)
			}
			seen := ""
			if scenario == "ip-restriction" {
				seen = "203.0.113.7"
			}
			if q := walk(t, agent(w, "acme", ben.Username), a.authorizeURL(w, nil)); q.Get("error") != want.acme || !strings.Contains(q.Get("error_description"), want.words) || q.Get("client_ip") != seen {
				t.Errorf("%v", q)
			}
			q := walkGlobex(t, agent(w, "globex", "gina@globex.example"), a.globexURL(w, nil))
			if q.Get("error") != "access_denied" || q.Get("client_ip") != seen || !strings.Contains(q.Get("error_description"), want.globex) || !strings.Contains(q.Get("error_description"), want.words) {
				t.Errorf("%v", q)
			}
			wantError(t, a.password(w.Initech+"/oauth/token", "ines@initech.example", "x"), http.StatusForbidden, "access_denied")
			wantError(t, a.password(w.Hooli+"/oauth2/default/v1/token", "henry@hooli.example", "x"), http.StatusBadRequest, "access_denied")
			wantError(t, a.password(w.Umbrella+"/realms/umbrella/protocol/openid-connect/token", "ulf@umbrella.example", "x"), http.StatusUnauthorized, "invalid_grant")
		})
	}
}

// An organisation that is not found is told at the challenge endpoint, and back through the browser.
func TestOrganizationUnknown(t *testing.T) {
	w, _ := start(t)
	act(t, w, "organisation-unknown")
	a := newApp(t)
	ben := w.User("acme", "ben@acme.example")
	wantError(t, a.challenge(w, "", "username", ben.Username, "password", ben.Password), http.StatusBadRequest, "organization_not_found")
	if q := walk(t, agent(w, "acme", ben.Username), a.authorizeURL(w, nil)); q.Get("error") != "organization_not_found" {
		t.Errorf("%v", q)
	}
}

// With the company's page as the only way in, nobody is asked for a password, and the company's button works.
func TestCompanyOnly(t *testing.T) {
	w, _ := start(t)
	act(t, w, "sso-only")
	a := newApp(t)
	for _, name := range []string{"ben@acme.example", "cora@corp.example", "nobody@acme.example"} {
		wantError(t, a.challenge(w, "", "username", name, "password", "x"), http.StatusBadRequest, "sso_required")
	}
	for _, c := range []struct {
		org, username, address string
		walk                   func(*testing.T, walker.Agent, string) url.Values
	}{
		{"acme", "cora@corp.example", a.authorizeURL(w, nil), walk},
		{"globex", "gwen@globexcorp.example", a.globexURL(w, nil), walkGlobex},
	} {
		b := walker.New("")
		if err := b.Open(t.Context(), c.address); err != nil {
			t.Fatal(err)
		}
		if b.Has("password") || !b.Has("company") {
			t.Errorf("%s: %q", c.org, b.Text())
		}
		who := agent(w, c.org, c.username)
		who.Company = true
		if q := c.walk(t, who, c.address); q.Get("code") == "" {
			t.Errorf("%s: %v", c.org, q)
		}
	}
}

// The consent is asked in the browser, in the same attempt: nothing that was proved is asked again.
func TestConsent(t *testing.T) {
	w, _ := start(t)
	act(t, w, "consent")
	a := newApp(t)
	for _, c := range []struct {
		deny  bool
		param string
		want  string
	}{{false, "code", ""}, {true, "error", "access_denied"}} {
		amy := w.User("acme", "amy@acme.example")
		w.ForgetUsedCodes(amy.Username)
		f := a.challenge(w, "", "username", amy.Username, "password", amy.Password, "redirect_uri", callback, "state", "the-state")
		f = a.challenge(w, f.text("auth_session"), "otp", w.TOTP(amy.Username))
		if wantError(t, f, http.StatusBadRequest, "consent_required"); f.text("request_uri") == "" {
			t.Fatalf("%v", f.body)
		}
		b := walker.New(callback)
		address := w.Acme + "/authorize?" + url.Values{"client_id": {demo.ClientID}, "request_uri": {f.text("request_uri")}}.Encode()
		if err := b.Open(t.Context(), address); err != nil {
			t.Fatal(err)
		}
		if !b.Has("allow") || !b.Has("deny") {
			t.Fatalf("%q", b.Text())
		}
		if err := (walker.Agent{Deny: c.deny}).SignIn(t.Context(), b); err != nil {
			t.Fatal(err)
		}
		if got := b.Answer.Query().Get(c.param); got == "" || c.want != "" && got != c.want {
			t.Errorf("%v", b.Answer)
		}
		who := agent(w, "acme", "ben@acme.example")
		who.Deny = c.deny
		q := walk(t, who, a.authorizeURL(w, nil))
		if q.Get(c.param) == "" || c.deny && !strings.Contains(q.Get("error_description"), "consent") {
			t.Errorf("%v", q)
		}
	}
}

// An app that a server does not know, or that nobody approved, is never answered.
func TestAppsThatAreNotAnswered(t *testing.T) {
	w, _ := start(t)
	a := newApp(t)
	act(t, w, "app-unknown")
	wantError(t, a.challenge(w, "", "username", "x", "password", "x"), http.StatusUnauthorized, "invalid_client")
	for _, address := range []string{a.authorizeURL(w, nil), a.globexURL(w, nil)} {
		b := walker.New("http://")
		if err := b.Open(t.Context(), address); err != nil {
			t.Fatal(err)
		}
		if b.Answer != nil || b.Status != http.StatusBadRequest || b.Has("password") {
			t.Errorf("%v %q", b.Answer, b.Text())
		}
	}
	if err := w.SetScenario("app-unknown", false); err != nil {
		t.Fatal(err)
	}
	act(t, w, "app-unapproved")
	b := walker.New(localhost)
	if err := b.Open(t.Context(), a.globexURL(w, nil)); err != nil {
		t.Fatal(err)
	}
	if err := agent(w, "globex", "gina@globex.example").SignIn(t.Context(), b); err == nil || b.Answer != nil || !strings.Contains(b.Text(), "administrator") {
		t.Errorf("%v %q", err, b.Text())
	}
}
