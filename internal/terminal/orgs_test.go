package terminal_test

import (
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"latchkey/internal/config"
	"latchkey/internal/problem"
	"latchkey/internal/session"
)

func TestOrgsList(t *testing.T) {
	got := (&world{t: t}).run("orgs", "list")
	want := "NAME            SHOWN AS             SERVER\n" +
		"acme (default)  Acme Contact Center  login.acme.example\n" +
		"globex          Globex               Genesys Cloud, EMEA (London)\n"
	if diff := cmp.Diff(result{0, want, ""}, got, cmp.AllowUnexported(result{})); diff != "" {
		t.Error(diff)
	}
	// A stand-in is shown as what it is.
	w := &world{t: t, settings: "[organizations.globex]\nregion = \"euw2\"\nclient_id = \"x\"\nlogin_url = \"http://127.0.0.1:4001\"\n"}
	if got := w.run("orgs", "list"); !strings.Contains(got.stdout, "127.0.0.1:4001, in place of EMEA (London)\n") {
		t.Errorf("stand-in: %+v", got)
	}
	if got := (&world{t: t, settings: "\n"}).run("orgs", "list"); got.code != 0 || got.stdout != "" || !strings.Contains(got.stderr, "No organisation is set up yet") {
		t.Errorf("none: %+v", got)
	}
}

func TestOrgsAdd(t *testing.T) {
	for _, c := range []struct {
		name string
		args []string
		want config.Organization
		said string
	}{
		{
			"any server", []string{"initech", "--issuer", "https://login.initech.example/", "--client-id", "lk", "--name", "Initech", "--company", "Initech Inc"},
			config.Organization{ID: "initech", Issuer: "https://login.initech.example/", ClientID: "lk", Name: "Initech", Company: "Initech Inc"},
			"Added initech: login.initech.example. Sign in with: latchkey --org initech login\n",
		},
		{
			"Genesys Cloud", []string{"--region", "eu-west-2", "--client-id", "lk", "initech", "--org", "initech", "--provider", "okta"},
			config.Organization{ID: "initech", Region: "euw2", ClientID: "lk", Name: "initech", Org: "initech", Provider: "okta"},
			"Added initech: Genesys Cloud, EMEA (London). Sign in with: latchkey --org initech login\n",
		},
		{
			"a region by its address", []string{"initech", "--issuer", "https://login.mypurecloud.ie", "--client-id", "lk"},
			config.Organization{ID: "initech", Region: "euw1", ClientID: "lk", Name: "initech"},
			"Added initech: Genesys Cloud, EMEA (Dublin). Sign in with: latchkey --org initech login\n",
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := &world{t: t}
			got := w.run(append([]string{"orgs", "add"}, c.args...)...)
			if diff := cmp.Diff(result{0, "", c.said}, got, cmp.AllowUnexported(result{})); diff != "" {
				t.Fatal(diff)
			}
			o, err := w.reload().Organization("initech")
			if err != nil {
				t.Fatal(err)
			}
			kept := config.Organization{ID: o.ID, Name: o.Name, Issuer: o.Issuer, Region: o.Region, ClientID: o.ClientID, Company: o.Company, Org: o.Org, Provider: o.Provider}
			if diff := cmp.Diff(c.want, kept); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestOrgsAddRefused(t *testing.T) {
	for _, c := range []struct {
		name string
		args []string
		code int
		err  string
	}{
		{"no name", []string{"--region", "euw2", "--client-id", "lk"}, 2, "orgs add needs a name"},
		{"two names", []string{"a", "b", "--region", "euw2", "--client-id", "lk"}, 2, "orgs takes fewer words"},
		{"no server", []string{"initech", "--client-id", "lk"}, 2, "orgs add needs --region, or --issuer"},
		{"two servers", []string{"initech", "--region", "euw2", "--issuer", "https://x.example", "--client-id", "lk"}, 2, "not both"},
		{"no client ID", []string{"initech", "--region", "euw2"}, 2, "orgs add needs --client-id"},
		{"no such region", []string{"initech", "--region", "mars", "--client-id", "lk"}, 7, "There is no Genesys Cloud region by this name.\n→ Write it like one of these: "},
		{"known already", []string{"acme", "--region", "euw2", "--client-id", "lk"}, 7, "There is an organisation named acme already."},
		{"http", []string{"initech", "--issuer", "http://login.initech.example", "--client-id", "lk"}, 7, "[settings-"},
		{"no address", []string{"initech", "--issuer", "initech", "--client-id", "lk"}, 7, "[settings-"},
		{"hostile name", []string{"Init\x1bech", "--region", "euw2", "--client-id", "lk"}, 7, "[settings-"},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := &world{t: t}
			got := w.run(append([]string{"orgs", "add"}, c.args...)...)
			if got.code != c.code || !strings.Contains(got.stderr, c.err) || strings.Contains(got.stderr, "\x1b") {
				t.Errorf("got %+v", got)
			}
			if text, _ := os.ReadFile(w.file); string(text) != acmeSettings {
				t.Errorf("the settings were changed: %s", text)
			}
		})
	}
}

// S21: an address that looks like another one is spelt out, and only added when somebody says yes.
func TestOrgsAddLookAlike(t *testing.T) {
	add := []string{"orgs", "add", "initech", "--issuer", "https://login.аcme.example", "--client-id", "lk"} // а is Cyrillic
	spelt := "This address has letters that can look like others: login.аcme.example\n" +
		"Its exact form is login.xn--cme-5cd.example. Letter by letter:\n"
	w := &world{t: t, people: true, stdin: strings.NewReader("yes\n")}
	got := w.run(add...)
	if got.code != 0 || !strings.HasPrefix(got.stderr, spelt) || !strings.Contains(got.stderr, "  а  U+0430 Cyrillic\n  c\n  m\n  e\n") {
		t.Errorf("got %+v", got)
	}
	if o, err := w.reload().Organization("initech"); err != nil || o.Issuer != "https://login.xn--cme-5cd.example" {
		t.Errorf("kept %q, %v", o.Issuer, err)
	}
	for _, refuse := range []*world{{t: t, people: true, stdin: strings.NewReader("\n")}, {t: t}} {
		if got := refuse.run(add...); got.code == 0 {
			t.Errorf("got %+v", got)
		}
		if _, err := refuse.reload().Organization("initech"); err == nil {
			t.Error("it was added")
		}
	}
	punycode := &world{t: t, people: true, stdin: strings.NewReader("no\n")}
	if got := punycode.run("orgs", "add", "initech", "--issuer", "https://xn--cme-5cd.example", "--client-id", "lk"); got.code != 4 || !strings.Contains(got.stderr, "U+0430") {
		t.Errorf("got %+v", got)
	}
}

func TestOrgsUse(t *testing.T) {
	w := &world{t: t}
	if got := w.run("orgs", "use", "globex"); got != (result{0, "", "globex is the default now.\n"}) {
		t.Errorf("got %+v", got)
	}
	if got := w.reload().Default; got != "globex" {
		t.Errorf("default %q", got)
	}
	for args, code := range map[string]int{"orgs use": 2, "orgs use initech": 7} {
		if got := w.run(strings.Fields(args)...); got.code != code {
			t.Errorf("%s: %+v", args, got)
		}
	}
}

// What is signed in at an organisation ends with it.
func TestOrgsRemove(t *testing.T) {
	w := &world{t: t, sessions: &fakeSessions{list: []session.Session{amy, gus}}}
	got := w.run("orgs", "remove", "globex")
	if got != (result{0, "", "Signed out gus@globex.example at globex.\nRemoved globex.\n"}) {
		t.Errorf("got %+v", got)
	}
	if _, err := w.reload().Organization("globex"); !problem.Has(err, problem.OrgUnknown) {
		t.Errorf("still there: %v", err)
	}
	if got := w.run("orgs", "remove", "initech"); got.code != 7 {
		t.Errorf("got %+v", got)
	}
}

func TestOrgsRemoveWhileTheServerIsAway(t *testing.T) {
	for code, removed := range map[problem.Code]bool{problem.SignOutPartly: true, problem.KeychainLocked: false} {
		w := &world{t: t, sessions: &fakeSessions{list: []session.Session{amy, gus}, signOut: map[string]error{"globex": problem.New(code)}}}
		got := w.run("orgs", "remove", "globex")
		_, err := w.reload().Organization("globex")
		if (got.code == 0) != removed || (err != nil) != removed || !strings.Contains(got.stderr, "["+string(code)+"]") {
			t.Errorf("%s: %+v, %v", code, got, err)
		}
	}
}

// reload reads the settings that a command left.
func (w *world) reload() *config.Settings {
	w.t.Helper()
	paths, err := config.DefaultPaths(w.file)
	if err != nil {
		w.t.Fatal(err)
	}
	paths.Policy = w.file + ".policy"
	settings, err := config.Load(paths)
	if err != nil {
		w.t.Fatal(err)
	}
	return settings
}
