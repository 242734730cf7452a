package oauth

import (
	"encoding/base64"
	"fmt"
	"io"
	"time"

	"latchkey/internal/secret"
)

// Flow is what one authorization request is bound to. Each attempt makes its own and never uses it twice.
type Flow struct {
	Verifier secret.Text // code_verifier (RFC 7636)
	State    secret.Text
	Nonce    secret.Text
	// SignedInSince, when set, asks that the person proves who they are again: an ID token that tells when they signed
	// in must name this time or a later one. At a server whose metadata promise that claim max_age=0 goes out, and it
	// must be there (OpenID Connect Core, section 3.1.2.1).
	SignedInSince time.Time
}

// NewFlow draws fresh values of 256 bits each.
func NewFlow(rand io.Reader) (Flow, error) {
	var f Flow
	for _, value := range []*secret.Text{&f.Verifier, &f.State, &f.Nonce} {
		// 32 octets make 43 unreserved characters (RFC 7636, section 4.1).
		raw := make([]byte, 32)
		if _, err := io.ReadFull(rand, raw); err != nil {
			return Flow{}, fmt.Errorf("draw random value: %w", err)
		}
		text := make([]byte, base64.RawURLEncoding.EncodedLen(len(raw)))
		base64.RawURLEncoding.Encode(text, raw)
		clear(raw)
		*value = secret.FromBytes(text)
	}
	return f, nil
}

// Wipe overwrites the values. The flow is over then.
func (f Flow) Wipe() {
	f.Verifier.Wipe()
	f.State.Wipe()
	f.Nonce.Wipe()
}
