package diagnose

import (
	"context"
	"sync/atomic"
	"testing"
	"time"
)

func TestWhatSeveralNeedIsFoundOutOnceInARun(t *testing.T) {
	var times atomic.Int64
	one := func(id string) Check {
		return Check{ID: id, Run: func(ctx context.Context) Finding {
			n, ok := shared(ctx, "number", func(context.Context) int64 { return times.Add(1) })
			if !ok {
				return Finding{State: Unknown}
			}
			return Good("", Fact{"n", n, true})
		}}
	}
	checks := []Check{one("a"), one("b"), one("c")}
	for run := int64(1); run <= 2; run++ {
		for _, r := range Run(t.Context(), checks, nil).Results {
			if r.State != OK || r.Facts[0].Value != run {
				t.Errorf("run %d, %s: %+v", run, r.ID, r)
			}
		}
	}
}

// The one that asked first may give up; the others still get the answer.
func TestGivingUpTakesNothingFromOthers(t *testing.T) {
	answer, asked := make(chan bool), make(chan bool)
	find := func(context.Context) bool { close(asked); return <-answer }
	report := Run(t.Context(), []Check{
		{ID: "impatient", Limit: time.Millisecond, Run: func(ctx context.Context) Finding {
			if _, ok := shared(ctx, "key", find); ok {
				return Good("")
			}
			close(answer)
			return Finding{State: Unknown}
		}},
		{ID: "patient", Run: func(ctx context.Context) Finding {
			<-asked
			if _, ok := shared(ctx, "key", find); !ok {
				return Finding{State: Unknown}
			}
			return Good("")
		}},
	}, nil)
	if report.Results[0].State != Unknown || report.Results[1].State != OK {
		t.Errorf("got %+v", report.Results)
	}
}

func TestAPanicWhileFindingOutIsUnknown(t *testing.T) {
	report := Run(t.Context(), []Check{{ID: "a", Run: func(ctx context.Context) Finding {
		if _, ok := shared(ctx, "key", func(context.Context) int { panic("canary") }); ok {
			return Good("")
		}
		return Finding{State: Unknown}
	}}}, nil)
	if report.Results[0].State != Unknown {
		t.Errorf("got %+v", report.Results)
	}
}

func TestDG13SleepDuringACheckRepeatsIt(t *testing.T) {
	for sleeps, runs := range map[bool]int64{false: 1, true: 2} {
		var times atomic.Int64
		check := Check{ID: "a", Run: func(ctx context.Context) Finding {
			n, _ := shared(ctx, "key", func(context.Context) int64 { return times.Add(1) })
			return Good("", Fact{"n", n, true})
		}}
		got := perform(withMemo(t.Context()), check, func(time.Time) bool { return sleeps })
		if n := got.result.Facts[0].Value; n != runs || times.Load() != runs {
			t.Errorf("slept %t: result of run %v of %d", sleeps, n, times.Load())
		}
	}
	if slept(time.Now()) {
		t.Error("slept in no time")
	}
	// The wall clock has gone on for an hour, the other one has not.
	if before := time.Now().Round(0).Add(-time.Hour); slept(before) {
		t.Error("a time without the other clock says nothing")
	}
}
