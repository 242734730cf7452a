package present

import (
	"context"
	"strings"

	"latchkey/internal/problem"
)

// contactIsPage reports whether the settings name a page to ask for help, and not an e-mail address.
func (p *Presenter) contactIsPage() bool { return strings.Contains(p.org.Contact, "://") }

// askIT asks the contact of the settings for help: a mail that says what happened, or their page. Nothing is sent by itself, and
// nothing is put on the clipboard that the agent did not copy.
func (p *Presenter) askIT(subject, text string) {
	contact := p.org.Contact
	switch {
	case contact == "" || p.parts == nil:
	case p.contactIsPage():
		p.open(contact)
	case p.parts.Mail != nil:
		mail := p.parts.Mail
		p.background(p.ctx, func(ctx context.Context) func() {
			err := mail(ctx, contact, subject, text)
			return func() {
				if err != nil {
					p.noMail(err)
				}
			}
		})
	}
}

// noMail tells that no mail program opened. What keeps the agent out stays in the panel, with the words to copy in place of the mail.
func (p *Presenter) noMail(err error) {
	const title = "No mail program opened."
	next := "Copy what happened for " + p.org.Contact + "."
	if !p.aside(title+" "+next, CopyIT) {
		p.fail(problem.From(err).With(problem.Titled(title), problem.Because(""), problem.Do("%s", next)), NoAction, FocusProblem)
	}
	p.draw()
}

// aside tells beside the problem that is shown that asking IT did not work, and puts another button in that one's place. It returns
// false where there is no problem to tell it beside.
func (p *Presenter) aside(words string, instead Action) bool {
	if p.frame.Problem == nil || p.frame.Problem.Action != AskIT && p.frame.Problem.Besides != AskIT {
		return false
	}
	told := *p.frame.Problem
	told.Aside = clean(words)
	if told.Action == AskIT {
		told.Action = instead
	}
	if told.Besides == AskIT {
		told.Besides = instead
	}
	if told.Action == told.Besides {
		told.Besides = NoAction
	}
	told.Button, told.BesidesButton = p.button(told.Action), p.button(told.Besides)
	p.frame.Problem = &told
	return true
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
