package config_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"latchkey/internal/config"
	"latchkey/internal/problem"
)

// acme is a whole organisation with one more line, which is line 4 of the file.
func acme(line string) string {
	return "[organizations.acme]\nissuer = \"https://login.acme.example\"\nclient_id = \"latchkey\"\n" + line + "\n"
}

// globex is the same in Genesys Cloud.
func globex(line string) string {
	return "[organizations.globex]\nregion = \"euw2\"\nclient_id = \"3f0a\"\n" + line + "\n"
}

// bare has a client only.
func bare(lines string) string { return "[organizations.acme]\nclient_id = \"x\"\n" + lines + "\n" }

func TestCF02MistakesAreNamed(t *testing.T) {
	for _, c := range []struct {
		name, text string
		code       problem.Code
		line       int
		why, fix   string // parts of
	}{
		{"unknown key", acme(`client_idd = "x"`), problem.SettingsUnknownKey, 4, "organizations.acme.client_idd is not a setting", "Did you mean client_id?"},
		{"other spelling", acme(`Forgot-Password = "x"`), problem.SettingsUnknownKey, 4, "Forgot-Password", "Did you mean forgot_password?"},
		{"unknown key, nothing near", acme(`colour = "red"`), problem.SettingsUnknownKey, 4, "organizations.acme.colour", "Remove it"},
		{"unknown key in a quoted one", acme(`"a\u001b[31mb" = "red"`), problem.SettingsUnknownKey, 4, `organizations.acme."a[31mb"`, "Remove it"},
		{"a section too many", acme("[organizations.acme.issuers]"), problem.SettingsUnknownKey, 4, "organizations.acme.issuers", "Did you mean issuer?"},
		{"British", "[organisations.acme]", problem.SettingsUnknownKey, 1, "organisations", "Did you mean organizations?"},
		{"no organizations in front", "\n[acme]\nissuer = \"x\"", problem.SettingsUnknownKey, 2, "acme is not", "[organizations.acme]"},
		{"outside of a section", `issuer = "https://login.acme.example"`, problem.SettingsUnknownKey, 1, "issuer", "below a line such as [organizations.acme]"},
		{"a newer file", "version = 2\n" + acme(""), problem.SettingsUnknownKey, 1, "version", "Remove"},
		{"text for a list", acme(`scopes = "openid profile"`), problem.SettingsWrongType, 4, "organizations.acme.scopes is a text", `scopes = ["openid", "profile"]`},
		{"number in a list", acme(`scopes = ["openid", 1]`), problem.SettingsWrongType, 4, "scopes", `scopes = [`},
		{"number for a text", acme(`name = 1`), problem.SettingsWrongType, 4, "name is a number", `name = "Acme Contact Center"`},
		{"date for a text", acme(`name = 2026-01-01`), problem.SettingsWrongType, 4, "name is a date", "name = "},
		{"text for a number", acme(`redirect_port = "8085"`), problem.SettingsWrongType, 4, "redirect_port is a text", "redirect_port = 8085"},
		{"text for yes or no", acme(`forgot_return = "true"`), problem.SettingsWrongType, 4, "forgot_return is a text", "forgot_return = true"},
		{"yes for credentials", acme(`credentials = true`), problem.SettingsWrongType, 4, "credentials is true or false", `credentials = "auto"`},
		{"organizations are a text", `organizations = "acme"`, problem.SettingsWrongType, 1, "organizations is a text", "[organizations.acme]"},
		{"a list of tables", "[[organizations]]\nname = \"a\"", problem.SettingsWrongType, 1, "organizations is a list", "[organizations.acme]"},
		{"an organisation is a text", "[organizations]\nacme = \"x\"", problem.SettingsWrongType, 2, "organizations.acme is a text", "[organizations.acme]"},
		{"default is a number", "default = 1\n" + acme(""), problem.SettingsWrongType, 1, "default is a number", `default = "acme"`},
		{"default is nobody", "\ndefault = \"acne\"\n" + acme(""), problem.SettingsBadValue, 2, "default names an organisation that is not there", "Did you mean acme?"},
		{"default without any", "default = \"acme\"\n", problem.SettingsBadValue, 1, "default", "orgs add"},
		{"duplicate key", acme("client_id = \"b\""), problem.SettingsSyntax, 4, "", "Correct this line"},
		{"duplicate organisation", acme("") + "[organizations.acme]\n", problem.SettingsSyntax, 5, "", "Correct this line"},
		{"no quotes", acme("name = Acme"), problem.SettingsSyntax, 4, "name: the value is no text", "text stands in quotation marks"},
		{"cut off", acme(`name = "Ac`), problem.SettingsSyntax, 4, "", "Correct this line"},
		{"section cut off", acme(`[organizations.`), problem.SettingsSyntax, 4, "", "Correct this line"},
		{"capitals in the ID", "[organizations.Acme]", problem.SettingsBadValue, 1, "organizations.Acme has a name that cannot be used", "small letters"},
		{"a path for an ID", "[organizations.\"../x\"]", problem.SettingsBadValue, 1, `organizations."../x"`, "small letters"},
		{"a long ID", "[organizations." + strings.Repeat("a", 64) + "]", problem.SettingsBadValue, 1, "cannot be used", "63"},
		{"no server", bare(""), problem.SettingsBadValue, 1, "organizations.acme does not say where to sign in", `issuer = "https://login.acme.example"`},
		{"one endpoint", bare(`token_endpoint = "https://a.example/t"`), problem.SettingsBadValue, 1, "does not say where", "issuer"},
		{"two servers", bare("region = \"euw2\"\nissuer = \"https://a.example\""), problem.SettingsBadValue, 3, "organizations.acme.region stands beside an issuer", "Keep region"},
		{"no client", "\n[organizations.acme]\nissuer = \"https://a.example\"", problem.SettingsBadValue, 2, "organizations.acme has no client_id", `client_id = "latchkey"`},
		{"region that is none", bare(`region = "euw9"`), problem.SettingsBadValue, 3, "region is “euw9”, which is no region", `region = "euw2"`},
		{"org elsewhere", acme(`org = "acme"`), problem.SettingsBadValue, 4, "organizations.acme.org is for Genesys Cloud only", "Remove it"},
		{"provider without org", globex(`provider = "okta"`), problem.SettingsBadValue, 4, "provider needs region and org", "org ="},
		{"provider elsewhere", acme(`provider = "okta"`), problem.SettingsBadValue, 4, "provider needs region and org", "remove provider"},
		{"provider that is none", globex("org = \"globex\"\nprovider = \"azure\""), problem.SettingsBadValue, 5, "“azure”, but can only be one of: okta, adfs, salesforce, onelogin, gsuite, ping", `provider = "okta"`},
		{"org that is none", globex(`org = "globex/x"`), problem.SettingsBadValue, 4, "is not an organisation's short name", `org = "acme"`},
		{"password at Genesys Cloud", globex(`credentials = "keycloak"`), problem.SettingsBadValue, 4, "Genesys Cloud takes no password from an app", "browser"},
		{"credentials that are none", acme(`credentials = "on"`), problem.SettingsBadValue, 4, "can only be one of: auto, off, auth0, okta, keycloak", `credentials = "auto"`},
		{"dpop that is none", acme(`dpop = "on"`), problem.SettingsBadValue, 4, "auto, off", "dpop ="},
		{"profile that is none", acme(`profile = "oauth"`), problem.SettingsBadValue, 4, "draft, janssen, a12n", "profile ="},
		{"redirect host elsewhere", acme(`redirect_host = "0.0.0.0"`), problem.SettingsBadValue, 4, "127.0.0.1, ::1, localhost", "redirect_host"},
		{"redirect port too high", acme(`redirect_port = 65536`), problem.SettingsBadValue, 4, "is not a port", "redirect_port = 8085"},
		{"redirect port below nothing", acme(`redirect_port = -1`), problem.SettingsBadValue, 4, "is not a port", "redirect_port"},
		{"two scopes in one", acme(`scopes = ["openid profile"]`), problem.SettingsBadValue, 4, "“openid profile”, which is not one scope", `["openid", "profile"]`},
		{"a scope twice", acme(`scopes = ["openid", "openid"]`), problem.SettingsBadValue, 4, "names “openid” twice", "scopes"},
		{"empty", acme(`company = ""`), problem.SettingsBadValue, 4, "company is empty", "company ="},
		{"space behind", acme(`company = "Acme "`), problem.SettingsBadValue, 4, "begins or ends with a space", "company ="},
		{"too long", acme(`company = "` + strings.Repeat("a", 101) + `"`), problem.SettingsBadValue, 4, "longer than 100 letters", "company ="},
		{"client with an umlaut", bare(`client_secret = "ä"`), problem.SettingsBadValue, 3, "client_secret holds something else", "client_secret"},
		{"the first mistake counts", acme("acr_values = 1\nissuers = 1\n[[organizations.x]]"), problem.SettingsUnknownKey, 5, "issuers", "issuer"},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := write(t, c.text)
			_, err := config.Load(p)
			fails(t, err, c.code, p.Settings, c.line, c.why, c.fix)
		})
	}
}

// fails checks a problem of the settings: its code, the place it names and parts of its words.
func fails(t *testing.T, err error, code problem.Code, file string, line int, why, fix string) {
	t.Helper()
	if !problem.Has(err, code) {
		t.Fatalf("got %v, want %s", err, code)
	}
	p := problem.From(err)
	if place := fmt.Sprintf("%s:%d: ", file, line); !strings.HasPrefix(p.Why, place) {
		t.Errorf("%q does not begin with %q", p.Why, place)
	}
	if !strings.Contains(p.Why, why) {
		t.Errorf("%q does not say %q", p.Why, why)
	}
	if !strings.Contains(p.Fix, fix) {
		t.Errorf("%q does not say %q", p.Fix, fix)
	}
	if strings.ContainsAny(p.Error()+p.Fix, "\x00\x1b\r\n") {
		t.Errorf("control characters in %q %q", p.Error(), p.Fix)
	}
}

func TestCF01NotASettingsFile(t *testing.T) {
	nested := acme("x = " + strings.Repeat("[", 500_000))
	for _, c := range []struct {
		name, text string
		code       problem.Code
		why        string
	}{
		{"binary", "\x7fELF\x02\x01\x01\x00\x00", problem.SettingsSyntax, ":1: "},
		{"JSON", "{\"issuer\":1}", problem.SettingsSyntax, ":1: "},
		{"not UTF-8", acme("name = \"\xff\""), problem.SettingsSyntax, ":4: "},
		{"UTF-16", "\xff\xfea\x00", problem.SettingsSyntax, "UTF-16"},
		{"a NUL", acme("name = \"a\x00b\""), problem.SettingsSyntax, ":4: "},
		{"nested", nested, problem.SettingsSyntax, ":4: "},
		{"too large", strings.Repeat("# a comment\n", 100_000), problem.SettingsUnreadable, "larger than 1 MiB"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := config.Load(write(t, c.text))
			if !problem.Has(err, c.code) || !strings.Contains(problem.From(err).Why, c.why) {
				t.Errorf("got %v", err)
			}
		})
	}
}

func TestCF01NothingIsSetUp(t *testing.T) {
	for name, p := range map[string]config.Paths{
		"no file":         {Settings: filepath.Join(t.TempDir(), "config.toml")},
		"no folder":       {Settings: filepath.Join(t.TempDir(), "a", "config.toml")},
		"empty file":      write(t, ""),
		"comments only":   write(t, "\xef\xbb\xbf# later\r\n"),
		"an empty header": write(t, "[organizations]\n"),
	} {
		s, err := config.Load(p)
		if err != nil || s.Default != "" || len(s.Organizations) != 0 {
			t.Errorf("%s: got %+v, %v", name, s, err)
			continue
		}
		if _, err := s.Organization(""); !problem.Has(err, problem.OrgMissing) {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

func TestCF03UnsafeAddresses(t *testing.T) {
	addresses := map[string]string{
		"http://login.acme.example":           "not encrypted",
		"http://127.0.0.1.evil.example":       "not encrypted",
		"http://10.0.0.1":                     "not encrypted",
		"https://10.0.0.1":                    "number for a host",
		"https://[2001:db8::1]":               "number for a host",
		"https://user@login.acme.example":     "user name",
		"https://user:pw@login.acme.example":  "user name",
		"https://login.acme.example:0":        "port",
		"https://login.acme.example:65536":    "port",
		"https://login.acme.example:":         "port",
		"https://login.acme.example#x":        "after #",
		"//login.acme.example":                "https://",
		"login.acme.example":                  "no host",
		"ftp://login.acme.example":            "https://",
		"file:///etc/passwd":                  "no host",
		"javascript:alert(1)":                 "no host",
		"https://":                            "no host",
		"https://login.acme.example/a b":      "does not belong",
		"https://login.acme.example\\\\@evil": "does not belong",
		"https://login.%61cme.example":        "cannot be read",
	}
	for _, key := range []string{"issuer", "authorization_endpoint", "token_endpoint", "authorization_challenge_endpoint",
		"device_authorization_endpoint", "revocation_endpoint", "userinfo_endpoint", "api_url", "login_url", "status_url",
		"forgot_password", "workspace_url"} {
		for value, why := range addresses {
			if value == "https://login.acme.example#x" && (key == "forgot_password" || key == "workspace_url") {
				continue // the browser's business
			}
			lines := acme(key + " = \"" + value + "\"")
			if key == "issuer" {
				lines = bare("\nissuer = \"" + value + "\"")
			}
			p := write(t, lines)
			_, err := config.Load(p)
			if !problem.Has(err, problem.SettingsBadValue) {
				t.Errorf("%s = %s: got %v", key, value, err)
				continue
			}
			fails(t, err, problem.SettingsBadValue, p.Settings, 4, "organizations.acme."+key+" ", key+" = ")
			if got := problem.From(err).Why; !strings.Contains(got, why) && !strings.Contains(got, "cannot be read") {
				t.Errorf("%s = %s: %s", key, value, got)
			}
		}
	}
	for _, issuer := range []string{"https://login.acme.example?x", "https://login.acme.example/?"} {
		_, err := config.Load(write(t, bare("issuer = \""+issuer+"\"")))
		if !problem.Has(err, problem.SettingsBadValue) {
			t.Errorf("issuer %s: got %v", issuer, err)
		}
	}
}

func TestHTTPOnLoopback(t *testing.T) {
	for _, host := range []string{"127.0.0.1:4001", "127.8.0.9", "[::1]:4001", "localhost:4001"} {
		s := load(t, write(t, bare("issuer = \"http://"+host+"\"")))
		if got := s.Organizations[0].Issuer; got != "http://"+host {
			t.Errorf("got %s", got)
		}
	}
}

func TestCF05HiddenCharacters(t *testing.T) {
	for name, escape := range map[string]string{
		"ANSI": `\u001b[31m`, "CR": `\r`, "LF": `\n`, "tab": `\t`, "NUL": `\u0000`, "DEL": `\u007f`, "C1": `\u009b`,
		"right to left": `\u202e`, "isolate": `\u2066`, "mark": `\u200f`, "zero width": `\u200b`, "BOM": `\ufeff`,
		"tag": `\U000e0041`, "line separator": `\u2028`, "filler": `\u3164`,
	} {
		for _, key := range []string{"name", "company", "client_secret", "acr_values", "status_url", "profile", "redirect_host", "credentials"} {
			p := write(t, acme(key+" = \"https://a.example/a"+escape+"b\""))
			_, err := config.Load(p)
			fails(t, err, problem.SettingsBadValue, p.Settings, 4, key+" holds a character that cannot be seen", key)
			if t.Failed() {
				t.Fatalf("%s in %s", name, key)
			}
		}
	}
}

func TestTK51LookAlikeHostShowsAsWhatItIs(t *testing.T) {
	for value, shown := range map[string]string{
		"https://login.аcme.example": "login.xn--cme-5cd.example", // a Cyrillic letter
		"https://bücher.example":     "xn--bcher-kva.example",
		"https://ｌogin.acme.example": "login.acme.example",
	} {
		p := write(t, bare("issuer = \""+value+"\""))
		_, err := config.Load(p)
		fails(t, err, problem.SettingsBadValue, p.Settings, 3, "it really is "+shown, "issuer")
	}
	const honest = "https://xn--bcher-kva.example"
	if got := load(t, write(t, bare("issuer = \""+honest+"\""))).Organizations[0].Issuer; got != honest {
		t.Errorf("got %s", got)
	}
}

func TestUnreadableFileIsAnError(t *testing.T) {
	p := write(t, contract)
	blocked := filepath.Join(p.Settings, "config.toml") // below a file
	_, err := config.Load(config.Paths{Settings: blocked})
	if !problem.Has(err, problem.SettingsUnreadable) || !strings.Contains(problem.From(err).Why, blocked) {
		t.Errorf("got %v", err)
	}
}

func TestCF09TheOpenFileIsTheOneChecked(t *testing.T) {
	// A file that grows behind its size is still cut off at the limit.
	p := write(t, "")
	if err := os.WriteFile(p.Settings, bytes.Repeat([]byte("#"), 1<<20), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := config.Load(p); err != nil {
		t.Errorf("exactly 1 MiB: %v", err)
	}
}
