package signin

import (
	"context"
	"sync"
	"time"

	"latchkey/internal/clock"
	"latchkey/internal/loopback"
	"latchkey/internal/oauth"
	"latchkey/internal/problem"
)

// promptLogin makes the server ask who it is even when the browser is signed in (OpenID Connect Core, section 3.1.2.1).
const promptLogin = "login"

// requestGone is the error of a request_uri that the server does not know, or no longer (RFC 9101, section 7).
const requestGone = "invalid_request_uri"

// browserPatience is how long the browser may take to come back. After that the port is closed.
const browserPatience = 10 * time.Minute

// signInPatience is how long a browser that has reached the sign-in page may take before it is said what may be wrong there.
const signInPatience = 90 * time.Second

// resumption continues a challenge in the browser (OAuth 2.0 for First-Party Applications, redirect_to_web).
type resumption struct {
	flow       oauth.Flow
	requestURI string
	until      time.Time // for opening it; zero: the server does not say
}

// browser is the door through the system's browser: bind the socket, open the start address, wait for the one answer
// that carries the right state, redeem its code.
func (a *Attempt) browser(ctx context.Context, from passage) (passage, error) {
	if t, paused := a.paused(ctx, spotAt(from.next, "")); paused && from.resume == nil {
		a.emit(t)
		return passage{}, nil // choose another way, or wait
	}
	until := a.deps.Clock.Now().Add(browserPatience)
	flow, err := a.flowFor(from)
	if err != nil {
		return passage{}, err
	}
	defer flow.Wipe()
	server := a.client.Server
	receiver, err := loopback.Listen(ctx, loopback.Options{
		Host: a.opts.Org.RedirectHost, Port: a.opts.Org.RedirectPort, Path: redirectPath(server),
		State: flow.State, Issuer: server.Issuer, IssRequired: server.ResponseIss,
		Clock: a.deps.Clock, Until: until,
	})
	if err != nil {
		return passage{}, err
	}
	defer receiver.Close()
	page, err := a.signInPage(ctx, from, flow, receiver.RedirectURI())
	if err != nil {
		return passage{}, err
	}
	wait := browserWait{a: a, receiver: receiver, door: from.next, page: page, step: Browser{
		Stage: Opening, Deadline: until, Host: server.Host(), Others: a.others(from.next),
	}}
	if a.opts.NoOpen {
		wait.step.SignInURL = page.address()
	}
	callback, next, err := wait.forAnswer(ctx)
	if err != nil || next != "" {
		return passage{next: next}, err
	}
	if callback.Error == requestGone && (page.pushes() || from.resume != nil) && !from.again {
		// What was pushed has expired, or was used before the browser came there (RFC 9126, section 4): from the start, once.
		return passage{next: from.next, again: true}, nil
	}
	if callback.Error != "" {
		err := oauth.CallbackProblem(oauth.CallbackError{
			Code: callback.Error, Description: callback.ErrorDescription,
			ClientIP: callback.ClientIP, Region: callback.Region, Issuer: callback.Issuer,
		})
		if company := a.throughCompany(); problem.Has(err, problem.CompanyOnly) && from.next != company.next {
			a.trouble(err, nil, "")
			return company, nil
		}
		return passage{}, err
	}
	a.emit(Working{FinishingSignIn})
	tokens, err := a.exchange(ctx, flow, callback.Code, receiver.RedirectURI())
	return passage{tokens: tokens}, err
}

func (a *Attempt) flowFor(from passage) (oauth.Flow, error) {
	if from.resume != nil {
		return from.resume.flow, nil
	}
	flow, err := oauth.NewFlow(a.deps.Rand)
	if err == nil && a.opts.Prompt == promptLogin {
		flow.SignedInSince = a.deps.Clock.Now()
	}
	return flow, err
}

// redirectPath is the path registered for the app: Genesys Cloud's documented loopback redirect is the bare host, and
// compared exactly.
func redirectPath(s *oauth.Server) string {
	if s.Genesys {
		return ""
	}
	return "/callback"
}

// browserWait follows the browser through its stages.
type browserWait struct {
	a        *Attempt
	receiver *loopback.Receiver
	door     Door
	step     Browser
	page     *page          // where the start address leads
	opening  bool           // the launcher is at work
	away     error          // why this computer does not reach the server; nil: it does, or that is not known
	running  sync.WaitGroup // nothing of the wait outlives it
}

// forAnswer returns the genuine answer, or the door that the agent goes to instead.
func (w *browserWait) forAnswer(ctx context.Context) (loopback.Callback, Door, error) {
	defer w.running.Wait()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	type outcome struct {
		callback loopback.Callback
		err      error
	}
	arrived := make(chan outcome, 1)
	w.running.Go(func() {
		c, err := w.receiver.Wait(ctx)
		arrived <- outcome{c, err}
	})
	missing := make(chan error, 1) // why the browser, which was here, could not be sent on
	w.step.URL = w.receiver.Start(func() (string, error) {
		address, err := w.page.visit(ctx)
		if err != nil {
			select {
			case missing <- err:
			default:
			}
		}
		return address, err
	})
	unreached := w.tryServer(ctx)
	late, stale := w.alarm(ctx, w.step.Deadline), w.alarm(ctx, w.page.until())
	renewed := make(chan error, 1)
	opened := make(chan error, 1)
	answers := w.a.listen(w.fits)
	defer w.a.stopListening()
	w.a.emit(w.step)
	if !w.a.opts.NoOpen {
		w.open(ctx, opened)
	}
	var stuck <-chan struct{}
	reached, insisting := w.receiver.Reached(), w.receiver.HTTPSOnly()
	for {
		select {
		case o := <-arrived:
			select {
			case <-reached: // both at once: in the order in which they happened
				w.show(Reached, nil)
			default:
			}
			if o.err == nil && o.callback.Error == "" { // an error at the server is no sign-in
				w.show(Returned, nil)
			}
			if problem.Has(o.err, problem.BrowserNotReturned) {
				o.err = w.a.notReturned(w.step.Stage != Opening)
			}
			return o.callback, "", o.err
		case <-late:
			return loopback.Callback{}, "", w.a.notReturned(w.step.Stage != Opening)
		case <-reached:
			reached, stuck = nil, w.alarm(ctx, w.a.deps.Clock.Now().Add(signInPatience))
			w.show(Reached, problem.From(w.away))
		case w.away = <-unreached:
			if w.step.Stage != Opening || w.a.opts.NoOpen { // else when the browser, whose page stays empty, is here
				w.show(w.step.Stage, problem.From(w.away))
			}
		case <-stuck:
			stuck = nil
			w.show(w.step.Stage, w.a.notReturned(true).With(problem.Titled("The sign-in page has not come back yet.")))
		case <-stale:
			if stale = nil; w.step.SignInURL != "" && w.step.Stage == Opening { // whoever copies it must not end at a page that is no more
				w.running.Go(func() { renewed <- w.page.renew(ctx) })
			}
		case err := <-renewed:
			if err == nil {
				w.step.SignInURL, stale = w.page.address(), w.alarm(ctx, w.page.until())
				w.show(w.step.Stage, w.step.Problem)
			}
		case err := <-missing:
			w.show(w.step.Stage, problem.From(err))
		case <-insisting:
			insisting = nil
			w.show(w.step.Stage, problem.New(problem.BrowserNotReturned, problem.Because("The browser opens encrypted pages only, and what answers within this computer is none."),
				problem.Do("Make an exception for 127.0.0.1 in the browser's settings, or open the link in another one.")))
		case err := <-opened:
			w.opening = false
			if err != nil && w.step.Stage == Opening {
				w.step.SignInURL = w.page.address()
				if stale == nil {
					stale = w.alarm(ctx, w.page.until())
				}
				w.show(Opening, problem.From(err))
			}
		case ans := <-answers:
			switch {
			case ans.Open:
				if !w.opening { // one window for an impatient double click
					w.open(ctx, opened)
				}
			case ans.Callback != "":
				if err := w.receiver.Submit(ans.Callback); err != nil {
					w.a.emit(Trouble{Problem: again(problem.From(err)), AttemptsLeft: -1})
					w.a.emit(w.step)
				}
			default:
				return loopback.Callback{}, Door(ans.Use), nil
			}
		}
	}
}

// alarm returns a channel that is closed at this time; never for the zero time.
func (w *browserWait) alarm(ctx context.Context, at time.Time) <-chan struct{} {
	if at.IsZero() {
		return nil
	}
	rings := make(chan struct{})
	w.running.Go(func() {
		if clock.Until(ctx, w.a.deps.Clock, at) == nil {
			close(rings)
		}
	})
	return rings
}

func (w *browserWait) fits(ans Answer) bool {
	return ans.Open || ans.Callback != "" || (Door(ans.Use) != w.door && w.a.leadsElsewhere(ans))
}

func (w *browserWait) show(stage Stage, p *problem.Problem) {
	w.step.Stage, w.step.Problem = stage, p
	w.a.emit(w.step)
}

// open starts the browser beside the wait: a launcher that hangs holds nothing up.
func (w *browserWait) open(ctx context.Context, opened chan<- error) {
	address := w.step.URL
	w.opening = true
	w.running.Go(func() {
		err := w.a.deps.Browser.Open(ctx, address)
		select {
		case opened <- err:
		case <-ctx.Done():
		}
	})
}
