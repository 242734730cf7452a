package oauth

import (
	"net/http"
	"sync"
	"time"
)

// nonces are the newest nonces of servers that want one in every proof (RFC 9449, sections 8 and 9), by origin. It is safe
// for concurrent use.
type nonces struct {
	mu       sync.Mutex
	byOrigin map[string]nonce
}

// nonce is what an origin last said; an empty value: it answered, and wants none.
type nonce struct {
	value string
	at    time.Time
}

// staleNonce is when a nonce is renewed before something goes out that is sent only once. Servers let them live for minutes.
const staleNonce = 30 * time.Second

const maxNonce = 1024 // bytes; it goes into every request

func newNonces() *nonces { return &nonces{byOrigin: map[string]nonce{}} }

// of returns the nonce to send to an origin; empty when there is none.
func (n *nonces) of(origin string) string {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.byOrigin[origin].value
}

// remember takes over the nonce that came with an answer, whatever its status, and reports whether one came.
func (n *nonces) remember(origin string, header http.Header, now time.Time) bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	values := header.Values("DPoP-Nonce")
	if len(values) == 1 && values[0] != "" && len(values[0]) <= maxNonce && printable(values[0]) {
		n.byOrigin[origin] = nonce{values[0], now.Round(0)} // the wall clock, as a computer may sleep
		return true
	}
	if _, known := n.byOrigin[origin]; !known {
		n.byOrigin[origin] = nonce{at: now}
	}
	return false
}

// stale reports whether the origin has not told what nonce it wants, or a while ago.
func (n *nonces) stale(origin string, now time.Time) bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	last, known := n.byOrigin[origin]
	return !known || last.value != "" && now.Sub(last.at).Abs() > staleNonce
}
