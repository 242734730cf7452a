package wiring_test

import (
	"path/filepath"
	"testing"

	"latchkey/internal/diagnose"
	"latchkey/internal/problem"
	"latchkey/internal/wiring"
)

func TestDiagnosisLooksAtTheSameParts(t *testing.T) {
	for name, c := range map[string]struct {
		text, org string
		want      problem.Code // of the settings' problem
	}{
		"the default one":     {"[organizations.acme]\nissuer = \"https://login.acme.example\"\nclient_id = \"latchkey\"\n", "", ""},
		"by its name":         {"[organizations.acme]\nissuer = \"https://login.acme.example\"\nclient_id = \"latchkey\"\n", "acme", ""},
		"one that is not set": {"[organizations.acme]\nissuer = \"https://login.acme.example\"\nclient_id = \"latchkey\"\n", "globex", problem.OrgUnknown},
		"none":                {"", "", problem.OrgMissing},
		"broken settings":     {"colour = 1\n", "", problem.SettingsUnknownKey},
	} {
		t.Run(name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "config.toml")
			write(t, file, c.text)
			t.Setenv("LATCHKEY_STATE", t.TempDir())
			parts, _ := wiring.New(wiring.Options{ConfigPath: file})
			defer parts.Close()
			e := parts.Diagnosis(c.org)
			if c.want == "" && (e.SettingsErr != nil || e.Org.ID != "acme") || c.want != "" && !problem.Has(e.SettingsErr, c.want) {
				t.Errorf("got %v for %q, want %q", e.SettingsErr, e.Org.ID, c.want)
			}
			if e.HTTP != parts.HTTP || e.Keychain == nil || e.Sessions == nil || e.Browser == nil || e.Settings == nil {
				t.Errorf("parts are missing: %+v", e)
			}
			if len(diagnose.Checks(e)) == 0 {
				t.Error("nothing to check")
			}
		})
	}
}
