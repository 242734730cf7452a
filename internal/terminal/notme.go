package terminal

import (
	"context"
	"io"
	"strings"

	"latchkey/internal/config"
	"latchkey/internal/problem"
	"latchkey/internal/session"
	"latchkey/internal/signin"
)

// notMe ends what can be ended of an account that somebody else has signed in to, and prints the message for IT on standard
// output, so that it can be handed on. Nothing is asked: every second counts.
func (c *call) notMe(ctx context.Context) error {
	sessions, err := c.sessions(ctx, false)
	if problem.Has(err, problem.AccountsDamaged) {
		return problem.From(err).With(problem.Do("Set a new password, and tell IT what you saw."))
	}
	if err != nil {
		return err
	}
	if len(sessions) == 0 {
		return problem.New(problem.NotSignedIn, problem.Because("So there is nothing to end from here."),
			problem.Do("Set a new password, and tell IT what you saw."))
	}
	var first error
	for _, s := range sessions {
		message, ended := c.parts.Sessions.NotMe(ctx, s)
		for _, e := range ended {
			if err := c.tellEnded(person(s.Name, s.Username), clean(e.OrgName), e.Err); first == nil {
				first = err
			}
		}
		c.tellIT(s, message)
	}
	if first != nil {
		return said{problem.From(first)}
	}
	return nil
}

// tellIT says what is left to do, and prints the message.
func (c *call) tellIT(s session.Session, message session.Message) {
	o, err := c.parts.Settings.Organization(s.Account.Org)
	if err != nil {
		o = config.Organization{} // no longer in the settings
	}
	out := c.errors()
	if o.ForgotPassword != "" {
		out.line("Set a new password now: %s", clean(signin.ForgotPage(o, o.ForgotPassword, s.Username, "")))
	} else {
		out.line("Set a new password now.")
	}
	whom := "IT"
	if o.Contact != "" {
		whom = clean(o.Contact)
	}
	out.line("Send this to %s:", whom)
	out.line("")
	text := "Subject: " + message.Subject + "\n\n" + strings.TrimSpace(message.Text) + "\n"
	_, _ = io.WriteString(c.Stdout, text)
}
