package identity

import (
	"io"
	"net/http"
	"sync"
	"time"

	"latchkey/internal/clock"
	"latchkey/internal/demo/fresh"
	"latchkey/internal/demo/page"
	"latchkey/internal/demo/people"
)

// login is somebody in front of the sign-in pages. Its fields are used by one request at a time.
type login struct {
	mu sync.Mutex

	id      string
	browser string // the cookie of the browser it began in; no other can go on with it
	ends    time.Time

	request *request // what asks; nil for a device
	device  string   // user code of the device that asks
	app     string   // its name
	hint    string   // user name to suggest
	force   bool     // ask even somebody who is signed in
	company bool     // go to the company's page at once

	person   people.Person // who passed the first factor; zero before that
	amr      []string      // what was proved so far (RFC 8176)
	tries    int           // of the second factor
	granted  people.Person // who may now allow the device; zero before that
	upstream upstream      // what the company was asked
}

// session is somebody signed in in a browser.
type session struct {
	person people.Person
	amr    []string
	ends   time.Time
}

// logins keeps who is signing in and who is signed in, by what the browser shows.
type logins struct {
	clock clock.Clock
	rand  io.Reader

	mu       sync.Mutex // guards the following fields
	logins   map[string]*login
	sessions map[string]session
}

func newLogins(clk clock.Clock, random io.Reader) *logins {
	return &logins{clock: clk, rand: random, logins: make(map[string]*login), sessions: make(map[string]session)}
}

func (ls *logins) add(l *login) {
	ls.mu.Lock()
	defer ls.mu.Unlock()
	l.id, l.ends = fresh.Token(ls.rand), ls.clock.Now().Add(signInLife)
	makeRoom(ls.logins, func(old *login) bool { return ls.clock.Now().After(old.ends) })
	ls.logins[l.id] = l
}

func (ls *logins) get(id, browser string) *login {
	ls.mu.Lock()
	defer ls.mu.Unlock()
	l, ok := ls.logins[id]
	if !ok || browser == "" || l.browser != browser || ls.clock.Now().After(l.ends) {
		return nil
	}
	return l
}

func (ls *logins) drop(id string) {
	ls.mu.Lock()
	defer ls.mu.Unlock()
	delete(ls.logins, id)
}

func (ls *logins) signIn(who people.Person, amr []string) string {
	ls.mu.Lock()
	defer ls.mu.Unlock()
	id := fresh.Token(ls.rand)
	makeRoom(ls.sessions, func(old session) bool { return ls.clock.Now().After(old.ends) })
	ls.sessions[id] = session{person: who, amr: amr, ends: ls.clock.Now().Add(sessionLife)}
	return id
}

func (ls *logins) session(id string) (session, bool) {
	ls.mu.Lock()
	defer ls.mu.Unlock()
	se, ok := ls.sessions[id]
	return se, ok && ls.clock.Now().Before(se.ends)
}

// begin ties a login to this browser and goes to its first page.
func (s *Server) begin(w http.ResponseWriter, r *http.Request, l *login) {
	l.browser = s.cookieValue(r, "browser")
	if l.browser == "" {
		l.browser = fresh.Token(s.Rand)
		s.setCookie(w, "browser", l.browser)
	}
	s.logins.add(l)
	http.Redirect(w, r, "/login/"+l.id, http.StatusSeeOther)
}

// login returns the login of this address, locked, if this browser began it; it shows a page otherwise.
func (s *Server) login(w http.ResponseWriter, r *http.Request) *login {
	if err := http.NewCrossOriginProtection().Check(r); err != nil {
		s.message(w, http.StatusForbidden, "This did not come from our page", "Go back to the app and start again.")
		return nil
	}
	l := s.logins.get(r.PathValue("id"), s.cookieValue(r, "browser"))
	if l == nil {
		s.message(w, http.StatusNotFound, "This sign-in is over", "It was finished, it took too long, or this browser keeps no cookies. Go back to the app and start again.")
		return nil
	}
	l.mu.Lock()
	return l
}

func (s *Server) cookieValue(r *http.Request, name string) string {
	c, err := r.Cookie(s.cookie(name))
	if err != nil {
		return ""
	}
	return c.Value
}

// setCookie sets a cookie for this browser session. It is not Secure: the demo world is http on loopback.
func (s *Server) setCookie(w http.ResponseWriter, name, value string) {
	c := &http.Cookie{Name: s.cookie(name), Value: value, Path: "/", HttpOnly: true, SameSite: http.SameSiteLaxMode}
	if value == "" {
		c.MaxAge = -1
	}
	http.SetCookie(w, c)
}

// workspace is what "Open workspace" opens.
func (s *Server) workspace(w http.ResponseWriter, r *http.Request) {
	v := page.View{Look: s.Look, Title: "Workspace", Lead: "You are not signed in in this browser."}
	if se, ok := s.logins.session(s.cookieValue(r, "session")); ok {
		v.Lead = "Good to see you, " + se.person.Name + "."
	}
	page.Show(w, http.StatusOK, v)
}

// forgot plays the page for a forgotten password. It says the same to everybody.
func (s *Server) forgot(w http.ResponseWriter, r *http.Request) {
	v := page.View{Look: s.Look, Page: "reset", Title: "Forgot your password?", Lead: "We send you a link to choose a new one.", Action: "/forgot", Username: r.FormValue("username")}
	if r.Method == http.MethodPost {
		v.Page, v.Title, v.Lead = "", "Look into your mailbox", "If there is an account for this address, a message with a link is on its way. It may be in the spam folder."
	}
	page.Show(w, http.StatusOK, v)
}
