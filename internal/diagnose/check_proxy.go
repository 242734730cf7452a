package diagnose

import "context"

func (e Env) checkProxy() Check {
	return Check{ID: "proxy", Title: "Proxy", After: []string{"network"}, Blocks: true, Run: e.proxy}
}

func (e Env) proxy(context.Context) Finding {
	return Finding{State: Unknown, Why: "Not yet looked at."}
}
