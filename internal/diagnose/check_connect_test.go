package diagnose_test

import (
	"context"
	"net"
	"net/netip"
	"os"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"latchkey/internal/diagnose"
	"latchkey/internal/problem"
)

func TestDG20DroppedOrRejected(t *testing.T) {
	for _, c := range []struct {
		name string
		at   func(context.Context) (net.Conn, error)
		code problem.Code
		why  string
	}{
		{"refused", refused, problem.ConnectionRefused, ""},
		{"dropped", silent, problem.TimedOut, "Nothing comes back from port 443"},
		{"no way", fails(syscall.EHOSTUNREACH), problem.NoWay, "does not lead there"},
		{"forbidden here", fails(syscall.EACCES), problem.NoWay, "This computer does not let Latchkey connect"},
		{"no port left", func(context.Context) (net.Conn, error) {
			return nil, &net.OpError{Op: "dial", Net: "tcp", Addr: &net.TCPAddr{IP: net.IPv4(192, 0, 2, 1), Port: 443}, Err: os.NewSyscallError("connect", syscall.EADDRNOTAVAIL)}
		}, problem.NoFreePort, "Too many connections"},
		{"reset at once", fails(syscall.ECONNRESET), problem.ConnectionBroken, ""},
		{"reset when it gets secure", serves(func(c net.Conn) { _, _ = c.Read(make([]byte, 1)) }), problem.ConnectionBroken, "before it is secure"},
	} {
		t.Run(c.name, func(t *testing.T) {
			l := newLab(t)
			l.at[server4+":443"] = c.at
			l.wants(t, map[string]want{"connect": problemOf(c.code, c.why), "tls": folded("connect")})
		})
	}
}

// What IPv6 says where there is none is not what keeps people out.
func TestAMissingFamilyDoesNotHideTheReason(t *testing.T) {
	l := newLab(t)
	l.names[serverName] = append(l.names[serverName], netip.MustParseAddr(server6))
	l.at["["+server6+"]:443"] = fails(syscall.ENETUNREACH)
	l.at[server4+":443"] = silent
	l.wants(t, map[string]want{"connect": problemOf(problem.TimedOut, ""), "tls": folded("connect")})
}

func TestRoundTripsAreMeasured(t *testing.T) {
	l := newLab(t)
	by := l.wants(t, nil)
	rtts, _ := fact(by["connect"], "rtt_ms").([]float64)
	if len(rtts) != 5 || rtts[0] != 20 || !strings.Contains(by["connect"].Line(), "20 ms") {
		t.Errorf("rtt_ms %v: %s", rtts, by["connect"].Line())
	}
}

func TestDG05SlowAndLossyConnections(t *testing.T) {
	l := newLab(t)
	l.rtt = 2 * time.Second
	l.wants(t, map[string]want{"connect": warningOf(problem.ConnectionSlow, "2.0 s")})

	// Packets that are lost now and then, and sent again after a second, do not make a slow connection.
	l = newLab(t)
	good, lost := l.at[server4+":443"], make(chan bool, 2)
	lost <- true
	lost <- true
	l.at[server4+":443"] = func(ctx context.Context) (net.Conn, error) {
		select {
		case <-lost:
			if err := pass(ctx, time.Second); err != nil {
				return nil, err
			}
		default:
		}
		return good(ctx)
	}
	by := l.wants(t, nil)
	if !strings.Contains(by["connect"].Line(), "up to 1020 ms") {
		t.Errorf("the spread is not told: %s", by["connect"].Line())
	}

	// A line that loses every other packet is told for that, however quick it is otherwise.
	l = newLab(t)
	whole, n := l.at[server4+":443"], new(atomic.Int32)
	l.at[server4+":443"] = func(ctx context.Context) (net.Conn, error) {
		if n.Add(1)%2 == 0 {
			if err := pass(ctx, time.Second); err != nil {
				return nil, err
			}
		}
		return whole(ctx)
	}
	by = l.wants(t, map[string]want{"connect": warningOf(problem.ConnectionSlow, "had to be made again")})
	if why := by["connect"].Line(); !strings.Contains(why, "loses much") || strings.Contains(why, "slow") {
		t.Errorf("told: %s", why)
	}

	// Large packets that get lost leave a connection that never gets secure.
	l = newLab(t)
	l.at[server4+":443"] = serves(func(c net.Conn) { l.hears(c) })
	l.wants(t, map[string]want{"tls": problemOf(problem.TimedOut, "Large packets")})
}

// With everything black-holed nobody waits for long, and something is said soon. Time is the bubble's.
func TestBlackHole(t *testing.T) {
	for name, prepare := range map[string]func(l *lab){
		"servers": func(l *lab) { l.at[server4+":443"], l.at[server4+":80"] = silent, silent },
		"names": func(l *lab) {
			l.lookup = func(ctx context.Context) error {
				<-ctx.Done()
				return &net.DNSError{Err: "i/o timeout", IsTimeout: true}
			}
		},
		"both families": func(l *lab) {
			l.names[serverName] = append(l.names[serverName], netip.MustParseAddr(server6))
			for _, at := range []string{server4 + ":443", server4 + ":80", "[" + server6 + "]:443", "[" + server6 + "]:80"} {
				l.at[at] = silent
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			l := newLab(t)
			prepare(l)
			root := map[bool]string{true: "dns", false: "connect"}[l.lookup != nil]
			report, by := l.diagnosed(t)
			if by[root].State != diagnose.Problem || by["tls"].Because != root || by["portal"].Because != root {
				t.Errorf("not because of %s: %+v", root, by)
			}
			if report.Verdict != diagnose.Blocked || report.Took > 6*time.Second {
				t.Errorf("%s after %s: %+v", report.Verdict, report.Took, by)
			}
			first := time.Hour
			for _, r := range report.Results {
				first = min(first, r.Took)
				if r.State == diagnose.Unknown {
					t.Errorf("%s stays unknown: %s", r.ID, r.Line())
				}
			}
			if first > time.Second {
				t.Errorf("the first finding takes %s", first)
			}
		})
	}
}

func TestDG22TheSameFaultTheSameVerdict(t *testing.T) {
	for range 100 {
		l := newLab(t)
		l.at[server4+":443"] = silent
		if l.wants(t, map[string]want{"connect": problemOf(problem.TimedOut, ""), "tls": folded("connect")}); t.Failed() {
			return
		}
	}
}

// Before a second has passed, people hear what everything waits for; where all is quick, nobody is bothered. Where nothing at all
// comes back, that is a finding.
func TestWhatEverythingWaitsForIsTold(t *testing.T) {
	for name, c := range map[string]struct {
		prepare func(l *lab)
		id      string
		want    want
	}{
		"nothing": {func(*lab) {}, "", want{}},
		"names": {func(l *lab) {
			l.lookup = func(ctx context.Context) error {
				<-ctx.Done()
				return &net.DNSError{Err: "i/o timeout", IsTimeout: true}
			}
		}, "dns", warningOf(problem.NameServiceSlow, "not answered yet")},
		"the server": {func(l *lab) { l.at[server4+":443"], l.at[server4+":80"] = silent, silent }, "connect", warningOf(problem.ConnectionSlow, "Nothing has come back")},
		"one of two addresses": {func(l *lab) {
			l.names[serverName] = []netip.Addr{netip.MustParseAddr(server6), netip.MustParseAddr(server4)}
			l.at["["+server6+"]:443"] = silent
		}, "connect", want{state: diagnose.Unknown, why: "Not every address"}},
	} {
		t.Run(name, func(t *testing.T) {
			l := newLab(t)
			c.prepare(l)
			told := []diagnose.Result{}
			var at time.Duration
			synctest.Test(t, func(t *testing.T) {
				began := time.Now()
				diagnose.Watch(t.Context(), networkOnly(l.environment(t)), nil, func(r diagnose.Result) { told, at = append(told, r), time.Since(began) })
			})
			if c.id == "" && len(told) == 0 {
				return
			}
			if len(told) != 1 || told[0].ID != c.id || told[0].State != c.want.state || told[0].Code != c.want.code || !strings.Contains(told[0].Line(), c.want.why) || at > time.Second {
				t.Errorf("told %+v after %s", told, at)
			}
			if told[0].State == diagnose.Warning && told[0].Fix == "" {
				t.Error("there is nothing to do")
			}
		})
	}
}
