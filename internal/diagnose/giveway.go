package diagnose

import (
	"context"
	"time"
)

const (
	// quickHandshake is what a line that carries everything at once needs no more than.
	quickHandshake = 250 * time.Millisecond
	// quickWay is what it takes to find out about a proxy where no script is asked.
	quickWay = 300 * time.Millisecond
	// lull is how long nothing comes in before it is clear that nobody is in anybody's way.
	lull = 2500 * time.Millisecond
)

// yields reports whether a check asks a host that nobody needs to find out whether the sign-in server works.
func (e Env) yields(id string) (named bool) {
	switch id {
	case "api":
		return e.apiAddress() != ""
	case "workspace":
		_, named = e.HostOf(HostWorkspace)
	case "notifications":
		_, named = e.HostOf(HostStreaming)
	case "status":
		return e.statusAddress() != ""
	}
	return named
}

// giveWay holds back what can wait while the sign-in server is looked at, so that a narrow line carries one thing after the
// other: until the secure connection is there where that goes quickly, until the whole server was looked at where it does
// not. Where nothing comes in, nobody is held back for long. It reports whether that took so long that the line must be slow.
func (e Env) giveWay(ctx context.Context) bool {
	h, ok := e.Login()
	memo, _ := ctx.Value(memoKey{}).(*memo)
	if !ok || memo == nil {
		return false
	}
	seen := make(chan view, 1)
	go func() {
		v, _ := e.look(ctx, h)
		seen <- v
	}()
	began, slow := time.Now(), false
	tick := time.NewTicker(lull / 50)
	defer tick.Stop()
	for {
		select {
		case v := <-seen:
			if slow = v.proven() && v.Secured > quickHandshake; !slow {
				return false
			}
		case <-tick.C:
		case <-ctx.Done():
			return slow && time.Since(began) > trickleTime
		}
		last, _ := earOf(ctx).heard()
		if last.Before(began) {
			last = began
		}
		if time.Since(last) > lull || slow && !memo.pending(examination, description) {
			return slow && time.Since(began) > trickleTime
		}
		if time.Since(began) > quickWay && memo.pending(wayTo) {
			return false // a script has its own way to find, too
		}
	}
}

// yield makes a check give way. What a slow line has no time for is left out: that says nothing of anybody.
func (e Env) yield(run func(context.Context) Finding) func(context.Context) Finding {
	return func(ctx context.Context) Finding {
		slow := e.giveWay(ctx)
		f := run(ctx)
		if slow && ctx.Err() != nil && !stopped(ctx) && f.State != OK {
			return Finding{State: Unknown, What: "Left out: the connection is too slow to look at this, too.", Facts: f.Facts}
		}
		return f
	}
}
