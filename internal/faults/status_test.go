//go:build faults && linux

package faults

import (
	"time"

	"latchkey/internal/diagnose"
	"latchkey/internal/faults/lab"
)

var statusFaults = []scenario{
	{
		name: "status: minor trouble", fault: statusSays(lab.StatusPage{Indicator: "minor", Incident: "Slow sign-in"}),
		want: diagnose.Degraded, shown: []string{"status warning service-degraded"},
	}, {
		name: "status: major trouble", fault: statusSays(lab.StatusPage{Indicator: "major", Incident: "Sign-in fails for some", Components: []lab.Component{{Name: "Sign-in", Status: "partial_outage"}}}),
		want: diagnose.Degraded, shown: []string{"status problem service-outage"},
	}, {
		name: "status: outage", fault: statusSays(lab.StatusPage{Indicator: "critical", Incident: "Sign-in is down", Components: []lab.Component{{Name: "Authentication", Status: "major_outage"}}}),
		want: diagnose.Degraded, shown: []string{"status problem service-outage"},
	}, {
		name: "status: maintenance", fault: statusSays(lab.StatusPage{Indicator: "maintenance", Maintenance: "New data centre", Components: []lab.Component{{Name: "Sign-in", Status: "under_maintenance"}}}),
		want: diagnose.Degraded, shown: []string{"status warning service-maintenance"},
	}, {
		name: "status: outage in another region", org: globex, fault: statusSays(lab.StatusPage{Indicator: "critical", Incident: "Asia Pacific (Sydney) Incident", Components: []lab.Component{
			{Name: "Login", Group: "Asia Pacific (Sydney)", Status: "major_outage"}, {Name: "Login", Group: "EMEA (London)", Status: "operational"},
		}}),
		want: diagnose.Fine,
	}, {
		name: "status: outage in this region", org: globex, fault: statusSays(lab.StatusPage{Indicator: "critical", Incident: "EMEA (London) Incident", Components: []lab.Component{
			{Name: "Login", Group: "Asia Pacific (Sydney)", Status: "operational"}, {Name: "Login", Group: "EMEA (London)", Status: "major_outage"},
		}}),
		want: diagnose.Degraded, shown: []string{"status problem service-outage"},
	}, {
		name: "status page broken", fault: statusAnswers(lab.Says(200, "application/json", `{"status":{"indicator":`)),
		want: diagnose.Fine, shown: []string{"status unknown"},
	}, {
		name: "status page is something else", fault: statusAnswers(lab.Page(200, "Status")),
		want: diagnose.Fine, shown: []string{"status unknown"},
	}, {
		name: "status page huge", fault: statusAnswers(lab.Huge(50 << 20)),
		want: diagnose.Fine, shown: []string{"status unknown"},
	}, {
		name: "status page fails (503)", fault: statusAnswers(lab.Page(503, "no")),
		want: diagnose.Fine, shown: []string{"status unknown"},
	}, {
		name: "status page slow", fault: statusAnswers(lab.Late(30 * time.Second)),
		want: diagnose.Fine, shown: []string{"status unknown"},
	}, {
		name: "status page unreachable", fault: world("ip daddr 198.51.100.11 tcp dport 443 drop", "ip6 daddr 2001:db8:100::11 tcp dport 443 drop"),
		want: diagnose.Fine, shown: []string{"status unknown"},
	}, {
		name: "status page lies while the server is down", fault: acmeAnswers("/", lab.Page(503, "no")),
		want: diagnose.Blocked, shown: []string{"server problem server-unavailable"},
	},
}

// statusSays puts something on the status page.
func statusSays(p lab.StatusPage) func(*rig) error {
	return func(r *rig) error {
		r.Status.Answer(p.Handler())
		return nil
	}
}

// statusAnswers spoils the status page.
func statusAnswers(f lab.Fault) func(*rig) error {
	return func(r *rig) error {
		r.Status.Wrap("/", f)
		return nil
	}
}
