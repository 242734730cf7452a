// Package panel is the demo world's own pages: the panel that lists accounts and turns troubles on, the phone, the
// mailbox, and a status page that speaks Statuspage's language.
package panel

import (
	"encoding/json"
	"io"
	"mime"
	"net/http"
	"time"

	"latchkey/internal/demo/fresh"
	"latchkey/internal/demo/page"
	"latchkey/internal/demo/people"
)

// Account is a line of the panel.
type Account struct {
	Username, Password, Note string
	TOTP                     bool
	Code                     string   // the phone shows it now
	Used                     bool     // it was accepted once already
	Recovery                 []string // recovery codes that are good still
}

// Group is the accounts of one organisation.
type Group struct {
	Name     string
	Accounts []Account
}

// Scenario is a trouble that can be turned on.
type Scenario struct {
	Name  string `json:"name"`
	Words string `json:"words"`
	On    bool   `json:"on"`
}

// World is what the pages show.
type World interface {
	Groups() []Group
	CodesEnd() time.Duration // until the phone shows the next codes
	Texts() []Text           // text messages and calls, the newest first
	Questions() []people.Question
	Decide(username, number string) bool // an empty number denies; false: nobody asks
	Scenarios() []Scenario
	SetScenario(name string, on bool) error // an error: there is none with this name
}

var look = page.Look{Class: "demo", Name: "Latchkey's demo world", Motto: "On this computer only", Mark: "L"}

// Link is an address on the panel.
type Link struct{ Name, Link string }

// Panel returns the control page's handler.
func Panel(w World, random io.Reader, links []Link) http.Handler {
	p := &panel{world: w, rand: random, links: links}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", p.show)
	mux.HandleFunc("GET /codes", p.codes)
	mux.HandleFunc("GET /scenario", func(rw http.ResponseWriter, _ *http.Request) { writeJSON(rw, http.StatusOK, w.Scenarios()) })
	mux.HandleFunc("POST /scenario", p.turn)
	mux.HandleFunc("GET /style.css", page.Style)
	// Only this page's own script, or a program that is no browser, may turn anything.
	return http.NewCrossOriginProtection().Handler(mux)
}

type panel struct {
	world World
	rand  io.Reader
	links []Link
}

func (p *panel) show(w http.ResponseWriter, _ *http.Request) {
	nonce := fresh.Token(p.rand)
	body, err := page.Draw("panel", map[string]any{
		"Nonce": nonce, "Links": p.links, "Groups": p.world.Groups(), "Scenarios": p.world.Scenarios(),
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

// codes answers with what the phone shows, by user name.
func (p *panel) codes(w http.ResponseWriter, _ *http.Request) {
	now := map[string]string{}
	for _, g := range p.world.Groups() {
		for _, a := range g.Accounts {
			if a.TOTP {
				now[a.Username] = a.Code
			}
		}
	}
	writeJSON(w, http.StatusOK, now)
}

// turn turns a scenario on or off. JSON only: a form on some page of the web cannot send that.
func (p *panel) turn(w http.ResponseWriter, r *http.Request) {
	if !isJSON(w, r) {
		return
	}
	var wish struct {
		Name *string `json:"name"`
		On   *bool   `json:"on"`
	}
	if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, 4096)).Decode(&wish); err != nil || wish.Name == nil || wish.On == nil {
		fail(w, http.StatusBadRequest, `send {"name":"outage","on":true}`)
		return
	}
	if err := p.world.SetScenario(*wish.Name, *wish.On); err != nil {
		fail(w, http.StatusNotFound, err.Error())
		return
	}
	writeJSON(w, http.StatusOK, p.world.Scenarios())
}

func isJSON(w http.ResponseWriter, r *http.Request) bool {
	if kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || kind != "application/json" {
		fail(w, http.StatusUnsupportedMediaType, "send application/json")
		return false
	}
	return true
}

func fail(w http.ResponseWriter, status int, words string) {
	writeJSON(w, status, map[string]string{"error": words})
}

func writeJSON(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(v)
}
