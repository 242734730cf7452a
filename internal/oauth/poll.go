package oauth

import (
	"context"
	"errors"
	"math"
	"time"

	"latchkey/internal/problem"
)

const (
	defaultInterval = 5 * time.Second
	shortInterval   = time.Second
	longInterval    = time.Minute
	maxFailures     = 5 // polls in a row that reach nobody
)

// pace is how a server wants to be asked that has not decided yet.
type pace struct {
	slower  bool          // 5 s more between polls, for good
	every   time.Duration // between polls from now on, when that is more; 0 when the server does not say
	retryAt time.Time     // not before; zero when the server does not say
}

// poll calls ask until that returns no pace or an error that stays; false: the time was up first, or had been. It waits
// every before each poll (within bounds of 1 and 60 s), 5 s more for good after each slow_down, until Retry-After where
// the server sends one, and twice as long after each poll that reached nobody (RFC 8628, section 3.5).
func (c *Client) poll(
	ctx context.Context, every time.Duration, until time.Time, ask func(context.Context) (*pace, error),
) (decided bool, err error) {
	failures, notBefore := 0, time.Time{}
	for {
		now := c.Clock.Now()
		wait := max(min(every<<failures, max(every, 2*longInterval)), notBefore.Sub(now))
		// The wall clock decides: a computer that slept does not catch up on polls.
		if left := until.Sub(now); left <= wait {
			return false, c.Clock.Sleep(ctx, max(left, 0))
		}
		if err := c.Clock.Sleep(ctx, wait); err != nil {
			return false, err
		}
		if !c.Clock.Now().Before(until) {
			return false, nil
		}
		next, err := ask(ctx)
		switch {
		case err == nil && next == nil:
			return true, nil
		case err == nil:
			failures, notBefore = 0, next.retryAt
			if next.slower {
				every += defaultInterval
			}
			every = max(every, next.every)
		default:
			if failures++; ctx.Err() != nil || failures > maxFailures || !passing(err) {
				return false, err
			}
			notBefore = retryAt(err)
		}
		if ctx.Err() != nil {
			return false, ctx.Err()
		}
	}
}

// passing reports whether a failed poll may be followed by another: the network or the server is away for a moment.
func passing(err error) bool {
	p, ok := errors.AsType[*problem.Problem](err)
	return ok && p.Again && (p.Kind == problem.Unreachable || p.Code == problem.TooManyTries)
}

func retryAt(err error) time.Time {
	if refused, ok := errors.AsType[*ServerError](err); ok {
		return refused.RetryAt
	}
	return time.Time{}
}

// interval reads the seconds between polls, within bounds.
func interval(m member, missing time.Duration) time.Duration {
	seconds, ok := m.number()
	if !ok {
		return missing
	}
	seconds = math.Ceil(min(max(seconds, shortInterval.Seconds()), longInterval.Seconds()))
	return time.Duration(seconds) * time.Second
}
