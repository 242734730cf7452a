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
	case contact == "" || p.parts == nil || p.writing:
	case p.contactIsPage():
		open := p.parts.Open
		p.openIT(func(ctx context.Context) error { return open(ctx, contact) },
			func(err error) { p.notOpened(contact, problem.From(err)) })
	case p.parts.Mail != nil:
		mail := p.parts.Mail
		p.openIT(func(ctx context.Context) error { return mail(ctx, contact, subject, text) }, p.noMail)
	}
}

// openIT opens what IT is written to with, and says so meanwhile on the buttons that do: a desktop may take its time, a few seconds at most.
func (p *Presenter) openIT(open func(context.Context) error, failed func(error)) {
	p.sayWriting(true)
	p.background(p.ctx, func(ctx context.Context) func() {
		err := open(ctx)
		return func() {
			p.sayWriting(false)
			if err != nil {
				failed(err)
			}
		}
	})
}

func (p *Presenter) sayWriting(on bool) {
	p.writing = on
	if screen, shown := p.frame.Screen.(Suspicion); shown && screen.Contact != "" {
		screen.Contact = p.button(AskIT)
		p.frame.Screen = screen
	}
	if shown := p.frame.Problem; shown != nil {
		told := *shown
		if told.Action == AskIT {
			told.Button = p.button(AskIT)
		}
		if told.Besides == AskIT {
			told.BesidesButton = p.button(AskIT)
		}
		p.frame.Problem = &told
	}
	p.draw()
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
	for _, sentence := range []string{shown.Why, ended(shown.Ends), shown.Fix} {
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
