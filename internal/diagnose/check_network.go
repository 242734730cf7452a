package diagnose

import "context"

func (e Env) checkNetwork() Check {
	return Check{ID: "network", Title: "Network", Blocks: true, Run: e.network}
}

func (e Env) network(context.Context) Finding {
	return Finding{State: Unknown, Why: "Not yet looked at."}
}
