package config

import (
	"strings"
	"testing"

	"latchkey/internal/problem"
)

func FuzzLoad(f *testing.F) {
	for _, seed := range []string{
		"default = \"a\" # x\r\n\r\n[organizations.a]\r\nissuer = \"https://a.example\" # y\r\nclient_id = 'x'\r\nscopes = [\r\n\"x\",\r\n]\r\n",
		"[organizations.b]\nregion = \"EMEA (London)\"\nclient_id = \"\"\"x\"\"\"\norg = \"x\"\nprovider = \"ping\"",
		"organizations.a = {issuer = 'https://a.example', client_id = 'x'}\n", "[organizations]\na.issuer = 1", "\xef\xbb\xbf# x", "\"\"=1", "x = [[{a=1}]]",
	} {
		f.Add([]byte(seed))
	}
	o := Organization{ID: "made-here", Issuer: "https://a.example", ClientID: "x"}
	lines, err := o.lines()
	if err != nil {
		f.Fatal(err)
	}
	p := Paths{Settings: "config.toml"}
	f.Fuzz(func(t *testing.T, text []byte) {
		before, err := load(p, text)
		if err != nil {
			what := problem.From(err)
			if what.Kind != problem.Settings || !strings.HasPrefix(what.Why, "config.toml:") || strings.ContainsAny(what.Why+what.Fix, "\x00\x1b\r\n") {
				t.Errorf("got %q %q", what.Why, what.Fix)
			}
			return
		}
		change, want := adding(o, lines)
		added, text, err := edited(p, text, change, want)
		if problem.Has(err, problem.SettingsNotSaved) || before.find(o.ID) >= 0 {
			return // refused, and nothing was touched
		}
		if err != nil || len(added.Organizations) != len(before.Organizations)+1 {
			t.Fatalf("adding to %q: %v", text, err)
		}
		change, want = removing(o.ID)
		removed, text, err := edited(p, text, change, want)
		if err != nil || len(removed.Organizations) != len(before.Organizations) {
			t.Errorf("removing from %q: %v", text, err)
		}
	})
}
