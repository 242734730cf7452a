package diagnose

import (
	"context"
	"net/http"

	"latchkey/internal/problem"
	"latchkey/internal/transport"
)

// checkWorkspace finds out whether the place where agents work is reached. Nobody needs it to sign in.
func (e Env) checkWorkspace() Check {
	return Check{ID: "workspace", Title: "Workspace", After: e.beyond(), Run: e.workspace}
}

func (e Env) workspace(ctx context.Context) Finding {
	host, ok := e.HostOf(HostWorkspace)
	if !ok {
		return Finding{State: Skipped, What: "The settings name no workspace."}
	}
	r, facts, err := e.reach(ctx, transport.Request{URL: host.URL.String(), Accept: "text/html,application/xhtml+xml,*/*;q=0.8"})
	switch {
	case stopped(ctx):
		return notWaitedFor()
	case problem.Has(err, problem.RedirectRefused), problem.Has(err, problem.AnswerTooLarge): // on to the sign-in, or a big page
		return Good("The workspace is reached.", facts...)
	case err != nil:
		return Found(Warning, unreached(problem.WorkspaceUnreachable, err), facts...)
	case inBetween(r):
		return Found(Warning, problem.New(problem.WorkspaceUnreachable, problem.Because("%s answers in its place (%d).", e.between(ctx, host.URL.String()), r.Status)), facts...)
	case r.Status == http.StatusNotFound, r.Status == http.StatusGone, r.Status >= http.StatusInternalServerError:
		return Found(Warning, problem.New(problem.WorkspaceUnreachable, problem.Because("It answers %d.", r.Status)), facts...)
	}
	return Good("The workspace is reached.", facts...)
}
