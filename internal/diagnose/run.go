package diagnose

import (
	"context"
	"fmt"
	"slices"
	"time"

	"latchkey/internal/problem"
)

// longEnough is how long checks are waited for whose failure is explained already. A slow network is given more time only
// as long as nothing is found to be wrong with it.
const longEnough = 5 * time.Second

// usualLimit is how long a check may take that sets no limit of its own: long enough for the system to ask its second name
// server, which it does after 5 s.
const usualLimit = 5700 * time.Millisecond

// Run runs all checks at once and calls emit, from one goroutine at a time, with each result as soon as it is
// certain: a failure waits for the checks that could explain it, good news waits for nobody. A cancelled run returns at
// once; what was not found out by then is unknown. A result is told a second time, with no other change, when it turns out
// that it blocks, because something that does is put down to it. The checks can be run again.
func Run(ctx context.Context, checks []Check, emit func(Result)) Report {
	return Watch(ctx, checks, emit, nil)
}

// Watch is Run that also calls waiting, at most once and before a second has passed, with the check that everything seems to
// wait for, if there is one. Its state is unknown, or a warning where nothing has come back at all by then; what it finds in the
// end is told later like everything else.
func Watch(ctx context.Context, checks []Check, emit, waiting func(Result)) Report {
	began := time.Now()
	r := newRun(checks, emit)
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	ctx = withMemo(ctx)
	arrived := make(chan arrival, len(checks)) // room for all: nobody is left waiting behind a run that was stopped
	for _, c := range checks {
		ctx, cancel := context.WithCancel(ctx)
		defer cancel()
		r.cancels[c.ID] = cancel
		go func() { arrived <- perform(ctx, c, slept) }()
	}
	late, early := time.NewTimer(longEnough), time.NewTimer(soon)
	defer late.Stop()
	defer early.Stop()
	for left := len(checks); left > 0; {
		select {
		case a := <-arrived:
			left--
			r.take(a)
			if time.Since(began) >= longEnough {
				r.hurry()
			}
		case <-early.C:
			if w := r.due(ctx); w != nil && waiting != nil {
				w.Took = time.Since(began)
				waiting(*w)
			}
		case <-late.C:
			r.hurry()
		case <-ctx.Done():
			for len(arrived) > 0 {
				r.take(<-arrived)
			}
			r.giveUp()
			return r.report(time.Since(began), ctx.Err() != nil)
		}
	}
	return r.report(time.Since(began), ctx.Err() != nil)
}

// arrival is what came of one check.
type arrival struct {
	result Result
	after  []string
	enough bool
}

// perform runs one check, and once more when the computer slept meanwhile: what was measured across that means nothing. When it
// slept again, nothing is known, unless the check is one that looks out for that itself.
func perform(ctx context.Context, c Check, slept func(since time.Time) bool) arrival {
	began := time.Now()
	f, tried := limited(ctx, c), began
	if slept(tried) && ctx.Err() == nil {
		tried = time.Now()
		f = limited(withMemo(ctx), c)
		if !c.Wakeful && slept(tried) {
			f = Finding{State: Unknown, What: "The computer slept, or its clock was set, while this was checked, so that does not count."}
		}
	}
	return arrival{Result{
		ID: c.ID, Title: c.Title, State: f.State, Code: f.Code, What: f.What, Why: f.Why, Fix: f.Fix, Blocks: c.Blocks && !f.Harmless, Doubtful: f.Doubtful,
		Took: time.Since(began), Facts: f.Facts, Repairs: f.Repairs,
	}, f.After, f.Suffices}
}

// certainly is what to do about something that does keep people out.
func certainly(code problem.Code) string { return problem.New(code).Fix }

// slept reports whether the wall clock and the one that only goes on went different ways: the computer slept, or its clock
// was set.
func slept(since time.Time) bool {
	const much = 2 * time.Second
	now := time.Now()
	return (now.Round(0).Sub(since.Round(0)) - now.Sub(since)).Abs() > much
}

// limited runs a check within its limit. One that ignores its context is left behind, and one that panics is unknown:
// neither keeps the others from being told.
func limited(ctx context.Context, c Check) Finding {
	limit := c.Limit
	if limit == 0 {
		limit = usualLimit
	}
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	done := make(chan Finding, 1)
	go func() {
		defer func() {
			if p := recover(); p != nil {
				done <- Finding{State: Unknown, What: fmt.Sprintf("The check itself came to no end (%T).", p)}
			}
		}()
		done <- c.Run(ctx)
	}()
	select {
	case f := <-done:
		return f
	case <-ctx.Done():
	}
	select {
	case f := <-done:
		return f
	case <-time.After(gracePeriod):
		return Finding{State: Unknown, What: "This could not be found out in time."}
	}
}

// gracePeriod lets a check whose time is up still say what it knows.
const gracePeriod = 50 * time.Millisecond

// run collects results and decides when each can be told.
type run struct {
	checks []Check
	emit   func(Result)
	folder folder
	told   map[string]*Result

	cancels map[string]context.CancelFunc // of the checks
}

func newRun(checks []Check, emit func(Result)) *run {
	if emit == nil {
		emit = func(Result) {}
	}
	r := &run{
		checks: checks, emit: emit, told: map[string]*Result{}, cancels: map[string]context.CancelFunc{},
		folder: folder{checks: map[string]Check{}, found: map[string]*Result{}, after: map[string][]string{}, enough: map[string]bool{}},
	}
	for _, c := range checks {
		r.folder.checks[c.ID] = c
	}
	return r
}

// take files a result and tells every one that has become certain by it.
func (r *run) take(a arrival) {
	r.folder.found[a.result.ID], r.folder.after[a.result.ID], r.folder.enough[a.result.ID] = &a.result, a.after, a.enough
	for _, c := range r.checks {
		if r.told[c.ID] == nil && r.folder.certain(c.ID) {
			r.tell(c.ID)
		}
	}
}

// tell tells one result: a cause before what follows from it, and that folded under it.
func (r *run) tell(id string) {
	result := *r.folder.found[id]
	if cause := r.folder.cause(id); cause != "" {
		if r.told[cause] == nil {
			r.tell(cause)
		}
		if because := r.told[cause]; result.State == Problem && result.Blocks && !because.Blocks {
			because.Blocks, because.Fix = true, certainly(because.Code) // no "if" any more
			r.emit(*because)
		}
		result.Because, result.State, result.Code, result.Fix = cause, Skipped, "", ""
	}
	r.told[id] = &result
	r.emit(result)
}

// hurry ends the checks that are under way and cannot come to anything: a problem ahead of them was told, and they have
// nobody else to ask.
func (r *run) hurry() {
	for _, c := range r.checks {
		explained := slices.ContainsFunc(c.After, func(cause string) bool {
			return r.told[cause] != nil && r.told[cause].State == Problem
		})
		if explained && !c.Independent && r.folder.found[c.ID] == nil {
			r.cancels[c.ID]()
		}
	}
}

// giveUp tells what is there, and makes what was not found out unknown.
func (r *run) giveUp() {
	for _, c := range r.checks {
		if r.folder.found[c.ID] == nil {
			r.folder.found[c.ID] = &Result{ID: c.ID, Title: c.Title, Blocks: c.Blocks, State: Unknown, What: "The diagnosis was stopped before."}
		}
	}
	for _, c := range r.checks {
		if r.told[c.ID] == nil {
			r.tell(c.ID)
		}
	}
}

// report sums up.
func (r *run) report(took time.Duration, stopped bool) Report {
	report := Report{Took: took, Stopped: stopped}
	for _, c := range r.checks {
		report.Results = append(report.Results, *r.told[c.ID])
	}
	c := Conclude(report.Results, stopped)
	why := ""
	if c.Decided != nil {
		why = c.Decided.Line()
	}
	report.Verdict, report.Summary = c.Verdict, c.Summary(why)
	return report
}
