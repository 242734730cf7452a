package diagnose

import (
	"context"
	"encoding/base32"
	"io"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"time"

	"latchkey/internal/problem"
	"latchkey/internal/transport"
)

func (e Env) checkDNS() Check {
	return Check{ID: "dns", Title: "Name lookup", After: []string{"network"}, Blocks: true, Limit: 12 * time.Second, Run: e.dns}
}

// slowLookup is when a look-up takes so long that people notice.
const slowLookup = time.Second

// dns asks for the server's name, and for one that nobody has.
func (e Env) dns(ctx context.Context) Finding {
	h, ok := e.Login()
	switch {
	case !ok:
		return e.noServer()
	case hereOnly(h):
		return Good("There is no name to look up.")
	case e.proxied(ctx, h):
		return Good("The proxy looks the name up.")
	}
	strangers := make(chan []netip.Addr, 1)
	go func() { strangers <- e.madeUp(ctx, h.Name()) }()
	found, ok := e.lookUp(ctx, h.Name())
	if !ok {
		return Finding{State: Unknown, What: "The name service was not heard out."}
	}
	facts := []Fact{
		{"lookup_ms", milliseconds(found.took), true}, {"ipv4_addresses", len(found.of(ipv4)), true}, {"ipv6_addresses", len(found.of(ipv6)), true},
	}
	if found.err != nil {
		return Found(Problem, unnamed(h, found), facts...)
	}
	facts = append(facts, Fact{"addresses", found.addrs, false}, Fact{"unanswered", string(found.silent), true})
	var stranger []netip.Addr
	select {
	case stranger = <-strangers:
	case <-ctx.Done():
	}
	return e.named(ctx, h, found, stranger, facts)
}

// unnamed says why there is no address: the name is not known, or nobody was there to ask.
func unnamed(h Host, found lookup) *problem.Problem {
	caused := problem.Caused(found.err)
	switch {
	case found.notFound():
		return problem.New(problem.NameNotFound, problem.Because("The network does not know %s.", transport.Clean(h.Name(), 80)),
			problem.Do("Check the address in the settings. If it is only known inside your company, connect to its network or VPN."), caused)
	case transport.Why(found.err) == transport.Silent, strings.Contains(found.err.Error(), "i/o timeout"):
		return problem.New(problem.NameServiceDead, problem.Because("It does not answer."), caused)
	case strings.Contains(found.err.Error(), "unreachable"): // net keeps only the text
		return problem.New(problem.NameServiceDead, problem.Because("There is no way to it."), caused)
	case strings.Contains(found.err.Error(), "refused"):
		return problem.New(problem.NameServiceDead, problem.Because("Nobody answers where it should be."), caused)
	default:
		return problem.New(problem.NameServiceDead, problem.Because("It reports a failure."), caused)
	}
}

// named judges the addresses. Where they look wrong, what counts is whether the server there proves who it is.
func (e Env) named(ctx context.Context, h Host, found lookup, stranger []netip.Addr, facts []Fact) Finding {
	odd := func(a netip.Addr) bool { return nowhere(a) || private(a) && public(h.Name()) }
	unusual := !slices.ContainsFunc(found.addrs, func(a netip.Addr) bool { return !odd(a) })
	madeUp := len(stranger) > 0
	same := madeUp && !slices.ContainsFunc(found.addrs, func(a netip.Addr) bool { return !slices.Contains(stranger, a) })
	inside := private(found.addrs[0])
	facts = append(facts, Fact{"private_address", inside, true}, Fact{"unusual_address", unusual, true}, Fact{"names_made_up", madeUp, true})
	if unusual || same {
		if v, _ := e.look(ctx, h); v.proven() {
			unusual, same = false, false
		}
	}
	var f Finding
	switch {
	case same:
		f = Found(Problem, problem.New(problem.NamesMadeUp, problem.Because("It does not know %s, and answers with an address of its own.", transport.Clean(h.Name(), 80))), facts...)
	case unusual:
		f = Found(Problem, problem.New(problem.NameUnusual, problem.Because("%s leads to %s.", transport.Clean(h.Name(), 80), found.addrs[0])), facts...)
	case madeUp:
		f = Found(Warning, problem.New(problem.NamesMadeUp), facts...)
	case found.silent != "":
		return Found(Warning, problem.New(problem.NameServiceSlow, problem.Because("It leaves questions for %s without an answer.", shown(found.silent))), facts...)
	case found.took > slowLookup:
		return Found(Warning, problem.New(problem.NameServiceSlow, problem.Because("It takes %s to answer.", seconds(found.took))), facts...)
	case inside:
		return Good("Found, at a private address as companies use inside.", facts...)
	default:
		return Good("Found in "+ms(found.took)+".", facts...)
	}
	if !same || !e.othersFound(ctx, h, stranger) {
		f.After = []string{"portal"} // a network that wants a sign-in leads every name to itself
	}
	return f
}

// othersFound reports whether another of the organisation's names leads somewhere else than names that nobody has: then only what
// is missing is made up.
func (e Env) othersFound(ctx context.Context, h Host, stranger []netip.Addr) bool {
	names := []string{}
	for _, other := range e.Hosts() {
		names = append(names, other.Name())
	}
	if u, err := url.Parse(e.statusAddress()); err == nil {
		names = append(names, u.Hostname())
	}
	for _, name := range names {
		if name == "" || strings.EqualFold(name, h.Name()) || transport.Loopback(name) {
			continue
		}
		found, ok := e.lookUp(ctx, name)
		if ok && found.err == nil && slices.ContainsFunc(found.addrs, func(a netip.Addr) bool { return !slices.Contains(stranger, a) }) {
			return true
		}
	}
	return false
}

// strangerLimit is for a name that nobody waits for.
const strangerLimit = 2 * time.Second

// madeUp asks for a name that nobody has: a random one below the top of the server's own. An answer is made up.
func (e Env) madeUp(ctx context.Context, name string) []netip.Addr {
	labels := strings.Split(strings.TrimSuffix(name, "."), ".")
	top := labels[len(labels)-1]
	random := make([]byte, 10)
	if len(labels) < 2 || strings.EqualFold(top, "local") || e.Rand == nil { // .local is asked of everybody around
		return nil
	}
	if _, err := io.ReadFull(e.Rand, random); err != nil {
		return nil
	}
	stranger := "lk-" + strings.ToLower(base32.StdEncoding.EncodeToString(random)) + "." + top + "."
	return e.ask(ctx, stranger, strangerLimit).addrs
}
