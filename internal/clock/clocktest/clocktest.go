// Package clocktest is a clock for tests: it stands still until it is turned.
package clocktest

import (
	"context"
	"sync"
	"time"

	"latchkey/internal/clock"
)

// Clock stands at one time until Set or Advance move it. It is safe for concurrent use.
type Clock struct {
	mu    sync.Mutex
	now   time.Time
	moved chan struct{} // closed, and replaced, at every move
}

var _ clock.Clock = (*Clock)(nil)

// At returns a clock that stands at t.
func At(t time.Time) *Clock { return &Clock{now: t, moved: make(chan struct{})} }

// Now returns the time the clock stands at.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

// Set moves the clock to t, forwards or back, and wakes every sleeper that is due.
func (c *Clock) Set(t time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = t
	close(c.moved)
	c.moved = make(chan struct{})
}

// Advance moves the clock by d.
func (c *Clock) Advance(d time.Duration) { c.Set(c.Now().Add(d)) }

// Sleep returns when the clock has been moved to or past d from now.
func (c *Clock) Sleep(ctx context.Context, d time.Duration) error {
	return c.Until(ctx, c.Now().Add(d))
}

// Until returns when the clock has been moved to or past due.
func (c *Clock) Until(ctx context.Context, due time.Time) error {
	for {
		c.mu.Lock()
		now, moved := c.now, c.moved
		c.mu.Unlock()
		if !now.Before(due) {
			return ctx.Err()
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-moved:
		}
	}
}
