package panel

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"sync"
	"time"

	"latchkey/internal/clock"
	"latchkey/internal/demo/page"
	"latchkey/internal/demo/people"
)

// Phone returns the phone of everybody: the authenticator app's codes, text messages and calls, and sign-ins to approve.
// It comes again by itself. GET /state says the same as JSON, and POST /approve answers a question:
// {"username":"pat@acme.example","number":"42"}, or "deny":true.
func Phone(w World) http.Handler {
	p := phone{w}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /style.css", page.Style)
	mux.HandleFunc("GET /{$}", p.show)
	mux.HandleFunc("GET /state", p.state)
	mux.HandleFunc("POST /answer", p.answer)
	mux.HandleFunc("POST /approve", p.approve)
	return http.NewCrossOriginProtection().Handler(mux)
}

type phone struct{ world World }

func (p phone) show(w http.ResponseWriter, _ *http.Request) {
	v := page.View{Look: look, Page: "list", Title: "Phone", Lead: "Sign-ins to approve, messages, and codes of the authenticator app", Auto: true}
	for _, q := range p.world.Questions() {
		row := page.Row{Name: q.Username, Detail: q.Device + ": is somebody signing in as you?"}
		if len(q.Choices) > 1 {
			row.Detail += " Tap the number they show you."
		}
		for _, number := range q.Choices {
			row.Choices = append(row.Choices, page.Choice{Value: number, Words: number})
		}
		row.Choices = append(row.Choices, page.Choice{Words: "It is not me"})
		v.Rows = append(v.Rows, row)
	}
	for _, t := range p.world.Texts() {
		v.Rows = append(v.Rows, page.Row{Name: t.To, Value: spaced(t.Code), Detail: t.Kind + " to " + t.Number + ", " + t.At.Local().Format("15:04:05") + ": " + t.Text})
	}
	for _, a := range p.apps() {
		detail := fmt.Sprintf("%d seconds left", p.world.CodesEnd()/time.Second)
		if a.Used {
			detail += ", used"
		}
		v.Rows = append(v.Rows, page.Row{Name: a.Username, Value: spaced(a.Code), Detail: detail})
	}
	page.Show(w, http.StatusOK, v)
}

func spaced(code string) string { return code[:len(code)/2] + " " + code[len(code)/2:] }

func (p phone) apps() []Account {
	var list []Account
	for _, g := range p.world.Groups() {
		for _, a := range g.Accounts {
			if a.TOTP {
				list = append(list, a)
			}
		}
	}
	return list
}

func (p phone) state(w http.ResponseWriter, _ *http.Request) {
	codes := map[string]string{}
	for _, a := range p.apps() {
		codes[a.Username] = a.Code
	}
	writeJSON(w, http.StatusOK, map[string]any{"codes": codes, "messages": p.world.Texts(), "approvals": p.world.Questions()})
}

// answer takes the page's own buttons.
func (p phone) answer(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, 4096)
	p.world.Decide(r.PostFormValue("username"), r.PostFormValue("number"))
	http.Redirect(w, r, "/", http.StatusSeeOther)
}

// approve takes a program's answer.
func (p phone) approve(w http.ResponseWriter, r *http.Request) {
	if !isJSON(w, r) {
		return
	}
	var wish struct {
		Username string `json:"username"`
		Number   string `json:"number"`
		Deny     bool   `json:"deny"`
	}
	if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, 4096)).Decode(&wish); err != nil || wish.Username == "" || wish.Deny != (wish.Number == "") {
		fail(w, http.StatusBadRequest, `send {"username":"…","number":"42"} or {"username":"…","deny":true}`)
		return
	}
	if !p.world.Decide(wish.Username, wish.Number) {
		fail(w, http.StatusNotFound, "nothing waits for an answer")
		return
	}
	p.state(w, r)
}

// Text is a text message, or what a call said.
type Text struct {
	To     string    `json:"to"` // the account
	Kind   string    `json:"kind"`
	Number string    `json:"number"`
	Text   string    `json:"text"`
	Code   string    `json:"code"`
	At     time.Time `json:"at"`
}

// Texts holds what came to the phones. It is safe for concurrent use.
type Texts struct {
	clock clock.Clock

	mu   sync.Mutex // guards the following field
	list []Text
}

// NewTexts returns a store without messages.
func NewTexts(clk clock.Clock) *Texts { return &Texts{clock: clk, list: []Text{}} }

// Deliver puts a message with a code in; method is one of people.SMS, people.OtherSMS and people.Voice.
func (t *Texts) Deliver(to people.Person, method, text, code string) {
	kind, number := "Text message", to.Number
	switch method {
	case people.Voice:
		kind = "Call"
	case people.OtherSMS:
		number = to.Other
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.list = append(t.list, Text{To: to.Username, Kind: kind, Number: number, Text: text, Code: code, At: t.clock.Now()})
	t.list = t.list[max(0, len(t.list)-maxMessages):]
}

// List returns all messages, the newest first.
func (t *Texts) List() []Text {
	t.mu.Lock()
	defer t.mu.Unlock()
	list := slices.Clone(t.list)
	slices.Reverse(list)
	return list
}
