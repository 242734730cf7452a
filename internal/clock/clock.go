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
