package diagnose

import (
	"context"

	"latchkey/internal/problem"
)

// Browser shows pages to the agent. browser.Browser is one.
type Browser interface {
	// Find returns the name of what would open a page, and opens none.
	Find(ctx context.Context) (name string, err error)
	// OpenPage opens a page that nothing of a sign-in is on; plain http will do.
	OpenPage(ctx context.Context, address string) error
}

func (e Env) checkBrowser() Check {
	return Check{ID: "browser", Title: "Browser", Blocks: e.needsBrowser(), Run: e.browser}
}

// browser goes the way of a sign-in's answer, from this computer to itself, and looks for what would open the page. No proxy is asked
// about: browsers send to none what is for this computer.
func (e Env) browser(ctx context.Context) Finding {
	facts := []Fact{{"redirect_port", e.Org.RedirectPort, true}}
	took, err := e.roundTrip(ctx)
	switch {
	case err != nil && ctx.Err() != nil:
		return Finding{State: Unknown, What: "This could not be found out in time.", Facts: facts}
	case err != nil:
		f := Found(Problem, problem.From(err), facts...)
		if problem.Has(err, problem.NoFreePort) {
			f.After = []string{"connect"} // then nothing gets out, either
		}
		return f
	}
	facts = append(facts, Fact{"round_trip_ms", took.Milliseconds(), true})
	if e.Browser == nil {
		return Good("What a browser sends to Latchkey arrives.", facts...)
	}
	name, err := e.Browser.Find(ctx)
	switch {
	case err == nil:
		return Good("There is a browser, and what it sends to Latchkey arrives.", append(facts, Fact{"browser", name, true})...)
	case !e.desk(ctx).browser: // the desktop's check tells
		return Good("No browser opens here; what one sends to Latchkey would arrive.", facts...)
	}
	return Found(Warning, problem.From(err), facts...)
}
