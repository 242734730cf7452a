//go:build faults && linux

package faults

import (
	"errors"
	"net/http"
	"net/netip"
	"strconv"
	"time"

	"latchkey/internal/diagnose"
	"latchkey/internal/faults/lab"
)

// healthy is a network with nothing wrong with it: whatever is shown here is a false alarm.
var healthy = []scenario{
	{name: "nothing wrong, Acme", want: diagnose.Fine},
	{name: "nothing wrong, Globex", org: globex, want: diagnose.Fine},
	{name: "no IPv6 in this network", want: diagnose.Fine, fault: here("route del default via 2001:db8:77::1", "addr del 2001:db8:77::20/64 dev lan0")},
	{name: "VPN present", want: diagnose.Fine, fault: here("tuntap add mode tun name tun0", "addr add 10.8.0.2/24 dev tun0", "link set tun0 up")},
	{name: "5 % loss", want: diagnose.Fine, fault: loss(5), may: slow},
	{name: "64 kbit/s", want: diagnose.Fine, fault: narrow("64kbit"), may: slow},
}

// slow is what may be said about a network that works, yet badly.
var slow = []string{
	"dns warning name-service-slow", "connect warning connection-slow", "connect warning address-broken", "network warning ipv6-broken",
	"network warning ipv4-broken", "status unknown", "clock unknown", "voice unknown", "voice warning voice-blocked",
}

var networkFaults = []scenario{
	{
		name: "cable unplugged", fault: here("link set lan0 down"),
		want: diagnose.Blocked, shown: []string{"network problem offline"},
	}, {
		name: "no network card", fault: here("link del lan0"),
		want: diagnose.Blocked, shown: []string{"network problem offline"},
	}, {
		name: "route gone", fault: here("route del default via 192.168.77.1", "route del default via 2001:db8:77::1"),
		want: diagnose.Blocked, shown: []string{"network problem offline"},
	}, {
		name: "everything dropped", fault: world("drop"),
		want: diagnose.Blocked, shown: []string{"dns problem name-service-dead"},
	}, {
		name: "IPv6 black hole", fault: world("meta nfproto ipv6 tcp dport { 80, 443 } drop"),
		want: diagnose.Degraded, shown: []string{"network warning ipv6-broken"},
	}, {
		name: "IPv4 black hole", fault: world("meta nfproto ipv4 tcp dport { 80, 443 } drop"),
		want: diagnose.Degraded, shown: []string{"network warning ipv4-broken"},
	}, {
		name: "IPv6 refused", fault: world("meta nfproto ipv6 tcp dport 443 reject with tcp reset"),
		want: diagnose.Degraded, shown: []string{"connect warning address-broken"},
	}, {
		name: "one of two addresses is dead",
		fault: func(r *rig) error {
			r.Names.Set("login.acme.example", lab.Nowhere.V4, lab.Acme.V4)
			return nil
		},
		want: diagnose.Degraded, shown: []string{"connect warning address-broken"},
	}, {
		name: "firewall drops", fault: world("ip daddr 198.51.100.10 tcp dport 443 drop", "ip6 daddr 2001:db8:100::10 tcp dport 443 drop"),
		want: diagnose.Blocked, shown: []string{"connect problem timed-out"},
	}, {
		name: "firewall rejects", fault: world("ip daddr 198.51.100.10 tcp dport 443 reject with tcp reset", "ip6 daddr 2001:db8:100::10 tcp dport 443 reject with tcp reset"),
		want: diagnose.Blocked, shown: []string{"connect problem connection-refused"},
	}, {
		name: "firewall prohibits", fault: world("ip daddr 198.51.100.10 tcp dport 443 reject with icmpx type admin-prohibited", "ip6 daddr 2001:db8:100::10 tcp dport 443 reject with icmpx type admin-prohibited"),
		want: diagnose.Blocked, shown: []string{"connect problem no-way-to-server"},
	}, {
		name: "firewall resets what it reads", fault: world("ip daddr 198.51.100.10 tcp dport 443 tcp flags & psh == psh reject with tcp reset", "ip6 daddr 2001:db8:100::10 tcp dport 443 tcp flags & psh == psh reject with tcp reset"),
		want: diagnose.Blocked, shown: []string{"connect problem connection-broken"},
	}, {
		name: "firewall swallows what it reads", fault: world("ip daddr 198.51.100.10 tcp dport 443 tcp flags & psh == psh drop", "ip6 daddr 2001:db8:100::10 tcp dport 443 tcp flags & psh == psh drop"),
		want: diagnose.Blocked, shown: []string{"tls problem timed-out"},
	}, {
		name: "firewall of this computer drops", fault: func(*rig) error { return lab.FilterHere("tcp dport 443 drop") },
		want: diagnose.Blocked, shown: []string{"connect problem timed-out"},
	}, {
		name: "firewall of this computer rejects", fault: func(*rig) error { return lab.FilterHere("tcp dport 443 reject") },
		want: diagnose.Blocked, shown: []string{"connect problem connection-refused"},
	}, {
		name: "large packets vanish", fault: func(r *rig) error { return r.World.FilterBack("meta length > 700 drop") },
		want: diagnose.Blocked, shown: []string{"tls problem timed-out"},
	}, {
		name: "answers take 2 s", wire: lab.Wire{Delay: time.Second},
		want: diagnose.Degraded, shown: []string{"dns warning name-service-slow", "connect warning connection-slow"}, may: slow,
	},
}

var nameFaults = []scenario{
	{
		name: "name service dead", fault: names(lab.NameFault{Silent: true}),
		want: diagnose.Blocked, shown: []string{"dns problem name-service-dead"},
	}, {
		name: "name service not there", fault: resolvers(lab.Status.V4),
		want: diagnose.Blocked, shown: []string{"dns problem name-service-dead"},
	}, {
		name: "name service fails", fault: names(lab.NameFault{Fails: true}),
		want: diagnose.Blocked, shown: []string{"dns problem name-service-dead"},
	}, {
		name: "name service refuses", fault: names(lab.NameFault{Refuses: true}),
		want: diagnose.Blocked, shown: []string{"dns problem name-service-dead"},
	}, {
		name: "name missing", fault: func(r *rig) error { r.Names.Set("login.acme.example"); return nil },
		want: diagnose.Blocked, shown: []string{"dns problem name-not-found"},
	}, {
		name: "name missing in the region", org: globex, fault: func(r *rig) error { r.Names.Set("login.euw2.pure.cloud"); return nil },
		want: diagnose.Blocked, shown: []string{"dns problem name-not-found"},
	}, {
		name: "name service slow", fault: names(lab.NameFault{Slow: 1500 * time.Millisecond}),
		want: diagnose.Degraded, shown: []string{"dns warning name-service-slow"}, may: slow,
	}, {
		name: "first name service dead, second fine", fault: resolvers(lab.Nowhere.V4, lab.Router.V4),
		want: diagnose.Degraded, shown: []string{"dns warning name-service-slow"}, may: slow,
	}, {
		name: "questions for IPv6 vanish", fault: names(lab.NameFault{NoIPv6: true}),
		want: diagnose.Degraded, shown: []string{"dns warning name-service-slow"}, may: slow,
	}, {
		name: "missing names are hijacked", fault: func(r *rig) error {
			r.Names.Set("login.acme.example")
			r.Names.Fail(lab.NameFault{Hijacks: lab.Stranger.V4})
			l, err := r.World.Listen(lab.Stranger.V4, 80) // where the provider shows its page
			if err == nil {
				go func() { _ = http.Serve(l, lab.Page(http.StatusOK, "Did you mean …")(nil)) }()
			}
			return err
		},
		want: diagnose.Blocked, shown: []string{"dns problem names-made-up"},
	}, {
		name: "name leads to this computer", fault: func(r *rig) error {
			return r.Replace("/etc/hosts", "127.0.0.1 localhost login.acme.example\n")
		},
		want: diagnose.Blocked, shown: []string{"dns problem name-unusual"},
	}, {
		name: "name is blocked with 0.0.0.0", org: globex, fault: func(r *rig) error {
			r.Names.Set("login.euw2.pure.cloud", netip.IPv4Unspecified())
			return nil
		},
		want: diagnose.Blocked, shown: []string{"dns problem name-unusual"},
	}, {
		name: "public name has a private address", org: globex, fault: func(r *rig) error {
			r.Names.Set("login.euw2.pure.cloud", netip.MustParseAddr("10.1.2.3"))
			return nil
		},
		want: diagnose.Blocked, shown: []string{"dns problem name-unusual"},
	},
}

// here changes the network of this computer.
func here(lines ...string) func(*rig) error {
	return func(*rig) error { return lab.Here(lines...) }
}

// world filters what comes into the world.
func world(rules ...string) func(*rig) error {
	return func(r *rig) error { return r.World.Filter(rules...) }
}

// loss loses so many of a hundred packets in each direction.
func loss(percent int) func(*rig) error {
	rule := "numgen random mod 100 < " + strconv.Itoa(percent) + " drop"
	return func(r *rig) error { return errors.Join(r.World.Filter(rule), r.World.FilterBack(rule)) }
}

// narrow lets only so many bits a second through.
func narrow(rate string) func(*rig) error {
	return func(r *rig) error { return r.World.Narrow(rate) }
}

// names breaks the name service.
func names(f lab.NameFault) func(*rig) error {
	return func(r *rig) error {
		r.Names.Fail(f)
		return nil
	}
}

// resolvers makes this computer ask other name services.
func resolvers(at ...netip.Addr) func(*rig) error {
	text := ""
	for _, a := range at {
		text += "nameserver " + a.String() + "\n"
	}
	return func(r *rig) error { return r.Replace("/etc/resolv.conf", text) }
}
