package present

import (
	"context"
	"strings"

	"latchkey/internal/problem"
	"latchkey/internal/signin"
	"latchkey/internal/transport"
)

// wayBack is where a page for a forgotten password may send the browser when the new one is set. Only a page that the settings say so
// of is told.
type wayBack struct {
	address string
	end     context.CancelFunc // nil: nobody listens
}

// openForgotPage opens the page for a forgotten password, and listens for the browser to come back from it, if it does that. One address serves however
// often the page is opened: the mail may have gone out at the first time.
func (p *Presenter) openForgotPage() {
	org, page, username, open := p.org, p.form.forgot, p.form.username, p.parts.Open
	listen := p.parts.WayBack
	if p.wayBack.end != nil || !org.ForgotReturn || page != org.ForgotPassword || listen == nil {
		p.open(signin.ForgotPage(org, page, username, p.wayBack.address))
		return
	}
	ctx, end := context.WithCancel(p.ctx)
	p.wayBack = wayBack{end: end}
	p.background(ctx, func(ctx context.Context) func() {
		address, back, err := listen(ctx)
		if err != nil {
			address, back = "", nil // it only makes things easier
		}
		page := signin.ForgotPage(org, page, username, address)
		err = open(ctx, page)
		return func() {
			p.wayBack.address = address
			if back != nil {
				p.awaitBack(ctx, back)
			}
			if err != nil {
				p.notOpened(page, problem.From(err))
			}
		}
	})
}

func (p *Presenter) awaitBack(ctx context.Context, back <-chan string) {
	p.background(ctx, func(ctx context.Context) func() {
		select {
		case username := <-back:
			return func() { p.landed(username) }
		case <-ctx.Done():
			return nil
		}
	})
}

// endWayBack stops listening for the browser.
func (p *Presenter) endWayBack() {
	if p.wayBack.end != nil {
		p.wayBack.end()
	}
	p.wayBack = wayBack{}
}

// landed goes on after a new password was set: with the form, the e-mail in it, and what is next. A tab that comes back late, while
// something else goes on, does not even raise the window.
func (p *Presenter) landed(username string) {
	p.endWayBack()
	switch s := p.frame.Screen.(type) {
	case Forgotten:
	case SignIn:
		if s.Busy.What != "" {
			return
		}
	default:
		return // something else goes on
	}
	if p.o.Raise != nil {
		p.o.Raise()
	}
	if p.form.username == "" {
		p.form.username = strings.TrimSpace(transport.Clean(username, 254))
	}
	p.frame.Problem = nil
	p.frame.Notice = &Notice{Title: "Back from the page", Text: "Sign in with your new password.", Good: true}
	p.showForm(p.form.firstEmpty())
	p.stillLocked() // a new password does not lift a lock
	p.draw()
}
