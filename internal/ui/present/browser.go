package present

import (
	"context"
	"strings"
	"time"

	"latchkey/internal/problem"
	"latchkey/internal/signin"
)

// How long the browser may take before the window says more.
const (
	browserQuiet = 10 * time.Second // the browser did not show up here
	pageQuiet    = 60 * time.Second // the page did not come back
	shortLeft    = 2 * time.Minute  // from here on the time left is shown
)

func (p *Presenter) browser(r *run, s signin.Browser) {
	now := p.o.Clock.Now()
	r.ways = signin.DoorNames(s.Others)
	if _, before := r.at.(signin.Browser); !before || s.Stage == signin.Opening && r.stage != signin.Opening {
		r.opened = now
	}
	if s.Stage == signin.Reached && r.stage != signin.Reached {
		r.reached = now
	}
	if _, form := r.at.(signin.Credentials); form && p.lastUse == "" && p.form.password && r.why == "" { // a password was to do
		r.why = "This sign-in needs a step that only the browser can do, such as a security key."
	}
	r.at, r.waiting, r.stage = s, "", s.Stage
	p.form.busy, p.form.slow = Busy{}, false
	p.settleProblem(r)
	if r.why != "" { // the screen says it
		p.frame.Problem = nil
	}
	r.closed = s.Problem != nil && s.Stage == signin.Opening
	if s.Problem != nil { // what helps has its button on this screen
		p.fail(s.Problem, p.pageAction(s), FocusProblem)
	}
	screen := p.browserScreen(r, s)
	switch shown := p.frame.Screen.(type) {
	case Browser:
		screen.Copied, screen.Fault, screen.Paste = shown.Copied, shown.Fault, shown.Paste
		p.frame.Screen = screen
	case Choose, Orgs:
		if p.behind != nil && s.Stage != signin.Returned {
			p.behind = screen // a list lies above it
			return
		}
		p.behind = nil
		p.frame.Screen = screen
		p.focus(FocusMain)
	default:
		p.frame.Screen = screen
		p.focus(FocusMain)
	}
	p.draw()
}

func (p *Presenter) browserScreen(r *run, s signin.Browser) Browser {
	now := p.o.Clock.Now()
	screen := Browser{Host: orElse(s.Host, p.frame.Where.Host), Why: r.why, Link: s.URL, Stage: s.Stage, Closed: r.closed, Busy: s.Stage == signin.Returned, Ways: len(r.ways) > 0 || p.org.Genesys(), Others: p.parts.Browsers != nil}
	switch {
	case r.closed: // said already
	case s.Stage == signin.Opening && now.Sub(r.opened) >= browserQuiet:
		screen.Hint = "The browser has not shown up on this computer. Open it again, or copy the link into a browser you trust."
	case s.Stage == signin.Reached && now.Sub(r.reached) >= pageQuiet:
		screen.Help = true
		screen.Hint = "The page has not come back yet. Take your time. If it hangs, try a private window of another browser. If it shows an error about the app, tell IT: the client ID or the address it returns to may be wrong."
	}
	if left := s.Deadline.Sub(now); !s.Deadline.IsZero() && left < shortLeft {
		screen.Left = Countdown(max(0, left)) + " left"
	}
	return screen
}

// pageAction is the most useful thing to do about a page that does not come back; what the screen has a button for is not offered twice.
func (p *Presenter) pageAction(s signin.Browser) Action {
	if s.Stage == signin.Reached && p.org.Genesys() && s.Problem.Code == problem.BrowserNotReturned {
		return OtherRegion
	}
	return NoAction
}

// OpenAgain opens the browser once more, on the same attempt.
func (p *Presenter) OpenAgain() {
	if screen, shown := p.frame.Screen.(Browser); shown && !screen.Busy && p.run != nil {
		p.run.opened, p.run.closed = p.o.Clock.Now(), false
		p.frame.Problem = nil
		p.tell(signin.Answer{Open: true})
		p.tick()
	}
}

// PasteBack takes the address that the browser ended on.
func (p *Presenter) PasteBack(address string) {
	screen, shown := p.frame.Screen.(Browser)
	address = strings.TrimSpace(address)
	if !shown || screen.Busy || p.run == nil || address == "" {
		return
	}
	screen.Fault = ""
	screen.Paste++
	p.frame.Screen = screen
	p.tell(signin.Answer{Callback: address})
	p.draw()
}

// tell says something to a step that does not wait.
func (p *Presenter) tell(a signin.Answer) {
	if err := p.run.talk.Answer(a); err != nil && !overtaken(err) {
		pr := problem.From(err)
		if screen, shown := p.frame.Screen.(Browser); shown && a.Callback != "" {
			screen.Fault = pr.Title + " " + pr.Fix
			p.frame.Screen = screen
			return
		}
		p.fail(pr, NoAction, FocusProblem)
	}
}

// notOpened tells that a page did not open, and offers its address to copy.
func (p *Presenter) notOpened(address string, pr *problem.Problem) {
	if !p.aside(pr.Title+" "+pr.Fix, CopyLink) {
		p.fail(pr, CopyLink, FocusProblem)
	}
	p.frame.Problem.link = address
	p.draw()
}

// open opens an address in the system's browser; when that fails the panel says so.
func (p *Presenter) open(address string) {
	p.background(p.ctx, func(ctx context.Context) func() {
		err := p.parts.Open(ctx, address)
		return func() {
			if err != nil {
				p.notOpened(address, problem.From(err))
			}
		}
	})
}

func (p *Presenter) device(r *run, s signin.Device) {
	r.ways = signin.DoorNames(s.Others)
	r.at, r.waiting = s, ""
	p.form.busy, p.form.slow = Busy{}, false
	p.settleProblem(r)
	screen := p.deviceScreen(s)
	if shown, ok := p.frame.Screen.(Device); ok {
		screen.Copied = shown.Copied
	} else {
		p.focus(FocusMain)
	}
	p.behind = nil
	p.frame.Screen = screen
	p.draw()
}

func (p *Presenter) deviceScreen(s signin.Device) Device {
	screen := Device{Code: s.UserCode, Link: s.VerificationURI, Complete: s.VerificationURIComplete, Ways: p.run != nil && len(p.run.ways) > 0}
	if !s.Deadline.IsZero() {
		screen.Left = Countdown(max(0, s.Deadline.Sub(p.o.Clock.Now())))
	}
	return screen
}

// CopyLink copies the link of the screen. It is taken off the clipboard after a minute, unless something else is there by then.
func (p *Presenter) CopyLink() {
	switch screen := p.frame.Screen.(type) {
	case Browser:
		screen.Copied = true
		p.frame.Screen = screen
		p.copyLink(screen.Link)
	case Device:
		screen.Copied = true
		p.frame.Screen = screen
		p.copyLink(screen.Link)
	}
}

// copyUnopened copies the address of the page that did not open.
func (p *Presenter) copyUnopened() {
	copied := *p.frame.Problem
	copied.LinkCopied = true
	p.frame.Problem = &copied
	p.copyLink(copied.link)
}

func (p *Presenter) copyLink(text string) {
	if text == "" || p.o.Clipboard == nil {
		return
	}
	p.lend(text)
	p.draw()
}

// OpenDevicePage opens the page where the code is entered, in this computer's browser.
func (p *Presenter) OpenDevicePage() {
	if screen, shown := p.frame.Screen.(Device); shown && !isBusy(screen) {
		p.open(orElse(screen.Complete, screen.Link))
	}
}
