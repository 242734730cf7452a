// Package oauthtest is a small authorization server on loopback for tests, made to be spoiled: it does everything right
// until a test changes one thing, and it keeps a log of what it was asked.
//
//	s := oauthtest.New(t)
//	s.SpoilClaims = func(claims map[string]any) { claims["aud"] = "someone-else" }
//	c, err := oauth.Discover(ctx, transport.New(transport.Options{}), clock.System{}, rand.Reader, s.Organization())
//
// It speaks OpenID Connect Discovery and RFC 8414, authorization code with PKCE (S256 enforced), the authorization challenge
// endpoint with password and one-time code, refresh with rotation where reuse ends the family, device authorization,
// revocation and userinfo; when told to, pushed authorization requests and tokens bound to a key. [NewGenesys] answers in the manner of Genesys Cloud instead.
package oauthtest

import (
	"crypto/rand"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"latchkey/internal/config"
)

// The endpoints' paths, for [Server.Handle], [Server.Next], [Server.Count] and [Server.Requests].
const (
	MetadataPath  = "/.well-known/openid-configuration"
	RFC8414Path   = "/.well-known/oauth-authorization-server"
	AuthorizePath = "/authorize"
	TokenPath     = "/token"
	ChallengePath = "/challenge"
	DevicePath    = "/device_authorization"
	RevokePath    = "/revoke"
	UserInfoPath  = "/userinfo"
	JWKSPath      = "/jwks"
	PushPath      = "/par"

	GenesysAuthorizePath = "/oauth/authorize"
	GenesysTokenPath     = "/oauth/token"
	UsersMePath          = "/api/v2/users/me"
	TokensMePath         = "/api/v2/tokens/me"
	AuthenticatorsPath   = "/mfa/authenticators" // Auth0
	MFAChallengePath     = "/mfa/challenge"
	OktaChallengePath    = "/challenge" // beside TokenPath

	VerifiersPath = "/api/v2/users/me/verifiers" // [Server.Handle] it: by itself it is not there
)

// User is someone who can sign in. The first one of a server is who [Server.Browse] signs in.
type User struct {
	Username, Password string
	OTP                string // the one code that is right; empty: no second step
	Subject            string
	Name, Email        string
	Org                string // Genesys Cloud organisation short name
}

// Request is what the server was asked.
type Request struct {
	Method, Path string
	Query, Form  url.Values
	Header       http.Header
}

// Answer is a scripted answer. Body is sent as it is when it is a string, and as JSON otherwise.
type Answer struct {
	Status int // 0: 200
	Header map[string]string
	Body   any
}

// Server is the authorization server. Its fields may be changed while no request is under way.
type Server struct {
	URL      string // also the issuer
	ClientID string
	Users    []User
	Keys     []Key // the first one signs
	Now      func() time.Time
	DateNow  func() time.Time // when set, what the Date header says
	Lifetime time.Duration    // of access tokens and ID tokens
	NoRotate bool             // refresh answers carry no new refresh token

	Push        bool // it takes authorization requests directly (RFC 9126)
	RequirePush bool // and in no other way
	PushLife    time.Duration
	BindTokens  bool // tokens are bound to the key of who proves to have one (RFC 9449)
	WantNonce   bool // every proof must carry the newest nonce ([Server.NewNonce])

	Factors []string // of [NewGrants]: what users with a one-time code have, the names as Latchkey has them

	// Each, when set, changes one answer just before it goes out.
	SpoilMetadata func(metadata map[string]any)
	SpoilTokens   func(answer map[string]any)
	SpoilHeader   func(header map[string]any) // of the ID token
	SpoilClaims   func(claims map[string]any) // of the ID token
	SpoilIDToken  func(compact string) string
	SpoilUserInfo func(claims map[string]any)
	SpoilCallback func(query url.Values)

	genesys  bool
	dialect  config.Credentials // of the password grants; empty: none
	mu       sync.Mutex         // guards the following fields
	log      []Request
	next     map[string][]Answer
	handlers map[string]http.HandlerFunc
	codes    map[string]*grant
	refresh  map[string]*grant
	used     map[string]bool // refresh tokens that were rotated
	access   map[string]*grant
	sessions map[string]*grant
	devices  map[string]*grant // by device code
	pushed   map[string]pushed // by request_uri
	nonce    string
	proofs   map[string]bool // seen
}

// grant is one sign-in, from its first request to its last token.
type grant struct {
	user          User
	known         bool // the password was right
	clientID      string
	scope         string
	redirectURI   string
	codeChallenge string
	nonce         string
	authTime      time.Time
	dead          bool
	userCode      string
	sent          []string // methods by which it was asked for a second step
	thumbprint    string   // of the key that the tokens are bound to
	decided       bool
	recovery      string // a new recovery code
}

// New starts a server that stops with the test. Its first user is amy@acme.example with a one-time code.
func New(t testing.TB) *Server {
	t.Helper()
	s := &Server{
		ClientID: "latchkey-test",
		Users: []User{
			{"amy@acme.example", "correct horse", "123456", "user-1", "Amy Agent", "amy@acme.example", ""},
			{"ben@acme.example", "battery staple", "", "user-2", "Ben Boss", "ben@acme.example", ""},
		},
		Keys:     []Key{NewKey("key-1", "ES256")},
		Now:      time.Now,
		Lifetime: time.Hour,
		PushLife: time.Minute,
		pushed:   map[string]pushed{},
		nonce:    token("nonce"),
		proofs:   map[string]bool{},
		next:     map[string][]Answer{},
		used:     map[string]bool{},
		codes:    map[string]*grant{}, refresh: map[string]*grant{}, access: map[string]*grant{},
		sessions: map[string]*grant{}, devices: map[string]*grant{},
	}
	s.handlers = map[string]http.HandlerFunc{
		MetadataPath: s.metadata, RFC8414Path: s.metadata, JWKSPath: s.jwks, AuthorizePath: s.authorize,
		TokenPath: s.token, ChallengePath: s.challenge, DevicePath: s.device, RevokePath: s.revoke, UserInfoPath: s.userInfo,
		PushPath: s.push,
	}
	http := httptest.NewServer(s)
	s.URL = http.URL
	t.Cleanup(http.Close)
	return s
}

// NewGenesys starts a server in the manner of a Genesys Cloud region: no metadata, opaque tokens, no ID token, errors in
// three members, users/me and tokens/me.
func NewGenesys(t testing.TB) *Server {
	t.Helper()
	s := New(t)
	s.genesys = true
	s.Users = []User{{"amy@globex.example", "correct horse", "", "0a1b", "Amy Agent", "amy@globex.example", "globex"}}
	s.handlers = map[string]http.HandlerFunc{
		GenesysAuthorizePath: s.authorize, GenesysTokenPath: s.token, UsersMePath: s.usersMe, TokensMePath: s.tokensMe,
	}
	return s
}

// Organization returns the settings of an organisation that signs in here.
func (s *Server) Organization() config.Organization {
	o := config.Organization{
		ID: "acme", Name: "Acme Contact Center", ClientID: s.ClientID,
		Credentials: config.CredentialsAuto, RedirectHost: "127.0.0.1",
	}
	if !s.genesys {
		if o.Issuer = s.URL; s.dialect != "" {
			o.Credentials = s.dialect
		}
		return o
	}
	o.ID, o.Name, o.Region, o.Org, o.RedirectHost = "globex", "Globex", "euw2", "globex", "localhost"
	o.Endpoints = config.Endpoints{
		Authorization: s.URL + GenesysAuthorizePath, Token: s.URL + GenesysTokenPath, API: s.URL, Login: s.URL,
	}
	return o
}

// Handle replaces what answers at a path, or adds a path.
func (s *Server) Handle(path string, h http.HandlerFunc) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.handlers[path] = h
}

// Next scripts the next answers at a path. After them the server answers by itself again.
func (s *Server) Next(path string, answers ...Answer) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.next[path] = append(s.next[path], answers...)
}

// Requests returns what was asked at a path so far; all of it for an empty path.
func (s *Server) Requests(path string) []Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.DeleteFunc(slices.Clone(s.log), func(r Request) bool { return path != "" && r.Path != path })
}

// Count returns how often a path was asked.
func (s *Server) Count(path string) int { return len(s.Requests(path)) }

// ServeHTTP logs and answers.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	_ = r.ParseForm()
	s.mu.Lock()
	s.log = append(s.log, Request{r.Method, r.URL.Path, r.URL.Query(), r.PostForm, r.Header.Clone()})
	var scripted *Answer
	if queue := s.next[r.URL.Path]; len(queue) > 0 {
		scripted, s.next[r.URL.Path] = &queue[0], queue[1:]
	}
	handler := s.handlers[r.URL.Path]
	s.mu.Unlock()
	if s.DateNow != nil {
		w.Header().Set("Date", s.DateNow().UTC().Format(http.TimeFormat))
	}
	switch {
	case scripted != nil:
		scripted.write(w)
	case handler != nil:
		handler(w, r)
	default:
		http.NotFound(w, r)
	}
}

func (a Answer) write(w http.ResponseWriter) {
	body, isText := a.Body.(string)
	if !isText {
		raw, err := json.Marshal(a.Body)
		if err != nil {
			panic(err)
		}
		body = string(raw)
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	for name, value := range a.Header {
		w.Header().Set(name, value)
	}
	w.WriteHeader(max(a.Status, http.StatusOK))
	_, _ = w.Write([]byte(body))
}

// Browse is a browser whose user agrees to everything: it opens an authorization address and returns where the server sends
// the browser.
func (s *Server) Browse(t testing.TB, address string) *url.URL {
	t.Helper()
	client := &http.Client{
		Transport:     &http.Transport{DisableKeepAlives: true},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	r, err := client.Get(address)
	if err != nil {
		t.Fatalf("browse: %v", err)
	}
	defer r.Body.Close()
	location, err := r.Location()
	if err != nil {
		t.Fatalf("the sign-in page answers %s and goes nowhere", r.Status)
	}
	return location
}

// Refused is an error answer of RFC 6749, section 5.2.
func Refused(status int, code string, more ...string) Answer {
	body := map[string]any{"error": code}
	for i := 0; i+1 < len(more); i += 2 {
		body[more[i]] = more[i+1]
	}
	return Answer{Status: status, Body: body}
}

func (s *Server) refuse(w http.ResponseWriter, status int, code string) {
	body := map[string]any{"error": code, "error_description": "refused: " + code}
	if s.genesys {
		body["description"] = "refused: " + code
	}
	Answer{Status: status, Body: body}.write(w)
}

func token(kind string) string { return fmt.Sprintf("%s-%s", kind, rand.Text()) }

func (s *Server) metadata(w http.ResponseWriter, _ *http.Request) {
	m := map[string]any{
		"issuer":                                         s.URL,
		"authorization_endpoint":                         s.URL + AuthorizePath,
		"token_endpoint":                                 s.URL + TokenPath,
		"authorization_challenge_endpoint":               s.URL + ChallengePath,
		"device_authorization_endpoint":                  s.URL + DevicePath,
		"revocation_endpoint":                            s.URL + RevokePath,
		"userinfo_endpoint":                              s.URL + UserInfoPath,
		"jwks_uri":                                       s.URL + JWKSPath,
		"response_types_supported":                       []string{"code"},
		"subject_types_supported":                        []string{"public"},
		"scopes_supported":                               []string{"openid", "profile", "email", "offline_access"},
		"id_token_signing_alg_values_supported":          []string{"RS256", "ES256", "EdDSA"},
		"code_challenge_methods_supported":               []string{"S256"},
		"token_endpoint_auth_methods_supported":          []string{"none"},
		"claims_supported":                               []string{"sub", "auth_time"},
		"authorization_response_iss_parameter_supported": true,
	}
	if s.Push {
		m["pushed_authorization_request_endpoint"] = s.URL + PushPath
		m["require_pushed_authorization_requests"] = s.RequirePush
	}
	if s.BindTokens {
		m["dpop_signing_alg_values_supported"] = []string{"ES256"}
	}
	if s.SpoilMetadata != nil {
		s.SpoilMetadata(m)
	}
	Answer{Body: m}.write(w)
}

func (s *Server) user(name string) (User, bool) {
	i := slices.IndexFunc(s.Users, func(u User) bool { return strings.EqualFold(u.Username, name) })
	if i < 0 {
		return User{}, false
	}
	return s.Users[i], true
}
