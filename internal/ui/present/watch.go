package present

import (
	"context"
	"math/rand/v2"
	"time"

	"latchkey/internal/diagnose"
	"latchkey/internal/problem"
	"latchkey/internal/signin"
)

// How often is looked whether all is well, while the window is in front. Each is lengthened by up to a fifth, so that a thousand
// windows do not ask at once.
const (
	firstLook    = time.Second // after the form is there
	statusEvery  = 5 * time.Minute
	troubleEvery = time.Minute // while the service reports trouble
	returnFirst  = 3 * time.Second
	returnMost   = 30 * time.Second // between two looks for a network
	serverMost   = 2 * time.Minute  // between two looks for a server that answers with trouble
)

// watch is what the window keeps an eye on while nobody does anything.
type watch struct {
	hidden bool

	org         string          // whose status page it is about
	service     diagnose.Result // what it said last
	servicePage bool            // there is one
	looked      time.Time
	silent      bool // the sign-in server was asked, and did not answer
	endService  context.CancelFunc

	missing   problem.Code // the problem that is watched until it is over; empty: none
	endReturn context.CancelFunc
}

// Hidden tells that the window went to the back, or came to the front again. Nothing is asked while nobody looks.
func (p *Presenter) Hidden(hidden bool) {
	if p.watch.hidden == hidden {
		return
	}
	p.watch.hidden = hidden
	if hidden {
		p.endWatch()
		return
	}
	p.watchService()
	p.watchReturn()
}

func (p *Presenter) endWatch() {
	for _, end := range []*context.CancelFunc{&p.watch.endService, &p.watch.endReturn} {
		if *end != nil {
			(*end)()
			*end = nil
		}
	}
	p.watch.missing = ""
}

// watchService looks at the status page of the organisation every now and then, and at its sign-in server where nobody else has
// asked that lately.
func (p *Presenter) watchService() {
	w := &p.watch
	if w.endService != nil {
		w.endService()
		w.endService = nil
	}
	if p.tools == nil || p.tools.Checks == nil || w.hidden || p.parts == nil {
		return
	}
	org := p.orgID()
	if w.org != org {
		w.org, w.service, w.servicePage, w.looked = org, diagnose.Result{}, false, time.Time{}
		w.silent = false
	}
	ctx, cancel := context.WithCancel(p.ctx)
	w.endService = cancel
	checks, pause := p.tools.Checks, firstLook
	if !w.looked.IsZero() {
		pause = max(firstLook, w.looked.Add(troubleEvery).Sub(p.o.Clock.Now()))
	}
	p.going.Go(func() {
		for p.o.Clock.Sleep(ctx, pause) == nil {
			all := checks(org, func() bool { return true })
			result := one(ctx, all, "status")
			if ctx.Err() != nil {
				return
			}
			unseen := make(chan bool, 1)
			p.o.Post(func() {
				if ctx.Err() == nil {
					p.serviceSeen(result)
					unseen <- p.unseen()
				}
			})
			trouble := result.State == diagnose.Problem || result.State == diagnose.Warning
			select {
			case ask := <-unseen:
				trouble = ask && p.askServer(ctx, all) || trouble
			case <-ctx.Done():
				return
			}
			if pause = spread(statusEvery); trouble {
				pause = spread(troubleEvery)
			}
			pause = max(pause, wished(result))
		}
	})
}

// unseen reports whether the form is there, and nothing that it says of the connection is known, or no longer true.
func (p *Presenter) unseen() bool {
	_, form := p.frame.Screen.(SignIn)
	if !form || p.form.busy.What != "" || p.frame.Problem != nil || p.parts == nil || p.parts.Observed == nil {
		return false
	}
	return p.o.Clock.Now().Sub(p.parts.Observed(p.frame.Where.Host).At) > stale
}

// askServer has the sign-in server tell the time, which shows that it answers, and how far this computer's clock is off.
func (p *Presenter) askServer(ctx context.Context, all []diagnose.Check) (silent bool) {
	silent = one(ctx, all, "clock").State == diagnose.Unknown
	p.o.Post(func() {
		if ctx.Err() == nil {
			p.watch.silent = silent
			p.draw()
		}
	})
	return silent
}

// one runs one check, without those that explain it.
func one(ctx context.Context, checks []diagnose.Check, id string) diagnose.Result {
	for _, c := range checks {
		if c.ID == id {
			return diagnose.Run(ctx, []diagnose.Check{c}, nil).Results[0]
		}
	}
	return diagnose.Result{State: diagnose.Skipped}
}

// wished is how long the status page wants to be left alone.
func wished(r diagnose.Result) time.Duration {
	for _, f := range r.Facts {
		if seconds, ok := f.Value.(int); ok && f.Name == diagnose.AskAgain {
			return time.Duration(seconds) * time.Second
		}
	}
	return 0
}

func spread(d time.Duration) time.Duration {
	return d + time.Duration(rand.Int64N(int64(d)/5)) // #nosec G404 -- nothing depends on it being hard to guess
}

// statusSeen takes what a diagnosis found about the service on its way.
func (p *Presenter) statusSeen(r diagnose.Result) {
	if w := &p.watch; r.ID == "status" && r.Because == "" && r.State != diagnose.Unknown && w.org == p.orgID() && p.parts != nil {
		w.service, w.servicePage, w.looked = r, r.State != diagnose.Skipped, p.o.Clock.Now()
	}
}

// serviceSeen takes what the status page says.
func (p *Presenter) serviceSeen(r diagnose.Result) {
	w := &p.watch
	before := w.service.Code
	w.service, w.servicePage, w.looked = r, r.State != diagnose.Skipped, p.o.Clock.Now()
	if before == problem.ServiceOutage && r.State == diagnose.OK {
		if _, form := p.frame.Screen.(SignIn); form && p.frame.Problem == nil {
			p.frame.Notice = &Notice{Title: "The service is fine again", Text: "The outage is over.", Good: true}
		}
	}
	p.draw()
}

// watchReturn keeps an eye on the network or server that the problem in the panel is about, until it is back.
func (p *Presenter) watchReturn() {
	w := &p.watch
	shown := p.frame.Problem
	var missing problem.Code
	if shown != nil && shown.lost && !w.hidden && p.form.busy.What == "" && p.tools != nil && p.tools.Checks != nil {
		missing = shown.code
	}
	if missing == w.missing {
		return
	}
	if w.endReturn != nil {
		w.endReturn()
		w.endReturn = nil
	}
	if w.missing = missing; missing == "" {
		return
	}
	ctx, cancel := context.WithCancel(p.ctx)
	w.endReturn = cancel
	checks, org := p.tools.Checks, p.orgID()
	id, most := "tls", returnMost
	switch missing {
	case problem.ServerUnavailable, problem.ServerAnswer, problem.AnswerTooLarge, problem.ServiceOutage, problem.ServiceMaintenance:
		id, most = "server", serverMost
	}
	p.going.Go(func() {
		pause := returnFirst
		if id == "server" {
			pause = returnMost
		}
		for p.o.Clock.Sleep(ctx, spread(pause)) == nil {
			if back(ctx, checks(org, func() bool { return true }), id) {
				p.o.Post(func() {
					if ctx.Err() == nil {
						p.cameBack()
					}
				})
				return
			}
			pause = min(2*pause, most)
		}
	})
}

// back reports whether a check finds nothing in the way any more.
func back(ctx context.Context, checks []diagnose.Check, id string) bool {
	fine := false
	for _, r := range diagnose.Run(ctx, only(checks, id, "connect"), nil).Results {
		if r.State == diagnose.Problem && r.Blocks {
			return false
		}
		fine = fine || r.ID == id && r.State != diagnose.Unknown || r.ID == "connect" && r.State == diagnose.OK
	}
	return fine && ctx.Err() == nil
}

// cameBack says so and goes on: what was done without the agent is done once more, and what only the agent can do waits for it,
// at its place.
func (p *Presenter) cameBack() {
	p.watch.missing, p.watch.endReturn = "", nil
	shown := p.frame.Problem
	if shown == nil {
		return
	}
	if p.form.paused.away {
		p.form.paused = pause{}
	}
	if p.run != nil {
		p.run.talk.ServerIsBack()
	}
	if p.again != nil {
		p.tryAgain()
		return
	}
	good := Problem{Title: "The connection is back.", Fix: "Go on where you were.", Good: true, Soft: true, Mark: shown.Mark}
	switch shown.code {
	case problem.ServerUnavailable, problem.ServerAnswer, problem.ServiceOutage, problem.ServiceMaintenance:
		good.Title = "The service is back."
	}
	if _, form := p.frame.Screen.(SignIn); form {
		good.Then = p.form.firstEmpty()
	}
	p.frame.Problem = &good
	if _, form := p.frame.Screen.(SignIn); form && p.parts != nil && p.run == nil {
		p.begin(signin.Options{})
	}
	p.refreshForm()
	p.draw()
}
