package identity

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"

	"latchkey/internal/clock/clocktest"
)

// A proof is for one request, with one method, at one address, with one token, now, and is taken once (RFC 9449, section 4.3).
func TestProofsAreStrict(t *testing.T) {
	const method, address, access = "POST", "http://127.0.0.1:1/oauth/token", "the-token"
	clk := clocktest.At(time.Date(2026, 11, 23, 9, 30, 0, 0, time.UTC))
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	hash := sha256.Sum256([]byte(access))
	sign := func(kind string, claims map[string]any) string {
		signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.ES256, Key: key}, (&jose.SignerOptions{EmbedJWK: true}).WithType(jose.ContentType(kind)))
		if err != nil {
			t.Fatal(err)
		}
		payload, err := json.Marshal(claims)
		if err != nil {
			t.Fatal(err)
		}
		signed, err := signer.Sign(payload)
		if err != nil {
			t.Fatal(err)
		}
		text, err := signed.CompactSerialize()
		if err != nil {
			t.Fatal(err)
		}
		return text
	}
	for name, c := range map[string]struct {
		kind    string
		changes map[string]any
		after   time.Duration
		want    string
	}{
		"good":              {},
		"other method":      {changes: map[string]any{"htm": "GET"}, want: "invalid_dpop_proof"},
		"other address":     {changes: map[string]any{"htu": address + "2"}, want: "invalid_dpop_proof"},
		"other token":       {changes: map[string]any{"ath": "x"}, want: "invalid_dpop_proof"},
		"no id":             {changes: map[string]any{"jti": ""}, want: "invalid_dpop_proof"},
		"too old":           {changes: map[string]any{"iat": clk.Now().Add(-2 * time.Minute).Unix()}, want: "invalid_dpop_proof"},
		"from the future":   {changes: map[string]any{"iat": clk.Now().Add(2 * time.Minute).Unix()}, want: "invalid_dpop_proof"},
		"no nonce":          {changes: map[string]any{"nonce": ""}, want: "use_dpop_nonce"},
		"another nonce":     {changes: map[string]any{"nonce": "x"}, want: "use_dpop_nonce"},
		"the nonce before":  {after: nonceLife, changes: map[string]any{"iat": clk.Now().Add(nonceLife).Unix()}},
		"a nonce long gone": {after: 2 * nonceLife, changes: map[string]any{"iat": clk.Now().Add(2 * nonceLife).Unix()}, want: "use_dpop_nonce"},
		"another type":      {kind: "jwt", want: "invalid_dpop_proof"},
	} {
		t.Run(name, func(t *testing.T) {
			clk := clocktest.At(clk.Now())
			p := newProofs(clk, rand.Reader)
			claims := map[string]any{
				"jti": "1", "htm": method, "htu": address, "iat": clk.Now().Unix(), "nonce": p.current(),
				"ath": base64.RawURLEncoding.EncodeToString(hash[:]),
			}
			for claim, value := range c.changes {
				claims[claim] = value
			}
			if c.kind == "" {
				c.kind = "dpop+jwt"
			}
			proof := sign(c.kind, claims)
			clk.Advance(c.after)
			if by, code := p.check(proof, method, address, access); code != c.want || (by == "") != (c.want != "") {
				t.Errorf("by %q, %q, want %q", by, code, c.want)
			}
			if _, code := p.check(proof, method, address, access); code == "" {
				t.Error("it is taken twice")
			}
		})
	}
	for _, none := range []string{"", "x", "a.b.c"} {
		if _, code := newProofs(clk, rand.Reader).check(none, method, address, ""); code != "invalid_dpop_proof" {
			t.Errorf("%q: %q", none, code)
		}
	}
}
