package diagnose

import (
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"latchkey/internal/config"
	"latchkey/internal/problem"
)

type object = map[string]any

// summary is a status page with these parts; the indicator is "none" unless it is among them.
func summary(parts ...object) object {
	all := object{"page": object{"name": "Status"}, "status": object{"indicator": "none", "description": "All Systems Operational"}, "components": []any{}, "incidents": []any{}, "scheduled_maintenances": []any{}}
	for _, part := range parts {
		for name, value := range part {
			if list, ok := value.([]any); ok {
				all[name] = append(all[name].([]any), list...)
			} else {
				all[name] = value
			}
		}
	}
	return all
}

func components(all ...object) object {
	var list []any
	for _, c := range all {
		list = append(list, c)
	}
	return object{"components": list}
}

// of is a component: name, status, and the group it is in, if any.
func of(name, status string, parent ...string) object {
	c := object{"id": name + strings.Join(parent, ""), "name": name, "status": status, "group": false, "group_id": nil, "updated_at": "2026-11-20T09:12:00.000Z"}
	if len(parent) > 0 {
		c["group_id"] = parent[0]
	}
	return c
}

func group(name, status string) object {
	c := of(name, status)
	c["id"], c["group"] = name, true
	return c
}

func happening(name, impact, status string, parts ...object) object {
	return object{"incidents": []any{object{"name": name, "impact": impact, "status": status, "started_at": "2026-11-20T08:00:00.000Z", "components": parts}}}
}

func planned(name, status string, from, until time.Time, parts ...object) object {
	return object{"scheduled_maintenances": []any{object{"name": name, "impact": "maintenance", "status": status,
		"scheduled_for": from.Format(time.RFC3339), "scheduled_until": until.Format(time.RFC3339), "components": parts}}}
}

func indicator(level string) object {
	return object{"status": object{"indicator": level, "description": "Something is up"}}
}

const (
	fine   = "operational"
	slow   = "degraded_performance"
	partly = "partial_outage"
	broken = "major_outage"
	closed = "under_maintenance"
	london = "EMEA (London)"
	dublin = "EMEA (Dublin)"
)

func TestStatus(t *testing.T) {
	now := time.Now()
	for _, c := range []struct {
		name   string
		region string // empty: a service without regions
		page   object
		state  State
		code   problem.Code
		why    string
	}{
		{"all is well", "", summary(components(of("Login", fine), of("Voice", fine))), OK, "", "fine"},
		{"nothing on it", "", summary(), OK, "", "fine"},
		{"nobody gets in", "", summary(components(of("Login", broken), of("Voice", fine)), indicator("critical")), Problem, problem.ServiceOutage, "Login, since"},
		{"some do not get in", "", summary(components(of("Single sign-on", partly))), Problem, problem.ServiceOutage, "Single sign-on"},
		{"signing in is slow", "", summary(components(of("Authentication", slow))), Warning, problem.ServiceDegraded, "Authentication"},
		{"signing in is closed", "", summary(components(of("Sign-in", closed))), Warning, problem.ServiceMaintenance, "Sign-in"},
		{"something else is down", "", summary(components(of("Login", fine), of("Voice", broken))), Warning, problem.ServiceDegraded, "not with signing in"},
		{"it does not say what signs in", "", summary(components(of("Website", broken))), Problem, problem.ServiceOutage, "Website"},
		{"only the indicator", "", summary(indicator("major")), Problem, problem.ServiceOutage, "Something is up"},
		{"only a small one", "", summary(indicator("minor")), Warning, problem.ServiceDegraded, ""},
		{"indicator of maintenance", "", summary(indicator("maintenance")), Warning, problem.ServiceMaintenance, ""},
		{"indicator against components", "", summary(components(of("Login", fine)), indicator("critical")), Warning, problem.ServiceDegraded, ""},
		{"an incident that no component shows", "", summary(components(of("Login", fine)), happening("Delays", "minor", "investigating")), Warning, problem.ServiceDegraded, "Delays"},
		{"an incident that is over", "", summary(components(of("Login", fine)), happening("Delays", "major", "resolved")), OK, "", ""},
		{"maintenance now", "", summary(components(of("Login", fine)), planned("New servers", "in_progress", now.Add(-time.Hour), now.Add(time.Hour))), Warning, problem.ServiceMaintenance, "New servers, until"},
		{"maintenance soon", "", summary(components(of("Login", fine)), planned("New servers", "scheduled", now.Add(time.Hour), now.Add(2*time.Hour))), OK, "", "Planned: New servers"},
		{"maintenance some day", "", summary(planned("New servers", "scheduled", now.Add(200*time.Hour), now.Add(201*time.Hour))), OK, "", "fine."},

		{"the region is down", london, summary(components(group(london, broken), of("Login", broken, london), of("Voice", fine, london)), indicator("major"), happening("EMEA (London) Incident", "major", "investigating")), Problem, problem.ServiceOutage, "Login, since"},
		{"another region is down", london, summary(components(group(london, fine), of("Login", fine, london), group(dublin, broken), of("Login", broken, dublin)), indicator("major"), happening("EMEA (Dublin) Incident", "critical", "investigating")), OK, "", "fine"},
		{"groups of services", london, summary(components(group("Login", partly), of(london, slow, "Login"), of(dublin, broken, "Login"), group("Voice", fine), of(london, fine, "Voice"))), Warning, problem.ServiceDegraded, "EMEA (London)"},
		{"regions without parts", london, summary(components(of(london, broken), of(dublin, fine))), Problem, problem.ServiceOutage, london},
		{"voice of the region", london, summary(components(group(london, broken), of("Login", fine, london), of("Voice", broken, london))), Warning, problem.ServiceDegraded, "not with signing in"},
		{"an incident of the region", london, summary(components(group(london, fine), of("Login", fine, london)), happening("EMEA (London) Incident", "major", "identified")), Warning, problem.ServiceDegraded, "EMEA (London) Incident"},
		{"the region is not on the page", london, summary(components(of(dublin, broken)), indicator("major")), Warning, problem.ServiceDegraded, ""},
		{"login for all regions", london, summary(components(of("Login", broken), of(london, fine))), Problem, problem.ServiceOutage, "Login"},
		{"without accents", "Americas (São Paulo)", summary(components(of("Americas (Sao Paulo)", broken))), Problem, problem.ServiceOutage, "Sao Paulo"},
		{"numbered regions are two", "Americas (US East)", summary(components(of("Americas (US East)", fine), of("Americas (US East 2)", broken))), OK, "", "fine"},
	} {
		t.Run(c.name, func(t *testing.T) {
			raw, err := json.Marshal(c.page)
			if err != nil {
				t.Fatal(err)
			}
			p := newStation(t)
			p.at["/api/v2/summary.json"] = text(200, "application/json", string(raw))
			org := config.Organization{ID: "acme", Issuer: p.URL, StatusURL: p.URL}
			for _, r := range config.Regions() {
				if r.Name == c.region {
					org.Issuer, org.Region = "", r.Key
				}
			}
			f := envFor(t, org, nil).status(t.Context())
			if f.Code == problem.ServiceOutage && !strings.HasPrefix(f.Fix, "If signing in fails, ") {
				t.Errorf("people are sent away although they may get in: %s", f.Fix)
			}
			if f.State != c.state || f.Code != c.code || !strings.Contains(f.Line(), c.why) {
				t.Errorf("got %s %s: %s", f.State, f.Code, f.Line())
			}
			shareable(t, f)
		})
	}
}

// DG-15: a page that lies, is down, huge or no status page is bounded, and known for saying nothing.
func TestDG15StatusPageThatIsNone(t *testing.T) {
	for name, answer := range map[string]http.HandlerFunc{
		"HTML":            text(200, "text/html", hotel),
		"gateway":         text(502, "text/html", hotel),
		"not found":       text(404, "application/json", `{}`),
		"limited":         text(429, "application/json", `{}`, "Retry-After", "3600"),
		"refused":         text(403, "text/plain", "no"),
		"cut":             cut,
		"elsewhere":       http.RedirectHandler("https://status.example/", http.StatusFound).ServeHTTP,
		"huge":            text(200, "application/json", `{"status":{"indicator":"none"},"x":"`+strings.Repeat("x", 2<<20)+`"}`),
		"many components": text(200, "application/json", `{"status":{"indicator":"none"},"components":[`+strings.Repeat(`{"name":"x"},`, 2500)+`{}]}`),
		"empty":           text(200, "application/json", ``),
		"no object":       text(200, "application/json", `[]`),
		"other members":   text(200, "application/json", `{"ok":true}`),
		"wrong types":     text(200, "application/json", `{"status":{"indicator":5}}`),
		"unknown level":   text(200, "application/json", `{"status":{"indicator":"splendid"}}`),
		"half":            text(200, "application/json", `{"status":{"indicator":"no`),
		"deep":            text(200, "application/json", strings.Repeat(`{"status":`, 5000)+"1"+strings.Repeat("}", 5000)),
	} {
		t.Run(name, func(t *testing.T) {
			p := newStation(t)
			p.at["/api/v2/summary.json"] = answer
			org := p.org()
			org.StatusURL = p.URL + "/"
			f := envFor(t, org, nil).status(t.Context())
			if f.State != Unknown || f.Code != "" || !strings.Contains(f.Line(), "says nothing") {
				t.Errorf("got %s %s: %s", f.State, f.Code, f.Line())
			}
			if want := name == "limited"; slices.ContainsFunc(f.Facts, func(a Fact) bool { return a.Name == AskAgain && a.Value == 3600 }) != want {
				t.Errorf("facts: %+v", f.Facts)
			}
		})
	}
}

// DG-15: a page that says all is well takes no failure away, and one that says all is lost keeps nobody out.
func TestDG15StatusPageThatLies(t *testing.T) {
	for _, c := range []struct {
		name    string
		page    object
		token   http.HandlerFunc
		verdict Verdict
	}{
		{"all is well, it says", summary(components(of("Login", fine))), text(503, "text/html", hotel), Blocked},
		{"all is lost, it says", summary(components(of("Login", broken)), indicator("critical")), oauthError(400, "invalid_request"), Degraded},
		{"both are well", summary(components(of("Login", fine))), oauthError(400, "invalid_request"), Fine},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := newStation(t)
			p.at["/token"] = c.token
			p.at["/api/v2/summary.json"] = func(w http.ResponseWriter, _ *http.Request) { writeJSON(w, 200, c.page) }
			org := p.org()
			org.StatusURL = p.URL
			e := envFor(t, org, nil)
			if got := Run(t.Context(), []Check{e.checkServer(), e.checkStatus()}, nil); got.Verdict != c.verdict {
				t.Errorf("verdict %s: %s", got.Verdict, got.Summary)
			}
		})
	}
}

// What a page says is shown as text of one line, and only so much of it.
func TestStatusPageTextIsData(t *testing.T) {
	p := newStation(t)
	name := "Login\x1b[31m \u202e" + strings.Repeat("x", 500) + "\nAll is well"
	p.at["/api/v2/summary.json"] = func(w http.ResponseWriter, _ *http.Request) {
		writeJSON(w, 200, summary(components(of(name, broken))))
	}
	org := p.org()
	org.StatusURL = p.URL
	f := envFor(t, org, nil).status(t.Context())
	if strings.ContainsAny(f.Line(), "\x1b\u202e\n") || len(f.Line()) > 300 || f.State != Problem {
		t.Errorf("got %s: %q", f.State, f.Line())
	}
}

func TestStatusAddress(t *testing.T) {
	for _, c := range []struct {
		org  config.Organization
		want string
	}{
		{config.Organization{}, ""},
		{config.Organization{Issuer: "https://login.acme.example"}, ""},
		{config.Organization{StatusURL: "https://status.acme.example/"}, "https://status.acme.example/api/v2/summary.json"},
		{config.Organization{StatusURL: "https://status.acme.example/own.json"}, "https://status.acme.example/own.json"},
		{config.Organization{Region: "euw2"}, "https://status.mypurecloud.com/api/v2/summary.json"},
		{config.Organization{Region: "euw2", StatusURL: "https://s.example"}, "https://s.example/api/v2/summary.json"},
		{config.Organization{Region: "euw2", Endpoints: config.Endpoints{Login: "http://127.0.0.1:1"}}, ""},
	} {
		if got := (Env{Org: c.org}).statusAddress(); got != c.want {
			t.Errorf("%+v: %q, want %q", c.org, got, c.want)
		}
	}
}

func TestStatusIsStopped(t *testing.T) {
	p := newStation(t)
	ctx, cancel := context.WithCancel(t.Context())
	p.at["/api/v2/summary.json"] = func(_ http.ResponseWriter, r *http.Request) { cancel(); <-r.Context().Done() }
	org := p.org()
	org.StatusURL = p.URL
	if f := envFor(t, org, nil).status(ctx); f.State != Unknown {
		t.Errorf("got %+v", f)
	}
}
