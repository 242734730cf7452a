package diagnose

import (
	"context"
	"fmt"
	"net/netip"
	"slices"
	"time"

	"latchkey/internal/problem"
	"latchkey/internal/transport"
)

func (e Env) checkConnect() Check {
	return Check{ID: "connect", Title: "Connection", After: []string{"network", "dns", "portal"}, Blocks: true, Limit: 12 * time.Second, Run: e.connect}
}

// slowConnection is a round trip after which every screen feels stuck.
const slowConnection = time.Second

// connect connects to each address of the server, several times.
func (e Env) connect(ctx context.Context) Finding {
	h, ok := e.Login()
	switch {
	case !ok:
		return e.noServer()
	case e.proxied(ctx, h):
		return Good("That is up to the proxy.")
	}
	all, ok := e.connections(ctx, h)
	if !ok || len(all) == 0 {
		return Finding{State: Unknown, What: "There is no address to connect to."}
	}
	good, bad := worked(all, true), worked(all, false)
	facts := connectFacts(all, h)
	if len(good) == 0 {
		return Found(Problem, unconnected(bad, h), facts...)
	}
	if v, ok := e.look(ctx, h); ok && !v.proven() && v.problem.Code == problem.ConnectionBroken {
		return Found(Problem, problem.New(problem.ConnectionBroken,
			problem.Because("It can be made, but breaks off before it is secure. A firewall may be in between."), problem.Do("Try another network. If it stays, tell IT.")), facts...)
	}
	if p := e.lineTrouble(ctx, h); p != nil {
		return Found(Warning, p, facts...)
	}
	if rtts := spread(good); len(rtts) > 1 {
		return Good(fmt.Sprintf("Connects in %s (%d tries, up to %s).", ms(rtts[0]), len(rtts), ms(rtts[len(rtts)-1])), facts...)
	}
	return Good("Connects in "+ms(spread(good)[0])+".", facts...)
}

// lineTrouble judges the line to a host that can be connected to, once in a run; nil: it is fine. Where something got lost, as many
// tries are made again: a single packet says little.
func (e Env) lineTrouble(ctx context.Context, h Host) *problem.Problem {
	p, _ := shared(ctx, subject{lineTo, h.Address()}, func(ctx context.Context) *problem.Problem {
		all, _ := e.connections(ctx, h)
		good, bad := worked(all, true), worked(all, false)
		rtts, lost := spread(good), lossy(good)
		switch {
		case len(good) == 0:
			return nil
		case half(all) == "" && len(bad) > 0 && !h.Loopback():
			return problem.New(problem.AddressBroken, problem.Because("%s", unanswering(bad, len(all))))
		case rtts[0] > slowConnection:
			return problem.New(problem.ConnectionSlow, problem.Because("Each way there and back takes %s or more.", seconds(rtts[0])))
		}
		much := lost > 2 && 2*lost >= len(rtts)
		if lost > 0 && !much {
			again := worked(e.tryAll(ctx, addressesTried(good), portOf(h)), true)
			lost += lossy(again)
			much = lost > 2 && 4*lost >= len(rtts)+len(spread(again))
		}
		if !much {
			return nil
		}
		return problem.New(problem.ConnectionSlow, problem.Titled("The connection to the sign-in server loses much of what is sent."),
			problem.Because("%s had to be made again.", count(lost, "try", "tries")))
	})
	return p
}

func addressesTried(all []tried) []netip.Addr {
	var addrs []netip.Addr
	for _, t := range all {
		addrs = append(addrs, t.addr)
	}
	return addrs
}

// lossy counts the tries in which something was lost.
func lossy(good []tried) int {
	lost := 0
	for _, t := range good {
		lost += t.lost
	}
	return lost
}

// spread returns the times of all tries that connected, the fastest first.
func spread(good []tried) []time.Duration {
	var rtts []time.Duration
	for _, t := range good {
		rtts = append(rtts, t.rtts...)
	}
	slices.Sort(rtts)
	return rtts
}

func connectFacts(all []tried, h Host) []Fact {
	var addrs []netip.Addr
	var outcomes []string
	for _, t := range all {
		addrs = append(addrs, t.addr)
		if t.why == "" {
			outcomes = append(outcomes, string(familyOf(t.addr))+" ok")
		} else {
			outcomes = append(outcomes, string(familyOf(t.addr))+" "+string(t.why))
		}
	}
	return []Fact{
		{"port", int(portOf(h)), true}, {"outcomes", outcomes, true}, {"addresses", addrs, false}, {"rtt_ms", inMilliseconds(spread(worked(all, true))), true},
		{"lost", lossy(worked(all, true)), true},
	}
}

// unanswering says what is wrong with those of all addresses that cannot be connected to.
func unanswering(bad []tried, all int) string {
	what := [2]string{"cannot be connected to", "cannot be connected to"}
	every := func(why transport.Reason) bool {
		return !slices.ContainsFunc(bad, func(t tried) bool { return t.why != why })
	}
	switch {
	case every(transport.Silent):
		what = [2]string{"does not answer", "do not answer"}
	case every(transport.Refused):
		what = [2]string{"refuses connections", "refuse connections"}
	case every(transport.Reset):
		what = [2]string{"breaks connections off", "break connections off"}
	}
	return fmt.Sprintf("%d of %d %s.", len(bad), all, what[min(len(bad)-1, 1)])
}

// unconnected says why no address could be connected to. What came back from any of them says more than silence, and silence
// more than a family that this network does not have.
func unconnected(bad []tried, h Host) *problem.Problem {
	why := bad[0].why
	for _, more := range []transport.Reason{transport.Unreachable, transport.Silent, transport.Forbidden, transport.Reset, transport.Refused, transport.Exhausted} {
		if slices.ContainsFunc(bad, func(t tried) bool { return t.why == more }) {
			why = more
		}
	}
	switch why {
	case transport.Refused:
		return problem.New(problem.ConnectionRefused)
	case transport.Reset:
		return problem.New(problem.ConnectionBroken)
	case transport.Unreachable:
		return problem.New(problem.NoWay)
	case transport.Forbidden:
		return problem.New(problem.NoWay, problem.Because("This computer does not let Latchkey connect. A firewall on it may forbid that."), problem.Do("Allow Latchkey in the firewall, or tell IT."))
	case transport.Exhausted:
		return problem.New(problem.NoFreePort)
	case transport.Silent:
		return problem.New(problem.TimedOut, problem.Because("Nothing comes back from port %s. A firewall may be in between.", h.Port()), problem.Do("Try another network. If it stays, tell IT."))
	default:
		return problem.New(problem.ConnectionBroken)
	}
}
