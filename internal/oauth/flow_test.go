package oauth_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"io"
	"net/url"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"latchkey/internal/oauth"
	"latchkey/internal/oauth/oauthtest"
	"latchkey/internal/problem"
)

func TestAZ01VerifiersAreUniqueAndS256(t *testing.T) {
	w := connect(t)
	seen := map[string]bool{}
	for range 10_000 {
		f := newFlow(t)
		verifier := f.Verifier.Reveal()
		if len(verifier) < 43 || len(verifier) > 128 || strings.Trim(verifier, unreserved) != "" {
			t.Fatalf("%d characters, or some that are not unreserved", len(verifier))
		}
		if seen[verifier] {
			t.Fatal("a verifier came twice")
		}
		seen[verifier] = true
	}
	f := newFlow(t)
	q := authorizationQuery(t, w, f, oauth.AuthorizeOptions{})
	sum := sha256.Sum256([]byte(f.Verifier.Reveal()))
	if want := base64.RawURLEncoding.EncodeToString(sum[:]); q.Get("code_challenge") != want || q.Get("code_challenge_method") != "S256" {
		t.Errorf("challenge %q by %q", q.Get("code_challenge"), q.Get("code_challenge_method"))
	}
}

const unreserved = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~"

func authorizationQuery(t *testing.T, w *world, f oauth.Flow, o oauth.AuthorizeOptions) url.Values {
	t.Helper()
	address, err := w.client.AuthorizationURL(f, redirectURI, o)
	if err != nil {
		t.Fatal(err)
	}
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	return u.Query()
}

// CB-16 asks for 10^6 values; 3 × 10^5 with 256 bits each show the same.
func TestCB16StatesNoncesAndVerifiersNeverRepeat(t *testing.T) {
	seen := make(map[string]bool, 300_000)
	for range 100_000 {
		f := newFlow(t)
		for _, v := range []string{f.State.Reveal(), f.Nonce.Reveal(), f.Verifier.Reveal()} {
			if raw, err := base64.RawURLEncoding.DecodeString(v); err != nil || len(raw) < 16 {
				t.Fatalf("%d bytes (%v)", len(raw), err)
			}
			if seen[v] {
				t.Fatal("a value came twice")
			}
			seen[v] = true
		}
	}
}

func TestNewFlowReportsBrokenRandomness(t *testing.T) {
	for name, r := range map[string]io.Reader{
		"fails": iotest.ErrReader(errors.New("no entropy")), "short": bytes.NewReader(make([]byte, 70)),
	} {
		if f, err := oauth.NewFlow(r); err == nil || !f.Verifier.Empty() {
			t.Errorf("%s: got a flow", name)
		}
	}
}

func TestFlowIsWiped(t *testing.T) {
	f := newFlow(t)
	f.Wipe()
	if !f.Verifier.Empty() || !f.State.Empty() || !f.Nonce.Empty() {
		t.Error("a value is still there")
	}
}

func TestAZ04AZ05AuthorizationRequest(t *testing.T) {
	w := connect(t)
	f := newFlow(t)
	got := authorizationQuery(t, w, f, oauth.AuthorizeOptions{})
	want := url.Values{
		"response_type": {"code"}, "client_id": {w.ClientID}, "redirect_uri": {redirectURI},
		"scope": {"openid profile email offline_access"}, "state": {f.State.Reveal()}, "nonce": {f.Nonce.Reveal()},
		"code_challenge": got["code_challenge"], "code_challenge_method": {"S256"},
	}
	if got.Encode() != want.Encode() {
		t.Errorf("got  %v\nwant %v", got, want)
	}
	other := authorizationQuery(t, w, newFlow(t), oauth.AuthorizeOptions{})
	if got.Get("state") == other.Get("state") || got.Get("nonce") == other.Get("nonce") {
		t.Error("two flows share a value")
	}
}

func TestAZ08AuthorizationEndpointWithAQuery(t *testing.T) {
	s := oauthtest.New(t)
	s.SpoilMetadata = func(m map[string]any) { m["authorization_endpoint"] = s.URL + "/authorize?tenant=a%20b" }
	w := discover(t, s)
	if q := authorizationQuery(t, w, newFlow(t), oauth.AuthorizeOptions{}); q.Get("tenant") != "a b" || q.Get("client_id") == "" {
		t.Errorf("got %v", q)
	}
	for name, spoiled := range map[string]string{
		"fragment": "/authorize#x", "our parameter": "/authorize?client_id=evil", "broken query": "/authorize?a=%zz", "semicolon": "/authorize?a=1;b=2",
	} {
		s.SpoilMetadata = func(m map[string]any) { m["authorization_endpoint"] = s.URL + spoiled }
		w, err := tryDiscover(t, s)
		if err == nil {
			_, err = w.client.AuthorizationURL(newFlow(t), redirectURI, oauth.AuthorizeOptions{})
		}
		if !problem.Has(err, problem.EndpointUnsafe) {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

func TestAZ09HostileAuthorizationEndpoints(t *testing.T) {
	for _, hostile := range []string{
		"file:///etc/passwd", "javascript:alert(1)", "smb://h/s", "ms-msdt:/id", "search-ms:query=x", `C:\x`, `\\h\s`,
		"-a Calculator", "--x", "http://evil.example/", "https://user:pw@evil.example/", "https://evil.example/\n", "", "/authorize",
		`https://x/"; calc`, "https://",
	} {
		s := oauthtest.New(t)
		s.SpoilMetadata = func(m map[string]any) { m["authorization_endpoint"] = hostile }
		w, err := tryDiscover(t, s)
		if err == nil {
			t.Errorf("%q was taken: %s", hostile, w.client.Server.AuthorizationEndpoint)
		}
	}
}

func TestAZ10AddressIsSerialisedAnew(t *testing.T) {
	s := oauthtest.New(t)
	s.SpoilMetadata = func(m map[string]any) { m["authorization_endpoint"] = "https://LOGIN.example/a b/../$(calc)?x='y'" }
	if w, err := tryDiscover(t, s); err == nil {
		t.Errorf("an address with a space was taken: %s", w.client.Server.AuthorizationEndpoint)
	}
	s.SpoilMetadata = func(m map[string]any) { m["authorization_endpoint"] = "https://LOGIN.example/$(calc)" }
	w := discover(t, s)
	address, err := w.client.AuthorizationURL(newFlow(t), redirectURI, oauth.AuthorizeOptions{})
	if err != nil {
		t.Fatal(err)
	}
	u, err := url.Parse(address)
	if err != nil || u.String() != address || !strings.HasPrefix(address, "https://login.example/$(calc)?") {
		t.Errorf("got %s (%v)", address, err)
	}
}

func TestAZ16LoginHintIsEncoded(t *testing.T) {
	w := connect(t)
	for _, hint := range []string{"a&client_id=evil", "a#b", "50%", "ü😀@x", "a b+c=d", "\"'<>"} {
		q := authorizationQuery(t, w, newFlow(t), oauth.AuthorizeOptions{LoginHint: hint})
		if q.Get("login_hint") != hint || len(q["client_id"]) != 1 {
			t.Errorf("%q came as %q", hint, q.Get("login_hint"))
		}
	}
}

func TestAZ17ID30FreshSignInIsAskedForAndChecked(t *testing.T) {
	for name, c := range map[string]struct {
		spoil func(map[string]any)
		fast  time.Duration // this computer's clock
		want  problem.Code
	}{
		"signed in just now":                {nil, 0, ""},
		"no auth_time":                      {func(m map[string]any) { delete(m, "auth_time") }, 0, problem.IDTokenInvalid},
		"an old sign-in":                    {func(m map[string]any) { m["auth_time"] = m["auth_time"].(int64) - 3600 }, 0, problem.IDTokenInvalid},
		"just now, with a fast clock":       {nil, 40 * time.Minute, ""},
		"an old sign-in, with a fast clock": {func(m map[string]any) { m["auth_time"] = m["auth_time"].(int64) - 3600 }, 40 * time.Minute, problem.IDTokenInvalid},
	} {
		t.Run(name, func(t *testing.T) {
			w := connect(t)
			w.SpoilClaims = c.spoil
			w.Now = func() time.Time { return w.clock.Now().Add(-c.fast) }
			w.DateNow = w.Now
			f := newFlow(t)
			f.SignedInSince = w.clock.Now()
			o := oauth.AuthorizeOptions{Prompt: "login"}
			if q := authorizationQuery(t, w, f, o); q.Get("prompt") != "login" || q.Get("max_age") != "0" {
				t.Errorf("asked with %v", q)
			}
			_, err := w.client.Exchange(t.Context(), f, w.code(t, f, o), redirectURI)
			wants(t, err, c.want)
		})
	}
}

func TestCompanyHintOnlyWhenAsked(t *testing.T) {
	w := connect(t)
	if q := authorizationQuery(t, w, newFlow(t), oauth.AuthorizeOptions{}); q.Has("idp_hint") {
		t.Errorf("got %v", q)
	}
	if q := authorizationQuery(t, w, newFlow(t), oauth.AuthorizeOptions{Company: true}); q.Get("idp_hint") != "company" {
		t.Errorf("got %v", q)
	}
}

func TestRedirectAddressIsLoopbackOrHTTPS(t *testing.T) {
	w := connect(t)
	for _, bad := range []string{"http://evil.example/callback", "", "app:/callback", "http://127.0.0.1:1/#x"} {
		if _, err := w.client.AuthorizationURL(newFlow(t), bad, oauth.AuthorizeOptions{}); err == nil {
			t.Errorf("%q was taken", bad)
		}
	}
}

func TestMF27MF29RequestURIIsOnlyAParameter(t *testing.T) {
	w := connect(t)
	for _, uri := range []string{"urn:ietf:params:oauth:request_uri:6esc_11ACC5bwc014ltc14eY22c", "https://evil.example/x?y=z&client_id=evil"} {
		address, err := w.client.RequestURI(uri)
		if err != nil {
			t.Fatal(err)
		}
		u, _ := url.Parse(address)
		if got := u.Scheme + "://" + u.Host + u.Path; got != w.client.Server.AuthorizationEndpoint {
			t.Errorf("opens %s", got)
		}
		if want := (url.Values{"client_id": {w.ClientID}, "request_uri": {uri}}); u.Query().Encode() != want.Encode() {
			t.Errorf("got %v", u.Query())
		}
	}
	for name, uri := range map[string]string{"control characters": "urn:x\r\ny", "1 MB": strings.Repeat("x", 1<<20), "empty": "", "space": "a b"} {
		if _, err := w.client.RequestURI(uri); err == nil {
			t.Errorf("%s: taken", name)
		}
	}
	f := newFlow(t)
	address, err := w.client.ContinueURL(f, redirectURI, "urn:x")
	if err != nil {
		t.Fatal(err)
	}
	u, _ := url.Parse(address)
	want := url.Values{"client_id": {w.ClientID}, "request_uri": {"urn:x"}, "redirect_uri": {redirectURI}, "state": {f.State.Reveal()}}
	if u.Query().Encode() != want.Encode() {
		t.Errorf("got %v", u.Query())
	}
}
