package transport

import (
	"net/http"
	"strings"
	"sync"
	"time"
)

// Observation is what the last answers of a host showed.
type Observation struct {
	RoundTrip   time.Duration // the last one
	Offset      time.Duration // the server's clock minus ours, from the Date header, corrected for half the round trip
	Uncertainty time.Duration // Offset is right within this: half the round trip plus half the header's one-second step; 0: no Date seen
	At          time.Time     // zero: nothing seen yet
}

// observations holds the last one of each host, and what its clock showed before.
type observations struct {
	mu       sync.Mutex
	byHost   map[string]Observation
	readings map[string]readings
}

// Observed returns what the last answers of this host ("login.acme.example" or "127.0.0.1:4001") showed. Only
// answers count that came from the server itself: over a connection whose certificate was checked, or on loopback.
func (c *Client) Observed(host string) Observation {
	c.seen.mu.Lock()
	defer c.seen.mu.Unlock()
	return c.seen.byHost[strings.TrimSuffix(strings.ToLower(host), ":443")]
}

// dateStep is the resolution of the Date header (RFC 9110, section 5.6.7).
const dateStep = time.Second

func (o *observations) note(host string, s *stages, header http.Header) {
	took, answered, wall := s.roundTrip()
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.byHost == nil {
		o.byHost, o.readings = make(map[string]Observation), make(map[string]readings)
	}
	seen := o.byHost[host]
	seen.RoundTrip, seen.At = took, wall
	// An answer out of a cache carries the date of when it was put there.
	if date, err := http.ParseTime(header.Get("Date")); err == nil && header.Get("Age") == "" {
		// The date was cut to the second, and written about half a round trip before it came here.
		seen.Offset = date.Add(dateStep / 2).Sub(wall.Add(-took / 2))
		seen.Uncertainty = took/2 + dateStep/2
		o.readings[host] = o.readings[host].add(seen, answered)
	}
	o.byHost[host] = seen
}

// clockOff returns by how much this computer's clock is off as far as trusted answers have shown: the surest
// observation of any host. ok is false when there is none.
func (o *observations) clockOff() (offset time.Duration, ok bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	var best Observation
	for _, seen := range o.byHost {
		if seen.Uncertainty > 0 && (best.Uncertainty == 0 || seen.Uncertainty < best.Uncertainty) {
			best = seen
		}
	}
	return best.Offset, best.Uncertainty > 0
}
