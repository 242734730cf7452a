package terminal

import (
	"context"
	"errors"

	"latchkey/internal/problem"
	"latchkey/internal/session"
)

func runLogout(ctx context.Context, c *call) error {
	flags := c.flags()
	all := flags.Bool("all", false, "")
	everywhere := flags.Bool("everywhere", false, "")
	notMe := flags.Bool("not-me", false, "")
	if _, err := c.parse(flags, c.args, 0); err != nil {
		return err
	}
	switch {
	case *notMe && *all:
		return c.wrong("--not-me is about one organisation's account, and cannot go with --all.")
	case *notMe:
		return c.notMe(ctx)
	}
	return c.signOut(ctx, *all, *everywhere)
}

// signOut ends the sessions of every organisation, or of the one that is asked for. A failure does not keep the
// others from being ended; the first one is the result.
func (c *call) signOut(ctx context.Context, all, everywhere bool) error {
	sessions, err := c.sessions(ctx, all)
	if err != nil {
		return err
	}
	if len(sessions) == 0 {
		return problem.New(problem.NotSignedIn)
	}
	var first error
	for _, s := range sessions {
		err := c.parts.Sessions.SignOut(ctx, s.Account, everywhere)
		if err = c.tellEnded(person(s.Name, s.Username), s.Account.Org, err); first == nil {
			first = err
		}
	}
	if everywhere {
		c.errors().line("Sign-ins on other devices go on: ending those is up to the server's own account page, or your administrator.")
	}
	if first != nil {
		return said{problem.From(first)}
	}
	return nil
}

// tellEnded says what became of a session that was to be ended, and returns why it is not.
func (c *call) tellEnded(who, where string, err error) error {
	out := c.errors()
	switch {
	case err == nil:
		out.line("Signed out %s at %s.", who, where)
	case errors.Is(err, session.ErrNoRevocation) && problem.Has(err, problem.SignOutPartly): // all that can be done is done
		out.line("Signed out %s at %s. That server cannot be told: what it granted ends there by itself.", who, where)
	default:
		out.line("%s at %s:", who, where)
		out.problem(problem.From(err))
		return err
	}
	return nil
}
