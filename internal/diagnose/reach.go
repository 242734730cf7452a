package diagnose

import (
	"cmp"
	"context"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"slices"
	"sync"
	"time"

	"latchkey/internal/transport"
)

// tried is what came of connecting to one address, several times.
type tried struct {
	addr netip.Addr
	rtts []time.Duration  // of the tries that connected; sorted
	lost int              // tries that needed a second packet, or were given up when another one had long succeeded
	why  transport.Reason // why none did; empty: one did
}

const (
	settle      = 1200 * time.Millisecond // for the other tries when one succeeded: long enough for a lost packet to be sent again
	resent      = 900 * time.Millisecond  // after which a system sends a packet again that nobody answered: 1 s (RFC 6298)
	mostAddrs   = 8
	mostTries   = 5
	mostDialing = 6 // in all, where there are several addresses: a slow line carries no more
)

// connections connects to every address of the host, once in a run. Nothing is sent. It is empty when the name leads nowhere.
func (e Env) connections(ctx context.Context, h Host) (all []tried, ok bool) {
	return shared(ctx, subject{connectionsTo, h.Address()}, func(ctx context.Context) []tried {
		found, ok := e.lookUp(ctx, h.Name())
		if !ok || found.err != nil {
			return nil
		}
		return e.tryAll(ctx, found.addrs[:min(len(found.addrs), mostAddrs)], portOf(h))
	})
}

// tryAll connects to all addresses at once.
func (e Env) tryAll(ctx context.Context, addrs []netip.Addr, port uint16) []tried {
	tries := max(2, min(mostTries, mostDialing/len(addrs)))
	all := make([]tried, len(addrs))
	var group sync.WaitGroup
	for i, addr := range addrs {
		group.Go(func() { all[i] = e.try(ctx, netip.AddrPortFrom(addr, port), tries) })
	}
	group.Wait()
	return all
}

// try connects to one address several times at once.
func (e Env) try(ctx context.Context, to netip.AddrPort, tries int) tried {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	type outcome struct {
		took time.Duration
		err  error
	}
	outcomes := make(chan outcome, tries)
	for range tries {
		go func() {
			began := time.Now()
			conn, err := e.dialer().DialContext(ctx, "tcp", to.String())
			took := time.Since(began)
			if err == nil {
				_ = conn.Close()
			}
			outcomes <- outcome{took, err}
		}()
	}
	got := tried{addr: to.Addr()}
	for range tries {
		o := <-outcomes
		if o.err == nil {
			got.rtts = append(got.rtts, o.took)
			earOf(ctx).hear(0)
			time.AfterFunc(settle, cancel)
		} else if len(got.rtts) > 0 {
			got.lost++
		} else if why := transport.Why(o.err); got.why == "" || got.why == transport.Silent {
			got.why = why // an answer of any kind says more than silence
		}
	}
	if len(got.rtts) > 0 {
		got.why = ""
	}
	slices.Sort(got.rtts)
	for _, took := range got.rtts {
		if took > got.rtts[0]+resent {
			got.lost++
		}
	}
	return got
}

// dialAny returns a way to connect to whichever of the addresses answers first, whatever it is asked for.
func (e Env) dialAny(addrs []netip.Addr, port uint16) transport.Dial {
	return func(ctx context.Context, network, _ string) (net.Conn, error) {
		ctx, cancel := context.WithCancel(ctx)
		defer cancel()
		type outcome struct {
			conn net.Conn
			err  error
		}
		addrs := addrs[:min(len(addrs), mostAddrs)]
		outcomes := make(chan outcome, len(addrs))
		for _, addr := range addrs {
			go func() {
				conn, err := e.dialer().DialContext(ctx, network, netip.AddrPortFrom(addr, port).String())
				outcomes <- outcome{conn, err}
			}()
		}
		var last error
		for left := len(addrs); left > 0; left-- {
			o := <-outcomes
			if o.err != nil {
				if last == nil || transport.Why(last) == transport.Unreachable {
					last = o.err
				}
				continue
			}
			go func() { // the others come too late
				for range left - 1 {
					if late := <-outcomes; late.err == nil {
						_ = late.conn.Close()
					}
				}
			}()
			return o.conn, nil
		}
		return nil, last
	}
}

func portOf(h Host) uint16 {
	at, err := netip.ParseAddrPort("0.0.0.0:" + h.Port())
	if err != nil {
		return 0
	}
	return at.Port()
}

// worked returns the addresses that could be connected to, or those that could not.
func worked(all []tried, yes bool) []tried {
	return slices.DeleteFunc(slices.Clone(all), func(t tried) bool { return (t.why == "") != yes })
}

// half returns the family none of whose addresses answer while the other one's do: by silence or for want of a way, so that
// the network, not the server, is at fault. It is empty when there is none.
func half(all []tried) family {
	for _, broken := range []family{ipv6, ipv4} {
		in := func(t tried) bool { return familyOf(t.addr) == broken }
		out := func(t tried) bool { return !in(t) && t.why == "" }
		lost := func(t tried) bool {
			return in(t) && t.why != transport.Silent && t.why != transport.Unreachable
		}
		if slices.ContainsFunc(all, in) && slices.ContainsFunc(all, out) && !slices.ContainsFunc(all, lost) {
			return broken
		}
	}
	return ""
}

// ms says a short time in milliseconds.
func ms(d time.Duration) string { return fmt.Sprintf("%d ms", max(1, d.Milliseconds())) }

func inMilliseconds(all []time.Duration) []float64 {
	list := make([]float64, len(all))
	for i, d := range all {
		list[i] = milliseconds(d)
	}
	return list
}

// dial connects for the requests of a run: names are looked up once in it, and what comes back is heard.
func (e Env) dial(ctx context.Context, network, address string) (net.Conn, error) {
	to, err := url.Parse("tcp://" + address)
	if err != nil {
		return nil, &net.AddrError{Err: "no address", Addr: "given"}
	}
	h := Host{URL: to}
	found, ok := e.lookUp(ctx, h.Name())
	if !ok {
		return nil, cmp.Or(ctx.Err(), context.DeadlineExceeded)
	}
	if found.err != nil {
		return nil, found.err
	}
	return patient(e.dialAny(found.addrs, portOf(h)), true)(ctx, network, address)
}
