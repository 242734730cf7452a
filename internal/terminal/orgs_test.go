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

// An address that looks like another one is spelt out, and only added when somebody says yes.
func TestS21OrgsAddLookAlike(t *testing.T) {
	add := []string{"orgs", "add", "initech", "--client-id", "lk", "--issuer"}
	for name, c := range map[string]struct {
		issuer, kept, said string
	}{
		"another script": {"https://login.аcme.example:8443/realm", "https://login.xn--cme-5cd.example:8443/realm", "" + // а is Cyrillic
			"This address looks like another one.\n" +
			"login.аcme.example (really login.xn--cme-5cd.example) has letters of another script that look like those of login.acme.example.\n" +
			"Letter by letter, with what differs in brackets:\n" +
			"  l o g i n . [а] c m e . e x a m p l e\n  l o g i n . [a] c m e . e x a m p l e\n  а is Cyrillic, U+0430\n" +
			"Compare it with what IT gave you. Type yes to add it: "},
		"a near miss of a region": {"https://login.mypurecl0ud.ie", "https://login.mypurecl0ud.ie", "" +
			"m y p u r e c l [0] u d . i e\n  m y p u r e c l [o] u d . i e\n"},
		"encoded": {"https://xn--cme-5cd.example", "https://xn--cme-5cd.example", "  а is Cyrillic, U+0430\n"},
	} {
		t.Run(name, func(t *testing.T) {
			w := &world{t: t, people: true, stdin: strings.NewReader("yes\n")}
			got := w.run(append(add, c.issuer)...)
			if got.code != 0 || !strings.Contains(got.stderr, c.said) {
				t.Errorf("got %+v", got)
			}
			o, err := w.reload().Organization("initech")
			if err != nil || o.Issuer != c.kept {
				t.Errorf("kept %q, %v", o.Issuer, err)
			}
			if len(w.sessions.trusted) != 1 || w.sessions.trusted[0].Issuer != c.kept {
				t.Errorf("trusted %v", w.sessions.trusted)
			}
			host := strings.TrimPrefix(strings.TrimSuffix(c.kept, ":8443/realm"), "https://")
			for _, refuse := range []struct {
				world  *world
				code   int
				said   string
				repeat []string
			}{
				{&world{t: t, people: true, stdin: strings.NewReader("\n")}, 4, "The organisation was not added.", nil},
				{&world{t: t}, 7, "--exactly " + host + " [look-alike-address]", nil},
				{&world{t: t, people: true, stdin: strings.NewReader("yes\n")}, 2, "--exactly names another host", []string{"--exactly", "acme.example"}},
			} {
				got := refuse.world.run(append(append(add, c.issuer), refuse.repeat...)...)
				if got.code != refuse.code || !strings.Contains(got.stderr, refuse.said) {
					t.Errorf("got %+v", got)
				}
				if _, err := refuse.world.reload().Organization("initech"); err == nil || len(refuse.world.sessions.trusted) > 0 {
					t.Error("it was added")
				}
			}
			exact := &world{t: t}
			if got := exact.run(append(append(add, c.issuer), "--exactly", host)...); got.code != 0 {
				t.Errorf("got %+v", got)
			}
		})
	}
}

// The host is shown and kept as it is read, not as it was typed.
func TestS21OrgsAddShowsTheHostAsItIs(t *testing.T) {
	for typed, want := range map[string]string{"https://SSO.Initech.example:8443/Realm": "https://sso.initech.example:8443/Realm", "https://BÜCHER.example": "https://xn--bcher-kva.example"} {
		w := &world{t: t, people: true}
		got := w.run("orgs", "add", "initech", "--client-id", "lk", "--issuer", typed)
		o, err := w.reload().Organization("initech")
		host := strings.TrimPrefix(strings.TrimSuffix(want, "/Realm"), "https://")
		if got.code != 0 || !strings.Contains(got.stderr, "Added initech: "+host+". ") || err != nil || o.Issuer != want {
			t.Errorf("%s: %+v, kept %q", typed, got, o.Issuer)
		}
	}
	w := &world{t: t, people: true, stdin: strings.NewReader("no\n")} // a capital I looks like a small l
	if got := w.run("orgs", "add", "initech", "--client-id", "lk", "--issuer", "https://Iogin.acme.exampIe"); got.code != 4 || !strings.Contains(got.stderr, "iogin.acme.exampie") {
		t.Errorf("got %+v", got)
	}
}

// A server that is there already under another name is added, and said to be.
func TestOrgsAddTheSameServerAgain(t *testing.T) {
	for name, args := range map[string][]string{
		"acme":   {"--issuer", "https://Login.acme.example/", "--client-id", "lk"},
		"globex": {"--region", "euw2", "--client-id", "3f0a"},
	} {
		w := &world{t: t}
		got := w.run(append([]string{"orgs", "add", "again"}, args...)...)
		if got.code != 0 || !strings.HasSuffix(got.stderr, "login\n"+name+" signs in there too. If one of them is enough: latchkey orgs remove again\n") {
			t.Errorf("%s: %+v", name, got)
		}
	}
}

// What is ordinary is added without a question.
func TestOrgsAddOrdinaryAddress(t *testing.T) {
	for _, issuer := range []string{"https://login.initech.example", "https://sso.acme.example", "https://bücher.example", "http://127.0.0.1:4001"} {
		w := &world{t: t, people: true}
		if got := w.run("orgs", "add", "initech", "--client-id", "lk", "--issuer", issuer); got.code != 0 {
			t.Errorf("%s: %+v", issuer, got)
		}
	}
}

func TestS21OrgsTrust(t *testing.T) {
	moved := session.Change{OrgName: "Acme Contact Center", Old: "login.acme.example", New: "login.acme-sso.example", More: []string{"api.acme-sso.example"}}
	for name, c := range map[string]struct {
		change  session.Change
		people  bool
		typed   string
		args    []string
		code    int
		said    string
		trusted int
	}{
		"not changed": {session.Change{}, true, "", nil, 0, "The server of acme has not changed: login.acme.example.\n", 0},
		"yes": {moved, true, "yes\n", nil, 0, "Acme Contact Center was signed in to at: login.acme.example\n" +
			"The settings now name: login.acme-sso.example, api.acme-sso.example\n", 1},
		"no":            {moved, true, "y\n", nil, 4, "The new server was not accepted.\n", 0},
		"nobody to ask": {moved, false, "yes\n", nil, 4, "latchkey orgs trust acme --exactly login.acme-sso.example [issuer-changed]", 0},
		"repeated":      {moved, false, "", []string{"--exactly", "login.acme-sso.example"}, 0, "Accepted. Sign in with: latchkey --org acme login\n", 1},
		"another":       {moved, true, "yes\n", []string{"--exactly", "login.acme.example"}, 2, "--exactly names another host", 0},
		"passwords only": {session.Change{OrgName: "Acme", Old: "login.acme.example", New: "passwords.acme.example", Passwords: true}, true, "yes\n", nil, 0,
			"Its server now takes passwords at: passwords.acme.example\n", 1},
		"letter by letter": {session.Change{OrgName: "Acme", Old: "login.acme.example", New: "login.acrne.example"}, true, "yes\n", nil, 0,
			"  l o g i n . a c [r] [n] e . e x a m p l e\n", 1},
	} {
		t.Run(name, func(t *testing.T) {
			w := &world{t: t, people: c.people, stdin: strings.NewReader(c.typed), sessions: &fakeSessions{change: c.change}}
			got := w.run(append([]string{"orgs", "trust", "acme"}, c.args...)...)
			if got.code != c.code || !strings.Contains(got.stderr, c.said) || len(w.sessions.trusted) != c.trusted {
				t.Errorf("got %+v, trusted %d", got, len(w.sessions.trusted))
			}
		})
	}
	if got := (&world{t: t}).run("orgs", "trust"); got.code != 2 {
		t.Errorf("got %+v", got)
	}
}

// Whoever changed the settings on purpose learns how to go on.
func TestS21ChangedServerTellsTheWayOn(t *testing.T) {
	w := &world{t: t, people: true, attempt: func(a *fakeAttempt) {
		a.fail(session.Change{OrgName: "Acme", Old: "login.acme.example", New: "evil.example"}.Problem())
	}}
	got := w.run("login")
	if got.code != 4 || !strings.Contains(got.stderr, "[issuer-changed]\nIf the address was changed on purpose, confirm it: latchkey orgs trust acme\n") {
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
	if diff := cmp.Diff([]config.Organization{{ID: "globex"}}, w.sessions.trusted); diff != "" {
		t.Error(diff)
	}
	if got := w.run("orgs", "remove", "initech"); got.code != 7 {
		t.Errorf("got %+v", got)
	}
	// Where a plain sign-in goes is never changed without a word.
	both := &world{t: t, sessions: &fakeSessions{}}
	if got := both.run("orgs", "remove", "acme"); got.code != 0 || !strings.Contains(got.stderr, "Removed acme.\nThe default is globex now.") {
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
