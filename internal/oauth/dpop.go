package oauth

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/url"
	"time"

	"github.com/go-jose/go-jose/v4"

	"latchkey/internal/problem"
	"latchkey/internal/secret"
)

// proofAlg is the one algorithm that proofs are signed with. A server that does not take it gets none.
const proofAlg = "ES256"

// prover proves that a request comes from the holder of a session's key (RFC 9449): tokens that are bound to the key are of no use
// to who finds them without it. Its key is a secret.
type prover struct {
	key        secret.Text // the scalar of P-256, base64url: short, for keychains have little room
	thumbprint string      // of the public key (RFC 7638): dpop_jkt
	signer     jose.Signer
	rand       io.Reader
	nonces     *nonces
}

const scalarSize = 32

// newProver draws a key.
func newProver(rand io.Reader) (*prover, error) {
	raw := make([]byte, scalarSize)
	defer clear(raw)
	for range 8 { // one in 2^32 is no scalar
		if _, err := io.ReadFull(rand, raw); err != nil {
			return nil, fmt.Errorf("draw a key: %w", err)
		}
		text := make([]byte, base64.RawURLEncoding.EncodedLen(scalarSize))
		base64.RawURLEncoding.Encode(text, raw)
		if p, err := proverOf(secret.FromBytes(text), rand); err == nil {
			return p, nil
		}
	}
	return nil, errors.New("draw a key: the randomness is none")
}

// proverOf returns the prover of a key that was drawn before.
func proverOf(key secret.Text, rand io.Reader) (*prover, error) {
	raw, err := base64.RawURLEncoding.DecodeString(key.Reveal())
	if err != nil {
		return nil, errors.New("key is not base64url")
	}
	defer clear(raw)
	private, err := ecdsa.ParseRawPrivateKey(elliptic.P256(), raw)
	if err != nil {
		return nil, errors.New("key is none of P-256")
	}
	options := (&jose.SignerOptions{EmbedJWK: true}).WithType("dpop+jwt") // the public half: section 4.2
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: proofAlg, Key: private}, options)
	if err != nil {
		return nil, err
	}
	public := jose.JSONWebKey{Key: private.Public()}
	thumbprint, err := public.Thumbprint(crypto.SHA256)
	if err != nil {
		return nil, err
	}
	return &prover{
		key: key, thumbprint: base64.RawURLEncoding.EncodeToString(thumbprint), signer: signer, rand: rand, nonces: newNonces(),
	}, nil
}

// proofClaims are the payload of a proof (RFC 9449, section 4.2).
type proofClaims struct {
	ID         string `json:"jti"`
	Method     string `json:"htm"`
	Address    string `json:"htu"`
	IssuedAt   int64  `json:"iat"`
	AccessHash string `json:"ath,omitempty"`
	Nonce      string `json:"nonce,omitempty"`
}

// proof makes a fresh proof for one request. With an access token it is for that token only.
func (p *prover) proof(method string, address *url.URL, access secret.Text, at time.Time) (string, error) {
	id := make([]byte, 16)
	if _, err := io.ReadFull(p.rand, id); err != nil {
		return "", fmt.Errorf("draw random value: %w", err)
	}
	plain := *address
	plain.RawQuery, plain.ForceQuery, plain.Fragment, plain.RawFragment = "", false, "", ""
	claims := proofClaims{
		ID: base64.RawURLEncoding.EncodeToString(id), Method: method, Address: plain.String(), IssuedAt: at.Unix(),
		Nonce: p.nonces.of(origin(address.String())),
	}
	if !access.Empty() {
		sum := sha256.Sum256([]byte(access.Reveal()))
		claims.AccessHash = base64.RawURLEncoding.EncodeToString(sum[:])
	}
	payload, err := json.Marshal(claims)
	if err != nil {
		return "", err
	}
	signed, err := p.signer.Sign(payload)
	if err != nil {
		return "", err
	}
	return signed.CompactSerialize()
}

// Bound returns a client whose requests prove that they come from the holder of this key, a [Tokens].ProofKey of an earlier
// sign-in; with an empty key they prove nothing. A key that is damaged is the problem session-ended: what is bound to it
// is of no use to anybody any more.
func (c *Client) Bound(key secret.Text) (*Client, error) {
	bound := *c
	bound.proof = nil
	if key.Empty() {
		return &bound, nil
	}
	var err error
	if bound.proof, err = proverOf(secret.New(key.Reveal()), c.Rand); err != nil {
		return nil, problem.New(problem.SessionEnded, problem.Because("The key that it is bound to is damaged."), problem.Caused(err))
	}
	return &bound, nil
}

// proofKey returns a copy of the key that tokens are bound to; empty when they are not.
func (c *Client) proofKey() secret.Text {
	if c.proof == nil {
		return secret.Text{}
	}
	return secret.New(c.proof.key.Reveal())
}
