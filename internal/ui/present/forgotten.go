package present

import (
	"net/url"
)

// Forgotten follows an agent who sets a new password on the server's page.
type Forgotten struct {
	Host   string // of the page that opened
	Mail   string // where the mail goes, as far as known
	Copied bool   // the page's address
}

func (Forgotten) screen() {}

// ForgotPassword opens the page for a forgotten password, and shows what to do there.
func (p *Presenter) ForgotPassword() {
	if p.form.forgot == "" || p.form.busy.What != "" {
		return
	}
	p.frame.Problem, p.frame.Notice = nil, nil
	p.behind = p.form.screen(p)
	p.frame.Screen = Forgotten{Host: hostIn(p.form.forgot), Mail: p.form.username}
	p.focus(FocusMain)
	p.draw()
	p.openForgotPage()
}

// OpenForgotten opens the page once more.
func (p *Presenter) OpenForgotten() {
	if _, shown := p.frame.Screen.(Forgotten); shown {
		p.frame.Problem = nil
		p.draw()
		p.openForgotPage()
	}
}

// BackToSignIn returns to the form, with the e-mail filled in.
func (p *Presenter) BackToSignIn() {
	if _, shown := p.frame.Screen.(Forgotten); shown {
		p.frame.Problem = nil
		p.showForm(p.form.firstEmpty())
	}
}

func hostIn(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return u.Host
}
