//go:build faults && linux

package faults

import (
	"context"
	"crypto/x509"
	"net/http"
	"net/netip"
	"os"
	"strings"
	"sync/atomic"
	"time"

	"latchkey/internal/clock"
	"latchkey/internal/diagnose"
	"latchkey/internal/faults/lab"
)

// clockFaults: what the servers show is the time; this computer's clock is off by so much the other way.
var clockFaults = []scenario{
	{name: "clock 1 s slow", fault: ahead(time.Second), want: diagnose.Fine},
	{name: "clock 1 s fast", fault: ahead(-time.Second), want: diagnose.Fine},
	{name: "clock 3 s fast", fault: ahead(-3 * time.Second), want: diagnose.Fine},
	{name: "clock 40 s slow", fault: ahead(40 * time.Second), want: diagnose.Degraded, shown: []string{"clock problem clock-wrong"}},
	{name: "clock 4 min slow", fault: ahead(4 * time.Minute), want: diagnose.Degraded, shown: []string{"clock problem clock-wrong"}},
	{name: "clock 4 min fast", fault: ahead(-4 * time.Minute), want: diagnose.Degraded, shown: []string{"clock problem clock-wrong"}},
	{name: "clock 20 s slow", fault: ahead(20 * time.Second), want: diagnose.Degraded, shown: []string{"clock warning clock-wrong"}},
	{name: "clock 40 min fast", fault: ahead(-40 * time.Minute), want: diagnose.Degraded, shown: []string{"clock problem clock-wrong"}, says: []string{"may be refused"}},
	{name: "clock 40 min slow", fault: ahead(40 * time.Minute), want: diagnose.Blocked, shown: []string{"clock problem clock-wrong"}, says: []string{"from the future"}},
	{name: "clock 1 h slow", fault: ahead(time.Hour), want: diagnose.Blocked, shown: []string{"clock problem time-zone-wrong"}},
	{name: "clock 1 h fast", fault: ahead(-time.Hour), want: diagnose.Degraded, shown: []string{"clock problem time-zone-wrong"}, says: []string{"may be refused"}},
	{name: "clock 1 day slow", fault: ahead(24 * time.Hour), want: diagnose.Blocked, shown: []string{"clock problem clock-wrong"}},
	{name: "clock 25 h fast", fault: ahead(-25 * time.Hour), want: diagnose.Blocked, shown: []string{"clock problem clock-wrong"}, says: []string{"an earlier day"}},
	{name: "clock 1 h slow, and nothing checks the time", org: globex, fault: ahead(time.Hour), want: diagnose.Degraded, shown: []string{"clock problem time-zone-wrong"}},
	{name: "clock 1 h fast, and nothing checks the time", org: globex, fault: ahead(-time.Hour), want: diagnose.Degraded, shown: []string{"clock problem time-zone-wrong"}},
	{name: "clock 25 h fast, and nothing checks the time", org: globex, fault: ahead(-25 * time.Hour), want: diagnose.Degraded, shown: []string{"clock problem clock-wrong"}},
	{name: "clock 47 min slow, and no proof of who signed in", settings: noProof, fault: ahead(47 * time.Minute), want: diagnose.Degraded, shown: []string{"clock problem clock-wrong"}},
	{
		name: "clock 47 min slow, and a certificate that is not the server's", fault: both(ahead(47*time.Minute), selfSigned),
		want: diagnose.Blocked, shown: []string{"tls problem certificate-untrusted", "clock problem clock-wrong"},
	}, {
		name:  "clock 47 min slow, and connections refused",
		fault: both(ahead(47*time.Minute), world("ip daddr 198.51.100.10 tcp dport 443 reject with tcp reset", "ip6 daddr 2001:db8:100::10 tcp dport 443 reject with tcp reset")),
		want:  diagnose.Blocked, shown: []string{"connect problem connection-refused", "clock problem clock-wrong"},
	}, {
		name:  "clock 47 min slow, and nobody answers",
		fault: both(ahead(47*time.Minute), world("ip daddr 198.51.100.10 tcp dport 443 drop", "ip6 daddr 2001:db8:100::10 tcp dport 443 drop")),
		want:  diagnose.Blocked, shown: []string{"connect problem timed-out", "clock problem clock-wrong"},
	}, {
		name: "clock 47 min fast, and a certificate that has expired indeed", fault: both(ahead(-47*time.Minute), certificate(func(c *x509.Certificate) { c.NotAfter = time.Now().AddDate(0, 0, -3) })),
		want: diagnose.Blocked, shown: []string{"tls problem certificate-expired", "clock problem clock-wrong"},
	}, {
		name: "clock a year fast, so that the certificate seems expired", fault: func(r *rig) error {
			r.Watches.Set(-365 * 24 * time.Hour)
			return reissue(r, func(c *x509.Certificate) {
				c.NotBefore, c.NotAfter = c.NotBefore.AddDate(-1, 0, 0), c.NotAfter.AddDate(-1, 0, 0)
			})
		},
		want: diagnose.Blocked, shown: []string{"clock problem clock-wrong"},
	}, {
		name: "clock a year slow, so that the certificate seems not yet valid", fault: func(r *rig) error {
			r.Watches.Set(365 * 24 * time.Hour)
			return reissue(r, func(c *x509.Certificate) {
				c.NotBefore, c.NotAfter = c.NotBefore.AddDate(1, 0, 0), c.NotAfter.AddDate(1, 0, 0)
			})
		},
		want: diagnose.Blocked, shown: []string{"clock problem clock-wrong"},
	}, {
		name: "clock jumps once while it is measured", fault: func(r *rig) error {
			measured := whenMeasured(r)
			r.turn(func(e *diagnose.Env) {
				e.Clock = jumping{func(time.Time) time.Duration {
					if measured() == 0 {
						return -3 * time.Minute
					}
					return 0
				}}
			})
			return nil
		},
		want: diagnose.Fine,
	}, {
		name: "clock jumps all the time", fault: func(r *rig) error {
			measured := whenMeasured(r)
			r.turn(func(e *diagnose.Env) {
				e.Clock = jumping{func(time.Time) time.Duration {
					return measured().Truncate(200*time.Millisecond) * 1000
				}}
			})
			r.Acme.Wrap("/", lab.Late(100*time.Millisecond))
			return nil
		},
		want: diagnose.Degraded, shown: []string{"clock warning clock-unsteady"},
	}, {
		name: "server's clock jumps", fault: func(r *rig) error {
			r.Watches.Step(20*time.Second, 2)
			return nil
		},
		want: diagnose.Degraded, shown: []string{"clock warning clock-unsteady"},
	}, {
		name: "time zone that does not exist", fault: func(*rig) error { return os.Setenv("TZ", "Europe/Acme") },
		want: diagnose.Degraded, shown: []string{"clock warning time-zone-wrong"},
	}, {
		name: "time server lies", fault: timeServers(lab.TimeFault{Lies: 7 * time.Minute}),
		want: diagnose.Fine,
	}, {
		name: "one time server against the sign-in server", fault: timeServers(lab.TimeFault{Lies: 7 * time.Minute}),
		settings: strings.ReplaceAll(settings[acme], "status_url", "# status_url"),
		want:     diagnose.Degraded, shown: []string{"clock warning time-disputed"},
	}, {
		name: "time server silent", fault: timeServers(lab.TimeFault{Silent: true}),
		want: diagnose.Fine,
	}, {
		name: "time server says to go away", fault: timeServers(lab.TimeFault{Kiss: "DENY"}),
		want: diagnose.Fine,
	}, {
		name: "time server answers nonsense", fault: timeServers(lab.TimeFault{Junk: true}),
		want: diagnose.Fine,
	},
}

// ahead puts the servers' clocks ahead of this computer's.
func ahead(by time.Duration) func(*rig) error {
	return func(r *rig) error {
		r.Watches.Set(by)
		return nil
	}
}

// noProof are the settings of a server that signs in, and proves to nobody who did.
const noProof = `default = "acme"

[organizations.acme]
name       = "Acme Contact Center"
client_id  = "latchkey"
authorization_endpoint = "https://login.acme.example/authorize"
token_endpoint = "https://login.acme.example/token"
status_url = "https://status.acme.example"
`

// whenMeasured tells how long ago the sign-in server answered the first time that it was asked what time it is; 0: it was not.
// Nothing but the clock's own check asks in that way, so what begins then happens while that measures.
func whenMeasured(r *rig) func() time.Duration {
	var first atomic.Pointer[time.Time]
	r.Acme.Wrap("/", func(usual http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, asked *http.Request) {
			usual.ServeHTTP(w, asked)
			if now := time.Now(); asked.Method == http.MethodHead && asked.URL.Path == "/" {
				first.CompareAndSwap(nil, &now)
			}
		})
	})
	return func() time.Duration {
		if at := first.Load(); at != nil {
			return max(time.Since(*at), 1)
		}
		return 0
	}
}

// reissue gives all sites new certificates.
func reissue(r *rig, change func(*x509.Certificate)) error {
	for _, site := range []*lab.Site{r.Acme, r.Status} {
		c, err := r.Issuer.Issue(site.Name, change)
		if err != nil {
			return err
		}
		site.Show(c)
	}
	return nil
}

// timeServers makes the checks ask a time server that has this fault.
func timeServers(f lab.TimeFault) func(*rig) error {
	return func(r *rig) error {
		const second = "198.51.100.50"
		at := netip.MustParseAddr(second)
		r.turn(func(e *diagnose.Env) { e.NTP = []string{second + ":123"} })
		return r.ServeTime(at, f)
	}
}

// jumping is a clock that somebody sets while it is being read.
type jumping struct {
	by func(now time.Time) time.Duration
}

// Now returns the time as it is set.
func (j jumping) Now() time.Time {
	now := time.Now()
	return now.Round(0).Add(j.by(now))
}

// Sleep waits in real time.
func (j jumping) Sleep(ctx context.Context, d time.Duration) error {
	return clock.System{}.Sleep(ctx, d)
}
