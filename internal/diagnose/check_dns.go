package diagnose

import "context"

func (e Env) checkDNS() Check {
	return Check{ID: "dns", Title: "Name lookup", After: []string{"network"}, Blocks: true, Run: e.dns}
}

func (e Env) dns(context.Context) Finding {
	return Finding{State: Unknown, Why: "Not yet looked at."}
}
