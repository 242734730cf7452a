package identity

import (
	"net/http"

	"latchkey/internal/demo/federation"
	"latchkey/internal/demo/page"
	"latchkey/internal/demo/people"
	"latchkey/internal/demo/visit"
)

// visitor is somebody in front of the sign-in pages.
type visitor = visit.Visit[login]

// login is how far they are.
type login struct {
	request *request // what asks; nil for a device
	device  string   // user code of the device that asks
	app     string   // its name
	next    string   // page here to go to at the end; nothing asks then
	hint    string   // user name to suggest
	force   bool     // ask even somebody who is signed in
	company bool     // go to the company's page at once

	person  people.Person // who passed the first factor; zero before that
	amr     []string      // what was proved so far (RFC 8176)
	second  second
	renew   bool             // is asked for a new password
	granted people.Person    // who may now allow the device; zero before that
	asked   federation.Asked // of the company

	refused    refusal // why they are not let in; zero: nothing stands in the way
	consenting bool    // is asked whether the app may have access, and
	allowed    bool    // said yes
}

// visitor returns the visitor with this identifier, locked, if this browser is theirs; it shows a page otherwise.
func (s *Server) visitor(w http.ResponseWriter, r *http.Request, id string) *visitor {
	if err := http.NewCrossOriginProtection().Check(r); err != nil {
		s.message(w, http.StatusForbidden, "This did not come from our page", "Go back to the app and start again.")
		return nil
	}
	v := s.desk.Find(r, id)
	if v == nil {
		s.message(w, http.StatusNotFound, "This sign-in is over", "It was finished, it took too long, or this browser keeps no cookies. Go back to the app and start again.")
		return nil
	}
	v.Lock()
	return v
}

// message shows a page with nothing to do on it.
func (s *Server) message(w http.ResponseWriter, status int, title, lead string) {
	page.Show(w, status, page.View{Look: s.Look, Title: title, Lead: lead})
}

// workspace is what "Open workspace" opens.
func (s *Server) workspace(w http.ResponseWriter, r *http.Request) {
	v := page.View{Look: s.Look, Title: "Workspace", Lead: "You are not signed in in this browser."}
	if se, ok := s.desk.SignedIn(r); ok {
		v.Lead = "Good to see you, " + se.Person.Name + "."
	}
	page.Show(w, http.StatusOK, v)
}
