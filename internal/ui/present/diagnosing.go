package present

import (
	"context"
	"slices"
	"time"

	"latchkey/internal/diagnose"
	"latchkey/internal/problem"
)

// Diagnostics finds out what keeps people from signing in. It is there with broken settings, and without any.
// Its functions are called off the window's goroutine.
type Diagnostics struct {
	// Checks returns the checks for an organisation; an empty one means the default. asking tells whether the agent is being asked
	// for a password just then; it can be called from any goroutine.
	Checks func(org string, asking func() bool) []diagnose.Check
	// Report writes a diagnosis down: the very bytes that are shown, copied and saved.
	Report func(ctx context.Context, org string, r diagnose.Report, addresses bool) []byte
	// Save saves a report under a name of its own in Folder.
	Save   func(text []byte) (path string, err error)
	Folder string // where reports are saved
	// Explain returns a failed sign-in's problem with its cause, if checks find one, and else the problem itself.
	Explain func(ctx context.Context, org string, p *problem.Problem) *problem.Problem
}

// diagnosing is the diagnosis that is shown.
type diagnosing struct {
	location *time.Location
	cancel   context.CancelFunc // ends the run; nil: none is going on
	began    time.Time
	stopped  bool
	order    []string // IDs of the checks
	titles   map[string]string
	found    map[string]diagnose.Result
	due      *diagnose.Result // what the run waits for; it may have been found since
	result   diagnose.Report  // of the run that is over

	open, detailed, unfolded map[string]bool // what the agent chose to see
	ask                      map[string]*Ask
	copied                   bool
	preview                  *Report // shown instead; nil: not
	focus                    Focus
	turn                     int
}

// restPause is how long after the beginning of one run the next may begin.
const restPause = 2 * time.Second

// Diagnose opens the diagnosis above what is shown, and begins to look.
func (p *Presenter) Diagnose() {
	if p.diagnosis != nil || p.tools == nil {
		return
	}
	p.diagnosis = &diagnosing{location: p.o.Location, ask: map[string]*Ask{}, open: map[string]bool{}, detailed: map[string]bool{}, unfolded: map[string]bool{}}
	p.startDiagnosis()
	p.focusDiagnosis(FocusMain)
	p.draw()
}

// DiagnoseAgain runs the checks once more, one run at a time and not more often than makes sense.
func (p *Presenter) DiagnoseAgain() {
	if d := p.diagnosis; d != nil && d.cancel == nil && d.preview == nil {
		p.startDiagnosis()
		p.draw()
	}
}

func (p *Presenter) startDiagnosis() {
	d := p.diagnosis
	now := p.o.Clock.Now()
	pause := time.Duration(0)
	if !p.diagnosed.IsZero() {
		pause = min(restPause, max(0, restPause-now.Sub(p.diagnosed)))
	}
	p.diagnosed = now.Add(pause)
	ctx, cancel := context.WithCancel(p.ctx)
	d.cancel, d.began, d.stopped, d.copied = cancel, now, false, false
	d.due = nil
	d.found, d.order, d.titles = map[string]diagnose.Result{}, nil, map[string]string{}
	clear(d.ask)
	p.asking.Store(p.isAsking()) // the form is behind the diagnosis from now on, drawn or not
	tools, org := p.tools, p.orgID()
	post := func(f func()) {
		p.o.Post(func() {
			if p.diagnosis == d && ctx.Err() == nil {
				f()
				p.draw()
			}
		})
	}
	p.going.Go(func() {
		if pause > 0 && p.o.Clock.Sleep(ctx, pause) != nil {
			return
		}
		checks := tools.Checks(org, p.asking.Load)
		post(func() {
			for _, c := range checks {
				d.order = append(d.order, c.ID)
				d.titles[c.ID] = clean(c.Title)
			}
		})
		result := diagnose.Watch(ctx, checks, func(r diagnose.Result) {
			post(func() {
				d.found[r.ID] = r
				p.statusSeen(r)
				p.keychainSeen(r)
			})
		}, func(r diagnose.Result) { post(func() { d.due = &r }) })
		post(func() {
			d.result = result
			d.cancel()
			d.cancel = nil
		})
	})
}

// orgID is the organisation that everything is about.
func (p *Presenter) orgID() string { return orElse(p.org.ID, p.o.Org) }

// StopDiagnosis ends the run at once; what was found stays.
func (p *Presenter) StopDiagnosis() {
	d := p.diagnosis
	if d == nil || d.cancel == nil {
		return
	}
	d.cancel()
	d.cancel, d.stopped = nil, true
	d.result = diagnose.Report{Stopped: true, Took: p.o.Clock.Now().Sub(d.began), Results: d.results()}
	c := diagnose.Conclude(d.result.Results, true)
	d.result.Verdict, d.result.Summary = c.Verdict, c.Summary("")
	if c.Decided != nil {
		d.result.Summary = c.Summary(c.Decided.Line())
	}
	p.draw()
}

// results are those of all checks; what is not found out is unknown.
func (d *diagnosing) results() []diagnose.Result {
	all := make([]diagnose.Result, 0, len(d.order))
	for _, id := range d.order {
		r, ok := d.found[id]
		if !ok {
			r = diagnose.Result{ID: id, Title: d.titles[id], State: diagnose.Unknown, What: "The diagnosis was stopped before."}
		}
		all = append(all, r)
	}
	return all
}

// closeDiagnosis goes back to what lies below.
func (p *Presenter) closeDiagnosis() {
	d := p.diagnosis
	if d == nil {
		return
	}
	if d.cancel != nil {
		d.cancel()
	}
	p.diagnosis = nil
	p.focus(p.frame.Focus)
}

// backInDiagnosis is Escape: one step at a time.
func (p *Presenter) backInDiagnosis() {
	d := p.diagnosis
	switch {
	case d.preview != nil:
		d.preview = nil
		p.focusDiagnosis(FocusMain)
	case slices.ContainsFunc(d.rows(), func(r CheckRow) bool { return r.Ask != nil && !r.Ask.Busy }):
		p.dropAsked()
	default:
		p.closeDiagnosis()
	}
	p.draw()
}

// LeaveDiagnosis goes back to what lies below.
func (p *Presenter) LeaveDiagnosis() {
	p.closeDiagnosis()
	p.draw()
}

// OpenRow shows all about a check, or hides it again.
func (p *Presenter) OpenRow(id string) {
	d := p.diagnosis
	if d == nil {
		return
	}
	for _, row := range d.rows() {
		if row.ID == id {
			d.open[id], d.detailed[id] = !row.Open, !row.Open
			p.draw()
		}
	}
}

// DetailRow shows what was measured, or hides it again.
func (p *Presenter) DetailRow(id string) {
	if d := p.diagnosis; d != nil {
		d.detailed[id] = !d.detailed[id]
		p.draw()
	}
}

// UnfoldRow shows what follows from a finding, or hides it again.
func (p *Presenter) UnfoldRow(id string) {
	if d := p.diagnosis; d != nil {
		d.unfolded[id] = !d.unfolded[id]
		p.draw()
	}
}

func (p *Presenter) focusDiagnosis(f Focus) {
	p.turns++
	p.diagnosis.focus, p.diagnosis.turn = f, p.turns
}

// over puts the diagnosis above a frame.
func (d *diagnosing) over(f Frame) Frame {
	f.Problem, f.Notice = nil, nil
	f.Where.Change = false
	f.Focus, f.Turn = d.focus, d.turn
	if d.preview != nil {
		f.Screen = *d.preview
		return f
	}
	f.Screen = Diagnosis{
		Running: d.cancel != nil, Verdict: d.verdict(), Rows: d.rows(), Waiting: d.waiting(),
		Report: d.cancel == nil && len(d.result.Results) > 0, Copied: d.copied,
	}
	return f
}
