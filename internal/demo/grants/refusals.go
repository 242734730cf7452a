package grants

import (
	"net/http"

	"latchkey/internal/demo/identity"
)

// refused answers, and reports so, when the organisation lets nobody in from here, in the product's words.
func (s *Server) refused(w http.ResponseWriter) bool {
	if !s.Identity.On(identity.IPRestriction) && !s.Identity.On(identity.ConditionalAccess) {
		return false
	}
	switch s.Dialect {
	case Auth0:
		why := "conditions_not_met: this computer is not managed"
		if s.Identity.On(identity.IPRestriction) {
			why = "ip_not_allowed: " + identity.SeenAddress
		}
		s.fail(w, http.StatusForbidden, "access_denied", why)
	case Okta:
		s.fail(w, http.StatusBadRequest, "access_denied", "Policy evaluation failed for this request, please check the policy configurations.")
	default:
		s.fail(w, http.StatusUnauthorized, "invalid_grant", "Invalid user credentials")
	}
	return true
}
