// Package visit keeps track of browsers in front of sign-in pages: what each one began, and who is signed in in it.
package visit

import (
	"io"
	"maps"
	"net/http"
	"sync"
	"time"

	"latchkey/internal/clock"
	"latchkey/internal/demo/fresh"
	"latchkey/internal/demo/people"
)

const (
	life        = 10 * time.Minute
	sessionLife = 8 * time.Hour
	maxKept     = 10_000
)

// Desk receives browsers for one service. Cookies know hosts but no ports, and the whole demo world lives on one host:
// every desk has a name of its own to put before its cookies'.
type Desk[T any] struct {
	name  string
	clock clock.Clock
	rand  io.Reader

	mu       sync.Mutex // guards the following fields
	visits   map[string]*Visit[T]
	sessions map[string]Session
}

// Visit is something a browser began. Lock it before looking at What: a browser can send two forms at once.
type Visit[T any] struct {
	sync.Mutex
	ID   string
	What T

	browser string
	ends    time.Time
}

// Session is somebody signed in in a browser.
type Session struct {
	Person people.Person
	AMR    []string // how it was proved (RFC 8176)
	ends   time.Time
}

// NewDesk returns a desk without visitors.
func NewDesk[T any](name string, clk clock.Clock, random io.Reader) *Desk[T] {
	return &Desk[T]{name: name, clock: clk, rand: random, visits: make(map[string]*Visit[T]), sessions: make(map[string]Session)}
}

// Begin ties what begins to this browser and sends it to /login/ID.
func (d *Desk[T]) Begin(w http.ResponseWriter, r *http.Request, what T) {
	browser := d.cookie(r, "browser")
	if browser == "" {
		browser = fresh.Token(d.rand)
		d.setCookie(w, "browser", browser)
	}
	v := &Visit[T]{ID: fresh.Token(d.rand), What: what, browser: browser, ends: d.clock.Now().Add(life)}
	d.mu.Lock()
	makeRoom(d.visits, func(old *Visit[T]) bool { return d.clock.Now().After(old.ends) })
	d.visits[v.ID] = v
	d.mu.Unlock()
	http.Redirect(w, r, "/login/"+v.ID, http.StatusSeeOther)
}

// Find returns the visit with this identifier if this browser began it, and nil otherwise.
func (d *Desk[T]) Find(r *http.Request, id string) *Visit[T] {
	browser := d.cookie(r, "browser")
	d.mu.Lock()
	defer d.mu.Unlock()
	v, ok := d.visits[id]
	if !ok || browser == "" || v.browser != browser || d.clock.Now().After(v.ends) {
		return nil
	}
	return v
}

// End forgets a visit: it has come to its end.
func (d *Desk[T]) End(v *Visit[T]) {
	d.mu.Lock()
	defer d.mu.Unlock()
	delete(d.visits, v.ID)
}

// SignIn makes this browser remember somebody.
func (d *Desk[T]) SignIn(w http.ResponseWriter, who people.Person, amr []string) {
	id := fresh.Token(d.rand)
	d.mu.Lock()
	makeRoom(d.sessions, func(old Session) bool { return d.clock.Now().After(old.ends) })
	d.sessions[id] = Session{Person: who, AMR: amr, ends: d.clock.Now().Add(sessionLife)}
	d.mu.Unlock()
	d.setCookie(w, "session", id)
}

// SignedIn returns who is signed in in this browser.
func (d *Desk[T]) SignedIn(r *http.Request) (Session, bool) {
	id := d.cookie(r, "session")
	d.mu.Lock()
	defer d.mu.Unlock()
	s, ok := d.sessions[id]
	return s, ok && d.clock.Now().Before(s.ends)
}

// SignOut makes this browser forget who was signed in.
func (d *Desk[T]) SignOut(w http.ResponseWriter, r *http.Request) {
	d.mu.Lock()
	delete(d.sessions, d.cookie(r, "session"))
	d.mu.Unlock()
	d.setCookie(w, "session", "")
}

// Forget signs somebody out of every browser.
func (d *Desk[T]) Forget(subject string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	maps.DeleteFunc(d.sessions, func(_ string, s Session) bool { return s.Person.Subject == subject })
}

func (d *Desk[T]) cookie(r *http.Request, name string) string {
	c, err := r.Cookie(d.name + "_" + name)
	if err != nil {
		return ""
	}
	return c.Value
}

// setCookie sets a cookie for as long as the browser runs; an empty value removes it. It is not Secure: the demo world
// is http on loopback.
func (d *Desk[T]) setCookie(w http.ResponseWriter, name, value string) {
	c := &http.Cookie{Name: d.name + "_" + name, Value: value, Path: "/", HttpOnly: true, SameSite: http.SameSiteLaxMode}
	if value == "" {
		c.MaxAge = -1
	}
	http.SetCookie(w, c)
}

// makeRoom keeps a map of a service that runs for days from growing for ever.
func makeRoom[V any](m map[string]V, over func(V) bool) {
	if len(m) < maxKept {
		return
	}
	for k, v := range m {
		if over(v) || len(m) >= maxKept {
			delete(m, k)
		}
	}
}
