package oauth_test

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"latchkey/internal/config"
	"latchkey/internal/oauth"
	"latchkey/internal/oauth/oauthtest"
	"latchkey/internal/problem"
	"latchkey/internal/secret"
)

// binding starts a server that binds tokens, and discovers it.
func binding(t *testing.T, edits ...func(*oauthtest.Server)) *world {
	t.Helper()
	return serving(t, func(s *oauthtest.Server) { s.BindTokens = true }, edits...)
}

func wantNonce(s *oauthtest.Server) { s.WantNonce = true }

// proofs returns the proofs that came to a path, each with a genuine signature.
func (w *world) proofs(t *testing.T, path string) []oauthtest.Proof {
	t.Helper()
	var out []oauthtest.Proof
	for _, r := range w.Requests(path) {
		p, err := oauthtest.ReadProof(r.Header.Get("DPoP"))
		if err != nil {
			t.Fatalf("%s came with the proof %q: %v", path, r.Header.Get("DPoP"), err)
		}
		out = append(out, p)
	}
	return out
}

func (w *world) refresh(t *testing.T, tokens *oauth.Tokens) (*oauth.Tokens, error) {
	t.Helper()
	c, err := w.client.Bound(tokens.ProofKey)
	if err != nil {
		t.Fatal(err)
	}
	return c.Refresh(t.Context(), tokens.Refresh, oauth.Identity{Subject: "user-1"})
}

// One key for the whole session: code, token, userinfo, and the refresh of a later process.
func TestTokensAreBoundToOneKey(t *testing.T) {
	w := binding(t)
	w.SpoilClaims = func(claims map[string]any) { delete(claims, "name") }
	tokens := w.mustSignIn(t)
	if tokens.ProofKey.Len() != 43 {
		t.Fatalf("the key has %d characters", tokens.ProofKey.Len())
	}
	if _, err := w.client.Identify(t.Context(), tokens); err != nil {
		t.Fatal(err)
	}
	again, err := w.refresh(t, tokens)
	if err != nil {
		t.Fatal(err)
	}
	if !again.ProofKey.Equal(tokens.ProofKey) {
		t.Error("the session has another key now")
	}
	key := w.Requests(oauthtest.AuthorizePath)[0].Query.Get("dpop_jkt")
	all := append(w.proofs(t, oauthtest.TokenPath), w.proofs(t, oauthtest.UserInfoPath)...)
	if len(all) != 3 || slices.ContainsFunc(all, func(p oauthtest.Proof) bool { return p.Thumbprint != key }) {
		t.Errorf("dpop_jkt is %s, the proofs are %+v", key, all)
	}
	if got := w.Requests(oauthtest.UserInfoPath)[0].Header.Get("Authorization"); got != "DPoP "+tokens.Access.Reveal() {
		t.Error("userinfo was not asked with the scheme of bound tokens")
	}
	if _, err := w.client.Revoke(t.Context(), again.Refresh, again.Access); err != nil || w.Requests(oauthtest.RevokePath)[0].Header.Get("DPoP") != "" {
		t.Errorf("revoked with a proof that nobody asks for: %v", err)
	}
	if binding(t).mustSignIn(t).ProofKey.Equal(tokens.ProofKey) {
		t.Error("two sign-ins share a key")
	}
}

func TestDV19Proofs(t *testing.T) {
	w := binding(t)
	w.SpoilClaims = func(claims map[string]any) { delete(claims, "name") }
	tokens := w.mustSignIn(t)
	for range 2 {
		if _, err := w.client.Identify(t.Context(), tokens); err != nil {
			t.Fatal(err)
		}
	}
	token, info := w.proofs(t, oauthtest.TokenPath)[0], w.proofs(t, oauthtest.UserInfoPath)
	seen := map[string]bool{}
	for _, p := range append(info, token) {
		if seen[p.ID] || len(p.ID) < 22 {
			t.Errorf("jti %q is short, or used twice", p.ID)
		}
		seen[p.ID] = true
		jwk, _ := p.Header["jwk"].(map[string]any)
		members := []string{}
		for name := range jwk {
			members = append(members, name)
		}
		slices.Sort(members)
		if diff := cmp.Diff([]string{"crv", "kty", "x", "y"}, members); diff != "" || p.Header["typ"] != "dpop+jwt" || p.Header["alg"] != "ES256" {
			t.Errorf("header %v: %s", p.Header, diff)
		}
	}
	sum := sha256.Sum256([]byte(tokens.Access.Reveal()))
	if token.AccessHash != "" || info[0].AccessHash != base64.RawURLEncoding.EncodeToString(sum[:]) {
		t.Errorf("ath is %q at the token endpoint, %q at userinfo", token.AccessHash, info[0].AccessHash)
	}
	if token.Method != "POST" || token.Address != w.URL+oauthtest.TokenPath || info[0].Method != "GET" || info[0].Address != w.URL+oauthtest.UserInfoPath {
		t.Errorf("got %+v, %+v", token, info[0])
	}
	// The query is no part of the address.
	w.client.Server.UserInfoEndpoint += "?schema=openid"
	if _, err := w.client.Identify(t.Context(), tokens); err != nil {
		t.Error(err)
	}
}

func TestDV13OneRetryWithTheNonce(t *testing.T) {
	w := binding(t, wantNonce)
	w.SpoilClaims = func(claims map[string]any) { delete(claims, "name") }
	tokens := w.mustSignIn(t)
	sent := w.Requests(oauthtest.TokenPath)
	if len(sent) != 2 {
		t.Fatalf("the code was sent %d times", len(sent))
	}
	if diff := cmp.Diff(sent[0].Form, sent[1].Form); diff != "" {
		t.Error(diff)
	}
	if p := w.proofs(t, oauthtest.TokenPath); p[0].Nonce != "" || p[1].Nonce == "" || p[0].ID == p[1].ID {
		t.Errorf("got %+v", p)
	}
	// The nonce is known for that origin by now.
	if _, err := w.client.Identify(t.Context(), tokens); err != nil || w.Count(oauthtest.UserInfoPath) != 1 {
		t.Errorf("userinfo was asked %d times: %v", w.Count(oauthtest.UserInfoPath), err)
	}
	w.NewNonce()
	if _, err := w.client.Identify(t.Context(), tokens); err != nil || w.Count(oauthtest.UserInfoPath) != 3 {
		t.Errorf("userinfo was asked %d times: %v", w.Count(oauthtest.UserInfoPath), err)
	}
	w.NewNonce()
	before := w.Count(oauthtest.TokenPath)
	if _, err := w.refresh(t, tokens); err != nil || w.Count(oauthtest.TokenPath) != before+2 {
		t.Errorf("%d requests for a refresh: %v", w.Count(oauthtest.TokenPath)-before, err)
	}
}

func TestDV14NoNonceEver(t *testing.T) {
	w := binding(t)
	w.mustSignIn(t)
	if n := w.Count(oauthtest.TokenPath); n != 1 || w.proofs(t, oauthtest.TokenPath)[0].Nonce != "" {
		t.Errorf("%d requests", n)
	}
}

func TestDV15StopsAfterOneRetry(t *testing.T) {
	again := func(nonce string) oauthtest.Answer {
		return oauthtest.Answer{Status: 400, Header: map[string]string{"DPoP-Nonce": nonce}, Body: map[string]any{"error": "use_dpop_nonce"}}
	}
	for name, c := range map[string]struct {
		answers []oauthtest.Answer
		posts   int
	}{
		"another one each time":   {[]oauthtest.Answer{again("a"), again("b"), again("c")}, 2},
		"the same one":            {[]oauthtest.Answer{again("a"), again("a"), again("a")}, 2},
		"wanted and not told":     {[]oauthtest.Answer{oauthtest.Refused(400, "use_dpop_nonce"), again("b")}, 1},
		"one that cannot be sent": {[]oauthtest.Answer{again("a b"), again("b")}, 1},
		"one that is too long":    {[]oauthtest.Answer{again(strings.Repeat("n", 2000)), again("b")}, 1},
	} {
		w := binding(t)
		f := newFlow(t)
		code := w.code(t, f, oauth.AuthorizeOptions{})
		w.Next(oauthtest.TokenPath, c.answers...)
		_, err := w.client.Exchange(t.Context(), f, code, redirectURI)
		wants(t, err, problem.KeyRefused)
		if n := w.Count(oauthtest.TokenPath); n != c.posts {
			t.Errorf("%s: %d requests, want %d", name, n, c.posts)
		}
	}
}

func TestDV16NonceOfA200IsRemembered(t *testing.T) {
	w := binding(t)
	w.SpoilClaims = func(claims map[string]any) { delete(claims, "name") }
	var seen []string
	elsewhere := oauthtest.New(t)
	elsewhere.Handle(oauthtest.UserInfoPath, func(rw http.ResponseWriter, r *http.Request) {
		p, err := oauthtest.ReadProof(r.Header.Get("DPoP"))
		if err != nil {
			t.Error(err)
		}
		seen = append(seen, p.Nonce)
		rw.Header().Set("DPoP-Nonce", "elsewhere-"+string(rune('0'+len(seen))))
		rw.Header().Set("Content-Type", "application/json")
		_, _ = rw.Write([]byte(`{"sub":"user-1"}`))
	})
	w.client.Server.UserInfoEndpoint = elsewhere.URL + oauthtest.UserInfoPath
	tokens := w.mustSignIn(t)
	for range 3 {
		if _, err := w.client.Identify(t.Context(), tokens); err != nil {
			t.Fatal(err)
		}
	}
	if diff := cmp.Diff([]string{"", "elsewhere-1", "elsewhere-2"}, seen); diff != "" {
		t.Error(diff)
	}
	if _, err := w.client.Refresh(t.Context(), tokens.Refresh, oauth.Identity{}); err != nil {
		t.Fatal(err)
	}
	if p := w.proofs(t, oauthtest.TokenPath); p[len(p)-1].Nonce != "" {
		t.Errorf("the token endpoint got the nonce of another origin: %+v", p)
	}
}

func TestDV20ClockIsOff(t *testing.T) {
	for name, c := range map[string]struct {
		off  time.Duration // the server's clock minus ours
		edit func(*oauthtest.Server)
		want problem.Code
	}{
		"ten minutes behind, nonces":    {10 * time.Minute, wantNonce, ""},
		"ten minutes ahead, nonces":     {-10 * time.Minute, wantNonce, ""},
		"ten minutes behind, no nonces": {10 * time.Minute, func(*oauthtest.Server) {}, ""},
		"ten minutes ahead, no nonces":  {-10 * time.Minute, func(*oauthtest.Server) {}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			s := oauthtest.New(t)
			s.BindTokens = true
			c.edit(s)
			w := discover(t, s, func(o *config.Organization) { o.Scopes = []string{"offline_access"} })
			s.Now = func() time.Time { return time.Now().Add(c.off) }
			s.DateNow = s.Now
			if _, err := w.client.DeviceAuthorize(t.Context()); err != nil { // any answer tells the time
				t.Fatal(err)
			}
			_, err := w.signIn(t)
			wants(t, err, c.want)
		})
	}
	// Refused all the same: the clock is what people are told about.
	s := oauthtest.New(t)
	s.BindTokens, s.DateNow = true, func() time.Time { return time.Now().Add(10 * time.Minute) }
	w := discover(t, s)
	s.Next(oauthtest.TokenPath, oauthtest.Refused(400, "invalid_dpop_proof"))
	_, err := w.client.Refresh(t.Context(), secret.New("refresh"), oauth.Identity{})
	wants(t, err, problem.KeyRefused) // not the end of the session: the key may be good
	if p := problem.From(err); !strings.Contains(p.Why, "10m0s behind") || !strings.Contains(p.Fix, "clock") {
		t.Errorf("got %+v", p)
	}
}

func TestDV21LostKeyEndsTheSession(t *testing.T) {
	for name, key := range map[string]secret.Text{
		"lost": {}, "another": secret.New("AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE"),
	} {
		w := binding(t)
		tokens := w.mustSignIn(t)
		before := w.Count(oauthtest.TokenPath)
		tokens.ProofKey = key
		_, err := w.refresh(t, tokens)
		wants(t, err, problem.SessionEnded)
		if n := w.Count(oauthtest.TokenPath) - before; n != 1 {
			t.Errorf("%s: %d requests", name, n)
		}
		// Some servers call it a bad proof.
		w.Next(oauthtest.TokenPath, oauthtest.Refused(401, "invalid_dpop_proof"))
		_, err = w.refresh(t, tokens)
		wants(t, err, problem.SessionEnded)
		hides(t, err, tokens.Refresh.Reveal(), key.Reveal())
	}
	w := binding(t)
	for name, damaged := range map[string]string{"no base64url": "*", "short": "AQ", "zero": strings.Repeat("A", 43), "too large": "_____" + strings.Repeat("_", 37) + "8"} {
		if _, err := w.client.Bound(secret.New(damaged)); !problem.Has(err, problem.SessionEnded) {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

func TestDV23DowngradeIsRefused(t *testing.T) {
	for _, kind := range []any{"Bearer", "bearer", "", nil, "mac", "N_A"} {
		w := binding(t)
		w.SpoilTokens = func(answer map[string]any) { answer["token_type"] = kind }
		tokens, err := w.signIn(t)
		want := problem.TokenMalformed
		if s, _ := kind.(string); strings.EqualFold(s, "bearer") {
			want = problem.TokenNotBound
			if w.Count(oauthtest.RevokePath) != 1 {
				t.Error("what was granted is not ended")
			}
		}
		if wants(t, err, want); tokens != nil {
			t.Errorf("%v: got tokens", kind)
		}
	}
	for _, kind := range []string{"DPoP", "dpop", "DPOP"} {
		w := binding(t)
		w.SpoilTokens = func(answer map[string]any) { answer["token_type"] = kind }
		w.mustSignIn(t)
	}
	// Also when the session is renewed.
	w := binding(t)
	tokens := w.mustSignIn(t)
	w.SpoilTokens = func(answer map[string]any) { answer["token_type"] = "Bearer" }
	_, err := w.refresh(t, tokens)
	wants(t, err, problem.TokenNotBound)
}

func TestNothingIsBoundUnlessOffered(t *testing.T) {
	for name, c := range map[string]struct {
		algs []string
		dpop string
	}{
		"not offered": {nil, "auto"}, "other algorithms": {[]string{"RS256", "EdDSA"}, ""}, "switched off": {[]string{"ES256"}, config.DPoPOff},
	} {
		s := oauthtest.New(t)
		s.SpoilMetadata = func(m map[string]any) { m["dpop_signing_alg_values_supported"] = c.algs }
		w := discover(t, s, func(o *config.Organization) { o.DPoP = c.dpop })
		if tokens := w.mustSignIn(t); !tokens.ProofKey.Empty() || w.Requests(oauthtest.TokenPath)[0].Header.Get("DPoP") != "" ||
			w.Requests(oauthtest.AuthorizePath)[0].Query.Has("dpop_jkt") {
			t.Errorf("%s: a key was shown", name)
		}
	}
}

// A device's tokens are bound by the poll that brings them.
func TestDeviceTokensAreBound(t *testing.T) {
	w := deviceServer(t)
	w.BindTokens, w.WantNonce = true, true
	w.client = discoverWith(t, w)
	d, err := w.authorize(t, nil)
	if err != nil {
		t.Fatal(err)
	}
	w.DecideDevice(true)
	tokens, err := w.client.DeviceWait(context.Background(), d, newFlow(t))
	if err != nil || tokens.ProofKey.Empty() {
		t.Fatalf("got %v", err)
	}
}
