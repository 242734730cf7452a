package diagnose

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"latchkey/internal/oauth"
	"latchkey/internal/problem"
)

// slowAnswer is how long a server may think about an answer before people notice.
const slowAnswer = 1500 * time.Millisecond

// slowServer tells a server that is slow from a line that is: the slowest place is asked once more, and while it thinks, a
// connection is made. What the connection takes is the line's; the rest is the server's.
func (e Env) slowServer(ctx context.Context, h Host, c *oauth.Client, parts []part, facts []Fact) (Finding, bool) {
	slowest := slices.MaxFunc(parts, func(a, b part) int { return cmp.Compare(a.took, b.took) })
	if slowest.took < slowAnswer {
		return Finding{}, false
	}
	line := make(chan time.Duration, 1)
	go func() { line <- e.lineTrip(ctx, h) }()
	again := slowest.again(ctx, c)
	trip := <-line
	thinks := min(slowest.took, again.took) - trip
	if again.trial != nil || trip < 0 || thinks < slowAnswer {
		return Finding{}, false
	}
	facts = append(facts, told("slowest", slowest.name), told("answer_ms", []float64{milliseconds(slowest.took), milliseconds(again.took)}), told("line_ms", milliseconds(trip)))
	return Found(Warning, problem.New(problem.ServerSlow,
		problem.Because("It takes %s to answer. The way there and back takes %s of that.", seconds(min(slowest.took, again.took)), shortly(trip))), facts...), true
}

// lineTrip is how long it takes to connect to the server, or to the proxy in front of it; negative: that fails.
func (e Env) lineTrip(ctx context.Context, h Host) time.Duration {
	if through, err := e.proxyFor(ctx, h); err == nil && through != nil {
		h = Host{URL: through}
	}
	found, ok := e.lookUp(ctx, h.Name())
	if !ok || found.err != nil {
		return -1
	}
	began := time.Now()
	conn, err := e.dialAny(found.addrs, portOf(h))(ctx, "tcp", "")
	if err != nil {
		return -1
	}
	_ = conn.Close()
	return time.Since(began)
}

// shortly says a span of milliseconds or seconds.
func shortly(d time.Duration) string {
	if d < time.Second {
		return ms(d)
	}
	return fmt.Sprintf("%.1f s", d.Seconds())
}
