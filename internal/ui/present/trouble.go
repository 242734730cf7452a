package present

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

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
	if asked, ok := p.form.pauses(s); ok {
		p.form.paused = asked
	}
	if s.Problem.Code == problem.AccountLocked && !s.Until.IsZero() {
		p.form.locked = lock{username: strings.ToLower(p.form.username), trouble: s}
	}
	if s.Problem.Code == problem.CompanyOnly {
		p.form.companyOnly = strings.ToLower(p.form.username)
		r.why = clean(s.Problem.Title)
	}
	p.fail(s.Problem, p.action(s.Problem, r), p.faultFocus(s))
	p.count(s)
	p.refusedForm(s)
	p.offerToCompare(s)
	p.offerPlace(s)
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
	if (s.Problem.Code == problem.CredentialsRefused || s.Problem.Code == problem.CredentialsOrCodeRefused) && p.form.password {
		return FocusPassword
	}
	return FocusProblem
}

// fail puts a problem into the panel.
func (p *Presenter) fail(pr *problem.Problem, action Action, focus Focus) {
	shown := &Problem{
		Title: clean(pr.Title), Why: ended(clean(pr.Why)), Fix: clean(pr.Fix),
		Code: string(pr.Code), Soft: softened(pr), Action: action,
		Button: p.button(action), lost: pr.Kind == problem.Unreachable && pr.Code != problem.APIUnreachable, Checked: p.diagnosable(pr), code: pr.Code,
	}
	shown.Besides = p.besides(pr, action)
	shown.BesidesButton = p.button(shown.Besides)
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

// ended ends a sentence: what servers say often has no stop, and more is said behind it.
func ended(words string) string {
	if last, _ := utf8.DecodeLastRuneInString(words); unicode.IsLetter(last) || unicode.IsDigit(last) {
		return words + "."
	}
	return words
}

// softened reports whether a problem asks for attention only. A lock keeps the agent out, however it is heard of: by the server, or
// from what this computer remembers of it.
func softened(pr *problem.Problem) bool {
	return pr.Again && pr.Code != problem.AccountLocked || pr.Kind == problem.NobodySignedIn
}

// noOtherWay takes the way to a list away where that list is what is shown.
func (p *Presenter) noOtherWay() {
	if shown := p.frame.Problem; shown != nil && shown.Action == OtherWay {
		without := *shown
		without.Action, without.Button = NoAction, ""
		p.frame.Problem = &without
	}
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
		p.frame.Problem.Ends = "Until " + Until(s.Until, now, p.o.Location)
		p.frame.Problem.until = s.Until
		p.frame.Problem.Left = Countdown(s.Until.Sub(now))
	}
}

func (s *Problem) add(sentence string) {
	s.counted = append(s.counted, sentence)
	if s.Why != "" {
		s.Why += " "
	}
	s.Why += sentence
}

// refusedForm adds what this computer knows when e-mail or password were not right.
func (p *Presenter) refusedForm(s signin.Trouble) {
	if s.Problem.Code != problem.CredentialsRefused && s.Problem.Code != problem.CredentialsOrCodeRefused {
		return
	}
	if others := p.form.otherAccounts(); len(others) > 0 {
		p.frame.Problem.add("This computer also knows " + others[0] + ".")
	}
}
