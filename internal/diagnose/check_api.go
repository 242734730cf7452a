package diagnose

import (
	"cmp"
	"context"
	"net/http"

	"latchkey/internal/problem"
	"latchkey/internal/transport"
)

// checkAPI finds out whether the data service answers: the API of a Genesys Cloud region, whose users/me tells who signed
// in, so that no sign-in ends without it. Another server's userinfo endpoint or API is looked at where the settings name one.
func (e Env) checkAPI() Check {
	return Check{ID: "api", Title: "Data service", After: e.beyond(), Blocks: e.Org.Genesys(), Run: e.api, Limit: serverLimit}
}

func (e Env) api(ctx context.Context) Finding {
	address := e.apiAddress()
	if address == "" {
		return Finding{State: Skipped, What: "The settings name no data service; none is needed to sign in."}
	}
	state := Warning
	if e.Org.Genesys() {
		state = Problem
	}
	r, facts, err := e.reach(ctx, transport.Request{URL: address})
	switch {
	case stopped(ctx):
		return notWaitedFor()
	case err != nil:
		return Found(state, unreached(problem.APIUnreachable, err), facts...)
	case r.Status == http.StatusTooManyRequests:
		return Good("The data service is reached. It asks to wait a little.", facts...)
	case r.Status >= http.StatusInternalServerError && r.Status != http.StatusNetworkAuthenticationRequired:
		return Found(state, problem.New(problem.APIUnreachable, problem.Because("It answers %d.", r.Status)), facts...)
	case inBetween(r), isPage(r):
		return Found(state, problem.New(problem.APIUnreachable, problem.Because("%s answers in its place (%d).", e.between(ctx, address), r.Status)), facts...)
	}
	return Good("The data service is reached.", facts...)
}

func (e Env) apiAddress() string {
	if e.Org.Genesys() {
		return e.Org.GenesysEndpoints().API + "/api/v2/date" // answers, or says that it wants a token
	}
	return cmp.Or(e.Org.Endpoints.API, e.Org.Endpoints.UserInfo)
}
