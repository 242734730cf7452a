package demo_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"latchkey/internal/demo"
	"latchkey/internal/demo/walker"
)

func (a *app) frankfurtURL(w *demo.World) string {
	return strings.Replace(a.globexURL(w, nil), w.Globex, w.Frankfurt, 1)
}

// An account lives in one region. Elsewhere the page says what may be the matter, and nothing comes back to the app.
func TestAnotherRegion(t *testing.T) {
	w, _ := start(t)
	frida := agent(w, "globex-frankfurt", "frida@globex.example")
	b := walker.New(localhost)
	if err := b.Open(t.Context(), newApp(t).globexURL(w, nil)); err != nil {
		t.Fatal(err)
	}
	if err := frida.SignIn(t.Context(), b); err == nil || b.Answer != nil || !strings.Contains(b.Text(), "another region than EMEA (London)") {
		t.Errorf("%v %q", err, b.Text())
	}
	if b.Address.Host != strings.TrimPrefix(w.Globex, "http://") {
		t.Errorf("ended at %s", b.Address)
	}
	a := newApp(t)
	for _, name := range []string{"frida@globex.example", "felix@globex.example"} {
		q := walkGlobex(t, agent(w, "globex-frankfurt", name), a.frankfurtURL(w))
		f := a.post(w.Frankfurt+"/oauth/token", "grant_type", "authorization_code", "client_id", demo.GlobexClientID, "code", q.Get("code"),
			"code_verifier", a.verifier, "redirect_uri", localhost)
		me := a.get(w.FrankfurtAPI+"/api/v2/users/me?expand=organization", f.text("access_token"))
		org, _ := me.body["organization"].(map[string]any)
		if me.text("email") != name || org["name"] != "Globex Frankfurt" {
			t.Errorf("%v", me.body)
		}
		if london := a.get(w.GlobexAPI+"/api/v2/users/me", f.text("access_token")); london.status != http.StatusUnauthorized {
			t.Errorf("London takes Frankfurt's token: %d", london.status)
		}
	}
}

func TestGlobexOrganizationNamesAreCaseSensitive(t *testing.T) {
	w, _ := start(t)
	b := walker.New(localhost)
	if err := b.Open(t.Context(), newApp(t).globexURL(w, nil)); err != nil {
		t.Fatal(err)
	}
	if err := b.Submit(t.Context(), "more", nil); err != nil {
		t.Fatal(err)
	}
	for name, known := range map[string]bool{"Globex": false, "globex-x": false, "globex": true} {
		if err := b.Submit(t.Context(), "continue", map[string]string{"org": name}); err != nil {
			t.Fatal(err)
		}
		if b.Has("company") != known || strings.Contains(b.Text(), "may live in another region") == known {
			t.Errorf("%s: %q", name, b.Text())
		}
	}
}

// The API tells when somebody logged in before, and what is asked of them beside the password.
func TestGlobexLastLoginAndVerifiers(t *testing.T) {
	w, clk := start(t)
	signIn := func(name string, verifiers int) time.Time {
		a := newApp(t)
		f := a.globexExchange(w, demo.GlobexClientID, walkGlobex(t, agent(w, "globex", name), a.globexURL(w, nil)).Get("code"))
		me := a.get(w.GlobexAPI+"/api/v2/users/me?expand=organization,dateLastLogin", f.text("access_token"))
		at, err := time.Parse(time.RFC3339, me.text("dateLastLogin"))
		if err != nil {
			t.Fatalf("%v: %v", me.body, err)
		}
		if v := a.get(w.GlobexAPI+"/api/v2/users/me/verifiers", f.text("access_token")); v.number("total") != verifiers {
			t.Errorf("%v", v.body)
		}
		return at
	}
	began := clk.Now()
	if at := signIn("gina@globex.example", 0); !at.Before(began) {
		t.Errorf("the first time: %v", at)
	}
	clk.Advance(time.Hour)
	if at := signIn("gina@globex.example", 0); !at.Equal(began) {
		t.Errorf("the second time: %v, not %v", at, began)
	}
	signIn("glen@globex.example", 1)
	if v := newApp(t).get(w.GlobexAPI+"/api/v2/users/me/verifiers", ""); v.status != http.StatusUnauthorized {
		t.Errorf("%d", v.status)
	}
}
