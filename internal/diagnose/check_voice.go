package diagnose

import (
	"context"
	"net"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"latchkey/internal/problem"
	"latchkey/internal/transport"
)

// voicePatience is how long answers of STUN servers are waited for. UDP may lose a packet or two: each is asked again.
const voicePatience = 2 * time.Second

// checkVoice finds out whether calls will be heard: UDP to the STUN servers that the settings name, the public address, and
// whether the router maps every destination to another port (symmetric NAT). Nobody needs it to sign in.
func (e Env) checkVoice() Check {
	return Check{ID: "voice", Title: "Voice path", Run: e.voice, After: []string{"network", "dns"}, Limit: voicePatience + 2*time.Second}
}

func (e Env) voice(ctx context.Context) Finding {
	if len(e.STUN) == 0 {
		return Finding{State: Skipped, What: "No server for voice is named."}
	}
	ctx, cancel := context.WithTimeout(ctx, voicePatience+time.Second)
	defer cancel()
	targets := e.stunTargets(ctx)
	if len(targets) == 0 {
		return Finding{State: Unknown, What: "No server for voice could be looked up.", Facts: []Fact{told("servers", len(e.STUN))}}
	}
	view, err := e.mirror(ctx, targets)
	switch {
	case stopped(ctx):
		return notWaitedFor()
	case err != nil:
		return Found(Warning, problem.New(problem.VoiceBlocked, problem.Because("%s", unsent(err)), problem.Caused(err)))
	}
	facts := []Fact{told("servers", len(targets)), told("answered", len(view.seen)), told("nat", view.nat())}
	if len(view.seen) == 0 {
		return Found(Warning, problem.New(problem.VoiceBlocked), facts...)
	}
	facts = append(facts, told("rtt_ms", view.roundTrips()), kept("public_address", view.seen[0].public.Addr().String()))
	if view.nat() == "symmetric" {
		return Found(Warning, problem.New(problem.VoiceDetour), facts...)
	}
	return Good("Voice comes through.", facts...)
}

// unsent says why no packet could be sent.
func unsent(err error) string {
	switch transport.Why(err) {
	case transport.Unreachable:
		return "There is no way to the servers for it."
	case transport.Forbidden:
		return "This computer may not send over UDP."
	}
	return "This computer cannot send over UDP."
}

// stunTargets looks up the servers, IPv4 first: that is where routers translate. All share the family of the first.
func (e Env) stunTargets(ctx context.Context) []netip.AddrPort {
	found := make([]netip.AddrPort, len(e.STUN))
	var all sync.WaitGroup
	for i, server := range e.STUN {
		all.Go(func() { found[i] = e.stunTarget(ctx, server) })
	}
	all.Wait()
	found = slices.DeleteFunc(found, func(a netip.AddrPort) bool { return !a.IsValid() })
	slices.SortStableFunc(found, func(a, b netip.AddrPort) int { return a.Addr().BitLen() - b.Addr().BitLen() })
	return slices.DeleteFunc(found, func(a netip.AddrPort) bool { return a.Addr().Is4() != found[0].Addr().Is4() })
}

func (e Env) stunTarget(ctx context.Context, server string) netip.AddrPort {
	host, port, err := net.SplitHostPort(server)
	if err != nil {
		host, port = strings.Trim(server, "[]"), "3478" // RFC 8489, section 8.1
	}
	number, err := strconv.ParseUint(port, 10, 16)
	if err != nil || number == 0 {
		return netip.AddrPort{}
	}
	found, _ := e.lookUp(ctx, host)
	if addrs := append(found.of(ipv4), found.of(ipv6)...); len(addrs) > 0 {
		return netip.AddrPortFrom(addrs[0], uint16(number))
	}
	return netip.AddrPort{}
}
