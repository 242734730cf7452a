package diagnose

import "context"

func (e Env) checkConnect() Check {
	return Check{ID: "connect", Title: "Connection", After: []string{"network", "dns", "portal"}, Blocks: true, Run: e.connect}
}

func (e Env) connect(context.Context) Finding {
	return Finding{State: Unknown, Why: "Not yet looked at."}
}
