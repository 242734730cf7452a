package diagnose

import (
	"maps"
	"sync"
	"testing"

	"latchkey/internal/config"
	"latchkey/internal/demo"
	"latchkey/internal/problem"
)

// findings are what checks tell on their own: codes by check.
type findings map[string]problem.Code

// The demo world acts troubles out; each is told by its name, at the check that knows, and by no other.
func TestTroublesOfTheDemoWorld(t *testing.T) {
	world, err := demo.Start(t.Context(), demo.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = world.Close() })
	paths, err := config.DefaultPaths(world.ConfigPath)
	if err != nil {
		t.Fatal(err)
	}
	settings, err := config.Load(paths)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		scenario     string
		acme, globex findings
	}{
		{"", findings{}, findings{}},
		{"outage", findings{"server": problem.ServerUnavailable, "status": problem.ServiceOutage}, findings{"server": problem.ServerUnavailable, "status": problem.ServiceOutage}},
		{"incident", findings{"status": problem.ServiceDegraded}, findings{"status": problem.ServiceDegraded}},
		{"html", findings{"server": problem.ServerUnavailable}, findings{"server": problem.ServerUnavailable}},
		{"portal", findings{"server": problem.NetworkPage}, findings{"server": problem.NetworkPage}},
		{"rate-limit", findings{"server": problem.TooManyTries}, findings{"server": problem.TooManyTries}},
		{"slow", findings{"server": problem.ServerSlow}, findings{"server": problem.ServerSlow}},
		{"clock", findings{"clock": problem.ClockWrong}, findings{"clock": problem.ClockWrong}},
		{"ip-restriction", findings{"server": problem.AddressRefused}, findings{}},
		{"discovery-broken", findings{"server": problem.IssuerMismatch}, findings{}},
	} {
		t.Run("scenario "+c.scenario, func(t *testing.T) {
			if c.scenario != "" {
				if err := world.SetScenario(c.scenario, true); err != nil {
					t.Fatal(err)
				}
				defer func() { _ = world.SetScenario(c.scenario, false) }()
			}
			var both sync.WaitGroup
			for id, want := range map[string]findings{"acme": c.acme, "globex": c.globex} {
				org, err := settings.Organization(id)
				if err != nil {
					t.Fatal(err)
				}
				e := envFor(t, org, nil)
				both.Go(func() {
					if got := findingsOf(t, e); !maps.Equal(got, want) {
						t.Errorf("%s: found %v, want %v", id, got, want)
					}
				})
			}
			both.Wait()
		})
	}
}

func findingsOf(t *testing.T, e Env) findings {
	checks := []Check{e.checkServer(), e.checkAPI(), e.checkWorkspace(), e.checkNotifications(), e.checkVoice(), e.checkClock(), e.checkStatus()}
	got := findings{}
	for _, r := range Run(t.Context(), checks, nil).Results {
		if r.State == Unknown {
			t.Errorf("%s: %s is not known: %s", e.Org.ID, r.ID, r.Line())
		}
		if r.Code != "" {
			got[r.ID] = r.Code
		}
	}
	return got
}
