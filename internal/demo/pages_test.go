package demo_test

import (
	"net/http"
	"strings"
	"testing"

	"latchkey/internal/demo/walker"
)

// Pages run nothing, load nothing from elsewhere, and let a form end at the app.
func TestPagesAreHarmless(t *testing.T) {
	w, _ := start(t)
	a := newApp(t)
	for _, address := range []string{w.Acme + "/workspace", w.Acme + "/device", w.Acme + "/forgot", w.Company + "/workspace", w.Globex, w.GlobexApps + "/directory", w.Phone, w.Mailbox, w.Status, w.Control} {
		f := a.get(address, "")
		policy := f.header.Get("Content-Security-Policy")
		if f.status != http.StatusOK || !strings.Contains(policy, "default-src 'none'") || !strings.Contains(policy, "frame-ancestors 'none'") ||
			f.header.Get("Cache-Control") != "no-store" || f.header.Get("Referrer-Policy") != "no-referrer" {
			t.Errorf("%s: %d %v", address, f.status, f.header)
		}
		if address != w.Control && (strings.Contains(policy, "script-src") || strings.Contains(policy, "form-action")) {
			t.Errorf("%s: %s", address, policy)
		}
		style := a.get(strings.Join(strings.SplitN(address, "/", 4)[:3], "/")+"/style.css", "")
		if style.status != http.StatusOK || !strings.HasPrefix(style.header.Get("Content-Type"), "text/css") {
			t.Errorf("style of %s: %d", address, style.status)
		}
	}
}

func TestMarkupIsText(t *testing.T) {
	w, _ := start(t)
	b := walker.New(callback)
	hint := `"><script>alert(1)</script>`
	if err := b.Open(t.Context(), newApp(t).authorizeURL(w, map[string]string{"login_hint": hint})); err != nil {
		t.Fatal(err)
	}
	if b.Value("username") != hint {
		t.Errorf("%q", b.Value("username"))
	}
}

func TestWrongCodesOnThePage(t *testing.T) {
	w, _ := start(t)
	for _, c := range []struct{ org, username, address string }{
		{"acme", "amy@acme.example", newApp(t).authorizeURL(w, nil)},
		{"globex", "glen@globex.example", newApp(t).globexURL(w, nil)},
	} {
		b := walker.New("")
		if err := b.Open(t.Context(), c.address); err != nil {
			t.Fatal(err)
		}
		u := w.User(c.org, c.username)
		if err := b.Submit(t.Context(), "sign-in", map[string]string{"username": u.Username, "password": u.Password}); err != nil {
			t.Fatal(err)
		}
		for try := range 5 {
			if err := b.Submit(t.Context(), "continue", map[string]string{"code": "0000x0"}); err != nil {
				t.Fatal(err)
			}
			if over := !b.Has("code"); over != (try == 4) || b.Status != http.StatusUnprocessableEntity {
				t.Errorf("%s: try %d: %d %q", c.org, try, b.Status, b.Text())
			}
		}
	}
}

func TestWorkspaceKnowsWhoIsThere(t *testing.T) {
	w, _ := start(t)
	for _, c := range []struct{ org, username, address, stop, workspace string }{
		{"acme", "ben@acme.example", newApp(t).authorizeURL(w, nil), callback, w.Acme + "/workspace"},
		{"globex", "gina@globex.example", newApp(t).globexURL(w, nil), localhost, w.GlobexApps + "/directory"},
	} {
		b := walker.New(c.stop)
		if err := b.Open(t.Context(), c.address); err != nil {
			t.Fatal(err)
		}
		if err := agent(w, c.org, c.username).SignIn(t.Context(), b); err != nil {
			t.Fatal(err)
		}
		here, elsewhere := b.Another(""), walker.New("")
		for _, window := range []*walker.Walker{here, elsewhere} {
			if err := window.Open(t.Context(), c.workspace); err != nil {
				t.Fatal(err)
			}
		}
		if !strings.Contains(here.Text(), "Good to see you") || strings.Contains(elsewhere.Text(), "Good to see you") {
			t.Errorf("%s: %q, elsewhere %q", c.org, here.Text(), elsewhere.Text())
		}
	}
}

// A form on another page of this computer, or of the web, cannot drive a sign-in.
func TestFormsComeFromTheirOwnPage(t *testing.T) {
	w, _ := start(t)
	b := walker.New(callback)
	if err := b.Open(t.Context(), newApp(t).authorizeURL(w, nil)); err != nil {
		t.Fatal(err)
	}
	for _, header := range []map[string]string{{"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}, {"Origin": "https://evil.example"}} {
		if status, _ := send(t, http.MethodPost, b.Address.String()+"/cancel", "", header); status != http.StatusForbidden {
			t.Errorf("%v: %d", header, status)
		}
	}
	if err := b.Submit(t.Context(), "cancel", nil); err != nil || b.Answer == nil {
		t.Errorf("the sign-in did not survive: %v", err)
	}
}

func TestRefreshWithFewerScopes(t *testing.T) {
	w, _ := start(t)
	a := newApp(t)
	token := a.signIn(w).text("refresh_token")
	narrow := a.post(w.Acme+"/oauth/token", "grant_type", "refresh_token", "client_id", "latchkey-desktop", "refresh_token", token, "scope", "openid")
	if narrow.status != http.StatusOK || narrow.text("scope") != "openid" {
		t.Fatalf("%v", narrow.body)
	}
	if info := a.get(w.Acme+"/userinfo", narrow.text("access_token")); info.text("email") != "" || info.text("sub") != "ben" {
		t.Errorf("%v", info.body)
	}
	more := a.post(w.Acme+"/oauth/token", "grant_type", "refresh_token", "client_id", "latchkey-desktop", "refresh_token", narrow.text("refresh_token"), "scope", "openid phone")
	wantError(t, more, http.StatusBadRequest, "invalid_scope")
	wantError(t, a.post(w.Acme+"/oauth/token", "grant_type", "refresh_token", "client_id", "acme-contact-center", "refresh_token", narrow.text("refresh_token")), http.StatusUnauthorized, "invalid_client")
}
