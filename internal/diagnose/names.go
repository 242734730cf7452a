package diagnose

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"slices"
	"strings"
	"time"

	"latchkey/internal/transport"
)

// lookup is what the name service says about a host.
type lookup struct {
	addrs  []netip.Addr // without doubles, IPv6 first; empty when err is not nil
	err    error
	took   time.Duration
	silent family // the one whose question stayed without an answer; empty: none
}

// lookupLimit lets the system's resolver get as far as its second server, which it asks after 5 s.
const lookupLimit = 5300 * time.Millisecond

// lookUp asks the name service, once in a run.
func (e Env) lookUp(ctx context.Context, name string) (found lookup, ok bool) {
	return shared(ctx, subject{answersFor, name}, func(ctx context.Context) lookup {
		switch {
		case strings.EqualFold(name, "localhost"):
			return lookup{addrs: []netip.Addr{netip.IPv6Loopback(), netip.AddrFrom4([4]byte{127, 0, 0, 1})}}
		default:
			if addr, err := netip.ParseAddr(name); err == nil {
				return lookup{addrs: []netip.Addr{addr.Unmap()}}
			}
			return e.ask(ctx, name, lookupLimit)
		}
	})
}

// ask asks for both families at once. When one is answered, the other's question gets a moment more: some home routers
// drop those for IPv6.
func (e Env) ask(ctx context.Context, name string, limit time.Duration) lookup {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	type answer struct {
		family family
		addrs  []netip.Addr
		err    error
	}
	began := time.Now()
	answers := make(chan answer, 2)
	for family, network := range map[family]string{ipv4: "ip4", ipv6: "ip6"} {
		go func() {
			addrs, err := insist(ctx, e.resolver(), network, name)
			answers <- answer{family, addrs, err}
		}()
	}
	var found lookup
	for range 2 {
		a := <-answers
		if a.err == nil {
			time.AfterFunc(otherFamily, cancel)
		}
		for _, addr := range a.addrs {
			found.addrs = append(found.addrs, addr.Unmap())
		}
		switch {
		case transport.Why(a.err) == transport.Silent, transport.Why(a.err) == transport.Stopped:
			found.silent, found.err = a.family, a.err
		case a.err != nil && found.err == nil:
			found.err = a.err
		}
	}
	found.took = time.Since(began)
	if len(found.addrs) > 0 {
		found.err = nil
	} else if found.err == nil {
		found.err = &net.DNSError{Name: name, IsNotFound: true}
	}
	slices.SortFunc(found.addrs, func(a, b netip.Addr) int { return b.Compare(a) })
	found.addrs = slices.Compact(found.addrs)
	return found
}

// insist asks again while no answer has come: the system would take a lost packet for five seconds' silence.
func insist(ctx context.Context, ask Resolver, network, name string) ([]netip.Addr, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	type answer struct {
		addrs []netip.Addr
		err   error
	}
	pauses := []time.Duration{600 * time.Millisecond, 900 * time.Millisecond, 1500 * time.Millisecond}
	answers := make(chan answer, 1+len(pauses))
	put := func(to Resolver) {
		addrs, err := to.LookupNetIP(ctx, network, name)
		answers <- answer{addrs, err}
	}
	go put(ask)
	again, ok := ask.(*net.Resolver)
	if !ok {
		a := <-answers
		return a.addrs, a.err
	}
	timer := time.NewTimer(pauses[0])
	defer timer.Stop()
	for {
		select {
		case a := <-answers:
			return a.addrs, a.err
		case <-timer.C:
			// A resolver joins equal questions to one; another one asks anew.
			go put(&net.Resolver{PreferGo: again.PreferGo, StrictErrors: again.StrictErrors, Dial: again.Dial})
			if pauses = pauses[1:]; len(pauses) > 0 {
				timer.Reset(pauses[0])
			}
		}
	}
}

// otherFamily is how long the second family's answer may take after the first one's.
const otherFamily = 3 * time.Second

// notFound reports that the name service works, and does not know the name.
func (n lookup) notFound() bool {
	known, ok := errors.AsType[*net.DNSError](n.err)
	return ok && known.IsNotFound
}

// of returns the addresses of one family.
func (n lookup) of(family family) []netip.Addr {
	return slices.DeleteFunc(slices.Clone(n.addrs), func(a netip.Addr) bool { return familyOf(a) != family })
}

// family is a version of the internet protocol.
type family string

const (
	ipv4 family = "ipv4"
	ipv6 family = "ipv6"
)

// shown is how people write it.
func shown(f family) string { return map[family]string{ipv4: "IPv4", ipv6: "IPv6"}[f] }

func familyOf(a netip.Addr) family {
	if a.Is4() {
		return ipv4
	}
	return ipv6
}

func (e Env) resolver() Resolver {
	if e.Resolver == nil {
		return net.DefaultResolver
	}
	return e.Resolver
}

func (e Env) dialer() Dialer {
	if e.Dialer == nil {
		return &net.Dialer{}
	}
	return e.Dialer
}

// nowhere reports addresses that a server on another computer cannot have.
func nowhere(a netip.Addr) bool {
	return a.IsUnspecified() || a.IsLoopback() || a.IsMulticast() || a.IsLinkLocalUnicast() ||
		a.Is4() && a.As4()[0] == 0 || a == netip.AddrFrom4([4]byte{255, 255, 255, 255})
}

// private reports addresses that mean something else in each network: of companies, homes, carriers and tunnels.
func private(a netip.Addr) bool {
	if a.IsPrivate() {
		return true
	}
	return slices.ContainsFunc([]netip.Prefix{
		netip.PrefixFrom(netip.AddrFrom4([4]byte{100, 64}), 10), // carriers, and what some VPNs hand out
		netip.PrefixFrom(netip.AddrFrom4([4]byte{198, 18}), 15), // what some filters hand out
	}, func(p netip.Prefix) bool { return p.Contains(a) })
}

// hereOnly reports whether a host needs no name service: it is this computer, or an IP address.
func hereOnly(h Host) bool {
	_, err := netip.ParseAddr(h.Name())
	return err == nil || transport.Loopback(h.Name())
}
