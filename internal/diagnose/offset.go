package diagnose

import (
	"cmp"
	"slices"
	"time"
)

// span is what one source allows the offset to be: the true time minus what this computer's clock shows, in [low, high].
type span struct{ low, high time.Duration }

func (s span) middle() time.Duration      { return s.low + (s.high-s.low)/2 }
func (s span) uncertainty() time.Duration { return (s.high - s.low + 1) / 2 }

// meet returns what both allow; ok is false when they have nothing in common.
func (s span) meet(t span) (both span, ok bool) {
	both = span{max(s.low, t.low), min(s.high, t.high)}
	return both, both.low <= both.high
}

// hull returns what either allows, and all in between.
func (s span) hull(t span) span { return span{min(s.low, t.low), max(s.high, t.high)} }

func (s span) holds(offset time.Duration) bool { return s.low <= offset && offset <= s.high }

// timeSource is one clock that was asked.
type timeSource struct {
	name   string // as people call it
	offset span
	// doubted: its certificate is out of its time by this computer's clock. It is believed only while no other source is
	// there, since anybody can have an old certificate (DG-10).
	doubted bool
}

// slack is what honest clocks may differ by.
const slack = time.Second

// agreement is what the sources say together.
type agreement struct {
	offset  span
	sources []timeSource // the largest number that can all be right
	dissent []timeSource // the others
}

// settled reports whether a majority says so; one source alone is one.
func (a agreement) settled() bool { return len(a.sources) > len(a.dissent) }

// agree finds the largest set of sources that can all be right, give or take some slack (Marzullo's algorithm), and what
// they say together.
func agree(all []timeSource) agreement {
	var a agreement
	for _, candidate := range all {
		at := candidate.offset.low - slack // the largest overlap begins where one of the spans does
		can := func(s timeSource) bool { return span{s.offset.low - slack, s.offset.high + slack}.holds(at) }
		group := slices.DeleteFunc(slices.Clone(all), func(s timeSource) bool { return !can(s) })
		if len(group) > len(a.sources) {
			a.sources, a.dissent = group, slices.DeleteFunc(slices.Clone(all), can)
		}
	}
	if len(a.sources) == 0 {
		return a
	}
	a.offset = slices.MinFunc(a.sources, func(s, t timeSource) int { return cmp.Compare(s.offset.uncertainty(), t.offset.uncertainty()) }).offset
	for _, s := range a.sources {
		if both, ok := a.offset.meet(s.offset); ok {
			a.offset = both
		}
	}
	return a
}

func sourceNames(all []timeSource) []string {
	var names []string
	for _, s := range all {
		names = append(names, s.name)
	}
	return names
}
