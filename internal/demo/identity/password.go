package identity

import (
	"net/http"

	"latchkey/internal/demo/page"
	"latchkey/internal/demo/people"
)

// setPassword gives somebody a new password, ends whatever was granted with the old one, and tells them. why is empty when
// it was taken.
func (s *Server) setPassword(who people.Person, password string) (why people.Refusal, words string) {
	if why, words = s.People.SetPassword(who.Username, password); why != "" {
		return why, words
	}
	s.store.endSessions(who.Subject)
	s.desk.Forget(who.Subject)
	s.Count("password changed")
	_ = s.Mail(who.Username, "Your password was changed",
		"The password of your account at "+s.Look.Name+" was changed. Wherever you were signed in, you have to sign in again.\n\nIf it was not you, tell your IT at once.")
	return "", ""
}

// endSessions ends every token of somebody.
func (s *storage) endSessions(subject string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, t := range s.refresh {
		if t.family.subject == subject {
			t.family.dead = true
		}
	}
	for _, t := range s.access {
		if t.family.subject == subject {
			t.family.dead = true
		}
	}
}

// challengeNewPassword reports whether the password need not, or need not any more, be replaced; if not, it has answered.
func (s *Server) challengeNewPassword(w http.ResponseWriter, r *http.Request, c *conversation) bool {
	who, ok := s.People.Find(c.person.Username)
	if !ok || who.Renew == "" {
		return true
	}
	members := map[string]any{
		"new_password_required": true, "password_expired": who.Renew == people.RanOutPassword, "password_rules": people.Rules(),
	}
	if wish := r.PostFormValue("new_password"); wish != "" {
		why, words := s.setPassword(who, wish)
		if why == "" {
			return true
		}
		members["password_error"], members["password_message"] = string(why), words
	}
	s.ask(w, *c, members)
	return false
}

// passwordPage fills in the page that asks for a new password.
func (s *Server) passwordPage(p *page.View, who people.Person) {
	p.Page, p.Title, p.Username, p.Rules = "new", "Choose a new password", who.Username, people.RuleWords()
}

// newPassword takes what was typed on that page; words say what was wrong, and are empty when the password is new.
func (s *Server) newPassword(r *http.Request, who people.Person) (words string) {
	password := r.PostFormValue("new_password")
	if password != r.PostFormValue("again") {
		return "The two are not the same. Type the new password once more."
	}
	_, words = s.setPassword(who, password)
	return words
}
