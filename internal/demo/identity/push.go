package identity

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/zitadel/oidc/v3/pkg/oidc"
)

// PushedRequests is the scenario in which Acme takes authorization requests directly, and no other way (RFC 9126).
const PushedRequests = "pushed-requests"

func (s *Server) wantsPushed() bool { return s.Challenge && s.On(PushedRequests) }

// push is the pushed authorization request endpoint (RFC 9126, section 2): it checks what the authorization endpoint would, and
// answers with a reference that is good once.
func (s *Server) push(w http.ResponseWriter, r *http.Request) {
	if !s.wantsPushed() {
		http.NotFound(w, r)
		return
	}
	if !s.checkForm(w, r) {
		return
	}
	f := r.PostForm
	app, ok := s.store.client(f.Get("client_id"))
	if !ok || app.Secret != "" {
		writeError(w, http.StatusUnauthorized, "invalid_client", "")
		return
	}
	req := request{
		redirectURI: f.Get("redirect_uri"),
		challenge:   &oidc.CodeChallenge{Challenge: f.Get("code_challenge"), Method: oidc.CodeChallengeMethod(f.Get("code_challenge_method"))},
	}
	key, bound := pushedKey(r)
	switch code, why := s.refuseRequest(app, f, req); {
	case f.Has("request_uri"):
		writeError(w, http.StatusBadRequest, "invalid_request", "a reference cannot be pushed")
		return
	case !app.allows(req.redirectURI):
		writeError(w, http.StatusBadRequest, "invalid_request", "redirect_uri is not registered")
		return
	case !bound:
		writeError(w, http.StatusBadRequest, "invalid_dpop_proof", "dpop_jkt is another key")
		return
	case code != "":
		writeError(w, http.StatusBadRequest, code, why)
		return
	}
	s.Count("request pushed")
	uri := s.store.push(pushed{
		clientID: app.ID, redirectURI: req.redirectURI, state: f.Get("state"), nonce: f.Get("nonce"), scopes: strings.Fields(f.Get("scope")),
		challenge: req.challenge, username: f.Get("login_hint"), company: f.Get("idp_hint") == "company" && s.Company != nil,
		force: forced(f.Get("prompt"), f.Get("max_age")), key: key,
	})
	writeJSON(w, http.StatusCreated, map[string]any{"request_uri": uri, "expires_in": int(requestURILife / time.Second)})
}

// pushedKey returns the key that the code is to be bound to; not ok when the proof and dpop_jkt name different ones (RFC 9449,
// section 10.1).
func pushedKey(r *http.Request) (key string, ok bool) {
	named, proved := r.PostFormValue("dpop_jkt"), provedKey(r.Context())
	if named == "" {
		named = proved
	}
	return named, proved == "" || named == proved
}

// forced reports whether somebody who is signed in has to do so again.
func forced(prompt, maxAge string) bool {
	return maxAge == "0" || slices.Contains(strings.Fields(prompt), oidc.PromptLogin)
}
