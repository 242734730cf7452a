//go:build linux

package lab

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"os/exec"
	"strings"
	"syscall"
	"time"
)

// World is what is at the other end of the cable.
type World struct{ *namespace }

// newWorld puts the cable in and gives everybody their addresses.
func newWorld(wire Wire) (*World, error) {
	// What this process mounts is nobody else's business.
	if err := syscall.Mount("", "/", "", syscall.MS_REC|syscall.MS_PRIVATE, ""); err != nil {
		return nil, fmt.Errorf("keep mounts private: %w", err)
	}
	// First of all: package net finds out once which kinds of addresses work.
	if err := Here("link set lo up"); err != nil {
		return nil, err
	}
	n, err := newNamespace()
	if err != nil {
		return nil, fmt.Errorf("make a network namespace: %w", err)
	}
	w := &World{n}
	if err := w.lay(wire); err != nil {
		return nil, err
	}
	if err := Here(
		"link set lan0 address "+deskCard,
		"addr add "+Desk.V4.String()+"/24 dev lan0",
		"addr add "+Desk.V6.String()+"/64 dev lan0 nodad",
		"link set lan0 up",
		"neigh add "+Router.V4.String()+" lladdr "+routerCard+" dev lan0 nud permanent",
		"neigh add "+Router.V6.String()+" lladdr "+routerCard+" dev lan0 nud permanent",
	); err != nil {
		return nil, err
	}
	lines := []string{
		"link set lo up",
		"link set wan0 address " + routerCard,
		"addr add " + Router.V4.String() + "/24 dev wan0",
		"addr add " + Router.V6.String() + "/64 dev wan0 nodad",
		"link set wan0 up",
		"neigh add " + Desk.V4.String() + " lladdr " + deskCard + " dev wan0 nud permanent",
		"neigh add " + Desk.V6.String() + " lladdr " + deskCard + " dev wan0 nud permanent",
	}
	for _, s := range []both{Acme, Status, Globex, API, Apps, Stream, Portal, Proxy, Time, Stranger} {
		lines = append(lines, "addr add "+s.V4.String()+"/32 dev lo", "addr add "+s.V6.String()+"/128 dev lo nodad")
	}
	if err := w.ip(lines...); err != nil {
		return nil, err
	}
	return w, Here("route add default via "+Router.V4.String(), "route add default via "+Router.V6.String())
}

// The cards know each other from the start: nothing is lost while they ask for each other.
const (
	deskCard   = "02:00:00:00:00:20"
	routerCard = "02:00:00:00:00:01"
)

// settle waits until packets come through the cable: the kernel takes a moment after it was put in.
func (w *World) settle(patience time.Duration) error {
	for _, at := range Router.List() {
		var err error
		for began := time.Now(); time.Since(began) < 10*time.Second; {
			var c net.Conn
			if c, err = net.DialTimeout("tcp", netip.AddrPortFrom(at, 53).String(), patience); err == nil {
				_ = c.Close()
				break
			}
		}
		if err != nil {
			return fmt.Errorf("the cable does not work: %w", err)
		}
	}
	return nil
}

// Here runs lines of the command ip on this computer, for instance "link set lan0 down".
func Here(lines ...string) error { return (*namespace)(nil).ip(lines...) }

func (n *namespace) ip(lines ...string) error {
	return n.run(strings.Join(lines, "\n")+"\n", "ip", "-batch", "-")
}

// Filter puts rules of the packet filter in front of everything that comes into the world from this computer, for
// instance "tcp dport 443 drop".
func (w *World) Filter(rules ...string) error {
	return w.filter("input", append([]string{"iifname != wan0 accept"}, rules...))
}

// FilterBack puts rules in front of everything that the world sends to this computer.
func (w *World) FilterBack(rules ...string) error {
	return w.filter("output", append([]string{"oifname != wan0 accept"}, rules...))
}

// Open takes every filter and every portal in the world away.
func (w *World) Open() error { return w.run("flush ruleset\n", "nft", "-f", "-") }

// FilterHere puts rules in front of everything that this computer sends, as a firewall on it does.
func FilterHere(rules ...string) error { return (*namespace)(nil).filter("output", rules) }

func (n *namespace) filter(hook string, rules []string) error {
	const frame = "table inet %[1]s {\n\tchain %[1]s {\n\t\ttype filter hook %[1]s priority 0; policy accept;\n\t\t%[2]s\n\t}\n}\n"
	return n.run(fmt.Sprintf(frame, hook, strings.Join(rules, "\n\t\t")), "nft", "-f", "-")
}

// Narrow lets no more bits a second through the cable than rate says, for instance "20kbit", in both directions.
func (w *World) Narrow(rate string) error {
	for at, card := range map[*namespace]string{nil: "lan0", w.namespace: "wan0"} {
		if err := at.run("", "tc", "qdisc", "add", "dev", card, "root", "tbf", "rate", rate, "burst", "1600", "latency", "4s"); err != nil {
			return err
		}
	}
	return nil
}

// Listen listens in the world.
func (w *World) Listen(at netip.Addr, port int) (net.Listener, error) {
	return w.listen(netip.AddrPortFrom(at, uint16(port)).String())
}

// Dial connects from within the world.
func (w *World) Dial(ctx context.Context, network, address string) (net.Conn, error) {
	return w.dial(ctx, network, address)
}

// Start starts a program in the world.
func (w *World) Start(cmd *exec.Cmd) error { return w.start(cmd) }
