package oauth

import (
	"context"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rsa"
	"errors"
	"net/http"
	"strings"
	"time"

	"github.com/go-jose/go-jose/v4"

	"latchkey/internal/clock"
	"latchkey/internal/problem"
	"latchkey/internal/transport"
)

const (
	keysFresh     = time.Hour      // asked for again after that
	keysUsable    = 24 * time.Hour // used no longer than that, even when the server cannot be reached
	keysRefetch   = time.Minute    // no key, whoever names it, makes us ask more often
	maxKeys       = 256
	minRSAModulus = 2048
	maxJWKSSize   = 1 << 20
)

// keySet holds the server's public keys (RFC 7517). It is asked for when a token names a key that is not there, at most
// once a minute; keys that are there stay when the server fails. It is safe for concurrent use.
type keySet struct {
	http  *transport.Client
	clock clock.Clock
	uri   string

	turn      chan struct{} // holds a value while somebody uses the fields below
	keys      []jose.JSONWebKey
	fetched   time.Time // last success
	refetched time.Time // last try on account of a token
}

func newKeySet(http *transport.Client, clk clock.Clock, uri string) *keySet {
	return &keySet{http: http, clock: clk, uri: uri, turn: make(chan struct{}, 1)}
}

var errNoKey = errors.New("no key of the server verifies the signature")

// verify checks a token's signature and returns the payload. The token's own ideas of where its key is (jwk, jku, x5u,
// x5c) are never followed.
func (k *keySet) verify(ctx context.Context, compact string, algs []jose.SignatureAlgorithm) ([]byte, error) {
	token, err := jose.ParseSignedCompact(compact, algs)
	if err != nil {
		return nil, err
	}
	select {
	case k.turn <- struct{}{}:
		defer func() { <-k.turn }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	if k.age() > keysFresh {
		if err := k.fetch(ctx); err != nil && k.age() > keysUsable {
			return nil, err
		}
	}
	header := token.Signatures[0].Header
	payload, named := k.try(token, header)
	if payload != nil {
		return payload, nil
	}
	if named && header.KeyID != "" {
		return nil, errNoKey // the key is there and says no: asking again changes nothing
	}
	// Perhaps the server has new keys. Only one such question a minute: token after token can name keys that never were.
	now := k.clock.Now()
	if since := now.Sub(k.refetched); since >= 0 && since < keysRefetch {
		return nil, errNoKey
	}
	k.refetched = now
	if err := k.fetch(ctx); err != nil {
		return nil, err
	}
	if payload, _ = k.try(token, header); payload != nil {
		return payload, nil
	}
	return nil, errNoKey
}

// Prepare fetches the server's keys, so that they are there when tokens come. It is a kindness to the one who waits:
// when it fails, the keys are asked for again when they are needed.
func (c *Client) Prepare(ctx context.Context) {
	if c.keys == nil || !c.Server.openID() {
		return
	}
	select {
	case c.keys.turn <- struct{}{}:
		defer func() { <-c.keys.turn }()
		if c.keys.age() > keysFresh {
			_ = c.keys.fetch(ctx)
		}
	case <-ctx.Done():
	}
}

// age tells how old the keys are, on a clock that may be set back.
func (k *keySet) age() time.Duration { return k.clock.Now().Sub(k.fetched).Abs() }

// try goes through the keys that fit: those of the token's key ID, or all of the right type when it names none. Two keys
// can share an ID while a server rotates.
func (k *keySet) try(token *jose.JSONWebSignature, header jose.Header) (payload []byte, named bool) {
	for _, key := range k.keys {
		if header.KeyID != "" && key.KeyID != header.KeyID || !fits(key, header.Algorithm) {
			continue
		}
		named = true
		if payload, err := token.Verify(key.Key); err == nil {
			return payload, true
		}
	}
	return nil, named
}

// fetch asks for the keys. Those that are there stay when that fails.
func (k *keySet) fetch(ctx context.Context) error {
	keys, err := k.download(ctx)
	if err != nil {
		return err
	}
	k.keys, k.fetched = keys, k.clock.Now()
	return nil
}

func (k *keySet) download(ctx context.Context) ([]jose.JSONWebKey, error) {
	r, err := k.http.Do(ctx, transport.Request{
		URL: k.uri, Accept: "application/jwk-set+json, application/json", Limit: maxJWKSSize,
	})
	if err != nil {
		return nil, err
	}
	var set struct {
		Keys []member `json:"keys"`
	}
	if err := r.DecodeJSON(&set); err != nil {
		return nil, err
	}
	if r.Status != http.StatusOK || len(set.Keys) > maxKeys {
		return nil, problem.New(problem.ServerAnswer, problem.Because("Its keys cannot be read."))
	}
	var keys []jose.JSONWebKey
	for _, raw := range set.Keys {
		var key jose.JSONWebKey
		if key.UnmarshalJSON(raw) == nil && usable(key) { // keys of kinds we do not know are not for us
			keys = append(keys, key)
		}
	}
	if len(keys) == 0 {
		return nil, problem.New(problem.ServerAnswer, problem.Because("It has no key that Latchkey can use."))
	}
	return keys, nil
}

// usable takes public keys for signatures only: no symmetric key ever verifies anything.
func usable(key jose.JSONWebKey) bool {
	if !key.Valid() || key.Use != "" && key.Use != "sig" {
		return false
	}
	switch public := key.Key.(type) {
	case *rsa.PublicKey:
		return public.N.BitLen() >= minRSAModulus
	case *ecdsa.PublicKey, ed25519.PublicKey:
		return true
	}
	return false
}

// fits reports whether a key is for an algorithm (RFC 7518, section 3.1).
func fits(key jose.JSONWebKey, alg string) bool {
	if key.Algorithm != "" && key.Algorithm != alg && !(key.Algorithm == "Ed25519" && alg == "EdDSA") {
		return false
	}
	switch public := key.Key.(type) {
	case *rsa.PublicKey:
		return strings.HasPrefix(alg, "RS") || strings.HasPrefix(alg, "PS")
	case *ecdsa.PublicKey:
		return alg == "ES256" && public.Curve == elliptic.P256() || alg == "ES384" && public.Curve == elliptic.P384()
	case ed25519.PublicKey:
		return alg == "EdDSA"
	}
	return false
}
