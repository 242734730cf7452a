package terminal

import (
	"context"

	"latchkey/internal/update"
)

// newer returns a newer version of this program that is known of; nil: none is, or the settings want none.
func (c *call) newer() *update.Release {
	if c.parts == nil || c.parts.Updates == nil {
		return nil
	}
	return c.parts.Updates.Known()
}

// tellNewer tells, in one quiet line, of a newer version that is known of. It waits for nothing.
func (c *call) tellNewer() {
	r := c.newer()
	if r == nil {
		return
	}
	words := "A newer Latchkey is there: " + clean(r.Version) + "."
	if len(r.Notes) > 0 {
		words += " " + clean(r.Notes[0])
	}
	out := c.errors()
	out.line("%s", out.paint(dim, words))
}

// askForNewer asks for a newer version beside a command that takes its time. A command that ends at once must not: it would
// use up the question of the day and not hear the answer.
func (c *call) askForNewer(ctx context.Context) {
	if c.parts.Updates == nil {
		return
	}
	updates := c.parts.Updates
	go func() {
		defer func() { _ = recover() }() // nothing depends on it
		_, _ = updates.Ask(ctx)
	}()
}
