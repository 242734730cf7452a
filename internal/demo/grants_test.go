package demo_test

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"golang.org/x/oauth2"

	"latchkey/internal/demo"
)

// claimsOf reads an ID token; that its signature holds, the tests of the client check.
func claimsOf(t *testing.T, raw string) map[string]any {
	t.Helper()
	parts := strings.Split(raw, ".")
	if len(parts) != 3 {
		t.Fatalf("no ID token: %q", raw)
	}
	body, err := base64.RawURLEncoding.DecodeString(parts[1])
	if err != nil {
		t.Fatal(err)
	}
	var claims map[string]any
	if err := json.Unmarshal(body, &claims); err != nil {
		t.Fatal(err)
	}
	return claims
}

// sentCode returns the code that was sent to somebody last.
func sentCode(w *demo.World, username, method string) string {
	if method == "email" {
		return w.MailCode(username)
	}
	return w.TextMessage(username)
}

// Each product has its addresses where the product has them, and signs people in on its pages as well.
func TestProductsHaveABrowserToo(t *testing.T) {
	w, _ := start(t)
	for _, c := range []struct{ org, issuer, username string }{
		{"initech", w.Initech + "/", "ivo@initech.example"},
		{"hooli", w.Hooli + "/oauth2/default", "hilda@hooli.example"},
		{"umbrella", w.Umbrella + "/realms/umbrella", "ute@umbrella.example"},
		{"umbrella", w.Umbrella + "/realms/umbrella", "uma@umbrella.example"},
	} {
		t.Run(c.org+" "+c.username, func(t *testing.T) {
			a := newApp(t)
			m := a.get(strings.TrimSuffix(c.issuer, "/")+"/.well-known/openid-configuration", "")
			if m.text("issuer") != c.issuer {
				t.Fatalf("%v", m.body)
			}
			v := url.Values{
				"client_id": {demo.ClientID}, "response_type": {"code"}, "redirect_uri": {callback}, "state": {"the-state"}, "nonce": {"the-nonce"},
				"scope":          {"openid profile email offline_access"},
				"code_challenge": {oauth2.S256ChallengeFromVerifier(a.verifier)}, "code_challenge_method": {"S256"},
			}
			q := walk(t, agent(w, c.org, c.username), m.text("authorization_endpoint")+"?"+v.Encode())
			if q.Get("iss") != c.issuer {
				t.Errorf("%v", q)
			}
			tokens := a.post(m.text("token_endpoint"), "grant_type", "authorization_code", "client_id", demo.ClientID,
				"code", q.Get("code"), "code_verifier", a.verifier, "redirect_uri", callback)
			if claims := claimsOf(t, tokens.text("id_token")); claims["iss"] != c.issuer || claims["nonce"] != "the-nonce" {
				t.Errorf("%v", claims)
			}
			if keys := a.get(m.text("jwks_uri"), ""); keys.status != http.StatusOK || keys.body["keys"] == nil {
				t.Errorf("%v", keys.body)
			}
			if info := a.get(m.text("userinfo_endpoint"), tokens.text("access_token")); info.text("email") != c.username {
				t.Errorf("%v", info.body)
			}
			refresh := func(token string) form {
				return a.post(m.text("token_endpoint"), "grant_type", "refresh_token", "client_id", demo.ClientID, "refresh_token", token)
			}
			next := refresh(tokens.text("refresh_token"))
			if next.status != http.StatusOK || next.text("refresh_token") == tokens.text("refresh_token") {
				t.Fatalf("%v", next.body)
			}
			if f := a.post(m.text("revocation_endpoint"), "client_id", demo.ClientID, "token", next.text("refresh_token")); f.status != http.StatusOK {
				t.Errorf("%v", f.body)
			}
			wantError(t, refresh(next.text("refresh_token")), http.StatusBadRequest, "invalid_grant")
		})
	}
}

// oktaBegin signs somebody in with the password and returns the mfa_token.
func (a *app) oktaBegin(w *demo.World, username string) string {
	a.t.Helper()
	f := a.password(w.Hooli+"/oauth2/default/v1/token", username, w.User("hooli", username).Password)
	if wantError(a.t, f, http.StatusForbidden, "mfa_required"); f.text("mfa_token") == "" || f.body["supported_challenge_types"] == nil {
		a.t.Fatalf("%v", f.body)
	}
	return f.text("mfa_token")
}

func (a *app) oktaChallenge(w *demo.World, token, channel string) form {
	a.t.Helper()
	pairs := []string{"client_id", demo.ClientID, "mfa_token", token, "challenge_types_supported", mfa + "mfa-otp " + mfa + "mfa-oob"}
	if channel != "" {
		pairs = append(pairs, "channel_hint", channel)
	}
	return a.post(w.Hooli+"/oauth2/default/v1/challenge", pairs...)
}

func (a *app) oktaFinish(w *demo.World, grant, token string, more ...string) form {
	a.t.Helper()
	return a.post(w.Hooli+"/oauth2/default/v1/token", append([]string{
		"grant_type", mfa + grant, "client_id", demo.ClientID, "mfa_token", token, "scope", "openid profile email offline_access",
	}, more...)...)
}

func TestOktaPasswordAndOTP(t *testing.T) {
	w, _ := start(t)
	a := newApp(t)
	henry := w.User("hooli", "henry@hooli.example")
	token := w.Hooli + "/oauth2/default/v1/token"
	wantTokens(t, a.password(token, henry.Username, henry.Password), henry.Username, `["pwd"]`)
	for range 7 { // locked on the way, and not told
		wantError(t, a.password(token, henry.Username, "wrong"), http.StatusBadRequest, "invalid_grant")
	}
	wantError(t, a.password(token, henry.Username, henry.Password), http.StatusBadRequest, "invalid_grant")

	mfaToken := a.oktaBegin(w, "hal@hooli.example")
	if f := a.oktaChallenge(w, mfaToken, ""); f.text("challenge_type") != mfa+"mfa-otp" {
		t.Fatalf("%v", f.body)
	}
	wantError(t, a.oktaFinish(w, "mfa-otp", mfaToken, "otp", "x"), http.StatusBadRequest, "invalid_grant")
	wantTokens(t, a.oktaFinish(w, "mfa-otp", mfaToken, "otp", w.TOTP("hal@hooli.example")), "hal@hooli.example", `["pwd","otp"]`)

	f := a.password(token, "hilda@hooli.example", w.User("hooli", "hilda@hooli.example").Password)
	if types, _ := json.Marshal(f.body["supported_challenge_types"]); !strings.Contains(string(types), "webauthn") || strings.Contains(string(types), "mfa-o") {
		t.Errorf("%s", types)
	}
	wantError(t, a.oktaChallenge(w, f.text("mfa_token"), ""), http.StatusBadRequest, "invalid_request")
}

func TestOktaPush(t *testing.T) {
	w, clk := start(t)
	a := newApp(t)
	for name, c := range map[string]struct {
		username, binding string
		decide            func(string) bool
		want              string
	}{
		"the number":       {"hana@hooli.example", "transfer", w.Approve, ""},
		"denied":           {"hana@hooli.example", "transfer", w.Deny, "access_denied"},
		"without a number": {"hugo@hooli.example", "none", w.Approve, ""},
		"nobody there":     {"hugo@hooli.example", "none", func(string) bool { clk.Advance(3 * time.Minute); return true }, "expired_token"},
	} {
		t.Run(name, func(t *testing.T) {
			token := a.oktaBegin(w, c.username)
			f := a.oktaChallenge(w, token, "push")
			if f.text("binding_method") != c.binding || f.number("interval") != 5 || f.number("expires_in") == 0 || (f.text("binding_code") == "") != (c.binding == "none") {
				t.Fatalf("%v", f.body)
			}
			poll := func() form { return a.oktaFinish(w, "mfa-oob", token, "oob_code", f.text("oob_code")) }
			wantError(t, poll(), http.StatusBadRequest, "authorization_pending")
			if !c.decide(c.username) {
				t.Fatal("the phone does not ask")
			}
			clk.Advance(5 * time.Second)
			if got := poll(); got.text("error") != c.want {
				t.Errorf("%d %v", got.status, got.body)
			}
		})
	}
}

func TestOktaCodesThatAreSent(t *testing.T) {
	w, _ := start(t)
	a := newApp(t)
	for _, channel := range []string{"sms", "voice"} {
		token := a.oktaBegin(w, "hope@hooli.example")
		f := a.oktaChallenge(w, token, channel)
		if f.text("binding_method") != "prompt" || f.text("channel") != channel {
			t.Fatalf("%v", f.body)
		}
		wantError(t, a.oktaFinish(w, "mfa-oob", token, "oob_code", f.text("oob_code"), "binding_code", "x"), http.StatusBadRequest, "invalid_grant")
		code := sentCode(w, "hope@hooli.example", channel)
		wantTokens(t, a.oktaFinish(w, "mfa-oob", token, "oob_code", f.text("oob_code"), "binding_code", code), "hope@hooli.example", `["pwd","mfa"]`)
	}
}

func TestKeycloak(t *testing.T) {
	w, _ := start(t)
	a := newApp(t)
	token := w.Umbrella + "/realms/umbrella/protocol/openid-connect/token"
	pass := func(name string) string { return w.User("umbrella", name).Password }
	uma, ulf, ute := "uma@umbrella.example", "ulf@umbrella.example", "ute@umbrella.example"
	wantTokens(t, a.password(token, ulf, pass(ulf)), ulf, `["pwd"]`)
	wantTokens(t, a.password(token, uma, pass(uma), "otp", w.TOTP(uma)), uma, `["pwd","otp"]`)
	w.ForgetUsedCodes(uma)
	wantTokens(t, a.password(token, uma, pass(uma), "totp", w.TOTP(uma)), uma, `["pwd","otp"]`)
	// Whatever is wrong, the answer is the same.
	for name, f := range map[string]form{
		"no code":            a.password(token, uma, pass(uma)),
		"wrong code":         a.password(token, uma, pass(uma), "otp", "x"),
		"wrong password":     a.password(token, uma, "wrong"),
		"wrong, and to do":   a.password(token, ute, "wrong"),
		"nobody of the name": a.password(token, "x@umbrella.example", "x"),
	} {
		if f.status != http.StatusUnauthorized || f.text("error") != "invalid_grant" || f.text("error_description") != "Invalid user credentials" {
			t.Errorf("%s: %d %v", name, f.status, f.body)
		}
	}
	f := a.password(token, ute, pass(ute)) // a required action
	if wantError(t, f, http.StatusBadRequest, "invalid_grant"); f.text("error_description") != "Account is not fully set up" {
		t.Errorf("%v", f.body)
	}
}
