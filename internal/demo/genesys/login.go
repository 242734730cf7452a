package genesys

import (
	"errors"
	"net/http"
	"strings"

	"latchkey/internal/demo/federation"
	"latchkey/internal/demo/page"
	"latchkey/internal/demo/people"
	"latchkey/internal/demo/visit"
)

const maxCodeTries = 5

// visitor is somebody in front of the login page.
type visitor = visit.Visit[login]

// login is how far they are.
type login struct {
	request request
	hint    string // e-mail to suggest
	org     string // organization to suggest
	force   bool   // prompt=login: ask even somebody who is signed in
	company bool   // go to the identity provider at once
	choose  bool   // asks for the organization
	named   bool   // the organization is known: shows its identity provider

	person people.Person // who passed the first factor; zero before that
	tries  int
	asked  federation.Asked
}

func (s *Server) visitor(w http.ResponseWriter, r *http.Request, id string) *visitor {
	v := s.desk.Find(r, id)
	if v == nil || http.NewCrossOriginProtection().Check(r) != nil {
		s.message(w, http.StatusNotFound, "This login is over", "It was finished, it took too long, or this browser keeps no cookies. Go back to the app and start again.")
		return nil
	}
	v.Lock()
	return v
}

// showLogin draws the page where a login stands. Who is signed in in this browser goes straight back to the app.
func (s *Server) showLogin(w http.ResponseWriter, r *http.Request) {
	v := s.visitor(w, r, r.PathValue("id"))
	if v == nil {
		return
	}
	defer v.Unlock()
	se, signedIn := s.desk.SignedIn(r)
	switch {
	case signedIn && !v.What.force && v.What.person.Subject == "":
		s.mu.Lock()
		v.What.request.before = s.logins[se.Person.Subject]
		s.mu.Unlock()
		s.finish(w, r, v, se.Person)
	case v.What.company:
		v.What.company = false
		s.toCompany(w, r, v)
	default:
		s.draw(w, v, "")
	}
}

func (s *Server) draw(w http.ResponseWriter, v *visitor, problem string) {
	l := &v.What
	p := page.View{Look: s.Look, Action: "/login/" + v.ID, Error: problem, Username: l.hint, Org: l.org, More: true, Page: "signin", Title: "Log in", Lead: s.Region}
	switch {
	case l.person.Subject != "":
		p.Page, p.Title, p.Lead = "code", "Verify your identity", "The phone of the demo world shows the code."
	case s.companyOnly():
		s.drawCompany(&p)
	case l.choose:
		p.Page, p.Title, p.Lead = "org", "More login options", "Enter the name of your organization. Capital letters matter."
		if l.named && s.Company != nil {
			p.Company = s.Company.Name
		}
	}
	status := http.StatusOK
	if problem != "" {
		status = http.StatusUnprocessableEntity
	}
	page.Show(w, status, p)
}

// stepLogin takes a form in.
func (s *Server) stepLogin(w http.ResponseWriter, r *http.Request) {
	v := s.visitor(w, r, r.PathValue("id"))
	if v == nil {
		return
	}
	defer v.Unlock()
	l := &v.What
	switch step := r.PathValue("step"); {
	case step == "cancel":
		s.desk.End(v)
		s.answerError(w, r, l.request, "access_denied", "The login was cancelled")
	case step == "more":
		l.choose = true
		s.draw(w, v, "")
	case step == "other":
		l.choose = false
		s.draw(w, v, "")
	case step == "org":
		l.org = strings.TrimSpace(r.PostFormValue("org"))
		if l.named = l.org == s.Org.ShortName; !l.named {
			s.draw(w, v, "There is no organization with this name in "+s.Region+". It may live in another region.")
			return
		}
		s.draw(w, v, "")
	case step == "company" && s.Company != nil && (l.named || s.companyOnly()):
		s.toCompany(w, r, v)
	case step == "password" && l.person.Subject == "" && !s.companyOnly():
		s.takePassword(w, r, v)
	case step == "code" && l.person.Subject != "":
		s.takeCode(w, r, v)
	default:
		s.draw(w, v, "")
	}
}

func (s *Server) takePassword(w http.ResponseWriter, r *http.Request, v *visitor) {
	v.What.hint = strings.TrimSpace(r.PostFormValue("username"))
	res := s.People.CheckPassword(v.What.hint, r.PostFormValue("password"))
	switch {
	case !res.OK():
		s.draw(w, v, res.Words("The e-mail or the password is not right, or the account lives in another region than "+s.Region+"."))
	case res.Person.TOTPSecret != "":
		v.What.person = res.Person
		s.draw(w, v, "")
	default:
		s.proved(w, r, v, res.Person)
	}
}

func (s *Server) takeCode(w http.ResponseWriter, r *http.Request, v *visitor) {
	v.What.tries++
	res := s.People.CheckCode(v.What.person.Username, strings.Join(strings.Fields(r.PostFormValue("code")), ""))
	switch {
	case res.OK():
		s.proved(w, r, v, res.Person)
	case v.What.tries >= maxCodeTries:
		s.desk.End(v)
		s.message(w, http.StatusUnprocessableEntity, "Too many codes", "Go back to the app and start again.")
	default:
		s.draw(w, v, res.Words("The code is not right."))
	}
}

// proved ends a login with e-mail and password.
func (s *Server) proved(w http.ResponseWriter, r *http.Request, v *visitor, who people.Person) {
	s.mu.Lock()
	v.What.request.before = s.logins[who.Subject]
	s.logins[who.Subject] = s.Clock.Now()
	s.mu.Unlock()
	s.finish(w, r, v, who)
}

func (s *Server) finish(w http.ResponseWriter, r *http.Request, v *visitor, who people.Person) {
	s.desk.End(v)
	if s.refused(w, r, v.What.request) {
		return
	}
	s.desk.SignIn(w, who, nil)
	s.answerCode(w, r, v.What.request, who)
}

// toCompany sends the browser to the company's identity provider.
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
	id, _, _ := strings.Cut(r.URL.Query().Get("state"), ".")
	v := s.visitor(w, r, id)
	if v == nil {
		return
	}
	defer v.Unlock()
	asked := v.What.asked
	v.What.asked = federation.Asked{}
	email, err := s.Company.Answer(r.Context(), asked, r.URL.Query())
	switch {
	case errors.Is(err, federation.ErrRefused):
		s.draw(w, v, s.Company.Name+" did not log you in.")
		return
	case err != nil:
		s.draw(w, v, "The answer of "+s.Company.Name+" does not belong to this login. Try again.")
		return
	}
	who, ok := s.People.Find(email)
	if !ok || !who.Company {
		s.draw(w, v, s.Company.Name+" logged you in, but "+s.Org.Name+" has no user with the e-mail "+email+".")
		return
	}
	s.finish(w, r, v, who)
}

// logout clears the browser's session and ends every token of whoever was signed in there.
func (s *Server) logout(w http.ResponseWriter, r *http.Request) {
	if se, ok := s.desk.SignedIn(r); ok {
		s.endAll(se.Person.Subject)
	}
	s.desk.SignOut(w, r)
	if client, ok := s.client(r.URL.Query().Get("client_id")); ok {
		if to := r.URL.Query().Get("redirect_uri"); to != "" && client.allows(to) {
			http.Redirect(w, r, to, http.StatusSeeOther)
			return
		}
	}
	s.message(w, http.StatusOK, "You are logged out", "You can close this tab.")
}
