package present

import (
	"context"
	"strings"

	"latchkey/internal/problem"
)

// contactIsPage reports whether the settings name a page to ask for help, and not an e-mail address.
func (p *Presenter) contactIsPage() bool { return strings.Contains(p.org.Contact, "://") }

// askIT asks the contact of the settings for help: a mail that says what happened, or their page, with the same words on the
// clipboard. Nothing is sent by itself.
func (p *Presenter) askIT(subject, text string) {
	contact := p.org.Contact
	if contact == "" || p.parts == nil {
		return
	}
	if p.contactIsPage() {
		if p.o.Clipboard != nil {
			p.o.Clipboard.SetContent(text)
		}
		p.open(contact)
		return
	}
	if p.parts.Mail == nil {
		return
	}
	mail := p.parts.Mail
	p.background(p.ctx, func(ctx context.Context) func() {
		err := mail(ctx, contact, subject, text)
		return func() {
			if err == nil {
				return
			}
			if p.o.Clipboard != nil {
				p.o.Clipboard.SetContent(text)
			}
			p.fail(problem.From(err).With(problem.Titled("No mail program opened."), problem.Because("What to send is on the clipboard."), problem.Do("Write to %s, and paste it.", contact)), NoAction, FocusProblem)
			p.draw()
		}
	})
}

// problemText is what the panel says, for IT.
func (p *Presenter) problemText() string {
	shown := p.frame.Problem
	if shown == nil {
		return ""
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
	return text + "\n"
}

// CopyProblem copies what the panel says, for IT.
func (p *Presenter) CopyProblem() {
	shown := p.frame.Problem
	if shown == nil || p.o.Clipboard == nil {
		return
	}
	p.o.Clipboard.SetContent(p.problemText())
	copied := *shown
	copied.Copied = true
	p.frame.Problem = &copied
	p.draw()
}
