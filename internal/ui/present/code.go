package present

import (
	"slices"
	"strings"

	"latchkey/internal/problem"
	"latchkey/internal/secret"
	"latchkey/internal/signin"
)

func (p *Presenter) code(r *run, s signin.Code) {
	again := false
	clear := 0
	if shown, ok := p.frame.Screen.(Code); ok {
		clear = shown.Clear
		again = shown.Method == s.Method
	}
	r.waiting, r.at, r.ways, r.targets = s.ID, s, s.Others, s.Targets
	p.form.busy, p.form.slow = Busy{}, false
	p.settleProblem(r)
	p.behind = nil
	p.frame.Screen = p.codeScreen(s, clear, r.resent && p.frame.Problem == nil)
	r.resent = false
	p.offerResend()
	if !again || p.frame.Problem == nil {
		p.focus(FocusCode)
	}
	p.draw()
}

func (p *Presenter) codeScreen(s signin.Code, clear int, resent bool) Code {
	screen := Code{
		Method: s.Method, Digits: max(0, min(s.Digits, 12)), Letters: s.Method == signin.Recovery || s.Method == "recovery-code",
		Ways: len(s.Others) > 0, Clear: clear, Left: p.shortLeftOf(s.Deadline), Resend: p.resend(s.ResendAt),
	}
	screen.Title, screen.Explain = codeWords(s.Method, s.SentTo)
	if resent {
		screen.Explain = strings.Replace(screen.Explain, "It was sent", "Sent again", 1)
	}
	if shown := p.frame.Problem; shown != nil && shown.code == problem.CodeNotSent {
		screen.Explain = strings.Replace(screen.Explain, "It was sent", "It is to be sent", 1)
	}
	return screen
}

// settleProblem clears the panel when the step that follows is not the one to answer again.
func (p *Presenter) settleProblem(r *run) {
	if !r.keep {
		p.frame.Problem = nil
	}
	r.keep = false
}

// SubmitCode sends a code. It is called when the code is whole, and by the button.
func (p *Presenter) SubmitCode(code string) {
	screen, shown := p.frame.Screen.(Code)
	if !shown || screen.Busy.What != "" || p.run == nil || p.run.waiting == "" {
		return
	}
	if code == "" && p.frame.Problem != nil {
		return // Return, out of habit, after a code that went off by itself
	}
	if code == "" || screen.Digits > 0 && !screen.Letters && len(code) != screen.Digits {
		p.fail(problem.New(problem.CodeShape), NoAction, FocusCode)
		p.draw()
		return
	}
	screen.Busy = Busy{What: "Checking the code"}
	p.frame.Screen, p.frame.Problem = screen, nil
	p.send(p.run, signin.Answer{Code: secret.New(code)})
	p.draw()
}

// OtherWays shows the other ways of the step that is shown.
func (p *Presenter) OtherWays() {
	var ways []string
	switch p.frame.Screen.(type) {
	case SignIn:
		if !p.formClosed() {
			ways = p.form.otherWays()
		}
	case Code, Approve, NewPassword, Browser, Device:
		if p.run != nil && !isBusy(p.frame.Screen) {
			ways = p.run.ways
		}
	}
	if shown, browser := p.frame.Screen.(Browser); browser && !shown.Busy && p.org.Genesys() {
		ways = append(slices.Clone(ways), regionsWay)
	}
	if len(ways) == 0 {
		return
	}
	p.behind = p.frame.Screen
	p.frame.Problem = nil
	p.frame.Screen = Choose{Title: "Another way to sign in", Ways: p.ways(ways, p.targets()), Back: "Back"}
	p.focus(FocusMain)
	p.draw()
}

// targets tell where the codes of the other ways go.
func (p *Presenter) targets() map[string]string {
	if p.run == nil {
		return nil
	}
	return p.run.targets
}

func (p *Presenter) useChosen(use string) {
	screen, shown := p.frame.Screen.(Choose)
	if !shown || screen.Busy.What != "" {
		return
	}
	if p.openIn(use) {
		return
	}
	if use == regionsWay {
		p.OtherRegions()
		return
	}
	if region, ok := strings.CutPrefix(use, regionWay); ok {
		p.toRegion(region)
		return
	}
	if account, ok := strings.CutPrefix(use, accountWay); ok {
		p.form.username = account
		p.showForm(p.form.firstEmpty())
		return
	}
	if _, form := p.behind.(SignIn); form {
		p.showForm(FocusMain)
		p.Use(use, p.form.username)
		return
	}
	if p.run == nil {
		return
	}
	screen.Busy = Busy{What: "One moment", On: use}
	p.frame.Screen, p.frame.Problem = screen, nil
	p.behind = nil
	p.lastUse = use
	p.send(p.run, signin.Answer{Use: use})
	p.draw()
}
