package signin

import (
	"context"
	"slices"

	"latchkey/internal/oauth"
	"latchkey/internal/problem"
)

// password is the door for e-mail and password, and for whatever the server wants beside them.
func (a *Attempt) password(ctx context.Context) (passage, error) {
	a.tellPause(ctx)
	for {
		flow, err := oauth.NewFlow(a.deps.Rand)
		if err != nil {
			return passage{}, err
		}
		a.client = a.found
		d := a.stepUp(ctx, flow)
		if d == nil {
			interview := a.interview(a.client, flow)
			if interview == nil {
				return passage{}, problem.New(problem.MethodNotAvailable)
			}
			d = &dialogue{a: a, interview: interview, flow: flow}
		}
		at, err := d.conduct(ctx)
		d.interview.Close()
		if at.resume == nil {
			flow.Wipe()
		}
		switch {
		case ctx.Err() != nil:
			return at, err
		case problem.Has(err, problem.CompanyOnly):
			a.trouble(err, nil, "")
			return a.throughCompany(), nil
		case !problem.Has(err, problem.SignInTimedOut):
			return at, err
		}
		a.trouble(err, nil, "password") // the server forgot the first step: begin anew
	}
}

// throughCompany is the way on where only the company's own sign-in page lets people in: the nearest there is.
func (a *Attempt) throughCompany() passage {
	for _, door := range []Door{WithCompany, WithBrowser} {
		if slices.Contains(a.doors(), door) {
			return passage{next: door}
		}
	}
	return passage{} // choose
}
