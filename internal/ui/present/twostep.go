package present

import "context"

// SetUpTwoStep opens the page on which the account gets two-step verification.
func (p *Presenter) SetUpTwoStep() {
	if page := p.dropTwoStep(); page != "" {
		p.open(page)
	}
}

// NotNow puts the suggestion of two-step verification away.
func (p *Presenter) NotNow() { p.dropTwoStep() }

// dropTwoStep takes the suggestion away and returns its page.
func (p *Presenter) dropTwoStep() string {
	if _, shown := p.frame.Screen.(SignedIn); !shown || p.session == nil {
		return ""
	}
	page := p.session.TwoStep
	p.session.TwoStep = ""
	p.frame.Screen = p.sessionScreen(Busy{})
	p.focus(FocusMain)
	p.draw()
	return page
}

// twoStepShown notes that two-step verification was suggested, so that it is not suggested again.
func (p *Presenter) twoStepShown() {
	if p.session == nil || p.session.TwoStep == "" {
		return
	}
	account, sessions := p.session.Account, p.parts.Sessions
	p.background(p.ctx, func(ctx context.Context) func() {
		_ = sessions.TwoStepSuggested(ctx, account) // at worst it is suggested once more
		return nil
	})
}
