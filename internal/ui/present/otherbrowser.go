package present

import (
	"context"
	"strings"

	"latchkey/internal/problem"
)

// InstalledBrowser is a browser of this computer.
type InstalledBrowser struct {
	ID, Name string
	Private  bool // it can open a private window
}

// The beginnings of the Use of ways that open the page in another browser.
const (
	browserWay = "in:"
	privateWay = "private:"
)

// OtherBrowsers lists the browsers of this computer, for the same attempt. Looking for them takes a moment.
func (p *Presenter) OtherBrowsers() {
	screen, shown := p.frame.Screen.(Browser)
	if !shown || screen.Busy || p.parts.Browsers == nil {
		return
	}
	find := p.parts.Browsers
	p.screenWork(func(context.Context) func() {
		found := find()
		return func() {
			screen, shown := p.frame.Screen.(Browser)
			if !shown || screen.Busy {
				return
			}
			p.behind = screen
			p.frame.Problem = nil
			p.frame.Screen = Choose{
				Title: "Open in another browser", Ways: browserWays(found), Back: "Back",
				Explain: "A private window knows nothing of earlier sign-ins, and has no extensions that could be in the way.",
			}
			if len(found) == 0 {
				p.frame.Screen = Choose{Title: "Open in another browser", Explain: "No other browser was found on this computer. Copy the link, and paste it where you like.", Back: "Back"}
			}
			p.focus(FocusMain)
			p.draw()
		}
	})
}

// browserWays puts private windows first: they are what helps most often.
func browserWays(found []InstalledBrowser) []Way {
	var private, normal []Way
	for _, b := range found {
		if b.Private {
			private = append(private, Way{Use: privateWay + b.ID, Title: "Private window of " + b.Name, Sub: "Without earlier sign-ins"})
		}
		normal = append(normal, Way{Use: browserWay + b.ID, Title: b.Name, Sub: "An ordinary window"})
	}
	return append(private, normal...)
}

// openIn opens the page of the attempt that goes on in another browser, and returns to following it.
func (p *Presenter) openIn(use string) bool {
	id, private := strings.CutPrefix(use, privateWay)
	if !private {
		var other bool
		if id, other = strings.CutPrefix(use, browserWay); !other {
			return false
		}
	}
	screen, browser := p.behind.(Browser)
	if !browser || p.run == nil || p.parts.OpenIn == nil {
		return true
	}
	p.run.opened = p.o.Clock.Now()
	p.returnBehind()
	open := p.parts.OpenIn
	p.background(p.ctx, func(ctx context.Context) func() {
		err := open(ctx, id, private, screen.Link)
		return func() {
			if _, shown := p.frame.Screen.(Browser); shown && err != nil {
				p.fail(problem.From(err), NoAction, FocusProblem)
				p.draw()
			}
		}
	})
	return true
}
