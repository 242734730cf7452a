package present

import (
	"context"
	"errors"
	"strings"
	"time"

	"latchkey/internal/problem"
	"latchkey/internal/session"
	"latchkey/internal/signin"
)

// Suspicion follows an agent who sees a sign-in that was not theirs.
type Suspicion struct {
	Last    string // the sign-in it is about
	Done    bool   // signed out; before that it is only explained
	Title   string // once it is done
	Text    string
	Message string // to IT: facts, and nothing secret
	Contact string // what the button that asks IT says; empty: nobody is named
	Forgot  bool   // a new password can be set
	Copied  bool
	Busy    Busy

	subject string // of the message
}

func (Suspicion) screen() {}

// NotMe explains what can be done about a sign-in that was not the agent's own. Nothing is done yet.
func (p *Presenter) NotMe() {
	screen, shown := p.frame.Screen.(SignedIn)
	if !shown || screen.Busy.What != "" || screen.Last == "" {
		return
	}
	p.frame.Problem = nil
	p.frame.Screen = Suspicion{Last: screen.Last}
	p.focus(FocusKeep)
	p.draw()
}

// SignOutEverywhere ends every session of the account that the server lets end, forgets what is kept here, and prepares the message
// to IT.
func (p *Presenter) SignOutEverywhere() {
	screen, shown := p.frame.Screen.(Suspicion)
	if !shown || screen.Busy.What != "" || screen.Done || p.session == nil {
		return
	}
	who, sessions := *p.session, p.parts.Sessions
	screen.Busy = Busy{What: "Signing out everywhere"}
	p.frame.Screen = screen
	p.draw()
	p.screenWork(func(ctx context.Context) func() {
		message, ended := sessions.NotMe(context.WithoutCancel(ctx), who) // closing the window must not tear it apart
		return func() { p.signedOutEverywhere(screen.Last, message, ended) }
	})
}

func (p *Presenter) signedOutEverywhere(last string, message session.Message, ended []session.Ended) {
	p.session, p.again = nil, nil
	p.frame.Problem, p.frame.Notice = nil, nil
	p.begin(signin.Options{})
	p.behind = p.form.screen(p) // the form waits below
	p.form.forgot = orElse(p.form.forgot, p.org.ForgotPassword)
	screen := Suspicion{
		Last: last, Done: true, Forgot: p.form.forgot != "", Message: strings.TrimSpace(message.Text) + "\n", subject: message.Subject,
		Title: "Signed out", Text: "What was signed in from here is ended. Now set a new password, and tell IT what you saw.",
	}
	for _, e := range ended {
		if e.Err != nil && !errors.Is(e.Err, session.ErrNoRevocation) {
			screen.Title = "Not everything is signed out"
			screen.Text = clean(problem.From(e.Err).Title) + " Set a new password at once, and tell IT what you saw."
		}
	}
	if p.org.Contact != "" {
		screen.Contact = p.button(AskIT)
	}
	p.frame.Screen = screen
	p.focus(FocusMain)
	p.draw()
}

// CopyMessage copies the message to IT.
func (p *Presenter) CopyMessage() {
	screen, shown := p.frame.Screen.(Suspicion)
	if !shown || !screen.Done || p.o.Clipboard == nil {
		return
	}
	p.o.Clipboard.SetContent(screen.Message)
	screen.Copied = true
	p.frame.Screen = screen
	p.draw()
}

// SendMessage opens the message to IT in the mail program, or their page.
func (p *Presenter) SendMessage() {
	if screen, shown := p.frame.Screen.(Suspicion); shown && screen.Done {
		p.askIT(screen.subject, screen.Message)
	}
}

// leaveSuspicion goes back to where the agent was.
func (p *Presenter) leaveSuspicion(s Suspicion) {
	switch {
	case s.Busy.What != "":
	case s.Done:
		p.showForm(p.form.firstEmpty())
	case p.session != nil:
		p.frame.Problem, p.again = nil, nil
		p.frame.Screen = p.sessionScreen(Busy{})
		p.focus(FocusMain)
		p.draw()
	}
}

// lastWords tells of an earlier sign-in; empty when none is known.
func (p *Presenter) lastWords(l session.LastSignIn) string {
	if l.At.IsZero() {
		return ""
	}
	words := "Last sign-in: " + when(l.At, p.o.Clock.Now(), p.o.Location)
	if how := l.Words(); how != "" {
		words += ", " + how
	}
	return words
}

// when writes a moment of the past as people say it.
func when(moment, now time.Time, where *time.Location) string {
	words := Until(moment, now, where)
	if words == moment.In(where).Format("15:04") {
		return "today " + words
	}
	if Until(moment.AddDate(0, 0, 1), now, where) == moment.In(where).Format("15:04") {
		return "yesterday " + moment.In(where).Format("15:04")
	}
	return words
}
