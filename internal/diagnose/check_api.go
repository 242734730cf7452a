package diagnose

import (
	"cmp"
	"context"
	"errors"
	"net/http"

	"latchkey/internal/problem"
	"latchkey/internal/transport"
)

// beyond are the checks that explain why a host beside the sign-in server is not reached, either. When the sign-in
// server has the trouble, too, it is told there, and once.
func (e Env) beyond() []string {
	return []string{"settings", "network", "dns", "connect", "proxy", "portal", "tls", "server"}
}

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
		return Found(state, problem.New(problem.APIUnreachable, problem.Because("%s", reason(err)), problem.Caused(err)), facts...)
	case r.Status == http.StatusTooManyRequests:
		return Good("The data service is reached. It asks to wait a little.", facts...)
	case r.Status >= http.StatusInternalServerError && r.Status != http.StatusNetworkAuthenticationRequired:
		return Found(state, problem.New(problem.APIUnreachable, problem.Because("It answers %d.", r.Status)), facts...)
	case inBetween(r), isPage(r):
		return Found(state, problem.New(problem.APIUnreachable, problem.Because("Something in between answers in its place (%d).", r.Status)), facts...)
	}
	return Good("The data service is reached.", facts...)
}

func (e Env) apiAddress() string {
	if e.Org.Genesys() {
		return e.Org.GenesysEndpoints().API + "/api/v2/date" // answers, or says that it wants a token
	}
	return cmp.Or(e.Org.Endpoints.API, e.Org.Endpoints.UserInfo)
}

// reach sends a request without credentials, and returns what was measured besides.
func (e Env) reach(ctx context.Context, r transport.Request) (*transport.Response, []Fact, error) {
	answer, err := e.HTTP.Do(ctx, r)
	facts := []Fact{}
	if u, wrong := transport.CheckURL(r.URL); wrong == nil {
		facts = append(facts, told("host", u.Host))
		if rtt := e.HTTP.Observed(u.Host).RoundTrip; err == nil && rtt > 0 {
			facts = append(facts, told("rtt_ms", milliseconds(rtt)))
		}
	}
	if err != nil {
		return nil, append(facts, told("trouble", string(problem.From(err).Code))), err
	}
	return answer, append(facts, told("status", answer.Status)), nil
}

// notWaitedFor is the finding of a check that was stopped: by the agent, or because it could come to nothing.
func notWaitedFor() Finding { return Finding{State: Unknown, What: "It was not waited for."} }

// stopped reports that the run was stopped from outside, not that its time is up.
func stopped(ctx context.Context) bool { return errors.Is(ctx.Err(), context.Canceled) }
