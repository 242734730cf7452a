package grants

import (
	"cmp"
	"net/http"
	"net/url"
)

// keycloakGrant answers Keycloak's direct grant: password and code in one request. Whatever is not right, including a code
// that is missing and an account that is locked, it says the same; only of an account that has something to do first it says so.
func (s *Server) keycloakGrant(w http.ResponseWriter, r *http.Request, form url.Values, grant string) {
	if grant != "password" {
		s.fail(w, http.StatusBadRequest, "unsupported_grant_type", "Unsupported grant_type")
		return
	}
	refuse := func() { s.fail(w, http.StatusUnauthorized, "invalid_grant", "Invalid user credentials") }
	res := s.Identity.People.CheckPassword(form.Get("username"), form.Get("password"))
	who := res.Person
	if !res.OK() {
		refuse()
		return
	}
	if who.Enrol {
		s.fail(w, http.StatusBadRequest, "invalid_grant", "Account is not fully set up")
		return
	}
	amr := []string{"pwd"}
	if who.TOTPSecret != "" {
		code := cmp.Or(form.Get("otp"), form.Get("totp"))
		if code == "" || !s.Identity.People.CheckCode(who.Username, code).OK() {
			refuse()
			return
		}
		amr = append(amr, "otp")
	}
	s.grant(w, r, form, who.Subject, amr, nil)
}
