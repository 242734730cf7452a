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
			n, ok := shared(ctx, subject{of: "number"}, func(context.Context) int64 { return times.Add(1) })
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
			if _, ok := shared(ctx, subject{of: "key"}, find); ok {
				return Good("")
			}
			close(answer)
			return Finding{State: Unknown}
		}},
		{ID: "patient", Run: func(ctx context.Context) Finding {
			<-asked
			if _, ok := shared(ctx, subject{of: "key"}, find); !ok {
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
		if _, ok := shared(ctx, subject{of: "key"}, func(context.Context) int { panic("canary") }); ok {
			return Good("")
		}
		return Finding{State: Unknown}
	}}}, nil)
	if report.Results[0].State != Unknown {
		t.Errorf("got %+v", report.Results)
	}
}

func TestDG13SleepDuringACheckRepeatsIt(t *testing.T) {
	for name, c := range map[string]struct {
		sleeps  []bool // after one run, and after the next
		wakeful bool
		runs    int64
		state   State
	}{
		"awake":                        {[]bool{false}, false, 1, OK},
		"once":                         {[]bool{true, false}, false, 2, OK},
		"again, while it is repeated":  {[]bool{true, true}, false, 2, Unknown},
		"again, and the check sees it": {[]bool{true, true}, true, 2, OK},
	} {
		var times atomic.Int64
		check := Check{ID: "a", Wakeful: c.wakeful, Run: func(ctx context.Context) Finding {
			n, _ := shared(ctx, subject{of: "key"}, func(context.Context) int64 { return times.Add(1) })
			return Good("", Fact{"n", n, true})
		}}
		looked, last := 0, time.Time{}
		got := perform(withMemo(t.Context()), check, func(began time.Time) bool {
			if began.Before(last) {
				t.Errorf("%s: the repetition is not looked at by itself", name)
			}
			looked, last = looked+1, time.Now()
			return c.sleeps[looked-1]
		}).result
		if got.State != c.state || times.Load() != c.runs {
			t.Errorf("%s: %s %q after %d runs", name, got.State, got.What, times.Load())
		}
		if got.State == OK && got.Facts[0].Value != c.runs {
			t.Errorf("%s: result of run %v", name, got.Facts[0].Value)
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
