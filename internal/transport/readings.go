package transport

import (
	"slices"
	"strings"
	"time"
)

// Reading is one look at a host's clock and at both of ours. Several of them, over hours, show how the clocks go.
type Reading struct {
	Wall        time.Time     // our wall clock as the answer came
	Since       time.Duration // what our monotonic clock showed, which nobody sets and which may stand still in sleep; the first reading's is zero
	Offset      time.Duration // as in Observation
	Uncertainty time.Duration
}

// mostReadings bounds what is kept of a host.
const mostReadings = 48

// Readings returns the looks at this host's clock of the program's life so far, oldest first; of many, the oldest, the
// newest, those on both sides of where a clock was set, and some of the others. They are the caller's. Only answers count that Observed would count, and that
// carry a date that was not stored on the way.
//
// None of it outlives the program. A monotonic clock means nothing to another process; without it, an offset out of a file cannot
// be told from one before somebody, or the time service, set the clock, and a drift since then is a guess.
func (c *Client) Readings(host string) []Reading {
	c.seen.mu.Lock()
	defer c.seen.mu.Unlock()
	return slices.Clone(c.seen.readings[strings.TrimSuffix(strings.ToLower(host), ":443")].all)
}

// readings are those of one host.
type readings struct {
	began time.Time // the first one, with the monotonic clock
	all   []Reading
}

// add takes one more. An answer that overtook another one, as seen by the monotonic clock, tells nothing new.
func (r readings) add(seen Observation, answered time.Time) readings {
	if len(r.all) == 0 {
		r.began = answered
	}
	now := Reading{Wall: seen.At.Round(0), Since: answered.Sub(r.began), Offset: seen.Offset, Uncertainty: seen.Uncertainty}
	if n := len(r.all); n > 0 && now.Since < r.all[n-1].Since {
		return r
	}
	r.all = append(r.all, now)
	if len(r.all) > mostReadings {
		r.all = thinned(r.all)
	}
	return r
}

// thinned leaves out the reading whose neighbours are nearest to each other: what is left covers the time evenly. Those beside
// a jump stay as long as there are others: they say when it was, and of one that was set right again they are all there is.
func thinned(all []Reading) []Reading {
	least, spare := 1, false
	for i := 1; i < len(all)-1; i++ {
		free := !jumped(all[i-1], all[i]) && !jumped(all[i], all[i+1])
		if spare && !free {
			continue
		}
		if free && !spare || all[i+1].Since-all[i-1].Since < all[least+1].Since-all[least-1].Since {
			least, spare = i, free
		}
	}
	return slices.Delete(all, least, least+1)
}

// slowest is the part of the time by which a clock can go wrong at most without having been set.
const slowest = 1000

// jumped reports whether a clock was set between two readings, as far as they show it: the clocks have parted, and it was not
// little by little.
func jumped(a, b Reading) bool {
	elapsed, steadily := b.Wall.Sub(a.Wall), b.Since-a.Since
	changed, unsure := (b.Offset - a.Offset).Abs(), a.Uncertainty+b.Uncertainty
	return changed > unsure && ((elapsed-steadily).Abs() > unsure || changed-unsure > steadily/slowest)
}
