package identity

import (
	"context"
	"crypto"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"sync"
	"time"

	"github.com/go-jose/go-jose/v4"

	"latchkey/internal/clock"
	"latchkey/internal/demo/fresh"
)

// BoundTokens is the scenario in which Acme binds tokens to a key of the app's (RFC 9449).
const BoundTokens = "bound-tokens"

func (s *Server) binds() bool { return s.Challenge && s.On(BoundTokens) }

const (
	proofLife = time.Minute     // of a proof, to both sides of this server's clock
	nonceLife = 2 * time.Minute // then there is a new one; the one before is taken as long again
)

// proofs knows which proofs were seen, and which nonces they have to hold.
type proofs struct {
	clock clock.Clock
	rand  io.Reader

	mu       sync.Mutex           // guards the following
	seen     map[string]time.Time // jti: when it is too old to be taken anyway
	nonce    string               // that is told
	previous string               // that is still taken
	renew    time.Time            // when there is a new one
}

func newProofs(clk clock.Clock, rand io.Reader) *proofs {
	return &proofs{clock: clk, rand: rand, seen: map[string]time.Time{}}
}

// current returns the nonce to tell.
func (p *proofs) current() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	if now := p.clock.Now(); !now.Before(p.renew) {
		p.previous = p.nonce
		if now.Sub(p.renew) >= nonceLife {
			p.previous = ""
		}
		p.nonce, p.renew = fresh.Token(p.rand), now.Add(nonceLife)
	}
	return p.nonce
}

// check returns the thumbprint of the key that a proof is made with (RFC 9449, section 4.3), or the error code.
func (p *proofs) check(proof, method, address, access string) (key, code string) {
	const refused = "invalid_dpop_proof"
	signed, err := jose.ParseSignedCompact(proof, []jose.SignatureAlgorithm{jose.ES256})
	if err != nil || len(signed.Signatures) != 1 {
		return "", refused
	}
	header := signed.Signatures[0].Protected
	if header.ExtraHeaders[jose.HeaderType] != "dpop+jwt" || header.JSONWebKey == nil || !header.JSONWebKey.IsPublic() {
		return "", refused
	}
	payload, err := signed.Verify(header.JSONWebKey)
	if err != nil {
		return "", refused
	}
	var said struct {
		ID       string  `json:"jti"`
		Method   string  `json:"htm"`
		Address  string  `json:"htu"`
		IssuedAt float64 `json:"iat"`
		Access   string  `json:"ath"`
		Nonce    string  `json:"nonce"`
	}
	if json.Unmarshal(payload, &said) != nil || said.ID == "" || said.Method != method || said.Address != address {
		return "", refused
	}
	if sum := sha256.Sum256([]byte(access)); access != "" && said.Access != base64.RawURLEncoding.EncodeToString(sum[:]) {
		return "", refused
	}
	nonce := p.current()
	now := p.clock.Now()
	p.mu.Lock()
	defer p.mu.Unlock()
	if said.Nonce == "" || said.Nonce != nonce && said.Nonce != p.previous {
		return "", "use_dpop_nonce"
	}
	if now.Sub(time.Unix(int64(said.IssuedAt), 0)).Abs() > proofLife {
		return "", refused
	}
	if _, again := p.seen[said.ID]; again {
		return "", refused
	}
	makeRoom(p.seen, now.After)
	p.seen[said.ID] = now.Add(2 * proofLife)
	sum, err := header.JSONWebKey.Thumbprint(crypto.SHA256)
	if err != nil {
		return "", refused
	}
	return base64.RawURLEncoding.EncodeToString(sum), ""
}

type provedKeyName struct{}

// provedKey returns the thumbprint of the key that a request was proved with; empty when it was with none.
func provedKey(ctx context.Context) string {
	key, _ := ctx.Value(provedKeyName{}).(string)
	return key
}

// proved looks at the proof of a request to the authorization server, if it has one, and tells the nonce with every answer.
func (s *Server) proved(next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if !s.binds() {
			next(w, r)
			return
		}
		w.Header().Set("DPoP-Nonce", s.proofs.current())
		proof := r.Header.Values("DPoP")
		if len(proof) == 0 {
			next(w, r)
			return
		}
		key, code := s.proofs.check(proof[0], r.Method, s.address(r.URL.Path), "")
		if len(proof) > 1 {
			code = "invalid_dpop_proof"
		}
		if code != "" {
			s.Count(code)
			writeError(w, http.StatusBadRequest, code, "")
			return
		}
		s.Count("proof taken")
		next(w, r.WithContext(context.WithValue(r.Context(), provedKeyName{}, key)))
	}
}

// typed is an answer of the library's whose tokens are bound: the library calls all of them Bearer.
type typed struct {
	http.ResponseWriter
	status int
	body   []byte
}

func (t *typed) WriteHeader(status int) { t.status = status }

func (t *typed) Write(b []byte) (int, error) {
	t.body = append(t.body, b...)
	return len(b), nil
}

// send passes the answer on.
func (t *typed) send() {
	var members map[string]json.RawMessage
	if json.Unmarshal(t.body, &members) == nil && members["access_token"] != nil {
		members["token_type"] = json.RawMessage(`"DPoP"`)
		t.body, _ = json.Marshal(members)
	}
	if t.status != 0 {
		t.ResponseWriter.WriteHeader(t.status)
	}
	_, _ = t.ResponseWriter.Write(t.body)
}
