// Package genesys is a stand-in for one organisation in one region of Genesys Cloud: the login host, the API host and the
// apps host, as far as signing in touches them.
//
// It keeps to what is known of the real one: redirect addresses match exactly but for the port of http://localhost, an
// unknown client never gets an answer, tokens are opaque, there is no ID token, no discovery, no password grant and no
// device flow, and errors come as error, description and error_description.
package genesys

import (
	"io"
	"net/http"
	"sync"
	"time"

	"latchkey/internal/clock"
	"latchkey/internal/demo/federation"
	"latchkey/internal/demo/page"
	"latchkey/internal/demo/people"
	"latchkey/internal/demo/visit"
)

// Client is an OAuth client of the organisation.
type Client struct {
	ID         string
	Redirect   []string // http://localhost without a port stands for any port
	Refresh    bool     // gets refresh tokens
	Unapproved bool     // no administrator has authorized it yet
}

// Org is the organisation.
type Org struct {
	ID, Name  string
	ShortName string // thirdPartyOrgName; case matters
	Domain    string
}

// Config is what a stand-in is made of.
type Config struct {
	Clock   clock.Clock
	Rand    io.Reader // safe for concurrent use
	People  *people.Directory
	Look    page.Look
	Region  string // as Genesys Cloud shows it, for instance "EMEA (London)"
	Org     Org
	Clients []Client

	Provider string              // its name in authorize requests, for instance "okta"
	Company  *federation.Company // the identity provider; nil for none

	On    func(scenario string) bool // acts out a trouble; nil: never
	Count func(what string)          // told what happens; nil: nobody
}

// The scenarios it acts out itself, by the names identity servers use too.
const (
	RefuseRefresh  = "token-refuse"
	NoRefreshToken = "no-refresh-token"
	ShortTokens    = "short-tokens"
	LargeTokens    = "large-tokens"

	tokenLife      = 86400 * time.Second
	shortTokenLife = 5 * time.Second
	codeLife       = time.Minute
	idleTime       = 8 * time.Hour
	yesterday      = 17 * time.Hour
	maxKept        = 10_000
)

// Server is the stand-in. Its handlers are safe for concurrent use.
type Server struct {
	Config
	desk *visit.Desk[login]

	mu      sync.Mutex // guards the following fields and what they point to
	codes   map[string]*grant
	access  map[string]*token
	refresh map[string]*grant
	logins  map[string]time.Time // by subject: the newest login with e-mail and password
}

// New returns a stand-in. Everybody who has a password there used it yesterday.
func New(c Config) *Server {
	if c.On == nil {
		c.On = func(string) bool { return false }
	}
	if c.Count == nil {
		c.Count = func(string) {}
	}
	s := &Server{
		Config: c, desk: visit.NewDesk[login](c.Look.Class, c.Clock, c.Rand), logins: make(map[string]time.Time),
		codes: make(map[string]*grant), access: make(map[string]*token), refresh: make(map[string]*grant),
	}
	for _, p := range c.People.People() {
		if !p.Company {
			s.logins[p.Subject] = c.Clock.Now().Add(-yesterday)
		}
	}
	return s
}

// Login answers at the login host.
func (s *Server) Login() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /oauth/authorize", s.authorize)
	mux.HandleFunc("POST /oauth/token", s.token)
	mux.HandleFunc("GET /logout", s.logout)
	mux.HandleFunc("GET /login/{id}", s.showLogin)
	mux.HandleFunc("POST /login/{id}/{step}", s.stepLogin)
	mux.HandleFunc("GET /company/callback", s.companyCallback)
	mux.HandleFunc("GET /style.css", page.Style)
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, _ *http.Request) {
		s.message(w, http.StatusOK, "Log in from your app", "This page stands in for the login page of a Genesys Cloud region.")
	})
	return s.limited(mux)
}

// Apps answers at the apps host.
func (s *Server) Apps() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /directory", func(w http.ResponseWriter, r *http.Request) {
		lead := "You are not signed in in this browser."
		if se, ok := s.desk.SignedIn(r); ok {
			lead = "Good to see you, " + se.Person.Name + "."
		}
		s.message(w, http.StatusOK, "Workspace", lead)
	})
	mux.HandleFunc("GET /style.css", page.Style)
	return s.limited(mux)
}

// limited keeps what is sent small, as Genesys Cloud does (request.bytes.max).
func (s *Server) limited(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r.Body = http.MaxBytesReader(w, r.Body, 512_000)
		next.ServeHTTP(w, r)
	})
}

func (s *Server) message(w http.ResponseWriter, status int, title, lead string) {
	page.Show(w, status, page.View{Look: s.Look, Title: title, Lead: lead})
}
