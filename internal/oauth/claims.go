package oauth

import (
	"errors"
	"math"
	"time"

	"latchkey/internal/transport"
)

// Claims are the claims of a verified ID token that Latchkey uses. Those for showing are cleaned.
type Claims struct {
	Issuer, Subject, AuthorizedParty, Nonce, AccessTokenHash string
	Name, Email, PreferredUsername                           string
	EmailVerified                                            bool
	IssuedAt, Expires, AuthTime                              time.Time
	Methods                                                  []string // amr: how the sign-in was proven, as the server says it
	Last                                                     LastSignIn
}

// claimSet is the payload of an ID token (OpenID Connect Core, section 2).
type claimSet struct {
	Issuer            string    `json:"iss"`
	Subject           string    `json:"sub"`
	Audience          audience  `json:"aud"`
	AuthorizedParty   *string   `json:"azp"`
	Nonce             *string   `json:"nonce"`
	AccessTokenHash   *string   `json:"at_hash"`
	Expires           timestamp `json:"exp"`
	IssuedAt          timestamp `json:"iat"`
	NotBefore         timestamp `json:"nbf"`
	AuthTime          timestamp `json:"auth_time"`
	AuthContext       text      `json:"acr"`
	Events            member    `json:"events"` // only security event tokens have it (RFC 8417)
	Name              text      `json:"name"`
	Email             text      `json:"email"`
	EmailVerified     flag      `json:"email_verified"`
	PreferredUsername text      `json:"preferred_username"`
	signInClaims
}

// claims takes over what is used. The strings for showing are cleaned.
func (s *claimSet) claims(now time.Time) *Claims {
	return &Claims{
		Issuer: s.Issuer, Subject: s.Subject, AuthorizedParty: deref(s.AuthorizedParty), Nonce: deref(s.Nonce),
		AccessTokenHash: deref(s.AccessTokenHash),
		Name:            transport.Clean(string(s.Name), maxShown), Email: transport.Clean(string(s.Email), maxShown),
		EmailVerified:     bool(s.EmailVerified),
		PreferredUsername: transport.Clean(string(s.PreferredUsername), maxShown),
		IssuedAt:          s.IssuedAt.Time, Expires: s.Expires.Time, AuthTime: s.AuthTime.Time,
		Methods: s.methods(), Last: s.last(now),
	}
}

const maxShown = 120 // runes of a name that came from a server

func deref(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

// flag is true only when it is said to be; some servers say it with a string.
type flag bool

// UnmarshalJSON takes true and "true"; anything else is false.
func (f *flag) UnmarshalJSON(b []byte) error {
	*f = string(b) == "true" || string(b) == `"true"`
	return nil
}

// audience is one string or a list of them (RFC 7519, section 4.1.3).
type audience []string

var errAudience = errors.New("aud is neither a string nor a list of strings")

// UnmarshalJSON takes both forms and nothing else.
func (a *audience) UnmarshalJSON(b []byte) error {
	if one, ok := member(b).string(); ok {
		*a = audience{one}
		return nil
	}
	list, ok := member(b).strings()
	if !ok {
		return errAudience
	}
	*a = list
	return nil
}

// timestamp is a NumericDate (RFC 7519, section 2); zero when absent.
type timestamp struct{ time.Time }

var errTimestamp = errors.New("not a time")

// UnmarshalJSON takes numbers of seconds since 1970 up to the year 9999.
func (t *timestamp) UnmarshalJSON(b []byte) error {
	if len(b) > 0 && b[0] == '"' {
		return errTimestamp
	}
	seconds, ok := member(b).number()
	if !ok || seconds < 0 || seconds > 253402300799 {
		return errTimestamp
	}
	whole, part := math.Modf(seconds)
	t.Time = time.Unix(int64(whole), int64(part*1e9))
	return nil
}
