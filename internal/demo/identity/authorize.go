package identity

import (
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/zitadel/oidc/v3/pkg/oidc"
	"github.com/zitadel/oidc/v3/pkg/op"

	"latchkey/internal/demo/page"
)

// challengeShape is what a SHA-256 in unpadded base64url looks like (RFC 7636, section 4.2).
var challengeShape = regexp.MustCompile(`^[A-Za-z0-9_-]{43}$`)

// authorize is the authorization endpoint (RFC 6749, section 3.1). Until the app and its redirect address are known
// to be real, what is wrong is shown here and never sent anywhere.
func (s *Server) authorize(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	for name, values := range q {
		if len(values) > 1 {
			s.message(w, http.StatusBadRequest, "This link is broken", "It says “"+name+"” more than once. Go back to the app and start again.")
			return
		}
	}
	app, ok := s.store.client(q.Get("client_id"))
	if !ok {
		s.message(w, http.StatusBadRequest, "This app is not known here", "Its settings name a client ID that "+s.Look.Name+" does not know. Tell whoever set it up.")
		return
	}
	start := login{hint: q.Get("login_hint"), company: q.Get("idp_hint") == "company" && s.Company != nil}
	req := request{
		clientID: app.ID, redirectURI: q.Get("redirect_uri"), state: q.Get("state"), nonce: q.Get("nonce"),
		scopes:    strings.Fields(q.Get("scope")),
		challenge: &oidc.CodeChallenge{Challenge: q.Get("code_challenge"), Method: oidc.CodeChallengeMethod(q.Get("code_challenge_method"))},
		key:       q.Get("dpop_jkt"),
	}
	start.force = forced(q.Get("prompt"), q.Get("max_age"))
	if uri := q.Get("request_uri"); uri != "" {
		p, ok := s.store.takePushed(uri, app.ID)
		if !ok {
			s.message(w, http.StatusBadRequest, "This sign-in is over", "The link was used before or is too old. Go back to the app and start again.")
			return
		}
		req = p.over(req)
		start.person, start.amr, start.second, start.company, start.hint, start.force = p.person, p.amr, p.second, p.company, p.username, p.force
	}
	if !app.allows(req.redirectURI) {
		s.message(w, http.StatusBadRequest, "This app cannot be answered", "The address it wants its answer at is not one that was agreed on. Tell whoever set it up.")
		return
	}
	if s.wantsPushed() && !q.Has("request_uri") {
		s.answerError(w, r, &req, refusal{code: "invalid_request", words: "the request must be pushed"})
		return
	}
	if code, why := s.refuseRequest(app, q, req); code != "" {
		s.answerError(w, r, &req, refusal{code: code, words: why})
		return
	}
	if len(req.scopes) == 0 {
		req.scopes = []string{oidc.ScopeOpenID}
	}
	start.request = s.store.newRequest(req)
	start.app = app.Name
	s.desk.Begin(w, r, start)
}

// refuseRequest returns the error code for a request that cannot be granted, and words for its author.
func (s *Server) refuseRequest(app Client, q url.Values, req request) (code, why string) {
	switch {
	case q.Has("request"):
		return "request_not_supported", "request objects are not supported"
	case q.Has("request_uri"):
		// Checked when it was taken in.
	case q.Get("response_type") != "code":
		return "unsupported_response_type", "response_type must be code"
	case q.Get("response_mode") != "" && q.Get("response_mode") != "query":
		return "invalid_request", "response_mode must be query"
	}
	if why := checkPKCE(req.challenge); why != "" {
		return "invalid_request", why
	}
	if slices.Contains(strings.Fields(q.Get("prompt")), oidc.PromptNone) {
		return "login_required", "nobody is signed in"
	}
	return "", ""
}

// checkPKCE insists on S256: "plain" and a missing method, which means plain, protect nothing (RFC 9700, section 2.1.1).
func checkPKCE(c *oidc.CodeChallenge) string {
	switch {
	case c.Challenge == "":
		return "code_challenge is required"
	case c.Method != oidc.CodeChallengeMethodS256:
		return "code_challenge_method must be S256"
	case !challengeShape.MatchString(c.Challenge):
		return "code_challenge is malformed"
	}
	return ""
}

// answerCode sends the browser back to the app with a code.
func (s *Server) answerCode(w http.ResponseWriter, r *http.Request, req *request) {
	address, err := op.BuildAuthResponseCallbackURL(r.Context(), req, s.provider)
	if err != nil {
		s.message(w, http.StatusBadRequest, "This sign-in is over", "Go back to the app and start again.")
		return
	}
	s.Count("code issued")
	s.answer(w, r, address, nil)
}

// answerError sends the browser back to the app with an error (RFC 6749, section 4.1.2.1).
func (s *Server) answerError(w http.ResponseWriter, r *http.Request, req *request, f refusal) {
	v := url.Values{"error": {f.code}}
	if f.words != "" {
		v.Set("error_description", f.words)
	}
	for name, value := range f.more {
		v.Set(name, value)
	}
	if req.state != "" {
		v.Set("state", req.state)
	}
	s.answer(w, r, req.redirectURI, v)
}

// answer adds who is answering (RFC 9207) and redirects.
func (s *Server) answer(w http.ResponseWriter, r *http.Request, address string, more url.Values) {
	u, err := url.Parse(address)
	if err != nil {
		s.message(w, http.StatusBadRequest, "This app cannot be answered", "Its address cannot be read.")
		return
	}
	q := u.Query()
	for name := range more {
		q.Set(name, more.Get(name))
	}
	q.Set("iss", s.Issuer)
	if s.On(WrongIssuer) {
		q.Set("iss", "https://login.other.example")
	}
	u.RawQuery = q.Encode()
	page.Headers(w)
	http.Redirect(w, r, u.String(), http.StatusSeeOther)
}
