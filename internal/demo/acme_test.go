package demo_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"

	"latchkey/internal/demo"
	"latchkey/internal/demo/walker"
)

func TestMetadata(t *testing.T) {
	w, _ := start(t)
	a := newApp(t)
	for _, path := range []string{"/.well-known/openid-configuration", "/.well-known/oauth-authorization-server"} {
		f := a.get(w.Acme+path, "")
		if f.status != http.StatusOK {
			t.Fatalf("%s: %d", path, f.status)
		}
		for name, want := range map[string]string{
			"issuer": w.Acme, "authorization_endpoint": w.Acme + "/authorize", "token_endpoint": w.Acme + "/oauth/token",
			"authorization_challenge_endpoint": w.Acme + "/authorize-challenge", "jwks_uri": w.Acme + "/keys",
			"device_authorization_endpoint": w.Acme + "/device_authorization", "revocation_endpoint": w.Acme + "/revoke",
			"userinfo_endpoint": w.Acme + "/userinfo",
		} {
			if got := f.text(name); got != want {
				t.Errorf("%s: %s = %q, want %q", path, name, got, want)
			}
		}
		if methods, _ := f.body["code_challenge_methods_supported"].([]any); len(methods) != 1 || methods[0] != "S256" {
			t.Errorf("code_challenge_methods_supported = %v", methods)
		}
		if !f.flag("authorization_response_iss_parameter_supported") {
			t.Error("does not say that it names the issuer in answers")
		}
	}
}

func TestBrowserSignIn(t *testing.T) {
	w, clk := start(t)
	for _, name := range []string{"ben@acme.example", "amy@acme.example", "sam@acme.example", "una.söderström@acme.example", "lin@acme.example"} {
		t.Run(name, func(t *testing.T) {
			a := newApp(t)
			q := walk(t, agent(w, "acme", name), a.authorizeURL(w, nil))
			if q.Get("state") != "the-state" || q.Get("iss") != w.Acme || q.Get("code") == "" {
				t.Fatalf("answer %v", q)
			}
			f := a.exchange(w, q.Get("code"), callback)
			if f.status != http.StatusOK || f.number("expires_in") != 3600 || !strings.EqualFold(f.text("token_type"), "Bearer") {
				t.Fatalf("token: %d %v", f.status, f.body)
			}
			if f.header.Get("Cache-Control") != "no-store" {
				t.Error("tokens may be cached")
			}
			ctx := oidc.ClientContext(t.Context(), a.http)
			provider, err := oidc.NewProvider(ctx, w.Acme)
			if err != nil {
				t.Fatal(err)
			}
			id, err := provider.Verifier(&oidc.Config{ClientID: demo.ClientID, Now: clk.Now}).Verify(ctx, f.text("id_token"))
			if err != nil {
				t.Fatal(err)
			}
			if id.Nonce != "the-nonce" || !id.IssuedAt.Equal(clk.Now()) || !id.Expiry.Equal(clk.Now().Add(time.Hour)) {
				t.Errorf("nonce %q, issued %v, expires %v on a clock at %v", id.Nonce, id.IssuedAt, id.Expiry, clk.Now())
			}
			if err := id.VerifyAccessToken(f.text("access_token")); err != nil {
				t.Error(err)
			}
			info := a.get(w.Acme+"/userinfo", f.text("access_token"))
			if info.status != http.StatusOK || info.text("sub") != id.Subject || info.text("email") != name {
				t.Errorf("userinfo: %d %v", info.status, info.body)
			}
		})
	}
}

func TestAuthorizeRefusesTheUnknown(t *testing.T) {
	w, _ := start(t)
	for name, change := range map[string]map[string]string{
		"unknown app":      {"client_id": "nobody"},
		"no app":           {"client_id": ""},
		"other host":       {"redirect_uri": "http://evil.example:80/callback"},
		"other path":       {"redirect_uri": "http://127.0.0.1:1/other"},
		"https":            {"redirect_uri": "https://127.0.0.1:1/callback"},
		"another loopback": {"redirect_uri": "http://127.0.0.2:1/callback"},
		"query":            {"redirect_uri": "http://127.0.0.1:1/callback?x=1"},
		"fragment":         {"redirect_uri": "http://127.0.0.1:1/callback#x"},
		"userinfo":         {"redirect_uri": "http://a@127.0.0.1:1/callback"},
		"no redirect":      {"redirect_uri": ""},
		"used request_uri": {"request_uri": "urn:ietf:params:oauth:request_uri:none"},
	} {
		t.Run(name, func(t *testing.T) {
			b := walker.New("http://127.0.0.1:1/")
			if err := b.Open(t.Context(), newApp(t).authorizeURL(w, change)); err != nil {
				t.Fatal(err)
			}
			if b.Answer != nil || b.Status != http.StatusBadRequest || b.Has("sign-in") {
				t.Errorf("answer %v, status %d, page %q", b.Answer, b.Status, b.Title())
			}
		})
	}
}

func TestRedirectAddresses(t *testing.T) {
	w, _ := start(t)
	for _, redirect := range []string{"http://127.0.0.1:40123/callback", "http://[::1]:40123/callback", "http://localhost:40123/callback"} {
		b := walker.New(redirect)
		if err := b.Open(t.Context(), newApp(t).authorizeURL(w, map[string]string{"redirect_uri": redirect})); err != nil {
			t.Fatal(err)
		}
		if !b.Has("sign-in") {
			t.Errorf("%s: %q", redirect, b.Text())
		}
	}
}

// The negative probe: a server that takes less than S256 makes PKCE worthless.
func TestAZ03WrongOrAbsentPKCE(t *testing.T) {
	w, _ := start(t)
	for name, change := range map[string]map[string]string{
		"absent":        {"code_challenge": "", "code_challenge_method": ""},
		"plain":         {"code_challenge_method": "plain"},
		"no method":     {"code_challenge_method": ""},
		"unknown":       {"code_challenge_method": "S512"},
		"short":         {"code_challenge": "abc"},
		"not base64url": {"code_challenge": strings.Repeat("+", 43)},
	} {
		t.Run(name, func(t *testing.T) {
			a := newApp(t)
			b := walker.New(callback)
			if err := b.Open(t.Context(), a.authorizeURL(w, change)); err != nil {
				t.Fatal(err)
			}
			if b.Answer == nil {
				t.Fatalf("not answered: %q", b.Text())
			}
			q := b.Answer.Query()
			if q.Get("error") != "invalid_request" || q.Get("state") != "the-state" || q.Get("iss") != w.Acme || q.Has("code") {
				t.Errorf("answer %v", q)
			}
		})
	}
	t.Run("at the challenge endpoint", func(t *testing.T) {
		f := newApp(t).post(w.Acme+"/authorize-challenge", "client_id", demo.ClientID, "response_type", "code", "username", "x", "password", "y")
		wantError(t, f, http.StatusBadRequest, "invalid_request")
	})
	t.Run("wrong verifier", func(t *testing.T) {
		a := newApp(t)
		q := walk(t, agent(w, "acme", "ben@acme.example"), a.authorizeURL(w, nil))
		right := a.verifier
		a.verifier = newApp(t).verifier
		wantError(t, a.exchange(w, q.Get("code"), callback), http.StatusBadRequest, "invalid_grant")
		a.verifier = right
		wantError(t, a.exchange(w, q.Get("code"), callback), http.StatusBadRequest, "invalid_grant") // used up
	})
	t.Run("absent verifier", func(t *testing.T) {
		a := newApp(t)
		q := walk(t, agent(w, "acme", "ben@acme.example"), a.authorizeURL(w, nil))
		f := a.post(w.Acme+"/oauth/token", "grant_type", "authorization_code", "client_id", demo.ClientID, "code", q.Get("code"), "redirect_uri", callback)
		wantError(t, f, http.StatusBadRequest, "invalid_request")
	})
}

func TestErrorsGoBackWithTheIssuer(t *testing.T) {
	w, _ := start(t)
	for want, change := range map[string]map[string]string{
		"unsupported_response_type": {"response_type": "token"},
		"invalid_request":           {"response_mode": "form_post"},
		"login_required":            {"prompt": "none"},
		"request_not_supported":     {"request": "e30.e30."},
	} {
		b := walker.New(callback)
		if err := b.Open(t.Context(), newApp(t).authorizeURL(w, change)); err != nil {
			t.Fatal(err)
		}
		if b.Answer == nil || b.Answer.Query().Get("error") != want || b.Answer.Query().Get("iss") != w.Acme {
			t.Errorf("%v: answer %v, want %s", change, b.Answer, want)
		}
	}
	who := agent(w, "acme", "ben@acme.example")
	who.Refuse = true
	if q := walk(t, who, newApp(t).authorizeURL(w, nil)); q.Get("error") != "access_denied" || q.Get("iss") != w.Acme || q.Get("state") != "the-state" {
		t.Errorf("cancelled: %v", q)
	}
}

func TestLoginBelongsToItsBrowser(t *testing.T) {
	w, _ := start(t)
	b := walker.New(callback)
	if err := b.Open(t.Context(), newApp(t).authorizeURL(w, nil)); err != nil {
		t.Fatal(err)
	}
	stranger := walker.New(callback)
	if err := stranger.Open(t.Context(), b.Address.String()); err != nil {
		t.Fatal(err)
	}
	if stranger.Status != http.StatusNotFound || stranger.Has("password") {
		t.Errorf("another browser got %d %q", stranger.Status, stranger.Title())
	}
}

func TestBrowserRemembers(t *testing.T) {
	w, _ := start(t)
	a := newApp(t)
	b := walker.New(callback)
	if err := b.Open(t.Context(), a.authorizeURL(w, map[string]string{"login_hint": "ben@acme.example"})); err != nil {
		t.Fatal(err)
	}
	if got := b.Value("username"); got != "ben@acme.example" {
		t.Errorf("the hint is not filled in: %q", got)
	}
	if err := agent(w, "acme", "ben@acme.example").SignIn(t.Context(), b); err != nil {
		t.Fatal(err)
	}
	again := b.Another(callback)
	if err := again.Open(t.Context(), a.authorizeURL(w, nil)); err != nil {
		t.Fatal(err)
	}
	if !again.Has("continue") || again.Has("password") {
		t.Fatalf("signed in already, and asked at %q", again.Text())
	}
	if err := again.Submit(t.Context(), "continue", nil); err != nil || again.Answer == nil {
		t.Fatalf("continue: %v, %q", err, again.Text())
	}
	forced := b.Another(callback)
	if err := forced.Open(t.Context(), a.authorizeURL(w, map[string]string{"prompt": "login"})); err != nil {
		t.Fatal(err)
	}
	if !forced.Has("password") {
		t.Errorf("prompt=login did not ask: %q", forced.Text())
	}
	other := b.Another(callback)
	if err := other.Open(t.Context(), a.authorizeURL(w, map[string]string{"login_hint": "amy@acme.example"})); err != nil {
		t.Fatal(err)
	}
	if !other.Has("password") {
		t.Errorf("another hint did not ask: %q", other.Text())
	}
}

func TestWrongPasswordOnThePage(t *testing.T) {
	w, _ := start(t)
	b := walker.New(callback)
	if err := b.Open(t.Context(), newApp(t).authorizeURL(w, nil)); err != nil {
		t.Fatal(err)
	}
	wrong := func(username string) string {
		if err := b.Submit(t.Context(), "sign-in", map[string]string{"username": username, "password": "wrong"}); err != nil {
			t.Fatal(err)
		}
		return strings.ReplaceAll(b.Text(), username, "")
	}
	if known, unknown := wrong("ben@acme.example"), wrong("nobody@acme.example"); known != unknown {
		t.Errorf("tells who exists:\n%s\n%s", known, unknown)
	}
	if b.Value("username") != "nobody@acme.example" || b.Value("password") != "" {
		t.Error("the e-mail is not kept, or the password is")
	}
}
