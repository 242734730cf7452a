package diagnose

import (
	"context"
	"fmt"
	"slices"
	"time"
)

// usualLimit is how long a check may take that sets no limit of its own.
const usualLimit = 5 * time.Second

// Run runs all checks at once and calls emit, from one goroutine at a time, with each result as soon as it is
// certain: a failure waits for the checks that could explain it. A cancelled run returns at once; what was not found
// out by then is unknown.
func Run(ctx context.Context, checks []Check, emit func(Result)) Report {
	began := time.Now()
	r := &run{checks: checks, emit: emit, raw: map[string]*Result{}, told: map[string]bool{}}
	arrived := make(chan Result)
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	for _, c := range checks {
		go func() {
			result := perform(ctx, c)
			select {
			case arrived <- result:
			case <-ctx.Done():
			}
		}()
	}
	for range checks {
		select {
		case result := <-arrived:
			r.take(result)
		case <-ctx.Done():
			r.giveUp()
			return r.report(time.Since(began))
		}
	}
	return r.report(time.Since(began))
}

// perform runs one check within its limit. A check that ignores its context is left behind, and one that panics is unknown: neither
// keeps the others from being told.
func perform(ctx context.Context, c Check) Result {
	limit := c.Limit
	if limit == 0 {
		limit = usualLimit
	}
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	began := time.Now()
	done := make(chan Finding, 1)
	go func() {
		defer func() {
			if p := recover(); p != nil {
				done <- Finding{State: Unknown, Why: fmt.Sprintf("The check itself failed (%T).", p)}
			}
		}()
		done <- c.Run(ctx)
	}()
	result := Result{ID: c.ID, Title: c.Title, Blocks: c.Blocks}
	var f Finding
	select {
	case f = <-done:
	case <-ctx.Done():
		select {
		case f = <-done: // both at once: what was found counts
		case <-time.After(gracePeriod):
			f = Finding{State: Unknown, Why: "This could not be found out in time."}
		}
	}
	result.Took = time.Since(began)
	result.State, result.Code, result.Why, result.Fix, result.Facts = f.State, f.Code, f.Why, f.Fix, f.Facts
	return result
}

// gracePeriod lets a check whose time is up still say what it knows.
const gracePeriod = 50 * time.Millisecond

// run collects results and decides when each can be told.
type run struct {
	checks []Check
	emit   func(Result)
	raw    map[string]*Result
	told   map[string]bool
}

func (r *run) take(result Result) {
	r.raw[result.ID] = &result
	r.tell()
}

// tell emits, in the order of the checks, every result that no unfinished check can still explain.
func (r *run) tell() {
	for again := true; again; {
		again = false
		for _, c := range r.checks {
			result := r.raw[c.ID]
			if result == nil || r.told[c.ID] || !r.certain(c) {
				continue
			}
			r.fold(c, result)
			r.told[c.ID] = true
			again = true
			if r.emit != nil {
				r.emit(*result)
			}
		}
	}
}

// certain reports whether nothing that is still under way can change how the result is told.
func (r *run) certain(c Check) bool {
	if s := r.raw[c.ID].State; s == OK || s == Skipped {
		return true
	}
	return !slices.ContainsFunc(c.After, func(id string) bool { return r.known(id) && !r.told[id] })
}

// fold puts a failure under the one that explains it.
func (r *run) fold(c Check, result *Result) {
	if result.State == OK || result.State == Skipped {
		return
	}
	for _, id := range c.After {
		cause := r.raw[id]
		if cause == nil {
			continue
		}
		switch {
		case cause.State == Problem:
			result.Because = cause.ID
		case cause.Because != "":
			result.Because = cause.Because
		default:
			continue
		}
		result.State, result.Code, result.Fix = Skipped, "", ""
		return
	}
}

func (r *run) known(id string) bool {
	return slices.ContainsFunc(r.checks, func(c Check) bool { return c.ID == id })
}

// giveUp makes what was not found out unknown.
func (r *run) giveUp() {
	for _, c := range r.checks {
		if r.raw[c.ID] == nil {
			r.raw[c.ID] = &Result{ID: c.ID, Title: c.Title, Blocks: c.Blocks, State: Unknown, Why: "The diagnosis was stopped before."}
		}
		if !r.told[c.ID] {
			r.told[c.ID] = true
			if r.emit != nil {
				r.emit(*r.raw[c.ID])
			}
		}
	}
}

// report sums up: the first blocking problem decides, then anything else that is not as it should be.
func (r *run) report(took time.Duration) Report {
	report := Report{Verdict: Fine, Summary: "Nothing keeps you from signing in.", Took: took}
	for _, c := range r.checks {
		result := *r.raw[c.ID]
		report.Results = append(report.Results, result)
		switch {
		case result.State == Problem && result.Blocks && report.Verdict != Blocked:
			report.Verdict, report.Summary = Blocked, result.Why
		case (result.State == Problem || result.State == Warning) && report.Verdict == Fine:
			report.Verdict, report.Summary = Degraded, "You can sign in. "+result.Why
		}
	}
	return report
}
