package present

import "strings"

// Username remembers what is in the e-mail field, so that it is there again after other screens.
func (p *Presenter) Username(text string) {
	p.form.username = strings.TrimSpace(text)
	if form, shown := p.frame.Screen.(SignIn); shown && (form.Meant != "" || p.form.companyOnly != "" || !p.form.paused.until.IsZero()) { // another account may have another way in
		p.refreshForm()
	}
}

// UsernameLeft tells that the e-mail field was left: what looks mistyped in it is told from now on.
func (p *Presenter) UsernameLeft() {
	p.form.left = p.form.username
	if form, shown := p.frame.Screen.(SignIn); shown && form.Meant != p.form.screen(p).Meant {
		p.refreshForm()
	}
}

// TakeMeant puts the address that was probably meant in the place of the one that looks mistyped.
func (p *Presenter) TakeMeant() {
	form, shown := p.frame.Screen.(SignIn)
	if !shown || form.Meant == "" || p.formClosed() {
		return
	}
	p.form.username, p.form.left = form.Meant, form.Meant
	next := FocusMain
	if p.form.password {
		next = FocusPassword
	}
	p.showForm(next)
}
