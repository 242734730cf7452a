package diagnose_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"latchkey/internal/clock/clocktest"
	"latchkey/internal/config"
	"latchkey/internal/diagnose"
	"latchkey/internal/problem"
)

var noon = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

// computer is an environment in which nothing is wrong, and nothing is on the network.
func computer(t *testing.T) diagnose.Env {
	t.Helper()
	folder := t.TempDir()
	state := filepath.Join(folder, "state")
	if err := os.Mkdir(state, 0o700); err != nil {
		t.Fatal(err)
	}
	org := config.Organization{ID: "acme", Name: "Acme", Issuer: "https://login.acme.example", ClientID: "latchkey",
		Credentials: config.CredentialsAuto, RedirectHost: "127.0.0.1"}
	return diagnose.Env{
		Settings: &config.Settings{
			Paths:   config.Paths{Settings: filepath.Join(folder, "config.toml"), Policy: filepath.Join(folder, "policy.toml"), State: state},
			Default: "acme", Organizations: []config.Organization{org},
		},
		Org: org, Clock: clocktest.At(noon), Version: "1.2.3", Getenv: func(string) string { return "" },
	}
}

// foundBy runs one check.
func foundBy(t *testing.T, e diagnose.Env, id string) diagnose.Result {
	t.Helper()
	checks := slices.DeleteFunc(diagnose.Checks(e), func(c diagnose.Check) bool { return c.ID != id })
	if len(checks) != 1 {
		t.Fatalf("%d checks are called %s", len(checks), id)
	}
	return diagnose.Run(t.Context(), checks, nil).Results[0]
}

// wantFinding compares a result with what it has to be; a why is a part of it.
func wantFinding(t *testing.T, r diagnose.Result, state diagnose.State, code problem.Code, why string) {
	t.Helper()
	if r.State != state || r.Code != code || !strings.Contains(r.Line(), why) {
		t.Errorf("%s: got %s %s %q, want %s %s %q", r.ID, r.State, r.Code, r.Line(), state, code, why)
	}
	if (r.State == diagnose.Problem || r.State == diagnose.Warning) && (r.Fix == "" || r.Code == "") {
		t.Errorf("%s: %s, but nothing to do about it (code %q)", r.ID, r.State, r.Code)
	}
	if strings.ContainsAny(r.Line()+r.Fix, "!\n\x1b") || r.Line() == "" {
		t.Errorf("%s: words: %q %q", r.ID, r.Line(), r.Fix)
	}
}

func fact(r diagnose.Result, name string) any {
	for _, f := range r.Facts {
		if f.Name == name {
			return f.Value
		}
	}
	return nil
}

// repair does the one thing that can be done about a result.
func repair(t *testing.T, r diagnose.Result, id string) {
	t.Helper()
	if len(r.Repairs) != 1 || r.Repairs[0].ID != id {
		t.Fatalf("%s offers %v, want %s", r.ID, r.Repairs, id)
	}
	if r.Repairs[0].Title == "" {
		t.Errorf("%s does not say what it does", id)
	}
	if err := r.Repairs[0].Do(t.Context()); err != nil {
		t.Errorf("%s: %v", id, err)
	}
}

func TestNothingIsWrongWithThisComputer(t *testing.T) {
	e := computer(t)
	for _, id := range []string{"settings", "desktop", "browser", "program"} {
		wantFinding(t, foundBy(t, e, id), diagnose.OK, "", "")
	}
}
