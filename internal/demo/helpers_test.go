package demo_test

import (
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"golang.org/x/oauth2"

	"latchkey/internal/clock/clocktest"
	"latchkey/internal/demo"
	"latchkey/internal/demo/walker"
)

func TestMain(m *testing.M) {
	slog.SetDefault(slog.New(slog.DiscardHandler)) // the library logs every refusal there
	goleak.VerifyTestMain(m)
}

// start starts a world whose clock stands still until the test turns it.
func start(t *testing.T) (*demo.World, *clocktest.Clock) {
	t.Helper()
	clk := clocktest.At(time.Date(2026, 11, 23, 9, 30, 0, 0, time.UTC))
	w, err := demo.Start(t.Context(), demo.Options{Clock: clk})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := w.Close(); err != nil {
			t.Error(err)
		}
	})
	return w, clk
}

// app is Latchkey's part, in its smallest form and written independently of it.
type app struct {
	t        *testing.T
	verifier string
	http     *http.Client
}

const callback = "http://127.0.0.1:1/callback"

func newApp(t *testing.T) *app {
	return &app{t: t, verifier: oauth2.GenerateVerifier(), http: &http.Client{
		Transport:     &http.Transport{DisableKeepAlives: true},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

// authorizeURL returns an address to open, with changes over what is usual; an empty change leaves a parameter out.
func (a *app) authorizeURL(w *demo.World, changes map[string]string) string {
	v := url.Values{
		"client_id": {demo.ClientID}, "response_type": {"code"}, "redirect_uri": {callback}, "state": {"the-state"}, "nonce": {"the-nonce"},
		"scope":          {"openid profile email offline_access"},
		"code_challenge": {oauth2.S256ChallengeFromVerifier(a.verifier)}, "code_challenge_method": {"S256"},
	}
	for name, value := range changes {
		if v.Del(name); value != "" {
			v.Set(name, value)
		}
	}
	return w.Acme + "/authorize?" + v.Encode()
}

// form is what a sign-in server answered.
type form struct {
	status int
	header http.Header
	body   map[string]any
}

func (f form) text(name string) string { s, _ := f.body[name].(string); return s }
func (f form) flag(name string) bool   { b, _ := f.body[name].(bool); return b }
func (f form) number(name string) int  { n, _ := f.body[name].(float64); return int(n) }

func (a *app) post(address string, pairs ...string) form {
	a.t.Helper()
	v := url.Values{}
	for i := 0; i < len(pairs); i += 2 {
		v.Add(pairs[i], pairs[i+1])
	}
	r, err := http.NewRequestWithContext(a.t.Context(), http.MethodPost, address, strings.NewReader(v.Encode()))
	if err != nil {
		a.t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return a.do(r)
}

func (a *app) get(address, bearer string) form {
	a.t.Helper()
	r, err := http.NewRequestWithContext(a.t.Context(), http.MethodGet, address, nil)
	if err != nil {
		a.t.Fatal(err)
	}
	if bearer != "" {
		r.Header.Set("Authorization", "Bearer "+bearer)
	}
	return a.do(r)
}

func (a *app) do(r *http.Request) form {
	a.t.Helper()
	answer, err := a.http.Do(r)
	if err != nil {
		a.t.Fatal(err)
	}
	defer func() { _ = answer.Body.Close() }()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		a.t.Fatal(err)
	}
	f := form{status: answer.StatusCode, header: answer.Header, body: map[string]any{}}
	if strings.HasPrefix(answer.Header.Get("Content-Type"), "application/json") && len(body) > 0 {
		if err := json.Unmarshal(body, &f.body); err != nil {
			a.t.Fatalf("%s: %v in %q", r.URL.Path, err, body)
		}
	}
	return f
}

// challenge sends a request to the challenge endpoint: the first one when session is empty.
func (a *app) challenge(w *demo.World, session string, pairs ...string) form {
	a.t.Helper()
	if session != "" {
		pairs = append(pairs, "auth_session", session)
	} else {
		pairs = append(pairs, "response_type", "code", "scope", "openid profile email offline_access", "nonce", "the-nonce",
			"code_challenge", oauth2.S256ChallengeFromVerifier(a.verifier), "code_challenge_method", "S256")
	}
	return a.post(w.Acme+"/authorize-challenge", append(pairs, "client_id", demo.ClientID)...)
}

// exchange redeems a code; redirect is empty for one from the challenge endpoint.
func (a *app) exchange(w *demo.World, code, redirect string) form {
	a.t.Helper()
	pairs := []string{"grant_type", "authorization_code", "client_id", demo.ClientID, "code", code, "code_verifier", a.verifier}
	if redirect != "" {
		pairs = append(pairs, "redirect_uri", redirect)
	}
	return a.post(w.Acme+"/oauth/token", pairs...)
}

func (a *app) refresh(w *demo.World, token string) form {
	a.t.Helper()
	return a.post(w.Acme+"/oauth/token", "grant_type", "refresh_token", "client_id", demo.ClientID, "refresh_token", token)
}

// signIn signs ben in by password and returns his tokens.
func (a *app) signIn(w *demo.World) form {
	a.t.Helper()
	ben := w.User("acme", "ben@acme.example")
	f := a.challenge(w, "", "username", ben.Username, "password", ben.Password)
	if f.status != http.StatusOK {
		a.t.Fatalf("challenge: %d %v", f.status, f.body)
	}
	tokens := a.exchange(w, f.text("authorization_code"), "")
	if tokens.status != http.StatusOK || tokens.text("access_token") == "" || tokens.text("refresh_token") == "" || tokens.text("id_token") == "" {
		a.t.Fatalf("token: %d %v", tokens.status, tokens.body)
	}
	return tokens
}

// agent is somebody of the demo world in front of a browser.
func agent(w *demo.World, org, username string) walker.Agent {
	u := w.User(org, username)
	a := walker.Agent{Username: u.Username, Password: u.Password}
	if u.TOTPSecret != "" {
		a.Code = func() string { return w.TOTP(username) }
	}
	return a
}

// walk opens an address and lets the agent sign in; it returns the answer to the app.
func walk(t *testing.T, who walker.Agent, address string) url.Values {
	t.Helper()
	b := walker.New(callback)
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

func wantError(t *testing.T, f form, status int, code string) {
	t.Helper()
	if f.status != status || f.text("error") != code {
		t.Errorf("got %d %v, want %d %s", f.status, f.body, status, code)
	}
}
