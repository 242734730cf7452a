package clock

import (
	"context"
	"time"
)

// Linger returns a context with ctx's values that ends d after ctx does: for what must not be torn apart in the moment
// of a cancel. cancel ends it at once, and must be called.
func Linger(ctx context.Context, d time.Duration) (lingering context.Context, cancel context.CancelFunc) {
	lingering, end := context.WithCancel(context.WithoutCancel(ctx))
	stop := context.AfterFunc(ctx, func() { time.AfterFunc(d, end) })
	return lingering, func() {
		stop()
		end()
	}
}
