package terminal_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"latchkey/internal/problem"
	"latchkey/internal/secret"
	"latchkey/internal/session"
	"latchkey/internal/vault"
)

var gus = session.Session{
	Account: vault.Account{Org: "globex", Issuer: "https://login.euw2.pure.cloud", ClientID: "3f0a", Subject: "2"},
	OrgName: "Globex", Username: "gus@globex.example", Name: "", State: session.Expired,
	Expires: noon.AddDate(0, 0, -1), Kept: vault.InMemory,
}

var (
	home = session.LastSignIn{At: noon.AddDate(0, 0, -1).Add(5*time.Hour + 3*time.Minute), How: "browser", Here: true}
	away = session.LastSignIn{At: time.Date(2026, 10, 28, 3, 10, 0, 0, time.UTC), How: "password", From: "203.0.113.9"}
)

func seen(s session.Session, last session.LastSignIn) session.Session {
	s.Last = last
	return s
}

func stepWanted(s session.Session) session.Session {
	s.StepWanted = true
	return s
}

func TestStatus(t *testing.T) {
	both := []session.Session{amy, gus}
	for _, c := range []struct {
		name string
		args []string
		list []session.Session
		want result
	}{
		{
			"two sessions", []string{"status"}, both,
			result{0, "" +
				"ORGANISATION    ACCOUNT                       STATE      UNTIL                KEPT\n" +
				"acme (default)  Amy Agent <amy@acme.example>  signed in  18:40, then renewed  keychain\n" +
				"globex          gus@globex.example            expired    2 Nov 12:00          in memory only\n", ""},
		},
		{"one more step", []string{"status"}, []session.Session{stepWanted(amy)}, result{0, "" +
			"ORGANISATION    ACCOUNT                       STATE      UNTIL  KEPT\n" +
			"acme (default)  Amy Agent <amy@acme.example>  signed in  18:40  keychain\n",
			"acme: the server wants one more step before it renews the session. Take it with: latchkey --org acme login\n"}},
		{"one organisation", []string{"--org", "globex", "status", "--json"}, both, result{0, `{"sessions":[` +
			`{"org":"globex","username":"gus@globex.example","name":"","state":"expired","expires_at":"2026-11-02T12:00:00Z","kept":"memory","default":false}]}` + "\n", ""}},
		{"as JSON", []string{"status", "--json"}, both[:1], result{0, `{"sessions":[` +
			`{"org":"acme","username":"amy@acme.example","name":"Amy Agent","state":"signed-in","expires_at":"2026-11-03T18:40:00Z","kept":"keychain","default":true}]}` + "\n", ""}},
		{
			"with the sign-ins before", []string{"status"}, []session.Session{seen(amy, home), seen(gus, away)},
			result{0, "" +
				"ORGANISATION    ACCOUNT                       STATE      UNTIL                KEPT\n" +
				"acme (default)  Amy Agent <amy@acme.example>  signed in  18:40, then renewed  keychain\n" +
				"globex          gus@globex.example            expired    2 Nov 12:00          in memory only\n" +
				"Last sign-in: amy@acme.example at acme: yesterday 17:03, in the browser, on this computer.\n" +
				"Last sign-in: gus@globex.example at globex: 28 Oct 03:10, by password, from 203.0.113.9.\n",
				"If that was not you: latchkey --org ORG logout --everywhere --not-me\n"},
		},
		{"the sign-in before as JSON", []string{"--org", "globex", "status", "--json"}, []session.Session{amy, seen(gus, away)}, result{0, `{"sessions":[` +
			`{"org":"globex","username":"gus@globex.example","name":"","state":"expired","expires_at":"2026-11-02T12:00:00Z","kept":"memory","default":false,` +
			`"last_sign_in":{"at":"2026-10-28T03:10:00Z","how":"password","from":"203.0.113.9","here":false}}]}` + "\n", ""}},
		{"nobody", []string{"status"}, nil, result{0, "", "Nobody is signed in. Sign in with: latchkey login\n"}},
		{"nobody as JSON", []string{"status", "--json"}, nil, result{0, "{\"sessions\":[]}\n", ""}},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := &world{t: t, sessions: &fakeSessions{list: c.list}}
			if diff := cmp.Diff(c.want, w.run(c.args...), cmp.AllowUnexported(result{})); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestToken(t *testing.T) {
	token := session.Token{Access: secret.New("at-canary<&>"), Type: "Bearer", Expires: noon.Add(time.Hour), Org: "acme"}
	w := &world{t: t, sessions: &fakeSessions{token: token}}
	if got := w.run("token"); got != (result{0, "at-canary<&>\n", ""}) {
		t.Errorf("got %+v", got)
	}
	if w.sessions.minLife != time.Minute || !slices.Equal(w.sessions.asked, []string{"acme"}) {
		t.Errorf("asked %v for %v", w.sessions.asked, w.sessions.minLife)
	}
	got := w.run("token", "--min-life", "10m", "--json")
	if want := `{"access_token":"at-canary<&>","token_type":"Bearer","expires_at":"2026-11-03T13:00:00Z","org":"acme"}` + "\n"; got != (result{0, want, ""}) {
		t.Errorf("got %+v", got)
	}
	if w.sessions.minLife != 10*time.Minute {
		t.Errorf("asked for %v", w.sessions.minLife)
	}
}

// A bound token is handed out like any other; beside it, not in it, is said what it is good for.
func TestBoundToken(t *testing.T) {
	token := session.Token{Access: secret.New("at-canary"), Type: "DPoP", Expires: noon.Add(time.Hour), Org: "acme"}
	w := &world{t: t, sessions: &fakeSessions{token: token}}
	got := w.run("token")
	if got.code != 0 || got.stdout != "at-canary\n" || !strings.Contains(got.stderr, `dpop = "off"`) || strings.Contains(got.stderr, "canary") {
		t.Errorf("got %+v", got)
	}
	got = w.run("token", "--json")
	if want := `{"access_token":"at-canary","token_type":"DPoP","expires_at":"2026-11-03T13:00:00Z","org":"acme"}` + "\n"; got.code != 0 || got.stdout != want {
		t.Errorf("got %+v", got)
	}
}

func TestLogout(t *testing.T) {
	partly := problem.New(problem.SignOutPartly)
	both := []session.Session{amy, gus}
	for _, c := range []struct {
		name    string
		args    []string
		list    []session.Session
		fails   map[string]error
		code    int
		stderr  string
		signOut []string
	}{
		{"the default one", []string{"logout"}, both, nil, 0, "Signed out Amy Agent <amy@acme.example> at acme.\n", []string{"acme"}},
		{"another one", []string{"--org", "globex", "logout"}, both, nil, 0, "Signed out gus@globex.example at globex.\n", []string{"globex"}},
		{"all", []string{"logout", "--all"}, both, nil, 0, "Signed out Amy Agent <amy@acme.example> at acme.\nSigned out gus@globex.example at globex.\n", []string{"acme", "globex"}},
		{"nobody", []string{"logout"}, nil, nil, 3, "Nobody is signed in.\n→ Sign in first: latchkey login. [not-signed-in]\n", nil},
		{"not there", []string{"--org", "globex", "logout"}, both[:1], nil, 3, "Nobody is signed in.\n→ Sign in first: latchkey login. [not-signed-in]\n", nil},
		{
			"the server is not told", []string{"logout", "--all"}, both, map[string]error{"acme": partly}, 5,
			"Amy Agent <amy@acme.example> at acme:\n" + partly.Title + "\n→ " + partly.Fix + " [sign-out-partly]\nSigned out gus@globex.example at globex.\n",
			[]string{"acme", "globex"},
		},
		{
			"the server has no way to be told", []string{"logout"}, both,
			map[string]error{"acme": problem.New(problem.SignOutPartly, problem.Caused(session.ErrNoRevocation))}, 0,
			"Signed out Amy Agent <amy@acme.example> at acme. That server cannot be told: what it granted ends there by itself.\n",
			[]string{"acme"},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := &world{t: t, sessions: &fakeSessions{list: c.list, signOut: c.fails}}
			got := w.run(c.args...)
			if diff := cmp.Diff(result{c.code, "", c.stderr}, got, cmp.AllowUnexported(result{})); diff != "" {
				t.Error(diff)
			}
			var orgs []string
			for _, a := range w.sessions.signedOut {
				orgs = append(orgs, a.Org)
			}
			if !slices.Equal(orgs, c.signOut) {
				t.Errorf("signed out %q, want %q", orgs, c.signOut)
			}
		})
	}
}

func TestLogoutEverywhere(t *testing.T) {
	w := &world{t: t, sessions: &fakeSessions{list: []session.Session{amy}}}
	if got := w.run("logout", "--everywhere"); got.code != 0 || !slices.Contains(w.sessions.asked, "everywhere") {
		t.Errorf("got %+v", got)
	}
	// No protocol ends sign-ins elsewhere: the help promises no more than the command says that it has done.
	help, goOn := w.run("logout", "--help").stdout, "go on"
	if !strings.Contains(help, "Sign-ins on other computers "+goOn) || !strings.Contains(w.run("logout", "--everywhere").stderr, "Sign-ins on other devices "+goOn) {
		t.Errorf("the help says %q", help)
	}
}

func TestExec(t *testing.T) {
	token := session.Token{Access: secret.New("at-canary"), Type: "Bearer", Expires: noon.Add(time.Hour)}
	for _, c := range []struct {
		name string
		args []string
		argv []string
		env  []string
	}{
		{"any server", []string{"exec", "--", "go", "version", "--org", "x"}, []string{"go", "version", "--org", "x"}, []string{"PATH=/bin", "LATCHKEY_ACCESS_TOKEN=at-canary"}},
		{
			"Genesys Cloud", []string{"--org", "globex", "exec", "--", "go"}, []string{"go"},
			[]string{"PATH=/bin", "LATCHKEY_ACCESS_TOKEN=at-canary", "GENESYSCLOUD_ACCESS_TOKEN=at-canary", "GENESYSCLOUD_REGION=eu-west-2"},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := &world{t: t, sessions: &fakeSessions{token: token}}
			var argv, env []string
			w.exec = func(path string, a, e []string) (int, error) {
				argv, env = a, e
				if !strings.Contains(path, "/go") {
					t.Errorf("runs %q", path)
				}
				return 7, nil
			}
			if got := w.run(c.args...); got != (result{7, "", ""}) {
				t.Errorf("got %+v", got)
			}
			if !slices.Equal(argv, c.argv) || !slices.Equal(env, c.env) {
				t.Errorf("ran %q in %q", argv, env)
			}
		})
	}
}

func TestExecThatCannotBe(t *testing.T) {
	w := &world{t: t, sessions: &fakeSessions{}, exec: func(string, []string, []string) (int, error) { return 0, errBoom }}
	if got := w.run("exec", "--", "no-such-command-here"); got.code != 2 || !strings.Contains(got.stderr, "There is no command no-such-command-here") {
		t.Errorf("got %+v", got)
	}
	if len(w.sessions.asked) > 0 {
		t.Error("a token was fetched for a command that is not there")
	}
	if got := w.run("exec", "go"); got.code != 1 || strings.Contains(got.stderr, "canary") {
		t.Errorf("got %+v", got)
	}
	w.sessions.tokenErr = problem.New(problem.NotSignedIn)
	if got := w.run("exec", "--", "go"); got.code != 3 {
		t.Errorf("got %+v", got)
	}
}

func TestVersionJSON(t *testing.T) {
	var v map[string]any
	if err := json.Unmarshal([]byte((&world{t: t}).run("version", "--json").stdout), &v); err != nil || v["version"] == "" || v["os"] == "" {
		t.Errorf("got %v, %v", v, err)
	}
}
