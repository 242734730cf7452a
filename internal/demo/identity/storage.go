package identity

import (
	"context"
	"crypto/ecdsa"
	"errors"
	"slices"
	"sync"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/zitadel/oidc/v3/pkg/oidc"
	"github.com/zitadel/oidc/v3/pkg/op"

	"latchkey/internal/demo/fresh"
)

// storage keeps everything in memory.
type storage struct {
	Config
	key *signingKey

	mu       sync.Mutex // guards the following fields and what they point to
	requests map[string]*request
	codes    map[string]*request
	access   map[string]*accessToken
	refresh  map[string]*refreshToken
	devices  map[string]*device       // by user code
	pushed   map[string]*pushed       // by request_uri
	talks    map[string]*conversation // by auth_session
	resets   map[string]reset         // by what the link holds
}

type accessToken struct {
	family *family
	scopes []string
	ends   time.Time
}

type refreshToken struct {
	family *family
	ends   time.Time
	used   bool
}

var (
	_ op.Storage                    = (*storage)(nil)
	_ op.DeviceAuthorizationStorage = (*storage)(nil)
)

func newStorage(c Config, key *ecdsa.PrivateKey) *storage {
	return &storage{
		Config: c, key: &signingKey{id: fresh.Token(c.Rand)[:12], key: key},
		requests: make(map[string]*request), codes: make(map[string]*request),
		access: make(map[string]*accessToken), refresh: make(map[string]*refreshToken),
		devices: make(map[string]*device), pushed: make(map[string]*pushed), talks: make(map[string]*conversation),
		resets: make(map[string]reset),
	}
}

// libraryTime turns a time on the server's clock into one on this computer's, which the library insists on.
func (s *storage) libraryTime(t time.Time) time.Time { return t.Add(-s.shift()) }

func (s *storage) shift() time.Duration { return time.Until(s.Clock.Now()) }

func (s *storage) client(id string) (Client, bool) {
	if s.On(AppUnknown) && s.Challenge {
		return Client{}, false
	}
	i := slices.IndexFunc(s.Clients, func(c Client) bool { return c.ID == id })
	if i < 0 {
		return Client{}, false
	}
	return s.Clients[i], true
}

// newRequest keeps a request that was checked.
func (s *storage) newRequest(r request) *request {
	s.mu.Lock()
	defer s.mu.Unlock()
	r.id, r.created, r.libraryTime = fresh.Token(s.Rand), s.Clock.Now(), s.libraryTime
	r.scopes = slices.DeleteFunc(slices.Clone(r.scopes), func(scope string) bool { return !slices.Contains(supportedScopes, scope) })
	makeRoom(s.requests, func(old *request) bool { return s.Clock.Now().Sub(old.created) > 2*signInLife })
	s.requests[r.id] = &r
	return &r
}

// proof is how somebody signed in.
type proof struct {
	subject   string
	amr       []string // RFC 8176
	how, from string   // people.SignIn
}

// complete says who signed in, and how.
func (s *storage) complete(r *request, p proof) {
	last := s.remember(p)
	s.mu.Lock()
	defer s.mu.Unlock()
	r.subject, r.amr, r.authTime, r.done = p.subject, p.amr, s.Clock.Now(), true
	r.family = &family{clientID: r.clientID, subject: p.subject, scopes: r.scopes, amr: p.amr, authTime: r.authTime, last: last, stepped: r.stepUp}
}

// makeRoom keeps a map of a service that runs for days from growing for ever.
func makeRoom[K comparable, V any](m map[K]V, over func(V) bool) {
	if len(m) < maxKept {
		return
	}
	for k, v := range m {
		if over(v) || len(m) >= maxKept {
			delete(m, k)
		}
	}
}

var errUnknown = errors.New("unknown or used")

// CreateAuthRequest is not used: requests are checked and kept by the authorization endpoint here.
func (s *storage) CreateAuthRequest(context.Context, *oidc.AuthRequest, string) (op.AuthRequest, error) {
	return nil, oidc.ErrServerError()
}

func (s *storage) AuthRequestByID(_ context.Context, id string) (op.AuthRequest, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if r, ok := s.requests[id]; ok {
		return r, nil
	}
	return nil, errUnknown
}

// AuthRequestByCode takes the code: the first to ask has it, whatever comes of it. A second try ends what the first
// one got (RFC 6749, section 4.1.2).
func (s *storage) AuthRequestByCode(_ context.Context, code string) (op.AuthRequest, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	r, ok := s.codes[code]
	if !ok {
		return nil, errUnknown
	}
	if r.redeemed {
		r.family.dead = true
		s.Count("code replayed")
		return nil, errUnknown
	}
	r.redeemed = true
	if s.Clock.Now().After(r.codeEnds) {
		return nil, errors.New("expired")
	}
	return r, nil
}

func (s *storage) SaveAuthCode(_ context.Context, id, code string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	r, ok := s.requests[id]
	if !ok || !r.done {
		return errUnknown
	}
	delete(s.requests, id) // one code a request
	r.codeEnds = s.Clock.Now().Add(codeLife)
	makeRoom(s.codes, func(old *request) bool { return s.Clock.Now().After(old.codeEnds) })
	s.codes[code] = r
	return nil
}

func (s *storage) DeleteAuthRequest(_ context.Context, id string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.requests, id)
	return nil
}

func (s *storage) GetClientByClientID(_ context.Context, id string) (op.Client, error) {
	c, ok := s.client(id)
	if !ok {
		return nil, oidc.ErrInvalidClient().WithDescription("This app is not known here.")
	}
	return &client{Client: c, shift: s.shift()}, nil
}

func (s *storage) AuthorizeClientIDSecret(_ context.Context, id, secret string) error {
	c, ok := s.client(id)
	if !ok || c.Secret == "" || c.Secret != secret {
		return errors.New("wrong client secret")
	}
	return nil
}

func (s *storage) GetPrivateClaimsFromScopes(context.Context, string, string, []string) (map[string]any, error) {
	return nil, nil
}

func (s *storage) GetKeyByIDAndClientID(context.Context, string, string) (*jose.JSONWebKey, error) {
	return nil, errUnknown
}

func (s *storage) ValidateJWTProfileScopes(context.Context, string, []string) ([]string, error) {
	return nil, oidc.ErrInvalidScope()
}

func (s *storage) TerminateSession(context.Context, string, string) error { return nil }

func (s *storage) Health(context.Context) error { return nil }
