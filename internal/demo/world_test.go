package demo_test

import (
	"encoding/json"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"latchkey/internal/config"
	"latchkey/internal/demo"
	"latchkey/internal/demo/walker"
)

// send sends a request with these headers to the control page.
func send(t *testing.T, method, address, body string, header map[string]string) (int, string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, address, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	for name, value := range header {
		r.Header.Set(name, value)
		if name == "Host" {
			r.Host = value
		}
	}
	answer, err := newApp(t).http.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = answer.Body.Close() }()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer.StatusCode, string(text)
}

func TestSettingsCanBeRead(t *testing.T) {
	w, _ := start(t)
	info, err := os.Stat(w.ConfigPath)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Fatalf("%v %v", info, err)
	}
	s, err := config.Load(config.Paths{Settings: w.ConfigPath, Policy: filepath.Join(t.TempDir(), "none.toml"), State: w.StateDir})
	if err != nil {
		t.Fatal(err)
	}
	acme, err := s.Organization("")
	if err != nil || acme.ID != "acme" || acme.Issuer != w.Acme || acme.ClientID != demo.ClientID || acme.Company != "Acme" {
		t.Errorf("%+v %v", acme, err)
	}
	globex, err := s.Organization("globex")
	if err != nil || !globex.Genesys() || globex.Endpoints.API != w.GlobexAPI || globex.Endpoints.Token != w.Globex+"/oauth/token" || globex.Provider != "okta" {
		t.Errorf("%+v %v", globex, err)
	}
}

func TestCloseLeavesNothing(t *testing.T) {
	w, err := demo.Start(t.Context(), demo.Options{})
	if err != nil {
		t.Fatal(err)
	}
	newApp(t).signIn(w)
	folder := filepath.Dir(w.ConfigPath)
	for range 2 {
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := os.Stat(folder); !os.IsNotExist(err) {
		t.Errorf("the folder is still there: %v", err)
	}
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, w.Acme, nil)
	if err != nil {
		t.Fatal(err)
	}
	if answer, err := newApp(t).http.Do(r); err == nil {
		_ = answer.Body.Close()
		t.Error("somebody still answers")
	}
}

func TestOnlyItsOwnNames(t *testing.T) {
	w, _ := start(t)
	for _, address := range []string{w.Acme, w.Company, w.Globex, w.GlobexAPI, w.GlobexApps, w.Control, w.Mailbox, w.Phone, w.Status} {
		if !strings.HasPrefix(address, "http://127.0.0.1:") {
			t.Errorf("listens at %s", address)
		}
		if status, _ := send(t, http.MethodGet, address, "", map[string]string{"Host": "rebound.example"}); status != http.StatusMisdirectedRequest {
			t.Errorf("%s answers to another name: %d", address, status)
		}
	}
}

func TestControl(t *testing.T) {
	w, _ := start(t)
	address := w.Control + "/scenario"
	jsonHeader := map[string]string{"Content-Type": "application/json"}
	if status, text := send(t, http.MethodPost, address, `{"name":"outage","on":true}`, jsonHeader); status != http.StatusOK {
		t.Fatalf("%d %s", status, text)
	}
	_, text := send(t, http.MethodGet, address, "", nil)
	var list []demo.Scenario
	if err := json.Unmarshal([]byte(text), &list); err != nil {
		t.Fatal(err)
	}
	for _, s := range list {
		if s.Words == "" || s.On != (s.Name == "outage") {
			t.Errorf("%+v", s)
		}
	}
	for name, c := range map[string]struct {
		body   string
		header map[string]string
		want   int
	}{
		"unknown scenario": {`{"name":"earthquake","on":true}`, jsonHeader, http.StatusNotFound},
		"no JSON":          {`name=slow`, jsonHeader, http.StatusBadRequest},
		"half":             {`{"name":"slow"}`, jsonHeader, http.StatusBadRequest},
		"form":             {`{"name":"slow","on":true}`, map[string]string{"Content-Type": "text/plain"}, http.StatusUnsupportedMediaType},
		"other origin":     {`{"name":"slow","on":true}`, map[string]string{"Content-Type": "application/json", "Origin": "https://evil.example"}, http.StatusForbidden},
		"other port":       {`{"name":"slow","on":true}`, map[string]string{"Content-Type": "application/json", "Sec-Fetch-Site": "same-site"}, http.StatusForbidden},
		"other name":       {`{"name":"slow","on":true}`, map[string]string{"Content-Type": "application/json", "Host": "evil.example"}, http.StatusMisdirectedRequest},
	} {
		if status, text := send(t, http.MethodPost, address, c.body, c.header); status != c.want {
			t.Errorf("%s: %d %s, want %d", name, status, text, c.want)
		}
	}
	if w.Board.On("slow") {
		t.Error("a stranger turned a scenario on")
	}
	if err := w.SetScenario("earthquake", true); err == nil {
		t.Error("an unknown scenario is no error")
	}
}

func TestPanelPages(t *testing.T) {
	w, _ := start(t)
	_, panel := send(t, http.MethodGet, w.Control, "", nil)
	for _, want := range []string{"amy@acme.example", "sunny-harbour-42", w.TOTP("amy@acme.example"), w.Phone, w.Mailbox, w.Status, "discovery-broken"} {
		if !strings.Contains(panel, want) {
			t.Errorf("the panel does not show %q", want)
		}
	}
	_, codes := send(t, http.MethodGet, w.Control+"/codes", "", nil)
	var now map[string]string
	if err := json.Unmarshal([]byte(codes), &now); err != nil || now["amy@acme.example"] != w.TOTP("amy@acme.example") {
		t.Errorf("%s %v", codes, err)
	}
	b := walker.New("")
	if err := b.Open(t.Context(), w.Phone); err != nil {
		t.Fatal(err)
	}
	code := w.TOTP("amy@acme.example")
	if !strings.Contains(b.Text(), code[:3]+" "+code[3:]) || !strings.Contains(b.Text(), "30 seconds left") {
		t.Errorf("phone: %q", b.Text())
	}
	if err := b.Open(t.Context(), w.Acme+"/forgot"); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"ben@acme.example", "nobody@acme.example"} {
		page := b.Another("")
		if err := page.Open(t.Context(), w.Acme+"/forgot"); err != nil {
			t.Fatal(err)
		}
		if err := page.Submit(t.Context(), "reset", map[string]string{"username": name}); err != nil {
			t.Fatal(err)
		}
	}
	if mail := w.Mail.Messages(); len(mail) != 1 || mail[0].To != "ben@acme.example" {
		t.Errorf("%+v", mail)
	}
	if err := b.Open(t.Context(), w.Mailbox); err != nil || !strings.Contains(b.Text(), "Choose a new password") {
		t.Errorf("mailbox: %v %q", err, b.Text())
	}
}

func TestStatusPage(t *testing.T) {
	w, _ := start(t)
	for scenario, want := range map[string]string{"": "none", "incident": "minor", "outage": "major"} {
		if scenario != "" {
			if err := w.SetScenario(scenario, true); err != nil {
				t.Fatal(err)
			}
		}
		f := newApp(t).get(w.Status+"/api/v2/summary.json", "")
		status, _ := f.body["status"].(map[string]any)
		incidents, _ := f.body["incidents"].([]any)
		components, _ := f.body["components"].([]any)
		if status["indicator"] != want || (len(incidents) > 0) != (want != "none") || len(components) < 3 {
			t.Errorf("%q: %v", scenario, f.body)
		}
		if scenario != "" {
			if err := w.SetScenario(scenario, false); err != nil {
				t.Fatal(err)
			}
		}
	}
	for _, path := range []string{"status", "components", "incidents", "incidents/unresolved", "scheduled-maintenances/active"} {
		if f := newApp(t).get(w.Status+"/api/v2/"+path+".json", ""); f.status != http.StatusOK || f.body["page"] == nil {
			t.Errorf("%s: %d", path, f.status)
		}
	}
}

// turn turns a scenario on until the end of the test.
func turn(t *testing.T, w *demo.World, name string) {
	t.Helper()
	if err := w.SetScenario(name, true); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = w.SetScenario(name, false) })
}

func TestScenarios(t *testing.T) {
	w, clk := start(t)
	amy, ben := w.User("acme", "amy@acme.example"), w.User("acme", "ben@acme.example")
	discovery := w.Acme + "/.well-known/openid-configuration"
	password := func(a *app) form { return a.challenge(w, "", "username", ben.Username, "password", ben.Password) }

	for name, check := range map[string]func(t *testing.T, a *app){
		"outage": func(t *testing.T, a *app) {
			if f := a.get(discovery, ""); f.status != http.StatusServiceUnavailable {
				t.Errorf("%d", f.status)
			}
			if f := a.get(w.GlobexAPI+"/api/v2/date", ""); f.status != http.StatusServiceUnavailable {
				t.Errorf("%d", f.status)
			}
		},
		"html": func(t *testing.T, a *app) {
			if f := a.get(discovery, ""); f.status != http.StatusBadGateway || !strings.HasPrefix(f.header.Get("Content-Type"), "text/html") {
				t.Errorf("%d %v", f.status, f.header)
			}
		},
		"portal": func(t *testing.T, a *app) {
			if f := a.get(discovery, ""); f.status != http.StatusOK || !strings.HasPrefix(f.header.Get("Content-Type"), "text/html") {
				t.Errorf("%d %v", f.status, f.header)
			}
		},
		"rate-limit": func(t *testing.T, a *app) {
			if f := password(a); f.status != http.StatusTooManyRequests || f.header.Get("Retry-After") != "30" {
				t.Errorf("%d %v", f.status, f.header)
			}
		},
		"clock": func(t *testing.T, a *app) {
			f := a.get(discovery, "")
			if at, err := http.ParseTime(f.header.Get("Date")); err != nil || !at.Equal(clk.Now().Add(4*time.Minute)) {
				t.Errorf("Date: %v %v", at, err)
			}
			f = a.challenge(w, "", "username", amy.Username, "password", amy.Password, "otp", w.TOTP(amy.Username))
			if f.text("otp_error") != "wrong" {
				t.Errorf("a code of a slow phone is taken: %v", f.body)
			}
		},
		"locked": func(t *testing.T, a *app) {
			wantError(t, a.challenge(w, "", "username", amy.Username, "password", amy.Password), http.StatusBadRequest, "account_locked")
		},
		"no-refresh-token": func(t *testing.T, a *app) {
			if f := a.exchange(w, password(a).text("authorization_code"), ""); f.status != http.StatusOK || f.body["refresh_token"] != nil {
				t.Errorf("%v", f.body)
			}
		},
		"short-tokens": func(t *testing.T, a *app) {
			f := a.exchange(w, password(a).text("authorization_code"), "")
			if f.number("expires_in") != 5 {
				t.Errorf("%v", f.body)
			}
			clk.Advance(5 * time.Second)
			if f := a.get(w.Acme+"/userinfo", f.text("access_token")); f.status != http.StatusUnauthorized {
				t.Errorf("%d", f.status)
			}
		},
		"large-tokens": func(t *testing.T, a *app) {
			f := a.exchange(w, password(a).text("authorization_code"), "")
			if len(f.text("refresh_token")) < 5000 || a.refresh(w, f.text("refresh_token")).status != http.StatusOK {
				t.Errorf("%d bytes", len(f.text("refresh_token")))
			}
		},
		"discovery-broken": func(t *testing.T, a *app) {
			if f := a.get(discovery, ""); f.text("issuer") == w.Acme {
				t.Errorf("%v", f.body)
			}
		},
		"no-challenge": func(t *testing.T, a *app) {
			if f := a.get(discovery, ""); f.body["authorization_challenge_endpoint"] != nil {
				t.Errorf("%v", f.body)
			}
		},
		"web-only": func(t *testing.T, a *app) { wantError(t, password(a), http.StatusBadRequest, "redirect_to_web") },
		"wrong-issuer": func(t *testing.T, a *app) {
			if q := walk(t, agent(w, "acme", "ben@acme.example"), a.authorizeURL(w, nil)); q.Get("iss") == w.Acme {
				t.Errorf("%v", q)
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			turn(t, w, name)
			check(t, newApp(t))
		})
	}
	t.Run("token-refuse", func(t *testing.T) {
		a := newApp(t)
		token := a.signIn(w).text("refresh_token")
		turn(t, w, "token-refuse")
		wantError(t, a.refresh(w, token), http.StatusBadRequest, "invalid_grant")
	})
	t.Run("slow", func(t *testing.T) {
		turn(t, w, "slow")
		done := make(chan struct{})
		go func() {
			defer close(done)
			send(t, http.MethodGet, discovery, "", nil)
		}()
		for w.Count("acme", "GET /.well-known/openid-configuration") == 0 {
			time.Sleep(time.Millisecond)
		}
		select {
		case <-done:
			t.Error("answered at once")
		default:
		}
		for {
			clk.Advance(2 * time.Second)
			select {
			case <-done:
				return
			case <-time.After(time.Millisecond):
			}
		}
	})
}
