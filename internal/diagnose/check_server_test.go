package diagnose

import (
	"context"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"

	"latchkey/internal/config"
	"latchkey/internal/problem"
	"latchkey/internal/transport"
)

const hotel = "<!doctype html><title>Hotel</title>"

func TestServer(t *testing.T) {
	for _, c := range []struct {
		name  string
		path  string
		at    http.HandlerFunc
		state State
		code  problem.Code
		why   string
	}{
		{"as it should be", "/token", oauthError(400, "invalid_request"), OK, "", "as it should"},
		{"refuses the code", "/token", oauthError(400, "invalid_grant"), OK, "", ""},
		{"another status", "/token", oauthError(403, "invalid_grant"), OK, "", ""},
		{"an error with status 200", "/token", oauthError(200, "invalid_request"), OK, "", ""},
		{"the app is not known", "/token", oauthError(401, "invalid_client"), Problem, problem.AppUnknown, "client ID"},
		{"the app is not allowed", "/token", oauthError(400, "unauthorized_client"), Problem, problem.AppNotAllowed, ""},
		{"down by its own words", "/token", oauthError(400, "temporarily_unavailable"), Problem, problem.ServerUnavailable, ""},
		{"no endpoint", "/token", text(404, "text/plain", "not here"), Problem, problem.NotASignInServer, "404"},
		{"a gateway's page", "/token", text(502, "text/html", hotel), Problem, problem.ServerUnavailable, "gateway"},
		{"a firewall's page", "/token", text(400, "text/html", hotel), Problem, problem.ServerAnswer, "web page"},
		{"a hotel's page", "/token", text(200, "text/html", hotel), Problem, problem.NetworkPage, ""},
		{"a hotel's page by the book", "/token", text(511, "text/html", hotel), Problem, problem.NetworkPage, ""},
		{"something else", "/token", text(200, "application/json", `{"hello":"you"}`), Problem, problem.ServerAnswer, "200"},
		{"maintenance", "/token", text(503, "text/html", hotel, "Retry-After", "3600"), Problem, problem.ServerUnavailable, "come back at"},
		{"not available", "/token", text(503, "application/json", `{}`), Problem, problem.ServerUnavailable, "503"},
		{"cut", "/token", cut, Problem, problem.ConnectionBroken, ""},
		{"sends on", "/token", http.RedirectHandler("https://elsewhere.example/", http.StatusFound).ServeHTTP, Problem, problem.RedirectRefused, ""},

		{"page on another address", "/authorize", http.RedirectHandler("/login/1", http.StatusSeeOther).ServeHTTP, OK, "", ""},
		{"page at the company's", "/authorize", http.RedirectHandler("https://idp.example/", http.StatusFound).ServeHTTP, OK, "", ""},
		{"a page for browsers only", "/authorize", text(403, "text/html", hotel), OK, "", ""},
		{"a refusal as a page", "/authorize", text(400, "text/html", hotel), OK, "", ""},
		{"a large page", "/authorize", text(200, "text/html", strings.Repeat("x", 2<<20)), OK, "", ""},
		{"no page", "/authorize", text(404, "text/html", hotel), Problem, problem.NotASignInServer, "sign-in page"},
		{"page is broken", "/authorize", text(500, "text/html", hotel), Problem, problem.ServerUnavailable, "500"},
		{"refused at once", "/authorize", http.RedirectHandler("http://127.0.0.1:49200/callback?error=unauthorized_client&state=x", http.StatusFound).ServeHTTP, Problem, problem.AppNotAllowed, ""},
		{"asks too much", "/authorize", http.RedirectHandler("http://127.0.0.1:49200/callback?error=invalid_scope", http.StatusFound).ServeHTTP, Problem, problem.ScopeRefused, ""},

		{"no keys", "/keys", text(404, "text/plain", ""), Problem, problem.ServerAnswer, "keys"},
		{"none of ours", "/keys", text(200, "application/json", `{"keys":[{"kty":"oct"}]}`), Problem, problem.ServerAnswer, "key"},
		{"keys are down", "/keys", text(503, "text/html", hotel), Problem, problem.ServerUnavailable, ""},

		{"no description", "/.well-known/openid-configuration", text(404, "text/plain", ""), Problem, problem.NotASignInServer, ""},
		{"description refused", "/.well-known/openid-configuration", text(403, "text/plain", ""), Problem, problem.ServerRefuses, ""},
		{"description limited", "/.well-known/openid-configuration", text(429, "text/plain", "", "Retry-After", "30"), Problem, problem.TooManyTries, "answers again at"},
		{"description is a gateway's", "/.well-known/openid-configuration", text(504, "text/html", hotel), Problem, problem.ServerUnavailable, "gateway"},
		{"description is a page", "/.well-known/openid-configuration", text(200, "text/html", hotel), Problem, problem.NetworkPage, ""},
		{"another server", "/.well-known/openid-configuration", text(200, "application/json", `{"issuer":"https://other.example"}`), Problem, problem.IssuerMismatch, "other.example"},
		{"everything is down", "*", text(503, "text/html", hotel), Problem, problem.ServerUnavailable, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			p := newStation(t)
			p.at[c.path] = c.at
			f := envFor(t, p.org(), nil).server(t.Context())
			if f.State != c.state || f.Code != c.code || !strings.Contains(f.Line(), c.why) {
				t.Errorf("got %s %s: %s", f.State, f.Code, f.Line())
			}
			if f.State == Problem && f.Fix == "" {
				t.Error("says nothing to do")
			}
			shareable(t, f)
		})
	}
}

// DG-21: the service is reached, and refuses. That is never the network's fault.
func TestDG21ReachedAndRefused(t *testing.T) {
	for _, c := range []struct {
		status int
		code   problem.Code
	}{{401, problem.ServerRefuses}, {403, problem.ServerRefuses}, {429, problem.TooManyTries}} {
		for kind, body := range map[string]string{"application/json": `{"message":"no"}`, "text/plain": "no", "text/html": hotel} {
			p := newStation(t)
			p.at["/token"] = text(c.status, kind, body, "Retry-After", "90")
			f := envFor(t, p.org(), nil).server(t.Context())
			if f.State != Problem || f.Code != c.code {
				t.Errorf("%d as %s: %s %s", c.status, kind, f.State, f.Code)
			}
			if problem.New(f.Code).Kind == problem.Unreachable {
				t.Errorf("%d: the words are of a server that is not reached", c.status)
			}
			if got := fact(f, "token_status"); got != c.status {
				t.Errorf("token_status is %v", got)
			}
			if got := fact(f, "retry_after_s"); got != int64(90) {
				t.Errorf("retry_after_s is %v", got)
			}
		}
	}
}

// DG-17: what is asked holds nothing of the person, and goes to the configured host only.
func TestDG17NothingIsToldThatIsNotAsked(t *testing.T) {
	p := newStation(t)
	org := p.org()
	org.ClientSecret, org.StatusURL = "canary-secret", p.URL
	p.at["/api/v2/summary.json"] = text(200, "application/json", `{"status":{"indicator":"none"}}`)
	var mu sync.Mutex
	var dialed []string
	e := envFor(t, org, nil, func(o *transport.Options) {
		o.Dial = func(ctx context.Context, network, address string) (net.Conn, error) {
			mu.Lock()
			defer mu.Unlock()
			dialed = append(dialed, address)
			return new(net.Dialer).DialContext(ctx, network, address)
		}
	})
	for _, c := range []Check{e.checkServer(), e.checkAPI(), e.checkWorkspace(), e.checkNotifications(), e.checkVoice(), e.checkClock(), e.checkStatus()} {
		if f := c.Run(t.Context()); f.State != OK && f.State != Skipped {
			t.Errorf("%s: %s %s", c.ID, f.State, f.Line())
		}
	}
	for _, address := range dialed {
		if "http://"+address != p.URL {
			t.Errorf("connected to %s", address)
		}
	}
	for i, r := range p.asked {
		for _, name := range []string{"Authorization", "Cookie", "Proxy-Authorization"} {
			if r.Header.Get(name) != "" {
				t.Errorf("%s %s has %s", r.Method, r.URL.Path, name)
			}
		}
		for name := range p.forms[i] {
			if name != "grant_type" && name != "client_id" {
				t.Errorf("%s is sent", name)
			}
		}
		if strings.Contains(r.URL.String()+p.forms[i].Encode(), "canary") {
			t.Error("the client secret is sent")
		}
	}
}

// S18: a server that lets nobody in from here is told as one, with the address it sees, which is not for everybody.
func TestServerThatRefusesThePlace(t *testing.T) {
	for name, c := range map[string]struct {
		status int
		answer string
		code   problem.Code
		why    string
		seen   any
	}{
		"by its own code":       {400, `{"error":"ip_not_allowed","error_description":"no","client_ip":"203.0.113.7"}`, problem.AddressRefused, "203.0.113.7", "203.0.113.7"},
		"in the words beside":   {403, `{"error":"access_denied","error_description":"ip_not_allowed: 203.0.113.7"}`, problem.AddressRefused, "", nil},
		"no address":            {400, `{"error":"ip_not_allowed","client_ip":"<b>here</b>"}`, problem.AddressRefused, "", nil},
		"the computer":          {400, `{"error":"conditions_not_met"}`, problem.ConditionsRefused, "", nil},
		"nothing to do with it": {400, `{"error":"access_denied"}`, "", "", nil},
	} {
		t.Run(name, func(t *testing.T) {
			p := newStation(t)
			p.at["/token"] = text(c.status, "application/json", c.answer)
			f := envFor(t, p.org(), nil).server(t.Context())
			if f.Code != c.code || (f.State == Problem) != (c.code != "") || !strings.Contains(f.Line(), c.why) || strings.Contains(f.Line(), "<b>") {
				t.Errorf("got %s %s: %s", f.State, f.Code, f.Line())
			}
			if got := fact(f, "public_address"); got != c.seen {
				t.Errorf("seen as %v, want %v", got, c.seen)
			}
			for _, told := range f.Facts {
				if told.Name == "public_address" && told.Shareable {
					t.Error("the public address is for everybody")
				}
			}
		})
	}
}

// In Genesys Cloud the same app has another ID in each region.
func TestWrongRegion(t *testing.T) {
	p := newStation(t)
	p.at["/oauth/authorize"] = text(400, "text/html", hotel)
	p.at["/oauth/token"] = oauthError(400, "invalid_client")
	org := config.Organization{ID: "globex", Region: "euw2", ClientID: "3f0a", Endpoints: config.Endpoints{Login: p.URL, API: p.URL}}
	f := envFor(t, org, nil).server(t.Context())
	if f.State != Problem || f.Code != problem.AppUnknown || !strings.Contains(f.Line(), "EMEA (London)") || !strings.Contains(f.Fix, "region") {
		t.Errorf("got %+v", f)
	}
	p.at["/oauth/token"] = oauthError(400, "invalid_grant")
	if f := envFor(t, org, nil).server(t.Context()); f.Code != problem.RequestRefused {
		t.Errorf("the way back is not registered: got %s %s", f.Code, f.Line())
	}
}

func TestNoOrganizationIsSkipped(t *testing.T) {
	e := envFor(t, config.Organization{}, nil)
	for _, c := range []Check{e.checkServer(), e.checkAPI(), e.checkWorkspace(), e.checkNotifications(), e.checkVoice(), e.checkClock(), e.checkStatus()} {
		if f := c.Run(t.Context()); f.State != Skipped || f.Line() == "" {
			t.Errorf("%s: %+v", c.ID, f)
		}
	}
}

func TestServerIsStopped(t *testing.T) {
	p := newStation(t)
	reached := make(chan struct{})
	p.at["*"] = func(_ http.ResponseWriter, r *http.Request) {
		close(reached)
		<-r.Context().Done()
	}
	ctx, cancel := context.WithCancel(t.Context())
	go func() { <-reached; cancel() }()
	if f := envFor(t, p.org(), nil).server(ctx); f.State != Unknown {
		t.Errorf("got %+v", f)
	}
}
