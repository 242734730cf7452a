package config_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"latchkey/internal/config"
)

// contract is the example that the settings' documentation shows.
const contract = `default = "acme"

[organizations.acme]                # any OAuth 2.0 / OpenID Connect server
name      = "Acme Contact Center"
issuer    = "https://login.acme.example"
client_id = "latchkey"
company   = "Acme"                  # shows the button "Login with Acme"
status_url = "https://status.acme.example"

credentials = "auto"                # auto: what the server advertises (challenge endpoint) | off

[organizations.globex]              # Genesys Cloud
name      = "Globex"
region    = "EMEA (London)"
client_id = "3f0a"
org       = "globex"                # Genesys Cloud organisation short name
company   = "Globex"
provider  = "okta"                  # optional, with org
`

// write puts a settings file into a folder of its own.
func write(t *testing.T, text string) config.Paths {
	t.Helper()
	folder := t.TempDir()
	p := config.Paths{Settings: filepath.Join(folder, "config.toml"), Policy: filepath.Join(folder, "policy.toml"), State: folder}
	if err := os.WriteFile(p.Settings, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return p
}

func TestLoadsTheContractsExample(t *testing.T) {
	p := write(t, contract)
	got, err := config.Load(p)
	if err != nil {
		t.Fatal(err)
	}
	want := &config.Settings{Paths: p, Default: "acme", Organizations: []config.Organization{{
		ID: "acme", Name: "Acme Contact Center", Issuer: "https://login.acme.example", ClientID: "latchkey", Company: "Acme",
		StatusURL: "https://status.acme.example", Credentials: config.CredentialsAuto, RedirectHost: "127.0.0.1",
	}, {
		ID: "globex", Name: "Globex", Region: "euw2", ClientID: "3f0a", Org: "globex", Company: "Globex", Provider: "okta",
		Credentials: config.CredentialsAuto, RedirectHost: "localhost", WorkspaceURL: "https://apps.euw2.pure.cloud/directory",
	}}}
	if diff := cmp.Diff(want, got, cmpopts.IgnoreUnexported(config.Settings{}, config.Paths{})); diff != "" {
		t.Error(diff)
	}
}
