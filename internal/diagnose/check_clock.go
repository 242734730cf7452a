package diagnose

import (
	"context"
	"math"
	"strings"
	"time"

	"latchkey/internal/problem"
)

// What a clock may be off by. A one-time code (RFC 6238) is good for a step of 30 seconds, and servers accept a step before and
// after; a few seconds harm nobody. Beyond a step codes are refused, but whoever needs none gets in. What else depends on the
// time is the server's to say ([Env.refuses]).
const (
	clockFine = 5 * time.Second
	totpStep  = CodesTolerate
)

// CodesTolerate is how far a clock may be off before one-time codes are refused: one step either way.
const CodesTolerate = 30 * time.Second

// steady is by how much the wall clock and the monotonic one may differ over a measurement. A computer that slept, or whose
// clock was set in between, has to be measured again (DG-13).
const steady = 2 * time.Second

// checkClock measures this computer's clock against the server's and, where they are named, time servers. It sets nothing.
func (e Env) checkClock() Check {
	return Check{
		ID: "clock", Title: "Clock", Blocks: true, Run: e.clock,
		After: []string{"network", "dns", "connect", "proxy", "portal", "tls"}, Independent: true, Wakeful: true,
	}
}

func (e Env) clock(ctx context.Context) Finding {
	if _, ok := e.Login(); !ok && len(e.NTP) == 0 {
		return e.noServer()
	}
	var m measurement
	for range 2 {
		if m = e.measure(ctx); m.steady() || ctx.Err() != nil {
			break
		}
	}
	switch {
	case stopped(ctx):
		return notWaitedFor()
	case m.slept():
		return Finding{State: Unknown, What: "The computer slept while its clock was measured, so that does not count.", Facts: e.clockFacts(m)}
	case m.jumped():
		return Found(Warning, problem.New(problem.ClockUnsteady), e.clockFacts(m)...)
	case m.serverJumps:
		return Found(Warning, problem.New(problem.ClockUnsteady, problem.Titled("The server's clock jumps."),
			problem.Because("Its answers tell times that do not fit together."), problem.Do("Tell IT.")), e.clockFacts(m)...)
	}
	return e.judgeClock(ctx, m)
}

func (e Env) clockFacts(m measurement) []Fact {
	zone, offset := e.Clock.Now().Zone()
	facts := []Fact{
		told("samples", m.server.samples), told("wall_elapsed_ms", milliseconds(m.wall)), told("monotonic_elapsed_ms", milliseconds(m.mono)),
		told("utc_offset_min", offset/60), kept("zone", zone),
	}
	if len(m.server.roundTrips) > 0 {
		facts = append(facts, told("round_trip_ms", m.server.roundTrips))
	}
	if m.silent > 0 {
		facts = append(facts, told("silent_sources", m.silent))
	}
	return append(facts, m.course.facts(e.Clock.Now())...)
}

// judgeClock words the measurement.
func (e Env) judgeClock(ctx context.Context, m measurement) Finding {
	facts := e.clockFacts(m)
	if len(m.sources) == 0 {
		return Finding{State: Unknown, What: "The clock could not be compared: no server that can be trusted tells the time.", Facts: facts}
	}
	a := agree(m.sources)
	if !a.settled() {
		return e.disputed(ctx, m, facts)
	}
	offset, unsure := a.offset.middle(), a.offset.uncertainty()
	facts = append(facts,
		told("offset_ms", milliseconds(offset)), told("uncertainty_ms", milliseconds(unsure)), told("totp_steps", steps(offset)),
		told("sources", sourceNames(a.sources)), told("trusted", !a.sources[0].doubted))
	if len(a.dissent) > 0 {
		facts = append(facts, told("disagreeing", sourceNames(a.dissent)), told("disagreeing_ms", milliseconds(a.dissent[0].offset.middle())))
	}
	server := m.byServer(a.offset)
	if f := judgeOffset(offset, unsure); f.State != OK {
		f = e.refuses(ctx, a.offset, server).onto(f)
		f.Why, f.Facts = sentence(f.Why, m.course.words(e.Clock.Now())), facts
		return f
	}
	for _, s := range a.dissent {
		if s.name == signInSource {
			return e.refuses(ctx, a.offset, server).onto(Found(Warning, problem.New(problem.TimeDisputed,
				problem.Titled("The sign-in server's clock is wrong."),
				problem.Because("It is %s. This computer's is right.", aside(offset-s.offset.middle(), "ahead", "behind")),
				problem.Do("If codes or sign-ins are refused, tell IT.")), facts...))
		}
	}
	if why := e.oddZone(); why != "" {
		return Found(Warning, problem.New(problem.TimeZoneWrong, problem.Titled("The clock is right, but the time zone is not."), problem.Because("%s", why)), facts...)
	}
	if f := m.course.judge(a.offset, e.Clock.Now()); f.State != OK {
		f.Facts = facts
		return f
	}
	return Good(sentence("The clock is right, within "+length(max(offset.Abs()+unsure, 100*time.Millisecond))+".", m.course.words(e.Clock.Now())), facts...)
}

// judgeOffset says what an offset means to one-time codes, and where it may come from. Positive is a clock that is behind.
func judgeOffset(offset, unsure time.Duration) Finding {
	off := offset.Abs()
	title := problem.Titled("This computer's clock is %s.", aside(offset, "behind", "ahead"))
	switch {
	case off <= clockFine:
		return Finding{State: OK}
	case off <= totpStep:
		return Found(Warning, problem.New(problem.ClockWrong, title, problem.Because("One-time codes may be refused.")))
	case wholeQuarters(off, unsure):
		return Found(Problem, problem.New(problem.TimeZoneWrong, title, problem.Because("That is an exact time zone apart: time zone or summer time are set wrong.")))
	}
	return Found(Problem, problem.New(problem.ClockWrong, title,
		problem.Because("One-time codes are good for 30 seconds; this is %.0f times that.", math.Round(math.Abs(steps(offset))))))
}

// disputed is the finding when no majority of sources agrees. Whoever is right, a sign-in goes by the sign-in server's clock.
func (e Env) disputed(ctx context.Context, m measurement, facts []Fact) Finding {
	var said []string
	for _, s := range m.sources {
		said = append(said, s.name+": "+signed(s.offset.middle()))
	}
	facts = append(facts, told("disagreeing", sourceNames(m.sources)))
	for _, s := range m.sources {
		facts = append(facts, told(strings.NewReplacer(" ", "_", "-", "_").Replace(s.name)+"_offset_ms", milliseconds(s.offset.middle())))
	}
	server := m.byServer(span{})
	return e.refuses(ctx, server, server).onto(
		Found(Warning, problem.New(problem.TimeDisputed, problem.Because("The clock here is off by: %s.", strings.Join(said, ", "))), facts...))
}

// steps is how many TOTP steps (RFC 6238, section 4) an offset is, to a tenth.
func steps(offset time.Duration) float64 {
	return math.Round(10*float64(offset)/float64(totpStep))/10 + 0 // no -0
}
