package diagnose

import (
	"context"
	"errors"
	"net"
	"net/http"
	"os"
	"sync"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"latchkey/internal/config"
	"latchkey/internal/problem"
	"latchkey/internal/transport"
)

// watched is a watcher in a bubble, and all it told and asked.
type watched struct {
	*Watcher
	memory *memory

	mu      sync.Mutex
	pulses  []Pulse
	server  []time.Duration // when the server was asked
	status  []time.Duration // when the status page was
	offline bool
	skew    time.Duration // of the server's clock
	answer  func(w http.ResponseWriter, r *http.Request)
	page    object
}

func watch(t *testing.T) *watched {
	m := newMemory(t)
	o := &watched{memory: m, page: summary(components(of("Login", fine)))}
	began := time.Now()
	m.rtt = 40 * time.Millisecond
	m.date = func() time.Time {
		o.mu.Lock()
		defer o.mu.Unlock()
		return time.Now().Add(o.skew)
	}
	m.handle = func(w http.ResponseWriter, r *http.Request) {
		o.mu.Lock()
		defer o.mu.Unlock()
		if r.URL.Path == "/api/v2/summary.json" {
			o.status = append(o.status, time.Since(began))
			writeJSON(w, 200, o.page)
			return
		}
		o.server = append(o.server, time.Since(began))
		if o.answer != nil {
			o.answer(w, r)
		}
	}
	org := config.Organization{ID: "acme", Issuer: "http://" + memoryHost, StatusURL: "http://" + memoryHost}
	e := envFor(t, org, nil, func(options *transport.Options) {
		options.Dial = func(ctx context.Context, network, address string) (net.Conn, error) {
			o.mu.Lock()
			offline := o.offline
			o.mu.Unlock()
			if offline {
				return nil, &net.OpError{Op: "dial", Err: os.NewSyscallError("connect", syscall.ENETUNREACH)}
			}
			return m.DialContext(ctx, network, address)
		}
	})
	o.Watcher = NewWatcher(e)
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() {
		defer close(done)
		o.Run(ctx, func(p Pulse) {
			o.mu.Lock()
			defer o.mu.Unlock()
			o.pulses = append(o.pulses, p)
		})
	}()
	t.Cleanup(func() { cancel(); <-done })
	return o
}

// after lets time pass, changes something, and returns the newest pulse.
func (o *watched) after(d time.Duration) Pulse {
	time.Sleep(d)
	synctest.Wait()
	o.mu.Lock()
	defer o.mu.Unlock()
	if len(o.pulses) == 0 {
		return Pulse{}
	}
	return o.pulses[len(o.pulses)-1]
}

func (o *watched) set(change func()) {
	o.mu.Lock()
	defer o.mu.Unlock()
	change()
	o.pulses = nil
}

func (o *watched) asked() (server, status int) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return len(o.server), len(o.status)
}

// back reports whether a pulse since the last change said that what was wrong is over.
func (o *watched) back() bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	n := 0
	for _, p := range o.pulses {
		if p.Back {
			n++
		}
	}
	return n == 1
}

func TestPulse(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := watch(t)
		p := o.after(time.Second)
		if p.Network.State != OK || p.Service.State != OK || p.Clock.State != OK || p.Back {
			t.Errorf("got %+v", p)
		}
		if rtt := fact(Finding{Facts: p.Network.Facts}, "rtt_ms"); rtt != 40.0 {
			t.Errorf("round trip %v ms", rtt)
		}
		o.after(time.Hour)
		if server, status := o.asked(); server < 40 || server > 61 || status < 40 || status > 61 {
			t.Errorf("asked %d and %d times in an hour", server, status)
		}
		steps := map[time.Duration]bool{}
		for i := 1; i < len(o.server); i++ {
			step := o.server[i] - o.server[i-1]
			if step < watchEvery {
				t.Errorf("asked again after %v", step)
			}
			steps[step.Round(time.Second)] = true
		}
		if len(steps) < 5 {
			t.Error("everybody asks in step")
		}
	})
}

func TestPulseStopsWhileNobodySeesIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := watch(t)
		o.after(time.Second)
		o.Show(false)
		before, _ := o.asked()
		o.after(10 * time.Hour)
		if server, _ := o.asked(); server != before {
			t.Errorf("asked %d times though hidden", server-before)
		}
		o.Show(true)
		o.after(time.Second)
		if server, _ := o.asked(); server != before+1 {
			t.Errorf("asked %d times when shown again", server-before)
		}
		for range 50 { // hidden and shown by somebody who plays
			o.Show(false)
			o.Show(true)
			o.after(100 * time.Millisecond)
		}
		if server, _ := o.asked(); server != before+1 {
			t.Errorf("asked %d times", server-before)
		}
	})
}

func TestPulseTellsWhenTheNetworkIsBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := watch(t)
		o.after(time.Second)
		o.set(func() { o.offline = true })
		o.env.HTTP.Close() // the old connection is gone, too
		if p := o.after(3 * time.Minute); p.Network.State != Problem || p.Network.Code != problem.Offline || p.Back {
			t.Fatalf("got %+v", p.Network)
		}
		o.set(func() { o.offline = false })
		if p := o.after(watchEvery + watchEvery/2 + time.Second); p.Network.State != OK || !o.back() {
			t.Errorf("got %+v, back %v", p.Network, o.back())
		}
		o.set(func() {})
		if o.after(10 * time.Minute); o.back() {
			t.Error("told twice")
		}
	})
}

// At first, looking for the network costs nobody anything.
func TestPulseLooksSoonWhileOffline(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := watch(t)
		o.set(func() { o.offline = true })
		o.after(time.Second)
		o.set(func() { o.offline = false })
		if p := o.after(9 * time.Second); p.Network.State != OK || !o.back() {
			t.Errorf("got %+v", p.Network)
		}
	})
}

func TestPulseOfAServerThatAsksToWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := watch(t)
		o.after(time.Second)
		o.set(func() {
			o.answer = func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Retry-After", "600")
				w.WriteHeader(http.StatusServiceUnavailable)
			}
		})
		if p := o.after(100 * time.Second); p.Network.State != Problem || p.Network.Code != problem.ServerUnavailable {
			t.Fatalf("got %+v", p.Network)
		}
		before, _ := o.asked()
		for range 100 {
			o.Look()
			o.after(4 * time.Second)
		}
		if server, _ := o.asked(); server != before {
			t.Errorf("asked %d times though it asked to wait", server-before)
		}
		o.set(func() { o.answer = nil })
		if p := o.after(500 * time.Second); p.Network.State != OK || !o.back() {
			t.Errorf("got %+v", p.Network)
		}
	})
}

// A pulse costs a broken server no more than a sound one: nothing is repeated.
func TestPulseOfABrokenServer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := watch(t)
		o.set(func() { o.answer = func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(502) } })
		o.after(time.Hour)
		if server, _ := o.asked(); server > 61 {
			t.Errorf("asked %d times in an hour", server)
		}
	})
}

func TestPulseTellsWhenAnOutageIsOver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := watch(t)
		o.after(time.Second)
		o.set(func() { o.page = summary(components(of("Login", broken)), indicator("critical")) })
		if p := o.after(2 * time.Minute); p.Service.State != Problem || p.Service.Code != problem.ServiceOutage || p.Network.State != OK {
			t.Fatalf("got %+v", p)
		}
		o.set(func() { o.page = object{"no": "page"} }) // not known is not over
		if p := o.after(2 * time.Minute); p.Service.State != Unknown || o.back() {
			t.Errorf("got %+v, back %v", p.Service, o.back())
		}
		o.set(func() { o.page = summary(components(of("Login", fine))) })
		if p := o.after(2 * time.Minute); p.Service.State != OK || !o.back() {
			t.Errorf("got %+v, back %v", p.Service, o.back())
		}
	})
}

func TestPulseLooksWhenAsked(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := watch(t)
		o.after(time.Second)
		before, _ := o.asked()
		for range 20 {
			o.Look()
			o.after(time.Second)
		}
		if server, _ := o.asked(); server < before+1 || server > before+2 {
			t.Errorf("asked %d times in 20 s", server-before)
		}
	})
}

func TestPulseOfAClockThatIsOff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := watch(t)
		o.set(func() { o.skew = 4 * time.Minute })
		p := o.after(10 * time.Minute)
		if p.Clock.State != Problem || p.Clock.Code != problem.ClockWrong {
			t.Errorf("got %+v", p.Clock)
		}
		facts := Finding{Facts: p.Clock.Facts}
		if unsure, _ := fact(facts, "uncertainty_ms").(float64); unsure <= 0 || unsure > 520 || fact(facts, "totp_steps") != 8.0 {
			t.Errorf("got %v", p.Clock.Facts)
		}
	})
}

func TestNothingToWatch(t *testing.T) {
	NewWatcher(envFor(t, config.Organization{}, nil)).Run(t.Context(), func(Pulse) { t.Error("told something") })
}

func TestFeelOffline(t *testing.T) {
	e := envFor(t, config.Organization{}, nil)
	for code, want := range map[problem.Code]bool{problem.Offline: true, problem.NameNotFound: true, problem.TimedOut: false, problem.ConnectionRefused: false} {
		if _, _, offline := e.feel(nil, errors.Join(problem.New(code))); offline != want {
			t.Errorf("%s: offline %v", code, offline)
		}
	}
}
