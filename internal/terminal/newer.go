package terminal

import (
	"context"
	"time"

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

// patience is how long a command that is over waits until a question has been given up.
const patience = 200 * time.Millisecond

// askForNewer asks for a newer version beside a command that takes its time, and returns what ends the question with the command.
// The answer is for later: commands that end at once could not hear it, and do not ask.
func (c *call) askForNewer(ctx context.Context) (end func()) {
	if c.parts.Updates == nil {
		return func() {}
	}
	updates, done := c.parts.Updates, make(chan struct{})
	ctx, cancel := context.WithCancel(ctx)
	go func() {
		defer close(done)
		defer func() { _ = recover() }() // nothing depends on it
		_, _ = updates.Ask(ctx)
	}()
	return func() {
		cancel()
		select {
		case <-done: // it has noted that nothing was answered
		case <-time.After(patience):
		}
	}
}
