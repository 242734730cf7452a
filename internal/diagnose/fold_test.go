package diagnose_test

import (
	"context"
	"slices"
	"testing"

	"latchkey/internal/diagnose"
)

// saysAfter is a check whose finding names its cause itself.
func saysAfter(state diagnose.State, after ...string) func(context.Context) diagnose.Finding {
	return func(ctx context.Context) diagnose.Finding {
		f := says(state)(ctx)
		f.After = after
		return f
	}
}

func TestAFindingNamesItsCause(t *testing.T) {
	type checks []diagnose.Check
	independent := func(id string, run func(context.Context) diagnose.Finding, after ...string) diagnose.Check {
		return diagnose.Check{ID: id, Independent: true, After: after, Run: run}
	}
	suffices := func(ctx context.Context) diagnose.Finding {
		f := says(diagnose.Problem)(ctx)
		f.Suffices = true
		return f
	}
	check := func(id string, run func(context.Context) diagnose.Finding, after ...string) diagnose.Check {
		return diagnose.Check{ID: id, Blocks: true, After: after, Run: run}
	}
	for _, c := range []struct {
		name    string
		checks  checks
		because map[string]string // of those that are folded
	}{
		{"turns the usual direction round", checks{check("tls", saysAfter(diagnose.Problem, "clock")), check("clock", says(diagnose.Problem), "tls")}, map[string]string{"tls": "clock"}},
		{"only where the other has a problem", checks{check("tls", saysAfter(diagnose.Problem, "clock")), check("clock", says(diagnose.Unknown), "tls")}, map[string]string{"clock": "tls"}},
		{"a warning is none", checks{check("tls", saysAfter(diagnose.Problem, "clock")), check("clock", says(diagnose.Warning))}, nil},
		{"comes before the usual ones", checks{check("dns", says(diagnose.Problem)), check("portal", says(diagnose.Problem)), check("tls", saysAfter(diagnose.Problem, "portal"), "dns")}, map[string]string{"tls": "portal"}},
		{"leads on", checks{check("dns", saysAfter(diagnose.Problem, "portal")), check("portal", says(diagnose.Problem), "dns"), check("connect", says(diagnose.Problem), "dns")}, map[string]string{"dns": "portal", "connect": "portal"}},
		{"unknown to both sides", checks{check("portal", saysAfter(diagnose.Unknown, "connect")), check("connect", says(diagnose.Problem), "portal")}, map[string]string{"portal": "connect"}},
		{"skipped for a reason", checks{check("settings", says(diagnose.Problem)), check("dns", saysAfter(diagnose.Skipped, "settings"))}, map[string]string{"dns": "settings"}},
		{"skipped without one", checks{check("settings", says(diagnose.OK)), check("dns", saysAfter(diagnose.Skipped, "settings"))}, nil},
		{"of a check that is not there", checks{check("tls", saysAfter(diagnose.Problem, "clock"))}, nil},
		{"by way of the unknown", checks{check("dns", saysAfter(diagnose.Problem, "portal")), check("portal", saysAfter(diagnose.Unknown, "connect"), "dns"), check("connect", says(diagnose.Problem), "dns", "portal")}, map[string]string{"portal": "dns", "connect": "dns"}},
		{"of one unknown only", checks{check("portal", saysAfter(diagnose.Unknown, "connect", "tls")), check("connect", says(diagnose.Problem), "portal"), check("tls", says(diagnose.Problem), "connect", "portal")}, map[string]string{"portal": "connect", "tls": "connect"}},
		{"round by a third", checks{check("tls", saysAfter(diagnose.Problem, "clock")), check("server", says(diagnose.Unknown), "tls"), check("clock", says(diagnose.Problem), "server")}, map[string]string{"tls": "clock", "server": "clock"}},
		{"what keeps nobody out explains nobody kept out", checks{{ID: "voice", Run: says(diagnose.Problem)}, check("api", says(diagnose.Problem), "voice"), check("call", says(diagnose.Unknown), "voice")}, map[string]string{"call": "voice"}},
		{"an independent check stands for itself", checks{check("dns", says(diagnose.Problem)), independent("clock", says(diagnose.Problem), "dns"), independent("status", says(diagnose.Warning), "dns")}, nil},
		{"an independent check that finds nothing out does not", checks{check("dns", says(diagnose.Problem)), independent("clock", says(diagnose.Unknown), "dns")}, map[string]string{"clock": "dns"}},
		{"what suffices explains those kept out", checks{check("dns", saysAfter(diagnose.Problem, "status")), check("connect", says(diagnose.Unknown), "dns"), check("server", says(diagnose.Problem), "dns"), independent("status", suffices, "dns")},
			map[string]string{"dns": "status", "connect": "status", "server": "status"}},
		{"what suffices explains only who names it", checks{check("tls", says(diagnose.Problem)), independent("status", suffices, "tls")}, nil},
		{"in a circle", checks{check("a", says(diagnose.Problem), "b"), check("b", says(diagnose.Unknown), "c"), check("c", says(diagnose.Unknown), "b", "a")}, map[string]string{"b": "a", "c": "a"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			for range 2 { // in whatever order they are listed
				var told []string
				report := diagnose.Run(t.Context(), c.checks, func(r diagnose.Result) {
					if r.Because != "" && !slices.Contains(told, r.Because) {
						t.Errorf("%s is told before its cause %s", r.ID, r.Because)
					}
					told = append(told, r.ID)
				})
				for _, r := range report.Results {
					if r.Because != c.because[r.ID] || r.Because != "" && r.State != diagnose.Skipped {
						t.Errorf("%s: %s because %q, want %q", r.ID, r.State, r.Because, c.because[r.ID])
					}
				}
				slices.Sort(told)
				if told = slices.Compact(told); len(told) != len(c.checks) {
					t.Errorf("told: %v", told)
				}
				slices.Reverse(c.checks)
			}
		})
	}
}

// A problem that keeps nobody out by itself is told again, once, when somebody turns out to be kept out by it.
func TestWhatSufficesBlocksWhenSomethingThatBlocksIsPutDownToIt(t *testing.T) {
	for _, kept := range []bool{true, false} {
		state := map[bool]diagnose.State{true: diagnose.Problem, false: diagnose.OK}[kept]
		var told []bool // that it blocks
		report := diagnose.Run(t.Context(), []diagnose.Check{
			{ID: "dns", Blocks: true, Run: saysAfter(state, "status")},
			{ID: "connect", Blocks: true, Run: saysAfter(state, "status")},
			{ID: "status", Independent: true, Run: func(ctx context.Context) diagnose.Finding {
				f := says(diagnose.Problem)(ctx)
				f.Suffices = true
				return f
			}},
		}, func(r diagnose.Result) {
			if r.ID == "status" {
				told = append(told, r.Blocks)
			}
		})
		verdict := map[bool]diagnose.Verdict{true: diagnose.Blocked, false: diagnose.Degraded}[kept]
		want := map[bool][]bool{true: {false, true}, false: {false}}[kept]
		if report.Verdict != verdict || report.Results[2].Blocks != kept || !slices.Equal(told, want) {
			t.Errorf("kept out %t: %s, %+v, told %v", kept, report.Verdict, report.Results[2], told)
		}
	}
}

// The real checks name causes that exist, and none is its own, however far around.
func TestChecksExplainEachOtherInOneDirection(t *testing.T) {
	after := map[string][]string{}
	for _, c := range diagnose.Checks(computer(t)) {
		if c.ID == "" || c.Title == "" || c.Run == nil || after[c.ID] != nil {
			t.Errorf("check %q is not whole, or there twice", c.ID)
		}
		after[c.ID] = append([]string{}, c.After...)
	}
	var walk func(id string, path []string)
	walk = func(id string, path []string) {
		if slices.Contains(path, id) {
			t.Fatalf("a circle: %v", append(path, id))
		}
		for _, cause := range after[id] {
			if after[cause] == nil {
				t.Errorf("%s names %q, which is no check", id, cause)
				continue
			}
			walk(cause, append(slices.Clone(path), id))
		}
	}
	for id := range after {
		walk(id, nil)
	}
}
