// Package identity is an OAuth 2.0 and OpenID Connect server for the demo world, on zitadel/oidc's pkg/op.
//
// The library signs tokens and answers the token, revocation, userinfo, key and device endpoints. What it lacks is
// here: storage in memory, sign-in pages, PKCE with S256 and nothing else, the issuer in authorization responses (RFC
// 9207), single-use codes, refresh families that end when a token is used twice, the authorization challenge
// endpoint, and a company's identity provider behind a button.
package identity

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/zitadel/oidc/v3/pkg/op"

	"latchkey/internal/clock"
	"latchkey/internal/demo/federation"
	"latchkey/internal/demo/page"
	"latchkey/internal/demo/people"
	"latchkey/internal/demo/visit"
)

// Config is what a server is made of.
type Config struct {
	Issuer  string
	Clock   clock.Clock
	Rand    io.Reader // safe for concurrent use
	People  *people.Directory
	Look    page.Look
	Clients []Client

	Challenge bool                // has an authorization challenge endpoint
	Device    bool                // has a device authorization endpoint
	Silent    bool                // answers at once for somebody who is signed in in the browser, without asking
	Company   *federation.Company // the identity provider behind the company button; nil for none

	On    func(scenario string) bool           // acts out a trouble; nil: never
	Count func(what string)                    // told what happens, for instance "grant refresh_token"; nil: nobody
	Mail  func(to, subject, text string) error // sends a message; nil: nothing is sent
}

// The scenarios a server acts out itself. Those that concern a whole host are acted out in front of it.
const (
	RefuseRefresh    = "token-refuse"
	StepUp           = "step-up"
	NoRefreshToken   = "no-refresh-token"
	ShortTokens      = "short-tokens"
	LargeTokens      = "large-tokens"
	BrokenDiscovery  = "discovery-broken"
	NoChallenge      = "no-challenge"
	WebOnly          = "web-only"
	WrongIssuer      = "wrong-issuer"
	deviceInterval   = 5 * time.Second
	deviceLife       = 5 * time.Minute
	accessTokenLife  = time.Hour
	shortTokenLife   = 5 * time.Second
	refreshTokenLife = 30 * 24 * time.Hour
	codeLife         = time.Minute
	signInLife       = 10 * time.Minute
	maxKept          = 10_000 // of each kind of thing; the oldest go first
)

// Server is one identity server. Its handler is safe for concurrent use.
type Server struct {
	Config
	provider *op.Provider
	store    *storage
	keyring  *keyring
	proofs   *proofs
	desk     *visit.Desk[login]
	mux      *http.ServeMux
}

// New returns a server with a signing key of its own.
func New(c Config) (*Server, error) {
	if c.On == nil {
		c.On = func(string) bool { return false }
	}
	if c.Mail == nil {
		c.Mail = func(string, string, string) error { return nil }
	}
	if c.Count == nil {
		c.Count = func(string) {}
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	s := &Server{Config: c, store: newStorage(c, key), desk: visit.NewDesk[login](c.Look.Class, c.Clock, c.Rand), proofs: newProofs(c.Clock, c.Rand)}
	if s.keyring, err = newKeyring(c); err != nil {
		return nil, err
	}
	config := &op.Config{
		CodeMethodS256:        true,
		GrantTypeRefreshToken: true,
		SupportedScopes:       supportedScopes,
		DeviceAuthorization: op.DeviceAuthorizationConfig{
			Lifetime: deviceLife, PollInterval: deviceInterval, UserFormPath: "/device", UserCode: op.UserCodeBase20,
		},
	}
	// The library would also try AES-CFB, which nothing authenticates: one refresh token in sixteen then passes for an
	// access token, and revoking it does nothing.
	var seal [32]byte
	if _, err := io.ReadFull(c.Rand, seal[:]); err != nil {
		return nil, err
	}
	// No page of another origin has business here, so there is no CORS.
	s.provider, err = op.NewProvider(config, s.store, op.StaticIssuer(c.Issuer), op.WithAllowInsecure(), op.WithCORSOptions(nil),
		op.WithCrypto(op.NewAES256GCMCrypto(seal, "")))
	if err != nil {
		return nil, err
	}
	s.mux = s.routes()
	return s, nil
}

func (s *Server) routes() *http.ServeMux {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /.well-known/openid-configuration", s.metadata)
	mux.HandleFunc("GET /.well-known/oauth-authorization-server", s.metadata)
	mux.HandleFunc("GET /authorize", s.authorize)
	mux.HandleFunc("POST /oauth/token", s.proved(s.token))
	mux.HandleFunc("POST /revoke", s.proved(s.form))
	mux.HandleFunc("/userinfo", s.userinfo)
	mux.Handle("GET /keys", s.provider)
	if s.Challenge {
		mux.HandleFunc("POST /authorize-challenge", s.proved(s.challenge))
		mux.HandleFunc("POST /par", s.proved(s.push))
	}
	if s.Device {
		mux.HandleFunc("POST /device_authorization", s.proved(s.form))
		mux.HandleFunc("GET /device", s.devicePage)
		mux.HandleFunc("POST /device", s.deviceCode)
	}
	if s.Company != nil {
		mux.HandleFunc("GET /company/callback", s.companyCallback)
	}
	mux.HandleFunc("GET /login/{id}", s.showLogin)
	mux.HandleFunc("POST /login/{id}/{step}", s.stepLogin)
	mux.HandleFunc("GET /style.css", page.Style)
	mux.HandleFunc("GET /workspace", s.workspace)
	mux.HandleFunc("GET /forgot", s.forgot)
	mux.HandleFunc("POST /forgot", s.forgot)
	mux.HandleFunc("GET /two-step", s.twoStep)
	mux.HandleFunc("POST /two-step/key", s.addKey)
	mux.HandleFunc("GET /passkey/{id}", s.keyPage)
	mux.HandleFunc("POST /passkey/{id}", s.keyAnswer)
	mux.HandleFunc("POST /two-step/code", s.confirmTwoStep)
	mux.HandleFunc("GET /reset/{token}", s.resetPage)
	mux.HandleFunc("POST /reset/{token}/new-password", s.resetPage)
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "/workspace", http.StatusSeeOther)
	})
	return mux
}

// ServeHTTP answers everything at the issuer's address.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	r = r.WithContext(op.ContextWithIssuer(r.Context(), s.Issuer))
	r.Body = http.MaxBytesReader(w, r.Body, 64<<10)
	s.mux.ServeHTTP(w, r)
}

func (s *Server) address(path string) string { return strings.TrimSuffix(s.Issuer, "/") + path }
