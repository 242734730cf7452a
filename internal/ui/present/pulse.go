package present

import (
	"fmt"
	"time"
)

// tolerated is how far a clock may be off before one-time codes are refused.
const tolerated = 25 * time.Second

// stale is how long an answer says something about the connection.
const stale = 5 * time.Minute

func unknownPulse() Pulse {
	return Pulse{Connection: "Connection not tried yet", Clock: "Clock not compared yet"}
}

// pulse says what the last answers of the server showed, and nothing that was not seen.
func (p *Presenter) pulse() Pulse {
	if p.parts == nil || p.parts.Observed == nil || p.frame.Where.Host == "" {
		return unknownPulse()
	}
	seen := p.parts.Observed(p.frame.Where.Host)
	lost := p.frame.Problem != nil && p.frame.Problem.lost
	if seen.At.IsZero() {
		pulse := unknownPulse()
		if lost {
			pulse.Lost, pulse.Connection = true, "No answer"
		}
		return pulse
	}
	now := p.o.Clock.Now()
	pulse := Pulse{Known: !lost, Lost: lost, ClockKnown: seen.Uncertainty > 0}
	switch {
	case lost:
		pulse.Connection = "No answer"
	case now.Sub(seen.At) > stale:
		pulse.Known, pulse.Connection = false, "Last answer "+Until(seen.At, now, p.o.Location)
	default:
		pulse.Connection = "Connected, " + milliseconds(seen.RoundTrip)
	}
	switch off := seen.Offset.Abs(); {
	case !pulse.ClockKnown:
		pulse.Clock = "Clock not compared yet"
	case off <= seen.Uncertainty || off < 2*time.Second:
		pulse.Clock = "Clock exact"
	case seen.Offset > 0: // the server is ahead
		pulse.Clock = "Clock " + span(off) + " slow"
		pulse.ClockOff = off > tolerated
	default:
		pulse.Clock = "Clock " + span(off) + " fast"
		pulse.ClockOff = off > tolerated
	}
	return pulse
}

func milliseconds(d time.Duration) string {
	if d < time.Millisecond {
		return "under 1 ms"
	}
	return fmt.Sprintf("%d ms", d.Milliseconds())
}

func span(d time.Duration) string {
	switch {
	case d < 2*time.Minute:
		return fmt.Sprintf("%d s", int(d.Seconds()))
	case d < 2*time.Hour:
		return fmt.Sprintf("%d min", int(d.Minutes()))
	default:
		return fmt.Sprintf("%d h", int(d.Hours()))
	}
}
