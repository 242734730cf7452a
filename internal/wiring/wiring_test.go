package wiring_test

import (
	"os"
	"path/filepath"
	"testing"

	"latchkey/internal/problem"
	"latchkey/internal/wiring"
)

func TestNewPutsTheRealPartsTogether(t *testing.T) {
	file := filepath.Join(t.TempDir(), "config.toml")
	write(t, file, "[organizations.acme]\nissuer = \"https://login.acme.example\"\nclient_id = \"latchkey\"\n")
	t.Setenv("LATCHKEY_STATE", t.TempDir())
	parts, err := wiring.New(wiring.Options{ConfigPath: file})
	if err != nil {
		t.Fatal(err)
	}
	defer parts.Close()
	if parts.Settings.Default != "acme" || parts.Sessions == nil || parts.SignIn.Keeper == nil || parts.SignIn.Probe == nil {
		t.Errorf("got %+v", parts)
	}
	left, err := os.ReadDir(os.Getenv("LATCHKEY_STATE"))
	if err != nil || len(left) > 0 {
		t.Errorf("written at the start: %v %v", left, err)
	}
}

// Whoever looks for what is wrong needs the parts although the settings are broken.
func TestBrokenSettingsLeaveTheParts(t *testing.T) {
	file := filepath.Join(t.TempDir(), "config.toml")
	write(t, file, "no such key = 1\n")
	t.Setenv("LATCHKEY_STATE", t.TempDir())
	parts, err := wiring.New(wiring.Options{ConfigPath: file})
	if p := problem.From(err); p == nil || p.Kind != problem.Settings {
		t.Errorf("got %v, want a problem of the settings", err)
	}
	if parts == nil || parts.HTTP == nil || parts.Settings == nil || parts.Sessions == nil {
		t.Fatalf("parts are missing: %+v", parts)
	}
	defer parts.Close()
	if _, err := parts.Settings.Organization(""); !problem.Has(err, problem.OrgMissing) {
		t.Errorf("got %v", err)
	}
}

func write(t *testing.T, file, text string) {
	t.Helper()
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}
