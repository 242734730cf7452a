package diagnose

import "context"

func (e Env) checkTLS() Check {
	return Check{ID: "tls", Title: "Secure connection", After: []string{"network", "dns", "connect", "proxy", "portal"}, Blocks: true, Run: e.tls}
}

func (e Env) tls(context.Context) Finding {
	return Finding{State: Unknown, Why: "Not yet looked at."}
}
