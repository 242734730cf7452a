package diagnose

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"slices"
	"strings"
	"time"

	"latchkey/internal/problem"
)

func (e Env) checkNetwork() Check {
	return Check{ID: "network", Title: "Network", Blocks: true, Limit: 12 * time.Second, Run: e.network}
}

// network looks for a way out: an interface, a route, and both versions of the internet protocol.
func (e Env) network(ctx context.Context) Finding {
	up, vpn, err := e.interfaces()
	routes := map[family]bool{ipv4: e.route(ctx, anywhere4), ipv6: e.route(ctx, anywhere6)}
	facts := []Fact{
		{"vpn", vpn, true}, {"interfaces", up, true}, {"ipv4_route", routes[ipv4], true}, {"ipv6_route", routes[ipv6], true},
	}
	h, ok := e.Login()
	here := ok && h.Loopback()
	switch {
	case here:
		return Good("Not needed: the server is on this computer.", facts...)
	case err == nil && up == 0:
		return Found(Problem, problem.New(problem.Offline, problem.Because("No network is connected.")), facts...)
	case !routes[ipv4] && !routes[ipv6] && !(ok && e.wayTo(ctx, h)):
		return Found(Problem, problem.New(problem.Offline, problem.Because("The network is connected, but has no way out.")), facts...)
	case !ok || e.proxied(ctx, h):
		return Good(connected(vpn), facts...)
	}
	return e.families(ctx, h, routes, vpn, facts)
}

// families tells when one version of the internet protocol works only on paper: there is a way, and nothing comes back.
func (e Env) families(ctx context.Context, h Host, routes map[family]bool, vpn bool, facts []Fact) Finding {
	found, _ := e.lookUp(ctx, h.Name())
	if len(found.of(ipv4)) == 0 || len(found.of(ipv6)) == 0 {
		return Good(connected(vpn), facts...)
	}
	all, _ := e.connections(ctx, h)
	broken := half(all)
	facts = append(facts, Fact{"broken_family", string(broken), true})
	switch {
	case broken == ipv6 && routes[ipv6]:
		return Found(Warning, problem.New(problem.IPv6Broken), facts...)
	case broken == ipv4 && routes[ipv4]:
		return Found(Warning, problem.New(problem.IPv4Broken), facts...)
	default:
		return Good(connected(vpn), facts...)
	}
}

func connected(vpn bool) string {
	if vpn {
		return "Connected, with a VPN."
	}
	return "Connected."
}

// Addresses that are anywhere but here. Nothing is sent to them: the system is only asked for the way.
var (
	anywhere4 = netip.AddrPortFrom(netip.AddrFrom4([4]byte{192, 0, 2, 1}), 9)
	anywhere6 = netip.AddrPortFrom(netip.MustParseAddr("2001:db8::1"), 9)
)

// route asks the system whether there is a way to an address. Connecting a datagram socket sends nothing.
func (e Env) route(ctx context.Context, to netip.AddrPort) bool {
	conn, err := e.dialer().DialContext(ctx, "udp", to.String())
	if err != nil {
		return false
	}
	_ = conn.Close()
	return true
}

// wayTo reports a way to the server itself, or to the proxy, in a network that has no way to anywhere else.
func (e Env) wayTo(ctx context.Context, h Host) bool {
	name := h.Name()
	if through, err := e.proxyFor(ctx, h); err == nil && through != nil {
		name = through.Hostname()
	}
	found, _ := e.lookUp(ctx, name)
	return slices.ContainsFunc(found.addrs, func(a netip.Addr) bool { return e.route(ctx, netip.AddrPortFrom(a, 9)) })
}

// interfaces counts those that are up, loopback aside, and tells whether one is a VPN's.
func (e Env) interfaces() (up int, vpn bool, err error) {
	list := e.Interfaces
	if list == nil {
		list = net.Interfaces
	}
	all, err := list()
	if err != nil {
		return 0, false, fmt.Errorf("list interfaces: %w", err)
	}
	for _, i := range all {
		if i.Flags&net.FlagUp == 0 || i.Flags&net.FlagLoopback != 0 {
			continue
		}
		up++
		vpn = vpn || tunnel(i)
	}
	return up, vpn, nil
}

// tunnel recognises the interface of a VPN by its name.
func tunnel(i net.Interface) bool {
	name := strings.ToLower(i.Name)
	if strings.HasPrefix(name, "utun") { // macOS has some of its own, without an IPv4 address
		return slices.ContainsFunc(addressesOf(i), func(a netip.Addr) bool { return a.Is4() })
	}
	for _, prefix := range []string{"tun", "tap", "wg", "ppp", "ipsec", "gpd", "cscotun", "zt", "nordlynx", "proton", "mullvad", "vpn", "xfrm"} {
		if strings.HasPrefix(name, prefix) {
			return true
		}
	}
	for _, part := range []string{"wireguard", "tailscale", "openvpn", "vpn", "anyconnect", "globalprotect", "zscaler", "tap-windows", "wintun"} {
		if strings.Contains(name, part) {
			return true
		}
	}
	return false
}

func addressesOf(i net.Interface) []netip.Addr {
	var all []netip.Addr
	nets, _ := i.Addrs()
	for _, n := range nets {
		if prefix, err := netip.ParsePrefix(n.String()); err == nil {
			all = append(all, prefix.Addr())
		}
	}
	return all
}
