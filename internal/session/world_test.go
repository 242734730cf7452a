package session_test

import (
	"context"
	"crypto/rand"
	"path/filepath"
	"testing"
	"time"

	"latchkey/internal/clock/clocktest"
	"latchkey/internal/config"
	"latchkey/internal/oauth"
	"latchkey/internal/oauth/oauthtest"
	"latchkey/internal/problem"
	"latchkey/internal/session"
	"latchkey/internal/transport"
	"latchkey/internal/vault"
	"latchkey/internal/vault/vaulttest"
)

var noon = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

// world is one computer with a keychain and one server.
type world struct {
	t        *testing.T
	as       *oauthtest.Server
	store    *vaulttest.Store
	dir      string
	clock    *clocktest.Clock
	settings *config.Settings
	http     *transport.Client
}

func newWorld(t *testing.T) *world { return worldOf(t, oauthtest.New(t)) }

func worldOf(t *testing.T, as *oauthtest.Server) *world {
	w := &world{
		t: t, as: as, store: &vaulttest.Store{}, dir: filepath.Join(t.TempDir(), "state"),
		clock: clocktest.At(noon), http: transport.New(transport.Options{}),
	}
	t.Cleanup(w.http.Close)
	as.Now = w.clock.Now
	org := as.Organization()
	w.settings = &config.Settings{Default: org.ID, Organizations: []config.Organization{org}}
	return w
}

// process is a manager as another process has one: it shares nothing but files, keychain and settings.
func (w *world) process() *session.Manager {
	m, _ := w.processAndVault()
	return m
}

func (w *world) processAndVault() (*session.Manager, *vault.Vault) {
	v := vault.Open(w.dir, w.store.Keychain(), w.clock)
	return w.managerOf(v), v
}

func (w *world) managerOf(v *vault.Vault) *session.Manager {
	m := session.New(session.Options{Settings: w.settings, Vault: v, HTTP: w.http, Clock: w.clock, Rand: rand.Reader})
	m.Unhurried()
	return m
}

// grant signs the server's first user in.
func (w *world) grant() (*oauth.Client, *oauth.Tokens, oauth.Identity) {
	w.t.Helper()
	ctx := w.t.Context()
	c, err := oauth.Discover(ctx, w.http, w.clock, rand.Reader, w.settings.Organizations[0])
	if err != nil {
		w.t.Fatal(err)
	}
	flow, err := oauth.NewFlow(rand.Reader)
	if err != nil {
		w.t.Fatal(err)
	}
	const redirect = "http://127.0.0.1:9/callback"
	address, err := c.AuthorizationURL(flow, redirect, oauth.AuthorizeOptions{})
	if err != nil {
		w.t.Fatal(err)
	}
	back := w.as.Browse(w.t, address)
	tokens, err := c.Exchange(ctx, flow, secretOf(back.Query().Get("code")), redirect)
	if err != nil {
		w.t.Fatal(err)
	}
	who, err := c.Identify(ctx, tokens)
	if err != nil {
		w.t.Fatal(err)
	}
	return c, tokens, who
}

// signIn signs in with a manager and returns what it kept.
func (w *world) signIn(m *session.Manager, keep bool) session.Session {
	w.t.Helper()
	c, tokens, who := w.grant()
	s, err := m.Keep(w.t.Context(), c, tokens, who, keep)
	if err != nil {
		w.t.Fatal(err)
	}
	return s
}

// posts returns how often the token endpoint was asked to refresh.
func (w *world) posts() int {
	n := 0
	for _, r := range w.as.Requests(w.tokenPath()) {
		if r.Form.Get("grant_type") == "refresh_token" {
			n++
		}
	}
	return n
}

func (w *world) tokenPath() string {
	if w.settings.Organizations[0].Genesys() {
		return oauthtest.GenesysTokenPath
	}
	return oauthtest.TokenPath
}

// expire turns the clock past the life of every access token.
func (w *world) expire() { w.clock.Advance(w.as.Lifetime + time.Second) }

func token(t *testing.T, m *session.Manager) string {
	t.Helper()
	tok, err := m.Token(t.Context(), "", 0)
	if err != nil {
		t.Fatalf("Token: %v", err)
	}
	return tok.Access.Reveal()
}

func wantProblem(t *testing.T, err error, code problem.Code) {
	t.Helper()
	if !problem.Has(err, code) {
		t.Errorf("got %v, want the problem %s", err, code)
	}
}

// wantPosts checks how many refreshes the server was asked for.
func (w *world) wantPosts(n int) {
	w.t.Helper()
	if got := w.posts(); got != n {
		w.t.Errorf("the server was asked for %d refreshes, want %d", got, n)
	}
}

// kept reads the vault as another process would.
func (w *world) kept(a vault.Account) *vault.Record {
	w.t.Helper()
	_, v := w.processAndVault()
	r, err := v.Load(context.WithoutCancel(w.t.Context()), a)
	if err != nil {
		w.t.Fatalf("the vault: %v", err)
	}
	return r
}

func contextOf(t *testing.T) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(t.Context())
	t.Cleanup(cancel)
	return ctx, cancel
}

// copyOf returns a record that can be saved and wiped on its own.
func copyOf(r *vault.Record) *vault.Record {
	c := *r
	c.Refresh, c.Access = secretOf(r.Refresh.Reveal()), secretOf(r.Access.Reveal())
	return &c
}
