package diagnose

import (
	"net/http"
	"strings"
	"testing"

	"latchkey/internal/config"
	"latchkey/internal/problem"
)

func TestAPI(t *testing.T) {
	for _, c := range []struct {
		name  string
		at    http.HandlerFunc
		state State
		why   string
	}{
		{"answers", text(200, "application/json", `{"currentDate":"2026-11-20T09:12:00.000Z"}`), OK, ""},
		{"wants a token", text(401, "application/json", `{"code":"authentication.required"}`), OK, ""},
		{"forbids", text(403, "application/json", `{}`), OK, ""},
		{"has other addresses", text(404, "application/json", `{}`), OK, ""},
		{"asks to wait", text(429, "application/json", `{}`, "Retry-After", "20"), OK, "wait"},
		{"is down", text(503, "application/json", `{}`), Problem, "503"},
		{"a filter's page", text(403, "text/html", hotel), Problem, "in between"},
		{"a hotel's page", text(200, "text/html", hotel), Problem, "in between"},
		{"a proxy", text(403, "application/json", `{}`, "Server", "squid/6.1"), Problem, "in between"},
		{"cut", cut, Problem, "breaks off"},
		{"sends on", http.RedirectHandler("https://elsewhere.example/", http.StatusFound).ServeHTTP, Problem, "another address"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			p := newStation(t)
			p.at["/api/v2/date"], p.at["/me"] = c.at, c.at
			code := problem.APIUnreachable
			if c.state == OK {
				code = ""
			}
			region := config.Organization{ID: "globex", Region: "euw2", Endpoints: config.Endpoints{Login: p.URL, API: p.URL}}
			e := envFor(t, region, nil)
			if f := e.api(t.Context()); f.State != c.state || f.Code != code || !strings.Contains(f.Line(), c.why) || !e.checkAPI().Blocks {
				t.Errorf("region: %s %s: %s", f.State, f.Code, f.Line())
			}
			// Another server signs in without it.
			state := c.state
			if state == Problem {
				state = Warning
			}
			other := p.org()
			other.Endpoints.UserInfo = p.URL + "/me"
			e = envFor(t, other, nil)
			f := e.api(t.Context())
			if f.State != state || f.Code != code || e.checkAPI().Blocks {
				t.Errorf("other: %s %s: %s", f.State, f.Code, f.Line())
			}
			shareable(t, f)
		})
	}
}

func TestWorkspace(t *testing.T) {
	for _, c := range []struct {
		name  string
		at    http.HandlerFunc
		state State
	}{
		{"a page", text(200, "text/html", hotel), OK},
		{"a large page", text(200, "text/html", strings.Repeat("x", 2<<20)), OK},
		{"on to the sign-in", http.RedirectHandler("https://login.acme.example/", http.StatusFound).ServeHTTP, OK},
		{"signed in people only", text(401, "text/html", hotel), OK},
		{"nothing there", text(404, "text/html", hotel), Warning},
		{"down", text(503, "text/html", hotel), Warning},
		{"a filter", text(403, "text/html", hotel, "X-Squid-Error", "ERR_ACCESS_DENIED 0"), Warning},
		{"the network's page", text(511, "text/html", hotel), Warning},
		{"cut", cut, Warning},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			p := newStation(t)
			p.at["/desk"] = c.at
			org := p.org()
			org.WorkspaceURL = p.URL + "/desk"
			f := envFor(t, org, nil).workspace(t.Context())
			if f.State != c.state || (f.Code != problem.WorkspaceUnreachable) != (c.state == OK) {
				t.Errorf("got %s %s: %s", f.State, f.Code, f.Line())
			}
			shareable(t, f)
		})
	}
}
