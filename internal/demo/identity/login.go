package identity

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"latchkey/internal/demo/page"
	"latchkey/internal/demo/people"
)

// showLogin draws the page where a login stands.
func (s *Server) showLogin(w http.ResponseWriter, r *http.Request) {
	v := s.visitor(w, r, r.PathValue("id"))
	if v == nil {
		return
	}
	defer v.Unlock()
	l := &v.What
	se, signedIn := s.desk.SignedIn(r)
	switch {
	case l.granted.Subject != "", l.consenting:
		s.draw(w, v, "")
	case l.person.Subject != "":
		if proof := r.URL.Query().Get("proof"); proof != "" && s.takeKey(proof, "/login/"+v.ID, l.person.Subject) {
			s.keyProved(w, r, v)
			return
		}
		s.goOn(w, r, v)
	case signedIn && !l.force && (l.hint == "" || strings.EqualFold(l.hint, se.Person.Username)):
		if s.Silent && l.request != nil {
			s.finish(w, r, v, se.Person, se.AMR)
			return
		}
		page.Show(w, http.StatusOK, page.View{
			Look: s.Look, Page: "account", Title: "Continue?", Lead: l.app + " wants to sign you in.", Action: "/login/" + v.ID, Person: se.Person.Name,
		})
	case l.company:
		l.company = false // coming back from there must not go there again
		s.toCompany(w, r, v)
	default:
		s.draw(w, v, "")
	}
}

// draw draws the form that is next.
func (s *Server) draw(w http.ResponseWriter, v *visitor, problem string) {
	l := &v.What
	p := page.View{Look: s.Look, Action: "/login/" + v.ID, Error: problem, Username: l.hint, UserCode: l.device, App: l.app}
	switch {
	case l.granted.Subject != "":
		p.Page, p.Title = "allow", "Sign in the other device?"
		p.Lead = l.app + " on another device gets access as " + l.granted.Name + ". Allow it only when it shows this code, and you started it yourself."
	case l.consenting:
		l.drawConsent(&p)
	case l.renew:
		s.passwordPage(&p, l.person)
		p.Lead = "Hello " + l.person.Name + ". An administrator chose yours; from now on you use one of your own."
		if l.person.Renew == people.RanOutPassword {
			p.Lead = "Hello " + l.person.Name + ". Yours is too old."
		}
	case l.person.Subject != "":
		s.drawSecond(l, &p)
	case s.companyOnly():
		p.Page, p.Title, p.Lead, p.Company = "company", "Sign in", "to continue to "+l.app, s.Company.Name
	default:
		p.Page, p.Title, p.Lead = "signin", "Sign in", "to continue to "+l.app
		if s.Company != nil {
			p.Company = s.Company.Name
		}
		if s.Challenge {
			p.Link, p.LinkText = "/forgot", "Forgot your password?"
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
		s.cancel(w, r, v)
	case (step == "allow" || step == "deny") && l.granted.Subject != "":
		s.answerDevice(w, r, v, step == "allow")
	case (step == "allow" || step == "deny") && l.consenting:
		s.answerConsent(w, r, v, step == "allow")
	case step == "company" && s.Company != nil:
		s.toCompany(w, r, v)
	case step == "other":
		l.force, l.hint = true, ""
		s.draw(w, v, "")
	case step == "continue":
		if se, ok := s.desk.SignedIn(r); ok && !l.force {
			s.finish(w, r, v, se.Person, se.AMR)
			return
		}
		s.draw(w, v, "")
	case step == "password" && l.person.Subject == "" && !s.companyOnly():
		s.takePassword(w, r, v)
	case step == "new-password" && l.renew:
		if words := s.newPassword(r, l.person); words != "" {
			s.draw(w, v, words)
			return
		}
		l.renew = false
		s.goOn(w, r, v)
	case l.person.Subject != "":
		s.stepSecond(w, r, v, step)
	default:
		s.draw(w, v, "")
	}
}

func (s *Server) takePassword(w http.ResponseWriter, r *http.Request, v *visitor) {
	l := &v.What
	l.hint = strings.TrimSpace(r.PostFormValue("username"))
	if who, ok := s.People.Find(l.hint); ok && who.Company && s.Company != nil {
		s.toCompany(w, r, v)
		return
	}
	if who, ok := s.passkeyOnly(l.hint); ok {
		l.person = who
		s.goOn(w, r, v)
		return
	}
	res := s.People.CheckPassword(l.hint, r.PostFormValue("password"))
	if !res.OK() {
		l.refused = refusedAccount(res) // told to the app when they give up
		s.draw(w, v, res.Words("The e-mail or the password is not right."))
		return
	}
	l.amr = []string{"pwd"}
	l.person = res.Person
	s.goOn(w, r, v)
}

// goOn asks for what is still to be proved, or ends the sign-in.
func (s *Server) goOn(w http.ResponseWriter, r *http.Request, v *visitor) {
	l := &v.What
	if !s.secondDone(w, v) {
		return
	}
	if who, ok := s.People.Find(l.person.Username); ok && who.Renew != "" {
		l.renew = true
		s.draw(w, v, "")
		return
	}
	s.finish(w, r, v, l.person, l.amr)
}

// finish signs somebody in and answers what asked.
func (s *Server) finish(w http.ResponseWriter, r *http.Request, v *visitor, who people.Person, amr []string) {
	if s.held(w, r, v, who, amr) {
		return
	}
	s.desk.SignIn(w, who, amr)
	if v.What.next != "" {
		s.desk.End(v)
		s.store.remember(proof{who.Subject, amr, "browser", hostOf(r)})
		http.Redirect(w, r, v.What.next, http.StatusSeeOther)
		return
	}
	if v.What.request == nil {
		v.What.granted, v.What.amr = who, amr
		s.draw(w, v, "")
		return
	}
	s.desk.End(v)
	how := "browser"
	if slices.Contains(amr, "fed") {
		how = "company"
	}
	s.store.complete(v.What.request, proof{who.Subject, amr, how, hostOf(r)})
	s.answerCode(w, r, v.What.request)
}

func (s *Server) cancel(w http.ResponseWriter, r *http.Request, v *visitor) {
	s.desk.End(v)
	if v.What.next != "" {
		s.message(w, http.StatusOK, "Cancelled", "You can close this tab.")
		return
	}
	if v.What.request == nil {
		s.store.decide(v.What.device, "", nil, time.Time{})
		s.message(w, http.StatusOK, "Cancelled", "The other device was not signed in. You can close this tab.")
		return
	}
	f := v.What.refused
	if f.code == "" {
		f = refusal{code: "access_denied", words: "the sign-in was cancelled"}
	}
	s.answerError(w, r, v.What.request, f)
}
