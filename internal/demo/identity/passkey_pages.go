package identity

import (
	"html/template"
	"net/http"
	"net/url"

	"latchkey/internal/demo/fresh"
	"latchkey/internal/demo/page"
	"latchkey/internal/demo/people"
)

// keyPage is the page on which the browser talks to the key. It is the only one here with a script.
func (s *Server) keyPage(w http.ResponseWriter, r *http.Request) {
	c, ok := s.findKey(r.PathValue("id"))
	if !ok {
		s.message(w, http.StatusNotFound, "This sign-in is over", "It was finished, or it took too long. Go back to the app and start again.")
		return
	}
	options, err := c.json()
	if err != nil {
		s.message(w, http.StatusInternalServerError, "This did not work", "Go back to the app and start again.")
		return
	}
	nonce := fresh.Token(s.Rand)
	body, err := page.Draw("passkey", map[string]any{
		"Look": s.Look, "Nonce": nonce, "Create": c.create, "Person": c.who.Name, "Options": template.JS(options), "Back": s.address(c.next),
	})
	if err != nil {
		http.Error(w, "The page could not be drawn.", http.StatusInternalServerError)
		return
	}
	page.Headers(w)
	w.Header().Set("Content-Security-Policy",
		"default-src 'none'; script-src 'nonce-"+nonce+"'; connect-src 'self'; style-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'")
	_, _ = w.Write(body)
}

// stepKey takes somebody at the sign-in pages to their key, or takes the proof of it.
func (s *Server) stepKey(w http.ResponseWriter, r *http.Request, v *visitor) {
	l := &v.What
	if !s.keyring.has(l.person.Subject) { // the demo world's own key, which is a button
		s.keyProved(w, r, v)
		return
	}
	address, err := s.beginKey(l.person, false, "/login/"+v.ID)
	if err != nil {
		s.draw(w, v, "The key cannot be used right now.")
		return
	}
	http.Redirect(w, r, address, http.StatusSeeOther)
}

// keyProved goes on after the key.
func (s *Server) keyProved(w http.ResponseWriter, r *http.Request, v *visitor) {
	l := &v.What
	s.People.Succeeded(l.person.Username)
	l.second.done, l.amr = true, append(l.amr, amr(people.WebAuthn))
	s.goOn(w, r, v)
}

// addKey begins the set-up of a key for somebody who is signed in here.
func (s *Server) addKey(w http.ResponseWriter, r *http.Request) {
	who, ok := s.here(w, r)
	if !ok {
		return
	}
	address, err := s.beginKey(who, true, "/two-step")
	if err != nil {
		s.drawTwoStep(w, who, "A key cannot be set up right now.")
		return
	}
	http.Redirect(w, r, address, http.StatusSeeOther)
}

// keyAdded ends the set-up.
func (s *Server) keyAdded(w http.ResponseWriter, who people.Person, query url.Values) {
	if !s.takeKey(query.Get("proof"), "/two-step", who.Subject) {
		s.drawTwoStep(w, who, "The key was not set up. Try again.")
		return
	}
	s.People.HasKey(who.Username)
	s.Count("key set up")
	_ = s.Mail(who.Username, "A security key was added", "From now on your key or passkey can be used to sign in to "+s.Look.Name+".\n\nIf it was not you, tell your IT at once.")
	s.message(w, http.StatusOK, "Your key is set up", "You are asked for it when you sign in. You can close this tab.")
}

// passkeyOnly returns somebody who has a passkey in a password's place, unless the account is closed.
func (s *Server) passkeyOnly(username string) (people.Person, bool) {
	who, ok := s.People.Find(username)
	if !ok || who.Password != "" || !who.Key || who.Disabled || who.Deleted || who.Invited || !s.People.CheckLock(username).OK() {
		return people.Person{}, false
	}
	return who, true
}
