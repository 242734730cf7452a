package diagnose_test

import (
	"net"
	"net/netip"
	"testing"

	"latchkey/internal/config"
	"latchkey/internal/diagnose"
	"latchkey/internal/problem"
)

func TestHealthyNetwork(t *testing.T) {
	l := newLab(t)
	by := l.wants(t, nil)
	if vpn := fact(by["network"], "vpn"); vpn != false {
		t.Errorf("vpn: %v", vpn)
	}
	if l.heard.Len() > 0 {
		t.Errorf("the server was told %q", l.heard.String())
	}
}

func TestDG01Offline(t *testing.T) {
	rest := func() map[string]want { return under("network", "dns", "connect", "portal", "tls") }
	l := newLab(t)
	l.ifaces, l.noRoute, l.lookup = l.ifaces[:1], []string{"all"}, noNameService
	l.wants(t, with(rest(), "network", problemOf(problem.Offline, "No network is connected")))

	l = newLab(t)
	l.noRoute, l.lookup = []string{"all"}, noNameService
	l.wants(t, with(rest(), "network", problemOf(problem.Offline, "has no way out")))
}

func TestANetworkWithoutAWayOutMayLeadToTheServer(t *testing.T) {
	l := newLab(t)
	l.noRoute = []string{"udp4", "udp6"}
	l.wants(t, nil)
}

func TestAServerOnThisComputerNeedsNoNetwork(t *testing.T) {
	l := newLab(t)
	l.org.Issuer = "http://127.0.0.1:4001"
	l.ifaces, l.noRoute = l.ifaces[:1], nil
	l.at["127.0.0.1:4001"] = l.pages("HTTP/1.1 404 Not Found\r\nContent-Type: text/html\r\nContent-Length: 0\r\n\r\n")
	// The sign-in insists that 127.0.0.1 is this computer, which a network in memory is not: look at the others.
	_, by := l.diagnosed(t)
	for _, id := range []string{"network", "dns", "proxy", "portal", "tls"} {
		if r := by[id]; r.State != diagnose.OK {
			t.Errorf("%s: %s %s", id, r.State, r.Line())
		}
	}
}

func TestDG04OneFamilyBroken(t *testing.T) {
	both := func(t *testing.T) *lab {
		l := newLab(t)
		l.names[serverName] = []netip.Addr{netip.MustParseAddr(server6), netip.MustParseAddr(server4)}
		l.at["["+server6+"]:443"] = l.at[server4+":443"]
		return l
	}
	both(t).wants(t, nil)

	l := both(t)
	l.at["["+server6+"]:443"] = silent
	by := l.wants(t, map[string]want{"network": warningOf(problem.IPv6Broken, "IPv4 works")})
	if got := fact(by["network"], "broken_family"); got != "ipv6" {
		t.Errorf("broken_family: %v", got)
	}

	l = both(t)
	l.at[server4+":443"] = silent
	l.wants(t, map[string]want{"network": warningOf(problem.IPv4Broken, "IPv6 works")})

	// No IPv6 at all is how most networks are.
	l = both(t)
	l.noRoute = []string{"udp6"}
	l.at["["+server6+"]:443"] = fails(unreachable)
	l.wants(t, nil)

	// A server that does not listen on one of its addresses is not the network's fault.
	l = both(t)
	l.at["["+server6+"]:443"] = refused
	l.wants(t, map[string]want{"connect": warningOf(problem.AddressBroken, "1 of 2")})
}

func TestVPNIsAFact(t *testing.T) {
	for name, vpn := range map[string]bool{
		"tun0": true, "wg0": true, "ppp0": true, "tailscale0": true, "utun3": false, // which has no address here
		"Ethernet 2": false, "Cisco AnyConnect Virtual Miniport": true, "wlp3s0": false, "docker0": false,
	} {
		l := newLab(t)
		l.ifaces = append(l.ifaces, net.Interface{Index: 9999, Name: name, Flags: net.FlagUp})
		by := l.wants(t, nil)
		if got := fact(by["network"], "vpn"); got != vpn {
			t.Errorf("%s: vpn %v", name, got)
		}
	}
}

func TestNothingToCheckWithoutAnOrganisation(t *testing.T) {
	l := newLab(t)
	l.org = config.Organization{}
	broken := diagnose.Check{ID: "settings", Blocks: true, Run: says(diagnose.Problem)}
	wanted := under("settings", "dns", "connect", "proxy", "portal", "tls")
	wanted["settings"] = problemOf(problem.TimedOut, "")
	l.wants(t, wanted, broken)
}
