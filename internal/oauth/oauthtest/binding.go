package oauthtest

import (
	"crypto"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"strings"
	"time"

	"github.com/go-jose/go-jose/v4"
)

// Proof is the payload of a proof that came with a request (RFC 9449, section 4.2).
type Proof struct {
	ID         string         `json:"jti"`
	Method     string         `json:"htm"`
	Address    string         `json:"htu"`
	IssuedAt   int64          `json:"iat"`
	AccessHash string         `json:"ath"`
	Nonce      string         `json:"nonce"`
	Header     map[string]any `json:"-"` // as it was signed
	Thumbprint string         `json:"-"`
}

// ReadProof verifies the signature of a proof with the key in its header.
func ReadProof(compact string) (Proof, error) {
	var p Proof
	signed, err := jose.ParseSignedCompact(compact, []jose.SignatureAlgorithm{jose.ES256})
	if err != nil {
		return p, err
	}
	key := signed.Signatures[0].Protected.JSONWebKey
	payload, err := signed.Verify(key)
	if err != nil {
		return p, err
	}
	sum, err := key.Thumbprint(crypto.SHA256)
	if err != nil {
		return p, err
	}
	p.Thumbprint = Segment(sum)
	head, _, _ := strings.Cut(compact, ".")
	raw, err := base64.RawURLEncoding.DecodeString(head)
	if err == nil {
		err = json.Unmarshal(raw, &p.Header)
	}
	if err != nil {
		return p, err
	}
	return p, json.Unmarshal(payload, &p)
}

// NewNonce changes the nonce that proofs must carry, and returns it.
func (s *Server) NewNonce() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.nonce = token("nonce")
	return s.nonce
}

// proven checks the proof of a request, and answers when it does not do. A request without one has no thumbprint. access is
// the token that it is for; empty: none.
func (s *Server) proven(w http.ResponseWriter, r *http.Request, access string) (thumbprint string, ok bool) {
	compact := r.Header.Get("DPoP")
	if !s.BindTokens || compact == "" {
		return "", true
	}
	refuse := func(code string) (string, bool) {
		status := http.StatusBadRequest
		if access != "" {
			w.Header().Set("WWW-Authenticate", `DPoP algs="ES256", error="`+code+`"`)
			status = http.StatusUnauthorized
		}
		s.refuse(w, status, code)
		return "", false
	}
	s.mu.Lock()
	nonce, replayed := s.nonce, s.proofs[compact]
	s.proofs[compact] = true
	s.mu.Unlock()
	if s.WantNonce {
		w.Header().Set("DPoP-Nonce", nonce)
	}
	p, err := ReadProof(compact)
	sum := sha256.Sum256([]byte(access))
	switch {
	case err != nil, replayed, p.Method != r.Method, p.Address != s.URL+r.URL.Path, p.Header["typ"] != "dpop+jwt",
		access != "" && p.AccessHash != Segment(sum[:]):
		return refuse("invalid_dpop_proof")
	case s.WantNonce && p.Nonce != nonce:
		return refuse("use_dpop_nonce")
	case !s.WantNonce && time.Unix(p.IssuedAt, 0).Sub(s.Now()).Abs() > time.Minute:
		return refuse("invalid_dpop_proof")
	}
	return p.Thumbprint, true
}
