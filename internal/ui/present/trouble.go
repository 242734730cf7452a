package present

import (
	"fmt"

	"latchkey/internal/problem"
	"latchkey/internal/signin"
)

// trouble shows a problem of the attempt. One that can be answered again is followed by the step to answer; with any other the
// attempt is over, and the form is there to start anew.
func (p *Presenter) trouble(r *run, s signin.Trouble) {
	p.form.busy, p.form.slow = Busy{}, false
	p.form.clear++
	if !s.Problem.Again { // nothing more comes of this attempt
		p.run = nil
		r.cancel()
	}
	if s.Problem.Code == problem.GivenUp {
		p.begin(signin.Options{})
		p.showForm(p.form.firstEmpty())
		return
	}
	if s.Problem.Code == problem.TooManyTries && !s.Until.IsZero() {
		p.form.paused = s.Until
	}
	p.fail(s.Problem, p.action(s.Problem, r), p.faultFocus(s))
	p.count(s)
	p.explain(s.Problem, func(pr *problem.Problem) Action { return p.action(pr, r) })
	r.keep = true
	switch screen := p.frame.Screen.(type) {
	case Code:
		screen.Busy = Busy{}
		if s.Field == "code" { // a code that was sent before stays good
			screen.Clear++
		}
		p.frame.Screen = screen
	case NewPassword:
		screen.Busy = Busy{}
		p.frame.Screen = screen
	case Approve:
		screen.Busy = Busy{}
		p.frame.Screen = screen
	case Browser:
		if s.Problem.Again {
			screen.Fault = s.Problem.Title + " " + s.Problem.Fix
			p.frame.Problem = nil
			p.frame.Screen = screen
		}
	}
	if p.run == nil {
		p.showForm(p.faultFocus(s))
		return
	}
	if _, shown := p.frame.Screen.(SignIn); shown {
		p.frame.Screen = p.form.screen(p)
	}
	p.draw()
}

// faultFocus is where the focus belongs after a problem: the field at fault, or else the panel that tells about it.
func (p *Presenter) faultFocus(s signin.Trouble) Focus {
	switch s.Field {
	case "username":
		return FocusUsername
	case "password":
		if p.form.password {
			return FocusPassword
		}
	case "code":
		return FocusCode
	case "new-password":
		return FocusNewPassword
	}
	if s.Problem.Code == problem.CredentialsRefused && p.form.password {
		return FocusPassword
	}
	return FocusProblem
}

// action is the most useful thing to do about a problem.
func (p *Presenter) action(pr *problem.Problem, r *run) Action {
	switch pr.Code {
	case problem.CredentialsRefused:
		if p.form.forgot != "" {
			return Forgot
		}
		return NoAction
	case problem.CodeRefused, problem.CodeUsed, problem.CodeExpired, problem.CodeShape:
		if r != nil && len(r.ways) > 0 {
			return OtherWay
		}
		return NoAction
	case problem.InteractionRequired:
		return InBrowser
	case problem.BrowserNotOpened:
		return CopyLink
	case problem.AccountLocked, problem.AccountDisabled, problem.TooManyTries, problem.CredentialsNeeded, problem.SignInTimedOut:
		return NoAction
	case problem.NetworkPage:
		if p.tools != nil {
			return OpenPortal
		}
	case problem.OrgUnknown, problem.NotASignInServer, problem.IssuerMismatch, problem.EndpointUnsafe, problem.AppUnknown:
		return ChangeOrgs
	}
	if pr.Kind == problem.Settings {
		return ReadAgain
	}
	if pr.Kind == problem.Refused && r == nil {
		return NoAction
	}
	return TryAgain
}

// fail puts a problem into the panel.
func (p *Presenter) fail(pr *problem.Problem, action Action, focus Focus) {
	shown := &Problem{
		Title: clean(pr.Title), Why: clean(pr.Why), Fix: clean(pr.Fix),
		Code: string(pr.Code), Soft: pr.Again || pr.Kind == problem.NobodySignedIn, Action: action,
		Button: actionWords[action], lost: pr.Kind == problem.Unreachable, Checked: p.diagnosable(pr), code: pr.Code,
	}
	p.endExplaining()
	p.marked++
	shown.Mark = p.marked
	now := p.o.Clock.Now()
	shown.Details = []Detail{{"Code", shown.Code}}
	if p.org.Name != "" {
		shown.Details = append(shown.Details, Detail{"Organisation", p.org.Name})
	}
	if host := p.frame.Where.Host; host != "" {
		shown.Details = append(shown.Details, Detail{"Server", host})
	}
	shown.Details = append(shown.Details, Detail{"Time", now.In(p.o.Location).Format("2006-01-02 15:04:05 -0700")})
	if p.o.Version != "" {
		shown.Details = append(shown.Details, Detail{"Latchkey", p.o.Version})
	}
	p.frame.Problem = shown
	p.focus(focus)
}

var actionWords = map[Action]string{
	TryAgain: "Try again", Forgot: "Forgot password", InBrowser: "Sign in with the browser", CopyLink: "Copy link",
	ReadAgain: "Read again", OtherWay: "Another way", SendAgain: "Send again", ChangeOrgs: "Choose another organisation",
	OpenPortal: "Open its page",
}

// count adds what the server said about tries left and waiting.
func (p *Presenter) count(s signin.Trouble) {
	now := p.o.Clock.Now()
	switch {
	case s.AttemptsLeft == 1:
		p.frame.Problem.add("One try is left.")
	case s.AttemptsLeft > 1:
		p.frame.Problem.add(fmt.Sprintf("%d tries are left.", s.AttemptsLeft))
	}
	if s.Until.After(now) {
		p.frame.Problem.add("Until " + Until(s.Until, now, p.o.Location) + ".")
		p.frame.Problem.until = s.Until
	}
}

func (s *Problem) add(sentence string) {
	s.counted = append(s.counted, sentence)
	if s.Why != "" {
		s.Why += " "
	}
	s.Why += sentence
}

// Act does the most useful thing about the problem that is shown.
func (p *Presenter) Act() {
	if p.frame.Problem == nil {
		return
	}
	switch p.frame.Problem.Action {
	case TryAgain:
		p.tryAgain()
	case Forgot:
		p.ForgotPassword()
	case InBrowser:
		p.frame.Problem = nil
		p.Use(string(signin.WithBrowser), p.form.username)
	case CopyLink:
		p.CopyLink()
	case ReadAgain:
		p.frame.Problem = nil
		p.draw()
		p.Start()
	case OtherWay:
		p.OtherWays()
	case SendAgain:
		p.Resend()
	case ChangeOrgs:
		p.Organizations()
	case OpenPortal:
		p.openPortal()
	}
}

// tryAgain goes the same way once more.
func (p *Presenter) tryAgain() {
	p.frame.Problem = nil
	switch {
	case p.session != nil:
		p.draw()
	case p.again != nil:
		again := p.again
		p.again = nil
		again()
	case p.lastUse != "":
		p.showForm(FocusMain)
		p.Use(p.lastUse, p.form.username)
	default:
		p.begin(signin.Options{})
		p.showForm(p.form.firstEmpty())
	}
}

// CopyProblem copies what the panel says, for IT.
func (p *Presenter) CopyProblem() {
	shown := p.frame.Problem
	if shown == nil || p.o.Clipboard == nil {
		return
	}
	text := shown.Title
	for _, sentence := range []string{shown.Why, shown.Fix} {
		if sentence != "" {
			text += "\n" + sentence
		}
	}
	for _, d := range shown.Details {
		text += "\n" + d.Name + ": " + d.Value
	}
	p.o.Clipboard.SetContent(text + "\n")
	copied := *shown
	copied.Copied = true
	p.frame.Problem = &copied
	p.draw()
}
