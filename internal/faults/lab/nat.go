//go:build linux

package lab

import (
	"fmt"
	"net/netip"
	"strings"
)

// PublicAddress is the router's own, which it puts in the place of this computer's in what goes to the DistantVoiceServers.
var PublicAddress = netip.MustParseAddr("203.0.113.7")

// DistantVoiceServers are two, in a network beyond the world.
var DistantVoiceServers = []netip.AddrPort{
	netip.AddrPortFrom(server(60).V4, voicePort), netip.AddrPortFrom(server(61).V4, voicePort),
}

// NAT is how a router chooses the ports that it puts in the place of other people's.
type NAT string

// A friendly router keeps the port where it can, so that it is the same whoever is spoken to. A symmetric one draws a port for
// each destination.
const (
	FriendlyNAT  NAT = "masquerade"
	SymmetricNAT NAT = "masquerade fully-random"
)

// ServeVoiceBehind starts the DistantVoiceServers in a network of their own, and lets the world be the router in front of them.
func (l *Lab) ServeVoiceBehind(n NAT) error {
	beyond, err := newNamespace()
	if err != nil {
		return fmt.Errorf("make a network namespace: %w", err)
	}
	const next = "203.0.113.1"
	if err := l.World.ip("link add up0 type veth peer name down0", fmt.Sprintf("link set down0 netns %d", beyond.thread),
		"addr add "+PublicAddress.String()+"/24 dev up0", "link set up0 up"); err != nil {
		return err
	}
	there := []string{"link set lo up", "addr add " + next + "/24 dev down0", "link set down0 up"}
	var ways []string
	for _, s := range DistantVoiceServers {
		there = append(there, "addr add "+s.Addr().String()+"/32 dev lo")
		ways = append(ways, "route add "+s.Addr().String()+" via "+next)
	}
	if err := beyond.ip(there...); err != nil {
		return err
	}
	if err := l.World.ip(ways...); err != nil {
		return err
	}
	if err := l.World.run("echo 1 > /proc/sys/net/ipv4/ip_forward", "sh"); err != nil {
		return err
	}
	rules := strings.Join([]string{"type nat hook postrouting priority 100; policy accept;", "oifname up0 " + string(n)}, "\n\t\t")
	if err := l.World.run("table ip nat {\n\tchain nat {\n\t\t"+rules+"\n\t}\n}\n", "nft", "-f", "-"); err != nil {
		return err
	}
	for _, s := range DistantVoiceServers {
		if err := beyond.serveSTUN(s); err != nil {
			return err
		}
	}
	return nil
}
