package terminal

import (
	"context"
	"strings"

	"latchkey/internal/lookalike"
	"latchkey/internal/problem"
)

// orgsTrust accepts another server for an organisation than at the last sign-in: that the settings name, or that its own server sends
// passwords to.
func orgsTrust(ctx context.Context, c *call) error {
	flags := c.flags()
	exactly := flags.String("exactly", "", "")
	org, err := c.named(flags)
	if err != nil {
		return err
	}
	out := c.errors()
	change, changed := c.parts.Sessions.Moved(org)
	if !changed {
		out.line("The server of %s has not changed: %s.", org.ID, server(org))
		return nil
	}
	switch {
	case strings.EqualFold(*exactly, change.New):
	case *exactly != "":
		return c.wrong("--exactly names another host than the settings.")
	case !c.Console.People:
		return change.Problem().With(problem.Do("Ask IT whether the address has changed. If it has, repeat it: latchkey orgs trust %s --exactly %s", org.ID, change.New))
	default:
		out.line("%s was signed in to at: %s", clean(orgName(org)), clean(change.Old))
		now := "The settings now name"
		if change.Passwords {
			now = "Its server now takes passwords at"
		}
		out.line("%s: %s", now, clean(strings.Join(append([]string{change.New}, change.More...), ", ")))
		if found, odd := lookalike.Check(change.New, []string{change.Old}); odd {
			out.line("%s", clean(found.Problem().Why))
			c.spell(out, found)
		}
		if err := c.sayYes(ctx, "Passwords go there from now on. Type yes if that is right: ", "The new server was not accepted."); err != nil {
			return err
		}
	}
	if err := c.parts.Sessions.Trust(ctx, org); err != nil {
		return err
	}
	out.line("Accepted. Sign in with: %s", whole("latchkey --org %s login", org.ID))
	return nil
}
