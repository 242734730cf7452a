package transport

import (
	"context"
	"crypto/tls"
	"net/http/httptrace"
	"net/url"
	"strings"
	"sync"
	"time"

	"latchkey/internal/clock"
)

// stage is how far a try came. An error means something else at each.
type stage int

const (
	stageStart stage = iota
	stageName        // looking up the host's name
	stageConnect
	stageSecure // TLS handshake
	stageConnected
	stageSent
	stageAnswer // the first byte of an answer has come
)

// stages watches one try. Its hooks may run on other goroutines, even after the try has ended.
type stages struct {
	mu       sync.Mutex
	at       stage
	proxy    *url.URL  // nil: straight to the server
	tunnel   bool      // the proxy has let the connection through
	secure   time.Time // the handshake with the server began
	sent     time.Time
	answered time.Time
	wall     time.Time // what our clock showed when the answer came
}

type stagesKey struct{}

// stagesOf returns the stages that ctx was made with; one that nobody reads when there are none.
func stagesOf(ctx context.Context) *stages {
	if s, ok := ctx.Value(stagesKey{}).(*stages); ok {
		return s
	}
	return &stages{}
}

func (s *stages) watch(ctx context.Context, clock clock.Clock) context.Context {
	ctx = context.WithValue(ctx, stagesKey{}, s)
	return httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		DNSStart:     func(httptrace.DNSStartInfo) { s.reach(stageName) },
		ConnectStart: func(string, string) { s.reach(stageConnect) },
		TLSHandshakeStart: func() {
			s.mu.Lock()
			defer s.mu.Unlock()
			// An https proxy has a handshake of its own, before it is asked to let anything through.
			if s.proxy != nil && s.proxy.Scheme != "https" {
				s.tunnel = true
			}
			s.at, s.secure = max(s.at, stageSecure), time.Now()
		},
		TLSHandshakeDone: func(tls.ConnectionState, error) {},
		GotConn: func(httptrace.GotConnInfo) {
			s.tunnelled()
			s.reach(stageConnected)
		},
		WroteRequest: func(httptrace.WroteRequestInfo) {
			s.mu.Lock()
			defer s.mu.Unlock()
			s.at, s.sent = max(s.at, stageSent), time.Now()
		},
		GotFirstResponseByte: func() {
			s.mu.Lock()
			defer s.mu.Unlock()
			s.at, s.answered, s.wall = stageAnswer, time.Now(), clock.Now()
		},
	})
}

func (s *stages) reach(at stage) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.at = max(s.at, at)
}

func (s *stages) through(proxy *url.URL) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.proxy = proxy
}

func (s *stages) tunnelled() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.tunnel = true
}

// atProxy reports whether there is a proxy, and whether the try ended before it let the connection through.
func (s *stages) atProxy() (proxied, stopped bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.proxy != nil, s.proxy != nil && !s.tunnel
}

// proxied returns the proxy without its credentials, and whether it let the connection through.
func (s *stages) proxied() (proxy *url.URL, passed bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return withoutUser(s.proxy), s.proxy != nil && s.tunnel
}

// securing returns how long the handshake has been going on.
func (s *stages) securing() time.Duration {
	s.mu.Lock()
	defer s.mu.Unlock()
	return time.Since(s.secure)
}

func (s *stages) reached() stage {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.at
}

// roundTrip returns how long the answer took from the last byte sent to the first received, when that was, and what
// our clock showed then.
func (s *stages) roundTrip() (took time.Duration, answered, wall time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.sent.IsZero() || s.answered.Before(s.sent) { // an early answer
		return 0, s.answered, s.wall
	}
	return s.answered.Sub(s.sent), s.answered, s.wall
}

// hostKey is how a host is filed: lower-case, without the port that goes without saying.
func hostKey(u *url.URL) string {
	host := strings.ToLower(u.Host)
	if u.Scheme == "https" {
		host = strings.TrimSuffix(host, ":443")
	}
	return host
}
