package identity

import (
	"errors"
	"net/http"
	"strings"

	"latchkey/internal/demo/federation"
)

// toCompany sends the browser to the company's sign-in page.
func (s *Server) toCompany(w http.ResponseWriter, r *http.Request, v *visitor) {
	asked, address, err := s.Company.Ask(r.Context(), v.ID, v.What.hint, v.What.force)
	if err != nil {
		s.draw(w, v, s.Company.Name+" cannot be reached right now.")
		return
	}
	v.What.asked = asked
	http.Redirect(w, r, address, http.StatusSeeOther)
}

// companyCallback takes the company's answer.
func (s *Server) companyCallback(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	id, _, _ := strings.Cut(q.Get("state"), ".")
	v := s.visitor(w, r, id)
	if v == nil {
		return
	}
	defer v.Unlock()
	asked := v.What.asked
	v.What.asked = federation.Asked{} // good for one answer
	email, err := s.Company.Answer(r.Context(), asked, q)
	switch {
	case errors.Is(err, federation.ErrRefused):
		s.draw(w, v, s.Company.Name+" did not sign you in.")
		return
	case err != nil:
		s.draw(w, v, "The answer of "+s.Company.Name+" does not belong to this sign-in. Try again.")
		return
	}
	who, ok := s.People.Find(email)
	if !ok || !who.Company || who.Disabled {
		s.draw(w, v, s.Company.Name+" signed you in, but "+s.Look.Name+" has no account for "+email+".")
		return
	}
	s.finish(w, r, v, who, []string{"fed"})
}
