package config_test

import (
	"os"
	"path/filepath"
	"testing"

	"latchkey/internal/config"
	"latchkey/internal/problem"
)

const (
	userKey   = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="
	policyKey = "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE="
)

func TestUpdates(t *testing.T) {
	good := "[updates]\nurl = \"https://u.acme.example/m.json\"\nkey = \"" + userKey + "\"\n"
	for name, c := range map[string]struct {
		policy, user string
		url          string
		check        bool
		key          byte
		code         problem.Code
	}{
		"none":             {"", "", "", false, 0, ""},
		"user's":           {"", good, "https://u.acme.example/m.json", true, 0, ""},
		"switched off":     {"", good + "check = false\n", "https://u.acme.example/m.json", false, 0, ""},
		"off by policy":    {"[updates]\ncheck = false\n", good + "check = true\n", "https://u.acme.example/m.json", false, 0, ""},
		"policy's":         {"[updates]\nurl = \"https://p.acme.example/m.json\"\nkey = \"" + policyKey + "\"\n", good, "https://p.acme.example/m.json", true, 1, ""},
		"user's key":       {"[updates]\nurl = \"https://p.acme.example/m.json\"\n", good, "", false, 0, problem.SettingsBadValue},
		"no key":           {"", "[updates]\nurl = \"https://u.acme.example/m.json\"\n", "", false, 0, problem.SettingsBadValue},
		"no address":       {"", "[updates]\nkey = \"" + userKey + "\"\n", "", false, 0, problem.SettingsBadValue},
		"short key":        {"", "[updates]\nurl = \"https://u.acme.example/m.json\"\nkey = \"AAAA\"\n", "", false, 0, problem.SettingsBadValue},
		"not encrypted":    {"", "[updates]\nurl = \"http://u.acme.example/m.json\"\nkey = \"" + userKey + "\"\n", "", false, 0, problem.SettingsBadValue},
		"wrong type":       {"", "[updates]\ncheck = \"no\"\n", "", false, 0, problem.SettingsWrongType},
		"no section":       {"", "updates = true\n", "", false, 0, problem.SettingsWrongType},
		"not a time":       {"", good + "every = \"daily\"\n", "", false, 0, problem.SettingsBadValue},
		"all the time":     {"", good + "every = \"1ms\"\n", "", false, 0, problem.SettingsBadValue},
		"hardly ever":      {"", good + "every = \"721h\"\n", "", false, 0, problem.SettingsBadValue},
		"a bare number":    {"", good + "every = 24\n", "", false, 0, problem.SettingsWrongType},
		"an unknown entry": {"", "[updates]\nchannel = \"beta\"\n", "", false, 0, problem.SettingsUnknownKey},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			p := config.Paths{Settings: filepath.Join(dir, "config.toml"), Policy: filepath.Join(dir, "policy.toml")}
			for file, text := range map[string]string{p.Settings: c.user, p.Policy: c.policy} {
				if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			s, err := config.Load(p)
			if c.code != "" {
				if !problem.Has(err, c.code) {
					t.Errorf("got %v, want %s", err, c.code)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if u := s.Updates; u.URL != c.url || u.Check != c.check || c.url != "" && u.Key[0] != c.key {
				t.Errorf("%+v", u)
			}
		})
	}
}
