package oauthtest

import (
	"net/http"
	"net/url"
	"time"
)

// pushed is an authorization request that was sent directly (RFC 9126).
type pushed struct {
	form  url.Values
	until time.Time
}

func (s *Server) push(w http.ResponseWriter, r *http.Request) {
	f := r.PostForm
	if f.Get("client_id") != s.ClientID || f.Has("request_uri") {
		s.refuse(w, http.StatusBadRequest, "invalid_request")
		return
	}
	thumbprint, ok := s.proven(w, r, "")
	switch {
	case !ok:
		return
	case thumbprint != "" && f.Has("dpop_jkt") && f.Get("dpop_jkt") != thumbprint:
		s.refuse(w, http.StatusBadRequest, "invalid_dpop_proof")
		return
	case thumbprint != "":
		f.Set("dpop_jkt", thumbprint)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	uri := token("urn:ietf:params:oauth:request_uri:pushed")
	s.pushed[uri] = pushed{f, s.Now().Add(s.PushLife)}
	Answer{Status: http.StatusCreated, Body: map[string]any{"request_uri": uri, "expires_in": int(s.PushLife.Seconds())}}.write(w)
}

// takePushed returns the request that an address refers to, once. An address that refers to none is its own request. ok false:
// it is over, or was never there.
func (s *Server) takePushed(q url.Values) (request url.Values, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	p, known := s.pushed[q.Get("request_uri")]
	if !known {
		_, resumed := s.sessions[q.Get("request_uri")]
		return q, !s.RequirePush || resumed
	}
	delete(s.pushed, q.Get("request_uri"))
	return p.form, q.Get("client_id") == s.ClientID && len(q) == 2 && s.Now().Before(p.until)
}
