// Package grants are identity servers in the shape of three products that take e-mail and password at their token
// endpoint (RFC 6749, section 4.3): Auth0 with its MFA API, Okta with Direct Authentication, Keycloak with a code beside
// the password.
//
// Pages, keys, codes, refresh, revocation and userinfo are those of package identity, at each product's own addresses.
// Answers are what the products are known to answer, including what they keep to themselves.
package grants

import (
	"net/http"
	"sync"
	"time"

	"latchkey/internal/clock"
	"latchkey/internal/demo/fresh"
	"latchkey/internal/demo/identity"
	"latchkey/internal/demo/people"
)

// Dialect is the product that a server has the shape of.
type Dialect string

// The products, as the setting "credentials" calls them.
const (
	Auth0    Dialect = "auth0"
	Okta     Dialect = "okta"
	Keycloak Dialect = "keycloak"
)

// Config is what a server is made of.
type Config struct {
	Dialect  Dialect
	Identity identity.Config // its Issuer is the server's address; New makes the product's issuer of it
	Realm    string          // Auth0: the connection that the password-realm grant can name
	Audience string          // Auth0: the API it knows
}

const (
	talkLife = 10 * time.Minute // of an mfa_token
	interval = 5 * time.Second  // between polls
	maxKept  = 10_000
)

// Server is one server. Its handler is safe for concurrent use.
type Server struct {
	Config
	inner *identity.Server
	clock clock.Clock
	base  string // address without a slash at its end
	mux   *http.ServeMux

	mu    sync.Mutex       // guards the following field and what it points to
	talks map[string]*talk // by mfa_token
}

// Issuer returns the issuer identifier of a product's server at an address without a slash at its end.
func Issuer(d Dialect, address string) string {
	switch d {
	case Auth0:
		return address + "/" // with the slash, as Auth0's
	case Okta:
		return address + "/oauth2/default"
	default:
		return address + "/realms/umbrella"
	}
}

// New returns a server with a signing key of its own.
func New(c Config) (*Server, error) {
	s := &Server{Config: c, clock: c.Identity.Clock, base: c.Identity.Issuer, mux: http.NewServeMux(), talks: make(map[string]*talk)}
	if s.Identity.On == nil {
		s.Identity.On = func(string) bool { return false }
	}
	if s.Identity.Count == nil {
		s.Identity.Count = func(string) {}
	}
	s.Identity.Issuer = Issuer(c.Dialect, s.base)
	var err error
	if s.inner, err = identity.New(s.Identity); err != nil {
		return nil, err
	}
	s.routes()
	return s, nil
}

// Issuer returns the server's issuer identifier.
func (s *Server) Issuer() string { return s.Identity.Issuer }

// ServeHTTP answers everything at the server's address.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, 64<<10)
	s.mux.ServeHTTP(w, r)
}

// talk is what an mfa_token stands for: somebody whose password was right.
type talk struct {
	person   people.Person
	clientID string
	scope    string
	ends     time.Time

	oobCode string // of what was asked last; empty: nothing
	method  string // by which it was asked
	asked   string // the question on the phone
	until   time.Time
	polled  time.Time
}

// begin keeps that somebody's password was right and returns the mfa_token for it.
func (s *Server) begin(who people.Person, clientID, scope string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	for token := range s.talks {
		if len(s.talks) < maxKept {
			break
		}
		delete(s.talks, token)
	}
	token := fresh.Token(s.Identity.Rand)
	s.talks[token] = &talk{person: who, clientID: clientID, scope: scope, ends: s.clock.Now().Add(talkLife)}
	return token
}

// find returns what an mfa_token of this client stands for; with an empty client, of any.
func (s *Server) find(token, clientID string) (*talk, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	t, ok := s.talks[token]
	if !ok || !s.clock.Now().Before(t.ends) || clientID != "" && clientID != t.clientID {
		return nil, false
	}
	return t, true
}

// done forgets an mfa_token: it is good for one sign-in.
func (s *Server) done(token string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.talks, token)
}
