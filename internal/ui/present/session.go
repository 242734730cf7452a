package present

import (
	"context"
	"errors"
	"time"

	"latchkey/internal/problem"
	"latchkey/internal/session"
	"latchkey/internal/signin"
	"latchkey/internal/vault"
)

// renewBefore is how long before its end a session is renewed.
const renewBefore = time.Minute

// lookForSession signs in silently where a session is kept for the organisation, and starts an attempt otherwise.
func (p *Presenter) lookForSession() {
	org := p.org.ID
	p.screenWork(func(ctx context.Context) func() {
		kept, err := p.parts.Sessions.List(ctx)
		return func() {
			p.settled = true
			p.form.knows(kept, org)
			for _, s := range kept {
				if err == nil && s.Account.Org == org && s.State == session.SignedIn {
					p.restore(orElse(s.Name, s.Username))
					return
				}
			}
			p.begin(signin.Options{})
			if pr := problem.From(err); pr != nil { // whoever thinks that they are signed in is told why they are not
				p.fail(pr, NoAction, FocusProblem)
				p.showForm(p.form.firstEmpty())
			}
		}
	})
}

func (p *Presenter) restore(name string) {
	p.again = nil
	p.frame.Screen = Restoring{Name: name}
	p.restoring = p.o.Clock.Now()
	p.focus(FocusMain)
	p.draw()
	org := p.org.ID
	p.screenWork(func(ctx context.Context) func() {
		who, err := p.parts.Sessions.Restore(ctx, org)
		return func() { p.restored(who, err, name) }
	})
}

func (p *Presenter) restored(who session.Session, err error, name string) {
	switch pr := problem.From(err); {
	case pr == nil:
		p.signedIn(who)
		return
	case pr.Code == problem.NotSignedIn:
		p.begin(signin.Options{})
	case pr.Code == problem.StepWanted:
		p.begin(signin.Options{Renew: true})
		return // what is asked comes up in place of this screen
	case pr.Kind == problem.NobodySignedIn, spoiled(pr):
		p.begin(signin.Options{})
		p.fail(pr, NoAction, FocusProblem)
	default:
		p.fail(pr, TryAgain, FocusProblem)
		p.explain(pr, func(pr *problem.Problem) Action { return p.action(pr, nil) })
		p.again = func() { p.restore(name) }
		p.showForm(FocusProblem)
		return
	}
	p.showForm(p.form.firstEmpty())
}

// spoiled reports whether what is kept is of no use to anybody: only another sign-in helps.
func spoiled(pr *problem.Problem) bool {
	return pr.Code == problem.KeychainDamaged || pr.Code == problem.KeychainForeign && !errors.Is(pr, vault.ErrNewer)
}

func (p *Presenter) signedIn(who session.Session) {
	p.form.busy, p.form.slow = Busy{}, false
	p.form.clear++
	p.form.username = orElse(who.Username, p.form.username)
	p.form.knowsAccount(who.Username)
	p.form.companyOnly = ""
	p.typed, p.again, p.lastUse = time.Time{}, nil, ""
	p.session = &who
	p.endWayBack()
	p.renewed = p.o.Clock.Now()
	p.behind = nil
	p.closeDiagnosis()
	p.frame.Problem = nil
	if p.frame.Notice != nil && !p.frame.Notice.stays {
		p.frame.Notice = nil
	}
	if who.Kept == vault.InMemory {
		p.frame.Notice = &Notice{Title: "Not kept on this computer", Text: "You will have to sign in again after closing Latchkey."}
		if pr := problem.From(who.NotKept); pr != nil {
			p.frame.Notice.Text = pr.Title + " " + p.frame.Notice.Text
		}
	}
	p.frame.Screen = p.sessionScreen(Busy{})
	p.focus(FocusMain)
	p.draw()
	p.twoStepShown()
}

func (p *Presenter) sessionScreen(busy Busy) SignedIn {
	s := p.session
	screen := SignedIn{
		Name: orElse(s.Name, s.Username), Username: s.Username, Org: orElse(s.Tenant, orElse(s.OrgName, p.org.Name)), Host: orElse(s.Host, p.frame.Where.Host),
		Last: p.lastWords(s.Last), TwoStep: s.TwoStep != "", Workspace: s.WorkspaceURL != "", Busy: busy,
	}
	if screen.Name == s.Username {
		screen.Username = ""
	}
	if !s.Expires.IsZero() {
		screen.Until = "until " + Until(s.Expires, p.o.Clock.Now(), p.o.Location)
		if s.Renewable {
			screen.Until += ", then renewed by itself"
		}
	}
	return screen
}

// OpenWorkspace opens the place the agent works in, in the system's browser.
func (p *Presenter) OpenWorkspace() {
	if p.session != nil && p.session.WorkspaceURL != "" {
		p.open(p.session.WorkspaceURL)
	}
}

// SignOut revokes the session at the server and forgets it here.
func (p *Presenter) SignOut() {
	screen, shown := p.frame.Screen.(SignedIn)
	if !shown || screen.Busy.What != "" {
		return
	}
	account, sessions := p.session.Account, p.parts.Sessions
	p.frame.Problem = nil
	p.frame.Screen = p.sessionScreen(Busy{What: "Signing out", On: "out"})
	p.draw()
	p.screenWork(func(ctx context.Context) func() {
		err := sessions.SignOut(context.WithoutCancel(ctx), account, false) // closing the window must not tear it apart
		return func() { p.signedOut(err) }
	})
}

func (p *Presenter) signedOut(err error) {
	pr := problem.From(err)
	if pr != nil && pr.Code != problem.SignOutPartly {
		p.fail(pr, NoAction, FocusProblem)
		p.frame.Screen = p.sessionScreen(Busy{})
		p.draw()
		return
	}
	p.session = nil
	p.frame.Problem, p.frame.Notice = nil, nil
	p.begin(signin.Options{})
	if pr != nil {
		p.fail(pr, NoAction, FocusProblem)
		p.frame.Problem.Soft = true
	} else {
		p.frame.Notice = &Notice{Title: "Signed out", Text: "What was kept on this computer is deleted.", Good: true}
	}
	p.showForm(p.form.firstEmpty())
}

// renew picks up a new access token shortly before the old one ends; a session that cannot be renewed ends.
func (p *Presenter) renew() {
	now := p.o.Clock.Now()
	s := p.session
	if s.Expires.IsZero() || now.Before(s.Expires.Add(-renewBefore)) {
		return
	}
	if !s.Renewable {
		if now.Before(s.Expires) {
			return
		}
		p.sessionOver(problem.New(problem.SessionEnded, problem.Because("It lasted until %s.", Until(s.Expires, now, p.o.Location))))
		return
	}
	if now.Sub(p.renewed) < renewBefore {
		return
	}
	p.renewed = now
	org := p.org.ID
	p.screenWork(func(ctx context.Context) func() {
		who, err := p.parts.Sessions.Restore(ctx, org)
		return func() {
			if p.session == nil {
				return
			}
			pr := problem.From(err)
			switch {
			case pr == nil:
				who.Last, who.TwoStep = p.session.Last, p.session.TwoStep // of the sign-in, not of its renewal
				p.session = &who
				if _, shown := p.frame.Screen.(SignedIn); shown {
					p.frame.Screen = p.sessionScreen(Busy{})
					p.draw()
				}
			case pr.Kind == problem.NobodySignedIn:
				p.sessionOver(pr)
			}
		}
	})
}

// sessionOver leads to the form, or to the one step that the server wants before the session goes on.
func (p *Presenter) sessionOver(pr *problem.Problem) {
	who := orElse(p.session.Name, p.session.Username)
	p.session = nil
	if pr.Code == problem.StepWanted {
		p.frame.Screen, p.restoring = Restoring{Name: who}, p.o.Clock.Now()
		p.begin(signin.Options{Renew: true})
		p.focus(FocusMain)
		p.draw()
		return
	}
	p.begin(signin.Options{})
	p.fail(pr, NoAction, FocusProblem)
	p.showForm(p.form.firstEmpty())
}
