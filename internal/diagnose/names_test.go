package diagnose

import (
	"context"
	"net"
	"net/netip"
	"sync"
	"testing"
	"time"

	"golang.org/x/net/dns/dnsmessage"
)

// nameServer is a name service on loopback that loses the first question for each family.
func nameServer(t *testing.T, address netip.Addr) *net.Resolver {
	t.Helper()
	socket, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var done sync.WaitGroup
	t.Cleanup(func() {
		_ = socket.Close()
		done.Wait()
	})
	done.Go(func() {
		asked := map[dnsmessage.Type]int{}
		packet := make([]byte, 1500)
		for {
			n, from, err := socket.ReadFrom(packet)
			if err != nil {
				return
			}
			var m dnsmessage.Message
			if m.Unpack(packet[:n]) != nil || len(m.Questions) != 1 {
				continue
			}
			q := m.Questions[0]
			if asked[q.Type]++; asked[q.Type] == 1 {
				continue
			}
			m.Response, m.RecursionAvailable, m.Additionals = true, true, nil
			if q.Type == dnsmessage.TypeA {
				m.Answers = []dnsmessage.Resource{{
					Header: dnsmessage.ResourceHeader{Name: q.Name, Type: q.Type, Class: q.Class, TTL: 60}, Body: &dnsmessage.AResource{A: address.As4()},
				}}
			}
			if out, err := m.Pack(); err == nil {
				_, _ = socket.WriteTo(out, from)
			}
		}
	})
	return &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		conn, err := new(net.Dialer).DialContext(ctx, "udp", socket.LocalAddr().String())
		if err == nil { // the resolver goes on waiting for what was lost
			t.Cleanup(func() { _ = conn.Close() })
		}
		return conn, err
	}}
}

// The system would wait five seconds before it asks again.
func TestALostQuestionIsAskedAgain(t *testing.T) {
	address := netip.MustParseAddr("192.0.2.7")
	found := Env{Resolver: nameServer(t, address)}.ask(t.Context(), "login.acme.example", 4*time.Second)
	if found.err != nil || len(found.addrs) != 1 || found.addrs[0] != address || found.silent != "" {
		t.Errorf("got %+v", found)
	}
}
