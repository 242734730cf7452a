package config_test

import (
	"os"
	"path/filepath"
	"slices"
	"testing"

	"latchkey/internal/config"
	"latchkey/internal/problem"
)

func TestServersOfDiagnostics(t *testing.T) {
	file := filepath.Join(t.TempDir(), "config.toml")
	load := func(line string) (*config.Settings, error) {
		t.Helper()
		text := "[organizations.acme]\nissuer = \"https://login.acme.example\"\nclient_id = \"x\"\n" + line + "\n"
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return config.Load(config.Paths{Settings: file})
	}
	s, err := load(`time_servers = ["time.acme.example", "192.0.2.1:123", "[2001:db8::1]:123"]` + "\n" + `voice_servers = ["stun.acme.example:3478"]`)
	if err != nil {
		t.Fatal(err)
	}
	o, _ := s.Organization("acme")
	if !slices.Equal(o.TimeServers, []string{"time.acme.example", "192.0.2.1:123", "[2001:db8::1]:123"}) || !slices.Equal(o.VoiceServers, []string{"stun.acme.example:3478"}) {
		t.Errorf("got %v and %v", o.TimeServers, o.VoiceServers)
	}
	for _, bad := range []string{"https://time.acme.example", "time.acme.example/", "a b", "user@host", "host:0", "host:", ":123", "host:port", "host?x", "host#x", ""} {
		if _, err := load(`time_servers = ["` + bad + `"]`); !problem.Has(err, problem.SettingsBadValue) {
			t.Errorf("%q: %v", bad, err)
		}
	}
}
