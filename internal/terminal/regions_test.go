package terminal_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"latchkey/internal/clock/clocktest"
	"latchkey/internal/problem"
	"latchkey/internal/signin"
)

// Whoever is at the wrong region or organisation is told the command for the right one, or how to add it.
func TestS2WhereElse(t *testing.T) {
	const frankfurt = "\n[organizations.globex-frankfurt]\nregion = \"euc1\"\nclient_id = \"3f0b\"\n"
	elsewhere := problem.New(problem.AccountElsewhere)
	for name, c := range map[string]struct {
		settings, org string
		trouble       signin.Trouble
		said          string // after the problem; empty: nothing
	}{
		"page does not come back": {acmeSettings + frankfurt, "globex", signin.Trouble{Problem: problem.New(problem.BrowserNotReturned)},
			"For EMEA (Frankfurt): latchkey --org globex-frankfurt login\n"},
		"no other region is known": {acmeSettings, "globex", signin.Trouble{Problem: problem.New(problem.BrowserNotReturned)},
			"If your organisation is in another region, add that: latchkey orgs add globex-region --region REGION --client-id 3f0a\nRegions: use1, "},
		"the region is told": {acmeSettings + frankfurt, "globex", signin.Trouble{Problem: elsewhere, Region: "euc1"},
			"For EMEA (Frankfurt): latchkey --org globex-frankfurt login\n"},
		"the region is told, and not known": {acmeSettings + frankfurt, "globex", signin.Trouble{Problem: elsewhere, Region: "apse2"},
			"For Asia Pacific (Sydney), add it: latchkey orgs add globex-apse2 --region apse2 --client-id 3f0a\n"},
		"another server":           {acmeSettings, "acme", signin.Trouble{Problem: elsewhere, Org: "initech"}, "Sign in there with: latchkey --org initech login\n"},
		"another server in Sydney": {acmeSettings, "acme", signin.Trouble{Problem: elsewhere, Region: "apse2"}, "For Asia Pacific (Sydney), add it: latchkey orgs add acme-apse2 --region apse2 --client-id ID\n"},
		"no region at all":         {acmeSettings, "acme", signin.Trouble{Problem: problem.New(problem.BrowserNotReturned)}, ""},
		"nothing about regions":    {acmeSettings + frankfurt, "globex", signin.Trouble{Problem: problem.New(problem.Denied)}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			w := &world{t: t, people: true, settings: c.settings, attempt: func(a *fakeAttempt) {
				c.trouble.AttemptsLeft = -1
				c.trouble.Problem = c.trouble.Problem.With()
				c.trouble.Problem.Again = false
				a.say(c.trouble)
			}}
			got := w.run("--org", c.org, "login")
			_, said, _ := strings.Cut(got.stderr, "["+string(c.trouble.Problem.Code)+"]\n")
			if got.code != 4 || c.said == "" && said != "" || !strings.HasPrefix(said, c.said) {
				t.Errorf("got %+v", got)
			}
		})
	}
}

// What the agent can do is told also when checks know better why the page did not come back.
func TestS2WhereElseBesideTheCause(t *testing.T) {
	w := &world{t: t, people: true, settings: acmeSettings + "contact = \"it@globex.example\"\n", attempt: func(a *fakeAttempt) { a.fail(problem.New(problem.BrowserNotReturned)) }}
	w.explain = func(context.Context, *problem.Problem) *problem.Problem { return problem.New(problem.AppUnknown) }
	got := w.run("--org", "globex", "login")
	for _, want := range []string{"[app-unknown]\nIf your organisation is in another region, add that: latchkey orgs add globex-region ", "Regions: ", "Whom to ask: it@globex.example\n"} {
		if !strings.Contains(got.stderr, want) {
			t.Errorf("%q is missing: %+v", want, got)
		}
	}
}

// A page of Genesys Cloud that does not find somebody never comes back: the other regions are told while it is waited for.
func TestS2OtherRegionsWhileWaiting(t *testing.T) {
	turned := clocktest.At(noon)
	w := &world{t: t, people: true, clock: turned}
	w.stdin, _ = typing(t)
	stderr := w.captureStderr()
	w.attempt = func(a *fakeAttempt) {
		a.say(atStage(signin.Reached))
		for !strings.Contains(stderr.String(), "Regions: ") {
			turned.Advance(time.Second)
		}
		a.succeed()
	}
	got := w.run("--org", "globex", "login")
	if got.code != 0 || !strings.Contains(got.stderr, "If the page does not find you, cancel and try another region.\nIf your organisation is in another region, add that: latchkey orgs add ") {
		t.Errorf("got %+v", got)
	}
}
