//go:build faults && linux

package faults

import (
	"crypto/rand"
	"os"
	"path/filepath"
	"time"

	"latchkey/internal/clock"
	"latchkey/internal/diagnose"
	"latchkey/internal/faults/lab"
	"latchkey/internal/proxy/pac"
	"latchkey/internal/session"
	"latchkey/internal/vault"
	"latchkey/internal/wiring"
)

const (
	acme   = "acme"
	globex = "globex"
)

// settings are what an administrator would write for the lab's organisations.
var settings = map[string]string{
	acme: `default = "acme"

[organizations.acme]
name       = "Acme Contact Center"
issuer     = "https://login.acme.example"
client_id  = "latchkey"
status_url = "https://status.acme.example"
`,
	globex: `default = "globex"

[organizations.globex]
name      = "Globex"
region    = "euw2"
client_id = "3f0a6c1e-7c58-4d8b-9d5c-0b8a9f6d2e11"
status_url = "https://status.mypurecloud.com"
`,
}

// writeSettings puts settings where the program looks for them.
func writeSettings(text string) error {
	file := filepath.Join(os.Getenv("HOME"), ".config", "latchkey", "config.toml")
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		return err
	}
	return os.WriteFile(file, []byte(text), 0o600)
}

// env is what the programs hand to the checks.
func (r *rig) env(s scenario) (diagnose.Env, error) {
	text := s.settings
	if text == "" {
		text = settings[s.organization()]
	}
	if err := writeSettings(text); err != nil {
		return diagnose.Env{}, err
	}
	parts, err := wiring.New(wiring.Options{Script: pac.Run})
	if parts == nil {
		return diagnose.Env{}, err
	}
	e := parts.Diagnosis("")
	e.NTP = []string{lab.Time.V4.String() + ":123"}
	if len(e.STUN) == 0 {
		e.STUN = addresses(lab.VoiceServers)
	}
	if r.real {
		return e, nil
	}
	// A keychain of the test's own, with the patience of the real one; the scenarios about keychains bring real ones.
	kept := vault.Open(parts.Settings.Paths.State, r.keys.KeychainOf(vault.Limits{Read: 3 * time.Second, Write: 3 * time.Second, Size: vault.Limit}), clock.System{})
	sessions := session.New(session.Options{Settings: parts.Settings, Vault: kept, HTTP: parts.HTTP, Clock: clock.System{}, Rand: rand.Reader})
	e.Keychain, e.Sessions = kept, sessions
	for _, fill := range r.fills {
		if err := fill(sessions, e.Org); err != nil {
			return e, err
		}
	}
	return e, nil
}
