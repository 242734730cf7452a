package signin

import (
	"context"

	"latchkey/internal/oauth"
	"latchkey/internal/problem"
)

// stepUp begins with the step that the server wants before it renews a session, if that is what the attempt is for: neither e-mail nor
// password is asked for. nil: it begins at the beginning. It does so too when the server has forgotten the step, and when the agent
// goes elsewhere and comes back.
func (a *Attempt) stepUp(ctx context.Context, flow oauth.Flow) *dialogue {
	if !a.opts.Renew || a.deps.StepUp == nil {
		return nil
	}
	a.opts.Renew = false
	wanted, ok := a.deps.StepUp(ctx, a.opts.Org.ID)
	if !ok {
		return nil
	}
	defer wanted.Wipe()
	asked := wanted.Step.Asked
	told := problem.New(problem.StepWanted,
		problem.Because("%s asks for it before it renews the session of %s.", a.client.Server.CredentialsHost(), wanted.Username))
	another := a.username != "" && accountName(a.username) != accountName(wanted.Username)
	if another || !answerable(&asked) { // somebody else begins, only the browser can do it, or nobody knows how
		a.emit(Notice{told.With(problem.Do("Sign in once more."))})
		return nil
	}
	client, err := a.client.Bound(wanted.ProofKey)
	if err != nil {
		return nil
	}
	a.client, a.username = client, wanted.Username
	a.emit(Notice{told.With(problem.Do("Once it is done, you are signed in as before."))})
	return &dialogue{a: a, interview: client.ResumeChallenge(flow, wanted.Step), flow: flow, wanted: asked}
}
