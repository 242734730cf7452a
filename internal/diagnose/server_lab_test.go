package diagnose

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"sync"
	"testing"
	"time"

	"latchkey/internal/config"
	"latchkey/internal/transport"
)

// turned is a clock that goes on, and shows something else.
type turned struct {
	mu sync.Mutex
	by func() time.Duration
}

func (c *turned) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return time.Now().Add(c.by())
}

// Sleep does not wait: what is repeated is repeated at once.
func (c *turned) Sleep(ctx context.Context, _ time.Duration) error { return ctx.Err() }

func off(d time.Duration) *turned { return &turned{by: func() time.Duration { return d }} }

// station is an identity server whose answers tests replace. It remembers what it was asked.
type station struct {
	*httptest.Server
	mu    sync.Mutex
	at    map[string]http.HandlerFunc // by path; "*": any
	asked []*http.Request
	forms []url.Values
}

func newStation(t *testing.T) *station {
	p := &station{at: map[string]http.HandlerFunc{}}
	p.Server = httptest.NewServer(p)
	t.Cleanup(p.Close)
	p.at["/.well-known/openid-configuration"] = func(w http.ResponseWriter, _ *http.Request) {
		writeJSON(w, 200, map[string]any{
			"issuer": p.URL, "authorization_endpoint": p.URL + "/authorize", "token_endpoint": p.URL + "/token", "jwks_uri": p.URL + "/keys",
		})
	}
	p.at["/keys"] = func(w http.ResponseWriter, _ *http.Request) {
		writeJSON(w, 200, map[string]any{"keys": []any{map[string]string{"kty": "RSA"}}})
	}
	p.at["/authorize"] = text(200, "text/html", "<!doctype html><title>Sign in</title>")
	p.at["/token"] = oauthError(400, "invalid_request")
	return p
}

func (p *station) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	_ = r.ParseForm()
	p.mu.Lock()
	p.asked, p.forms = append(p.asked, r), append(p.forms, r.PostForm)
	answer := p.at[r.URL.Path]
	if any := p.at["*"]; any != nil {
		answer = any
	}
	p.mu.Unlock()
	if answer == nil {
		http.NotFound(w, r)
		return
	}
	answer(w, r)
}

func (p *station) org() config.Organization {
	return config.Organization{ID: "acme", Name: "Acme", Issuer: p.URL, ClientID: "latchkey-desktop", RedirectHost: "127.0.0.1", Credentials: config.CredentialsAuto}
}

func writeJSON(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(v)
}

func text(status int, kind, body string, headers ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		for pair := range slices.Chunk(headers, 2) {
			w.Header().Set(pair[0], pair[1])
		}
		w.Header().Set("Content-Type", kind)
		w.WriteHeader(status)
		_, _ = w.Write([]byte(body))
	}
}

func oauthError(status int, code string, headers ...string) http.HandlerFunc {
	return text(status, "application/json", `{"error":"`+code+`"}`, headers...)
}

// cut hangs up without an answer.
func cut(w http.ResponseWriter, _ *http.Request) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err == nil {
		_ = conn.Close()
	}
}

// envFor is an environment on loopback, with a clock that is right unless the test turns it.
func envFor(t *testing.T, org config.Organization, clk *turned, changes ...func(*transport.Options)) Env {
	t.Helper()
	if clk == nil {
		clk = off(0)
	}
	options := transport.Options{Clock: clk, Proxy: func(*http.Request) (*url.URL, error) { return nil, nil }, Timeout: 10 * time.Second}
	for _, change := range changes {
		change(&options)
	}
	client := transport.New(options)
	t.Cleanup(client.Close)
	return Env{
		Settings: &config.Settings{}, Org: org, HTTP: client, Clock: clk, Rand: rand.Reader,
		Getenv: func(string) string { return "" }, Resolver: net.DefaultResolver, Dialer: &net.Dialer{},
	}
}

// fact returns a fact's value; nil when there is none.
func fact(f Finding, name string) any {
	for _, each := range f.Facts {
		if each.Name == name {
			return each.Value
		}
	}
	return nil
}

func shareable(t *testing.T, f Finding, private ...string) {
	t.Helper()
	for _, each := range f.Facts {
		if each.Shareable == slices.Contains(private, each.Name) {
			t.Errorf("fact %s: shareable %v", each.Name, each.Shareable)
		}
	}
}
