package genesys

import (
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"

	"latchkey/internal/demo/fresh"
	"latchkey/internal/demo/page"
	"latchkey/internal/demo/people"
)

var challengeShape = regexp.MustCompile(`^[A-Za-z0-9_-]{43}$`)

// request is one authorization request.
type request struct {
	client      Client
	redirectURI string
	state       string
	challenge   string
	before      time.Time // when whoever logged in did so with a password before this; zero: never
}

// authorize begins a login. What an unknown client or address gets is a dead page: the app is never answered.
func (s *Server) authorize(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	client, known := s.client(q.Get("client_id"))
	if !known || !client.allows(q.Get("redirect_uri")) {
		s.message(w, http.StatusBadRequest, "Something is not right", "OAuth client ID or redirect URI is invalid")
		return
	}
	req := request{client: client, redirectURI: q.Get("redirect_uri"), state: q.Get("state"), challenge: q.Get("code_challenge")}
	switch {
	case q.Get("response_type") != "code":
		s.answerError(w, r, req, "unsupported_response_type", "response_type must be code")
		return
	case q.Get("code_challenge_method") != "S256" || !challengeShape.MatchString(req.challenge):
		s.answerError(w, r, req, "invalid_request", "code_challenge with S256 is required")
		return
	case (q.Get("org") == "") != (q.Get("provider") == ""):
		s.answerError(w, r, req, "invalid_request", "org and provider must be given together")
		return
	}
	l := login{request: req, force: q.Get("prompt") == "login"}
	l.hint, l.org = s.readHint(q.Get("login_hint"))
	if q.Get("provider") != "" {
		if q.Get("org") != s.Org.ShortName || q.Get("provider") != s.Provider || s.Company == nil {
			s.message(w, http.StatusBadRequest, "Something is not right", "There is no such organization, or it has no such identity provider.")
			return
		}
		l.company = true
	}
	s.desk.Begin(w, r, l)
}

// readHint takes apart what a login hint can be: an e-mail, an organization, or both with a colon between.
func (s *Server) readHint(hint string) (email, org string) {
	email, org, both := strings.Cut(hint, ":")
	if !both && !strings.Contains(hint, "@") {
		return "", hint
	}
	return email, org
}

func (s *Server) client(id string) (Client, bool) {
	i := slices.IndexFunc(s.Clients, func(c Client) bool { return c.ID == id })
	if i < 0 || s.On(AppUnknown) {
		return Client{}, false
	}
	return s.Clients[i], true
}

// allows compares exactly, but for the port of a loopback address that was registered without one.
func (c Client) allows(redirect string) bool {
	if slices.Contains(c.Redirect, redirect) {
		return true
	}
	u, err := url.Parse(redirect)
	if err != nil || u.Port() == "" {
		return false
	}
	bare := *u
	bare.Host = u.Hostname()
	plain := strings.TrimSuffix(bare.String(), "/")
	return u.Hostname() == "localhost" && slices.Contains(c.Redirect, plain)
}

// answerCode sends the browser back to the app with a code.
func (s *Server) answerCode(w http.ResponseWriter, r *http.Request, req request, who people.Person) {
	if req.client.Unapproved || s.On(AppUnapproved) {
		s.message(w, http.StatusForbidden, "Not approved", "You do not have permission to use this application. An administrator is required to approve it.")
		return
	}
	code := fresh.Token(s.Rand)
	s.mu.Lock()
	makeRoom(s.codes)
	s.codes[code] = &grant{request: req, person: who, ends: s.Clock.Now().Add(codeLife)}
	s.mu.Unlock()
	s.Count("code issued")
	s.answer(w, r, req, url.Values{"code": {code}})
}

func (s *Server) answerError(w http.ResponseWriter, r *http.Request, req request, code, why string, more ...string) {
	v := url.Values{"error": {code}, "error_description": {why}}
	for i := 0; i+1 < len(more); i += 2 {
		v.Set(more[i], more[i+1])
	}
	s.answer(w, r, req, v)
}

func (s *Server) answer(w http.ResponseWriter, r *http.Request, req request, v url.Values) {
	if req.state != "" {
		v.Set("state", req.state)
	}
	page.Headers(w)
	http.Redirect(w, r, req.redirectURI+"?"+v.Encode(), http.StatusSeeOther)
}

// makeRoom keeps a map of a service that runs for days from growing for ever.
func makeRoom[V any](m map[string]V) {
	for k := range m {
		if len(m) < maxKept {
			return
		}
		delete(m, k)
	}
}
