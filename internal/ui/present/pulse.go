package present

import (
	"fmt"
	"strings"
	"time"

	"latchkey/internal/diagnose"
	"latchkey/internal/problem"
)

// stale is how long an answer says something about the connection.
const stale = 5 * time.Minute

func unknownPulse() Pulse {
	return Pulse{Connection: "Not connected yet", Clock: "Clock unknown"}
}

// pulse says what the service says of itself and what the last answers of the server showed, and nothing that was not seen.
func (p *Presenter) pulse() Pulse {
	pulse := p.connection()
	pulse.Service, pulse.ServiceSight = p.service()
	pulse.Brief = pulse.Service
	for _, word := range []string{" since ", " until "} {
		pulse.Brief, _, _ = strings.Cut(pulse.Brief, word)
	}
	return pulse
}

func (p *Presenter) connection() Pulse {
	if p.parts == nil || p.parts.Observed == nil || p.frame.Where.Host == "" {
		return unknownPulse()
	}
	seen := p.parts.Observed(p.frame.Where.Host)
	if seen.At.IsZero() { // nothing was sent there yet: what is known is of the host that the settings name
		seen = p.parts.Observed(HostOf(p.org))
	}
	now := p.o.Clock.Now()
	lost := p.frame.Problem != nil && p.frame.Problem.lost || p.watch.silent && p.watch.org == p.orgID() && now.Sub(seen.At) > stale
	if seen.At.IsZero() {
		pulse := unknownPulse()
		if lost {
			pulse.Lost, pulse.Connection = true, "No answer"
		}
		return pulse
	}
	pulse := Pulse{Known: !lost, Lost: lost, ClockKnown: seen.Uncertainty > 0}
	switch {
	case lost:
		pulse.Connection = "No answer"
	case now.Sub(seen.At) > stale:
		pulse.Known, pulse.Connection = false, "Seen "+seen.At.In(p.o.Location).Format("15:04")
		if now.Sub(seen.At) > 12*time.Hour {
			pulse.Connection = "Seen long ago"
		}
	default:
		pulse.Connection = milliseconds(seen.RoundTrip)
	}
	switch off := seen.Offset.Abs(); {
	case !pulse.ClockKnown:
		pulse.Clock = "Clock unknown"
	case off <= seen.Uncertainty || off < 2*time.Second:
		pulse.Clock = "Clock exact"
	case seen.Offset > 0: // the server is ahead
		pulse.Clock = "Clock " + span(off) + " slow"
		pulse.ClockOff = off > diagnose.CodesTolerate
	default:
		pulse.Clock = "Clock " + span(off) + " fast"
		pulse.ClockOff = off > diagnose.CodesTolerate
	}
	return pulse
}

// service says what the status page said last.
func (p *Presenter) service() (words string, s Sight) {
	w := &p.watch
	if !w.servicePage || w.org != p.orgID() {
		return "", NotKnown
	}
	r := w.service
	switch {
	case r.Code == problem.ServiceMaintenance:
		return p.withTime("Maintenance", "until", r), Attention
	case r.Code == problem.ServiceOutage:
		return p.withTime("Outage", "since", r), Blocking
	case r.State == diagnose.Problem || r.State == diagnose.Warning:
		return p.withTime("Disturbed", "since", r), Attention
	case r.State == diagnose.OK:
		return "Service fine", Fine
	default:
		return "Service unknown", NotKnown
	}
}

// withTime adds a time that the status page names, where it is today's: the line is short.
func (p *Presenter) withTime(words, name string, r diagnose.Result) string {
	for _, f := range r.Facts {
		if at, ok := f.Value.(time.Time); ok && f.Name == name && !at.IsZero() {
			moment, now := at.In(p.o.Location), p.o.Clock.Now().In(p.o.Location)
			if moment.YearDay() == now.YearDay() && moment.Year() == now.Year() {
				return words + " " + name + " " + moment.Format("15:04")
			}
			return words + " " + name + " " + moment.Format("2 Jan")
		}
	}
	return words
}

func milliseconds(d time.Duration) string {
	if d < time.Millisecond {
		return "< 1 ms"
	}
	return fmt.Sprintf("%d ms", d.Milliseconds())
}

func span(d time.Duration) string {
	switch {
	case d < 2*time.Minute:
		return fmt.Sprintf("%.0f s", d.Seconds())
	case d < 2*time.Hour:
		return fmt.Sprintf("%.0f min", d.Minutes())
	default:
		return fmt.Sprintf("%.0f h", d.Hours())
	}
}
