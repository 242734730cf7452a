//go:build faults && linux

package faults

import (
	"context"
	"sync/atomic"
	"time"
)

// beat is how often a process looks whether it gets a processor.
const beat = 20 * time.Millisecond

// beats calls each with how late this process got a processor, until ctx ends.
func beats(ctx context.Context, each func(late time.Duration)) {
	for last := time.Now(); ; last = time.Now() {
		select {
		case <-ctx.Done():
			return
		case <-time.After(beat):
			each(time.Since(last) - beat)
		}
	}
}

// stalls returns the longest that this process has had to wait for a processor since.
func stalls(ctx context.Context) func() time.Duration {
	var longest atomic.Int64
	go beats(ctx, func(late time.Duration) { longest.Store(max(longest.Load(), int64(late))) })
	return func() time.Duration { return time.Duration(longest.Load()) }
}

// lateness returns how long this process has had to wait in all. Moments that are shorter than a beat do not count.
func lateness(ctx context.Context) func() time.Duration {
	var all atomic.Int64
	go beats(ctx, func(late time.Duration) {
		if late > beat {
			all.Add(int64(late))
		}
	})
	return func() time.Duration { return time.Duration(all.Load()) }
}
