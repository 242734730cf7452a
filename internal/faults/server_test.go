//go:build faults && linux

package faults

import (
	"time"

	"latchkey/internal/diagnose"
	"latchkey/internal/faults/lab"
)

const metadata = "/.well-known/"

var serverFaults = []scenario{
	{
		name: "server limits requests (429)", fault: acmeAnswers("/", lab.Says(429, "application/json", `{"error":"slow_down"}`, "Retry-After", "60")),
		want: diagnose.Blocked, shown: []string{"server problem too-many-tries"},
	}, {
		name: "gateway without a server (502)", fault: acmeAnswers("/", lab.Page(502, "Bad Gateway")),
		want: diagnose.Blocked, shown: []string{"server problem server-unavailable"},
	}, {
		name: "server overloaded (503)", fault: acmeAnswers("/", lab.Says(503, "text/plain", "no", "Retry-After", "120")),
		want: diagnose.Blocked, shown: []string{"server problem server-unavailable"},
	}, {
		name: "maintenance page (503)", fault: acmeAnswers("/", lab.Page(503, "Down for maintenance")),
		want: diagnose.Blocked, shown: []string{"server problem server-unavailable"},
	}, {
		name: "gateway times out (504)", fault: acmeAnswers("/", lab.Page(504, "Gateway Timeout")),
		want: diagnose.Blocked, shown: []string{"server problem server-unavailable"},
	}, {
		name: "server answers with a page", fault: acmeAnswers("/", lab.Page(200, "Welcome")),
		want: diagnose.Blocked, shown: []string{"server problem network-page"},
	}, {
		name: "server knows no sign-in (404)", fault: acmeAnswers("/", lab.Page(404, "Not Found")),
		want: diagnose.Blocked, shown: []string{"server problem not-a-sign-in-server"},
	}, {
		name: "server refuses this computer (403)", fault: acmeAnswers("/", lab.Page(403, "Forbidden")),
		want: diagnose.Blocked, shown: []string{"server problem server-refuses"},
	}, {
		name: "server slow", fault: acmeAnswers("/", lab.Late(time.Minute)),
		want: diagnose.Blocked, shown: []string{"server problem timed-out"},
	}, {
		name: "server takes 2 s", fault: acmeAnswers("/", lab.Late(2*time.Second)),
		want: diagnose.Degraded, shown: []string{"server warning server-slow"}, says: []string{"It takes 2."},
	}, {
		name: "token endpoint takes 4 s", fault: acmeAnswers("/token", lab.Late(4*time.Second)),
		want: diagnose.Degraded, shown: []string{"server warning server-slow"},
	}, {
		name: "answer cut off", fault: acmeAnswers(metadata, lab.Cut),
		want: diagnose.Blocked, shown: []string{"server problem connection-broken"},
	}, {
		name: "answer huge", fault: acmeAnswers(metadata, lab.Huge(50<<20)),
		want: diagnose.Blocked, shown: []string{"server problem answer-too-large"},
	}, {
		name: "metadata broken", fault: acmeAnswers(metadata, lab.Says(200, "application/json", `{"issuer":`)),
		want: diagnose.Blocked, shown: []string{"server problem not-a-sign-in-server"},
	}, {
		name: "metadata of somebody else", fault: acmeAnswers(metadata, lab.Says(200, "application/json", `{"issuer":"https://login.evil.example","authorization_endpoint":"https://login.evil.example/a","token_endpoint":"https://login.evil.example/t","jwks_uri":"https://login.evil.example/k","response_types_supported":["code"],"code_challenge_methods_supported":["S256"]}`)),
		want: diagnose.Blocked, shown: []string{"server problem issuer-mismatch"},
	}, {
		name: "metadata redirects", fault: acmeAnswers(metadata, lab.LeadsTo("https://login.evil.example/")),
		want: diagnose.Blocked, shown: []string{"server problem redirect-refused"},
	}, {
		name: "keys missing", fault: acmeAnswers("/keys", lab.Page(404, "Not Found")),
		want: diagnose.Blocked, shown: []string{"server problem server-answer"},
	}, {
		name: "token endpoint behind a gateway's page (403)", fault: acmeAnswers("/token", lab.Page(403, "Request blocked")),
		want: diagnose.Blocked, shown: []string{"server problem server-refuses"},
	}, {
		name: "token endpoint wants more (401)", fault: acmeAnswers("/token", lab.Says(401, "application/json", `{"error":"invalid_client"}`)),
		want: diagnose.Blocked, shown: []string{"server problem app-unknown"},
	}, {
		name: "token endpoint limits requests (429)", fault: acmeAnswers("/token", lab.Says(429, "application/json", `{"error":"slow_down"}`, "Retry-After", "60")),
		want: diagnose.Blocked, shown: []string{"server problem too-many-tries"},
	}, {
		name: "token endpoint fails (500)", fault: acmeAnswers("/token", lab.Page(500, "Internal Server Error")),
		want: diagnose.Blocked, shown: []string{"server problem server-unavailable"},
	}, {
		name: "API overloaded (503)", org: globex, fault: func(r *rig) error { r.Globex.API.Wrap("/", lab.Page(503, "no")); return nil },
		want: diagnose.Blocked, shown: []string{"api problem api-unreachable"},
	}, {
		name: "API behind a firewall", org: globex, fault: world("ip daddr 198.51.100.21 drop", "ip6 daddr 2001:db8:100::21 drop"),
		want: diagnose.Blocked, shown: []string{"api problem api-unreachable"},
	}, {
		name: "API name missing", org: globex, fault: func(r *rig) error { r.Names.Set("api.euw2.pure.cloud"); return nil },
		want: diagnose.Blocked, shown: []string{"api problem api-unreachable"},
	}, {
		name: "workspace behind a firewall", org: globex, fault: world("ip daddr 198.51.100.22 reject", "ip6 daddr 2001:db8:100::22 reject"),
		want: diagnose.Degraded, shown: []string{"workspace warning workspace-unreachable"},
	}, {
		name: "web sockets not passed on", org: globex, fault: func(r *rig) error { r.Globex.Streaming.Wrap("/", lab.Page(200, "Streaming")); return nil },
		want: diagnose.Degraded, shown: []string{"notifications warning web-socket-blocked"},
	}, {
		name: "notifications certificate intercepted", org: globex, fault: func(r *rig) error {
			i, err := lab.NewIssuer("Netskope CA")
			if err != nil {
				return err
			}
			c, err := i.Issue("streaming.euw2.pure.cloud", lab.Unpublished)
			r.Globex.Streaming.Show(c)
			return err
		},
		want: diagnose.Degraded, shown: []string{"notifications warning notifications-unreachable"}, says: []string{"intercepted by Netskope"},
	}, {
		name: "region's sign-in server down", org: globex, fault: func(r *rig) error { r.Globex.Login.Wrap("/", lab.Page(503, "no")); return nil },
		want: diagnose.Blocked, shown: []string{"server problem server-unavailable"},
	},
}

// acmeAnswers spoils what Acme answers below a path.
func acmeAnswers(path string, f lab.Fault) func(*rig) error {
	return func(r *rig) error {
		r.Acme.Wrap(path, f)
		return nil
	}
}
