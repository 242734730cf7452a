package demo_test

import (
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"latchkey/internal/demo"
)

const mfa = "http://auth0.com/oauth/grant-type/"

// password sends a password grant to one of the servers that take one.
func (a *app) password(address, username, password string, more ...string) form {
	a.t.Helper()
	return a.post(address, append([]string{
		"grant_type", "password", "client_id", demo.ClientID, "username", username, "password", password,
		"scope", "openid profile email offline_access",
	}, more...)...)
}

// wantTokens checks that tokens came, and that the ID token tells this person and these methods.
func wantTokens(t *testing.T, f form, email, amr string) {
	t.Helper()
	if f.status != http.StatusOK || f.text("access_token") == "" || f.text("refresh_token") == "" || f.text("token_type") != "Bearer" {
		t.Fatalf("%d %v", f.status, f.body)
	}
	claims := claimsOf(t, f.text("id_token"))
	methods, _ := json.Marshal(claims["amr"])
	if claims["email"] != email || string(methods) != amr {
		t.Errorf("%v", claims)
	}
}

// authenticators lists what Auth0 says somebody has set up.
func (a *app) authenticators(w *demo.World, token string) []map[string]any {
	a.t.Helper()
	r, err := http.NewRequestWithContext(a.t.Context(), http.MethodGet, w.Initech+"/mfa/authenticators", nil)
	if err != nil {
		a.t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+token)
	answer, err := a.http.Do(r)
	if err != nil {
		a.t.Fatal(err)
	}
	defer func() { _ = answer.Body.Close() }()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		a.t.Fatal(err)
	}
	var list []map[string]any
	if err := json.Unmarshal(body, &list); err != nil {
		a.t.Fatalf("%v in %s", err, body)
	}
	return list
}

// postJSON sends an object, as Auth0 takes it.
func (a *app) postJSON(address string, object map[string]string) form {
	a.t.Helper()
	body, err := json.Marshal(object)
	if err != nil {
		a.t.Fatal(err)
	}
	r, err := http.NewRequestWithContext(a.t.Context(), http.MethodPost, address, strings.NewReader(string(body)))
	if err != nil {
		a.t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	return a.do(r)
}

func (a *app) auth0Challenge(w *demo.World, token, kinds, id string) form {
	a.t.Helper()
	object := map[string]string{"client_id": demo.ClientID, "mfa_token": token, "challenge_type": kinds}
	if id != "" {
		object["authenticator_id"] = id
	}
	return a.postJSON(w.Initech+"/mfa/challenge", object)
}

// auth0Begin signs somebody in with the password and returns the mfa_token.
func (a *app) auth0Begin(w *demo.World, username string) string {
	a.t.Helper()
	f := a.password(w.Initech+"/oauth/token", username, w.User("initech", username).Password)
	if wantError(a.t, f, http.StatusForbidden, "mfa_required"); f.text("mfa_token") == "" {
		a.t.Fatalf("%v", f.body)
	}
	return f.text("mfa_token")
}

func (a *app) auth0Finish(w *demo.World, grant, token string, more ...string) form {
	a.t.Helper()
	return a.post(w.Initech+"/oauth/token", append([]string{"grant_type", mfa + grant, "client_id", demo.ClientID, "mfa_token", token}, more...)...)
}

func TestAuth0Password(t *testing.T) {
	w, _ := start(t)
	a := newApp(t)
	ines := w.User("initech", "ines@initech.example")
	token := w.Initech + "/oauth/token"
	wantTokens(t, a.password(token, ines.Username, ines.Password), ines.Username, `["pwd"]`)
	realm := a.postJSON(token, map[string]string{
		"grant_type": mfa + "password-realm", "realm": "employees", "audience": "https://api.initech.example", "client_id": demo.ClientID,
		"username": ines.Username, "password": ines.Password, "scope": "openid profile email offline_access",
	})
	wantTokens(t, realm, ines.Username, `["pwd"]`)
	for name, c := range map[string]struct {
		form   form
		status int
		code   string
	}{
		"wrong password":  {a.password(token, ines.Username, "wrong"), 403, "invalid_grant"},
		"nobody":          {a.password(token, "nobody@initech.example", "wrong"), 403, "invalid_grant"},
		"no password":     {a.password(token, ines.Username, ""), 400, "invalid_request"},
		"other realm":     {a.password(token, ines.Username, ines.Password, "realm", "x"), 200, ""},
		"unknown realm":   {a.post(token, "grant_type", mfa+"password-realm", "client_id", demo.ClientID, "username", "x", "password", "x", "realm", "x"), 400, "invalid_request"},
		"unknown API":     {a.password(token, ines.Username, ines.Password, "audience", "https://x.example"), 403, "access_denied"},
		"switched off":    {a.password(token, "isa@initech.example", w.User("initech", "isa@initech.example").Password), 401, "unauthorized"},
		"another client":  {a.post(token, "grant_type", "password", "client_id", "x", "username", "x", "password", "x"), 401, "invalid_client"},
		"another grant":   {a.post(token, "grant_type", "client_credentials", "client_id", demo.ClientID), 403, "unauthorized_client"},
		"a stale session": {a.auth0Finish(w, "mfa-otp", "x", "otp", "123456"), 401, "expired_token"},
	} {
		if c.form.status != c.status || c.form.text("error") != c.code {
			t.Errorf("%s: %d %v", name, c.form.status, c.form.body)
		}
	}
}

func TestAuth0OTP(t *testing.T) {
	w, clk := start(t)
	a := newApp(t)
	token := a.auth0Begin(w, "ian@initech.example")
	list := a.authenticators(w, token)
	if len(list) != 2 || list[0]["authenticator_type"] != "otp" || list[1]["authenticator_type"] != "recovery-code" {
		t.Fatalf("%v", list)
	}
	if f := a.auth0Challenge(w, token, "otp oob", ""); f.status != http.StatusOK || f.text("challenge_type") != "otp" {
		t.Fatalf("%v", f.body)
	}
	wantError(t, a.auth0Finish(w, "mfa-otp", token, "otp", "000000x"), http.StatusForbidden, "invalid_grant")
	wantTokens(t, a.auth0Finish(w, "mfa-otp", token, "otp", w.TOTP("ian@initech.example")), "ian@initech.example", `["pwd","otp"]`)
	wantError(t, a.auth0Finish(w, "mfa-otp", token, "otp", w.TOTP("ian@initech.example")), http.StatusUnauthorized, "expired_token")

	token = a.auth0Begin(w, "ian@initech.example")
	clk.Advance(11 * time.Minute)
	wantError(t, a.auth0Challenge(w, token, "otp", ""), http.StatusUnauthorized, "expired_token")
}

func TestAuth0RecoveryCodeBringsANewOne(t *testing.T) {
	w, _ := start(t)
	a := newApp(t)
	first := w.RecoveryCodes("ian@initech.example")
	if len(first) == 0 {
		t.Fatal("no recovery codes")
	}
	token := a.auth0Begin(w, "ian@initech.example")
	f := a.auth0Finish(w, "mfa-recovery-code", token, "recovery_code", first[0])
	wantTokens(t, f, "ian@initech.example", `["pwd","mfa"]`)
	next := f.text("recovery_code")
	if next == "" || next == first[0] {
		t.Fatalf("%v", f.body)
	}
	token = a.auth0Begin(w, "ian@initech.example")
	wantError(t, a.auth0Finish(w, "mfa-recovery-code", token, "recovery_code", first[0]), http.StatusForbidden, "invalid_grant")
	wantTokens(t, a.auth0Finish(w, "mfa-recovery-code", token, "recovery_code", next), "ian@initech.example", `["pwd","mfa"]`)
}

func TestAuth0CodesThatAreSent(t *testing.T) {
	w, _ := start(t)
	a := newApp(t)
	for _, method := range []string{"sms", "voice", "email"} {
		token := a.auth0Begin(w, "ida@initech.example")
		id := ""
		for _, each := range a.authenticators(w, token) {
			if each["oob_channel"] == method {
				id, _ = each["id"].(string)
			}
		}
		f := a.auth0Challenge(w, token, "oob", id)
		if f.text("binding_method") != "prompt" || f.text("oob_code") == "" || f.text("challenge_type") != "oob" {
			t.Fatalf("%s: %v", method, f.body)
		}
		wantError(t, a.auth0Finish(w, "mfa-oob", token, "oob_code", f.text("oob_code"), "binding_code", "x"), http.StatusForbidden, "invalid_grant")
		wantError(t, a.auth0Finish(w, "mfa-oob", token, "oob_code", "x", "binding_code", "x"), http.StatusForbidden, "invalid_grant")
		code := sentCode(w, "ida@initech.example", method)
		wantTokens(t, a.auth0Finish(w, "mfa-oob", token, "oob_code", f.text("oob_code"), "binding_code", code), "ida@initech.example", `["pwd","mfa"]`)
	}
}

func TestAuth0Push(t *testing.T) {
	w, clk := start(t)
	a := newApp(t)
	for want, decide := range map[string]func(string) bool{"": w.Approve, "invalid_grant": w.Deny} {
		token := a.auth0Begin(w, "ike@initech.example")
		f := a.auth0Challenge(w, token, "oob", "")
		if f.body["binding_method"] != nil || f.text("oob_code") == "" {
			t.Fatalf("%v", f.body)
		}
		poll := func() form { return a.auth0Finish(w, "mfa-oob", token, "oob_code", f.text("oob_code")) }
		wantError(t, poll(), http.StatusBadRequest, "authorization_pending")
		wantError(t, poll(), http.StatusBadRequest, "slow_down")
		clk.Advance(5 * time.Second)
		wantError(t, poll(), http.StatusBadRequest, "authorization_pending")
		if !decide("ike@initech.example") {
			t.Fatal("the phone does not ask")
		}
		clk.Advance(5 * time.Second)
		if got := poll(); got.text("error") != want {
			t.Errorf("%q: %v", want, got.body)
		}
	}
}

func TestAuth0SetUpFirst(t *testing.T) {
	w, _ := start(t)
	a := newApp(t)
	token := a.auth0Begin(w, "ivo@initech.example")
	if list := a.authenticators(w, token); len(list) != 0 {
		t.Errorf("%v", list)
	}
	wantError(t, a.auth0Challenge(w, token, "otp oob", ""), http.StatusForbidden, "unsupported_challenge_type")
}

// Six failures of whatever kind lock the account for five minutes, and it says so.
func TestAuth0Lock(t *testing.T) {
	w, clk := start(t)
	a := newApp(t)
	ines := w.User("initech", "ines@initech.example")
	for range 5 {
		wantError(t, a.password(w.Initech+"/oauth/token", ines.Username, "wrong"), http.StatusForbidden, "invalid_grant")
	}
	f := a.password(w.Initech+"/oauth/token", ines.Username, "wrong")
	if wantError(t, f, http.StatusTooManyRequests, "too_many_attempts"); f.header.Get("Retry-After") != "300" {
		t.Errorf("%v", f.header)
	}
	wantError(t, a.password(w.Initech+"/oauth/token", ines.Username, ines.Password), http.StatusTooManyRequests, "too_many_attempts")
	clk.Advance(5 * time.Minute)
	wantTokens(t, a.password(w.Initech+"/oauth/token", ines.Username, ines.Password), ines.Username, `["pwd"]`)

	token := a.auth0Begin(w, "ida@initech.example")
	c := a.auth0Challenge(w, token, "oob", "")
	for range 5 {
		wantError(t, a.auth0Finish(w, "mfa-oob", token, "oob_code", c.text("oob_code"), "binding_code", "x"), http.StatusForbidden, "invalid_grant")
	}
	wantError(t, a.auth0Finish(w, "mfa-oob", token, "oob_code", c.text("oob_code"), "binding_code", "x"), http.StatusTooManyRequests, "too_many_attempts")
}
