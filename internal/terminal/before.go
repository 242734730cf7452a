package terminal

import (
	"context"

	"latchkey/internal/session"
)

// before prints the sign-ins before those of the sessions, as far as they are known, and says what to do about one that was
// somebody else's.
func (c *call) before(out printer, sessions []session.Session) {
	known, org := 0, ""
	for _, s := range sessions {
		if s.Last.At.IsZero() || s.State == session.SignedOut {
			continue
		}
		if known++; known == 1 {
			org = clean(s.Account.Org)
		} else {
			org = "ORG"
		}
		words := c.whenWas(s.Last.At)
		if how := s.Last.Words(); how != "" {
			words += ", " + how
		}
		if len(sessions) > 1 {
			words = clean(s.Username) + " at " + clean(s.Account.Org) + ": " + words
		}
		out.line("Last sign-in: %s.", words)
	}
	if out = c.errors(); known > 0 {
		out.line("%s", out.paint(dim, "If that was not you: "+whole("latchkey --org %s logout --everywhere --not-me", org)))
	}
}

// suggestTwoStep says, once for each account, where to set up two-step verification.
func (c *call) suggestTwoStep(ctx context.Context, s session.Session) {
	if s.TwoStep == "" {
		return
	}
	out := c.errors()
	out.line("Your password alone opens this account. Set up two-step verification, so that it does not:")
	out.line("  %s", clean(s.TwoStep))
	_ = c.parts.Sessions.TwoStepSuggested(ctx, s.Account) // at worst it is suggested once more
}

// lastAsJSON is a sign-in as status --json shows it; nil when none is known.
func lastAsJSON(l session.LastSignIn) *lastJSON {
	if l.At.IsZero() {
		return nil
	}
	return &lastJSON{At: timestamp(l.At), How: clean(l.How), From: clean(l.From), Here: l.Here}
}
