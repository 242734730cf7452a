package diagnose

import (
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"latchkey/internal/config"
	"latchkey/internal/problem"
	"latchkey/internal/transport"
)

// stretch is a while that passes: for the server, and on this computer's two clocks.
type stretch struct{ server, wall, steady time.Duration }

// evenly is a while in which this computer's clock loses as much.
func evenly(d, loses time.Duration) stretch { return stretch{d, d - loses, d - loses} }

// went returns what a server's answers show over these stretches.
func went(unsure time.Duration, all ...stretch) []transport.Reading {
	here := time.Date(2026, 5, 1, 8, 0, 0, 0, time.UTC)
	server, now := here, transport.Reading{Wall: here, Uncertainty: unsure}
	readings := []transport.Reading{now}
	for _, s := range all {
		server = server.Add(s.server)
		now.Wall, now.Since = now.Wall.Add(s.wall), now.Since+s.steady
		now.Offset = server.Sub(now.Wall)
		readings = append(readings, now)
	}
	return readings
}

func times(n int, s stretch) []stretch {
	var all []stretch
	for range n {
		all = append(all, s)
	}
	return all
}

func TestDG14CourseOfTheClock(t *testing.T) {
	const half = 500 * time.Millisecond
	hour := evenly(time.Hour, 0)
	slept := stretch{8 * time.Hour, 8 * time.Hour, 0}
	back := stretch{time.Minute, time.Minute - 4*time.Minute, time.Minute}
	for _, c := range []struct {
		name     string
		readings []transport.Reading
		watched  time.Duration
		slept    time.Duration
		jumps    []time.Duration
		ours     bool
		drift    string
		words    string
	}{
		{name: "nothing yet", drift: "not enough time to tell"},
		{name: "one answer", readings: went(half), drift: "not enough time to tell"},
		{name: "a few minutes", readings: went(half, evenly(10*time.Minute, 600*time.Millisecond)), watched: 10 * time.Minute, drift: "not enough time to tell"},
		{name: "an hour", readings: went(half, hour), watched: time.Hour, drift: "none seen; at most 24 seconds a day"},
		{name: "an hour, and within the uncertainty", readings: went(half, evenly(61*time.Minute, 900*time.Millisecond)), watched: 61 * time.Minute, drift: "none seen; at most 45 seconds a day"},
		{name: "slow", readings: went(half, times(10, evenly(time.Hour, 1800*time.Millisecond))...), watched: 10 * time.Hour,
			drift: "loses 43 seconds a day, give or take 2.4 seconds", words: "It loses 43 seconds a day, give or take 2.4 seconds."},
		{name: "fast", readings: went(half, times(10, evenly(time.Hour, -1800*time.Millisecond))...), watched: 10 * time.Hour,
			drift: "gains 43 seconds a day, give or take 2.4 seconds", words: "It gains 43 seconds a day, give or take 2.4 seconds."},
		{name: "slow, asked after a long time", readings: went(half, evenly(10*time.Hour, 18*time.Second)), watched: 10 * time.Hour,
			drift: "loses 43 seconds a day, give or take 2.4 seconds", words: "It loses 43 seconds a day, give or take 2.4 seconds."},
		{name: "it slept", readings: went(half, hour, slept, hour), watched: 10 * time.Hour, slept: 8 * time.Hour, drift: "none seen; at most 2.4 seconds a day"},
		{name: "it was set back", readings: went(half, hour, back, hour), watched: time.Hour, jumps: []time.Duration{-4 * time.Minute}, ours: true,
			drift: "none seen; at most 24 seconds a day", words: "Between 09:00 and 09:01 it was set 4 minutes back."},
		{name: "it was set by four seconds in an afternoon", readings: went(half, stretch{8 * time.Hour, 8*time.Hour + 4*time.Second, 8 * time.Hour}), jumps: []time.Duration{4 * time.Second}, ours: true,
			drift: "not enough time to tell", words: "Between 08:00 and 16:00 it was set 4 seconds forward."},
		{name: "it was set while it slept", readings: went(half, stretch{8 * time.Hour, 8*time.Hour + 4*time.Minute, 0}), slept: 8 * time.Hour, jumps: []time.Duration{4 * time.Minute}, ours: true,
			drift: "not enough time to tell", words: "Between 08:00 and 16:00 it was set 4 minutes forward."},
		{name: "it was set by a day", readings: went(half, stretch{time.Second, time.Second - day, time.Second}), jumps: []time.Duration{-day}, ours: true,
			drift: "not enough time to tell", words: "At 08:00 it was set 1 day back."},
		{name: "a step within the uncertainties", readings: went(2*time.Second, stretch{61 * time.Minute, 61*time.Minute - 3*time.Second, 61 * time.Minute}), watched: 61 * time.Minute,
			drift: "none seen; at most 3 minutes a day"},
		{name: "the whole computer stood still", readings: went(half, hour, stretch{12 * time.Minute, 2 * time.Minute, 2 * time.Minute}), jumps: []time.Duration{-10 * time.Minute},
			drift: "not enough time to tell"},
		{name: "drift counts from the last jump", readings: went(half, append(times(5, evenly(time.Hour, 1800*time.Millisecond)), back, hour, hour)...), watched: 2 * time.Hour, jumps: []time.Duration{-4 * time.Minute}, ours: true,
			drift: "none seen; at most 12 seconds a day", words: "Between 13:00 and 13:01 it was set 4 minutes back."},
		{name: "several computers behind one name", readings: went(half, append(times(4, evenly(time.Hour, 1500*time.Millisecond)), times(4, evenly(time.Hour, -1500*time.Millisecond))...)...), watched: 8 * time.Hour,
			drift: "uneven"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := courseOf(c.readings)
			now := time.Date(2026, 5, 1, 18, 0, 0, 0, time.UTC)
			if diff := (got.watched - c.watched).Abs(); diff > 20*time.Second {
				t.Errorf("watched %v, want %v", got.watched, c.watched)
			}
			if got.slept != c.slept || len(got.jumps) != len(c.jumps) {
				t.Errorf("slept %v, jumps %v", got.slept, got.jumps)
			}
			for i, by := range c.jumps {
				if i < len(got.jumps) && (got.jumps[i].by != by || got.jumps[i].ours != c.ours || got.jumps[i].unsure != 2*half) {
					t.Errorf("jump %+v, want %v", got.jumps[i], by)
				}
			}
			if drift := got.driftWords(); drift != c.drift {
				t.Errorf("drift %q, want %q", drift, c.drift)
			}
			if words := got.words(now); words != c.words {
				t.Errorf("words %q, want %q", words, c.words)
			}
		})
	}
}

// What is said of a drift is true whatever the second that an answer was cut in.
func TestDriftIsWithinWhatIsSaid(t *testing.T) {
	for _, ppm := range []float64{-900, -347, -50, 0, 20, 347, 800} {
		for cut := time.Duration(0); cut < time.Second; cut += 70 * time.Millisecond {
			here := time.Date(2026, 5, 1, 8, 0, 0, int(cut), time.UTC)
			var all []transport.Reading
			for i := range 20 {
				since := time.Duration(i) * 13 * time.Minute
				server := here.Add(since + time.Duration(ppm/1e6*float64(since)))
				all = append(all, transport.Reading{Wall: here.Add(since), Since: since, Offset: server.Truncate(time.Second).Add(time.Second / 2).Sub(here.Add(since)), Uncertainty: time.Second / 2})
			}
			if r := courseOf(all).drift; r.low > ppm+0.01 || r.high < ppm-0.01 || r.uncertainty() > 100 {
				t.Errorf("%v ppm, cut %v: %+v", ppm, cut, r)
			}
		}
	}
}

// A window that is open for long knows more than a single run; neither says more than it knows.
func TestDG14ClockThatRunsWrong(t *testing.T) {
	for _, c := range []struct {
		name  string
		ppm   float64
		open  time.Duration
		state State
		code  problem.Code
		why   string
		drift string
	}{
		{"one run", 500, 0, OK, "", "The clock is right", "not enough time to tell"},
		{"after half an hour", 500, 30 * time.Minute, OK, "", "The clock is right", "not enough time to tell"},
		{"after hours", 500, 2 * time.Hour, Warning, problem.ClockUnsteady, "runs slow. It loses 4", "loses"},
		{"after hours, fast", -500, 2 * time.Hour, Warning, problem.ClockUnsteady, "runs fast. It gains 4", "gains"},
		{"codes bear it for a day", 200, 4 * time.Hour, OK, "", "It loses 1", "loses"},
		{"it is too far off already", 500, 5 * time.Hour, Warning, problem.ClockWrong, "It loses 4", "loses"},
		{"it goes well", 0, 8 * time.Hour, OK, "", "The clock is right", "none seen"},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				m := newMemory(t)
				began := time.Now()
				m.date = func() time.Time {
					return time.Now().Add(time.Duration(c.ppm / 1e6 * float64(time.Since(began))))
				}
				e := m.env(config.Organization{}, nil)
				f := e.clock(t.Context())
				if c.open > 0 {
					time.Sleep(c.open) // the bubble's
					f = e.clock(t.Context())
				}
				if f.State != c.state || f.Code != c.code || !strings.Contains(f.Line(), c.why) {
					t.Errorf("got %s %s: %s", f.State, f.Code, f.Line())
				}
				if drift, _ := fact(f, "drift").(string); !strings.HasPrefix(drift, c.drift) {
					t.Errorf("drift %q", drift)
				}
				ppm, known := fact(f, "drift_ppm").(float64)
				unsure, _ := fact(f, "drift_uncertainty_ppm").(float64)
				if known != (c.drift == "loses" || c.drift == "gains") || known && (ppm-unsure > c.ppm+1 || ppm+unsure < c.ppm-1) {
					t.Errorf("%v ± %v ppm, known %v", ppm, unsure, known)
				}
				shareable(t, f, "zone")
			})
		})
	}
}

// A clock that is set is told once it is over; one that is set again and again is not well. A computer that sleeps is.
func TestDG13DG14ClockThatIsSet(t *testing.T) {
	for _, c := range []struct {
		name         string
		set          []time.Duration // between the runs
		sleeps       bool
		state        State
		code         problem.Code
		why, but     string
		jumps, slept bool
	}{
		{name: "put right", set: []time.Duration{4 * time.Minute, -4 * time.Minute}, state: OK, why: "it was set 4 minutes back", jumps: true},
		{name: "put wrong", set: []time.Duration{-4 * time.Minute}, state: Problem, code: problem.ClockWrong, why: "it was set 4 minutes back", jumps: true},
		{name: "again and again", set: []time.Duration{time.Minute, -time.Minute, time.Minute, -time.Minute}, state: Warning, code: problem.ClockUnsteady,
			why: "set 4 times in the last day", jumps: true},
		{name: "it sleeps", set: []time.Duration{8 * time.Hour, 8 * time.Hour, 8 * time.Hour}, sleeps: true, state: OK, but: "set", slept: true},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				m := newMemory(t)
				var ahead time.Duration
				m.date = func() time.Time {
					if c.sleeps {
						return time.Now().Add(ahead)
					}
					return time.Now()
				}
				e := m.env(config.Organization{}, &turned{by: func() time.Duration { return ahead }})
				m.handle = func(http.ResponseWriter, *http.Request) {}
				f := e.clock(t.Context())
				for _, by := range c.set {
					time.Sleep(10 * time.Minute) // the bubble's
					ahead += by
					f = e.clock(t.Context())
				}
				if f.State != c.state || f.Code != c.code || !strings.Contains(f.Line(), c.why) || c.but != "" && strings.Contains(f.Line(), c.but) {
					t.Errorf("got %s %s: %s", f.State, f.Code, f.Line())
				}
				n, _ := fact(f, "jumps").(int)
				by, _ := fact(f, "last_jump_ms").(float64)
				if last := c.set[len(c.set)-1]; c.jumps && (n != len(c.set) || time.Duration(by-milliseconds(last)).Abs() > 1000) || !c.jumps && n != 0 {
					t.Errorf("%d jumps, the last by %v ms", n, by)
				}
				if slept, _ := fact(f, "slept_s").(float64); c.slept != (slept > 23*3600) {
					t.Errorf("slept %v s", slept)
				}
			})
		})
	}
}
