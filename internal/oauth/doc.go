// Package oauth speaks the protocols on the wire: metadata discovery, authorization code with PKCE, the authorization
// challenge endpoint, device authorization, refresh, revocation, and who signed in.
//
// It asks nobody anything and keeps nothing; package signin decides what to ask, package session what to keep. All
// errors are problems (package problem). None quotes a secret; a refusal carries the server's own words as its reason,
// cleaned and shortened, unless they echo what was sent. Where a server refused,
// errors.As finds a [*ServerError] behind the problem; where a refresh needs another step first, a [*StepUp].
//
// # What is trusted
//
// The settings name the issuer; its metadata come from the issuer itself, over TLS, and must name that very issuer.
// Endpoints may then be on other hosts, as they are with large providers, but never on this computer unless the issuer
// is, and the endpoint that gets the password must share the token endpoint's origin. One Server is one set of
// endpoints: an attempt never mixes two. Access tokens go to the userinfo endpoint, the Genesys Cloud API and the
// revocation endpoint, and nowhere else.
//
// A server that does not list its PKCE methods is used all the same: S256 is always sent. One that lists them without
// S256 is refused.
package oauth
