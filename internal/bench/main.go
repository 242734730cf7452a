// Command bench measures Latchkey's speed and size against its targets: as ratios to something that has to do the
// same work, in one run, as medians. `make bench` runs it on a screen and with a keychain of its own.
package main

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"slices"
	"text/tabwriter"
	"time"
)

// measurement is one line of the report.
type measurement struct {
	what   string
	got    float64
	format string // of got and target
	target float64
	detail string
}

func main() {
	slog.SetDefault(slog.New(slog.DiscardHandler)) // the demo world's library logs there
	if err := run(context.Background()); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// run measures everything and prints one table.
func run(ctx context.Context) error {
	if inside, err := insideLab(ctx); inside {
		return err
	}
	bench, err := newBench(ctx)
	if err != nil {
		return err
	}
	defer bench.close()
	var all []measurement
	for _, part := range []func(context.Context) ([]measurement, error){bench.window, bench.token, bench.signIn, bench.diagnosis, sizes} {
		measured, err := part(ctx)
		if err != nil {
			return err
		}
		all = append(all, measured...)
	}
	table := tabwriter.NewWriter(os.Stdout, 0, 0, 3, ' ', 0)
	fmt.Fprintln(table, "WHAT\tMEASURED\tTARGET\t\tDETAIL")
	missed := 0
	for _, m := range all {
		verdict := "pass"
		if m.got > m.target {
			verdict = "MISS"
			missed++
		}
		fmt.Fprintf(table, "%s\t"+m.format+"\t≤ "+m.format+"\t%s\t%s\n", m.what, m.got, m.target, verdict, m.detail)
	}
	if err := table.Flush(); err != nil {
		return err
	}
	if missed > 0 {
		return fmt.Errorf("%d of %d targets missed", missed, len(all))
	}
	return nil
}

// median returns the middle of the values.
func median[T time.Duration | float64](values []T) T {
	sorted := slices.Sorted(slices.Values(values))
	return sorted[len(sorted)/2]
}

// milliseconds returns a duration for a table.
func milliseconds(d time.Duration) string {
	return fmt.Sprintf("%.1f ms", float64(d)/float64(time.Millisecond))
}
