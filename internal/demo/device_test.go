package demo_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"latchkey/internal/demo"
	"latchkey/internal/demo/walker"
)

func (a *app) device(w *demo.World) form {
	a.t.Helper()
	f := a.post(w.Acme+"/device_authorization", "client_id", demo.ClientID, "scope", "openid profile email offline_access")
	if f.status != http.StatusOK || f.number("interval") != 5 || f.number("expires_in") != 300 || f.text("verification_uri") != w.Acme+"/device" {
		a.t.Fatalf("%d %v", f.status, f.body)
	}
	return f
}

func (a *app) poll(w *demo.World, code string) form {
	a.t.Helper()
	return a.post(w.Acme+"/oauth/token", "grant_type", "urn:ietf:params:oauth:grant-type:device_code", "client_id", demo.ClientID, "device_code", code)
}

func TestDevice(t *testing.T) {
	w, clk := start(t)
	a := newApp(t)
	f := a.device(w)
	wantError(t, a.poll(w, f.text("device_code")), http.StatusBadRequest, "authorization_pending")
	wantError(t, a.poll(w, f.text("device_code")), http.StatusBadRequest, "slow_down")
	clk.Advance(10 * time.Second)
	wantError(t, a.poll(w, f.text("device_code")), http.StatusBadRequest, "authorization_pending")
	if err := agent(w, "acme", "amy@acme.example").Open(t.Context(), f.text("verification_uri_complete")); err != nil {
		t.Fatal(err)
	}
	clk.Advance(10 * time.Second)
	tokens := a.poll(w, f.text("device_code"))
	if tokens.status != http.StatusOK || tokens.text("refresh_token") == "" || tokens.text("id_token") == "" || tokens.number("expires_in") != 3600 {
		t.Fatalf("%d %v", tokens.status, tokens.body)
	}
	if info := a.get(w.Acme+"/userinfo", tokens.text("access_token")); info.text("sub") != "amy" {
		t.Errorf("%v", info.body)
	}
	if next := a.refresh(w, tokens.text("refresh_token")); next.status != http.StatusOK {
		t.Errorf("%v", next.body)
	}
	wantError(t, a.poll(w, f.text("device_code")), http.StatusBadRequest, "access_denied") // given once
}

func TestDeviceDeniedAndExpired(t *testing.T) {
	w, clk := start(t)
	a := newApp(t)
	for name, change := range map[string]func(*walker.Agent){
		"denied":    func(who *walker.Agent) { who.Deny = true },
		"cancelled": func(who *walker.Agent) { who.Refuse = true },
	} {
		f := a.device(w)
		who := agent(w, "acme", "ben@acme.example")
		change(&who)
		if err := who.Open(t.Context(), f.text("verification_uri_complete")); err != nil {
			t.Fatal(name, err)
		}
		wantError(t, a.poll(w, f.text("device_code")), http.StatusBadRequest, "access_denied")
	}
	f := a.device(w)
	clk.Advance(5*time.Minute + time.Second)
	wantError(t, a.poll(w, f.text("device_code")), http.StatusBadRequest, "expired_token")
	wantError(t, a.post(w.Acme+"/device_authorization", "client_id", "nobody"), http.StatusUnauthorized, "invalid_client")
}

func TestDeviceCodeTyped(t *testing.T) {
	w, _ := start(t)
	f := newApp(t).device(w)
	b := walker.New("")
	if err := b.Open(t.Context(), f.text("verification_uri")); err != nil {
		t.Fatal(err)
	}
	if err := b.Submit(t.Context(), "continue", map[string]string{"user_code": "BBBB-BBBB"}); err != nil {
		t.Fatal(err)
	}
	if b.Status != http.StatusUnprocessableEntity || !b.Has("user_code") {
		t.Errorf("unknown code: %d %q", b.Status, b.Text())
	}
	typed := " " + strings.ToLower(strings.ReplaceAll(f.text("user_code"), "-", " "))
	if err := b.Submit(t.Context(), "continue", map[string]string{"user_code": typed}); err != nil {
		t.Fatal(err)
	}
	if !b.Has("password") {
		t.Errorf("%q was not understood: %q", typed, b.Text())
	}
}
