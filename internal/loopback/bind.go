package loopback

import (
	"cmp"
	"context"
	"net"
	"strconv"

	"latchkey/internal/problem"
)

// reserved belongs to another program of Genesys Cloud on the agent's computer.
const reserved = 8191

// bindFunc binds one socket; tests take addresses away with it.
type bindFunc func(ctx context.Context, network, address string) (net.Listener, error)

func bindLoopback(ctx context.Context, network, address string) (net.Listener, error) {
	config := net.ListenConfig{Control: exclusive}
	return config.Listen(ctx, network, address)
}

// bound is what a receiver listens on: one port on one or two addresses.
type bound struct {
	listeners []net.Listener
	literals  []string // addresses, as bound
	shown     string   // host for the redirect URI
	port      int
}

const tries = 16

// bindHost binds the addresses that host stands for, never by looking the name up. The port is chosen by the socket
// that serves it; where two sockets share a port and another program holds it on one address, another port is chosen.
func bindHost(ctx context.Context, bind bindFunc, host string, port int) (*bound, error) {
	host = cmp.Or(host, "127.0.0.1")
	if port == reserved {
		return nil, problem.New(problem.PortUnavailable, problem.Because("Port %d belongs to another program.", reserved))
	}
	var refused []net.Listener // held until another port is found, so that it is another one
	defer func() {
		for _, l := range refused {
			_ = l.Close()
		}
	}()
	var failure error
	for range tries {
		b, again, err := bindOnce(ctx, bind, host, port)
		if err == nil && b.port != reserved {
			return b, nil
		}
		if b != nil {
			refused = append(refused, b.listeners...)
		}
		if failure = err; err != nil && (!again || port != 0) {
			break
		}
	}
	if port == 0 && inUse(failure) && !isDenied(failure) {
		return nil, problem.New(problem.NoFreePort, problem.Caused(failure))
	}
	return nil, problem.New(problem.PortUnavailable, problem.Caused(failure))
}

// bindOnce makes one try. On a failure that another port may cure, it returns what it has bound so far and again.
func bindOnce(ctx context.Context, bind bindFunc, host string, port int) (b *bound, again bool, err error) {
	four, six := host != "::1", host != "127.0.0.1"
	b = &bound{shown: host, port: port}
	if four {
		err = b.add(ctx, bind, "tcp4", "127.0.0.1")
		if err != nil && (inUse(err) || ctx.Err() != nil) {
			return nil, false, err
		}
		six = six || err != nil // a computer without IPv4 on its loopback interface
	}
	if six {
		failure := b.add(ctx, bind, "tcp6", "::1")
		switch {
		case failure == nil && host == "127.0.0.1":
			b.shown = "::1"
		case failure != nil && len(b.listeners) == 0:
			return nil, false, failure
		case failure != nil && inUse(failure):
			if port != 0 {
				_ = b.listeners[0].Close()
				return nil, false, failure
			}
			return b, true, failure
		}
	}
	return b, false, nil
}

func (b *bound) add(ctx context.Context, bind bindFunc, network, literal string) error {
	l, err := bind(ctx, network, net.JoinHostPort(literal, strconv.Itoa(b.port)))
	if err != nil {
		return err
	}
	b.listeners = append(b.listeners, l)
	b.literals = append(b.literals, literal)
	if address, ok := l.Addr().(*net.TCPAddr); ok {
		b.port = address.Port
	}
	return nil
}
