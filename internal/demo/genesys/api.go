package genesys

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"latchkey/internal/demo/fresh"
)

const (
	callsPerMinute = 300 // token.rate.per.minute
	instant        = "2006-01-02T15:04:05.000Z"
)

// API answers at the API host.
func (s *Server) API() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /api/v2/date", func(w http.ResponseWriter, _ *http.Request) {
		s.correlate(w)
		writeJSON(w, http.StatusOK, map[string]any{"currentDate": s.Clock.Now().UTC().Format(instant)})
	})
	mux.HandleFunc("GET /api/v2/users/me", s.authorized(s.usersMe))
	mux.HandleFunc("GET /api/v2/users/me/verifiers", s.authorized(s.verifiers))
	mux.HandleFunc("GET /api/v2/organizations/me", s.authorized(func(w http.ResponseWriter, _ *http.Request, _ token) {
		writeJSON(w, http.StatusOK, s.organization())
	}))
	mux.HandleFunc("GET /api/v2/tokens/me", s.authorized(s.tokensMe))
	mux.HandleFunc("HEAD /api/v2/tokens/me", s.authorized(func(w http.ResponseWriter, _ *http.Request, _ token) { w.WriteHeader(http.StatusOK) }))
	mux.HandleFunc("DELETE /api/v2/tokens/me", s.authorized(s.deleteToken))
	mux.HandleFunc("GET /api/v2/tokens/timeout", s.authorized(func(w http.ResponseWriter, _ *http.Request, _ token) {
		writeJSON(w, http.StatusOK, map[string]any{"idleTokenTimeoutSeconds": int(idleTime / time.Second), "enableIdleTokenTimeout": true})
	}))
	mux.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) {
		s.correlate(w)
		s.fail(w, http.StatusNotFound, "not.found", "The requested resource was not found")
	})
	return s.limited(mux)
}

// correlate names this answer, as support asks for it.
func (s *Server) correlate(w http.ResponseWriter) {
	w.Header().Set("ININ-Correlation-Id", s.uuid())
}

// uuid returns a random identifier in the shape of a version 4 UUID (RFC 9562, section 5.4).
func (s *Server) uuid() string {
	b := []byte(fresh.Token(s.Rand))[:16]
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}

// authorized finds the token, counts the call against its limit and puts off its idle time-out.
func (s *Server) authorized(next func(http.ResponseWriter, *http.Request, token)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		s.correlate(w)
		scheme, value, _ := strings.Cut(r.Header.Get("Authorization"), " ")
		now := s.Clock.Now()
		s.mu.Lock()
		t, ok := s.access[value]
		if ok = ok && strings.EqualFold(scheme, "Bearer") && now.Before(t.ends) && now.Before(t.idles); !ok {
			s.mu.Unlock()
			w.Header().Set("WWW-Authenticate", `Bearer realm="Genesys Cloud"`)
			s.fail(w, http.StatusUnauthorized, "bad.credentials", "Invalid login credentials.")
			return
		}
		if now.Sub(t.minute) >= time.Minute {
			t.minute, t.calls = now, 0
		}
		t.calls++
		if r.URL.Query().Get("preserveIdleTTL") != "true" {
			t.idles = now.Add(idleTime)
		}
		seen := *t
		s.mu.Unlock()
		reset := strconv.Itoa(int((time.Minute - now.Sub(seen.minute)) / time.Second))
		w.Header().Set("inin-ratelimit-count", strconv.Itoa(seen.calls))
		w.Header().Set("inin-ratelimit-allowed", strconv.Itoa(callsPerMinute))
		w.Header().Set("inin-ratelimit-reset", reset)
		if seen.calls > callsPerMinute {
			w.Header().Set("Retry-After", reset)
			s.fail(w, http.StatusTooManyRequests, "too.many.requests", "Rate limit exceeded the maximum. Retry the request in ["+reset+"] seconds")
			return
		}
		next(w, r, seen)
	}
}

func (s *Server) usersMe(w http.ResponseWriter, r *http.Request, t token) {
	me := map[string]any{
		"id": t.person.Subject, "name": t.person.Name, "email": t.person.Username, "username": t.person.Username,
		"department": "Service", "title": "Agent", "state": "active", "version": 1, "selfUri": "/api/v2/users/" + t.person.Subject,
	}
	expand := strings.Split(strings.Join(r.URL.Query()["expand"], ","), ",")
	if slices.Contains(expand, "organization") {
		me["organization"] = s.organization()
	}
	if slices.Contains(expand, "date") {
		me["date"] = map[string]any{"currentDate": s.Clock.Now().UTC().Format(instant)}
	}
	if slices.Contains(expand, "dateLastLogin") && !t.before.IsZero() {
		me["dateLastLogin"] = t.before.UTC().Format(instant) // the login that got this token does not count here
	}
	writeJSON(w, http.StatusOK, me)
}

// verifiers lists what is asked of this user beside the password.
func (s *Server) verifiers(w http.ResponseWriter, _ *http.Request, t token) {
	list := []any{}
	if t.person.TOTPSecret != "" {
		list = append(list, map[string]any{"id": s.uuid(), "name": "Authenticator app", "type": "totp", "enabled": true, "default": true})
	}
	writeJSON(w, http.StatusOK, map[string]any{"total": len(list), "entities": list, "selfUri": "/api/v2/users/me/verifiers"})
}

func (s *Server) organization() map[string]any {
	return map[string]any{
		"id": s.Org.ID, "name": s.Org.Name, "thirdPartyOrgName": s.Org.ShortName, "domain": s.Org.Domain,
		"defaultLanguage": "en-GB", "state": "active", "selfUri": "/api/v2/organizations/me",
	}
}

func (s *Server) tokensMe(w http.ResponseWriter, _ *http.Request, t token) {
	org := map[string]any{"id": s.Org.ID, "name": s.Org.Name}
	writeJSON(w, http.StatusOK, map[string]any{
		"organization": org, "homeOrganization": org, "authorizedScope": []string{"user-basic-info"},
		"OAuthClient": map[string]any{"id": t.clientID, "name": "Latchkey", "organization": org},
		"clonedUser":  nil, "dateTokenIdles": t.idles.UTC().Format(instant),
	})
}

// deleteToken ends the token that was used, and with it the refresh tokens of its client.
func (s *Server) deleteToken(w http.ResponseWriter, r *http.Request, t token) {
	_, value, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	s.mu.Lock()
	delete(s.access, value)
	s.endRefresh(t.person.Subject, t.clientID)
	s.mu.Unlock()
	s.Count("token deleted")
	w.WriteHeader(http.StatusNoContent)
}

// fail answers with an ErrorBody.
func (s *Server) fail(w http.ResponseWriter, status int, code, message string) {
	writeJSON(w, status, map[string]any{
		"message": message, "code": code, "status": status, "contextId": s.uuid(), "details": []any{}, "errors": []any{},
	})
}
