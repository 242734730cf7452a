package config_test

import (
	"os"
	"path/filepath"
	"testing"

	"latchkey/internal/config"
	"latchkey/internal/problem"
)

// writeBoth puts a policy and a user's settings into a folder.
func writeBoth(t *testing.T, policy, own string) config.Paths {
	t.Helper()
	p := write(t, own)
	if err := os.WriteFile(p.Policy, []byte(policy), 0o600); err != nil {
		t.Fatal(err)
	}
	return p
}

func TestCF14ThePolicyWins(t *testing.T) {
	policy := "default = \"globex\"\n" + globex(`org = "globex"`)
	own := "default = \"acme\"\n" + acme("") + `
[organizations.globex]
region = "use1"
client_id = "evil"
company = "Mine"
login_url = "https://evil.example"
token_endpoint = "https://evil.example/token"
`
	s := load(t, writeBoth(t, policy, own))
	if s.Default != "globex" || len(s.Organizations) != 2 {
		t.Fatalf("got %+v", s)
	}
	got, err := s.Organization("globex")
	if err != nil {
		t.Fatal(err)
	}
	if got.Region != "euw2" || got.ClientID != "3f0a" || got.Org != "globex" || got.Company != "Mine" || got.Endpoints != (config.Endpoints{}) {
		t.Errorf("got %+v", got)
	}
	for key, want := range map[string]bool{
		"default": true, "organizations.globex.region": true, "organizations.globex.client_id": true,
		"organizations.globex.token_endpoint": true, "organizations.globex.issuer": true,
		"organizations.globex.company": false, "organizations.acme.client_id": false, "organizations.acme.issuer": false,
	} {
		if s.Locked(key) != want {
			t.Errorf("%s is locked: %v", key, !want)
		}
	}
	for name, err := range map[string]error{"remove": s.Remove("globex"), "use": s.Use("acme")} {
		if !problem.Has(err, problem.SettingsLocked) {
			t.Errorf("%s: got %v", name, err)
		}
	}
	if err := s.Remove("acme"); err != nil {
		t.Errorf("a user's own cannot be removed: %v", err)
	}
}

func TestPolicyAlone(t *testing.T) {
	p := writeBoth(t, globex(""), "")
	p.Settings = filepath.Join(t.TempDir(), "none.toml")
	s := load(t, p)
	if s.Default != "globex" {
		t.Errorf("the default is %q", s.Default)
	}
	if err := s.Add(initech()); err != nil {
		t.Fatal(err)
	}
	if s.Default != "globex" || len(load(t, p).Organizations) != 2 {
		t.Errorf("got %+v", s)
	}
}

func TestPolicyCanLeaveTheServerToTheUser(t *testing.T) {
	s := load(t, writeBoth(t, "[organizations.acme]\ncredentials = \"off\"\n", acme(`credentials = "okta"`)))
	got := s.Organizations[0]
	if got.Credentials != config.CredentialsOff || got.Issuer == "" || s.Locked("organizations.acme.issuer") || !s.Locked("organizations.acme.credentials") {
		t.Errorf("got %+v", got)
	}
}

// The policy decides whether the page for a forgotten password is told a way back, in both directions.
func TestCF14PolicyLocksTheWayBack(t *testing.T) {
	for policy, own := range map[string]string{"false": "true", "true": "false"} {
		s := load(t, writeBoth(t, "[organizations.acme]\nforgot_return = "+policy+"\n", acme("forgot_return = "+own)))
		if got := s.Organizations[0].ForgotReturn; got != (policy == "true") || !s.Locked("organizations.acme.forgot_return") {
			t.Errorf("the policy says %s: got %v", policy, got)
		}
	}
	if load(t, write(t, acme(""))).Organizations[0].ForgotReturn {
		t.Error("on without being asked for")
	}
}

func TestMistakeInThePolicyNamesThePolicy(t *testing.T) {
	p := writeBoth(t, globex(`provider = "okta"`), acme(""))
	_, err := config.Load(p)
	fails(t, err, problem.SettingsBadValue, p.Policy, 4, "organizations.globex.provider", "org")
	p = writeBoth(t, globex(`redirect_port = "x"`), acme(""))
	_, err = config.Load(p)
	fails(t, err, problem.SettingsWrongType, p.Policy, 4, "redirect_port", "8085")
	p = writeBoth(t, "[organizations.globex", acme(""))
	_, err = config.Load(p)
	fails(t, err, problem.SettingsSyntax, p.Policy, 1, "", "Correct")
}

func TestCF13TheEnvironmentSaysWhereAndNothingElse(t *testing.T) {
	folder := t.TempDir()
	for _, name := range []string{"LATCHKEY_CONFIG", "LATCHKEY_STATE", "XDG_STATE_HOME", "XDG_CONFIG_HOME"} {
		t.Setenv(name, "")
	}
	t.Setenv("HOME", folder)
	p, err := config.DefaultPaths("")
	if err != nil || !filepath.IsAbs(p.Settings) || filepath.Base(p.Settings) != "config.toml" || filepath.Base(filepath.Dir(p.Settings)) != "latchkey" || !filepath.IsAbs(p.State) || p.Policy == "" {
		t.Errorf("got %+v, %v", p, err)
	}
	if _, err := config.Load(config.Paths{Settings: p.Settings}); err != nil {
		t.Errorf("a file that nobody named must not exist: %v", err)
	}
	t.Setenv("LATCHKEY_STATE", filepath.Join(folder, "state"))
	t.Setenv("LATCHKEY_CONFIG", filepath.Join(folder, "a.toml"))
	p, err = config.DefaultPaths("")
	if err != nil || p.Settings != filepath.Join(folder, "a.toml") || p.State != filepath.Join(folder, "state") {
		t.Errorf("got %+v, %v", p, err)
	}
	p.Policy = ""
	if _, err := config.Load(p); !problem.Has(err, problem.SettingsUnreadable) {
		t.Errorf("a file that was named must exist: %v", err)
	}
	s, err := config.Load(p.Creatable())
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Add(initech()); err != nil {
		t.Errorf("a file that was named cannot be created: %v", err)
	}
	load(t, p)
	p, err = config.DefaultPaths(filepath.Join(folder, "b.toml"))
	if err != nil || p.Settings != filepath.Join(folder, "b.toml") {
		t.Errorf("got %+v, %v", p, err)
	}
}

func TestOrganizationSuggests(t *testing.T) {
	s := load(t, write(t, contract))
	for id, fix := range map[string]string{"acne": "Did you mean acme?", "x": "Use one of these: acme, globex.", "GLOBEX": "Did you mean globex?"} {
		_, err := s.Organization(id)
		if !problem.Has(err, problem.OrgUnknown) || problem.From(err).Fix != fix {
			t.Errorf("%s: got %v, %q", id, err, problem.From(err).Fix)
		}
	}
	if o, err := s.Organization(""); err != nil || o.ID != "acme" {
		t.Errorf("got %v, %v", o.ID, err)
	}
}

func TestFirstIsTheDefaultWhenNoneIsNamed(t *testing.T) {
	if s := load(t, write(t, globex("")+acme(""))); s.Default != "acme" {
		t.Errorf("the default is %s", s.Default)
	}
}
