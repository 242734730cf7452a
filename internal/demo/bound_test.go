package demo_test

import (
	"crypto/rand"
	"net/http"
	"testing"
	"time"

	"golang.org/x/oauth2"

	"latchkey/internal/clock"
	"latchkey/internal/config"
	"latchkey/internal/demo"
	"latchkey/internal/oauth"
	"latchkey/internal/secret"
	"latchkey/internal/transport"
)

// client is Latchkey's own at Acme.
func client(t *testing.T, w *demo.World, clk clock.Clock) *oauth.Client {
	t.Helper()
	way := transport.New(transport.Options{Clock: clk})
	t.Cleanup(way.Close)
	c, err := oauth.Discover(t.Context(), way, clk, rand.Reader, config.Organization{ID: "acme", Name: "Acme", Issuer: w.Acme, ClientID: demo.ClientID})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// A request that was pushed, and tokens that are bound to a key: together and alone.
func TestPushedAndBound(t *testing.T) {
	for name, scenarios := range map[string][]string{
		"neither": nil, "pushed": {"pushed-requests"}, "bound": {"bound-tokens"}, "both": {"pushed-requests", "bound-tokens"},
	} {
		t.Run(name, func(t *testing.T) {
			w, clk := start(t)
			pushes, binds := false, false
			for _, s := range scenarios {
				act(t, w, s)
				pushes, binds = pushes || s == "pushed-requests", binds || s == "bound-tokens"
			}
			c := client(t, w, clk)
			flow, err := oauth.NewFlow(rand.Reader)
			if err != nil {
				t.Fatal(err)
			}
			request, err := c.Authorize(t.Context(), flow, callback, oauth.AuthorizeOptions{})
			if err != nil || request.Once != pushes || w.Count("acme", "request pushed") > 0 != pushes {
				t.Fatalf("%+v, %v", request, err)
			}
			q := walk(t, agent(w, "acme", "ben@acme.example"), request.URL)
			if q.Get("state") != flow.State.Reveal() {
				t.Errorf("%v", q)
			}
			tokens, err := c.Exchange(t.Context(), flow, secret.New(q.Get("code")), callback)
			if err != nil {
				t.Fatal(err)
			}
			if tokens.ProofKey.Empty() == binds {
				t.Errorf("bound: %v, want %v", !tokens.ProofKey.Empty(), binds)
			}
			if who, err := c.Identify(t.Context(), tokens); err != nil || who.Username != "ben@acme.example" {
				t.Errorf("%+v, %v", who, err)
			}
			a := newApp(t)
			if status := a.get(w.Acme+"/userinfo", tokens.Access.Reveal()).status; status == http.StatusUnauthorized != binds {
				t.Errorf("without the key: %d", status)
			}
			if binds { // a stolen refresh token is of no use, and stays good
				f := a.post(w.Acme+"/oauth/token", "grant_type", "refresh_token", "client_id", demo.ClientID, "refresh_token", tokens.Refresh.Reveal())
				wantError(t, f, http.StatusBadRequest, "invalid_grant")
			}
			kept, err := c.Bound(tokens.ProofKey)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := kept.Refresh(t.Context(), tokens.Refresh, oauth.Identity{}); err != nil {
				t.Errorf("refresh: %v", err)
			}
		})
	}
}

// A password goes out once, with the nonce that the server wants.
func TestBoundPassword(t *testing.T) {
	w, clk := start(t)
	act(t, w, "bound-tokens")
	c := client(t, w, clk)
	flow, err := oauth.NewFlow(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	answer, err := c.NewChallenge(flow).Send(t.Context(), map[oauth.Field]secret.Text{
		oauth.FieldUsername: secret.New("ben@acme.example"), oauth.FieldPassword: secret.New(w.User("acme", "ben@acme.example").Password),
	})
	if err != nil || answer.Code.Empty() {
		t.Fatalf("%+v, %v", answer, err)
	}
	if tokens, err := c.Exchange(t.Context(), flow, answer.Code, ""); err != nil || tokens.ProofKey.Empty() {
		t.Errorf("%+v, %v", tokens, err)
	}
}

// A reference is good once, for its app, and for a short while; a request that was not pushed is refused.
func TestPushedRequestsAreStrict(t *testing.T) {
	w, clk := start(t)
	act(t, w, "pushed-requests")
	a := newApp(t)
	push := func(more ...string) form {
		return a.post(w.Acme+"/par", append([]string{
			"client_id", demo.ClientID, "response_type", "code", "redirect_uri", callback, "state", "s",
			"code_challenge", oauth2.S256ChallengeFromVerifier(a.verifier), "code_challenge_method", "S256",
		}, more...)...)
	}
	wantError(t, push("request_uri", "urn:x"), http.StatusBadRequest, "invalid_request")
	wantError(t, a.post(w.Acme+"/par", "client_id", "nobody"), http.StatusUnauthorized, "invalid_client")
	wantError(t, a.post(w.Acme+"/par", "client_id", demo.ClientID, "response_type", "code", "redirect_uri", "https://evil.example/"),
		http.StatusBadRequest, "invalid_request")
	at := func(f form) string {
		if f.status != http.StatusCreated || f.number("expires_in") <= 0 {
			t.Fatalf("%d %v", f.status, f.body)
		}
		return w.Acme + "/authorize?client_id=" + demo.ClientID + "&request_uri=" + f.text("request_uri")
	}
	address := at(push())
	if q := walk(t, agent(w, "acme", "ben@acme.example"), address); q.Get("state") != "s" || q.Get("code") == "" {
		t.Errorf("%v", q)
	}
	if f := a.get(address, ""); f.status != http.StatusBadRequest {
		t.Errorf("used: %d", f.status)
	}
	late := at(push())
	clk.Advance(6 * time.Minute)
	if f := a.get(late, ""); f.status != http.StatusBadRequest {
		t.Errorf("too late: %d", f.status)
	}
	if f := a.get(a.authorizeURL(w, nil), ""); f.status != http.StatusSeeOther || f.header.Get("Location") == "" {
		t.Errorf("not pushed: %d", f.status)
	}
}
