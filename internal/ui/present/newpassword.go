package present

import (
	"context"
	"strings"
	"time"

	"latchkey/internal/oauth"
	"latchkey/internal/problem"
	"latchkey/internal/secret"
	"latchkey/internal/signin"
	"latchkey/internal/strength"
	"latchkey/internal/transport"
)

// Strength is what a new password is worth, as a guess.
type Strength struct {
	Score int    // 0 to 4: how hard it is to guess
	Words string // what makes it better, or that it is good
}

// Rule is one thing the server asks of a new password.
type Rule struct {
	Text string
	Sign RuleSign
}

// RuleSign tells whether a rule is kept.
type RuleSign int

// Whether a rule is kept.
const (
	Unmet  RuleSign = iota
	Met             // as far as can be told here
	Untold          // only the server can tell
	Broken          // it was submitted like that
)

// NewPassword asks for a new password.
type NewPassword struct {
	Title    string
	Explain  string
	Rules    []Rule
	Typed    bool // there is something in the field: Strength is about it
	Strength Strength
	Ways     bool
	Busy     Busy
	Clear    int // the field is wiped each time this changes
}

func (NewPassword) screen() {}

func (p *Presenter) newPassword(r *run, s signin.NewPassword) {
	clear := p.form.clear
	if shown, ok := p.frame.Screen.(NewPassword); ok {
		clear = shown.Clear
	}
	r.waiting, r.at, r.ways, r.targets = s.ID, s, s.Others, nil
	p.form.busy, p.form.slow = Busy{}, false
	p.settleProblem(r)
	p.behind = nil
	screen := NewPassword{
		Title: "Choose a new password", Explain: "Your organisation asks for one of your own before you go on.",
		Rules: rulesOf(s.Rules, ""), Ways: len(s.Others) > 0, Clear: clear,
	}
	if s.Expired {
		screen.Explain = "The old one was right, but it has run out."
	}
	p.frame.Screen = screen
	p.focus(FocusNewPassword)
	p.draw()
	p.background(p.ctx, func(context.Context) func() { // the first look takes a while
		worth("", nil)
		return nil
	})
}

// NewPasswordTyped tells what is in the field of the new password, so that it can be said what it is worth.
func (p *Presenter) NewPasswordTyped(text string) {
	screen, shown := p.frame.Screen.(NewPassword)
	if !shown || screen.Busy.What != "" {
		return
	}
	p.Typed(text == "")
	step, _ := p.newPasswordStep()
	screen.Rules, screen.Typed = rulesOf(step.Rules, text), text != ""
	if text == "" {
		screen.Strength = Strength{}
	}
	p.frame.Screen = screen
	p.draw()
	if text == "" {
		p.endWork()
		return
	}
	about := []string{step.Username, p.org.Name, p.org.Company}
	p.screenWork(func(context.Context) func() {
		worth := worth(text, about)
		return func() {
			if screen, shown := p.frame.Screen.(NewPassword); shown && screen.Typed {
				screen.Strength = worth
				p.frame.Screen = screen
				p.draw()
			}
		}
	})
}

// SubmitNewPassword takes the new password as it is. What certainly breaks a rule of the server's is not sent.
func (p *Presenter) SubmitNewPassword(text string) {
	screen, shown := p.frame.Screen.(NewPassword)
	if !shown || screen.Busy.What != "" || p.run == nil || p.run.waiting == "" {
		return
	}
	step, _ := p.newPasswordStep()
	var missing []string
	screen.Rules, missing = broken(step.Rules, text)
	if text == "" || len(missing) > 0 {
		p.frame.Screen = screen
		pr := problem.New(problem.PasswordTooWeak, problem.Because("Still missing: %s.", strings.Join(missing, ", ")),
			problem.Do("Change it until every rule has its tick."))
		if text == "" {
			pr = problem.New(problem.CredentialsNeeded, problem.Titled("There is no new password yet."), problem.Do("Type one, or paste it."))
		}
		p.fail(pr, NoAction, FocusNewPassword)
		p.draw()
		return
	}
	p.endWork()
	screen.Busy = Busy{What: "Changing the password"}
	screen.Clear++
	screen.Typed, screen.Strength = false, Strength{}
	p.typed = time.Time{}
	p.frame.Screen, p.frame.Problem = screen, nil
	p.send(p.run, signin.Answer{NewPassword: secret.New(text)})
	p.draw()
}

func (p *Presenter) newPasswordStep() (signin.NewPassword, bool) {
	if p.run == nil {
		return signin.NewPassword{}, false
	}
	step, ok := p.run.at.(signin.NewPassword)
	return step, ok
}

// rulesOf tell what the server asks, and what of it a password keeps.
func rulesOf(r oauth.PasswordRules, password string) []Rule {
	typed := secret.New(password)
	defer typed.Wipe()
	asked := strength.Rules(typed, r)
	list := make([]Rule, 0, len(asked))
	for _, rule := range asked {
		sign := Unmet
		switch {
		case rule.Unchecked:
			sign = Untold
		case rule.Met:
			sign = Met
		}
		list = append(list, Rule{Text: transport.Clean(rule.Words, 120), Sign: sign})
	}
	return list
}

// broken marks the rules that a password breaks, and names those that it breaks for certain. What a special character is, the
// server knows better: that one rule holds nothing back.
func broken(r oauth.PasswordRules, password string) (list []Rule, certain []string) {
	list = rulesOf(r, password)
	for i := range list {
		if list[i].Sign == Unmet {
			list[i].Sign = Broken
		}
	}
	r.Special = false
	for _, rule := range rulesOf(r, password) {
		if rule.Sign == Unmet {
			certain = append(certain, strings.ToLower(rule.Text))
		}
	}
	return list, certain
}

// worth is what a new password is worth, in words.
func worth(password string, about []string) Strength {
	typed := secret.New(password)
	defer typed.Wipe()
	v := strength.Judge(typed, oauth.PasswordRules{}, about...)
	s := Strength{Score: v.Score, Words: strings.Join(v.Advice, " ")}
	if s.Words == "" {
		s.Words = "Hard to guess."
	}
	return s
}
