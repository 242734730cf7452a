package identity

import (
	"slices"
	"time"

	"github.com/zitadel/oidc/v3/pkg/oidc"
	"github.com/zitadel/oidc/v3/pkg/op"

	"latchkey/internal/demo/people"
)

// request is one authorization request, from the endpoint it came in at to the token endpoint. It is written under
// the storage's lock until it is done, and only read from then on.
type request struct {
	id          string
	clientID    string
	redirectURI string // empty for a code from the challenge endpoint
	state       string
	nonce       string
	scopes      []string
	challenge   *oidc.CodeChallenge
	key         string // thumbprint of the key that the code is bound to; empty: to none
	stepUp      bool   // begun by the wish to renew a session
	created     time.Time

	subject  string
	amr      []string
	authTime time.Time
	done     bool
	family   *family // what the code's tokens will belong to
	codeEnds time.Time
	redeemed bool

	libraryTime func(time.Time) time.Time
}

var _ op.AuthRequest = (*request)(nil)

func (r *request) GetID() string                         { return r.id }
func (r *request) GetACR() string                        { return "" }
func (r *request) GetAMR() []string                      { return r.amr }
func (r *request) GetAudience() []string                 { return []string{r.clientID} }
func (r *request) GetAuthTime() time.Time                { return r.libraryTime(r.authTime) }
func (r *request) GetClientID() string                   { return r.clientID }
func (r *request) GetCodeChallenge() *oidc.CodeChallenge { return r.challenge }
func (r *request) GetNonce() string                      { return r.nonce }
func (r *request) GetRedirectURI() string                { return r.redirectURI }
func (r *request) GetResponseType() oidc.ResponseType    { return oidc.ResponseTypeCode }
func (r *request) GetResponseMode() oidc.ResponseMode    { return oidc.ResponseModeQuery }
func (r *request) GetScopes() []string                   { return r.scopes }
func (r *request) GetState() string                      { return r.state }
func (r *request) GetSubject() string                    { return r.subject }
func (r *request) Done() bool                            { return r.done }

// family is everything one sign-in granted: the refresh token that is good now, those used up, the access tokens.
// When a used one comes back, somebody has a copy, and the whole family ends (RFC 9700, section 4.14.2).
type family struct {
	clientID string
	subject  string
	scopes   []string
	amr      []string
	authTime time.Time
	last     people.SignIn // the one before this
	key      string        // thumbprint of the key that its tokens are bound to; empty: to none
	stepped  bool          // one more step was taken to renew it
	dead     bool
}

// refreshRequest is a family as the library wants to see it when a refresh token is redeemed.
type refreshRequest struct {
	family
	libraryTime func(time.Time) time.Time
}

var _ op.RefreshTokenRequest = (*refreshRequest)(nil)

func (r *refreshRequest) GetAMR() []string            { return r.amr }
func (r *refreshRequest) GetAudience() []string       { return []string{r.clientID} }
func (r *refreshRequest) GetAuthTime() time.Time      { return r.libraryTime(r.authTime) }
func (r *refreshRequest) GetClientID() string         { return r.clientID }
func (r *refreshRequest) GetScopes() []string         { return r.scopes }
func (r *refreshRequest) GetSubject() string          { return r.subject }
func (r *refreshRequest) SetCurrentScopes(s []string) { r.scopes = slices.Clone(s) }
