package identity

import (
	"net/http"
	"strings"
	"time"

	"latchkey/internal/demo/page"
	"latchkey/internal/demo/people"
)

// maxCodeTries is how many codes one attempt may try.
const maxCodeTries = 5

// showLogin draws the page where a login stands.
func (s *Server) showLogin(w http.ResponseWriter, r *http.Request) {
	l := s.login(w, r)
	if l == nil {
		return
	}
	defer l.mu.Unlock()
	se, signedIn := s.logins.session(s.cookieValue(r, "session"))
	switch {
	case l.granted.Subject != "", l.person.Subject != "":
		s.draw(w, l, "")
	case signedIn && !l.force && (l.hint == "" || l.hint == se.person.Username):
		if s.Silent && l.request != nil {
			s.finish(w, r, l, se.person, se.amr)
			return
		}
		page.Show(w, http.StatusOK, page.View{
			Look: s.Look, Page: "account", Title: "Continue?", Lead: l.app + " wants to sign you in.", Action: "/login/" + l.id, Person: se.person.Name,
		})
	case l.company:
		l.company = false // coming back from there must not go there again
		s.toCompany(w, r, l)
	default:
		s.draw(w, l, "")
	}
}

// draw draws the form that is next.
func (s *Server) draw(w http.ResponseWriter, l *login, problem string) {
	v := page.View{Look: s.Look, Action: "/login/" + l.id, Error: problem, Username: l.hint, UserCode: l.device, App: l.app}
	switch {
	case l.granted.Subject != "":
		v.Page, v.Title = "allow", "Sign in the other device?"
		v.Lead = l.app + " on another device gets access as " + l.granted.Name + ". Allow it only when it shows this code, and you started it yourself."
	case l.person.Key:
		v.Page, v.Title = "key", "Use your security key"
		v.Lead = "Hello " + l.person.Name + ". The demo world's security key is the button below."
	case l.person.Subject != "":
		v.Page, v.Title, v.Lead = "code", "Enter your code", "Hello "+l.person.Name+". The phone of the demo world shows the code."
	default:
		v.Page, v.Title, v.Lead = "signin", "Sign in", "to continue to "+l.app
		if s.Company != nil {
			v.Company = s.Company.Name
		}
	}
	status := http.StatusOK
	if problem != "" {
		status = http.StatusUnprocessableEntity
	}
	page.Show(w, status, v)
}

// stepLogin takes a form in.
func (s *Server) stepLogin(w http.ResponseWriter, r *http.Request) {
	l := s.login(w, r)
	if l == nil {
		return
	}
	defer l.mu.Unlock()
	switch step := r.PathValue("step"); {
	case step == "cancel":
		s.cancel(w, r, l)
	case step == "allow" && l.granted.Subject != "", step == "deny" && l.granted.Subject != "":
		s.answerDevice(w, l, step == "allow")
	case step == "company" && s.Company != nil:
		s.toCompany(w, r, l)
	case step == "other":
		l.force, l.hint = true, ""
		s.draw(w, l, "")
	case step == "continue":
		if se, ok := s.logins.session(s.cookieValue(r, "session")); ok && !l.force {
			s.finish(w, r, l, se.person, se.amr)
			return
		}
		s.draw(w, l, "")
	case step == "password" && l.person.Subject == "":
		s.takePassword(w, r, l)
	case step == "code" && l.person.TOTPSecret != "":
		s.takeCode(w, r, l)
	case step == "key" && l.person.Key:
		s.People.Succeeded(l.person.Username)
		s.finish(w, r, l, l.person, append(l.amr, "hwk"))
	default:
		s.draw(w, l, "")
	}
}

func (s *Server) takePassword(w http.ResponseWriter, r *http.Request, l *login) {
	l.hint = strings.TrimSpace(r.PostFormValue("username"))
	if who, ok := s.People.Find(l.hint); ok && who.Company && s.Company != nil {
		s.toCompany(w, r, l)
		return
	}
	res := s.People.CheckPassword(l.hint, r.PostFormValue("password"))
	if !res.OK() {
		s.draw(w, l, s.refusal(res, "The e-mail or the password is not right."))
		return
	}
	l.amr = []string{"pwd"}
	if res.Person.TOTPSecret == "" && !res.Person.Key {
		s.finish(w, r, l, res.Person, l.amr)
		return
	}
	l.person = res.Person
	s.draw(w, l, "")
}

func (s *Server) takeCode(w http.ResponseWriter, r *http.Request, l *login) {
	l.tries++
	res := s.People.CheckCode(l.person.Username, strings.Join(strings.Fields(r.PostFormValue("code")), ""))
	if res.OK() {
		s.finish(w, r, l, res.Person, append(l.amr, "otp"))
		return
	}
	if l.tries >= maxCodeTries {
		s.logins.drop(l.id)
		s.message(w, http.StatusUnprocessableEntity, "Too many codes", "Go back to the app and start again.")
		return
	}
	s.draw(w, l, s.refusal(res, "The code is not right."))
}

// refusal puts into words why somebody was not let in.
func (s *Server) refusal(res people.Result, wrong string) string {
	switch res.Refusal {
	case people.Locked:
		return "This account is locked until " + res.Until.Local().Format("15:04:05") + " because of too many tries. A new password does not change that."
	case people.Disabled:
		return "This account is switched off. An administrator can switch it on."
	case people.Used:
		return "This code was used before. Wait for the next one."
	default:
		return wrong
	}
}

// finish signs somebody in and answers what asked.
func (s *Server) finish(w http.ResponseWriter, r *http.Request, l *login, who people.Person, amr []string) {
	s.setCookie(w, "session", s.logins.signIn(who, amr))
	if l.request == nil {
		l.granted, l.amr = who, amr
		s.draw(w, l, "")
		return
	}
	s.logins.drop(l.id)
	s.store.complete(l.request, who.Subject, amr)
	s.answerCode(w, r, l.request)
}

func (s *Server) cancel(w http.ResponseWriter, r *http.Request, l *login) {
	s.logins.drop(l.id)
	if l.request == nil {
		s.store.decide(l.device, "", nil, time.Time{})
		s.message(w, http.StatusOK, "Cancelled", "The other device was not signed in. You can close this tab.")
		return
	}
	s.answerError(w, r, l.request, "access_denied", "the sign-in was cancelled")
}
