package identity

import (
	"net/http"
	"time"

	"latchkey/internal/demo/page"
	"latchkey/internal/demo/people"
)

// The refusals that an organisation decides on, acted out.
const (
	IPRestriction     = "ip-restriction"
	ConditionalAccess = "conditional-access"
	SSOOnly           = "sso-only"
	Consent           = "consent"
	AppUnknown        = "app-unknown"
	OrgUnknown        = "organisation-unknown"
)

// SeenAddress is where the servers say a sign-in comes from while [IPRestriction] is on: everybody is on loopback, so
// there is no other address to see. It is one for documents (RFC 5737).
const SeenAddress = "203.0.113.7"

// refusal is why an organisation lets somebody not in, as the app is told.
type refusal struct {
	code, words string
	more        map[string]string // at the challenge endpoint and in the redirect
}

// placeRefused tells whether nobody is let in from here.
func (s *Server) placeRefused() (refusal, bool) {
	return refusal{
		"ip_not_allowed", "Sign-ins from " + SeenAddress + " are not allowed.", map[string]string{"client_ip": SeenAddress},
	}, s.On(IPRestriction)
}

// conditionsRefused tells whether this computer is not let in.
func (s *Server) conditionsRefused() (refusal, bool) {
	return refusal{code: "conditions_not_met", words: "This computer is not managed by " + s.Look.Name + "."}, s.On(ConditionalAccess)
}

// organizationUnknown tells whether no organisation is found for the sign-in.
func (s *Server) organizationUnknown() (refusal, bool) {
	return refusal{code: "organization_not_found", words: "There is no such organization."}, s.On(OrgUnknown) && s.Challenge
}

// companyOnly reports whether the company's page is the only way in.
func (s *Server) companyOnly() bool { return s.Company != nil && s.On(SSOOnly) }

// refusedAccount is how an account's end is told to the app; an empty code for what is told otherwise.
func refusedAccount(res people.Result) refusal {
	switch res.Refusal {
	case people.Elsewhere:
		return refusal{"account_elsewhere", "The account has moved.", map[string]string{"issuer": res.Person.Moved}}
	case people.Disabled:
		return refusal{code: "account_disabled", words: "The account is switched off."}
	case people.Deleted:
		return refusal{code: "account_deleted", words: "The account was deleted."}
	case people.Invited:
		return refusal{code: "account_not_active", words: "The invitation to this account was not accepted yet."}
	}
	return refusal{}
}

// tell answers the app at the challenge endpoint.
func (f refusal) tell(w http.ResponseWriter) {
	members := map[string]any{"error": f.code, "error_description": f.words}
	for name, value := range f.more {
		members[name] = value
	}
	writeJSON(w, http.StatusBadRequest, members)
}

// challengeRefused answers, and reports so, when the organisation takes no password here.
func (s *Server) challengeRefused(w http.ResponseWriter) bool {
	if s.companyOnly() {
		refusal{code: "sso_required", words: "Sign in on your company's page."}.tell(w)
		return true
	}
	for _, check := range []func() (refusal, bool){s.organizationUnknown, s.placeRefused} {
		if f, yes := check(); yes {
			f.tell(w)
			return true
		}
	}
	return false
}

// challengeHeld answers, and reports so, when something stands in the way after everything was proved.
func (s *Server) challengeHeld(w http.ResponseWriter, c conversation) bool {
	if f, yes := s.conditionsRefused(); yes {
		f.tell(w)
		return true
	}
	if !s.On(Consent) {
		return false
	}
	c.second.done = true // the browser only asks for the consent
	writeJSON(w, http.StatusBadRequest, map[string]any{
		"error": "consent_required", "error_description": "The person has to allow the app first.",
		"request_uri": s.store.push(c.pushed), "expires_in": int(requestURILife / time.Second),
	})
	return true
}

// held answers, and reports so, when something stands in the way of a sign-in on the page.
func (s *Server) held(w http.ResponseWriter, r *http.Request, v *visitor, who people.Person, amr []string) bool {
	l := &v.What
	for _, check := range []func() (refusal, bool){s.organizationUnknown, s.placeRefused, s.conditionsRefused} {
		if f, yes := check(); yes {
			l.refused = f
			s.cancel(w, r, v)
			return true
		}
	}
	if l.request == nil || l.allowed || !s.On(Consent) {
		return false
	}
	l.person, l.amr, l.consenting = who, amr, true
	s.draw(w, v, "")
	return true
}

// drawConsent fills in the page that asks whether the app may have access.
func (l *login) drawConsent(p *page.View) {
	p.Page, p.Title = "allow", "Allow access?"
	p.Lead = l.app + " wants to see who you are, " + l.person.Name + ", and to keep you signed in."
	p.UserCode = ""
}

// answerConsent takes the decision of that page.
func (s *Server) answerConsent(w http.ResponseWriter, r *http.Request, v *visitor, allow bool) {
	l := &v.What
	l.consenting = false
	if l.allowed = allow; allow {
		s.finish(w, r, v, l.person, l.amr)
		return
	}
	l.refused = refusal{code: "access_denied", words: "User denied the consent."}
	s.cancel(w, r, v)
}
