//go:build linux

package lab

import (
	"encoding/binary"
	"net/http"
	"net/netip"
	"sync"
	"time"
)

// Watches is what the clocks of servers show. The computer's own clock cannot be set for one process alone: when all
// the others are four minutes ahead, it is four minutes slow.
type Watches struct {
	mu    sync.Mutex
	ahead time.Duration
	step  time.Duration
	every int
	dated int
}

// Set puts all servers' clocks ahead of this computer's.
func (w *Watches) Set(ahead time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.ahead = ahead
}

// Step lets the clocks jump by this much each time that so many answers were dated.
func (w *Watches) Step(by time.Duration, every int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.step, w.every = by, every
}

// Now is what they show.
func (w *Watches) Now() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return time.Now().Add(w.ahead)
}

// date dates an answer.
func (w *Watches) date(h http.Header) {
	h.Set("Date", w.Now().UTC().Format(http.TimeFormat))
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.dated++; w.every > 0 && w.dated%w.every == 0 {
		w.ahead += w.step
	}
}

// TimeFault is what can be wrong with a time server. The zero value is nothing.
type TimeFault struct {
	Silent bool
	Lies   time.Duration // what it shows more than everybody else
	Kiss   string        // refuses with this kiss code (RFC 5905, section 7.4), for instance "RATE"
	Junk   bool          // answers something else
}

// secondsBefore1970 is where the time of NTP begins (RFC 5905, section 6).
const secondsBefore1970 = 2208988800

// ServeTime starts a time server in the world (RFC 4330).
func (l *Lab) ServeTime(at netip.Addr, f TimeFault) error {
	c, err := l.World.listenUDP(netip.AddrPortFrom(at, 123).String())
	if err != nil {
		return err
	}
	go func() {
		question := make([]byte, 512)
		for {
			n, from, err := c.ReadFrom(question)
			if err != nil {
				return
			}
			if n < 48 || f.Silent {
				continue
			}
			now := l.Watches.Now().Add(f.Lies)
			stamp := uint64(now.Unix()+secondsBefore1970)<<32 | uint64(now.Nanosecond())<<32/1e9
			answer := make([]byte, 48)
			answer[0], answer[1], answer[2], answer[3] = 0x24, 1, 6, 0xec
			copy(answer[12:], "LOCL")
			if f.Kiss != "" {
				answer[0], answer[1] = 0xe4, 0
				copy(answer[12:16], f.Kiss)
			}
			binary.BigEndian.PutUint64(answer[16:], stamp)
			copy(answer[24:32], question[40:48])
			binary.BigEndian.PutUint64(answer[32:], stamp)
			binary.BigEndian.PutUint64(answer[40:], stamp)
			if f.Junk {
				answer = []byte("no time to answer")
			}
			_, _ = c.WriteTo(answer, from)
		}
	}()
	return nil
}
