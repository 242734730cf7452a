package identity

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/zitadel/oidc/v3/pkg/oidc"
	"github.com/zitadel/oidc/v3/pkg/op"

	"latchkey/internal/demo/fresh"
	"latchkey/internal/demo/people"
)

// conversation is what an auth_session stands for. Each is good for one request and 10 minutes.
type conversation struct {
	pushed
}

// pushed is a sign-in that can go on in the browser under a request_uri (RFC 9126, section 2.2), and until then the
// beginning of one at the challenge endpoint.
type pushed struct {
	clientID, redirectURI, state, nonce string
	scopes                              []string
	challenge                           *oidc.CodeChallenge
	ends                                time.Time

	username string
	person   people.Person // who passed the first factor; zero before that
	amr      []string
	second   second
	company  bool
	force    bool   // somebody who is signed in in the browser has to do so again
	key      string // thumbprint of the key that the code is bound to; empty: to none
	stepUp   bool   // the step that was wanted before a session is renewed
}

// over lays what was pushed over what the address says. Only redirect_uri and state are taken from there, and only
// when the app did not say them before: it may not have had a socket yet.
func (p pushed) over(r request) request {
	if p.redirectURI != "" {
		r.redirectURI, r.state = p.redirectURI, p.state
	}
	r.nonce, r.scopes, r.challenge, r.key, r.stepUp = p.nonce, p.scopes, p.challenge, p.key, p.stepUp
	return r
}

const requestURILife = 5 * time.Minute

func (s *storage) push(p pushed) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	uri := "urn:ietf:params:oauth:request_uri:" + fresh.Token(s.Rand)
	p.ends = s.Clock.Now().Add(requestURILife)
	makeRoom(s.pushed, func(old *pushed) bool { return s.Clock.Now().After(old.ends) })
	s.pushed[uri] = &p
	return uri
}

func (s *storage) takePushed(uri, clientID string) (pushed, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	p, ok := s.pushed[uri]
	if !ok || p.clientID != clientID {
		return pushed{}, false
	}
	delete(s.pushed, uri)
	return *p, s.Clock.Now().Before(p.ends)
}

func (s *storage) converse(c conversation) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	id := fresh.Token(s.Rand)
	c.ends = s.Clock.Now().Add(signInLife)
	makeRoom(s.talks, func(old *conversation) bool { return s.Clock.Now().After(old.ends) })
	s.talks[id] = &c
	return id
}

func (s *storage) takeConversation(id string) (conversation, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c, ok := s.talks[id]
	if !ok {
		return conversation{}, false
	}
	delete(s.talks, id)
	return *c, s.Clock.Now().Before(c.ends)
}

// challenge is the authorization challenge endpoint (OAuth 2.0 for First-Party Applications, section 5): the app
// asks for e-mail, password and code itself.
func (s *Server) challenge(w http.ResponseWriter, r *http.Request) {
	if !s.checkForm(w, r) {
		return
	}
	var c conversation
	if id := r.PostFormValue("auth_session"); id != "" {
		var ok bool
		if c, ok = s.store.takeConversation(id); !ok {
			writeError(w, http.StatusBadRequest, "invalid_session", "the session is over")
			return
		}
		if sent := r.PostFormValue("client_id"); sent != "" && sent != c.clientID {
			writeError(w, http.StatusBadRequest, "invalid_client", "the session belongs to another app")
			return
		}
		if c.key != provedKey(r.Context()) {
			writeError(w, http.StatusBadRequest, "invalid_dpop_proof", "the session belongs to another key")
			return
		}
	} else if c.pushed = (pushed{clientID: r.PostFormValue("client_id"), key: provedKey(r.Context())}); !s.knownPublic(c.clientID) {
		writeError(w, http.StatusUnauthorized, "invalid_client", "")
		return
	}
	if code, why := s.takeParameters(&c, r); code != "" {
		writeError(w, http.StatusBadRequest, code, why)
		return
	}
	s.converseOn(w, r, c)
}

func (s *Server) knownPublic(clientID string) bool {
	app, ok := s.store.client(clientID)
	return ok && app.Secret == ""
}

// takeParameters takes the authorization parameters in: with the first request, or the next one that has any.
func (s *Server) takeParameters(c *conversation, r *http.Request) (code, why string) {
	sent := &oidc.CodeChallenge{Challenge: r.PostFormValue("code_challenge"), Method: oidc.CodeChallengeMethod(r.PostFormValue("code_challenge_method"))}
	if c.challenge != nil {
		if sent.Challenge != "" && *sent != *c.challenge {
			return "invalid_request", "code_challenge changed"
		}
		return "", ""
	}
	if t := r.PostFormValue("response_type"); t != "" && t != "code" {
		return "unsupported_response_type", "response_type must be code"
	}
	if why := checkPKCE(sent); why != "" {
		return "invalid_request", why
	}
	c.challenge = sent
	c.nonce, c.scopes = r.PostFormValue("nonce"), strings.Fields(r.PostFormValue("scope"))
	if c.redirectURI, c.state = r.PostFormValue("redirect_uri"), r.PostFormValue("state"); c.redirectURI != "" {
		if app, _ := s.store.client(c.clientID); !app.allows(c.redirectURI) {
			return "invalid_request", "redirect_uri is not registered"
		}
	}
	return "", ""
}

// converseOn goes as far as what was sent allows.
func (s *Server) converseOn(w http.ResponseWriter, r *http.Request, c conversation) {
	if s.On(WebOnly) {
		s.toWeb(w, c)
		return
	}
	if c.person.Subject == "" && !s.challengePassword(w, r, &c) {
		return
	}
	switch {
	case c.person.Web:
		writeError(w, http.StatusBadRequest, "redirect_to_web", "continue in the browser")
	case !s.challengeFactor(w, r, &c), !s.challengeNewPassword(w, r, &c):
	case s.challengeHeld(w, c):
	default:
		s.grantCode(w, r, c)
	}
}

// challengePassword reports whether the first factor is proved; if not, it has answered.
func (s *Server) challengePassword(w http.ResponseWriter, r *http.Request, c *conversation) bool {
	if name := strings.TrimSpace(r.PostFormValue("username")); name != "" {
		c.username = name
	}
	password := r.PostFormValue("password")
	if who, ok := s.People.Find(c.username); ok && who.Company && password != "" && !s.companyOnly() {
		c.company = true
		s.toWeb(w, *c)
		return false
	}
	if c.username == "" || password == "" {
		s.ask(w, *c, map[string]any{"username_required": c.username == "", "password_required": true})
		return false
	}
	if s.challengeRefused(w) {
		return false
	}
	if who, ok := s.passkeyOnly(c.username); ok {
		c.person, c.second.method = who, people.WebAuthn
		s.toWeb(w, *c)
		return false
	}
	res := s.People.CheckPassword(c.username, password)
	if !res.OK() {
		s.refuse(w, *c, res, map[string]any{
			"error_description": "The e-mail or the password is not right.",
			"username_required": true, "password_required": true,
		})
		return false
	}
	c.person, c.amr = res.Person, []string{"pwd"}
	return true
}

// ask answers that more is needed, with the session to say it in.
func (s *Server) ask(w http.ResponseWriter, c conversation, members map[string]any) {
	members["error"] = "insufficient_authorization"
	members["auth_session"] = s.store.converse(c)
	writeJSON(w, http.StatusBadRequest, members)
}

// refuse answers that what was sent does not do.
func (s *Server) refuse(w http.ResponseWriter, c conversation, res people.Result, members map[string]any) {
	switch res.Refusal {
	case people.Locked:
		wait := max(1, int(res.Until.Sub(s.Clock.Now()).Round(time.Second)/time.Second))
		w.Header().Set("Retry-After", strconv.Itoa(wait))
		writeJSON(w, http.StatusBadRequest, map[string]any{
			"error": "account_locked", "error_description": "Too many tries. The account opens again by itself.",
			"locked_until": res.Until.UTC().Format(time.RFC3339), "retry_after": wait,
		})
	case people.Disabled, people.Deleted, people.Invited, people.Elsewhere:
		refusedAccount(res).tell(w)
	default:
		members["attempts_left"] = res.AttemptsLeft
		s.ask(w, c, members)
	}
}

// toWeb answers that the browser goes on with this very sign-in.
func (s *Server) toWeb(w http.ResponseWriter, c conversation) {
	writeJSON(w, http.StatusBadRequest, map[string]any{
		"error": "redirect_to_web", "error_description": "continue in the browser",
		"request_uri": s.store.push(c.pushed), "expires_in": int(requestURILife / time.Second),
	})
}

func (s *Server) grantCode(w http.ResponseWriter, r *http.Request, c conversation) {
	req := s.store.newRequest(request{clientID: c.clientID, nonce: c.nonce, scopes: c.scopes, challenge: c.challenge, key: c.key, stepUp: c.stepUp})
	s.store.complete(req, proof{c.person.Subject, c.amr, "password", hostOf(r)})
	code, err := op.CreateAuthRequestCode(r.Context(), req, s.store, s.provider.Crypto())
	if err != nil {
		writeError(w, http.StatusInternalServerError, "server_error", "")
		return
	}
	s.Count("code issued")
	next := conversation{pushed: pushed{clientID: c.clientID, username: c.person.Username, key: c.key}}
	writeJSON(w, http.StatusOK, map[string]any{"authorization_code": code, "auth_session": s.store.converse(next)})
}
