package diagnose

import (
	"context"
	"encoding/binary"
	"net"
	"net/http"
	"net/netip"
	"sync/atomic"
	"testing"
	"time"

	"latchkey/internal/config"
	"latchkey/internal/transport"
)

// memory is a network of two in a bubble of package synctest: a web server and a time server, whose clocks are off.
type memory struct {
	t      *testing.T
	handle http.HandlerFunc
	accept chan net.Conn
	date   func() time.Time // the web server's clock
	ntp    func() time.Time // the time server's; nil: silent
	rtt    time.Duration
	asked  atomic.Int64

	described atomic.Int64 // how often it was asked what it is
}

// openID answers as a server does that proves who signed in.
func (m *memory) openID(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path != "/.well-known/openid-configuration" {
		return
	}
	m.described.Add(1)
	const at = "http://" + memoryHost
	writeJSON(w, http.StatusOK, map[string]any{
		"issuer": at, "authorization_endpoint": at + "/authorize", "token_endpoint": at + "/token", "jwks_uri": at + "/keys",
	})
}

const memoryHost = "127.0.0.1:4001"

func newMemory(t *testing.T) *memory {
	m := &memory{t: t, accept: make(chan net.Conn), date: time.Now, ntp: time.Now}
	server := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		m.asked.Add(1)
		time.Sleep(m.rtt / 2)
		w.Header().Set("Date", m.date().UTC().Format(http.TimeFormat))
		time.Sleep(m.rtt / 2)
		if m.handle != nil {
			m.handle(w, r)
		}
	})}
	done := make(chan struct{})
	go func() { _ = server.Serve(listener{m.accept, done}) }()
	t.Cleanup(func() { close(done); _ = server.Close() })
	return m
}

// env is an environment in the bubble.
func (m *memory) env(org config.Organization, clk *turned) Env {
	if org.ID == "" {
		org = config.Organization{ID: "acme", Issuer: "http://" + memoryHost}
	}
	e := envFor(m.t, org, clk, func(o *transport.Options) { o.Dial = m.DialContext })
	e.Dialer = m
	return e
}

// DialContext connects to the web server, or to the time server.
func (m *memory) DialContext(ctx context.Context, network, _ string) (net.Conn, error) {
	here, there := net.Pipe()
	if network == "udp" {
		go m.tellTime(there)
		return here, nil
	}
	select {
	case m.accept <- there:
		return addressed{here}, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// tellTime answers one question after another (RFC 5905, section 7.3).
func (m *memory) tellTime(c net.Conn) {
	defer c.Close()
	packet := make([]byte, 48)
	for {
		if _, err := c.Read(packet); err != nil {
			return
		}
		if m.ntp == nil {
			continue
		}
		answer := make([]byte, 48)
		answer[0], answer[1], answer[3] = 0x24, 2, 0xe8 // version 4, server, stratum 2
		copy(answer[12:], "LOCL")
		copy(answer[24:32], packet[40:48]) // their transmit time is our origin time
		now := m.ntp()
		for _, at := range []int{16, 32, 40} {
			binary.BigEndian.PutUint32(answer[at:], uint32(now.Unix()+2208988800))
			binary.BigEndian.PutUint32(answer[at+4:], uint32(uint64(now.Nanosecond())<<32/1e9))
		}
		if _, err := c.Write(answer); err != nil {
			return
		}
	}
}

// addressed is a connection that says it is on loopback, where http is allowed.
type addressed struct{ net.Conn }

func (addressed) RemoteAddr() net.Addr {
	return net.TCPAddrFromAddrPort(netip.MustParseAddrPort(memoryHost))
}

type listener struct {
	accept chan net.Conn
	done   chan struct{}
}

func (l listener) Accept() (net.Conn, error) {
	select {
	case c := <-l.accept:
		return c, nil
	case <-l.done:
		return nil, net.ErrClosed
	}
}

func (listener) Close() error   { return nil }
func (listener) Addr() net.Addr { return addressed{}.RemoteAddr() }
