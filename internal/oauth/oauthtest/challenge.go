package oauthtest

import "net/http"

// challenge is the authorization challenge endpoint in the manner of the draft's own example: user name and password
// first, then a one-time code where the user has one.
func (s *Server) challenge(w http.ResponseWriter, r *http.Request) {
	f := r.PostForm
	thumbprint, ok := s.proven(w, r, "")
	if !ok {
		return
	}
	s.mu.Lock()
	g := s.sessions[f.Get("auth_session")]
	delete(s.sessions, f.Get("auth_session"))
	s.mu.Unlock()
	switch {
	case f.Get("auth_session") != "" && g == nil:
		Refused(http.StatusBadRequest, "invalid_session").write(w)
		return
	case g == nil && (f.Get("client_id") != s.ClientID || f.Get("response_type") != "code"):
		Refused(http.StatusBadRequest, "invalid_request").write(w)
		return
	case g == nil:
		g = &grant{
			clientID: s.ClientID, scope: f.Get("scope"), codeChallenge: f.Get("code_challenge"), nonce: f.Get("nonce"),
		}
	}
	if g.thumbprint == "" {
		g.thumbprint = thumbprint
	}
	if user, found := s.user(f.Get("username")); found && f.Get("password") == user.Password {
		g.user, g.known = user, true
	}
	if !g.known {
		s.insufficient(w, g, "username_required", "password_required")
		return
	}
	if g.user.OTP != "" && f.Get("otp") != g.user.OTP {
		s.insufficient(w, g, "otp_required")
		return
	}
	g.authTime = s.Now()
	Answer{Body: map[string]any{"authorization_code": s.newCode(g), "auth_session": s.newSession(g)}}.write(w)
}

func (s *Server) insufficient(w http.ResponseWriter, g *grant, members ...string) {
	body := map[string]any{"error": "insufficient_authorization", "auth_session": s.newSession(g)}
	for _, m := range members {
		body[m] = true
	}
	Answer{Status: http.StatusUnauthorized, Body: body}.write(w)
}

func (s *Server) newSession(g *grant) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	id := token("session")
	s.sessions[id] = g
	return id
}

// PushRequest makes a request_uri that continues a challenge that waits in the browser (RFC 9126).
func (s *Server) PushRequest() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	id := token("urn:ietf:params:oauth:request_uri:")
	for _, g := range s.sessions {
		s.sessions[id] = g
		break
	}
	return id
}
