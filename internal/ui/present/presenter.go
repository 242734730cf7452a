package present

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"latchkey/internal/clock"
	"latchkey/internal/config"
	"latchkey/internal/problem"
	"latchkey/internal/session"
	"latchkey/internal/signin"
)

// Presenter is what stands behind one window. All its methods are called on the window's goroutine.
type Presenter struct {
	o     Options
	ctx   context.Context // of the whole window
	stop  context.CancelFunc
	going sync.WaitGroup // everything that was started
	parts *Parts
	tools *Diagnostics // nil: not there yet

	org   config.Organization
	frame Frame // without the diagnosis above it
	turns int
	form  formState
	run   *run // the attempt that is going on; nil: none

	session *session.Session // who is signed in; nil: nobody
	renewed time.Time        // when the session was last tried to renew

	work    context.CancelFunc // ends the background work of the current screen
	behind  Screen             // what Back returns to from a screen beside the way: Orgs, Setup
	every   time.Duration      // between two ticks; zero: nothing ticks
	endTick context.CancelFunc // of the next tick
	settled bool               // it is known whether a session is kept
	lastUse string             // the way that was last taken; empty: e-mail and password
	again   func()             // what trying again does; nil: the same way once more

	wayBack        wayBack     // from the page for a forgotten password
	doubted        doubted     // behind the screen that shows an address letter by letter
	diagnosis      *diagnosing // above everything else; nil: not open
	diagnosed      time.Time   // when the last one began, or begins: leaving and coming back asks no sooner
	lookAfterwards bool        // the checks run again once the settings are read
	asking         atomic.Bool // the agent is being asked for something, or it is being checked
	watch          watch
	explaining     context.CancelFunc
	marked         int // counts the problems that were put into the panel

	typed      time.Time // when the password was last touched; zero: there is none
	restoring  time.Time // since when
	copied     time.Time // when a link was put on the clipboard; zero: there is none
	copiedText string
	writing    bool // the mail program, or IT's page, is being opened
}

// New returns a presenter. Its first frame is there at once: see [Presenter.Frame].
func New(ctx context.Context, o Options) *Presenter {
	p := &Presenter{o: o}
	p.ctx, p.stop = context.WithCancel(ctx)
	if p.o.Clock == nil {
		p.o.Clock = clock.System{}
	}
	if p.o.Location == nil {
		p.o.Location = time.Local
	}
	p.form = formState{password: true}
	p.turns = 1
	p.frame = Frame{Screen: p.form.screen(p), Pulse: unknownPulse(), Focus: FocusUsername, Turn: 1}
	return p
}

// Frame returns what is shown now.
func (p *Presenter) Frame() Frame {
	if p.diagnosis != nil {
		return p.diagnosis.over(p.frame)
	}
	return p.frame
}

// Settled reports whether it is known where the agent can begin.
func (p *Presenter) Settled() bool { return p.settled }

// Start reads the settings and goes where the agent can begin.
func (p *Presenter) Start() {
	p.background(p.ctx, func(ctx context.Context) func() {
		parts, err := p.o.Load(ctx)
		return func() { p.loaded(parts, err) }
	})
}

// Close ends everything that is going on, but for what must not be torn apart: see [Presenter.Wait].
func (p *Presenter) Close() {
	p.endRun()
	p.stop()
}

// Wait returns when everything that was going on has come to its end, a sign-out for instance, or when ctx ends. It comes after
// Close.
func (p *Presenter) Wait(ctx context.Context) {
	over := make(chan struct{})
	go func() {
		p.going.Wait()
		if p.parts != nil && p.parts.Close != nil {
			p.parts.Close()
		}
		close(over)
	}()
	select {
	case <-over:
	case <-ctx.Done():
	}
}

func (p *Presenter) loaded(parts *Parts, err error) {
	p.settled = err != nil
	if parts != nil {
		p.tools = parts.Diagnostics
	}
	defer p.lookedAfterwards()
	if p.frame.Where.Name == "" {
		p.frame.Where.Name = "Latchkey" // until it is known where to
	}
	if err != nil {
		p.frame.Screen = Waiting{}
		p.fail(problem.From(err), ReadAgain, FocusProblem)
		p.draw()
		return
	}
	p.release()
	p.parts = parts
	p.askForNews()
	org, err := parts.Settings.Organization(p.o.Org)
	switch {
	case problem.Has(err, problem.OrgMissing):
		p.settled = true
		p.askForOrganization(true)
	case err != nil:
		p.settled = true
		p.frame.Screen = Waiting{}
		p.fail(problem.From(err), ChangeOrgs, FocusProblem)
		p.draw()
	default:
		p.enter(org)
	}
}

// enter goes to an organisation: signs in silently where a session is kept, and asks otherwise.
func (p *Presenter) enter(org config.Organization) {
	p.endRun()
	p.endWayBack()
	p.org, p.session = org, nil
	p.frame.Problem, p.frame.Notice = nil, nil
	p.frame.Where = p.where()
	p.form = formState{password: !passwordless(org), username: p.parts.Sessions.LastUsername(org.ID)}
	p.form.knowsAccount(p.form.username)
	p.watchService()
	p.frame.Pulse = p.pulse()
	p.showForm(p.form.firstEmpty())
	p.lookForSession()
}

// release lets go of parts that others take the place of.
func (p *Presenter) release() {
	if old := p.parts; old != nil && old.Close != nil {
		p.going.Go(old.Close)
	}
}

func (p *Presenter) where() Where {
	return Where{Name: p.org.Name, Host: passwordHostOf(p.org), Change: p.parts != nil}
}

// background runs work on a goroutine of its own, and what it returns on the window's, unless ctx ended meanwhile.
func (p *Presenter) background(ctx context.Context, work func(context.Context) func()) {
	p.going.Go(func() {
		after := work(ctx)
		if after == nil {
			return
		}
		p.o.Post(func() {
			if ctx.Err() == nil {
				after()
			}
		})
	})
}

// screenWork starts work that ends with the screen it was started on.
func (p *Presenter) screenWork(work func(context.Context) func()) {
	p.endWork()
	ctx, cancel := context.WithCancel(p.ctx)
	p.work = cancel
	p.background(ctx, work)
}

func (p *Presenter) endWork() {
	if p.work != nil {
		p.work()
		p.work = nil
	}
}

func (p *Presenter) focus(f Focus) {
	p.turns++
	p.frame.Focus, p.frame.Turn = f, p.turns
}

func (p *Presenter) draw() {
	p.frame.Pulse = p.pulse()
	p.asking.Store(p.isAsking())
	p.watchReturn()
	if p.o.Show != nil {
		p.o.Show(p.Frame())
	}
	p.tickIfNeeded()
}

// Back is Escape: it gives up what is going on, one step at a time.
func (p *Presenter) Back() {
	if p.diagnosis != nil {
		p.backInDiagnosis()
		return
	}
	switch s := p.frame.Screen.(type) {
	case SignIn:
		switch {
		case s.Busy.What != "":
			p.cancelRun()
		case p.frame.Problem != nil && !s.Paused:
			p.frame.Problem = nil
			p.showForm(p.form.firstEmpty())
		}
	case Code, Approve, NewPassword, Browser, Device:
		p.cancelRun()
	case Choose:
		if p.behind != nil {
			p.returnBehind()
			return
		}
		p.cancelRun()
	case Forgotten:
		p.BackToSignIn()
	case Doubt:
		p.leaveDoubt()
	case Suspicion:
		p.leaveSuspicion(s)
	case Restoring:
		p.endWork()
		p.showForm(p.form.firstEmpty())
		p.begin(signin.Options{})
	case Orgs, Setup, News:
		if p.behind != nil && p.parts != nil {
			p.returnBehind()
		}
	}
}

func (p *Presenter) returnBehind() {
	p.frame.Screen, p.behind = p.behind, nil
	p.frame.Problem = nil
	if _, form := p.frame.Screen.(SignIn); form {
		p.showForm(p.form.firstEmpty())
		return
	}
	p.focus(FocusMain)
	p.draw()
}
