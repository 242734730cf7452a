package identity

import "net/http"

// stepUp asks for another step before a session is renewed (OAuth 2.0 for First-Party Applications, section 6), once for each sign-in,
// and reports whether it has answered. The refresh token stays good.
func (s *Server) stepUp(w http.ResponseWriter, r *http.Request) bool {
	fam, ok := s.store.familyOfRefresh(r.PostFormValue("refresh_token"), provedKey(r.Context()))
	who, known := s.People.BySubject(fam.subject)
	if !ok || !known || fam.stepped {
		return false
	}
	s.Count("step wanted")
	c := conversation{pushed{clientID: fam.clientID, username: who.Username, key: fam.key, stepUp: true}}
	factors := s.People.Factors(who.Username)
	switch {
	case len(factors) == 0:
		s.ask(w, c, map[string]any{"password_required": true})
		return true
	case who.Choose:
		c.second.choose = true
	}
	c.person, c.amr = who, []string{"pwd"}
	if c.second.choose {
		s.askFactor(w, c, factors, map[string]any{})
	} else {
		s.beginFactor(w, c, factors, factors[0].Method, false)
	}
	return true
}

// familyOfRefresh looks at what a refresh token belongs to. False: it is not good, which others say.
func (s *storage) familyOfRefresh(token, key string) (family, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	t, ok := s.refresh[token]
	if !ok || t.used || t.family.dead || s.Clock.Now().After(t.ends) || t.family.key != key {
		return family{}, false
	}
	return *t.family, true
}
