// Package trouble acts out what goes wrong between an agent and a sign-in server: outages, slow answers, gateways and
// hotel networks that answer in the server's place, clocks that are off.
package trouble

import (
	"context"
	"maps"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"latchkey/internal/clock"
)

// The scenarios acted out in front of a whole host, whatever it serves.
const (
	Outage    = "outage"
	Slow      = "slow"
	HTML      = "html"
	Portal    = "portal"
	RateLimit = "rate-limit"
	Clock     = "clock"
)

// Skew is how far the servers' clocks are ahead while [Clock] is on.
const Skew = 4 * time.Minute

const (
	slowness   = 2 * time.Second
	retryAfter = "30"
	maxCounted = 5_000 // different things; strangers can ask for any path
)

// Board holds which scenarios are on, and counts what is asked. It is safe for concurrent use.
type Board struct {
	clock clock.Clock

	mu     sync.Mutex // guards the following fields
	on     map[string]bool
	counts map[string]int
}

// NewBoard returns a board with everything off.
func NewBoard(clk clock.Clock) *Board {
	return &Board{clock: clk, on: make(map[string]bool), counts: make(map[string]int)}
}

// On reports whether a scenario is on.
func (b *Board) On(name string) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.on[name]
}

// Set turns a scenario on or off.
func (b *Board) Set(name string, on bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.on[name] = on
}

// Add counts something a service was asked or did.
func (b *Board) Add(service, what string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if what = service + " " + what; len(b.counts) < maxCounted || b.counts[what] > 0 {
		b.counts[what]++
	}
}

// Counts returns everything counted so far, for instance 3 for "acme POST /oauth/token".
func (b *Board) Counts() map[string]int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return maps.Clone(b.counts)
}

// ResetCounts starts counting afresh.
func (b *Board) ResetCounts() {
	b.mu.Lock()
	defer b.mu.Unlock()
	clear(b.counts)
}

// Clock returns the servers' clock: ahead while that scenario is on.
func (b *Board) Clock() clock.Clock { return skewed{b} }

type skewed struct{ board *Board }

func (s skewed) Now() time.Time {
	now := s.board.clock.Now()
	if s.board.On(Clock) {
		return now.Add(Skew)
	}
	return now
}

func (s skewed) Sleep(ctx context.Context, d time.Duration) error { return s.board.clock.Sleep(ctx, d) }

// Guard is what a service is behind. It refuses names that are not the service's own, so that no page on the web can
// reach it by a name it controls, counts, and acts out what is on. With troubled false it only guards and counts.
func (b *Board) Guard(service, address string, troubled bool, next http.Handler) http.Handler {
	_, port, _ := net.SplitHostPort(address)
	names := []string{"127.0.0.1:" + port, "localhost:" + port}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !slices.Contains(names, r.Host) {
			http.Error(w, "not the name of this server", http.StatusMisdirectedRequest)
			return
		}
		w.Header().Set("Date", b.Clock().Now().UTC().Format(http.TimeFormat))
		b.Add(service, r.Method+" "+route(r.URL.Path))
		if troubled && b.answer(w, r) {
			return
		}
		next.ServeHTTP(w, r)
	})
}

// route leaves identifiers out of what is counted.
func route(path string) string {
	if rest, ok := strings.CutPrefix(path, "/login/"); ok {
		_, step, more := strings.Cut(rest, "/")
		if more {
			return "/login/" + step
		}
		return "/login"
	}
	if strings.HasPrefix(path, "/reset/") {
		return "/reset"
	}
	if strings.HasPrefix(path, "/passkey/") {
		return "/passkey"
	}
	return path
}

// answer answers in the service's place and reports whether it did.
func (b *Board) answer(w http.ResponseWriter, r *http.Request) bool {
	if b.On(Slow) && b.clock.Sleep(r.Context(), slowness) != nil {
		return true
	}
	switch {
	case r.URL.Path == "/style.css":
		return false
	case b.On(Outage) && strings.Contains(r.Header.Get("Accept"), "text/html"):
		writeHTML(w, http.StatusServiceUnavailable, "<!doctype html><title>Service unavailable</title><h1>Service unavailable</h1><p>We are working on it.</p>")
	case b.On(Outage):
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusServiceUnavailable)
		_, _ = w.Write([]byte(`{"error":"temporarily_unavailable","error_description":"The service is down."}`))
	case b.On(HTML):
		writeHTML(w, http.StatusBadGateway, "<!doctype html><title>502 Bad Gateway</title><h1>502 Bad Gateway</h1><hr>gateway.example")
	case b.On(Portal):
		writeHTML(w, http.StatusOK, "<!doctype html><title>Hotel Wi-Fi</title><h1>Welcome</h1><p>Accept our terms to use the network.</p>")
	case b.On(RateLimit) && r.Method == http.MethodPost:
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Retry-After", retryAfter)
		w.WriteHeader(http.StatusTooManyRequests)
		_, _ = w.Write([]byte(`{"error":"temporarily_unavailable","error_description":"Rate limit exceeded the maximum. Retry the request in [` + retryAfter + `] seconds"}`))
	default:
		return false
	}
	return true
}

func writeHTML(w http.ResponseWriter, status int, body string) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	_, _ = w.Write([]byte(body))
}
