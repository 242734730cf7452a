package genesys

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/json"
	"mime"
	"net/http"
	"strings"
	"time"

	"latchkey/internal/demo/fresh"
	"latchkey/internal/demo/people"
)

// grant is what a code or a refresh token stands for.
type grant struct {
	request request
	person  people.Person
	ends    time.Time // of a code
}

// token is an access token.
type token struct {
	clientID string
	person   people.Person
	before   time.Time // see request
	ends     time.Time
	idles    time.Time
	calls    int       // in this minute
	minute   time.Time // when it began
}

// token is the token endpoint: no secret, no Authorization header needed, PKCE always.
func (s *Server) token(w http.ResponseWriter, r *http.Request) {
	s.correlate(w)
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || kind != "application/x-www-form-urlencoded" || r.ParseForm() != nil || r.URL.RawQuery != "" {
		refuse(w, "invalid_request", "the body must be a form")
		return
	}
	client, ok := s.client(r.PostFormValue("client_id"))
	if !ok {
		refuse(w, "invalid_client", "client not found or invalid")
		return
	}
	switch r.PostFormValue("grant_type") {
	case "authorization_code":
		s.Count("grant authorization_code")
		s.redeemCode(w, r, client)
	case "refresh_token":
		s.Count("grant refresh_token")
		s.redeemRefresh(w, r, client)
	default:
		refuse(w, "unsupported_grant_type", "grant_type is not supported")
	}
}

func (s *Server) redeemCode(w http.ResponseWriter, r *http.Request, client Client) {
	code := r.PostFormValue("code")
	s.mu.Lock()
	g, ok := s.codes[code]
	delete(s.codes, code)
	s.mu.Unlock()
	sum := sha256.Sum256([]byte(r.PostFormValue("code_verifier")))
	verified := ok && subtle.ConstantTimeCompare([]byte(base64.RawURLEncoding.EncodeToString(sum[:])), []byte(g.request.challenge)) == 1
	if !verified || g.request.client.ID != client.ID || g.request.redirectURI != r.PostFormValue("redirect_uri") || s.Clock.Now().After(g.ends) {
		refuse(w, "invalid_grant", "authorization code not found or invalid")
		return
	}
	s.grant(w, *g)
}

// redeemRefresh uses a refresh token up and gives a new one.
func (s *Server) redeemRefresh(w http.ResponseWriter, r *http.Request, client Client) {
	current := r.PostFormValue("refresh_token")
	s.mu.Lock()
	g, ok := s.refresh[current]
	if ok = ok && g.request.client.ID == client.ID && !s.On(RefuseRefresh); ok {
		delete(s.refresh, current)
	}
	s.mu.Unlock()
	if !ok {
		refuse(w, "invalid_grant", "refresh token not found or invalid")
		return
	}
	s.grant(w, *g)
}

func (s *Server) grant(w http.ResponseWriter, g grant) {
	life := tokenLife
	if s.On(ShortTokens) {
		life = shortTokenLife
	}
	now := s.Clock.Now()
	access := fresh.Token(s.Rand)
	answer := map[string]any{"access_token": access, "token_type": "bearer", "expires_in": int(life/time.Second) - 1}
	s.mu.Lock()
	makeRoom(s.access)
	s.access[access] = &token{clientID: g.request.client.ID, person: g.person, before: g.request.before, ends: now.Add(life), idles: now.Add(idleTime)}
	if g.request.client.Refresh && !s.On(NoRefreshToken) {
		refresh := fresh.Token(s.Rand)
		if s.On(LargeTokens) {
			refresh += strings.Repeat("x", 6000)
		}
		makeRoom(s.refresh)
		s.refresh[refresh] = &g
		answer["refresh_token"] = refresh
	}
	s.mu.Unlock()
	writeJSON(w, http.StatusOK, answer)
}

// endAll ends every token of a person.
func (s *Server) endAll(subject string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for value, t := range s.access {
		if t.person.Subject == subject {
			delete(s.access, value)
		}
	}
	s.endRefresh(subject, "")
}

// endRefresh ends a person's refresh tokens, of one client or of all.
func (s *Server) endRefresh(subject, clientID string) {
	for value, g := range s.refresh {
		if g.person.Subject == subject && (clientID == "" || g.request.client.ID == clientID) {
			delete(s.refresh, value)
		}
	}
}

// refuse answers with the three members of Genesys Cloud's OAuth errors.
func refuse(w http.ResponseWriter, code, words string) {
	writeJSON(w, http.StatusBadRequest, map[string]any{"error": code, "description": words, "error_description": words})
}

func writeJSON(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(v)
}
