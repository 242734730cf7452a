package diagnose_test

import (
	"os"
	"strings"
	"testing"

	"latchkey/internal/config"
	"latchkey/internal/diagnose"
	"latchkey/internal/problem"
)

const goodSettings = "[organizations.acme]\nissuer = \"https://login.acme.example\"\nclient_id = \"latchkey\"\n"

// settingsOf loads settings as a program does, and what it makes of those that cannot be.
func settingsOf(t *testing.T, user, policy string) diagnose.Env {
	t.Helper()
	e := computer(t)
	for path, text := range map[string]string{e.Settings.Paths.Settings: user, e.Settings.Paths.Policy: policy} {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	e.Org = config.Organization{}
	loaded, err := config.Load(e.Settings.Paths)
	if err == nil {
		e.Settings = loaded
		e.Org, err = loaded.Organization("")
	}
	e.SettingsErr = err
	return e
}

func TestSettings(t *testing.T) {
	for name, c := range map[string]struct {
		user, policy string
		state        diagnose.State
		code         problem.Code
		why          string
	}{
		"fine":          {goodSettings, "", diagnose.OK, "", "The settings can be used."},
		"policy wins":   {goodSettings, "default = \"acme\"\n", diagnose.OK, "", "fixes one of them"},
		"more of them":  {"", goodSettings, diagnose.OK, "", "Your administrator fixes"},
		"none":          {"", "", diagnose.Problem, problem.OrgMissing, "No organisation"},
		"unknown key":   {goodSettings + "colour = 1\n", "", diagnose.Problem, problem.SettingsUnknownKey, "config.toml:4: organizations.acme.colour"},
		"wrong type":    {goodSettings + "scopes = 1\n", "", diagnose.Problem, problem.SettingsWrongType, "config.toml:4:"},
		"hostile value": {goodSettings + "status_url = \"http://x.example\"\n", "", diagnose.Problem, problem.SettingsBadValue, "config.toml:4: organizations.acme.status_url"},
		"no TOML":       {"[", "", diagnose.Problem, problem.SettingsSyntax, "config.toml:1"},
		"broken policy": {goodSettings, "colour = 1\n", diagnose.Problem, problem.SettingsUnknownKey, "policy.toml:1: colour"},
	} {
		t.Run(name, func(t *testing.T) {
			wantFinding(t, foundBy(t, settingsOf(t, c.user, c.policy), "settings"), c.state, c.code, c.why)
		})
	}
}

func TestSettingsThatCannotBeRight(t *testing.T) {
	const id = "client_id = \"3f0a1b2c-4d5e-6f70-8192-a3b4c5d6e7f8\"\n"
	generic := func(issuer string) string {
		return "[organizations.acme]\nclient_id = \"latchkey\"\nissuer = \"" + issuer + "\"\n"
	}
	genesys := func(rest string) string { return "[organizations.acme]\nregion = \"euw2\"\n" + rest }
	for name, c := range map[string]struct {
		text  string
		state diagnose.State
		code  problem.Code
		why   string
	}{
		"a client ID of Genesys Cloud":    {genesys(id), diagnose.OK, "", ""},
		"no GUID":                         {genesys("client_id = \"latchkey\"\n"), diagnose.Problem, problem.SettingsBadValue, "client_id is not one of Genesys Cloud"},
		"a stand-in takes any":            {genesys("client_id = \"demo\"\nlogin_url = \"http://127.0.0.1:4000\"\n"), diagnose.OK, "", ""},
		"nothing but zeros":               {genesys("client_id = \"00000000-0000-0000-0000-000000000000\"\n"), diagnose.Problem, problem.SettingsBadValue, "placeholder"},
		"left from an example":            {"[organizations.acme]\nissuer = \"https://a.example\"\nclient_id = \"YOUR_CLIENT_ID\"\n", diagnose.Problem, problem.SettingsBadValue, "placeholder"},
		"in brackets":                     {"[organizations.acme]\nissuer = \"https://a.example\"\nclient_id = \"<client id>\"\n", diagnose.Problem, problem.SettingsBadValue, "placeholder"},
		"another region":                  {genesys(id + "login_url = \"https://login.mypurecloud.de\"\n"), diagnose.Problem, problem.SettingsBadValue, "region is euw2, but an address beside it is in euc1"},
		"the same region":                 {genesys(id + "api_url = \"https://api.euw2.pure.cloud\"\n"), diagnose.OK, "", ""},
		"Genesys Cloud as issuer":         {generic("https://login.mypurecloud.ie"), diagnose.Problem, problem.SettingsBadValue, "issuer names Genesys Cloud"},
		"a digit for a letter":            {generic("https://login.mypurec1oud.ie"), diagnose.Warning, problem.SettingsDoubtful, "login.mypurec1oud.ie looks like another one"},
		"a host below another's":          {generic("https://login.mypurecloud.com.evil.example"), diagnose.Warning, problem.SettingsDoubtful, "evil.example"},
		"a hyphen more":                   {generic("https://login.euw2-pure-cloud.example"), diagnose.Warning, problem.SettingsDoubtful, "pure-cloud"},
		"Cyrillic among Latin (S21)":      {generic("https://login.xn--cme-6cd.example"), diagnose.Warning, problem.SettingsDoubtful, "xn--cme-6cd"},
		"nothing but twins":               {generic("https://xn--80ak6aa92e.example"), diagnose.Warning, problem.SettingsDoubtful, "xn--80ak6aa92e"},
		"a name with an accent":           {generic("https://login.xn--bcher-kva.example"), diagnose.OK, "", ""},
		"a name of another script":        {generic("https://login.xn--e1afmkfd.example"), diagnose.OK, "", ""},
		"an address that is just similar": {generic("https://pureclouds.example"), diagnose.Warning, problem.SettingsDoubtful, ""},
	} {
		t.Run(name, func(t *testing.T) {
			e := settingsOf(t, c.text, "")
			if e.SettingsErr != nil {
				t.Fatal(e.SettingsErr)
			}
			wantFinding(t, foundBy(t, e, "settings"), c.state, c.code, c.why)
		})
	}
}

func TestDamagedSettingsAreResetWithABackup(t *testing.T) {
	e := settingsOf(t, "broken [", "")
	r := foundBy(t, e, "settings")
	if r.Repairs[0].Loses == "" {
		t.Error("does not say what will be lost")
	}
	repair(t, r, "reset-settings")
	if old, err := os.ReadFile(e.Settings.Paths.Settings + ".broken-20261123-120000"); err != nil || string(old) != "broken [" {
		t.Errorf("the backup: %q, %v", old, err)
	}
	if _, err := config.Load(e.Settings.Paths); err != nil {
		t.Errorf("afterwards: %v", err)
	}
}

// What the administrator's file has wrong, only they repair; and a name that is not set loses nobody their settings.
func TestNoResetOfWhatIsNotTheUsers(t *testing.T) {
	r := foundBy(t, settingsOf(t, goodSettings, "colour = 1\n"), "settings")
	if len(r.Repairs) != 0 || !strings.Contains(r.Fix, "Tell IT") {
		t.Errorf("offers %v: %s", r.Repairs, r.Fix)
	}
	e := settingsOf(t, goodSettings, "")
	_, e.SettingsErr = e.Settings.Organization("globex")
	r = foundBy(t, e, "settings")
	wantFinding(t, r, diagnose.Problem, problem.OrgUnknown, "globex")
	if len(r.Repairs) != 0 {
		t.Errorf("offers %v", r.Repairs)
	}
}

// RD-14: neither the home folder nor the organisation's own key is declared shareable.
func TestRD14SettingsFactsThatAreShared(t *testing.T) {
	e := settingsOf(t, "", goodSettings+"colour = 1\n")
	for _, r := range []diagnose.Result{foundBy(t, e, "settings"), foundBy(t, settingsOf(t, "", goodSettings), "settings")} {
		for _, f := range r.Facts {
			text, _ := f.Value.(string)
			if list, ok := f.Value.([]string); ok {
				text = strings.Join(list, " ")
			}
			if f.Shareable && (strings.Contains(text, "/") || strings.Contains(text, "acme")) {
				t.Errorf("%s shares %q", f.Name, text)
			}
		}
	}
}
