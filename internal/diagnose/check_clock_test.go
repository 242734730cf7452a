package diagnose

import (
	"crypto/tls"
	"crypto/x509"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"latchkey/internal/config"
	"latchkey/internal/problem"
	"latchkey/internal/transport"
	"latchkey/internal/transport/transporttest"
)

// oracle is what has to be said of a clock, written down apart from the code under test. checked says that sign-ins there come with
// a proof of who signed in, which has a time.
func oracle(offset time.Duration, checked bool) (state State, code problem.Code, harmless, doubtful bool) {
	abs := max(offset, -offset)
	harmless = true
	switch minutes := int(abs / time.Minute); {
	case abs <= 5*time.Second:
		return OK, "", false, false
	case abs <= 30*time.Second:
		return Warning, problem.ClockWrong, true, false
	case abs%time.Minute == 0 && minutes%15 == 0 && minutes < 24*60:
		state, code = Problem, problem.TimeZoneWrong
	default:
		state, code = Problem, problem.ClockWrong
	}
	switch {
	case !checked || abs < 5*time.Minute:
	case offset > 5*time.Minute+10*time.Second, offset < -24*time.Hour-10*time.Second:
		harmless = false
	default:
		doubtful = true
	}
	return state, code, harmless, doubtful
}

func TestDG08ClockFromADayBehindToADayAhead(t *testing.T) {
	for name, checked := range map[string]bool{"with a proof of who signed in": true, "without": false} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) { everyOffset(t, checked) })
		})
	}
}

// everyOffset holds what is found against the oracle.
func everyOffset(t *testing.T, checked bool) {
	m := newMemory(t)
	org := config.Organization{ID: "acme", Endpoints: config.Endpoints{Authorization: "http://" + memoryHost + "/authorize", Token: "http://" + memoryHost + "/token"}}
	if checked {
		m.handle, org = m.openID, config.Organization{}
	}
	var offset time.Duration
	clk := &turned{by: func() time.Duration { return -offset }}
	m.rtt = 40 * time.Millisecond
	try := func(by time.Duration) {
		offset = by
		e := m.env(org, clk) // a clock that is off, not one that jumps
		e.NTP = []string{"192.0.2.1:123"}
		m.described.Store(0)
		f := e.clock(t.Context())
		state, code, harmless, doubtful := oracle(by, checked)
		if f.State != state || f.Code != code || f.Harmless != harmless || f.Doubtful != doubtful {
			t.Errorf("%v: %s %s harmless %v doubtful %v, want %s %s %v %v: %s", by, f.State, f.Code, f.Harmless, f.Doubtful, state, code, harmless, doubtful, f.Line())
		}
		if more := by.Abs() >= 5*time.Minute && checked; m.described.Load() > 0 != more {
			t.Errorf("%v: the server was asked %d times what it checks", by, m.described.Load())
		}
		measured, _ := fact(f, "offset_ms").(float64)
		if diff := measured - float64(by.Milliseconds()); diff < -2000 || diff > 2000 {
			t.Errorf("%v: measured %v ms", by, measured)
		}
		if sources, _ := fact(f, "sources").([]string); len(sources) != 2 {
			t.Errorf("%v: sources %v", by, sources)
		}
	}
	for by := -25 * time.Hour; by <= 25*time.Hour; by += time.Minute {
		try(by)
	}
	for by := -60 * time.Second; by <= 60*time.Second; by += 700 * time.Millisecond {
		try(by)
	}
}

// Without a time server, the Date of a few answers is enough, and says how exact it is.
func TestClockByTheServerAlone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := newMemory(t)
		for _, rtt := range []time.Duration{0, 38 * time.Millisecond, 600 * time.Millisecond, 2 * time.Second} {
			for by := -10 * time.Second; by <= 10*time.Second; by += 330 * time.Millisecond {
				m.rtt = rtt
				m.asked.Store(0)
				e := m.env(config.Organization{}, off(-by))
				began := time.Now()
				f := e.clock(t.Context())
				took := time.Since(began)
				offset, _ := fact(f, "offset_ms").(float64)
				unsure, _ := fact(f, "uncertainty_ms").(float64)
				if miss := offset - float64(by)/1e6; miss > unsure+0.1 || -miss > unsure+0.1 {
					t.Errorf("rtt %v, off by %v: measured %v ± %v ms", rtt, by, offset, unsure)
				}
				if most := 500 + float64(rtt.Milliseconds())/2; unsure <= 0 || unsure > most {
					t.Errorf("rtt %v: uncertain by %v ms", rtt, unsure)
				}
				if most := 3*longestPause + 5*rtt; took > most {
					t.Errorf("rtt %v: took %v", rtt, took)
				}
				if n := m.asked.Load(); n > mostSamples {
					t.Errorf("asked %d times", n)
				}
			}
		}
	})
}

func TestDG09OneSourceLies(t *testing.T) {
	const lie = 3 * time.Hour
	for _, c := range []struct {
		name             string
		server, ntp      time.Duration
		servers          int
		state            State
		code             problem.Code
		offset           time.Duration
		disputed, silent bool
	}{
		{name: "all agree", servers: 2, state: OK},
		{name: "all agree that this one is off", server: time.Minute + 10*time.Second, ntp: time.Minute + 10*time.Second, servers: 1, state: Problem, code: problem.ClockWrong, offset: 70 * time.Second},
		{name: "the time server alone against the server", ntp: lie, servers: 1, state: Warning, code: problem.TimeDisputed, disputed: true},
		{name: "two time servers against the server", server: 4 * time.Minute, servers: 2, state: Warning, code: problem.TimeDisputed},
		{name: "so far against it that sign-ins are refused", server: 4 * time.Hour, servers: 2, state: Problem, code: problem.TimeDisputed},
		{name: "sign-ins go by the server, whoever is right", server: 4 * time.Hour, servers: 1, state: Problem, code: problem.TimeDisputed, disputed: true},
		{name: "the server is behind", server: -4 * time.Hour, servers: 2, state: Warning, code: problem.TimeDisputed},
		{name: "silent time servers count for nothing", server: -40 * time.Second, silent: true, servers: 2, state: Problem, code: problem.ClockWrong, offset: -40 * time.Second},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				m := newMemory(t)
				m.date = func() time.Time { return time.Now().Add(c.server) }
				m.ntp, m.handle = func() time.Time { return time.Now().Add(c.ntp) }, m.openID
				if c.silent {
					m.ntp = nil
				}
				e := m.env(config.Organization{}, nil)
				e.NTP = slices.Repeat([]string{"192.0.2.1:123"}, c.servers)
				before := time.Now()
				f := e.clock(t.Context())
				if f.State != c.state || f.Code != c.code || f.Code == problem.TimeDisputed && f.Harmless != (c.state == Warning) {
					t.Errorf("got %s %s harmless %v: %s", f.State, f.Code, f.Harmless, f.Line())
				}
				if after := time.Now(); after.Sub(before) > 5*time.Second || after.Before(before) {
					t.Errorf("the clock went from %v to %v", before, after)
				}
				offset, known := fact(f, "offset_ms").(float64)
				if known == c.disputed || known && (offset-float64(c.offset.Milliseconds()) > 1000 || float64(c.offset.Milliseconds())-offset > 1000) {
					t.Errorf("offset %v, known %v", offset, known)
				}
			})
		})
	}
}

// DG-10: a date that comes over a connection whose certificate does not hold is not believed.
func TestDG10UntrustedDates(t *testing.T) {
	ca := transporttest.NewAuthority(t, "Test CA")
	now := time.Now()
	short := func(c *x509.Certificate) { c.NotBefore, c.NotAfter = now.Add(-time.Hour), now.Add(time.Hour) }
	past := func(c *x509.Certificate) { c.NotBefore, c.NotAfter = now.Add(-48*time.Hour), now.Add(-24*time.Hour) }
	for _, c := range []struct {
		name        string
		certificate tls.Certificate
		clock       time.Duration // of this computer
		date        time.Duration // of the server
		state       State
		code        problem.Code
	}{
		{"nobody vouches for the server", transporttest.SelfSigned(t), 0, time.Hour, Unknown, ""},
		{"all is well", ca.Issue(t, short), 0, 0, OK, ""},
		{"ours is outside of the certificate's time, the server's is inside", ca.Issue(t, short), 26*time.Hour + 7*time.Minute, 0, Problem, problem.ClockWrong},
		{"the certificate is out of date indeed", ca.Issue(t, past), 0, 0, Unknown, ""},
		{"both are outside", ca.Issue(t, past), 0, time.Hour, Unknown, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				w.Header().Set("Date", time.Now().Add(c.date).UTC().Format(http.TimeFormat))
				if r.Method != http.MethodHead || r.URL.Path != "/" || r.URL.RawQuery != "" {
					t.Errorf("asked for %s %s", r.Method, r.URL)
				}
			}))
			server.TLS = &tls.Config{Certificates: []tls.Certificate{c.certificate}}
			server.Config.ErrorLog = nil
			server.StartTLS()
			defer server.Close()
			e := envFor(t, config.Organization{ID: "acme", Issuer: server.URL}, off(c.clock), func(o *transport.Options) { o.Roots = ca.Pool })
			e.Roots = ca.Pool
			f := e.clock(t.Context())
			if f.State != c.state || f.Code != c.code {
				t.Errorf("got %s %s: %s", f.State, f.Code, f.Line())
			}
			if f.State == Problem && (fact(f, "trusted") != false || f.Harmless || !strings.Contains(f.Why, "expired")) {
				t.Errorf("it is not said that the date is doubtful, and refuses the certificate: %s", f.Line())
			}
		})
	}
}

// A doubtful date counts for nothing beside another.
func TestDG10DoubtedSourcesGiveWay(t *testing.T) {
	sure := timeSource{name: "time server 1"}
	got := withoutDoubt([]timeSource{{name: signInSource, doubted: true}, sure})
	if len(got) != 1 || got[0] != sure {
		t.Errorf("got %v", got)
	}
}

func TestDG11TimeZoneAndNotTheClock(t *testing.T) {
	m := map[string]string{}
	for _, c := range []struct {
		name  string
		zone  *time.Location
		tz    string
		off   time.Duration
		state State
		code  problem.Code
		why   string
	}{
		{"any zone is fine", time.FixedZone("IST", 19800), "", 0, OK, "", ""},
		{"summer time by hand", time.UTC, "", time.Hour, Problem, problem.TimeZoneWrong, "1 hour ahead"},
		{"the zone of somebody else", time.UTC, "", -5*time.Hour - 30*time.Minute, Problem, problem.TimeZoneWrong, "5 hours 30 minutes behind"},
		{"nearly a zone", time.UTC, "", time.Hour + 20*time.Second, Problem, problem.ClockWrong, "1 hour ahead"},
		{"no zone is so", time.FixedZone("odd", 3700), "", 0, Warning, problem.TimeZoneWrong, "universal time"},
		{"too far", time.FixedZone("far", 15*3600), "", 0, Warning, problem.TimeZoneWrong, "too far"},
		{"a zone that does not exist", time.UTC, "Europe/Londinium", 0, Warning, problem.TimeZoneWrong, "TZ"},
		{"a zone that does", time.UTC, "Europe/London", 0, OK, "", ""},
		{"a rule", time.UTC, "CET-1CEST,M3.5.0,M10.5.0/3", 0, OK, "", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				e := newMemory(t).env(config.Organization{}, off(c.off))
				e.Clock = zoned{e.Clock.(*turned), c.zone}
				e.Getenv = func(name string) string { return m[name] + c.tz }
				f := e.clock(t.Context())
				if f.State != c.state || f.Code != c.code || !strings.Contains(f.Line(), c.why) {
					t.Errorf("got %s %s: %s", f.State, f.Code, f.Line())
				}
				shareable(t, f, "zone")
			})
		})
	}
}

// zoned shows a clock's time in a zone.
type zoned struct {
	*turned
	zone *time.Location
}

func (z zoned) Now() time.Time { return z.turned.Now().In(z.zone) }

// DG-13, DG-14: a computer that sleeps, or is set, in the middle of it is measured again; both clocks are told.
func TestDG13DG14SleepInBetween(t *testing.T) {
	for _, c := range []struct {
		name  string
		jumps int
		set   bool // the clock was set: no time passed for the server
		state State
		code  problem.Code
	}{
		{"it sleeps once", 1, false, OK, ""},
		{"it sleeps all the time", 1000, false, Unknown, ""},
		{"it is set all the time", 1000, true, Warning, problem.ClockUnsteady},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				m := newMemory(t)
				now, jumps := time.Duration(0), 0
				e := m.env(config.Organization{}, &turned{by: func() time.Duration { return now }})
				m.handle = func(http.ResponseWriter, *http.Request) {
					if jumps < c.jumps {
						jumps++
						now += time.Hour
					}
				}
				m.date = func() time.Time {
					if c.set {
						return time.Now()
					}
					return time.Now().Add(now)
				}
				f := e.clock(t.Context())
				if f.State != c.state || f.Code != c.code {
					t.Errorf("got %s %s: %s", f.State, f.Code, f.Line())
				}
				wall, _ := fact(f, "wall_elapsed_ms").(float64)
				mono, ok := fact(f, "monotonic_elapsed_ms").(float64)
				if !ok || (wall-mono > 2000) != (c.jumps > 1) {
					t.Errorf("wall %v, monotonic %v", wall, mono)
				}
			})
		})
	}
}

func TestServerWhoseClockJumps(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := newMemory(t)
		n := 0
		m.date = func() time.Time { n++; return time.Now().Add(time.Duration(n%2) * time.Hour) }
		f := m.env(config.Organization{}, nil).clock(t.Context())
		if f.State != Warning || f.Code != problem.ClockUnsteady || !strings.Contains(f.Line(), "server's clock") {
			t.Errorf("got %s %s: %s", f.State, f.Code, f.Line())
		}
	})
}

func TestClockWithoutADate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := newMemory(t)
		m.handle = func(w http.ResponseWriter, _ *http.Request) { w.Header().Set("Age", "40") }
		if f := m.env(config.Organization{}, nil).clock(t.Context()); f.State != Unknown || f.Code != "" {
			t.Errorf("got %s %s: %s", f.State, f.Code, f.Line())
		}
	})
}

func TestLength(t *testing.T) {
	for d, want := range map[time.Duration]string{
		200 * time.Millisecond: "0.2 seconds", time.Second: "1 second", 12 * time.Second: "12 seconds", 4 * time.Minute: "4 minutes",
		59*time.Minute + 50*time.Second: "1 hour", time.Hour: "1 hour", 90 * time.Minute: "1 hour 30 minutes", 25 * time.Hour: "1 day 1 hour", 49*time.Hour + 5*time.Minute: "2 days 1 hour",
	} {
		if got := length(d); got != want {
			t.Errorf("%v: %q, want %q", d, got, want)
		}
	}
}
