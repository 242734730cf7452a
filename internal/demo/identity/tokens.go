package identity

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/zitadel/oidc/v3/pkg/oidc"
	"github.com/zitadel/oidc/v3/pkg/op"

	"latchkey/internal/demo/fresh"
	"latchkey/internal/demo/people"
)

// CreateAccessToken grants an access token without a refresh token.
func (s *storage) CreateAccessToken(ctx context.Context, r op.TokenRequest) (string, time.Time, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	fam, err := s.familyOf(ctx, r)
	if err != nil {
		return "", time.Time{}, err
	}
	id, ends := s.newAccess(fam, r.GetScopes())
	return id, ends, nil
}

// CreateAccessAndRefreshTokens grants both. With a current refresh token it is the rotation: look, use up and replace
// under one lock, so that of two that come at once one wins and the other ends the family.
func (s *storage) CreateAccessAndRefreshTokens(ctx context.Context, r op.TokenRequest, current string) (string, string, time.Time, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var fam *family
	var err error
	if current == "" {
		fam, err = s.familyOf(ctx, r)
	} else {
		fam, err = s.useRefresh(current, provedKey(ctx))
	}
	if err != nil {
		return "", "", time.Time{}, err
	}
	id, ends := s.newAccess(fam, r.GetScopes())
	if s.On(NoRefreshToken) {
		return id, "", ends, nil
	}
	token := fresh.Token(s.Rand)
	if s.On(LargeTokens) {
		token += strings.Repeat("x", 6000) // more than any system's keychain takes
	}
	makeRoom(s.refresh, func(old *refreshToken) bool { return old.family.dead || s.Clock.Now().After(old.ends) })
	s.refresh[token] = &refreshToken{family: fam, ends: s.Clock.Now().Add(refreshTokenLife)}
	return id, token, ends, nil
}

// familyOf returns the family a first grant belongs to.
func (s *storage) familyOf(ctx context.Context, r op.TokenRequest) (*family, error) {
	switch r := r.(type) {
	case *request:
		key := provedKey(ctx)
		if r.family.dead || r.key != "" && r.key != key {
			return nil, oidc.ErrInvalidGrant()
		}
		r.family.key = key
		return r.family, nil
	case *op.DeviceAuthorizationState:
		return &family{clientID: r.ClientID, subject: r.Subject, scopes: r.Scopes, amr: r.AMR, authTime: r.AuthTime.Add(s.shift()), last: s.People.SignInBefore(r.Subject), key: provedKey(ctx)}, nil
	}
	return nil, errors.New("unexpected kind of token request")
}

// useRefresh takes a refresh token in. The wrong key does not use it up: it is of no use to who has no more than the token.
func (s *storage) useRefresh(token, key string) (*family, error) {
	t, ok := s.refresh[token]
	switch {
	case !ok || t.family.dead || s.Clock.Now().After(t.ends):
		return nil, oidc.ErrInvalidGrant().WithDescription("The refresh token is not valid.")
	case t.family.key != "" && t.family.key != key:
		return nil, oidc.ErrInvalidGrant().WithDescription("The refresh token is bound to another key.")
	case t.used:
		t.family.dead = true
		s.Count("refresh token reused")
		return nil, oidc.ErrInvalidGrant().WithDescription("The refresh token was used before.")
	}
	t.used = true
	return t.family, nil
}

// TokenRequestByRefreshToken looks at a refresh token without using it up; [storage.CreateAccessAndRefreshTokens] does.
func (s *storage) TokenRequestByRefreshToken(ctx context.Context, token string) (op.RefreshTokenRequest, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.On(RefuseRefresh) {
		return nil, errors.New("refused by scenario")
	}
	t, ok := s.refresh[token]
	if !ok {
		return nil, errUnknown
	}
	if t.used {
		_, err := s.useRefresh(token, provedKey(ctx))
		return nil, err
	}
	return &refreshRequest{family: *t.family, libraryTime: s.libraryTime}, nil
}

func (s *storage) newAccess(fam *family, scopes []string) (id string, ends time.Time) {
	life := accessTokenLife
	if s.On(ShortTokens) {
		life = shortTokenLife
	}
	id, ends = fresh.Token(s.Rand), s.Clock.Now().Add(life)
	makeRoom(s.access, func(old *accessToken) bool { return old.family.dead || s.Clock.Now().After(old.ends) })
	s.access[id] = &accessToken{family: fam, scopes: scopes, ends: ends}
	// The library cuts what is left to whole seconds; the half keeps "3600" from becoming "3599".
	return id, ends.Add(500 * time.Millisecond)
}

// live returns an access token that is good now.
func (s *storage) live(id string) (*accessToken, bool) {
	t, ok := s.access[id]
	if !ok || t.family.dead || !s.Clock.Now().Before(t.ends) {
		return nil, false
	}
	return t, true
}

// boundTo returns the key that an access token is bound to.
func (s *storage) boundTo(id string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	if t, ok := s.live(id); ok {
		return t.family.key
	}
	return ""
}

// GetRefreshTokenInfo finds out whether something that is to be revoked is a refresh token.
func (s *storage) GetRefreshTokenInfo(_ context.Context, _, token string) (string, string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	t, ok := s.refresh[token]
	if !ok {
		return "", "", op.ErrInvalidRefreshToken
	}
	return t.family.subject, token, nil
}

// RevokeToken ends an access token, or with a refresh token the whole family. An unknown one is fine: it is not
// valid, as was asked for (RFC 7009, section 2.2).
func (s *storage) RevokeToken(_ context.Context, token, _, clientID string) *oidc.Error {
	s.mu.Lock()
	defer s.mu.Unlock()
	var fam *family
	acc, isAccess := s.access[token]
	ref, isRefresh := s.refresh[token]
	switch {
	case isAccess:
		fam = acc.family
	case isRefresh:
		fam = ref.family
	default:
		return nil
	}
	if fam.clientID != clientID {
		return oidc.ErrInvalidClient().WithDescription("The token belongs to another app.")
	}
	if isAccess {
		delete(s.access, token)
		s.Count("access token revoked")
		return nil
	}
	fam.dead = true
	s.Count("refresh token revoked")
	return nil
}

// SetUserinfoFromScopes adds nothing: see [storage.SetUserinfoFromRequest].
func (s *storage) SetUserinfoFromScopes(context.Context, *oidc.UserInfo, string, string, []string) error {
	return nil
}

// SetUserinfoFromRequest adds claims to an ID token.
func (s *storage) SetUserinfoFromRequest(_ context.Context, u *oidc.UserInfo, r op.IDTokenRequest, scopes []string) error {
	var last people.SignIn
	switch r := r.(type) {
	case *request:
		last = r.family.last
	case *refreshRequest:
		last = r.last
	case *op.DeviceAuthorizationState:
		last = s.People.SignInBefore(r.Subject)
	}
	tellLast(u, last)
	return s.describe(u, r.GetSubject(), scopes)
}

// SetUserinfoFromToken answers the userinfo endpoint.
func (s *storage) SetUserinfoFromToken(_ context.Context, u *oidc.UserInfo, id, subject, _ string) error {
	s.mu.Lock()
	t, ok := s.live(id)
	s.mu.Unlock()
	if !ok || t.family.subject != subject {
		return oidc.ErrAccessDenied().WithDescription("The access token is not valid.")
	}
	tellLast(u, t.family.last)
	u.AppendClaims("amr", t.family.amr)
	return s.describe(u, subject, t.scopes)
}

// SetIntrospectionFromToken is not used: there is no introspection endpoint.
func (s *storage) SetIntrospectionFromToken(context.Context, *oidc.IntrospectionResponse, string, string, string) error {
	return errUnknown
}

func (s *storage) describe(u *oidc.UserInfo, subject string, scopes []string) error {
	who, ok := s.People.BySubject(subject)
	if !ok {
		return errUnknown
	}
	u.Subject = who.Subject
	for _, scope := range scopes {
		switch scope {
		case oidc.ScopeProfile:
			u.Name, u.PreferredUsername = who.Name, who.Username
		case oidc.ScopeEmail:
			u.Email, u.EmailVerified = who.Username, true
		}
	}
	return nil
}
