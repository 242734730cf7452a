package present

import (
	"context"
	"fmt"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"latchkey/internal/oauth"
	"latchkey/internal/problem"
	"latchkey/internal/secret"
	"latchkey/internal/signin"
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

// adviseLength is what is advised where the server asks for less.
const adviseLength = 12

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
		Rules: rules(s.Rules, "", false), Ways: len(s.Others) > 0, Clear: clear,
	}
	if s.Expired {
		screen.Explain = "The old one was right, but it has run out."
	}
	p.frame.Screen = screen
	p.focus(FocusNewPassword)
	p.draw()
}

// NewPasswordTyped tells what is in the field of the new password, so that it can be said what it is worth.
func (p *Presenter) NewPasswordTyped(text string) {
	screen, shown := p.frame.Screen.(NewPassword)
	if !shown || screen.Busy.What != "" {
		return
	}
	p.Typed(text == "")
	step, _ := p.newPasswordStep()
	screen.Rules, screen.Typed = rules(step.Rules, text, false), text != ""
	if text == "" {
		screen.Strength = Strength{}
	}
	p.frame.Screen = screen
	p.draw()
	if text == "" || p.parts == nil || p.parts.Judge == nil {
		p.endWork()
		return
	}
	judge, about := p.parts.Judge, []string{step.Username, p.org.Name, p.org.Company}
	p.screenWork(func(ctx context.Context) func() {
		strength := judge(text, about...)
		return func() {
			if screen, shown := p.frame.Screen.(NewPassword); shown && screen.Typed {
				screen.Strength = strength
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
	screen.Rules = rules(step.Rules, text, true)
	var broken []string
	for _, rule := range screen.Rules {
		if rule.Sign == Broken {
			broken = append(broken, rule.Text)
		}
	}
	if text == "" || len(broken) > 0 {
		p.frame.Screen = screen
		pr := problem.New(problem.PasswordTooWeak, problem.Because("Still missing: %s.", strings.ToLower(strings.Join(broken, ", "))))
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

// rules tell what the server asks, and what of it a password keeps. A rule counts as kept where the server could see it that way:
// it decides, and nothing good may be held back here.
func rules(r oauth.PasswordRules, password string, submitted bool) []Rule {
	unmet := Unmet
	if submitted {
		unmet = Broken
	}
	length := utf8.RuneCountInString(password)
	var list []Rule
	ask := func(asked, met bool, format string, args ...any) {
		if !asked {
			return
		}
		sign := unmet
		if met {
			sign = Met
		}
		list = append(list, Rule{Text: fmt.Sprintf(format, args...), Sign: sign})
	}
	has := func(is func(rune) bool) bool { return strings.ContainsFunc(password, is) }
	ask(r.MinLength > 0, length >= r.MinLength, "%d or more characters", r.MinLength)
	ask(r.MaxLength > 0 && length > r.MaxLength, false, "%d characters at most", r.MaxLength)
	ask(r.Upper, has(unicode.IsUpper), "A capital letter")
	ask(r.Lower, has(unicode.IsLower), "A small letter")
	ask(r.Digit, has(unicode.IsDigit), "A digit")
	ask(r.Special, has(special), "A sign like ! or %%")
	if r.History > 0 {
		list = append(list, Rule{Text: lastOnes(r.History), Sign: Untold})
	}
	for _, words := range r.Words {
		list = append(list, Rule{Text: transport.Clean(words, 120), Sign: Untold})
	}
	if len(list) == 0 { // advice, which nothing is held to
		sign := Unmet
		if length >= adviseLength {
			sign = Met
		}
		list = append(list, Rule{Text: fmt.Sprintf("%d or more characters, best several words", adviseLength), Sign: sign})
	}
	return list
}

// special is whatever a server could take for a special character.
func special(r rune) bool {
	return r > unicode.MaxASCII || !unicode.IsLetter(r) && !unicode.IsDigit(r)
}

func lastOnes(n int) string {
	if n == 1 {
		return "Not the one before"
	}
	return fmt.Sprintf("None of your last %d passwords", n)
}
