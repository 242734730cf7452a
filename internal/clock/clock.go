// Package clock is the time as it is handed in, so that tests can turn it.
package clock

import (
	"context"
	"time"
)

// Clock tells the wall-clock time and waits on it.
type Clock interface {
	// Now returns the current time.
	Now() time.Time
	// Sleep waits for d to pass on this clock. It returns ctx's error when ctx ends first, and nil otherwise.
	Sleep(ctx context.Context, d time.Duration) error
}

// System is this computer's clock.
type System struct{}

// Now returns time.Now.
func (System) Now() time.Time { return time.Now() }

// Sleep waits with a timer that is released as soon as ctx ends.
func (System) Sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}

// Until waits until c shows t, or later, as Sleep does. A clock that can wait for a time by itself does: one that is turned
// between a look at it and the sleep would be late.
func Until(ctx context.Context, c Clock, t time.Time) error {
	if exact, ok := c.(interface {
		Until(ctx context.Context, t time.Time) error
	}); ok {
		return exact.Until(ctx, t)
	}
	return c.Sleep(ctx, t.Sub(c.Now()))
}
