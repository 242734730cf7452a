package genesys

import (
	"net/http"

	"latchkey/internal/demo/page"
)

// The refusals it acts out itself, by the names identity servers use too. What Genesys Cloud itself sends back for the
// first two is not known: access_denied stands in for it, as its one code that fits.
const (
	IPRestriction     = "ip-restriction"
	ConditionalAccess = "conditional-access"
	SSOOnly           = "sso-only"
	AppUnknown        = "app-unknown"
	AppUnapproved     = "app-unapproved"

	seenAddress = "203.0.113.7" // where everybody seems to come from (RFC 5737)
)

// refused answers the app, and reports so, when the organisation lets nobody in from here.
func (s *Server) refused(w http.ResponseWriter, r *http.Request, req request) bool {
	switch {
	case s.On(IPRestriction):
		s.answerError(w, r, req, "access_denied", "ip_not_allowed: the address "+seenAddress+" is not in the organization's list", "client_ip", seenAddress)
	case s.On(ConditionalAccess):
		s.answerError(w, r, req, "access_denied", "conditions_not_met: this computer is not managed by "+s.Org.Name)
	default:
		return false
	}
	return true
}

// companyOnly reports whether the organisation switched the login with a password off.
func (s *Server) companyOnly() bool { return s.Company != nil && s.On(SSOOnly) }

// drawCompany fills in the page that has no password on it.
func (s *Server) drawCompany(p *page.View) {
	p.Page, p.More, p.Company = "company", false, s.Company.Name
}
