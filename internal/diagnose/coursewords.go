package diagnose

import (
	"fmt"
	"math"
	"time"

	"latchkey/internal/problem"
)

// facts tell the course in numbers, as far as they are known.
func (c course) facts(now time.Time) []Fact {
	facts := []Fact{told("watched_s", math.Round(c.watched.Seconds())), told("drift", c.driftWords())}
	if c.tellsDrift() {
		facts = append(facts, told("drift_ppm", math.Round(c.drift.middle())), told("drift_uncertainty_ppm", math.Ceil(c.drift.uncertainty())))
	}
	if c.slept > 0 {
		facts = append(facts, told("slept_s", math.Round(c.slept.Seconds())))
	}
	if n := len(c.jumps); n > 0 {
		last := c.jumps[n-1]
		facts = append(facts, told("jumps", n), told("last_jump_ms", milliseconds(last.by)), told("last_jump_uncertainty_ms", milliseconds(last.unsure)),
			told("last_jump_ago_s", math.Round(now.Sub(last.until).Seconds())), told("last_jump_here", last.ours))
	}
	return facts
}

func (c course) tellsDrift() bool { return c.watched >= leastWatch && c.drift.even() && c.drift.seen() }

// driftWords say what is known of the drift, and when that is nothing, why.
func (c course) driftWords() string {
	switch {
	case c.watched < leastWatch:
		return "not enough time to tell"
	case !c.drift.even():
		return "uneven"
	case !c.drift.seen():
		return "none seen; at most " + length(aDay(max(-c.drift.low, c.drift.high))) + " a day"
	}
	does := "loses"
	if c.drift.middle() < 0 {
		does = "gains"
	}
	return fmt.Sprintf("%s %s a day, give or take %s", does, length(aDay(math.Abs(c.drift.middle()))), length(aDay(c.drift.uncertainty())))
}

// aDay is what a rate makes of a day.
func aDay(perMillion float64) time.Duration {
	return time.Duration(perMillion / 1e6 * float64(day)).Round(100 * time.Millisecond)
}

// lately returns the times that this computer's clock was set in the day before now.
func (c course) lately(now time.Time) []jump {
	var all []jump
	for _, j := range c.jumps {
		if j.ours && now.Sub(j.until) < day {
			all = append(all, j)
		}
	}
	return all
}

// words say what a person can make use of: the last jump of the day, and a drift that is certain. They may be empty.
func (c course) words(now time.Time) string {
	words := ""
	if all := c.lately(now); len(all) > 0 {
		words = all[len(all)-1].words(now.Location())
	}
	if c.tellsDrift() {
		words = sentence(words, "It "+c.driftWords()+".")
	}
	return words
}

// words say when a clock was set, and by how much.
func (j jump) words(where *time.Location) string {
	after, until := j.after.In(where).Format("15:04"), j.until.In(where).Format("15:04")
	when := "At " + until
	if after != until {
		when = "Between " + after + " and " + until
	}
	return when + " it was set " + aside(j.by, "forward", "back") + "."
}

// often is how many times in a day a clock is set that is not well: wrong once, and right again, is two.
const often = 3

// judge warns of a clock that is right, and does not stay so: one that is set again and again, and one that leaves what one-time
// codes bear within a day.
func (c course) judge(offset span, now time.Time) Finding {
	if n := len(c.lately(now)); n >= often {
		return Found(Warning, problem.New(problem.ClockUnsteady,
			problem.Because("It is right now, but was set %d times in the last day. %s", n, c.words(now))))
	}
	if !c.tellsDrift() {
		return Finding{State: OK}
	}
	if then := c.drift.within(offset, day); then.low <= totpStep && then.high >= -totpStep {
		return Finding{State: OK}
	}
	pace := "slow"
	if c.drift.middle() < 0 {
		pace = "fast"
	}
	return Found(Warning, problem.New(problem.ClockUnsteady, problem.Titled("This computer's clock is right now, but runs %s.", pace),
		problem.Because("%s Within a day it is too far off for one-time codes.", c.words(now)),
		problem.Do("Switch on automatic date and time in this computer's settings.")))
}
