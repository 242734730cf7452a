package diagnose_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"latchkey/internal/diagnose"
	"latchkey/internal/problem"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func says(state diagnose.State) func(context.Context) diagnose.Finding {
	return func(context.Context) diagnose.Finding {
		if state == diagnose.Problem || state == diagnose.Warning {
			return diagnose.Found(state, problem.New(problem.TimedOut))
		}
		return diagnose.Finding{State: state}
	}
}

func TestConsequencesAreFoldedUnderTheirCause(t *testing.T) {
	for _, c := range []struct {
		name    string
		states  map[string]diagnose.State // of dns, connect, tls, server
		because map[string]string
		verdict diagnose.Verdict
	}{
		{"all fine", map[string]diagnose.State{}, nil, diagnose.Fine},
		{"the first", map[string]diagnose.State{"dns": diagnose.Problem, "connect": diagnose.Problem, "tls": diagnose.Problem, "server": diagnose.Problem},
			map[string]string{"connect": "dns", "tls": "dns", "server": "dns"}, diagnose.Blocked},
		{"in the middle", map[string]diagnose.State{"connect": diagnose.Problem, "tls": diagnose.Problem, "server": diagnose.Unknown},
			map[string]string{"tls": "connect", "server": "connect"}, diagnose.Blocked},
		{"the last", map[string]diagnose.State{"server": diagnose.Problem}, nil, diagnose.Blocked},
		{"a warning explains nothing", map[string]diagnose.State{"dns": diagnose.Warning, "connect": diagnose.Problem}, nil, diagnose.Blocked},
		{"only a warning", map[string]diagnose.State{"dns": diagnose.Warning}, nil, diagnose.Degraded},
		{"one does not block", map[string]diagnose.State{"voice": diagnose.Problem}, nil, diagnose.Degraded},
	} {
		t.Run(c.name, func(t *testing.T) {
			check := func(id string, blocks bool, after ...string) diagnose.Check {
				state := c.states[id]
				if state == "" {
					state = diagnose.OK
				}
				return diagnose.Check{ID: id, Blocks: blocks, After: after, Run: says(state)}
			}
			var told []string
			report := diagnose.Run(t.Context(), []diagnose.Check{
				check("server", true, "tls"), check("tls", true, "connect"), check("connect", true, "dns"), check("dns", true), check("voice", false),
			}, func(r diagnose.Result) { told = append(told, r.ID) })
			because := map[string]string{}
			for _, r := range report.Results {
				if r.Because != "" {
					because[r.ID] = r.Because
					if r.State != diagnose.Skipped || r.Code != "" {
						t.Errorf("%s is folded, but still says %s %s", r.ID, r.State, r.Code)
					}
				}
			}
			if c.because == nil {
				c.because = map[string]string{}
			}
			if diff := cmp.Diff(c.because, because); diff != "" {
				t.Errorf("because (-want +got):\n%s", diff)
			}
			if report.Verdict != c.verdict || report.Summary == "" {
				t.Errorf("verdict %s (%s), want %s", report.Verdict, report.Summary, c.verdict)
			}
			slices.Sort(told)
			if !slices.Equal(told, []string{"connect", "dns", "server", "tls", "voice"}) {
				t.Errorf("told: %v", told)
			}
		})
	}
}

func TestAFailureWaitsForItsCause(t *testing.T) {
	release := make(chan struct{})
	var told []string
	checks := []diagnose.Check{
		{ID: "dns", Run: func(context.Context) diagnose.Finding { <-release; return says(diagnose.Problem)(t.Context()) }},
		{ID: "tls", After: []string{"dns"}, Run: says(diagnose.Problem)},
		{ID: "clock", After: []string{"dns"}, Run: says(diagnose.OK)},
	}
	diagnose.Run(t.Context(), checks, func(r diagnose.Result) {
		told = append(told, r.ID)
		if r.ID == "clock" { // good news waits for nobody
			close(release)
		}
	})
	if !slices.Equal(told, []string{"clock", "dns", "tls"}) {
		t.Errorf("told in the order %v", told)
	}
}

func TestCancelStopsAtOnce(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	stubborn := make(chan struct{})
	report := diagnose.Run(ctx, []diagnose.Check{
		{ID: "quick", Run: says(diagnose.OK)},
		{ID: "stubborn", Run: func(context.Context) diagnose.Finding { <-stubborn; return diagnose.Finding{} }},
	}, func(r diagnose.Result) {
		if r.ID == "quick" {
			cancel()
		}
	})
	close(stubborn)
	if len(report.Results) != 2 || report.Results[1].State != diagnose.Unknown {
		t.Errorf("got %+v", report.Results)
	}
}

func TestACheckOutOfTimeIsUnknownAndNotDown(t *testing.T) {
	report := diagnose.Run(t.Context(), []diagnose.Check{
		{ID: "slow", Blocks: true, Limit: time.Millisecond, Run: func(ctx context.Context) diagnose.Finding {
			<-ctx.Done()
			<-time.After(200 * time.Millisecond)
			return diagnose.Finding{State: diagnose.OK}
		}},
		{ID: "broken", Run: func(context.Context) diagnose.Finding { panic("canary") }},
	}, nil)
	for _, r := range report.Results {
		if r.State != diagnose.Unknown {
			t.Errorf("%s: %+v", r.ID, r)
		}
	}
	if report.Verdict != diagnose.Fine {
		t.Errorf("verdict %s", report.Verdict)
	}
}

func TestWhatIsNotKnownIsNotSaidToBeFine(t *testing.T) {
	for _, c := range []struct {
		states  map[string]diagnose.State
		verdict diagnose.Verdict
		says    string
	}{
		{map[string]diagnose.State{"dns": diagnose.OK}, diagnose.Fine, "Nothing keeps you from signing in."},
		{map[string]diagnose.State{"dns": diagnose.Unknown}, diagnose.Fine, "Nothing was found that keeps you from signing in. Not everything could be checked."},
		{map[string]diagnose.State{"dns": diagnose.Unknown, "tls": diagnose.Warning}, diagnose.Degraded, "The sign-in server does not answer in time. Not everything could be checked."},
		{map[string]diagnose.State{"tls": diagnose.Warning}, diagnose.Degraded, "You can sign in. The sign-in server does not answer in time."},
		{map[string]diagnose.State{"dns": diagnose.Unknown, "tls": diagnose.Problem}, diagnose.Blocked, "The sign-in server does not answer in time."},
	} {
		var checks []diagnose.Check
		for id, state := range c.states {
			checks = append(checks, diagnose.Check{ID: id, Blocks: true, Run: says(state)})
		}
		if r := diagnose.Run(t.Context(), checks, nil); r.Verdict != c.verdict || r.Summary != c.says {
			t.Errorf("%v: %s: %s", c.states, r.Verdict, r.Summary)
		}
	}
}
