package diagnose_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"os"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"latchkey/internal/clock/clocktest"
	"latchkey/internal/config"
	"latchkey/internal/diagnose"
	"latchkey/internal/problem"
	"latchkey/internal/transport"
	"latchkey/internal/transport/transporttest"
)

const (
	serverName = "login.acme.example"
	server4    = "203.0.113.7"
	server6    = "2001:db8:7::7"
)

// lab is a network in memory, for a bubble of package synctest: time passes only where the network lets it.
type lab struct {
	names     map[string][]netip.Addr // who is where
	everybody []netip.Addr            // the answer for every other name; empty: not found
	lookup    func(ctx context.Context) error
	lookupFor time.Duration
	rtt       time.Duration
	noRoute   []string // "udp4", "udp6": families without a way out; "all": not even to the servers
	at        map[string]func(ctx context.Context) (net.Conn, error)
	ca        *transporttest.Authority
	org       config.Organization
	proxy     *url.URL
	env       map[string]string
	ifaces    []net.Interface
	clock     time.Time

	mu     sync.Mutex
	dialed []string
	heard  bytes.Buffer // all that servers were told without encryption
}

// newLab is a network in which everything works, with the sign-in server at one IPv4 address.
func newLab(t *testing.T) *lab {
	t.Helper()
	l := &lab{
		names:  map[string][]netip.Addr{serverName: {netip.MustParseAddr(server4)}},
		rtt:    20 * time.Millisecond,
		at:     map[string]func(context.Context) (net.Conn, error){},
		ca:     transporttest.NewAuthority(t, "Acme Public CA"),
		org:    config.Organization{ID: "acme", Issuer: "https://" + serverName, ClientID: "latchkey"},
		env:    map[string]string{},
		ifaces: []net.Interface{{Index: 1, Name: "lo", Flags: net.FlagUp | net.FlagLoopback}, {Index: 2, Name: "eth0", Flags: net.FlagUp}},
		clock:  noon,
	}
	l.at[server4+":443"] = l.secure(l.certificate(t))
	return l
}

func (l *lab) certificate(t *testing.T, changes ...func(*x509.Certificate)) tls.Certificate {
	t.Helper()
	named := func(c *x509.Certificate) { c.DNSNames, c.IPAddresses = []string{serverName}, nil }
	return l.ca.Issue(t, append([]func(*x509.Certificate){named}, changes...)...)
}

// asked tells a lab's lookup for which family it is asked: "ip", "ip4" or "ip6".
type asked struct{}

// LookupNetIP answers as a name service does.
func (l *lab) LookupNetIP(ctx context.Context, network, name string) ([]netip.Addr, error) {
	if l.lookup != nil {
		if err := l.lookup(context.WithValue(ctx, asked{}, network)); err != nil {
			return nil, err
		}
	}
	if err := pass(ctx, l.lookupFor); err != nil {
		return nil, &net.DNSError{Err: "i/o timeout", Name: name, IsTimeout: true}
	}
	known := l.names[name]
	if len(known) == 0 {
		known = l.everybody
	}
	if of := slices.DeleteFunc(slices.Clone(known), func(a netip.Addr) bool { return network == "ip4" && !a.Is4() || network == "ip6" && a.Is4() }); len(of) > 0 {
		return of, nil
	}
	return nil, &net.DNSError{Err: "no such host", Name: name, IsNotFound: true}
}

// DialContext connects to an IP address.
func (l *lab) DialContext(ctx context.Context, network, address string) (net.Conn, error) {
	to, err := netip.ParseAddrPort(address)
	if err != nil {
		return nil, err
	}
	family := map[bool]string{true: "udp4", false: "udp6"}[to.Addr().Is4()]
	elsewhere := !slices.ContainsFunc(slices.Collect(mapsValues(l.names)), func(a netip.Addr) bool { return a == to.Addr() })
	if slices.Contains(l.noRoute, "all") || elsewhere && network == "udp" && slices.Contains(l.noRoute, family) {
		return nil, &net.OpError{Op: "dial", Net: network, Err: os.NewSyscallError("connect", syscall.ENETUNREACH)}
	}
	if network == "udp" {
		here, _ := wire()
		return here, nil
	}
	l.mu.Lock()
	l.dialed = append(l.dialed, address)
	l.mu.Unlock()
	if err := pass(ctx, l.rtt); err != nil {
		return nil, err
	}
	if at := l.at[address]; at != nil {
		return at(ctx)
	}
	return refused(ctx)
}

func mapsValues(names map[string][]netip.Addr) func(func(netip.Addr) bool) {
	return func(yield func(netip.Addr) bool) {
		for _, addrs := range names {
			for _, a := range addrs {
				if !yield(a) {
					return
				}
			}
		}
	}
}

// pass lets time go by, as long as ctx lasts.
func pass(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func fails(err syscall.Errno) func(context.Context) (net.Conn, error) {
	return func(context.Context) (net.Conn, error) {
		return nil, &net.OpError{Op: "dial", Net: "tcp", Err: os.NewSyscallError("connect", err)}
	}
}

var refused = fails(syscall.ECONNREFUSED)

// silent is a firewall that drops everything.
func silent(ctx context.Context) (net.Conn, error) {
	<-ctx.Done()
	return nil, &net.OpError{Op: "dial", Net: "tcp", Err: ctx.Err()}
}

// serves hands the other end of each connection to serve.
func serves(serve func(net.Conn)) func(context.Context) (net.Conn, error) {
	return func(context.Context) (net.Conn, error) {
		here, there := wire()
		go func() {
			defer there.Close()
			serve(there)
		}()
		return here, nil
	}
}

// secure is a server that makes the handshake and waits to be asked.
func (l *lab) secure(certificate tls.Certificate, changes ...func(*tls.Config)) func(context.Context) (net.Conn, error) {
	config := &tls.Config{Certificates: []tls.Certificate{certificate}, Time: func() time.Time { return l.clock }}
	for _, change := range changes {
		change(config)
	}
	return serves(func(c net.Conn) {
		s := tls.Server(c, config)
		if s.Handshake() == nil {
			l.hears(s)
		}
	})
}

// hears keeps what a server is told.
func (l *lab) hears(c io.Reader) {
	told, _ := io.ReadAll(c)
	l.mu.Lock()
	defer l.mu.Unlock()
	l.heard.Write(told)
}

// pages is a web server without encryption with one answer to everything.
func (l *lab) pages(answer string) func(context.Context) (net.Conn, error) {
	return serves(func(c net.Conn) {
		asked := make([]byte, 4096)
		n, _ := c.Read(asked)
		l.mu.Lock()
		l.heard.Write(asked[:n])
		l.mu.Unlock()
		_, _ = io.WriteString(c, answer)
	})
}

// dial is how the sign-in's transport connects in this network.
func (l *lab) dial(ctx context.Context, network, address string) (net.Conn, error) {
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return nil, err
	}
	if _, err := netip.ParseAddr(host); err == nil {
		return l.DialContext(ctx, network, address)
	}
	addrs, err := l.LookupNetIP(ctx, "ip", host)
	if err != nil {
		return nil, err
	}
	return l.DialContext(ctx, network, net.JoinHostPort(addrs[0].String(), port))
}

func (l *lab) environment(t *testing.T) diagnose.Env {
	t.Helper()
	proxy := func(*http.Request) (*url.URL, error) { return l.proxy, nil }
	clock := clocktest.At(l.clock)
	client := transport.New(transport.Options{Clock: clock, Proxy: proxy, Roots: l.ca.Pool, Dial: l.dial})
	return diagnose.Env{
		Settings: &config.Settings{}, Org: l.org, HTTP: client, Clock: clock, Rand: rand.Reader,
		Getenv: func(name string) string { return l.env[name] }, Resolver: l, Dialer: l, Proxy: proxy, Roots: l.ca.Pool,
		Interfaces: func() ([]net.Interface, error) { return l.ifaces, nil },
	}
}

// networkChecks are the ones that this lab is for.
var networkChecks = []string{"network", "dns", "connect", "proxy", "portal", "tls"}

// networkOnly drops the checks that look at other things, but for those that a test puts in their place.
func networkOnly(e diagnose.Env, more ...diagnose.Check) []diagnose.Check {
	checks := slices.DeleteFunc(diagnose.Checks(e), func(c diagnose.Check) bool { return !slices.Contains(networkChecks, c.ID) })
	return append(checks, more...)
}

// diagnosed runs the network's checks in a bubble and returns the results by ID.
func (l *lab) diagnosed(t *testing.T, more ...diagnose.Check) (report diagnose.Report, by map[string]diagnose.Result) {
	t.Helper()
	by = map[string]diagnose.Result{}
	synctest.Test(t, func(t *testing.T) {
		report = diagnose.Run(t.Context(), networkOnly(l.environment(t), more...), func(r diagnose.Result) { by[r.ID] = r })
	})
	return report, by
}

// found runs the network's checks when the network and what the checks look at are prepared.
func (l *lab) found(t *testing.T, prepare func(*lab, *diagnose.Env)) map[string]diagnose.Result {
	t.Helper()
	by := map[string]diagnose.Result{}
	synctest.Test(t, func(t *testing.T) {
		prepare(l, &diagnose.Env{})
		e := l.environment(t)
		prepare(l, &e)
		settings := slices.DeleteFunc(diagnose.Checks(e), func(c diagnose.Check) bool { return c.ID != "settings" })
		diagnose.Run(t.Context(), append(settings, networkOnly(e)...), func(r diagnose.Result) { by[r.ID] = r })
	})
	return by
}

// want is what a run should find: the checks that are not ok. The others must be.
type want struct {
	state   diagnose.State
	code    problem.Code
	because string
	why     string // part of it
}

func (l *lab) wants(t *testing.T, wanted map[string]want, more ...diagnose.Check) map[string]diagnose.Result {
	t.Helper()
	report, by := l.diagnosed(t, more...)
	for _, r := range report.Results {
		w, named := wanted[r.ID]
		if !named {
			w.state = diagnose.OK
		}
		if r.State != w.state || r.Code != w.code || r.Because != w.because || !strings.Contains(r.Line(), w.why) {
			t.Errorf("%s: %s %s because %q: %s\n\twant %s %s because %q: …%s…", r.ID, r.State, r.Code, r.Because, r.Line(), w.state, w.code, w.because, w.why)
		}
		if (r.State == diagnose.Problem || r.State == diagnose.Warning) && r.Fix == "" {
			t.Errorf("%s: there is nothing to do", r.ID)
		}
	}
	return by
}

func problemOf(code problem.Code, why string) want {
	return want{diagnose.Problem, code, "", why}
}

func warningOf(code problem.Code, why string) want {
	return want{diagnose.Warning, code, "", why}
}

func folded(cause string) want { return want{state: diagnose.Skipped, because: cause} }

// under folds the checks named under one cause.
func under(cause string, ids ...string) map[string]want {
	all := map[string]want{}
	for _, id := range ids {
		all[id] = folded(cause)
	}
	return all
}

func with(wanted map[string]want, id string, w want) map[string]want {
	wanted[id] = w
	return wanted
}

var errStrange = errors.New("server misbehaving")

const unreachable = syscall.ENETUNREACH

// noNameService is a resolver that has no way to any server.
func noNameService(context.Context) error {
	return &net.DNSError{Err: "dial udp 192.0.2.53:53: connect: network is unreachable", Name: serverName}
}

// once runs one check in a bubble.
func once(t *testing.T, c diagnose.Check) (result diagnose.Result) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		diagnose.Run(t.Context(), []diagnose.Check{c}, func(r diagnose.Result) { result = r })
	})
	return result
}
