package loopback

import (
	"context"
	"errors"
	"net"
	"slices"
	"strings"
	"testing"

	"latchkey/internal/problem"
	"latchkey/internal/secret"
)

// without binds what the computer has, but for one address family.
func without(network string) bindFunc {
	return func(ctx context.Context, n, address string) (net.Listener, error) {
		if n == network {
			return nil, errors.New("no such address")
		}
		return bindLoopback(ctx, n, address)
	}
}

// wantAddresses checks where a receiver for a host listens, and that it takes an answer there.
func wantAddresses(t *testing.T, host string, bind bindFunc, redirect string, literals ...string) {
	t.Helper()
	r, err := listen(t.Context(), Options{Host: host, Path: "/callback", State: secret.New("s")}, bind)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if !strings.HasPrefix(r.RedirectURI(), redirect+":") {
		t.Errorf("redirect URI %s", r.RedirectURI())
	}
	var got []string
	for _, l := range r.listeners {
		got = append(got, l.Addr().(*net.TCPAddr).IP.String())
	}
	if !slices.Equal(got, literals) {
		t.Errorf("listens on %v, want %v", got, literals)
	}
	if err := r.Submit(r.RedirectURI() + "?code=c&state=s"); err != nil {
		t.Error(err)
	}
}

func TestCB51OnlyIPv6(t *testing.T) {
	wantAddresses(t, "127.0.0.1", without("tcp4"), "http://[::1]", "::1")
	wantAddresses(t, "::1", bindLoopback, "http://[::1]", "::1")
	wantAddresses(t, "localhost", without("tcp4"), "http://localhost", "::1")
}

func TestCB52OnlyIPv4(t *testing.T) {
	wantAddresses(t, "127.0.0.1", without("tcp6"), "http://127.0.0.1", "127.0.0.1")
	wantAddresses(t, "localhost", without("tcp6"), "http://localhost", "127.0.0.1")
}

func TestBothFamilies(t *testing.T) {
	wantAddresses(t, "127.0.0.1", bindLoopback, "http://127.0.0.1", "127.0.0.1")
	wantAddresses(t, "", bindLoopback, "http://127.0.0.1", "127.0.0.1")
	wantAddresses(t, "localhost", bindLoopback, "http://localhost", "127.0.0.1", "::1")
}

func TestNoAddressAtAll(t *testing.T) {
	none := func(context.Context, string, string) (net.Listener, error) { return nil, errors.New("forbidden") }
	for _, host := range []string{"127.0.0.1", "::1", "localhost"} {
		if _, err := listen(t.Context(), Options{Host: host, State: secret.New("s")}, none); !problem.Has(err, problem.PortUnavailable) {
			t.Errorf("%s: %v", host, err)
		}
	}
}

func TestNoState(t *testing.T) {
	if _, err := Listen(t.Context(), Options{Host: "127.0.0.1"}); err == nil {
		t.Error("listens for any state")
	}
}

// TestAnotherProgramHoldsThePort has a port taken on one address only, as often as not: another one is chosen, and
// none is left open.
func TestAnotherProgramHoldsThePort(t *testing.T) {
	var taken []net.Listener
	bind := func(ctx context.Context, network, address string) (net.Listener, error) {
		if network == "tcp6" && len(taken) < 3 {
			l, err := bindLoopback(ctx, network, address)
			if err != nil {
				return nil, err
			}
			taken = append(taken, l)
			return bindLoopback(ctx, network, address) // the real error
		}
		return bindLoopback(ctx, network, address)
	}
	b, err := bindHost(t.Context(), bind, "localhost", 0)
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range b.listeners {
		if l.Addr().(*net.TCPAddr).Port != b.port || len(b.listeners) != 2 {
			t.Errorf("listens on %v", l.Addr())
		}
		defer func() { _ = l.Close() }()
	}
	for _, l := range taken {
		other := net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: l.Addr().(*net.TCPAddr).Port}
		_ = l.Close()
		free, err := net.Listen("tcp4", other.String())
		if err != nil {
			t.Errorf("left open: %v", err)
			continue
		}
		_ = free.Close()
	}
	t.Run("fixed port", func(t *testing.T) {
		l, err := net.Listen("tcp6", "[::1]:0")
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = l.Close() }()
		port := l.Addr().(*net.TCPAddr).Port
		if _, err := bindHost(t.Context(), bindLoopback, "localhost", port); !problem.Has(err, problem.PortUnavailable) {
			t.Errorf("got %v", err)
		}
	})
}

func TestReservedPortIsNotTaken(t *testing.T) {
	l, err := net.Listen("tcp4", "127.0.0.1:8191")
	if err != nil {
		t.Logf("8191 is in use here: %v", err)
	} else {
		_ = l.Close()
	}
	first := true
	bind := func(ctx context.Context, network, address string) (net.Listener, error) {
		l, err := bindLoopback(ctx, network, address)
		if first && err == nil {
			first = false
			return pretend{l}, nil
		}
		return l, err
	}
	b, err := bindHost(t.Context(), bind, "127.0.0.1", 0)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = b.listeners[0].Close() }()
	if b.port == reserved || first {
		t.Errorf("port %d", b.port)
	}
}

type pretend struct{ net.Listener }

func (pretend) Addr() net.Addr { return &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: reserved} }
