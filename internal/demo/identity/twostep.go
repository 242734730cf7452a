package identity

import (
	"encoding/base64"
	"html/template"
	"net/http"
	"net/url"
	"strings"

	"rsc.io/qr"

	"latchkey/internal/demo/page"
	"latchkey/internal/demo/people"
)

// twoStep is the page on which two-step verification is set up. Whoever is not signed in in the browser signs in first.
func (s *Server) twoStep(w http.ResponseWriter, r *http.Request) {
	who, ok := s.here(w, r)
	if !ok {
		return
	}
	if q := r.URL.Query(); q.Has("proof") {
		s.keyAdded(w, who, q)
		return
	}
	s.drawTwoStep(w, who, "")
}

// here returns who is signed in in this browser, as they are now; otherwise it sends them to sign in and back.
func (s *Server) here(w http.ResponseWriter, r *http.Request) (people.Person, bool) {
	if err := http.NewCrossOriginProtection().Check(r); err != nil {
		s.message(w, http.StatusForbidden, "This did not come from our page", "Open the page again.")
		return people.Person{}, false
	}
	if se, ok := s.desk.SignedIn(r); ok {
		if who, ok := s.People.Find(se.Person.Username); ok {
			return who, true
		}
	}
	s.desk.Begin(w, r, login{app: s.Look.Name, next: r.URL.Path, force: true, hint: r.URL.Query().Get("login_hint")})
	return people.Person{}, false
}

func (s *Server) drawTwoStep(w http.ResponseWriter, who people.Person, problem string) {
	v := page.View{Look: s.Look, Title: "Two-step verification", Action: "/two-step", Username: who.Username, Error: problem}
	if len(s.People.Factors(who.Username)) > 0 && who.TOTPSecret != "" {
		v.Page, v.Lead = "add-key", "It is on for "+who.Username+". A code is asked for whenever you sign in."
		page.Show(w, http.StatusOK, v)
		return
	}
	secret, err := s.People.BeginTOTP(who.Username)
	if err != nil {
		s.message(w, http.StatusInternalServerError, "This did not work", "Try again in a moment.")
		return
	}
	v.Page, v.Lead = "two-step", "Scan this with an authenticator app on your phone, or type the key into it. Then enter the code it shows. The demo world's phone has done so already."
	if v.Picture, err = s.qr(who.Username, secret); err != nil {
		v.Note = "The picture could not be drawn. Type the key instead."
	}
	v.Secret = spaced(secret)
	status := http.StatusOK
	if problem != "" {
		status = http.StatusUnprocessableEntity
	}
	page.Show(w, status, v)
}

// qr draws what authenticator apps read, as a picture inside the page.
func (s *Server) qr(username, secret string) (template.URL, error) {
	address := url.URL{
		Scheme: "otpauth", Host: "totp", Path: "/" + s.Look.Name + ":" + username,
		RawQuery: url.Values{"secret": {secret}, "issuer": {s.Look.Name}}.Encode(),
	}
	code, err := qr.Encode(address.String(), qr.M)
	if err != nil {
		return "", err
	}
	return template.URL("data:image/png;base64," + base64.StdEncoding.EncodeToString(code.PNG())), nil
}

// spaced makes a key easier to type.
func spaced(secret string) string {
	var b strings.Builder
	for i, r := range secret {
		if i > 0 && i%4 == 0 {
			b.WriteByte(' ')
		}
		b.WriteRune(r)
	}
	return b.String()
}

// confirmTwoStep takes the first code of the new app.
func (s *Server) confirmTwoStep(w http.ResponseWriter, r *http.Request) {
	who, ok := s.here(w, r)
	if !ok {
		return
	}
	codes, ok := s.People.ConfirmTOTP(who.Username, strings.Join(strings.Fields(r.PostFormValue("code")), ""))
	if !ok {
		s.drawTwoStep(w, who, "The code is not right. Enter the one that the app shows now; if it is refused again, look at the clock of your phone.")
		return
	}
	s.Count("two-step set up")
	_ = s.Mail(who.Username, "Two-step verification is on", "From now on a code is asked for when you sign in to "+s.Look.Name+".\n\nIf it was not you, tell your IT at once.")
	page.Show(w, http.StatusOK, page.View{
		Look: s.Look, Page: "recovery", Title: "Two-step verification is on",
		Lead:  "Keep these recovery codes where your phone is not. Each takes the place of a code once, and they are not shown again.",
		Rules: codes,
	})
}
