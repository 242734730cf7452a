package present

import (
	"context"
	"slices"
	"time"

	"latchkey/internal/problem"
	"latchkey/internal/session"
	"latchkey/internal/signin"
	"latchkey/internal/transport"
)

// run is one attempt to sign in, as the window follows it.
type run struct {
	talk    Conversation
	cancel  context.CancelFunc
	waiting string         // ID of the step that waits
	at      signin.Step    // the last step that is a screen
	pending *signin.Answer // given before the attempt asked
	started time.Time
	asked   bool // credentials were sent
	reached time.Time
	opened  time.Time
	ways    []string          // other ways of the step
	targets map[string]string // where the codes of these ways go
	resent  bool              // what is shown next was sent again
	stage   signin.Stage
	closed  bool   // the browser did not open
	why     string // why it goes on in the browser
	keep    bool   // the problem that is shown belongs to the step that follows
}

// begin starts an attempt in the background of the form: discovery is done while the agent types.
func (p *Presenter) begin(o signin.Options) *run {
	p.endRun()
	o.Org, o.Ask = p.org, true
	if o.Username == "" {
		o.Username = p.form.username
	}
	ctx, cancel := context.WithCancel(p.ctx)
	r := &run{talk: p.parts.Begin(ctx, o), cancel: cancel, started: p.o.Clock.Now()}
	p.run = r
	p.going.Go(func() {
		defer cancel()
		for step := range r.talk.Steps() {
			p.o.Post(func() {
				if p.run == r {
					p.step(r, step)
				}
			})
		}
		who, signedIn := r.talk.Session()
		p.o.Post(func() {
			if p.run == r {
				p.ended(who, signedIn)
			}
		})
	})
	return r
}

// endRun forgets the attempt that is going on and cancels it.
func (p *Presenter) endRun() {
	p.endWork()
	if p.run == nil {
		return
	}
	if p.run.pending != nil {
		p.run.pending.Wipe()
	}
	p.run.talk.Cancel()
	p.run.cancel()
	p.run = nil
}

// cancelRun gives up what is going on and goes back to the form.
func (p *Presenter) cancelRun() {
	p.form.busy, p.form.slow = Busy{}, false
	p.frame.Problem = nil
	if n := p.frame.Notice; n != nil && n.Step {
		p.frame.Notice = nil
	}
	p.begin(signin.Options{})
	p.showForm(p.form.firstEmpty())
}

// answer answers the attempt, or keeps the answer until it asks.
func (p *Presenter) answer(a signin.Answer) {
	if p.run == nil {
		p.begin(signin.Options{Username: a.Username})
	}
	r := p.run
	if r.waiting == "" {
		r.pending = &a
		p.refreshForm()
		return
	}
	p.send(r, a)
	p.refreshForm()
}

func (p *Presenter) send(r *run, a signin.Answer) {
	a.ID = r.waiting
	r.waiting, r.pending = "", nil
	r.asked = true
	r.started = p.o.Clock.Now()
	if err := r.talk.Answer(a); err != nil && !overtaken(err) { // nothing more can be said to it: begin anew
		p.form.busy = Busy{}
		p.begin(signin.Options{})
		p.fail(problem.From(err), NoAction, FocusProblem)
		p.showForm(FocusProblem)
	}
}

// step shows one step of the attempt.
func (p *Presenter) step(r *run, step signin.Step) {
	switch s := step.(type) {
	case signin.Working:
		p.working(s)
	case signin.Credentials:
		p.credentials(r, s)
	case signin.Code:
		p.code(r, s)
	case signin.Approve:
		p.approve(r, s)
	case signin.NewPassword:
		p.newPassword(r, s)
	case signin.NewRecoveryCode:
		p.newRecoveryCode(r, s)
	case signin.Choose:
		p.choose(r, s)
	case signin.Browser:
		p.browser(r, s)
	case signin.Device:
		p.device(r, s)
	case signin.Trouble:
		p.trouble(r, s)
	case signin.Confirm:
		p.confirm(r, s)
	case signin.Notice:
		if n := p.frame.Notice; n != nil && n.Step && s.Problem.Code != problem.StepWanted {
			return // it says why this is asked for; what else there is to know is told after the sign-in
		}
		p.frame.Notice = &Notice{Title: clean(s.Problem.Title), Text: clean(s.Problem.Fix), stays: s.Problem.Code == problem.AccessLimited, Step: s.Problem.Code == problem.StepWanted, kind: s.Problem.Kind}
		p.draw()
	case signin.Done: // what follows is the end, with the session
	}
}

func (p *Presenter) credentials(r *run, s signin.Credentials) {
	r.waiting, r.at = s.ID, s
	p.form.password = true
	p.form.forgot, p.form.code = s.ForgotPassword, s.Code
	p.form.offered(s.Others)
	if p.form.username == "" {
		p.form.username = s.Username
	}
	same := p.showHost(s.Host)
	if r.pending != nil && !r.pending.Password.Empty() && !same {
		p.askAgain(r)
		return
	}
	if r.pending != nil {
		p.send(r, *r.pending)
		p.refreshForm()
		return
	}
	p.form.busy, p.form.slow = Busy{}, false
	if _, shown := p.frame.Screen.(SignIn); shown {
		p.refreshForm()
		return
	}
	if p.behind != nil { // a list of organisations lies above the form
		return
	}
	p.showForm(p.form.firstEmpty())
}

// choose is a choice between ways to prove who one is, or, at the start, between the doors: then it is the form.
func (p *Presenter) choose(r *run, s signin.Choose) {
	r.waiting, r.at = s.ID, s
	p.showHost(s.Host)
	if !r.atStart() {
		r.ways, r.targets = s.Methods, s.Targets
		p.settleProblem(r)
		p.frame.Screen = Choose{
			Title: "Choose how to go on", Explain: "Show in one of these ways that it is you.",
			Ways: p.ways(s.Methods, s.Targets), Back: "Cancel",
		}
		p.offerResend()
		p.noOtherWay()
		p.focus(FocusMain)
		p.draw()
		return
	}
	doors := make([]signin.Door, 0, len(s.Methods))
	for _, m := range s.Methods {
		doors = append(doors, signin.Door(m))
	}
	p.form.offered(doors)
	hadPassword := p.form.password
	p.form.password = false
	if r.pending != nil {
		a := *r.pending
		if !a.Password.Empty() { // typed before it was known that this server takes none in an app
			a.Wipe()
			a = signin.Answer{Username: a.Username, Use: string(signin.WithBrowser)}
		}
		p.send(r, a)
		p.refreshForm()
		return
	}
	p.form.busy, p.form.slow = Busy{}, false
	if hadPassword {
		p.form.clear++
	}
	if _, shown := p.frame.Screen.(SignIn); shown {
		p.frame.Screen = p.form.screen(p)
		if hadPassword {
			p.focus(p.form.firstEmpty())
		}
		p.draw()
		return
	}
	if p.behind == nil {
		p.showForm(p.form.firstEmpty())
	}
}

// confirm asks whether to go on as someone who was not expected.
func (p *Presenter) confirm(r *run, s signin.Confirm) {
	r.waiting, r.at, r.ways = s.ID, s, nil
	p.behind = nil
	who := transport.Clean(s.Username, 80)
	p.frame.Problem = nil
	p.frame.Screen = Choose{
		Title:   "Is this you?",
		Explain: "You asked to sign in as " + transport.Clean(s.Expected, 80) + ", and the browser is signed in as " + who + ". Go on only if that is you.",
		Ways: []Way{
			{Use: "continue", Title: "Go on as " + who, Sub: "This account is mine"},
			{Use: "browser", Title: "Use another account", Sub: "The sign-in page asks who you are"},
		},
		Back: "Cancel",
	}
	p.focus(FocusNone) // Return must not say yes
	p.draw()
}

// atStart reports whether the attempt has not asked for anything yet, so that a choice is one between doors.
func (r *run) atStart() bool {
	choice, ok := r.at.(signin.Choose)
	return ok && !slices.ContainsFunc(choice.Methods, func(m string) bool {
		switch signin.Door(m) {
		case signin.WithBrowser, signin.WithCompany, signin.WithDevice, signin.WithPassword:
			return false
		}
		return true
	}) && !r.asked
}

// ended is what follows the last step.
func (p *Presenter) ended(who session.Session, signedIn bool) {
	p.run = nil
	if signedIn {
		p.signedIn(who)
		return
	}
	// The attempt ended without saying why.
	p.form.busy = Busy{}
	p.fail(problem.New(problem.UnexpectedError), TryAgain, FocusProblem)
	p.showForm(FocusProblem)
}
