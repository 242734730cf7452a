package diagnose

import (
	"context"
	"net"
	"net/netip"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/pion/stun/v3"

	"latchkey/internal/config"
	"latchkey/internal/problem"
)

// mirrorServer is a STUN server on loopback. answer says what it makes of a request from an address; nil: nothing.
func mirrorServer(t *testing.T, answer func(n int64, from netip.AddrPort, request *stun.Message) []*stun.Message) string {
	t.Helper()
	socket, err := net.ListenUDP("udp4", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	t.Cleanup(func() { _ = socket.Close(); <-done })
	var n atomic.Int64
	go func() {
		defer close(done)
		buffer := make([]byte, 1500)
		for {
			size, from, err := socket.ReadFromUDPAddrPort(buffer)
			if err != nil {
				return
			}
			request := &stun.Message{Raw: append([]byte(nil), buffer[:size]...)}
			if request.Decode() != nil || answer == nil {
				continue
			}
			for _, m := range answer(n.Add(1), from, request) {
				_, _ = socket.WriteToUDPAddrPort(m.Raw, from)
			}
		}
	}()
	return socket.LocalAddr().String()
}

func mapped(id [stun.TransactionIDSize]byte, as netip.AddrPort) *stun.Message {
	return stun.MustBuild(stun.NewTransactionIDSetter(id), stun.BindingSuccess, &stun.XORMappedAddress{IP: as.Addr().AsSlice(), Port: int(as.Port())})
}

// as answers that everybody comes from one address.
func as(address string) func(int64, netip.AddrPort, *stun.Message) []*stun.Message {
	return func(_ int64, _ netip.AddrPort, r *stun.Message) []*stun.Message {
		return []*stun.Message{mapped(r.TransactionID, netip.MustParseAddrPort(address))}
	}
}

func honest(_ int64, from netip.AddrPort, r *stun.Message) []*stun.Message {
	return []*stun.Message{mapped(r.TransactionID, from)}
}

func TestVoice(t *testing.T) {
	for _, c := range []struct {
		name    string
		servers []func(int64, netip.AddrPort, *stun.Message) []*stun.Message
		state   State
		code    problem.Code
		nat     any
		public  any
	}{
		{"open", []func(int64, netip.AddrPort, *stun.Message) []*stun.Message{honest, honest}, OK, "", "none", "127.0.0.1"},
		{"one port for all", []func(int64, netip.AddrPort, *stun.Message) []*stun.Message{as("198.51.100.9:40000"), as("198.51.100.9:40000")}, OK, "", "friendly", "198.51.100.9"},
		{"a port for each", []func(int64, netip.AddrPort, *stun.Message) []*stun.Message{as("198.51.100.9:40000"), as("198.51.100.9:40001")}, Warning, problem.VoiceDetour, "symmetric", "198.51.100.9"},
		{"only one server", []func(int64, netip.AddrPort, *stun.Message) []*stun.Message{as("198.51.100.9:40000")}, OK, "", "unknown", "198.51.100.9"},
		{"one is silent", []func(int64, netip.AddrPort, *stun.Message) []*stun.Message{nil, as("198.51.100.9:40000")}, OK, "", "unknown", "198.51.100.9"},
		{"nothing comes back", []func(int64, netip.AddrPort, *stun.Message) []*stun.Message{nil, nil}, Warning, problem.VoiceBlocked, "unknown", nil},
		{"a packet is lost", []func(int64, netip.AddrPort, *stun.Message) []*stun.Message{func(n int64, from netip.AddrPort, r *stun.Message) []*stun.Message {
			if n == 1 {
				return nil
			}
			return honest(n, from, r)
		}}, OK, "", "none", "127.0.0.1"},
		{"a stranger answers first", []func(int64, netip.AddrPort, *stun.Message) []*stun.Message{func(n int64, from netip.AddrPort, r *stun.Message) []*stun.Message {
			return append(as("192.0.2.66:1")(n, from, &stun.Message{}), honest(n, from, r)...)
		}}, OK, "", "none", "127.0.0.1"},
		{"an error", []func(int64, netip.AddrPort, *stun.Message) []*stun.Message{func(_ int64, _ netip.AddrPort, r *stun.Message) []*stun.Message {
			return []*stun.Message{stun.MustBuild(stun.NewTransactionIDSetter(r.TransactionID), stun.BindingError)}
		}}, Warning, problem.VoiceBlocked, "unknown", nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			e := envFor(t, config.Organization{}, nil)
			for _, answer := range c.servers {
				e.STUN = append(e.STUN, mirrorServer(t, answer))
			}
			f := e.voice(t.Context())
			if f.State != c.state || f.Code != c.code || fact(f, "nat") != c.nat || fact(f, "public_address") != c.public {
				t.Errorf("got %s %s: %s, %v", f.State, f.Code, f.Line(), f.Facts)
			}
			shareable(t, f, "public_address") // never without being asked for
			if strings.Contains(f.Line()+f.Fix, "198.51") {
				t.Error("the words name the address")
			}
		})
	}
}

// names is a name service with a few names in it.
type namesOnly map[string][]netip.Addr

func (n namesOnly) LookupNetIP(_ context.Context, _, host string) ([]netip.Addr, error) {
	if addrs := n[host]; len(addrs) > 0 {
		return addrs, nil
	}
	return nil, &net.DNSError{Err: "no such host", Name: host, IsNotFound: true}
}

func TestVoiceServersByName(t *testing.T) {
	e := envFor(t, config.Organization{}, nil)
	_, port, _ := net.SplitHostPort(mirrorServer(t, honest))
	e.Resolver = namesOnly{"stun.acme.example": {netip.MustParseAddr("::1"), netip.MustParseAddr("127.0.0.1")}}
	e.STUN = []string{"stun.acme.example:" + port, "gone.acme.example:" + port, "no port at all:x"}
	if f := e.voice(t.Context()); f.State != OK || fact(f, "servers") != 1 {
		t.Errorf("got %+v", f)
	}
	e.STUN = []string{"gone.acme.example"}
	if f := e.voice(t.Context()); f.State != Unknown {
		t.Errorf("got %+v", f)
	}
}

func TestVoiceIsStopped(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	e := envFor(t, config.Organization{}, nil)
	e.STUN = []string{mirrorServer(t, func(int64, netip.AddrPort, *stun.Message) []*stun.Message { cancel(); return nil })}
	if f := e.voice(ctx); f.State != Unknown {
		t.Errorf("got %+v", f)
	}
}
