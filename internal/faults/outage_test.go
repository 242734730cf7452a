//go:build faults && linux

package faults

import (
	"latchkey/internal/diagnose"
	"latchkey/internal/faults/lab"
)

// signInDown is what a service says that nobody can sign in to. Its status page is elsewhere, and works.
var signInDown = lab.StatusPage{Indicator: "critical", Incident: "Sign-in is down", Components: []lab.Component{{Name: "Authentication", Status: "major_outage"}}}

// outages are failures, and a service that says why.
var outages = []scenario{
	{
		name: "outage, name missing", fault: both(func(r *rig) error { r.Names.Set("login.acme.example"); return nil }, statusSays(signInDown)),
		want: diagnose.Blocked, shown: []string{"status problem service-outage"}, says: []string{"The service reports an outage. Authentication", "Wait until it is over"},
	}, {
		name: "outage, nobody answers", fault: both(world("ip daddr 198.51.100.10 tcp dport 443 drop", "ip6 daddr 2001:db8:100::10 tcp dport 443 drop"), statusSays(signInDown)),
		want: diagnose.Blocked, shown: []string{"status problem service-outage"},
	}, {
		name: "outage, connections refused", fault: both(world("ip daddr 198.51.100.10 tcp dport 443 reject with tcp reset", "ip6 daddr 2001:db8:100::10 tcp dport 443 reject with tcp reset"), statusSays(signInDown)),
		want: diagnose.Blocked, shown: []string{"status problem service-outage"},
	}, {
		name: "outage, server overloaded (503)", fault: both(acmeAnswers("/", lab.Page(503, "no")), statusSays(signInDown)),
		want: diagnose.Blocked, shown: []string{"status problem service-outage"},
	}, {
		name: "outage, and a certificate that is not the server's", fault: both(selfSigned, statusSays(signInDown)),
		want: diagnose.Blocked, shown: []string{"tls problem certificate-untrusted", "status problem service-outage"}, says: []string{"Do not enter your password."},
	},
}

// selfSigned gives the sign-in server a certificate that nobody else has signed.
func selfSigned(r *rig) error {
	c, err := lab.SelfSigned("login.acme.example")
	r.Acme.Show(c)
	return err
}
