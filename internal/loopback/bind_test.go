package loopback

import (
	"context"
	"errors"
	"net"
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

func TestAddressesOfThisComputer(t *testing.T) {
	for _, c := range []struct {
		name, host string
		bind       bindFunc
		redirect   string
		literals   string
	}{
		{"CB52 IPv4", "127.0.0.1", bindLoopback, "http://127.0.0.1:", "127.0.0.1"},
		{"no host named", "", bindLoopback, "http://127.0.0.1:", "127.0.0.1"},
		{"CB52 no IPv6", "127.0.0.1", without("tcp6"), "http://127.0.0.1:", "127.0.0.1"},
		{"CB51 no IPv4", "127.0.0.1", without("tcp4"), "http://[::1]:", "::1"},
		{"CB51 IPv6", "::1", bindLoopback, "http://[::1]:", "::1"},
		{"localhost", "localhost", bindLoopback, "http://localhost:", "127.0.0.1 ::1"},
		{"localhost, no IPv6", "localhost", without("tcp6"), "http://localhost:", "127.0.0.1"},
		{"localhost, no IPv4", "localhost", without("tcp4"), "http://localhost:", "::1"},
	} {
		t.Run(c.name, func(t *testing.T) {
			r, err := listen(t.Context(), Options{Host: c.host, Path: "/callback", State: secret.New("s")}, c.bind)
			if err != nil {
				t.Fatal(err)
			}
			defer r.Close()
			if !strings.HasPrefix(r.RedirectURI(), c.redirect) {
				t.Errorf("redirect URI %s", r.RedirectURI())
			}
			var literals []string
			for _, l := range r.listeners {
				literals = append(literals, l.Addr().(*net.TCPAddr).IP.String())
			}
			if got := strings.Join(literals, " "); got != c.literals {
				t.Errorf("listens on %s", got)
			}
			if err := r.Submit(r.RedirectURI() + "?code=c&state=s"); err != nil {
				t.Error(err)
			}
		})
	}
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

func FuzzParseQuery(f *testing.F) {
	for _, s := range []string{"code=a&state=b", "a=1&a=2", "%zz", ";", "=", "a=%00", strings.Repeat("a&", 40), "é=1&+=%2B"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		parameters, ok := parseQuery(raw)
		if !ok && parameters != nil {
			t.Error("refused, but returned")
		}
		if len(parameters) > maxParameters {
			t.Errorf("%d parameters", len(parameters))
		}
		callback, err := Options{Issuer: "i", IssRequired: true}.judge(parameters)
		if err == nil && (callback.Code.Empty() == (callback.Error == "") || parameters["iss"] != "i") {
			t.Errorf("taken: %q", raw)
		}
	})
}
