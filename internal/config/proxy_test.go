package config_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"latchkey/internal/config"
	"latchkey/internal/problem"
)

func TestProxySettings(t *testing.T) {
	for _, c := range []struct {
		name, policy, own string
		want              string
		locked            bool
		fails             string // what the error says; empty: it loads
	}{
		{name: "none", want: "system"},
		{name: "a proxy", own: `proxy = "http://proxy.acme.example:3128"`, want: "http://proxy.acme.example:3128"},
		{name: "a script", own: `pac = "https://acme.example/proxy.pac"`, want: "https://acme.example/proxy.pac"},
		{name: "the policy's", policy: `proxy = "direct"`, own: `proxy = "http://proxy.acme.example:3128"`, want: "direct", locked: true},
		{name: "no way around the policy's", policy: `proxy = "direct"`, own: `pac = "https://acme.example/proxy.pac"`, want: "direct", locked: true},
		{name: "both", own: "proxy = \"direct\"\npac = \"https://acme.example/proxy.pac\"", fails: ":2: pac is set beside proxy"},
		{name: "a password", own: `proxy = "http://amy:canary@proxy.acme.example"`, fails: "which do not belong in a file"},
		{name: "a number", own: `proxy = 1`, fails: "is a number"},
		{name: "nonsense", own: `proxy = "maybe"`, fails: "is neither"},
		{name: "not encrypted", own: `pac = "http://acme.example/proxy.pac"`, fails: "is not encrypted"},
		{name: "misspelt", own: `proxi = "direct"`, fails: "Did you mean proxy?"},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			p := config.Paths{Settings: filepath.Join(dir, "config.toml"), Policy: filepath.Join(dir, "policy.toml")}
			for file, text := range map[string]string{p.Settings: c.own, p.Policy: c.policy} {
				if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			s, err := config.Load(p)
			if c.fails != "" {
				if err == nil || !strings.Contains(said(err), c.fails) || strings.Contains(said(err), "canary") {
					t.Errorf("got %v", err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if s.Proxy.String() != c.want || s.Locked("proxy") != c.locked || s.Locked("pac") != c.locked {
				t.Errorf("got %q, locked %v", s.Proxy, s.Locked("proxy"))
			}
		})
	}
}

// said is what people read of a problem.
func said(err error) string {
	p := problem.From(err)
	return p.Why + " " + p.Fix
}
