package config_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"latchkey/internal/config"
	"latchkey/internal/problem"
)

func initech() config.Organization {
	return config.Organization{
		ID: "initech", Name: `Initech "West" \ Co`, Issuer: "https://id.initech.example/realms/a", ClientID: "desk", ClientSecret: "not-one",
		Company: "Initech", StatusURL: "https://status.initech.example", Scopes: []string{"openid", "email"},
		Credentials: config.CredentialsKeycloak, Profile: "draft", RedirectHost: "::1", RedirectPort: 8085, ACRValues: "a b",
		ForgotPassword: "https://id.initech.example/#/forgot", ForgotReturn: true, WorkspaceURL: "https://desk.initech.example/#/",
		Endpoints: config.Endpoints{Token: "http://127.0.0.1:4002/token"},
	}
}

// text reads the settings file back.
func text(t *testing.T, p config.Paths) string {
	t.Helper()
	b, err := os.ReadFile(p.Settings)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func load(t *testing.T, p config.Paths) *config.Settings {
	t.Helper()
	s, err := config.Load(p)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestAddKeepsTheRestOfTheFile(t *testing.T) {
	for name, before := range map[string]string{
		"as documented":   contract,
		"no newline":      strings.TrimSuffix(contract, "\n"),
		"windows":         strings.ReplaceAll(contract, "\n", "\r\n"),
		"byte order mark": "\xef\xbb\xbf" + contract,
		"inline tables":   "organizations.acme = { issuer = \"https://a.example\", client_id = \"x\" }\n",
	} {
		t.Run(name, func(t *testing.T) {
			p := write(t, before)
			s := load(t, p)
			if err := s.Add(initech()); err != nil {
				t.Fatal(err)
			}
			if after := text(t, p); !strings.HasPrefix(after, before) {
				t.Errorf("the file has become\n%s", after)
			}
			again := load(t, p)
			for _, settings := range []*config.Settings{s, again} {
				got, err := settings.Organization("initech")
				if err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(initech(), got); diff != "" {
					t.Error(diff)
				}
				if settings.Default != "acme" {
					t.Errorf("the default is %s", settings.Default)
				}
			}
		})
	}
}

func TestFirstAddMakesTheFile(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "a", "b")
	p := config.Paths{Settings: filepath.Join(folder, "config.toml")}
	s := load(t, p)
	if err := s.Add(config.Organization{ID: "globex", Region: "mypurecloud.ie", ClientID: "3f0a"}); err != nil {
		t.Fatal(err)
	}
	want := `default = "globex"

[organizations.globex]
region = "mypurecloud.ie"
client_id = "3f0a"
`
	if diff := cmp.Diff(want, text(t, p)); diff != "" {
		t.Error(diff)
	}
	if o, err := s.Organization(""); err != nil || o.Region != "euw1" || o.RedirectHost != "localhost" {
		t.Errorf("got %+v, %v", o, err)
	}
	if err := s.Add(initech()); err != nil || s.Default != "globex" {
		t.Errorf("default %s, %v", s.Default, err)
	}
}

func TestRemove(t *testing.T) {
	for _, c := range []struct{ name, before, id, want string }{{
		"the middle one", "# mine\ndefault = \"a\"\n\n[organizations.a]\nissuer = \"https://a.example\"\nclient_id = \"x\"\n\n# about b\n[organizations.b] # b\nissuer = \"https://b.example\"\n# inside\nscopes = [\n  \"x\", # y\n]\nclient_id = \"x\" # last\n\n# about c\n[organizations.c]\nissuer = \"https://c.example\"\nclient_id = \"x\"\n", "b",
		"# mine\ndefault = \"a\"\n\n[organizations.a]\nissuer = \"https://a.example\"\nclient_id = \"x\"\n\n# about b\n\n# about c\n[organizations.c]\nissuer = \"https://c.example\"\nclient_id = \"x\"\n",
	}, {
		"the default", "default = \"a\" # mine\n\n[organizations.a]\nissuer = \"https://a.example\"\nclient_id = \"x\"\n\n[organizations.b]\nissuer = \"https://b.example\"\nclient_id = \"x\"\n", "a",
		"[organizations.b]\nissuer = \"https://b.example\"\nclient_id = \"x\"\n",
	}, {
		"the last", "[organizations.a]\nissuer = \"https://a.example\"\nclient_id = \"x\"", "a", "",
	}, {
		"dotted keys", "organizations.a.issuer = \"https://a.example\"\norganizations.b.issuer = \"https://b.example\"\norganizations.a.client_id = \"x\"\norganizations.b.client_id = \"x\"\n", "a",
		"organizations.b.issuer = \"https://b.example\"\norganizations.b.client_id = \"x\"\n",
	}, {
		"below one header", "[organizations]\na.issuer = \"https://a.example\"\na.client_id = \"x\"\nb.issuer = \"https://b.example\"\nb.client_id = \"x\"\n", "a",
		"[organizations]\nb.issuer = \"https://b.example\"\nb.client_id = \"x\"\n",
	}} {
		t.Run(c.name, func(t *testing.T) {
			p := write(t, c.before)
			s := load(t, p)
			if err := s.Remove(c.id); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.want, text(t, p)); diff != "" {
				t.Error(diff)
			}
			if _, err := s.Organization(c.id); err == nil {
				t.Error("it is still there")
			}
			load(t, p)
		})
	}
}

func TestRemoveRefusesWhatItCannotDoCleanly(t *testing.T) {
	before := `organizations = { a = { issuer = "https://a.example", client_id = "x" } }`
	p := write(t, before)
	if err := load(t, p).Remove("a"); !problem.Has(err, problem.SettingsNotSaved) {
		t.Errorf("got %v", err)
	}
	if text(t, p) != before {
		t.Errorf("the file has become %s", text(t, p))
	}
}

func TestUse(t *testing.T) {
	for _, c := range []struct{ name, before, want string }{
		{"replaced", "# a\n  default = \"acme\" # \"#\"\n", "# a\ndefault = \"globex\" # \"#\"\n"},
		{"quoted key", "\"default\"='acme'\n", "default = \"globex\"\n"},
		{"set", "# a\n", "default = \"globex\"\n\n# a\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			rest := strings.TrimPrefix(contract, "default = \"acme\"\n")
			p := write(t, c.before+rest)
			s := load(t, p)
			if err := s.Use("globex"); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.want+rest, text(t, p)); diff != "" {
				t.Error(diff)
			}
			if s.Default != "globex" || load(t, p).Default != "globex" {
				t.Errorf("the default is %s", s.Default)
			}
			if err := s.Use("nobody"); !problem.Has(err, problem.OrgUnknown) {
				t.Errorf("got %v", err)
			}
		})
	}
}

func TestAddRefuses(t *testing.T) {
	for _, c := range []struct {
		name string
		code problem.Code
		make func(*config.Organization)
	}{
		{"there already", problem.SettingsBadValue, func(o *config.Organization) { o.ID = "acme" }},
		{"an ID that is none", problem.SettingsBadValue, func(o *config.Organization) { o.ID = "Ini Tech" }},
		{"an ID with a dot", problem.SettingsBadValue, func(o *config.Organization) { o.ID = "a.b" }},
		{"no ID", problem.SettingsBadValue, func(o *config.Organization) { o.ID = "" }},
		{"http", problem.SettingsBadValue, func(o *config.Organization) { o.Issuer = "http://id.initech.example" }},
		{"a line break", problem.SettingsBadValue, func(o *config.Organization) { o.Name = "a\nissuer = \"https://evil.example\"" }},
		{"no client", problem.SettingsBadValue, func(o *config.Organization) { o.ClientID = "" }},
		{"a port that is none", problem.SettingsBadValue, func(o *config.Organization) { o.RedirectPort = 70000 }},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := write(t, contract)
			o := initech()
			c.make(&o)
			err := load(t, p).Add(o)
			if !problem.Has(err, c.code) {
				t.Errorf("got %v", err)
			}
			if text(t, p) != contract {
				t.Error("the file was changed")
			}
		})
	}
}

func TestNothingIsLeftBesideTheFile(t *testing.T) {
	p := write(t, contract)
	s := load(t, p)
	for _, change := range []func() error{
		func() error { return s.Add(initech()) }, func() error { return s.Use("initech") },
		func() error { return s.Remove("initech") }, func() error { return s.Remove("nobody") },
	} {
		_ = change()
	}
	entries, err := os.ReadDir(filepath.Dir(p.Settings))
	if err != nil || len(entries) != 1 {
		t.Errorf("got %v, %v", entries, err)
	}
}

func TestALinkStaysALink(t *testing.T) {
	p := write(t, contract)
	real := filepath.Join(t.TempDir(), "dotfiles.toml")
	if err := os.Rename(p.Settings, real); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(real, p.Settings); err != nil {
		t.Fatal(err)
	}
	if err := load(t, p).Use("globex"); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Lstat(p.Settings); err != nil || info.Mode()&fs.ModeSymlink == 0 {
		t.Errorf("the link is gone: %v", err)
	}
	if got := load(t, p).Default; got != "globex" {
		t.Errorf("the default is %s", got)
	}
}
