package oauth

import (
	"context"
	"crypto"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"github.com/go-jose/go-jose/v4"

	"latchkey/internal/problem"
	"latchkey/internal/secret"
	"latchkey/internal/transport"
)

// signingAlgs are the algorithms ID tokens may be signed with: asymmetric ones only. "none" is not one, and an app
// that keeps no secret has none to share for HMAC.
var signingAlgs = []string{
	"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "EdDSA",
}

const maxSubject = 255 // OpenID Connect Core, section 2

// expectation is what an ID token must fit besides the server and the client.
type expectation struct {
	nonce         secret.Text
	nonceOptional bool      // it may be absent, and is not looked at when there is none to compare with
	signedInSince time.Time // by this computer's clock; zero: any time
	subject       string    // empty: anybody
	acr           []string  // the sign-in was of one of these authentication contexts; empty: of any
	acrOptional   bool      // acr may be absent: the program itself led the sign-in that it names
}

// verifyIDToken checks everything OpenID Connect Core, section 3.1.3.7, asks for, and more: see the tests.
func (c *Client) verifyIDToken(ctx context.Context, raw string, access secret.Text, e expectation) (*Claims, error) {
	header, err := readHeader(raw)
	if err != nil {
		return nil, invalid(err)
	}
	if !slices.Contains(c.Server.SigningAlgs, header.Alg) || !slices.Contains(signingAlgs, header.Alg) {
		return nil, invalid(fmt.Errorf("algorithm %q is not allowed", header.Alg))
	}
	keys := c.keys
	if keys == nil {
		keys = newKeySet(c.HTTP, c.Clock, c.Server.JWKSURI)
	}
	check := &signatureCheck{keys: keys, algs: []jose.SignatureAlgorithm{jose.SignatureAlgorithm(header.Alg)}}
	verifier := oidc.NewVerifier(c.Server.Issuer, check, &oidc.Config{
		ClientID:             c.Org.ClientID,
		SupportedSigningAlgs: []string{header.Alg},
		SkipExpiryCheck:      true, // done below, with leeway
	})
	if _, err := verifier.Verify(ctx, raw); err != nil {
		if p, ok := errors.AsType[*problem.Problem](check.err); ok {
			return nil, &keysAway{p}
		}
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		return nil, invalid(err)
	}
	var claims claimSet
	if err := strictJSON(check.payload, &claims); err != nil {
		return nil, invalid(err)
	}
	if err := c.checkClaims(&claims, e); err != nil {
		return nil, err
	}
	if claims.AccessTokenHash != nil && !hashMatches(*claims.AccessTokenHash, access, header.Alg) {
		return nil, invalid(errors.New("at_hash is of another access token"))
	}
	return claims.claims(c.ServerTime(c.Clock.Now())), nil
}

// keysAway says that the server's keys could not be had: nothing is known about the token.
type keysAway struct{ error }

func (k *keysAway) Unwrap() error { return k.error }

// checkClaims checks a verified token's claims. The library's verifier compared iss and aud, but reads JSON loosely and
// makes an exception for one issuer: they are compared again.
func (c *Client) checkClaims(s *claimSet, e expectation) error {
	id, now := c.Org.ClientID, c.Clock.Now()
	switch {
	case s.Issuer != c.Server.Issuer:
		return invalid(errors.New("iss is another issuer"))
	case !slices.Contains(s.Audience, id):
		return invalid(errors.New("aud is another client"))
	case s.AuthorizedParty != nil && *s.AuthorizedParty != id:
		return invalid(errors.New("azp is another client"))
	case s.AuthorizedParty == nil && slices.ContainsFunc(s.Audience, func(a string) bool { return a != id }):
		return invalid(errors.New("aud names others, and no azp says who asked"))
	case !subjectOK(s.Subject):
		return invalid(errors.New("sub is missing or malformed"))
	case e.subject != "" && s.Subject != e.subject:
		return problem.New(problem.AccountMismatch)
	case len(s.Events) > 0:
		return invalid(errors.New("it is an event, not an ID token"))
	case s.IssuedAt.IsZero() || s.Expires.IsZero():
		return invalid(errors.New("iat or exp is missing"))
	case now.After(s.Expires.Add(ClockLeeway)):
		return c.untimely("exp is in the past", "It has expired already.")
	case now.Add(ClockLeeway).Before(s.IssuedAt.Time):
		return c.untimely("iat is in the future", "It comes from the future.")
	case now.Add(ClockLeeway).Before(s.NotBefore.Time):
		return c.untimely("nbf is in the future", "It is not valid yet.")
	case now.After(s.IssuedAt.Add(oldestIssue)):
		return c.untimely("iat is long ago", "It is from an earlier day.")
	case !nonceOK(s.Nonce, e):
		return invalid(errors.New("nonce is not the one sent"))
	case !acrOK(s.AuthContext, e):
		p := invalid(errors.New("acr is not one of those asked for"))
		p.Why = "The sign-in was not as strong as your organisation asks for."
		return p
	case !e.signedInSince.IsZero() && (c.Server.SignInTimes || !s.AuthTime.IsZero()) && s.AuthTime.Before(c.ServerTime(e.signedInSince).Add(-ClockLeeway)):
		p := invalid(errors.New("auth_time is missing or too early"))
		p.Why = "The server did not ask for your sign-in again."
		return p
	}
	return nil
}

// nonceOK compares the nonce. Servers put the first one into the ID token of a refresh too (OpenID Connect Core,
// section 12.2): it may be absent there, and different never.
func nonceOK(got *string, e expectation) bool {
	if got == nil || e.nonce.Empty() {
		return e.nonceOptional
	}
	return e.nonce.EqualString(*got)
}

// acrOK compares the authentication context with those asked for (OpenID Connect Core, section 3.1.2.1). Servers may
// ignore acr_values and sign in all the same; only the claim tells.
func acrOK(got text, e expectation) bool {
	return len(e.acr) == 0 || slices.Contains(e.acr, string(got)) || got == "" && e.acrOptional
}

func subjectOK(s string) bool {
	return s != "" && len(s) <= maxSubject && !strings.ContainsFunc(s, func(r rune) bool { return r < ' ' || r == 0x7f })
}

// hashMatches compares at_hash: the left half of the access token's hash (OpenID Connect Core, section 3.1.3.6).
func hashMatches(atHash string, access secret.Text, alg string) bool {
	hash := crypto.SHA512 // EdDSA with Ed25519, *512
	switch {
	case strings.HasSuffix(alg, "256"):
		hash = crypto.SHA256
	case strings.HasSuffix(alg, "384"):
		hash = crypto.SHA384
	}
	h := hash.New()
	h.Write([]byte(access.Reveal()))
	sum := h.Sum(nil)
	want := base64.RawURLEncoding.EncodeToString(sum[:len(sum)/2])
	return subtle.ConstantTimeCompare([]byte(want), []byte(atHash)) == 1
}

// header is a JOSE header (RFC 7515, section 4.1) as far as it decides anything.
type header struct {
	Alg  string `json:"alg"`
	Typ  text   `json:"typ"`
	Crit member `json:"crit"`
}

// readHeader refuses what is no ID token in form: not one compact signature, encrypted, of another type, or with
// extensions that must be understood.
func readHeader(raw string) (header, error) {
	var h header
	parts := strings.Split(raw, ".")
	if len(parts) != 3 || parts[2] == "" {
		return h, fmt.Errorf("%d parts instead of 3", len(parts))
	}
	b, err := base64.RawURLEncoding.Strict().DecodeString(parts[0])
	if err != nil {
		return h, errors.New("header is not base64url")
	}
	if err := strictJSON(b, &h); err != nil {
		return h, err
	}
	switch {
	case h.Typ != "" && !strings.EqualFold(string(h.Typ), "JWT"):
		return h, errors.New("it is a token of another type")
	case len(h.Crit) > 0:
		return h, errors.New("it demands extensions")
	}
	return h, nil
}

// signatureCheck is the library's key set over ours. It keeps the payload, and our error, which the library flattens.
type signatureCheck struct {
	keys    *keySet
	algs    []jose.SignatureAlgorithm
	payload []byte
	err     error
}

var _ oidc.KeySet = (*signatureCheck)(nil)

// VerifySignature implements [oidc.KeySet].
func (s *signatureCheck) VerifySignature(ctx context.Context, jwt string) ([]byte, error) {
	s.payload, s.err = s.keys.verify(ctx, jwt, s.algs)
	return s.payload, s.err
}

// strictJSON decodes with the rules that answers have.
func strictJSON(b []byte, v any) error {
	r := transport.Response{Body: b}
	if r.DecodeJSON(v) != nil {
		return errors.New("its JSON is malformed")
	}
	return nil
}

func invalid(err error) *problem.Problem {
	return problem.New(problem.IDTokenInvalid, problem.Caused(fmt.Errorf("id token: %w", err)))
}

// untimely says how far this computer's clock is off from the server's, when that is known: it is the usual cause.
func (c *Client) untimely(what, why string) *problem.Problem {
	p := invalid(errors.New(what))
	p.Why = why
	if off, fix := c.clockOff(host(c.Server.TokenEndpoint)); off != "" {
		p.Why, p.Fix = why+" "+off, fix
	}
	return p
}

// clockOff says how far this computer's clock is off from the server's, and what to do; empty when it is not, or not known.
func (c *Client) clockOff(host string) (why, fix string) {
	seen := c.HTTP.Observed(host)
	off := seen.Offset.Abs()
	if seen.At.IsZero() || off <= time.Minute {
		return "", ""
	}
	direction := "behind"
	if seen.Offset < 0 {
		direction = "ahead of"
	}
	return "This computer's clock is " + off.Round(time.Minute).String() + " " + direction + " the server's.",
		"Set this computer's clock, then start the sign-in again."
}
