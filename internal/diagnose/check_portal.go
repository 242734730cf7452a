package diagnose

import "context"

func (e Env) checkPortal() Check {
	return Check{ID: "portal", Title: "Network's sign-in page", After: []string{"network", "dns"}, Blocks: true, Run: e.portal}
}

func (e Env) portal(context.Context) Finding {
	return Finding{State: Unknown, Why: "Not yet looked at."}
}
