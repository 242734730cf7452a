package diagnose

import (
	"math"
	"time"

	"latchkey/internal/transport"
)

const (
	// mostDrift is the largest rate at which a clock goes wrong by itself, in parts per million: a quartz keeps to 100, and what
	// sets a clock gently adds 500. What is faster was a jump.
	mostDrift = 1000.0
	// leastWatch is how long two clocks are watched before anything is said of a drift: a Date is cut to the second, which is
	// 280 millionths of an hour.
	leastWatch = time.Hour
	day        = 24 * time.Hour
)

// course is how this computer's clock went beside a server's since the program began.
type course struct {
	watched time.Duration // since the first reading, or the last jump
	slept   time.Duration // while the wall clock went on and the monotonic one did not
	jumps   []jump
	drift   rate
}

// jump is a clock that was set, not one that went on while the computer slept.
type jump struct {
	after, until time.Time     // between these two, by the server's clock
	by, unsure   time.Duration // positive: forward
	ours         bool          // the monotonic clock had no part in it; else the whole computer stood still, or the server's clock was set
}

// rate is by how much the offset grows, in parts per million: positive is a clock that loses time. All from low to high is
// possible.
type rate struct{ low, high float64 }

func (r rate) middle() float64      { return (r.low + r.high) / 2 }
func (r rate) uncertainty() float64 { return (r.high - r.low) / 2 }

// seen reports whether the rate is beyond its uncertainty.
func (r rate) seen() bool { return r.low > 0 || r.high < 0 }

// even reports whether it is a rate at all, and one that clocks have.
func (r rate) even() bool {
	return !math.IsInf(r.low, 0) && !math.IsInf(r.high, 0) && math.Abs(r.middle()) <= mostDrift
}

// within returns what the rate makes of an offset.
func (r rate) within(offset span, d time.Duration) span {
	return span{offset.low + time.Duration(r.low/1e6*float64(d)), offset.high + time.Duration(r.high/1e6*float64(d))}
}

// courseOf reads the course off a server's answers, oldest first.
func courseOf(all []transport.Reading) course {
	var c course
	since := 0 // the first reading after the last jump
	for i := 1; i < len(all); i++ {
		a, b := all[i-1], all[i]
		elapsed, steadily := b.Wall.Sub(a.Wall), b.Since-a.Since
		ahead, changed, unsure := elapsed-steadily, b.Offset-a.Offset, a.Uncertainty+b.Uncertainty+slack
		set := ahead.Abs() > steady && (ahead+changed).Abs() <= unsure // the one change is all of the other
		asleep, ours := ahead, ahead.Abs() > steady
		if changed.Abs() > unsure && (set || perMillion(changed.Abs()-unsure, max(steadily, elapsed+changed)) > mostDrift) {
			c.jumps = append(c.jumps, jump{after: a.Wall.Add(a.Offset), until: b.Wall.Add(b.Offset), by: -changed, unsure: a.Uncertainty + b.Uncertainty, ours: ours})
			if since = i; ours {
				asleep += changed
			}
		}
		if asleep > max(steady, unsure) {
			c.slept += asleep
		}
	}
	if len(all) == 0 {
		return c
	}
	rest := all[since:]
	c.watched = rest[len(rest)-1].Wall.Sub(rest[0].Wall)
	c.drift = driftOf(rest)
	return c
}

// driftOf returns the rates that fit all readings: those of the straight lines that pass all of their spans. A server can be
// several computers whose clocks are not quite the same; when no line fits, as much as that is allowed for.
func driftOf(all []transport.Reading) rate {
	for _, more := range []time.Duration{0, slack / 2, slack} {
		r := rate{math.Inf(-1), math.Inf(1)}
		for i, a := range all {
			for _, b := range all[i+1:] {
				elapsed := b.Wall.Sub(a.Wall)
				if elapsed <= 0 {
					continue
				}
				changed, unsure := b.Offset-a.Offset, a.Uncertainty+b.Uncertainty+2*more
				r.low, r.high = max(r.low, perMillion(changed-unsure, elapsed)), min(r.high, perMillion(changed+unsure, elapsed))
			}
		}
		if r.low <= r.high {
			return r
		}
	}
	return rate{math.Inf(-1), math.Inf(1)} // it goes now faster, now slower
}

func perMillion(d, of time.Duration) float64 {
	if of <= 0 {
		return math.Inf(int(d))
	}
	return 1e6 * float64(d) / float64(of)
}
