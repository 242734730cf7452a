package panel

import (
	"net/http"
	"time"

	"latchkey/internal/clock"
	"latchkey/internal/demo/page"
)

// Trouble is what the status page reports.
type Trouble string

// The states it knows.
const (
	Fine   Trouble = ""
	Slowed Trouble = "minor"
	Down   Trouble = "major"
)

// Status is a status page in the shape of Atlassian Statuspage, API version 2.
type Status struct {
	clock clock.Clock
	now   func() Trouble
	mux   *http.ServeMux
	start time.Time
}

// NewStatus returns a status page; now tells how things are.
func NewStatus(clk clock.Clock, now func() Trouble) *Status {
	s := &Status{clock: clk, now: now, mux: http.NewServeMux(), start: clk.Now()}
	for path, of := range map[string]func() map[string]any{
		"summary.json":                       s.summary,
		"status.json":                        func() map[string]any { return s.part("status", s.status()) },
		"components.json":                    func() map[string]any { return s.part("components", s.components()) },
		"incidents.json":                     func() map[string]any { return s.part("incidents", s.incidents()) },
		"incidents/unresolved.json":          func() map[string]any { return s.part("incidents", s.incidents()) },
		"scheduled-maintenances/active.json": func() map[string]any { return s.part("scheduled_maintenances", []any{}) },
	} {
		s.mux.HandleFunc("GET /api/v2/"+path, func(w http.ResponseWriter, _ *http.Request) { writeJSON(w, http.StatusOK, of()) })
	}
	s.mux.HandleFunc("GET /style.css", page.Style)
	s.mux.HandleFunc("GET /{$}", s.show)
	return s
}

// ServeHTTP answers with the page or its JSON.
func (s *Status) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.mux.ServeHTTP(w, r) }

func (s *Status) show(w http.ResponseWriter, _ *http.Request) {
	v := page.View{Look: look, Page: "list", Title: s.words(), Auto: true}
	for _, each := range s.components() {
		if c, ok := each.(map[string]any); ok && c["group"] == false {
			v.Rows = append(v.Rows, page.Row{Name: c["name"].(string), Detail: c["status"].(string)})
		}
	}
	page.Show(w, http.StatusOK, v)
}

func (s *Status) words() string {
	switch s.now() {
	case Down:
		return "Partial System Outage"
	case Slowed:
		return "Minor Service Outage"
	default:
		return "All Systems Operational"
	}
}

func (s *Status) status() map[string]any {
	indicator := string(s.now())
	if indicator == "" {
		indicator = "none"
	}
	return map[string]any{"indicator": indicator, "description": s.words()}
}

func (s *Status) part(name string, v any) map[string]any {
	return map[string]any{
		"page": map[string]any{"id": "demo", "name": "Demo world", "time_zone": "Etc/UTC", "updated_at": s.stamp(s.clock.Now())},
		name:   v,
	}
}

func (s *Status) summary() map[string]any {
	all := s.part("status", s.status())
	all["components"], all["incidents"], all["scheduled_maintenances"] = s.components(), s.incidents(), []any{}
	return all
}

// components are a group for the region and, in it, what agents need to sign in.
func (s *Status) components() []any {
	state := map[Trouble]string{Fine: "operational", Slowed: "degraded_performance", Down: "major_outage"}[s.now()]
	component := func(position int, id, name, state string, group bool, parent any) map[string]any {
		return map[string]any{
			"id": id, "name": name, "status": state, "position": position, "group": group, "group_id": parent, "page_id": "demo",
			"created_at": s.stamp(s.start), "updated_at": s.stamp(s.clock.Now()), "only_show_if_degraded": false,
		}
	}
	return []any{
		component(1, "region", "EMEA (London)", state, true, nil),
		component(2, "login", "Login", state, false, "region"),
		component(3, "api", "Platform API", state, false, "region"),
		component(4, "voice", "Voice", "operational", false, "region"),
	}
}

func (s *Status) incidents() []any {
	impact := s.now()
	if impact == Fine {
		return []any{}
	}
	at := s.stamp(s.clock.Now())
	return []any{map[string]any{
		"id": "login", "name": "EMEA (London) Incident", "status": "investigating", "impact": string(impact), "page_id": "demo",
		"created_at": at, "started_at": at, "updated_at": at, "resolved_at": nil,
		"incident_updates": []any{map[string]any{"id": "login-1", "status": "investigating", "body": "Some users cannot log in. We are looking into it.", "created_at": at}},
	}}
}

func (s *Status) stamp(at time.Time) string { return at.UTC().Format("2006-01-02T15:04:05.000Z") }
