package oauthtest

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/hmac"
	"crypto/rand"
	"crypto/rsa"
	_ "crypto/sha256" // of the algorithms
	_ "crypto/sha512"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"strings"
	"sync"

	"github.com/go-jose/go-jose/v4"
)

// Key signs ID tokens.
type Key struct {
	ID      string
	Alg     string
	Private crypto.Signer
	Hidden  bool // not in the JWKS
}

// rsaKey is made once: that takes a while.
var rsaKey = sync.OnceValue(func() *rsa.PrivateKey { return must(rsa.GenerateKey(rand.Reader, 2048)) })

// NewKey makes a key for an algorithm: RS*, PS*, ES256, ES384 or EdDSA. All RSA keys are the same one.
func NewKey(id, alg string) Key {
	k := Key{ID: id, Alg: alg}
	switch alg[:2] {
	case "RS", "PS":
		k.Private = rsaKey()
	case "Ed":
		_, k.Private, _ = ed25519.GenerateKey(rand.Reader)
	default:
		curve := elliptic.P256()
		if alg == "ES384" {
			curve = elliptic.P384()
		}
		k.Private = must(ecdsa.GenerateKey(curve, rand.Reader))
	}
	return k
}

// JWK returns the public key.
func (k Key) JWK() jose.JSONWebKey {
	return jose.JSONWebKey{Key: k.Private.Public(), KeyID: k.ID, Algorithm: k.Alg, Use: "sig"}
}

// Sign makes a compact JWS of any header and payload. The header is not looked at: the key's own algorithm signs.
func (k Key) Sign(header map[string]any, payload []byte) string {
	input := Segment(must(json.Marshal(header))) + "." + Segment(payload)
	return input + "." + Segment(k.signature([]byte(input)))
}

// SignWithSecret makes a compact JWS with HMAC SHA-256.
func SignWithSecret(secret []byte, header map[string]any, payload []byte) string {
	input := Segment(must(json.Marshal(header))) + "." + Segment(payload)
	mac := hmac.New(crypto.SHA256.New, secret)
	mac.Write([]byte(input))
	return input + "." + Segment(mac.Sum(nil))
}

// Segment encodes a part of a JWS.
func Segment(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }

func (k Key) signature(input []byte) []byte {
	hashes := map[string]crypto.Hash{"256": crypto.SHA256, "384": crypto.SHA384, "512": crypto.SHA512}
	if k.Alg == "EdDSA" {
		return must(k.Private.Sign(rand.Reader, input, crypto.Hash(0)))
	}
	hash := hashes[k.Alg[2:]]
	h := hash.New()
	h.Write(input)
	digest := h.Sum(nil)
	switch private := k.Private.(type) {
	case *ecdsa.PrivateKey:
		r, s, err := ecdsa.Sign(rand.Reader, private, digest)
		if err != nil {
			panic(err)
		}
		size := (private.Curve.Params().BitSize + 7) / 8
		out := make([]byte, 2*size)
		r.FillBytes(out[:size])
		s.FillBytes(out[size:])
		return out
	default:
		if strings.HasPrefix(k.Alg, "PS") {
			return must(private.Sign(rand.Reader, digest, &rsa.PSSOptions{SaltLength: rsa.PSSSaltLengthEqualsHash, Hash: hash}))
		}
		return must(private.Sign(rand.Reader, digest, hash))
	}
}

func (s *Server) jwks(w http.ResponseWriter, _ *http.Request) {
	set := jose.JSONWebKeySet{Keys: []jose.JSONWebKey{}}
	for _, k := range s.Keys {
		if !k.Hidden {
			set.Keys = append(set.Keys, k.JWK())
		}
	}
	Answer{Body: set}.write(w)
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}
