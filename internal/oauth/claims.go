package oauth

import "time"

// Claims are the claims of a verified ID token that Latchkey uses.
type Claims struct {
	Issuer, Subject, AuthorizedParty, Nonce, AccessTokenHash string
	Name, Email, PreferredUsername                           string
	IssuedAt, Expires, AuthTime                              time.Time
}
